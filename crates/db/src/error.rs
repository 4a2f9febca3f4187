//! One error for both engines: what a caller decides on has a variant, the rest keeps its source.

use std::{error::Error as _, fmt::Write as _, io, path::PathBuf, sync::Arc};

use rusqlite::{ErrorCode, ffi};
use tokio_postgres::error::SqlState;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// It is `Clone` because a transaction repeats its first error to every later statement and to the commit.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The constraint's name, by the convention `<table>_<column>[_<column>]_key` and `<table>_pkey`.
    #[error("the value is taken: unique constraint {constraint}")]
    Unique { constraint: String },
    #[error("a row that is referred to does not exist, or is still referred to")]
    ForeignKey,
    #[error("a value is not allowed: check constraint {constraint}")]
    Check { constraint: String },
    #[error("a value is missing: {column}")]
    NotNull { column: String },
    #[error("two transactions got in each other's way; run the whole action again")]
    Serialization,
    #[error("the database is busy: another process or session holds the lock")]
    Busy,
    #[error("gave up waiting for {0}")]
    Timeout(&'static str),
    #[error("the disk of the database is full")]
    Full,
    #[error("the disk of the database does not work: {0}")]
    Disk(String),
    /// The COMMIT failed, perhaps for another one's work that it held too: nothing was changed.
    #[error("the commit failed: {0}")]
    NotCommitted(Box<Error>),
    #[error("the database connection is closed")]
    Closed,
    #[error("a second statement on a connection that was taken for one (use read or read_fresh)")]
    SecondStatement,
    #[error("a statement of this transaction was dropped before it was answered")]
    Interrupted,
    /// The COMMIT was sent and no answer came: the change is there or not, never half.
    #[error("no answer to the commit came, so it may or may not have happened")]
    InDoubt,
    #[error("column {column}: expected {wanted}, got {got}")]
    Decode {
        column: String,
        wanted: &'static str,
        got: String,
    },
    #[error(
        "the database address is not usable: {0}; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME"
    )]
    Url(&'static str),
    #[error("cannot open the database {}: {problem}", path.display())]
    Open { path: PathBuf, problem: String },
    #[error(
        "cannot connect to PostgreSQL: {0}; check that it runs and that the database address is right"
    )]
    Connect(String),
    #[error(
        "another migration is running on this database; wait until it has ended and run it again"
    )]
    Locked,
    #[error(
        "the database was migrated by a newer version of this program (it knows {name}); start that version, or restore the copy made before the upgrade"
    )]
    Newer { name: String },
    #[error(
        "migration {name} was changed after it had been applied; restore its text, and put the change in a new migration"
    )]
    Checksum { name: String },
    #[error("{count} migrations are not applied, the first is {name}; run `market migrate`")]
    Pending { name: &'static str, count: usize },
    #[error(
        "migration {name} failed and was undone: {source}; nothing after it was applied; repair the cause and run it again"
    )]
    Migration {
        name: &'static str,
        source: Box<Error>,
    },
    #[error("file {}: {source}; check the disk and the rights", path.display())]
    Io {
        path: PathBuf,
        source: Arc<io::Error>,
    },
    #[error("sqlite: {0}")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    #[error("postgres: {}", chain(.0.as_ref()))]
    Postgres(#[source] Arc<tokio_postgres::Error>),
}

impl Error {
    /// For `Load`: the column's name is filled in by the row.
    pub fn decode(wanted: &'static str, got: impl Into<String>) -> Error {
        Error::Decode {
            column: String::new(),
            wanted,
            got: got.into(),
        }
    }

    pub(crate) fn in_column(self, name: impl FnOnce() -> String) -> Error {
        match self {
            Error::Decode {
                column,
                wanted,
                got,
            } if column.is_empty() => Error::Decode {
                column: name(),
                wanted,
                got,
            },
            other => other,
        }
    }

    /// Whether this is the violation of that unique constraint; see the convention at `Unique`.
    pub fn is_unique(&self, constraint: &str) -> bool {
        matches!(self, Error::Unique { constraint: name } if name == constraint)
    }

    /// Whether the whole action may succeed when it is run again from its start.
    pub fn is_retry(&self) -> bool {
        matches!(self, Error::Serialization)
    }

