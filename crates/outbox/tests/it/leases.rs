//! Who holds a row, for how long, and what the one who lost it can still do: nothing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use outbox::{Claimed, Handler, Limits, Outcome};
use tokio::sync::{Notify, mpsc};

use crate::world::{By, SECOND, World, drain};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn runners_at_once_never_take_the_same_row() {
    let world = World::new().await;
    let keys: Vec<_> = (0..600).map(|n| format!("k{n:03}")).collect();
    world
        .push(&keys.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let seen = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
    let runners: Vec<_> = (0..4)
        .map(|_| {
            let seen = Arc::clone(&seen);
            let runner = world.runner(By(move |id| {
                *seen.lock().expect("whole").entry(id).or_default() += 1;
                async {
                    tokio::task::yield_now().await;
                    Ok(Outcome::Done)
                }
            }));
            tokio::spawn(async move { drain(&runner).await })
        })
        .collect();
    let mut taken = 0;
    for runner in runners {
        taken += runner.await.expect("no panic");
    }
    assert_eq!(taken, 600);
    assert_eq!(world.pending().await, 0);
    let seen = seen.lock().expect("whole");
    assert_eq!((seen.len(), seen.values().max()), (600, Some(&1)));
}

#[tokio::test]
async fn a_crash_frees_the_row_after_the_lease() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let (began, mut begins) = mpsc::unbounded_channel();
    let crashing = world.runner(By(move |id| {
        began.send(id).expect("heard");
        std::future::pending()
    }));
    let crash = tokio::spawn(async move { crashing.run_due().await });
    begins.recv().await.expect("begun");
    crash.abort();
    assert!(crash.await.expect_err("aborted").is_cancelled());

    let runner = world.runner(By(|_| async { Ok(Outcome::Done) }));
    world.clock.pass(30 * SECOND - 1);
    assert_eq!(drain(&runner).await, 0);
    world.clock.pass(1);
    assert_eq!(drain(&runner).await, 1);
    let state = world.state("a").await;
    assert!(state.done);
    assert_eq!(state.attempts, 2);
}

/// Sleeps through its lease, then goes on as if nothing had happened.
struct Sleeper {
    db: db::Db,
    began: mpsc::UnboundedSender<()>,
    go_on: Arc<Notify>,
    finish: bool,
    fail: bool,
}

impl Handler for Sleeper {
    async fn handle(&self, job: &Claimed) -> Result<Outcome, String> {
        self.began.send(()).map_err(|e| e.to_string())?;
        self.go_on.notified().await;
        if self.finish {
            let tx = self.db.write().await.map_err(|e| e.to_string())?;
            let held = outbox::finish(&tx, job, 1)
                .await
                .map_err(|e| e.to_string())?;
            assert!(!held, "the lease was lost");
            return Ok(Outcome::Finished);
        }
        if self.fail {
            Err("too late".to_owned())
        } else {
            Ok(Outcome::Done)
        }
    }
}

#[tokio::test]
async fn a_runner_that_slept_through_its_lease_changes_nothing() {
    for (finish, fail, other) in [
        (false, false, Outcome::Done),
        (false, true, Outcome::Done),
        (true, false, Outcome::Done),
        // The count of tries is the same again after this one: only the lease tells them apart.
        (false, false, Outcome::Again { at: 0 }),
    ] {
        let world = World::new().await;
        world.push(&["a"]).await;
        let (began, mut begins) = mpsc::unbounded_channel();
        let go_on = Arc::new(Notify::new());
        let sleeper = world.runner(Sleeper {
            db: world.db().clone(),
            began,
            go_on: Arc::clone(&go_on),
            finish,
            fail,
        });
        let sleeping = tokio::spawn(async move { sleeper.run_due().await });
        begins.recv().await.expect("begun");

        world.clock.pass(31 * SECOND);
        let runner = world.runner(By(move |_| async move { Ok(other) }));
        assert_eq!(runner.run_due().await.expect("ran"), 1);
        if matches!(other, Outcome::Again { .. }) {
            // A third holder is at work when the sleeper wakes.
            world
                .sql("UPDATE outbox SET attempts = 1, lease_until = 1 WHERE id = 'a'")
                .await;
        }
        let before = world.state("a").await;
        go_on.notify_one();
        let slept = sleeping
            .await
            .expect("no panic")
            .expect("a lost lease is no error");
        assert_eq!(slept, 1);
        assert_eq!(world.state("a").await, before);
    }
}

#[tokio::test]
async fn jobs_that_cannot_start_in_time_are_given_back_uncounted() {
    let world = World::new().await;
    world.push(&["a", "b", "c"]).await;
    let clock = world.clock.clone();
    let runner = world
        .runner(By(move |_| {
            // The first takes so long that the others' leases would not last.
            clock.pass(11 * SECOND);
            async { Ok(Outcome::Done) }
        }))
        .with_limits(Limits {
            at_once: 1,
            ..Limits::default()
        });
    assert_eq!(runner.run_due().await.expect("ran"), 3);
    assert!(world.state("a").await.done);
    for id in ["b", "c"] {
        let state = world.state(id).await;
        assert!(!state.done && !state.leased, "{state:?}");
        assert_eq!((state.attempts, state.error), (0, None));
    }
    assert_eq!(drain(&runner).await, 2 + 1);
    assert_eq!(world.pending().await, 0);
}

#[tokio::test]
async fn a_job_that_kills_its_process_each_time_is_buried() {
    let world = World::new().await;
    world.push(&["a"]).await;
    world
        .sql("UPDATE outbox SET attempts = 8, lease_until = 1")
        .await;
    let called = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&called);
    let runner = world.runner(By(move |_| {
        seen.store(true, Ordering::SeqCst);
        async { Ok(Outcome::Done) }
    }));
    assert_eq!(drain(&runner).await, 1);
    let state = world.state("a").await;
    assert!(state.dead && !called.load(Ordering::SeqCst), "{state:?}");
    assert!(state.error.expect("told").contains("without a word"));
}

#[tokio::test]
async fn marks_that_cannot_be_written_are_an_error_and_the_row_comes_back() {
    let world = World::new().await;
    world.push(&["a"]).await;
    // A database of its own, which the handler takes away from its runner.
    let config = db::Config::new(world.url().parse().expect("a url"));
    let db = db::Db::open(&config).await.expect("opened");
    let runner = {
        let db = db.clone();
        world.runner_on(
            db.clone(),
            By(move |_| {
                let db = db.clone();
                async move {
                    db.close().await.map_err(|e| e.to_string())?;
                    Ok(Outcome::Done)
                }
            }),
        )
    };
    let error = runner.run_due().await.expect_err("the database is gone");
    let outbox::Error::Db(cause) = &error else {
        panic!("{error:?}");
    };
    assert!(cause.is_unavailable(), "{cause:?}");
    assert!(world.state("a").await.leased);

    world.clock.pass(30 * SECOND);
    let runner = world.runner(By(|_| async { Ok(Outcome::Done) }));
    assert_eq!(drain(&runner).await, 1);
    assert!(world.state("a").await.done);
}
