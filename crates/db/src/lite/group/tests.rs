//! Futures driven by hand: who waits, who is dropped and who fails, and what is left of it.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use futures_util::task::noop_waker_ref;
use tempfile::TempDir;
use tokio::task::yield_now;

use super::*;
use crate::{Config, Db, Side, Write};

const TABLES: &str = "
    CREATE TABLE counters (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
    INSERT INTO counters (id, n) VALUES ('a', 0), ('b', 0);
    CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT NOT NULL);
    CREATE TABLE late (
        id TEXT PRIMARY KEY, counter TEXT REFERENCES counters (id) DEFERRABLE INITIALLY DEFERRED
    );
";
const STEP: &str = "UPDATE counters SET n = n + 1 WHERE id = $1";

struct World {
    db: Db,
    _folder: TempDir,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(TABLES)
        .unwrap();
    let mut config = Config::new(crate::Url::Sqlite(path));
    config.acquire = Duration::from_secs(20);
    let db = Db::open(&config).await.unwrap();
    World {
        db,
        _folder: folder,
    }
}

impl World {
    fn writer(&self) -> &Arc<Writer> {
        match &*self.db.side {
            Side::Lite(lite) => &lite.writer,
            Side::Pg(_) => unreachable!(),
        }
    }

    /// As other connections see it.
    async fn counts(&self) -> (i64, i64) {
        let read = self.db.read_fresh().await.unwrap();
        let sql = "SELECT n FROM counters ORDER BY id";
        let rows: Vec<(i64,)> = read.all(sql, &[]).await.unwrap();
        (rows[0].0, rows[1].0)
    }

    /// Nobody waits, nobody is owed an answer, nothing is open.
    async fn at_rest(&self) {
        for _ in 0..4 {
            yield_now().await;
        }
        assert_eq!(self.writer().waiting.load(Ordering::SeqCst), 0);
        let group = self.writer().turn.try_lock().expect("the turn is free");
        let group = lock(&group);
        assert!(group.pending.is_empty() && group.closer.is_none());
        assert!(group.connection.as_ref().unwrap().is_autocommit());
    }
}

async fn step(tx: &Write, id: &str) -> Result<u64> {
    tx.run(STEP, &[&id]).await
}

async fn both(db: &Db) -> Result<()> {
    let tx = db.write().await?;
    step(&tx, "a").await?;
    step(&tx, "b").await?;
    tx.commit().await
}

/// A future that is looked at when the test says so.
struct Hand<'f, T>(Option<Pin<Box<dyn Future<Output = T> + 'f>>>);

impl<'f, T> Hand<'f, T> {
    fn new(future: impl Future<Output = T> + 'f) -> Self {
        Self(Some(Box::pin(future)))
    }

    fn poll(&mut self) -> Option<T> {
        let future = self.0.as_mut()?;
        match future
            .as_mut()
            .poll(&mut Context::from_waker(noop_waker_ref()))
        {
            Poll::Ready(done) => {
                self.0 = None;
                Some(done)
            }
            Poll::Pending => None,
        }
    }

    /// Looks until it is done, and lets the runtime work between.
    async fn done(&mut self) -> T {
        loop {
            if let Some(done) = self.poll() {
                return done;
            }
            yield_now().await;
        }
    }
}

/// One that has released its part and waits, and the next one in its turn.
async fn first_waits<'w, T>(
    world: &'w World,
    end: impl AsyncFnOnce(Write) -> Result<T> + 'w,
) -> (Hand<'w, Result<T>>, Write) {
    let tx = world.db.write().await.unwrap();
    step(&tx, "a").await.unwrap();
    let mut next = Hand::new(world.db.write());
    assert!(next.poll().is_none());
    let mut first = Hand::new(end(tx));
    assert!(first.poll().is_none(), "it waits for its group");
    let next = next.poll().expect("the turn was given on").unwrap();
    (first, next)
}

#[tokio::test]
async fn those_who_waited_share_one_commit() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    step(&next, "b").await.unwrap();
    assert_eq!(world.counts().await, (0, 0), "neither is committed");
    assert!(first.poll().is_none());
    next.commit().await.unwrap();
    assert_eq!(world.counts().await, (1, 1));
    first.poll().expect("it is told").unwrap();
    world.at_rest().await;
}

