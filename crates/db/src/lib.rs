#![doc = include_str!("../README.md")]

use std::sync::Arc;

mod config;
mod count;
mod error;
mod lite;
pub mod migrate;
mod pg;
pub mod probe;
mod read;
mod row;
mod text;
mod value;
mod write;

pub use config::{Config, Engine, Url};
pub use count::Sent;
pub use error::{Error, Result};
pub use read::Read;
pub use row::{FromRow, Row};
pub use value::{Bind, Load, Value};
pub use write::Write;

/// A database; cloning it is cheap.
#[derive(Clone)]
pub struct Db {
    side: Arc<Side>,
    count: Arc<count::Count>,
}

enum Side {
    Lite(lite::Lite),
    Pg(pg::Pg),
}

impl Db {
    /// Opens the database. SQLite: makes the file, but not its folder, if it is missing.
    pub async fn open(config: &Config) -> Result<Db> {
        let side = match &config.url {
            Url::Sqlite(path) => Side::Lite(lite::Lite::open(path, config).await?),
            Url::Postgres(url) => Side::Pg(pg::Pg::open(url, config).await?),
        };
        Ok(Db {
            side: Arc::new(side),
            count: Arc::default(),
        })
    }

    pub fn engine(&self) -> Engine {
        match *self.side {
            Side::Lite(_) => Engine::Sqlite,
            Side::Pg(_) => Engine::Postgres,
        }
    }

    /// What was asked of it since it was opened, by every clone; migrations and probes are left out.
    pub fn sent(&self) -> Sent {
        self.count.sent()
    }

    /// A snapshot that may lag behind: once there are replicas, on one of them.
    pub async fn read(&self) -> Result<Read> {
        self.read_fresh().await
    }

    /// A snapshot of the newest state: for sessions, rights and reading one's own write.
    pub async fn read_fresh(&self) -> Result<Read> {
        let session = self.session(pg::Kind::Snapshot).await?;
        count::one(&self.count.snapshots);
        Ok(Read::new(session, self.count.clone()))
    }

    /// The newest state for exactly one statement, without the cost of a transaction.
    pub async fn read_one(&self) -> Result<Read> {
        let session = self.session(pg::Kind::Single).await?;
        Ok(Read::single(session, self.count.clone()))
    }

    async fn session(&self, kind: pg::Kind) -> Result<read::Session> {
        Ok(match &*self.side {
            Side::Lite(lite) => read::Session::Lite(lite.read(kind == pg::Kind::Snapshot).await?),
            Side::Pg(pg) => read::Session::Pg(pg.session(kind).await?),
        })
    }

    /// An open transaction on the writer.
    pub async fn write(&self) -> Result<Write> {
        let session = match &*self.side {
            Side::Lite(lite) => read::Session::Lite(lite.write().await?),
            Side::Pg(pg) => read::Session::Pg(pg.session(pg::Kind::Write).await?),
        };
        count::one(&self.count.writes);
        Ok(Write::new(Read::new(session, self.count.clone())))
    }

    /// Closes the database for every clone of it. SQLite: waits for what is under way and folds the log into the file.
    pub async fn close(self) -> Result<()> {
        match &*self.side {
            Side::Lite(lite) => lite.close().await,
            Side::Pg(pg) => {
                pg.close();
                Ok(())
            }
        }
    }
}
