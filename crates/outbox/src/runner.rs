//! The runner: claims what is due, has it handled outside any transaction, marks the batch.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use db::Db;
use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::{Notify, watch};

use crate::job::Claimed;
use crate::mark::{self, Mark};
use crate::{Result, store};

/// The longest sleep: how late a push without a wake-up, or of another instance, may be seen.
const IDLE: Duration = Duration::from_secs(1);
/// The shortest: another runner may be busy with the row that is due.
const BREATH: Duration = Duration::from_millis(20);

/// How a job went, when it went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The runner marks it done together with its batch.
    Done,
    /// The handler called [`crate::finish`] in a transaction it has committed.
    Finished,
    /// The job is due again at `at`, with a fresh count of tries.
    Again { at: i64 },
}

/// Does the work. Jobs are delivered at least once: the same one may come twice.
pub trait Handler: Send + Sync {
    /// An error is a text for operators; the job is tried again later.
    fn handle(&self, job: &Claimed) -> impl Future<Output = Result<Outcome, String>> + Send;
}

/// The numbers of a runner.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Rows per claim.
    pub batch: u16,
    /// Jobs handled at once.
    pub at_once: usize,
    /// How long a claimed row belongs to its runner.
    pub lease: Duration,
    /// How long a handler may take. A job is started only while this much and
    /// [`Limits::reserve`] are left of its lease.
    pub handle: Duration,
    /// The rest of the lease, for writing the marks.
    pub reserve: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch: 64,
            at_once: 8,
            lease: Duration::from_secs(30),
            handle: Duration::from_secs(15),
            reserve: Duration::from_secs(5),
        }
    }
}

/// Runs jobs of one database through one handler. Share it in an `Arc`.
pub struct Runner<H> {
    db: Db,
    handler: H,
    now: Box<dyn Fn() -> i64 + Send + Sync>,
    limits: Limits,
    paused: AtomicBool,
    resumed: Notify,
}

