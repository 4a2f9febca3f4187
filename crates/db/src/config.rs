//! Where the database is and how long anything may take.

use std::{path::PathBuf, str::FromStr, time::Duration};

use crate::{Error, Result};

/// Which of the two databases answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where the database is. It deliberately has no `Display`: a PostgreSQL address holds a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Url {
    pub fn engine(&self) -> Engine {
        match self {
            Url::Sqlite(_) => Engine::Sqlite,
            Url::Postgres(_) => Engine::Postgres,
        }
    }
}

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Url::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Url::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Url> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Url::Postgres(text.to_owned()));
        }
        match text.strip_prefix("sqlite:") {
            Some("") => Err(Error::Url("it names no file after \"sqlite:\"")),
            Some(path) if path.contains(":memory:") => Err(Error::Url(
                "a database in memory cannot be shared by several connections; name a file",
            )),
            Some(path) => Ok(Url::Sqlite(PathBuf::from(path))),
            None => Err(Error::Url("it begins with none of the known schemes")),
        }
    }
}

/// How to open a database. `Config::new` has the defaults.
#[derive(Debug, Clone)]
pub struct Config {
    pub url: Url,
    /// SQLite: how many connections read at once.
    pub readers: usize,
    /// PostgreSQL: how many connections the pool holds.
    pub pool: usize,
    /// The longest wait for a connection, for the writer's turn or for the COMMIT of its group.
    pub acquire: Duration,
    /// The longest wait for one statement's answer (PostgreSQL; SQLite answers in place).
    pub statement: Duration,
}

impl Config {
    pub fn new(url: Url) -> Config {
        Config {
            url,
            readers: 4,
            pool: 20,
            acquire: Duration::from_secs(5),
            statement: Duration::from_secs(10),
        }
    }
}
