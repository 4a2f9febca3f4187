//! Group commit: changes that come close together share one COMMIT, and with it one wait for the disk.
//!
//! There is one writing connection and a turn at it. Who ends a turn while others wait for theirs leaves its work in
//! the open transaction, gives the turn on and waits; who ends one with nobody behind it runs COMMIT for all. A task of
//! its own, the closer, queues for the turn like everybody else and runs that COMMIT where no turn did: so it comes
//! however many futures are dropped, and the group is never larger than who waited when it began.
//!
//! While nobody has the turn, a transaction is open exactly when `pending` is not empty, and then a closer is queued.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::{runtime::Handle, sync::oneshot, task::JoinHandle};

#[cfg(test)]
mod tests;

use super::{
    Arc, Connection, Duration, Error, Instant, Mutex, OwnedMutexGuard, Path, Result, blocking,
    lock, open_writer, quick, retry, timeout, timeout_at,
};

pub(crate) struct Writer {
    turn: Arc<tokio::sync::Mutex<Mutex<Group>>>,
    /// How many wait for a turn; the closer is none of them.
    waiting: AtomicUsize,
}

/// What the turn is about.
struct Group {
    /// None: not opened yet, or given up because its transaction could not be ended.
    connection: Option<Connection>,
    /// Everybody whose answer rests on the open transaction.
    pending: Vec<oneshot::Sender<Result<()>>>,
    closer: Option<JoinHandle<()>>,
}

/// The writing connection, and nobody else at it.
pub(crate) struct Turn {
    group: OwnedMutexGuard<Mutex<Group>>,
    writer: Arc<Writer>,
}

/// One change in its turn. Dropped without an end it is undone, and what others left in the transaction stays.
pub(super) struct Part {
    turn: Turn,
    /// A savepoint in a transaction that holds the work of others; else the transaction itself.
    nested: bool,
    ended: bool,
}

/// How a turn ended.
enum End {
    Settled,
    /// In the group: the outcome of its COMMIT will be told.
    Waits(oneshot::Receiver<Result<()>>),
}

impl Writer {
    pub fn new(connection: Connection) -> Arc<Writer> {
        Arc::new(Writer {
            turn: Arc::new(tokio::sync::Mutex::new(Mutex::new(Group {
                connection: Some(connection),
                pending: Vec::new(),
                closer: None,
            }))),
            waiting: AtomicUsize::new(0),
        })
    }

    pub async fn turn(self: &Arc<Self>, deadline: Instant) -> Result<Turn> {
        let group = if let Ok(group) = Arc::clone(&self.turn).try_lock_owned() {
            group
        } else {
            let _counted = Counted::new(&self.waiting);
            timeout_at(deadline, Arc::clone(&self.turn).lock_owned())
                .await
                .ok()
                .ok_or(Error::Timeout("the writer's turn"))?
        };
        Ok(Turn {
            group,
            writer: Arc::clone(self),
        })
    }

    fn somebody_waits(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }
}

/// One who waits, counted until the waiting ends or its future is dropped.
struct Counted<'w>(&'w AtomicUsize);

impl<'w> Counted<'w> {
    fn new(waiting: &'w AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turn {
    /// Commits what others have left, so that no transaction is open.
    pub fn settle(&self) -> Result<()> {
        lock(&self.group).settle()
    }

    /// Takes the connection out, for closing it.
    pub fn take(&self) -> Option<Connection> {
        lock(&self.group).connection.take()
    }

    /// Opens a transaction, or joins the one that others have left open.
    /// IMMEDIATE, because a transaction that begins by reading could not become a writing one behind another's commit.
    pub(super) async fn begin(self, path: &Path, deadline: Instant) -> Result<Part> {
        let begin = || {
            let mut group = lock(&self.group);
            let nested = !group.pending.is_empty();
            let connection = match &mut group.connection {
                Some(connection) => connection,
                none => none.insert(open_writer(path)?),
            };
            let text = if nested {
                "SAVEPOINT part"
            } else {
                "BEGIN IMMEDIATE"
            };
            quick(connection, text)?;
            Ok(nested)
        };
        let nested = retry(deadline, begin).await?;
        Ok(Part {
            turn: self,
            nested,
            ended: false,
        })
    }

    /// The end of a turn that others' answers may rest on: with nobody behind us the COMMIT is ours.
    fn pass_on(&self) -> Result<End> {
        let mut group = lock(&self.group);
        let Ok(runtime) = Handle::try_current() else {
            return group.settle().map(|()| End::Settled);
        };
        if !self.writer.somebody_waits() {
            return group.settle().map(|()| End::Settled);
        }
        let (tell, told) = oneshot::channel();
        group.pending.push(tell);
        // A closer can only have ended without closing if its runtime has.
        if group.closer.as_ref().is_none_or(JoinHandle::is_finished) {
            let turn = Arc::clone(&self.writer.turn);
            group.closer = Some(runtime.spawn(async move {
                let group = turn.lock_owned().await;
                let mut group = lock(&group);
                group.closer = None;
                // Whoever waits is told; nobody else is here to hear it.
                let _ = group.settle();
            }));
        }
        Ok(End::Waits(told))
    }
}

impl Group {
    /// COMMIT, if a transaction is open, and its outcome to all who wait for it.
    fn settle(&mut self) -> Result<()> {
        let done = match &self.connection {
            Some(connection) if !connection.is_autocommit() => {
                commit(connection).map_err(Error::of_commit)
            }
            Some(_) if self.pending.is_empty() => Ok(()),
            _ => Err(Error::Closed),
        };
        if done.is_err() {
            self.roll_back();
        }
        self.tell(&done);
        done
    }

