//! The SQLite side: many reading connections, one writing connection and a turn at it.
//! Statements run in place.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{
    Connection, ErrorCode, OpenFlags, ToSql,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{Bind, Config, Error, Result, Row, Value, row, text};

mod group;
mod session;
use group::{Turn, Writer};
pub(crate) use session::Session;

/// What a statement does with each row; `false` says that it has seen enough.
pub(crate) type Each<'e> = &'e mut (dyn for<'r> FnMut(&mut Row<'r>) -> Result<bool> + Send);

pub(crate) struct Lite {
    path: Arc<Path>,
    acquire: Duration,
    readers: Arc<Readers>,
    reader_count: u32,
    writer: Arc<Writer>,
}

struct Readers {
    idle: Mutex<Vec<Connection>>,
    /// Closed together with the database, for the writer too.
    permits: Arc<Semaphore>,
}

impl Lite {
    pub async fn open(path: &Path, config: &Config) -> Result<Lite> {
        let path: Arc<Path> = path.into();
        let deadline = Instant::now() + config.acquire;
        let writer = retry(deadline, || open_writer(&path))
            .await
            .map_err(|error| match error {
                Error::Busy => cannot_open(
                    &path,
                    "the database is locked by another process; stop that process",
                ),
                other => other,
            })?;
        let reader_count = u32::try_from(config.readers.max(1)).unwrap_or(1);
        Ok(Lite {
            path,
            acquire: config.acquire,
            readers: Arc::new(Readers {
                idle: Mutex::default(),
                permits: Arc::new(Semaphore::new(reader_count as usize)),
            }),
            reader_count,
            writer: Writer::new(writer),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A reading connection; with `snapshot`, its first statement fixes what it sees.
    pub async fn read(&self, snapshot: bool) -> Result<Session> {
        let permits = &self.readers.permits;
        let permit = match Arc::clone(permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) if permits.is_closed() => return Err(Error::Closed),
            Err(_) => timeout(self.acquire, Arc::clone(permits).acquire_owned())
                .await
                .ok()
                .ok_or(Error::Timeout("a reading connection"))?
                .ok()
                .ok_or(Error::Closed)?,
        };
        let idle = lock(&self.readers.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        let session = Session::reader(connection, Arc::clone(&self.readers), permit);
        if snapshot {
            session.with(|connection| quick(connection, "BEGIN"))?;
        }
        Ok(session)
    }

    /// The writer's turn, with no transaction open.
    pub async fn turn(&self, deadline: Instant) -> Result<Turn> {
        let turn = self.turn_in_group(deadline).await?;
        // Whose work it was is told of a failure; the connection is free either way.
        let _ = turn.settle();
        Ok(turn)
    }

    async fn turn_in_group(&self, deadline: Instant) -> Result<Turn> {
        let turn = self.writer.turn(deadline).await?;
        if self.readers.permits.is_closed() {
            return Err(Error::Closed);
        }
        Ok(turn)
    }

    pub fn deadline(&self) -> Instant {
        Instant::now() + self.acquire
    }

    /// The writing connection with a transaction open.
    pub async fn write(&self) -> Result<Session> {
        let deadline = self.deadline();
        let turn = self.turn_in_group(deadline).await?;
        let part = turn.begin(&self.path, deadline).await?;
        Ok(Session::writer(part, self.acquire))
    }

    /// Waits for reads and the write under way, folds the log into the file and closes it.
    pub async fn close(&self) -> Result<()> {
        let permits = &self.readers.permits;
        let _all = timeout(self.acquire, permits.acquire_many(self.reader_count))
            .await
            .ok()
            .ok_or(Error::Timeout("the last reads to end"))?
            .ok()
            .ok_or(Error::Closed)?;
        let turn = self.turn(self.deadline()).await?;
        permits.close();
        lock(&self.readers.idle).clear();
        let Some(connection) = turn.take() else {
            return Ok(());
        };
        blocking(|| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
            connection.close().map_err(|(_, error)| error)
        })?;
        Ok(())
    }
}

/// Tries again while the database is busy, without blocking the thread, until the deadline.
pub(crate) async fn retry<T>(
    deadline: Instant,
    mut attempt: impl FnMut() -> Result<T>,
) -> Result<T> {
    let mut pause = Duration::from_millis(1);
    loop {
        match attempt() {
            Err(Error::Busy) if Instant::now() + pause < deadline => sleep(pause).await,
            done => return done,
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// `block_in_place` panics on a current-thread runtime, where tests run; there the thread simply waits.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(work)
        }
        _ => work(),
    }
}

/// A lock poisoned by a caller's panic guards a connection that is fine: its transaction is rolled back when dropped.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn quick(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

pub(crate) fn open_writer(path: &Path) -> Result<Connection> {
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty())
        && !folder.is_dir()
    {
        let problem = format!("the folder {} does not exist; create it", folder.display());
        return Err(cannot_open(path, problem));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags)?;
        // Waiting is ours to do: SQLite's own wait would block the thread.
        connection.busy_timeout(Duration::ZERO)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // 16 MB of log: a page changed often is copied back once instead of four times.
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        settings(&connection, -4000, 256)?;
        Ok(connection)
    };
    let connection = open().map_err(|error| open_error(path, error))?;
    if connection.is_readonly("main")? {
        return Err(cannot_open(path, "it is not writable; check its rights"));
    }
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_millis(250))?;
        connection.pragma_update(None, "query_only", true)?;
        settings(&connection, -2000, 128)?;
        Ok(connection)
    };
    open().map_err(|error| open_error(path, error))
}

fn settings(connection: &Connection, cache: i64, statements: usize) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", cache)?;
    // Without it SQLite plans cached statements anew when their arguments change.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(statements);
    Ok(())
}

fn open_error(path: &Path, error: rusqlite::Error) -> Error {
    let problem = match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) if path.is_dir() => "it is a folder; name a file in it",
        Some(ErrorCode::NotADatabase) => "the file is not a database",
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it or its folder is not writable; check the rights"
        }
        _ => match error.into() {
            Error::Sqlite(other) => return cannot_open(path, other.to_string()),
            other => return other,
        },
    };
    cannot_open(path, problem)
}

fn cannot_open(path: &Path, problem: impl Into<String>) -> Error {
    Error::Open {
        path: path.to_owned(),
        problem: problem.into(),
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Value::Bool(flag) => ToSqlOutput::Borrowed(ValueRef::Integer(i64::from(*flag))),
        })
    }
}

pub(crate) fn value<'r>(row: &'r rusqlite::Row<'r>, index: usize) -> Result<Value<'r>> {
    let Ok(found) = row.get_ref(index) else {
        return Err(row::no_such_column());
    };
    match found {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Int(number)),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Ok(Value::Text(text.into())),
            Err(_) => Err(Error::decode("TEXT", "bytes that are not UTF-8")),
        },
        ValueRef::Real(_) => Err(Error::decode("TEXT, BIGINT or BOOLEAN", "REAL")),
        ValueRef::Blob(_) => Err(Error::decode("TEXT, BIGINT or BOOLEAN", "BLOB")),
    }
}