#[tokio::test]
async fn a_dropped_write_takes_along_only_itself() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    step(&next, "a").await.unwrap();
    step(&next, "b").await.unwrap();
    drop(next);
    // Nobody is left to end a turn: the closer does it.
    first.done().await.unwrap();
    assert_eq!(world.counts().await, (1, 0));
    world.at_rest().await;
}

#[tokio::test]
async fn a_panic_takes_along_only_itself() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    let panicked = tokio::spawn(async move {
        step(&next, "b").await.unwrap();
        panic!("a bug in an action");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    first.done().await.unwrap();
    assert_eq!(world.counts().await, (1, 0));
    world.at_rest().await;
}

#[tokio::test]
async fn a_failed_statement_takes_along_only_its_own_write() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    step(&next, "b").await.unwrap();
    let twin = "INSERT INTO counters (id, n) VALUES ('a', 0)";
    next.run(twin, &[]).await.unwrap_err();
    let error = next.commit().await.unwrap_err();
    assert!(error.is_unique("counters_pkey"), "{error:?}");
    first.done().await.unwrap();
    assert_eq!(world.counts().await, (1, 0));
    world.at_rest().await;
}

#[tokio::test]
async fn a_failed_commit_fails_all_of_its_group_and_no_other() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    let orphan = "INSERT INTO late (id, counter) VALUES ('l', 'none')";
    next.run(orphan, &[]).await.unwrap();
    let error = next.commit().await.unwrap_err();
    assert!(matches!(error, Error::NotCommitted(_)), "{error:?}");
    let error = first.poll().expect("it is told").unwrap_err();
    assert!(matches!(error, Error::NotCommitted(_)), "{error:?}");
    assert_eq!(world.counts().await, (0, 0));
    both(&world.db).await.unwrap();
    assert_eq!(world.counts().await, (1, 1));
    world.at_rest().await;
}

#[tokio::test]
async fn a_full_disk_fails_all_of_its_group_and_the_same_connection_goes_on() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    let none = "PRAGMA max_page_count = 1";
    next.one::<(i64,)>(none, &[]).await.unwrap();
    let insert = "INSERT INTO notes (id, text) VALUES ('n', $1)";
    let long = "x".repeat(100_000);
    let error = next.run(insert, &[&long]).await.unwrap_err();
    assert!(matches!(error, Error::Full), "{error:?}");
    // SQLite has rolled back by itself, the first one's work too.
    let error = first.poll().expect("it is told at once").unwrap_err();
    assert!(matches!(error, Error::Full), "{error:?}");
    assert!(matches!(next.commit().await, Err(Error::Full)));
    assert_eq!(world.counts().await, (0, 0));
    let tx = world.db.write().await.unwrap();
    let more = "PRAGMA max_page_count = 100000";
    tx.one::<(i64,)>(more, &[]).await.unwrap();
    tx.finish(insert, &[&long]).await.unwrap();
    world.at_rest().await;
}

#[tokio::test]
async fn an_answer_waits_for_what_it_rests_on() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    let seen: Option<(i64,)> = next
        .one("SELECT n FROM counters WHERE id = 'a'", &[])
        .await
        .unwrap();
    assert_eq!(seen, Some((1,)), "what is not yet committed");
    let mut last = Hand::new(world.db.write());
    assert!(last.poll().is_none());
    let mut answer = Hand::new(next.discard());
    assert!(answer.poll().is_none(), "it may still fail");
    let last = last.poll().unwrap().unwrap();
    let orphan = "INSERT INTO late (id, counter) VALUES ('l', 'none')";
    last.finish(orphan, &[]).await.unwrap_err();
    first.poll().unwrap().unwrap_err();
    answer
        .poll()
        .unwrap()
        .expect_err("the ground of the answer is gone");
    assert_eq!(world.counts().await, (0, 0));

    // A refusal by the database itself is no other.
    let (mut first, next) = first_waits(&world, async |tx: Write| {
        let insert = "INSERT INTO notes (id, text) VALUES ('n', 'x')";
        tx.finish(insert, &[]).await
    })
    .await;
    let mut last = Hand::new(world.db.write());
    assert!(last.poll().is_none());
    let twin = "INSERT INTO notes (id, text) VALUES ('n', 'y')";
    let mut refused = Hand::new(next.finish(twin, &[]));
    assert!(refused.poll().is_none(), "taken, by what may still fail");
    last.poll().unwrap().unwrap().commit().await.unwrap();
    assert_eq!(first.poll().unwrap().unwrap(), 1);
    let error = refused.poll().unwrap().unwrap_err();
    assert!(error.is_unique("notes_pkey"), "{error:?}");
    world.at_rest().await;
}

