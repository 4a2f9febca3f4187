//! What becomes of a job: done, again, tried anew, dead.

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use outbox::{Claimed, Handler, Job, Limits, Outcome};
use serde::{Deserialize, Serialize};

use crate::world::{By, Mail, SECOND, World, drain, mail};

#[tokio::test]
async fn due_jobs_are_done_oldest_first_and_once() {
    let world = World::new().await;
    world.push(&["b"]).await;
    world.clock.pass(1);
    world.push(&["a", "c"]).await;
    let seen = Mutex::new(Vec::new());
    let runner = world.runner(By(|id| {
        seen.lock().expect("whole").push(id);
        async { Ok(Outcome::Done) }
    }));
    assert_eq!(runner.run_due().await.expect("ran"), 3);
    assert_eq!(runner.run_due().await.expect("ran"), 0);
    assert_eq!(*seen.lock().expect("whole"), ["b", "a", "c"]);
    let state = world.state("b").await;
    assert!(state.done && !state.leased && !state.dead, "{state:?}");
    assert_eq!(state.attempts, 1);
}

#[tokio::test]
async fn a_batch_is_sixty_four_and_at_most_eight_run_at_once() {
    let world = World::new().await;
    let keys: Vec<_> = (0..100).map(|n| format!("k{n:03}")).collect();
    world
        .push(&keys.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (running, most) = (&running, &most);
    let runner = world.runner(By(move |_| async move {
        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        running.fetch_sub(1, Ordering::SeqCst);
        Ok(Outcome::Done)
    }));
    assert_eq!(runner.run_due().await.expect("ran"), 64);
    assert_eq!(drain(&runner).await, 36);
    assert_eq!(most.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn a_failing_job_is_tried_eight_times_and_then_dead() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let runner = world.runner(By(|_| async { Err("the provider\0 said no".to_owned()) }));
    let waits = [5, 30, 120, 600, 3_600, 10_800, 10_800];
    for (attempts, wait) in (1..).zip(waits) {
        assert_eq!(drain(&runner).await, 1, "try {attempts}");
        let state = world.state("a").await;
        assert_eq!((state.attempts, state.due_in), (attempts, wait * SECOND));
        assert_eq!(state.error.as_deref(), Some("the provider\u{fffd} said no"));
        assert!(!state.leased && !state.dead && !state.done);
        world.clock.pass(wait * SECOND - 1);
        assert_eq!(drain(&runner).await, 0, "not yet");
        world.clock.pass(1);
    }
    assert_eq!(drain(&runner).await, 1);
    let state = world.state("a").await;
    assert!(state.dead && !state.done && !state.leased, "{state:?}");
    world.clock.pass(86_400 * SECOND);
    assert_eq!(drain(&runner).await, 0);
}

#[tokio::test]
async fn a_job_that_recovers_is_done_and_forgets_its_error() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let tries = AtomicUsize::new(0);
    let runner = world.runner(By(|_| {
        let first = tries.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if first {
                Err("once".to_owned())
            } else {
                Ok(Outcome::Done)
            }
        }
    }));
    drain(&runner).await;
    world.clock.pass(5 * SECOND);
    drain(&runner).await;
    let state = world.state("a").await;
    assert!(state.done);
    assert_eq!((state.attempts, state.error), (2, None));
}

#[tokio::test]
async fn a_periodic_job_comes_again_for_ever() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let clock = world.clock.clone();
    let runner = world.runner(By(move |_| {
        let at = clock.now() + 60 * SECOND;
        async move { Ok(Outcome::Again { at }) }
    }));
    for _ in 0..20 {
        assert_eq!(drain(&runner).await, 1);
        let state = world.state("a").await;
        assert_eq!((state.attempts, state.due_in), (0, 60 * SECOND));
        assert!(!state.done && !state.dead && !state.leased);
        world.clock.pass(60 * SECOND);
    }
}

/// Reads its payload and, told so, hides that it could not.
struct Reader {
    hide: bool,
}

impl Handler for Reader {
    async fn handle(&self, job: &Claimed) -> Result<Outcome, String> {
        match job.job::<Mail>() {
            Err(error) if !self.hide => Err(error.into()),
            Ok(read) if read == mail(&job.key) => Ok(Outcome::Done),
            _ => Ok(Outcome::Again { at: 0 }),
        }
    }
}

