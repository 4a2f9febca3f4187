//! A database, a clock that only tests move, and handlers made of closures.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use db::Db;
use outbox::{Claimed, Handler, Job, Outcome, Push, Runner};
use serde::{Deserialize, Serialize};
use testdb::TestDb;

pub const SECOND: i64 = 1_000_000;
pub const START: i64 = 1_793_000_000 * SECOND;

const MIGRATIONS: &[db::migrate::Migration] = &[outbox::MIGRATION];

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
}

impl Job for Mail {
    const KIND: &'static str = "mail";
}

pub fn mail(to: &str) -> Mail {
    Mail { to: to.to_owned() }
}

#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn pass(&self, microseconds: i64) {
        self.0.fetch_add(microseconds, Ordering::SeqCst);
    }
}

pub struct World {
    test: TestDb,
    pub clock: Clock,
}

/// What a test wants to know of a row.
#[derive(Debug, PartialEq)]
pub struct State {
    pub due_in: i64,
    pub leased: bool,
    pub attempts: i64,
    pub error: Option<String>,
    pub done: bool,
    pub dead: bool,
}

impl World {
    pub async fn new() -> Self {
        Self {
            test: TestDb::new(MIGRATIONS).await,
            clock: Clock(Arc::new(AtomicI64::new(START))),
        }
    }

    pub fn db(&self) -> &Db {
        &self.test.db
    }

    pub fn url(&self) -> String {
        self.test.url()
    }

    pub fn runner<H: Handler>(&self, handler: H) -> Runner<H> {
        self.runner_on(self.db().clone(), handler)
    }

    pub fn runner_on<H: Handler>(&self, db: Db, handler: H) -> Runner<H> {
        let clock = self.clock.clone();
        Runner::new(db, handler, move || clock.now())
    }

    /// Pushes mails that are due now; the key is also the id and the payload.
    pub async fn push(&self, keys: &[&str]) {
        let tx = self.db().write().await.expect("a transaction");
        for key in keys {
            let push = self.due_now(key);
            outbox::push(&tx, &mail(key), push).await.expect("pushed");
        }
        tx.commit().await.expect("committed");
    }

    pub fn due_now<'a>(&self, key: &'a str) -> Push<'a> {
        let now = self.clock.now();
        Push {
            id: key,
            key,
            due_at: now,
            now,
        }
    }

    pub async fn sql(&self, sql: &'static str) {
        let tx = self.db().write().await.expect("a transaction");
        tx.run(sql, &[]).await.expect(sql);
        tx.commit().await.expect("committed");
    }

    pub async fn state(&self, id: &str) -> State {
        type Columns = (
            i64,
            Option<i64>,
            i64,
            Option<String>,
            Option<i64>,
            Option<i64>,
        );
        let db = self.db().read_one().await.expect("a connection");
        let row: Option<Columns> = db
            .one(
                "SELECT due_at, lease_until, attempts, last_error, done_at, dead_at \
                 FROM outbox WHERE id = $1",
                &[&id],
            )
            .await
            .expect("readable");
        let (due_at, lease_until, attempts, error, done_at, dead_at) = row.expect("the row exists");
        State {
            due_in: due_at - self.clock.now(),
            leased: lease_until.is_some(),
            attempts,
            error,
            done: done_at.is_some(),
            dead: dead_at.is_some(),
        }
    }

    pub async fn pending(&self) -> i64 {
        let db = self.db().read_fresh().await.expect("a connection");
        outbox::count_pending(&db).await.expect("counted")
    }
}

pub async fn drain<H: Handler>(runner: &Runner<H>) -> usize {
    let mut taken = 0;
    loop {
        match runner.run_due().await.expect("the outbox runs") {
            0 => return taken,
            more => taken += more,
        }
    }
}

/// A handler made of a closure over the job's id.
pub struct By<F>(pub F);

impl<F, Fut> Handler for By<F>
where
    F: Fn(String) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Outcome, String>> + Send,
{
    async fn handle(&self, job: &Claimed) -> Result<Outcome, String> {
        (self.0)(job.id.clone()).await
    }
}
