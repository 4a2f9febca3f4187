//! A request that is dropped, as hyper drops one whose client has gone, wherever it waits: after so many polls, for
//! every number of them until it is answered. What it changed is there whole or not at all, and nothing stays open.
//!
//! Everything is scarce, one reader and one writer or a pool of one: whatever a cut request kept would be missing at
//! once. SQLite only waits where somebody else is in the way, so a rival is, for both.
use std::{future::poll_fn, mem::replace, pin::Pin, task::Poll, time::Duration};

use axum::{Router, http::Method};
use db::{Config, Db, Engine, Read, Write};
use futures_util::FutureExt as _;
use market::http::router::router;
use serde_json::json;
use tokio::task::yield_now;

use crate::{
    instance,
    support::{Answer, Client, Proof, TestApp},
};

/// The program with one of everything, on the database of the test.
struct Narrow<'a> {
    app: &'a TestApp,
    db: Db,
    router: Router,
}

impl<'a> Narrow<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let mut url = app.url();
        if app.app.db.engine() == Engine::Postgres {
            url += if url.contains('?') { "&" } else { "?" };
            url += "application_name=narrow";
        }
        let mut config = Config::new(url.parse().unwrap());
        (config.readers, config.pool) = (1, 1);
        config.acquire = Duration::from_secs(5);
        let db = Db::open(&config).await.unwrap();
        let router = router(&instance::on(app, db.clone()));
        Self { app, db, router }
    }

    fn client(&self, proof: Proof) -> Client {
        Client::new(self.router.clone(), "market.test".to_owned(), proof)
    }

    fn session(&self, name: &str) -> Client {
        self.client(Proof::Session(format!("session-{name}")))
    }

    fn farmer(&self) -> Client {
        self.client(Proof::Token("token-rosa".to_owned()))
    }

    /// The answer, if it came within so many polls.
    async fn cut(&self, request: impl Future<Output = Answer>, polls: usize) -> Option<Answer> {
        let mut request = Box::pin(request);
        if self.db.engine() == Engine::Postgres {
            let answer = polled(request.as_mut(), polls).await;
            // A client goes a while after the last thing that was done for it: what was to be sent has left.
            for _ in 0..4 {
                yield_now().await;
            }
            return answer;
        }
        let mut rival = Rival::new(&self.db);
        let mut answer = None;
        for _ in 0..polls {
            answer = request.as_mut().now_or_never();
            if answer.is_some() {
                break;
            }
            rival.give_way();
            // For the closer of a group.
            for _ in 0..4 {
                yield_now().await;
            }
        }
        drop(request);
        rival.end().await;
        answer
    }

    /// The pool is as it was and nothing is open; state, history and outbox agree.
    async fn at_rest(&self) {
        let read = self.app.app.db.read_one().await.unwrap();
        if self.db.engine() == Engine::Sqlite {
            // Only where no connection has a snapshot or a transaction open can the whole log be folded in.
            let fold = "PRAGMA wal_checkpoint(TRUNCATE)";
            let (busy, _, _): (i64, i64, i64) = read.one(fold, &[]).await.unwrap().unwrap();
            assert_eq!(busy, 0, "something is open");
        } else {
            drop(read);
            self.sessions_end().await;
        }
        self.app.holds().await;
    }

    /// A session that was cut ends when the server has read so; then one is left at most, and it is idle.
    async fn sessions_end(&self) {
        let mut left = Vec::new();
        for _ in 0..5_000 {
            let states = "SELECT state FROM pg_stat_activity \
                 WHERE datname = current_database() AND application_name = 'narrow'";
            left = self.app.texts(states, &[]).await;
            if left.len() <= 1 && left.iter().all(|state| state == "idle") {
                return;
            }
            yield_now().await;
        }
        panic!("sessions that do not end: {left:?}");
    }
}