#[tokio::test]
async fn an_answer_that_rests_on_nothing_open_waits_for_nobody() {
    let world = world().await;
    let tx = world.db.write().await.unwrap();
    step(&tx, "a").await.unwrap();
    let mut next = Hand::new(world.db.write());
    assert!(next.poll().is_none());
    Hand::new(tx.discard()).poll().expect("at once").unwrap();
    drop(next);
    assert_eq!(world.counts().await, (0, 0));
    world.at_rest().await;
}

/// Two that wait in front of one, each looked at so many times and then dropped: whatever is left is whole.
#[tokio::test]
async fn futures_dropped_at_every_await_point_leave_nothing_behind() {
    const MOST: usize = 5;
    let world = world().await;
    let mut before = 0;
    for n in 0..MOST * MOST * MOST * 2 {
        let polls = [n % MOST, n / MOST % MOST, n / MOST / MOST % MOST];
        let closer_works = n < MOST * MOST * MOST;
        let held = world.db.write().await.unwrap();
        step(&held, "a").await.unwrap();
        step(&held, "b").await.unwrap();
        let mut hands = [(); 3].map(|()| Hand::new(both(&world.db)));
        let mut answered = 0;
        // All wait once, then the held one gives the turn on.
        for (hand, polls) in hands.iter_mut().zip(polls) {
            assert!(polls == 0 || hand.poll().is_none());
        }
        let mut held = Hand::new(held.commit());
        let mut told = held.poll();
        for round in 1..=MOST {
            for (hand, polls) in hands.iter_mut().zip(polls) {
                if round < polls {
                    answered += i64::from(hand.poll().transpose().unwrap().is_some());
                } else {
                    *hand = Hand(None);
                }
            }
            if closer_works {
                yield_now().await;
            }
        }
        if told.is_none() {
            told = Some(held.done().await);
        }
        told.unwrap().unwrap();
        world.at_rest().await;
        let (a, b) = world.counts().await;
        assert_eq!(a, b, "half a write after {polls:?}");
        let done = a - before;
        assert!(
            (1 + answered..=4).contains(&done),
            "{done} after {polls:?}, {answered} answered"
        );
        both(&world.db).await.unwrap();
        before = a + 1;
    }
}

/// Somebody else's bug: a turn that never ends. Nobody waits for ever, and nobody is told what is not known.
#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_in_doubt() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    step(&next, "b").await.unwrap();
    tokio::time::advance(Duration::from_secs(21)).await;
    let told = first.poll().expect("an end");
    assert!(matches!(told, Err(Error::InDoubt)), "{told:?}");
    next.commit().await.unwrap();
    assert_eq!(world.counts().await, (1, 1), "there or not, never half");
    world.at_rest().await;
}

#[tokio::test]
async fn closing_commits_what_was_left_in_the_group() {
    let world = world().await;
    let (mut first, next) = first_waits(&world, Write::commit).await;
    // It queues before the closer.
    let mut close = Hand::new(world.db.clone().close());
    assert!(close.poll().is_none());
    drop(next);
    close.done().await.unwrap();
    first.done().await.unwrap();
    let Side::Lite(lite) = &*world.db.side else {
        unreachable!()
    };
    let file = Connection::open(lite.path()).unwrap();
    let sql = "SELECT n FROM counters WHERE id = 'a'";
    let n: i64 = file.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(n, 1);
}

#[test]
fn a_runtime_that_ends_takes_its_closer_along_and_the_next_write_closes() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let (one, two) = (runtime(), runtime());
    let world = one.block_on(world());
    let (first, next) = one.block_on(first_waits(&world, Write::commit));
    drop(next);
    drop(first);
    drop(one);
    two.block_on(async {
        let (mut first, next) = first_waits(&world, Write::commit).await;
        drop(next);
        first.done().await.unwrap();
        assert_eq!(world.counts().await, (2, 0));
        world.at_rest().await;
    });
    // Without any runtime the COMMIT runs in place; what is left to wait for is the turn of the others.
    let mut alone = pin!(both(&world.db));
    let mut context = Context::from_waker(noop_waker_ref());
    assert!(alone.as_mut().poll(&mut context).is_pending());
    assert_eq!(two.block_on(world.counts()), (3, 1));
    assert!(matches!(
        alone.as_mut().poll(&mut context),
        Poll::Ready(Ok(()))
    ));
}