impl<H: Handler> Runner<H> {
    /// `now` gives microseconds since 1970.
    pub fn new(db: Db, handler: H, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            db,
            handler,
            now: Box::new(now),
            limits: Limits::default(),
            paused: AtomicBool::new(false),
            resumed: Notify::new(),
        }
    }

    /// The same runner with other numbers.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The handler given at construction.
    pub fn handler(&self) -> &H {
        &self.handler
    }

    /// Makes [`Runner::run`] claim nothing more until [`Runner::resume`]; the batch at hand ends.
    pub fn pause(&self) {
        self.paused.store(true, Ordering::Release);
    }

    /// Ends a pause.
    pub fn resume(&self) {
        self.paused.store(false, Ordering::Release);
        self.resumed.notify_one();
    }

    /// Takes one batch of what is due now and returns how many jobs it took.
    ///
    /// Called until it answers 0 it drains the outbox, paused or not.
    pub async fn run_due(&self) -> Result<usize> {
        self.run_batch(&|| false).await
    }

    /// Works until `stop` holds true or its sender is gone.
    ///
    /// `wake` saves the wait after a push; a lost wake-up costs a second. When told to
    /// stop it ends the jobs it has started and gives the others back.
    pub async fn run(&self, wake: &Notify, mut stop: watch::Receiver<bool>) {
        let mut failing = false;
        loop {
            if told(&stop) {
                return;
            }
            let wait = if self.paused.load(Ordering::Acquire) {
                IDLE
            } else {
                match self.run_batch(&|| told(&stop)).await {
                    Ok(taken) => {
                        if failing {
                            tracing::info!("the outbox runs again");
                        }
                        failing = false;
                        if taken > 0 {
                            Duration::ZERO
                        } else {
                            self.pause_length().await
                        }
                    }
                    Err(error) => {
                        // Once per outage, not once per second of it.
                        if !failing {
                            tracing::error!(%error, "the outbox cannot be run");
                        }
                        failing = true;
                        IDLE
                    }
                }
            };
            if wait.is_zero() {
                // Also when every await was ready at once, others get their turn.
                tokio::task::yield_now().await;
                continue;
            }
            tokio::select! {
                () = wake.notified() => {}
                () = self.resumed.notified() => {}
                () = tokio::time::sleep(wait) => {}
                // An error means that nobody can stop the runner any more; the loop's head ends it.
                _ = stop.changed() => {}
            }
        }
    }

    async fn pause_length(&self) -> Duration {
        let now = (self.now)();
        match self.find_next_due(now).await {
            Ok(Some(due_at)) => {
                let wait = u64::try_from(due_at.saturating_sub(now)).unwrap_or(0);
                Duration::from_micros(wait).clamp(BREATH, IDLE)
            }
            _ => IDLE,
        }
    }

    async fn find_next_due(&self, now: i64) -> Result<Option<i64>> {
        let db = self.db.read_one().await?;
        Ok(store::find_next_due(&db, now).await?)
    }

    async fn run_batch(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<usize> {
        let now = (self.now)();
        // A look costs no transaction, and most looks find nothing.
        if self
            .find_next_due(now)
            .await?
            .is_none_or(|due_at| due_at > now)
        {
            return Ok(0);
        }
        let tx = self.db.write().await?;
        let lease_until = now.saturating_add(micros(self.limits.lease));
        let claimed = store::claim(&tx, now, lease_until, i64::from(self.limits.batch)).await?;
        tx.commit().await?;
        let taken = claimed.len();
        let mut marks: Vec<(Claimed, Mark)> = stream::iter(claimed)
            .map(|job| self.take(job, stop))
            .buffer_unordered(self.limits.at_once.max(1))
            .collect()
            .await;
        mark::write_all(&self.db, &mut marks).await?;
        Ok(taken)
    }

    async fn take(&self, job: Claimed, stop: &(dyn Fn() -> bool + Sync)) -> (Claimed, Mark) {
        let mark = self.mark_for(&job, stop).await;
        (job, mark)
    }

    async fn mark_for(&self, job: &Claimed, stop: &(dyn Fn() -> bool + Sync)) -> Mark {
        let needed = micros(self.limits.handle).saturating_add(micros(self.limits.reserve));
        let started = (self.now)();
        if mark::exhausted(job.attempts) {
            let error = "every try ended without a word: the process or its lease died each time";
            return Mark::Dead {
                at: started,
                error: error.to_owned(),
            };
        }
        if stop() || job.lease_until.saturating_sub(started) < needed {
            return Mark::Released;
        }
        let result = self.guarded(job).await;
        let now = (self.now)();
        match result {
            Err(error) if job.unreadable.load(Ordering::Relaxed) => Mark::Dead {
                at: now,
                error: mark::cut(&error),
            },
            Err(error) => mark::failed(job.attempts, now, &error),
            Ok(_) if job.unreadable.load(Ordering::Relaxed) => Mark::Dead {
                at: now,
                error: "the payload could not be read".to_owned(),
            },
            Ok(Outcome::Done) => Mark::Done { at: now },
            Ok(Outcome::Finished) => Mark::Nothing,
            Ok(Outcome::Again { at }) => Mark::Again { at },
        }
    }

    /// The handler, kept from killing the runner and from outliving the lease.
    async fn guarded(&self, job: &Claimed) -> Result<Outcome, String> {
        // The handler may panic before its first await, so the call itself is inside too.
        let handling = AssertUnwindSafe(async { self.handler.handle(job).await }).catch_unwind();
        match tokio::time::timeout(self.limits.handle, handling).await {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => Err(format!("panicked: {}", panic_text(&*panic))),
            Err(elapsed) => Err(format!("not done in {:?}: {elapsed}", self.limits.handle)),
        }
    }
}

fn told(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return text;
    }
    panic
        .downcast_ref::<String>()
        .map_or("no text", String::as_str)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