/// Polls at most `times`.
async fn polled<F: Future + Unpin>(mut future: F, times: usize) -> Option<F::Output> {
    let mut left = times;
    poll_fn(|context| {
        left -= 1;
        match future.poll_unpin(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// A future, or what came of it.
enum Hand<T> {
    Waits(Pin<Box<dyn Future<Output = T> + Send>>),
    Has(T),
}

impl<T> Hand<T> {
    /// In the queue, or at its end already.
    fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        let mut hand = Self::Waits(Box::pin(future));
        hand.look();
        hand
    }

    /// Whether it has come.
    fn look(&mut self) -> bool {
        if let Self::Waits(future) = self
            && let Some(done) = future.as_mut().now_or_never()
        {
            *self = Self::Has(done);
        }
        matches!(self, Self::Has(_))
    }
}

/// Somebody who always holds the one reader and the one writer, or is the next in the queue for them.
struct Rival {
    db: Db,
    reads: Hand<Read>,
    writes: Hand<Write>,
    /// Ends of its writes that wait for their group's COMMIT.
    owed: Vec<Hand<()>>,
}

impl Rival {
    fn new(db: &Db) -> Self {
        Self {
            reads: read(db),
            writes: write(db),
            owed: Vec::new(),
            db: db.clone(),
        }
    }

    /// Whoever waits is next, and the rival behind it: a new place in the queue is taken before the old one is left.
    fn give_way(&mut self) {
        if self.reads.look() {
            let next = read(&self.db);
            drop(replace(&mut self.reads, next));
        }
        if self.writes.look() {
            let next = write(&self.db);
            if let Hand::Has(held) = replace(&mut self.writes, next) {
                let end = async move { held.discard().await.unwrap() };
                self.owed.push(Hand::new(end));
            }
        }
    }

    async fn end(self) {
        drop((self.reads, self.writes));
        for mut owed in self.owed {
            while !owed.look() {
                yield_now().await;
            }
        }
    }
}

fn read(db: &Db) -> Hand<Read> {
    let db = db.clone();
    Hand::new(async move { db.read().await.unwrap() })
}

fn write(db: &Db) -> Hand<Write> {
    let db = db.clone();
    Hand::new(async move { db.write().await.unwrap() })
}

/// After how many polls to cut next, and what the cuts left.
#[derive(Debug, Default)]
struct Cuts {
    round: usize,
    /// So many were enough for an answer.
    enough: Option<usize>,
    polls: usize,
    absent: usize,
    /// There, though nobody was told.
    whole: usize,
}

impl Cuts {
    /// One poll more each time, until it is answered. How many answers one poll finds is the network's doing: so, where
    /// none was cut in its COMMIT, again near the end.
    fn next(&mut self) -> Option<usize> {
        self.round += 1;
        self.polls = match self.enough {
            None => self.polls + 1,
            Some(_) if self.whole > 0 || self.round > 300 => return None,
            Some(enough) => enough - self.round % 3,
        };
        Some(self.polls)
    }

    fn note(&mut self, is_there: bool, answered: bool) {
        assert!(is_there || !answered, "answered and not there");
        if answered {
            self.enough.get_or_insert(self.polls);
        } else if is_there {
            self.whole += 1;
        } else {
            self.absent += 1;
        }
    }

    /// A cut that never bites proves nothing.
    fn bit(&self) {
        // Whole without an answer: in its COMMIT, where it cannot be called back any more.
        assert!(self.absent > 1 && self.whole > 0, "{self:?}");
    }
}

#[tokio::test]
async fn a_step_is_there_or_not_wherever_it_is_cut() {
    let app = TestApp::new().await;
    let narrow = Narrow::new(&app).await;
    let mut cuts = Cuts::default();
    while let Some(polls) = cuts.next() {
        let order = app.order().place().await;
        let before = app.events().await;
        let rosa = narrow.farmer();
        let answer = narrow.cut(rosa.put_status(&order, "READY"), polls).await;
        if let Some(answer) = &answer {
            answer.changed(true);
        }
        let next = rosa.order(&order).await;
        narrow.at_rest().await;
        let is_there = app.events().await > before;
        cuts.note(is_there, answer.is_some());
        assert_eq!(next.ok()["status"] == "READY", is_there, "{next:?}");
        // Asked for again it is done once.
        rosa.put_status(&order, "READY").await.changed(!is_there);
        assert_eq!(app.events().await, before + 1);
    }
    cuts.bit();
    app.finish().await;
}

/// The same with a key: several statements and a COMMIT of their own on PostgreSQL too.
#[tokio::test]
async fn a_step_with_a_key_is_there_with_its_answer_or_not_at_all() {
    let app = TestApp::new().await;
    let narrow = Narrow::new(&app).await;
    let mut cuts = Cuts::default();
    while let Some(polls) = cuts.next() {
        let order = app.order().place().await;
        let before = app.events().await;
        let rosa = narrow
            .farmer()
            .with("idempotency-key", &format!("k{}", cuts.round));
        let answer = narrow.cut(rosa.put_status(&order, "READY"), polls).await;
        rosa.order(&order).await.ok();
        narrow.at_rest().await;
        let is_there = app.events().await > before;
        cuts.note(is_there, answer.is_some());
        let kept = "SELECT COUNT(*) FROM idempotency_keys WHERE key = $1";
        let key = format!("k{}", cuts.round);
        assert_eq!(app.count(kept, &[&key]).await, i64::from(is_there));
        rosa.put_status(&order, "READY").await.changed(true);
        assert_eq!(app.events().await, before + 1);
    }
    cuts.bit();
    app.finish().await;
}

/// Stock, place, cart, key, order and its first events are one.
#[tokio::test]
async fn an_order_is_placed_or_not_wherever_the_last_press_is_cut() {
    const LEFT: &str = "SELECT stock_qty FROM products WHERE id = 'prd_frm_rosa_0'";
    const TAKEN: &str = "SELECT taken FROM windows WHERE id = 'win'";
    const ORDERS: &str = "SELECT COUNT(*) FROM orders";
    const CARTS: &str = "SELECT COUNT(*) FROM carts";
    const KEPT: &str = "SELECT COUNT(*) FROM idempotency_keys";
    let app = TestApp::new().await;
    app.sql("UPDATE products SET stock_qty = 900000", &[]).await;
    app.sql("UPDATE windows SET capacity = 1000", &[]).await;
    let mut cuts = Cuts::default();
    while let Some(polls) = cuts.next() {
        // Its limits count from nothing.
        let narrow = Narrow::new(&app).await;
        let ana = narrow.session("ana");
        let form = ana.ready_to_buy().await;
        let figures = async || {
            let mut figures = Vec::new();
            for sql in [LEFT, TAKEN, ORDERS, CARTS, KEPT] {
                figures.push(app.count(sql, &[]).await);
            }
            figures
        };
        let before = figures().await;
        let answer = narrow
            .cut(ana.post_form("/checkout/confirm", &form), polls)
            .await;
        if let Some(answer) = &answer {
            assert!(answer.header("location").ends_with("/thanks"), "{answer:?}");
        }
        assert_eq!(ana.get("/shop").await.status, 200);
        narrow.at_rest().await;
        let after: Vec<_> = figures().await;
        let moved: Vec<_> = before.iter().zip(&after).map(|(a, b)| b - a).collect();
        let is_there = moved[2] == 1;
        let whole: [i64; 5] = if is_there {
            [-1000, 1, 1, -1, 1]
        } else {
            [0; 5]
        };
        assert_eq!(moved, whole, "half an order after {polls} polls");
        cuts.note(is_there, answer.is_some());
        // The same press again is the same order.
        let again = ana.post_form("/checkout/confirm", &form).await;
        assert!(again.header("location").ends_with("/thanks"), "{again:?}");
        assert_eq!(app.count(ORDERS, &[]).await, before[2] + 1);
        narrow.db.close().await.unwrap();
    }
    cuts.bit();
    app.finish().await;
}

/// Each of many is whole, and those behind the cut are as they were.
#[tokio::test]
async fn of_many_each_is_whole_wherever_they_are_cut() {
    let app = TestApp::new().await;
    let narrow = Narrow::new(&app).await;
    let mut cuts = Cuts::default();
    let mut some = 0;
    while let Some(polls) = cuts.next() {
        let mut form = vec![format!("farm=rosa&show=all&to=READY&key=k{}", cuts.round)];
        for _ in 0..3 {
            let order = app.order().place().await;
            form.push(format!("&o=2.{}", order.part("rosa")));
        }
        let form = form.concat();
        let before = app.events().await;
        let board = narrow.session("rosa");
        let answer = narrow
            .cut(board.post_form("/farm/board/bulk", &form), polls)
            .await;
        if let Some(answer) = &answer {
            assert_eq!(answer.status, 303, "{answer:?}");
        }
        assert_eq!(board.get("/farm/board?farm=rosa").await.status, 200);
        narrow.at_rest().await;
        let went = app.events().await - before;
        cuts.note(went == 3, answer.is_some());
        some += i64::from(went == 1 || went == 2);
        let again = board.post_form("/farm/board/bulk", &form).await;
        assert_eq!(again.status, 303, "{again:?}");
        assert_eq!(app.events().await, before + 3, "after {polls} polls");
    }
    cuts.bit();
    assert!(some > 0, "no cut between two of them");
    app.finish().await;
}

/// A change of a product has its audit entry beside it, or neither is there.
#[tokio::test]
async fn an_act_and_its_audit_entry_are_one_wherever_it_is_cut() {
    const ENTRIES: &str = "SELECT COUNT(*) FROM audit_entries WHERE thing_id = 'prd_frm_rosa_0'";
    const VERSION: &str = "SELECT version FROM products WHERE id = 'prd_frm_rosa_0'";
    let app = TestApp::new().await;
    let narrow = Narrow::new(&app).await;
    let manager = narrow.session("manager");
    let mut cuts = Cuts::default();
    while let Some(polls) = cuts.next() {
        let (entries, version) = (app.count(ENTRIES, &[]).await, app.count(VERSION, &[]).await);
        let path = "/api/products/prd_frm_rosa_0/stock";
        let body = json!({ "stock": (100 + cuts.round).to_string(), "expected_version": version });
        let body = body.to_string();
        let answer = narrow
            .cut(manager.json(Method::PUT, path, body.clone()), polls)
            .await;
        if let Some(answer) = &answer {
            answer.ok();
        }
        assert_eq!(manager.get("/farm/board?farm=rosa").await.status, 200);
        narrow.at_rest().await;
        let written = app.count(ENTRIES, &[]).await - entries;
        assert_eq!(app.count(VERSION, &[]).await - version, written);
        cuts.note(written == 1, answer.is_some());
        manager.json(Method::PUT, path, body).await.ok();
        assert_eq!(app.count(ENTRIES, &[]).await, entries + 1);
    }
    cuts.bit();
    app.finish().await;
}
