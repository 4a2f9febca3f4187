//! A SQLite connection in use: a reading one on loan, or the writer during one turn.

use std::sync::OnceLock;

use super::{
    Arc, Bind, Connection, Duration, Each, Error, Mutex, OwnedSemaphorePermit, Readers, Result,
    Row, group::Part, lock, quick, text,
};
use crate::row::Source;

pub(crate) struct Session {
    held: Held,
    failed: OnceLock<Error>,
}

enum Held {
    Reader(Loan),
    Writer {
        part: Part,
        /// How long to wait for the group's COMMIT.
        patience: Duration,
    },
}

/// A reading connection that goes back where it came from.
struct Loan {
    connection: Mutex<Option<Connection>>,
    home: Arc<Readers>,
    /// Given back after the connection: fields are dropped after `Drop::drop`.
    _permit: OwnedSemaphorePermit,
}

impl Session {
    pub(super) fn reader(
        connection: Connection,
        home: Arc<Readers>,
        permit: OwnedSemaphorePermit,
    ) -> Session {
        Session {
            held: Held::Reader(Loan {
                connection: Mutex::new(Some(connection)),
                home,
                _permit: permit,
            }),
            failed: OnceLock::new(),
        }
    }

    pub(super) fn writer(part: Part, patience: Duration) -> Session {
        Session {
            held: Held::Writer { part, patience },
            failed: OnceLock::new(),
        }
    }

    pub fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        match &self.held {
            Held::Reader(loan) => work(lock(&loan.connection).as_ref().ok_or(Error::Closed)?),
            Held::Writer { part, .. } => part.with(work),
        }
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

    pub async fn commit(self) -> Result<()> {
        let failed = self.failed.get().cloned();
        match (self.held, failed) {
            (Held::Writer { part, patience }, None) => part.commit(patience).await,
            // The error may rest on what another one of the group has written.
            (Held::Writer { part, patience }, Some(first)) => {
                part.discard(patience).await?;
                Err(first)
            }
            (Held::Reader(_), _) => Ok(()),
        }
    }

    pub async fn discard(self) -> Result<()> {
        match self.held {
            Held::Writer { part, patience } => part.discard(patience).await,
            Held::Reader(_) => Ok(()),
        }
    }
}

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

impl Drop for Loan {
    fn drop(&mut self) {
        let Some(connection) = lock(&self.connection).take() else {
            return;
        };
        if !connection.is_autocommit() && quick(&connection, "ROLLBACK").is_err() {
            tracing::warn!("sqlite: a snapshot could not be ended, its connection is closed");
            return;
        }
        lock(&self.home.idle).push(connection);
    }
}