    /// The transaction is lost, with the work of all.
    fn fail(&mut self, error: &Error) {
        self.roll_back();
        self.tell(&Err(error.clone()));
    }

    fn tell(&mut self, outcome: &Result<()>) {
        for tell in self.pending.drain(..) {
            // Who has gone away hears nothing.
            let _ = tell.send(outcome.clone());
        }
    }

    /// A full disk has already rolled back. A connection whose transaction cannot be ended is given up.
    fn roll_back(&mut self) {
        if let Some(connection) = &self.connection
            && !connection.is_autocommit()
            && quick(connection, "ROLLBACK").is_err()
        {
            tracing::warn!(
                "sqlite: a transaction could not be rolled back, its connection is closed"
            );
            self.connection = None;
        }
    }
}

impl Part {
    pub fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut group = lock(&self.turn.group);
        let connection = group.connection.as_ref().ok_or(Error::Closed)?;
        let done = work(connection);
        if let Err(error) = &done
            && connection.is_autocommit()
        {
            // SQLite has rolled back by itself: a full disk, an error of the file.
            group.fail(error);
        }
        done
    }

    /// Returns `Ok` when the COMMIT that holds this part has succeeded.
    pub async fn commit(mut self, patience: Duration) -> Result<()> {
        let end = self.keep()?;
        drop(self);
        match end {
            End::Waits(told) => outcome(told, patience).await,
            End::Settled => {
                // Whoever waits goes first, this one's answer can be written meanwhile. Measured with one writer too: a
                // task that goes on where it blocked is slower than one that is taken up anew.
                tokio::task::yield_now().await;
                Ok(())
            }
        }
    }

    /// Undoes this part; returns when nothing that it may have seen is uncommitted any more.
    pub async fn discard(mut self, patience: Duration) -> Result<()> {
        self.undo()?;
        let alone = lock(&self.turn.group).pending.is_empty();
        let end = if alone {
            End::Settled
        } else {
            self.turn.pass_on()?
        };
        drop(self);
        match end {
            End::Waits(told) => outcome(told, patience).await,
            End::Settled => Ok(()),
        }
    }

    fn keep(&mut self) -> Result<End> {
        self.with(|connection| {
            if connection.is_autocommit() {
                return Err(Error::Interrupted);
            }
            if self.nested {
                quick(connection, "RELEASE part")?;
            }
            Ok(())
        })?;
        self.ended = true;
        self.turn.pass_on()
    }

    fn undo(&mut self) -> Result<()> {
        self.ended = true;
        let mut group = lock(&self.turn.group);
        let undone = match &group.connection {
            Some(connection) if self.nested && !connection.is_autocommit() => {
                quick(connection, "ROLLBACK TO part")
                    .and_then(|()| quick(connection, "RELEASE part"))
            }
            // Its own, or lost with all the others' work: they have been told.
            _ => {
                group.roll_back();
                return Ok(());
            }
        };
        if let Err(error) = &undone {
            group.fail(error);
        }
        undone
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.ended {
            // The others of its group hear of a failure, here nobody is left to.
            let _ = self.undo();
        }
    }
}

async fn outcome(told: oneshot::Receiver<Result<()>>, patience: Duration) -> Result<()> {
    match timeout(patience, told).await {
        Ok(Ok(outcome)) => outcome,
        // Nobody knows what became of it: the wait was too long, or the process is ending.
        Ok(Err(_)) | Err(_) => Err(Error::InDoubt),
    }
}

/// In place while the disk is quick, else where blocking is allowed.
fn commit(connection: &Connection) -> Result<()> {
    let begun = std::time::Instant::now();
    let commit = || quick(connection, "COMMIT");
    let done = if COMMIT_TOOK.load(Ordering::Relaxed) < QUICK {
        commit()
    } else {
        blocking(commit)
    };
    let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    COMMIT_TOOK.store(took, Ordering::Relaxed);
    done
}

/// How long the last COMMIT of this process took, in microseconds. Handing the thread's other work to another thread
/// costs more than a quick disk's fsync; with a slow one it must not stand still. Measured: 15 % more changes a second.
static COMMIT_TOOK: AtomicU64 = AtomicU64::new(0);
const QUICK: u64 = 1000;
