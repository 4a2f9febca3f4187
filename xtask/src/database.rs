//! Looking at the database from outside, with the engines' own programs `sqlite3` and
//! `psql` and none of the product's code: what the product says of itself proves nothing.

use crate::process::{Result, capture};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The choice on the command line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engines {
    Sqlite,
    Postgres,
    Both,
}

impl Engines {
    pub fn list(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Clone)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres { psql: PathBuf, url: String },
}

/// Between columns: the unit separator appears in no id and no status.
const BETWEEN: &str = "\u{1f}";

impl Database {
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    /// Runs one SQL text and returns its rows.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<String>>> {
        let text = capture(&mut self.command(sql))?;
        Ok(text
            .lines()
            .map(|line| line.split(BETWEEN).map(String::from).collect())
            .collect())
    }

    pub fn count(&self, sql: &str) -> Result<i64> {
        let rows = self.rows(sql)?;
        let cell = rows
            .first()
            .and_then(|row| row.first())
            .ok_or("a count gave no row")?;
        Ok(cell.parse()?)
    }

    /// Changes something: only ever used on copies, to plant a fault.
    pub fn change(&self, sql: &str) -> Result {
        capture(&mut self.command(sql)).map(drop)
    }

    fn command(&self, sql: &str) -> Command {
        match self {
            Self::Sqlite(path) => {
                let mut command = Command::new("sqlite3");
                command.args([
                    "-batch",
                    "-bail",
                    "-init",
                    "/dev/null",
                    "-cmd",
                    ".timeout 10000",
                ]);
                command.args(["-separator", BETWEEN]).arg(path).arg(sql);
                command
            }
            Self::Postgres { psql, url } => {
                let mut command = Command::new(psql);
                command.args([
                    "-X",
                    "-q",
                    "-A",
                    "-t",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-F",
                    BETWEEN,
                ]);
                command.args(["-d", url, "-c", sql]);
                command
            }
        }
    }

    /// A copy to plant faults in or to measure on; nobody may be connected meanwhile.
    pub fn copy(&self, folder: &Path, name: &str) -> Result<Self> {
        match self {
            Self::Sqlite(_) => {
                let copy = folder.join(format!("{name}.db"));
                let text = format!("VACUUM INTO '{}'", copy.display());
                self.change(&text)?;
                Ok(Self::Sqlite(copy))
            }
            Self::Postgres { psql, url } => {
                let (server, database) = url
                    .rsplit_once('/')
                    .ok_or("a database URL without a name")?;
                let at = Self::Postgres {
                    psql: psql.clone(),
                    url: format!("{server}/postgres"),
                };
                at.change(&format!("DROP DATABASE IF EXISTS {name}"))?;
                at.change(&format!("CREATE DATABASE {name} TEMPLATE {database}"))?;
                Ok(Self::Postgres {
                    psql: psql.clone(),
                    url: format!("{server}/{name}"),
                })
            }
        }
    }

    /// The engine's own word on its files: "ok", or what is wrong. PostgreSQL has no such
    /// statement; reading every row of every table makes it look at all its pages.
    pub fn integrity(&self) -> Result<String> {
        match self {
            Self::Sqlite(_) => {
                let rows = self.rows("PRAGMA integrity_check")?;
                Ok(rows.concat().join("; "))
            }
            Self::Postgres { .. } => {
                for table in ["orders", "farm_orders", "status_events", "outbox"] {
                    self.count(&format!(
                        "SELECT COUNT(*) FROM (SELECT md5(t::text) FROM {table} t) x"
                    ))?;
                }
                Ok("ok".into())
            }
        }
    }
}
