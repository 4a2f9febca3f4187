//! A database for each test, cloned from a migrated template: a SQLite file in a temporary folder, or, where the
//! environment variable `MARKET_TEST_DB` holds a PostgreSQL address, a database on that server.
#![expect(
    clippy::expect_used,
    reason = "only tests use this crate: where no database can be made, the test has failed"
)]

use std::{path::PathBuf, time::Duration};

use db::{Config, Db, Url, migrate::Migration};
use tempfile::TempDir;

mod lite;
mod pg;

/// A database that is removed when this is dropped.
pub struct TestDb {
    pub db: Db,
    place: Place,
}

enum Place {
    Lite { path: PathBuf, _folder: TempDir },
    Pg(pg::Database),
}

impl TestDb {
    /// A database with these migrations applied.
    pub async fn new(migrations: &'static [Migration]) -> TestDb {
        let (url, place) = match server() {
            None => {
                let (folder, path) = lite::clone(migrations).await;
                let place = Place::Lite {
                    path: path.clone(),
                    _folder: folder,
                };
                (Url::Sqlite(path), place)
            }
            Some(server) => {
                let database = pg::clone(&server, migrations).await;
                (Url::Postgres(database.url()), Place::Pg(database))
            }
        };
        let db = open(url).await;
        TestDb { db, place }
    }

    /// The address, for opening it a second time or giving it to another process.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Lite { path, .. } => format!("sqlite:{}", path.display()),
            Place::Pg(database) => database.url(),
        }
    }
}

/// The PostgreSQL server to test on, if it is to be one.
pub fn server() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "no configuration of the product's: which engine the tests run on"
    )]
    let server = std::env::var("MARKET_TEST_DB");
    server.ok().filter(|url| !url.is_empty())
}

async fn open(url: Url) -> Db {
    let mut config = Config::new(url);
    // Test machines are slow and busy; a wait that is too long fails one test, one that is too short many.
    config.acquire = Duration::from_secs(30);
    config.statement = Duration::from_secs(30);
    Db::open(&config).await.expect("open the test's database")
}

/// Templates are told apart by what was applied.
fn key(migrations: &[Migration]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        (migration.name, migration.sqlite, migration.postgres).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}