    /// Whether the database could not do it now and nothing was changed: a "try later".
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Error::Busy
                | Error::Timeout(_)
                | Error::Closed
                | Error::Full
                | Error::Disk(_)
                | Error::NotCommitted(_)
                | Error::Connect(_)
        )
    }

    /// What it means as the answer to a COMMIT, to everybody whose work was in it.
    pub(crate) fn of_commit(self) -> Error {
        match self {
            // The log may hold all of it and count after a power cut, although its last word was an error.
            Error::Disk(_) => Error::InDoubt,
            known if known.is_retry() || known.is_unavailable() => known,
            other => Error::NotCommitted(Box::new(other)),
        }
    }

    /// Whether the transaction is unusable after it. A row that cannot be read is the caller's, not the database's.
    pub(crate) fn spoils(&self) -> bool {
        !matches!(self, Error::Decode { .. })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let rusqlite::Error::SqliteFailure(cause, message) = &error else {
            return Error::Sqlite(Arc::new(error));
        };
        let after = message.as_deref().and_then(|m| m.split_once("failed: "));
        let detail = after.map_or(String::new(), |(_, detail)| detail.to_owned());
        match (cause.extended_code, cause.code) {
            (ffi::SQLITE_CONSTRAINT_UNIQUE, _) => Error::Unique {
                constraint: constraint_name(&detail, false),
            },
            (ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID, _) => {
                Error::Unique {
                    constraint: constraint_name(&detail, true),
                }
            }
            (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, _) => Error::ForeignKey,
            (ffi::SQLITE_CONSTRAINT_CHECK, _) => Error::Check { constraint: detail },
            (ffi::SQLITE_CONSTRAINT_NOTNULL, _) => Error::NotNull { column: detail },
            (_, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy,
            (_, ErrorCode::DiskFull) => Error::Full,
            (_, ErrorCode::SystemIoFailure) => Error::Disk(error.to_string()),
            _ => Error::Sqlite(Arc::new(error)),
        }
    }
}

/// SQLite names columns ("t.a, t.b"), PostgreSQL names the constraint: ours is PostgreSQL's default name.
fn constraint_name(columns: &str, primary: bool) -> String {
    if let Some(index) = columns.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut name = String::new();
    for column in columns.split(", ") {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if name.is_empty() {
            name.push_str(table);
        }
        if !primary {
            name.push('_');
            name.push_str(column);
        }
    }
    name.push_str(if primary { "_pkey" } else { "_key" });
    name
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Error {
        let Some(cause) = error.as_db_error() else {
            let io = error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<io::Error>);
            return if error.is_closed() || io {
                Error::Closed
            } else {
                Error::Postgres(Arc::new(error))
            };
        };
        let constraint = || cause.constraint().unwrap_or_default().to_owned();
        let code = cause.code();
        if *code == SqlState::UNIQUE_VIOLATION {
            return Error::Unique {
                constraint: constraint(),
            };
        }
        if *code == SqlState::CHECK_VIOLATION {
            return Error::Check {
                constraint: constraint(),
            };
        }
        if *code == SqlState::NOT_NULL_VIOLATION {
            let (table, column) = (cause.table(), cause.column());
            return Error::NotNull {
                column: format!(
                    "{}.{}",
                    table.unwrap_or_default(),
                    column.unwrap_or_default()
                ),
            };
        }
        match code.code() {
            "23503" => Error::ForeignKey,
            "40001" | "40P01" => Error::Serialization,
            "55P03" | "53300" => Error::Busy,
            "57014" => Error::Timeout("a statement"),
            "53100" => Error::Full,
            "58030" => Error::Disk(cause.message().to_owned()),
            "25P02" => Error::Interrupted,
            // Shut down, crashed, starting up; or the session was idle too long.
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Error::Closed,
            _ => Error::Postgres(Arc::new(error)),
        }
    }
}

/// An error and its causes in one line: tokio-postgres keeps the text that matters in the cause.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_constraints_are_postgres_default_names() {
        for (columns, primary, want) in [
            ("users.email", false, "users_email_key"),
            (
                "farm_orders.order_id, farm_orders.farm_id",
                false,
                "farm_orders_order_id_farm_id_key",
            ),
            ("orders.id", true, "orders_pkey"),
            ("index 'users_lower_key'", false, "users_lower_key"),
        ] {
            assert_eq!(constraint_name(columns, primary), want);
        }
    }

    #[test]
    fn errors_are_sorted_by_what_a_caller_does() {
        assert!(Error::Serialization.is_retry());
        assert!(Error::Busy.is_unavailable() && Error::Connect(String::new()).is_unavailable());
        assert!(!Error::InDoubt.is_unavailable() && !Error::InDoubt.is_retry());
        let io = rusqlite::ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
        let io = Error::from(rusqlite::Error::SqliteFailure(io, None));
        assert!(matches!(io, Error::Disk(_)) && io.is_unavailable());
        assert!(matches!(io.of_commit(), Error::InDoubt));
        assert!(matches!(Error::Full.of_commit(), Error::Full));
        assert!(Error::Serialization.of_commit().is_retry());
        let failed = Error::ForeignKey.of_commit();
        assert!(matches!(failed, Error::NotCommitted(_)) && failed.is_unavailable());
        assert!(!Error::ForeignKey.is_unique("users_email_key"));
    }
}
