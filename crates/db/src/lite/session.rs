//! A SQLite connection in use: a reading one on loan, or the writer during one turn.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use super::{
    Arc, Bind, Connection, Each, Error, Mutex, OwnedSemaphorePermit, Readers, Result, Row, Slot,
    Turn, blocking, lock, quick, text,
};
use crate::row::Source;

pub(crate) struct Session {
    held: Held,
    failed: OnceLock<Error>,
}

enum Held {
    Reader {
        slot: Slot,
        home: Arc<Readers>,
        /// Given back after the connection: fields are dropped after `Drop::drop`.
        _permit: OwnedSemaphorePermit,
    },
    Writer(Turn),
}

impl Session {
    pub(super) fn reader(
        connection: Connection,
        home: Arc<Readers>,
        permit: OwnedSemaphorePermit,
    ) -> Session {
        Session {
            held: Held::Reader {
                slot: Mutex::new(Some(connection)),
                home,
                _permit: permit,
            },
            failed: OnceLock::new(),
        }
    }

    pub(super) fn writer(turn: Turn) -> Session {
        Session {
            held: Held::Writer(turn),
            failed: OnceLock::new(),
        }
    }

    fn slot(&self) -> &Slot {
        match &self.held {
            Held::Reader { slot, .. } => slot,
            Held::Writer(turn) => turn,
        }
    }

    pub fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(lock(self.slot()).as_ref().ok_or(Error::Closed)?)
    }

    /// Runs a statement; the answer is the number of rows it changed.
    /// After an error every further statement repeats it, as PostgreSQL would refuse them:
    /// code that goes on after an error must not work on one engine only.
    pub fn statement(&self, sql: &'static str, args: &[&dyn Bind], each: Each<'_>) -> Result<u64> {
        if let Some(first) = self.failed.get() {
            return Err(first.clone());
        }
        let answer = self.with(|connection| run(connection, sql, args, each));
        if let Err(error) = &answer
            && error.spoils()
        {
            // Nobody else can have set it: a statement runs in place.
            let _ = self.failed.set(error.clone());
        }
        answer
    }

    pub fn commit(self) -> Result<()> {
        if let Some(first) = self.failed.get() {
            return Err(first.clone());
        }
        let begun = Instant::now();
        let commit = || self.with(|connection| quick(connection, "COMMIT"));
        let done = if COMMIT_TOOK.load(Ordering::Relaxed) < QUICK {
            commit()
        } else {
            blocking(commit)
        };
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        COMMIT_TOOK.store(took, Ordering::Relaxed);
        done
    }
}

/// How long the last COMMIT of this process took, in microseconds. Handing the thread's other work to another thread
/// costs more than a quick disk's fsync; with a slow one it must not stand still. Measured: 15 % more changes a second.
static COMMIT_TOOK: AtomicU64 = AtomicU64::new(0);
const QUICK: u64 = 1000;

fn run(
    connection: &Connection,
    sql: &'static str,
    args: &[&dyn Bind],
    each: Each<'_>,
) -> Result<u64> {
    let mut statement = connection.prepare_cached(&text::sqlite(sql))?;
    let wanted = statement.parameter_count();
    if wanted != args.len() {
        // SQLite would take the missing ones for NULL.
        return Err(rusqlite::Error::InvalidParameterCount(args.len(), wanted).into());
    }
    for (index, arg) in args.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, arg.bind())?;
    }
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        if !each(&mut Row::new(Source::Lite(row)))? {
            break;
        }
    }
    drop(rows);
    Ok(connection.changes())
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut slot = lock(self.slot());
        let Some(connection) = slot.take() else {
            return;
        };
        // A full disk has already rolled back. A connection whose transaction cannot be ended is given up.
        if !connection.is_autocommit() && quick(&connection, "ROLLBACK").is_err() {
            tracing::warn!(
                "sqlite: a transaction could not be rolled back, its connection is closed"
            );
            return;
        }
        match &self.held {
            Held::Reader { home, .. } => lock(&home.idle).push(connection),
            Held::Writer(_) => *slot = Some(connection),
        }
    }
}
