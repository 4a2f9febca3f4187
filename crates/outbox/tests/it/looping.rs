//! The loop of a server: woken, paused, stopped, and outlasting trouble.

use std::sync::Arc;
use std::time::Duration;

use outbox::{Limits, Outcome, Push, Runner};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use crate::world::{By, SECOND, World, mail};

struct Loop {
    wake: Arc<Notify>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Loop {
    fn start<H: outbox::Handler + 'static>(runner: &Arc<Runner<H>>) -> Self {
        let (wake, (stop, told)) = (Arc::new(Notify::new()), watch::channel(false));
        let (runner, waker) = (Arc::clone(runner), Arc::clone(&wake));
        let task = tokio::spawn(async move { runner.run(&waker, told).await });
        Self { wake, stop, task }
    }

    async fn end(self) {
        self.stop.send_replace(true);
        within(self.task)
            .await
            .expect("the loop ends without a panic");
    }
}

async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("it happens in time")
}

type Seen = mpsc::UnboundedReceiver<String>;

fn telling(world: &World) -> (Arc<Runner<impl outbox::Handler + 'static>>, Seen) {
    let (tell, seen) = mpsc::unbounded_channel();
    let runner = world.runner(By(move |id| {
        let told = tell.send(id).map_err(|e| e.to_string());
        async move { told.map(|()| Outcome::Done) }
    }));
    (Arc::new(runner), seen)
}

#[tokio::test]
async fn it_works_off_what_is_there_and_what_it_is_woken_for() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let (runner, mut seen) = telling(&world);
    let running = Loop::start(&runner);
    assert_eq!(within(seen.recv()).await.as_deref(), Some("a"));
    world.push(&["b"]).await;
    running.wake.notify_one();
    assert_eq!(within(seen.recv()).await.as_deref(), Some("b"));
    // Without a wake-up it looks by itself.
    world.push(&["c"]).await;
    assert_eq!(within(seen.recv()).await.as_deref(), Some("c"));
    running.end().await;
    assert_eq!(world.pending().await, 0);
}

#[tokio::test]
async fn it_waits_for_the_next_due_time() {
    let world = World::new().await;
    let tx = world.db().write().await.expect("a transaction");
    let soon = Push {
        due_at: world.clock.now() + SECOND / 2,
        ..world.due_now("soon")
    };
    outbox::push(&tx, &mail("soon"), soon)
        .await
        .expect("pushed");
    tx.commit().await.expect("committed");
    let (runner, mut seen) = telling(&world);
    let running = Loop::start(&runner);
    running.wake.notify_one();
    tokio::task::yield_now().await;
    seen.try_recv().expect_err("not due");
    world.clock.pass(SECOND);
    assert_eq!(within(seen.recv()).await.as_deref(), Some("soon"));
    running.end().await;
}

#[tokio::test]
async fn paused_it_takes_nothing_and_resumed_it_goes_on() {
    let world = World::new().await;
    let (runner, mut seen) = telling(&world);
    runner.pause();
    let running = Loop::start(&runner);
    world.push(&["a"]).await;
    for _ in 0..100 {
        running.wake.notify_one();
        tokio::task::yield_now().await;
    }
    seen.try_recv().expect_err("paused");
    assert_eq!(world.state("a").await.attempts, 0);
    runner.resume();
    assert_eq!(within(seen.recv()).await.as_deref(), Some("a"));
    running.end().await;
}

#[tokio::test]
async fn told_to_stop_it_ends_what_it_began_and_gives_the_rest_back() {
    let world = World::new().await;
    world.push(&["a", "b", "c"]).await;
    let (stop, told) = watch::channel(false);
    let runner = world
        .runner(By(move |_| {
            stop.send_replace(true);
            async {
                tokio::task::yield_now().await;
                Ok(Outcome::Done)
            }
        }))
        .with_limits(Limits {
            at_once: 1,
            ..Limits::default()
        });
    within(runner.run(&Notify::new(), told)).await;
    assert!(world.state("a").await.done);
    for id in ["b", "c"] {
        let state = world.state(id).await;
        assert!(!state.leased && !state.done, "{state:?}");
        assert_eq!(state.attempts, 0);
    }
}

#[tokio::test]
async fn without_a_sender_to_stop_it_it_ends() {
    let world = World::new().await;
    let (runner, _seen) = telling(&world);
    let (stop, told) = watch::channel(false);
    drop(stop);
    within(runner.run(&Notify::new(), told)).await;

    let running = Loop::start(&runner);
    tokio::task::yield_now().await;
    drop(running.stop);
    within(running.task).await.expect("no panic");
}

#[tokio::test]
async fn trouble_with_the_database_is_waited_out() {
    let world = World::new().await;
    world.sql("ALTER TABLE outbox RENAME TO hidden").await;
    let (runner, mut seen) = telling(&world);
    assert!(runner.run_due().await.is_err());
    let running = Loop::start(&runner);
    for _ in 0..3 {
        running.wake.notify_one();
        tokio::task::yield_now().await;
    }
    world.sql("ALTER TABLE hidden RENAME TO outbox").await;
    world.push(&["a"]).await;
    running.wake.notify_one();
    assert_eq!(within(seen.recv()).await.as_deref(), Some("a"));
    running.end().await;
}
