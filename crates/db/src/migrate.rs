//! Changes of the schema: written once per engine, applied once per database, in order, and never changed again.

use std::collections::HashMap;

use crate::{Db, Engine, Error, Result, Side};

mod lite;
mod pg;

/// One change. `name` is four digits and the slice ("0001_outbox"); both texts have the same effect.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl Migration {
    fn sql(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    fn checksum(&self, engine: Engine) -> String {
        use std::fmt::Write as _;
        let digest = ring::digest::digest(&ring::digest::SHA256, self.sql(engine).as_bytes());
        digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn failed(&self, source: Error) -> Error {
        Error::Migration {
            name: self.name,
            source: Box::new(source),
        }
    }
}

/// How a database stands to the migrations this program knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    pub applied: Vec<String>,
    pub pending: Vec<&'static str>,
    /// Applied, but not known: a newer version of the program was here.
    pub unknown: Vec<String>,
    /// Applied, but with another text.
    pub changed: Vec<String>,
}

impl Status {
    fn compare(engine: Engine, all: &[Migration], rows: Vec<(String, String)>) -> Status {
        let known: HashMap<_, _> = all.iter().map(|m| (m.name, m.checksum(engine))).collect();
        let mut status = Status::default();
        for (name, checksum) in rows {
            match known.get(name.as_str()) {
                None => status.unknown.push(name.clone()),
                Some(ours) if *ours != checksum => status.changed.push(name.clone()),
                Some(_) => {}
            }
            status.applied.push(name);
        }
        let missing = |m: &&Migration| !status.applied.iter().any(|name| name == m.name);
        status.pending = all.iter().filter(missing).map(|m| m.name).collect();
        status
    }

    /// Nothing may be applied to a database that is not what this program thinks it is.
    fn refuse(&self) -> Result<()> {
        if let Some(name) = self.unknown.first() {
            return Err(Error::Newer { name: name.clone() });
        }
        if let Some(name) = self.changed.first() {
            return Err(Error::Checksum { name: name.clone() });
        }
        Ok(())
    }

    fn next<'m>(&self, all: &'m [Migration]) -> Option<&'m Migration> {
        let name = self.pending.first()?;
        all.iter().find(|m| m.name == *name)
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
     (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
const LIST: &str = "SELECT name, checksum FROM schema_migrations ORDER BY name";
const INSERT: &str =
    "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)";

/// What is applied, what is not, and what does not fit. It changes nothing.
pub async fn status(db: &Db, all: &[Migration]) -> Result<Status> {
    let engine = db.engine();
    let exists = match engine {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE name = 'schema_migrations'",
        Engine::Postgres => "SELECT CAST(to_regclass('schema_migrations') AS TEXT)",
    };
    let read = db.read_fresh().await?;
    let table: Option<(Option<String>,)> = read.one(exists, &[]).await?;
    let rows = match table {
        Some((Some(_),)) => read.all(LIST, &[]).await?,
        _ => Vec::new(),
    };
    Ok(Status::compare(engine, all, rows))
}

/// Applies what is pending, each in its own transaction, and answers their names.
/// Only one runs at a time on a database; a second one waits a little, then finds nothing to do.
pub async fn run(db: &Db, all: &[Migration], now_us: i64) -> Result<Vec<&'static str>> {
    match &*db.side {
        Side::Lite(side) => lite::run(side, all, now_us).await,
        Side::Pg(side) => pg::run(side, all, now_us).await,
    }
}

/// Whether this program may work on this database.
pub async fn check(db: &Db, all: &[Migration]) -> Result<()> {
    let status = status(db, all).await?;
    status.refuse()?;
    match status.pending.first() {
        Some(name) => Err(Error::Pending {
            name,
            count: status.pending.len(),
        }),
        None => Ok(()),
    }
}