#[tokio::test]
async fn a_payload_that_cannot_be_read_is_dead_at_once() {
    for hide in [false, true] {
        let world = World::new().await;
        world.push(&["a", "b"]).await;
        world
            .sql("UPDATE outbox SET payload = '{\"to\":' WHERE id = 'a'")
            .await;
        let runner = world.runner(Reader { hide });
        assert_eq!(runner.handler().hide, hide);
        assert_eq!(drain(&runner).await, 2);
        let state = world.state("a").await;
        assert!(state.dead && !state.leased, "{state:?}");
        assert!(state.error.expect("told").contains("payload"));
        assert!(world.state("b").await.done);
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Sms;

impl Job for Sms {
    const KIND: &'static str = "sms";
}

struct WrongKind;

impl Handler for WrongKind {
    async fn handle(&self, job: &Claimed) -> Result<Outcome, String> {
        job.job::<Sms>()?;
        Ok(Outcome::Done)
    }
}

#[tokio::test]
async fn a_job_read_as_another_kind_is_a_failure_and_not_dead() {
    let world = World::new().await;
    world.push(&["a"]).await;
    drain(&world.runner(WrongKind)).await;
    let state = world.state("a").await;
    assert!(!state.dead);
    assert_eq!(
        state.error.as_deref(),
        Some("job a is of kind mail, read as sms")
    );
}

/// Panics in the ways there are, also before there is a future.
struct Panicking;

impl Handler for Panicking {
    fn handle(&self, job: &Claimed) -> impl Future<Output = Result<Outcome, String>> + Send {
        let id = job.id.clone();
        assert!(id != "early", "before the first await");
        async move {
            tokio::task::yield_now().await;
            match id.as_str() {
                "text" => panic!("with a text"),
                "value" => std::panic::panic_any(5_u8),
                _ => Ok(Outcome::Done),
            }
        }
    }
}

#[tokio::test]
async fn a_panic_is_a_failure_of_its_job_only() {
    let world = World::new().await;
    world.push(&["early", "fine", "text", "value"]).await;
    assert_eq!(drain(&world.runner(Panicking)).await, 4);
    assert!(world.state("fine").await.done);
    for (id, error) in [
        ("early", "panicked: before the first await"),
        ("text", "panicked: with a text"),
        ("value", "panicked: no text"),
    ] {
        let state = world.state(id).await;
        assert_eq!(state.error.as_deref(), Some(error));
        assert_eq!((state.attempts, state.due_in), (1, 5 * SECOND));
    }
}

#[tokio::test]
async fn a_handler_over_its_time_is_dropped_and_tried_again() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let runner = world
        .runner(By(|_| std::future::pending()))
        .with_limits(Limits {
            handle: Duration::from_millis(5),
            ..Limits::default()
        });
    assert_eq!(drain(&runner).await, 1);
    let state = world.state("a").await;
    assert_eq!((state.attempts, state.due_in), (1, 5 * SECOND));
    assert!(state.error.expect("told").starts_with("not done in 5ms"));
}

/// Writes in its own transaction, marks in it, and looks for transactions left open by the runner.
struct Finishing {
    db: db::Db,
    now: i64,
}

impl Handler for Finishing {
    async fn handle(&self, job: &Claimed) -> Result<Outcome, String> {
        if self.db.engine() == db::Engine::Postgres {
            let db = self.db.read_one().await.map_err(|e| e.to_string())?;
            let open: Option<(i64,)> = db
                .one(
                    "SELECT COUNT(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND state = 'idle in transaction'",
                    &[],
                )
                .await
                .map_err(|e| e.to_string())?;
            assert_eq!(open, Some((0,)), "no transaction is open while handling");
        }
        // On SQLite this would wait for ever, were the runner in a transaction.
        let tx = self.db.write().await.map_err(|e| e.to_string())?;
        assert!(
            outbox::finish(&tx, job, self.now)
                .await
                .map_err(|e| e.to_string())?
        );
        assert!(
            !outbox::finish(&tx, job, self.now)
                .await
                .map_err(|e| e.to_string())?
        );
        if job.id == "dropped" {
            return Ok(Outcome::Finished);
        }
        tx.commit().await.map_err(|e| e.to_string())?;
        Ok(Outcome::Finished)
    }
}

#[tokio::test]
async fn finish_commits_with_the_effect_or_not_at_all() {
    let world = World::new().await;
    let handler = Finishing {
        db: world.db().clone(),
        now: world.clock.now(),
    };
    let runner = world.runner(handler).with_limits(Limits {
        at_once: 1,
        ..Limits::default()
    });
    world.push(&["a", "dropped"]).await;
    assert_eq!(drain(&runner).await, 2);
    assert!(world.state("a").await.done);
    // Whoever answers Finished without a commit gets the job back after its lease.
    let state = world.state("dropped").await;
    assert!(!state.done && state.leased, "{state:?}");
}
