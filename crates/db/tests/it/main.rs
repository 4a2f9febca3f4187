//! The database crate from outside, on SQLite, or on PostgreSQL where `MARKET_TEST_DB` names one.
//! What only one engine can do says so: SQLite tests always run, PostgreSQL ones only where there is a server.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of tests fail like the tests themselves"
)]

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use db::{Config, Db, Read, Result, Write, migrate::Migration};
use testdb::TestDb;

mod cancelled;
mod errors;
mod lite;
mod migrations;
mod model;
mod opening;
mod postgres;
mod probing;
mod reading;
mod storm;
mod writing;

const TABLES: &str = "
    CREATE TABLE counters (id TEXT PRIMARY KEY, n BIGINT NOT NULL);
    INSERT INTO counters (id, n) VALUES ('a', 0), ('b', 0);
    CREATE TABLE farms (
        id TEXT PRIMARY KEY, name TEXT, open BOOLEAN NOT NULL DEFAULT TRUE,
        size BIGINT NOT NULL DEFAULT 0, CONSTRAINT farms_size_check CHECK (size >= 0)
    );
    CREATE UNIQUE INDEX farms_lower_key ON farms (lower(name));
    CREATE TABLE farm_orders (
        id TEXT PRIMARY KEY, order_id TEXT NOT NULL, farm_id TEXT NOT NULL REFERENCES farms (id),
        UNIQUE (order_id, farm_id)
    );
    CREATE TABLE late (
        id TEXT PRIMARY KEY, farm_id TEXT REFERENCES farms (id) DEFERRABLE INITIALLY DEFERRED
    );
";

pub(crate) static MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_tables",
    sqlite: TABLES,
    postgres: TABLES,
}];

pub(crate) async fn new() -> TestDb {
    TestDb::new(MIGRATIONS).await
}

/// The same database with one connection of each kind and short waits.
pub(crate) async fn narrow(test: &TestDb) -> Db {
    let mut config = Config::new(test.url().parse().unwrap());
    config.readers = 1;
    config.pool = 1;
    config.acquire = Duration::from_millis(300);
    Db::open(&config).await.unwrap()
}

pub(crate) async fn count(db: &Read, id: &str) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one("SELECT n FROM counters WHERE id = $1", &[&id])
        .await?;
    Ok(row.unwrap().0)
}

pub(crate) async fn add(tx: &Write, id: &str) -> Result<u64> {
    tx.run("UPDATE counters SET n = n + 1 WHERE id = $1", &[&id])
        .await
}

/// One whole write.
pub(crate) async fn bump(db: &Db, id: &str) -> Result<()> {
    let tx = db.write().await?;
    assert_eq!(add(&tx, id).await?, 1);
    tx.commit().await
}

/// Polls at most `times`, then drops the future wherever it is.
pub(crate) async fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn futures_are_small_because_every_handler_holds_some() {
    let test = new().await;
    let size = size_of_val(&bump(&test.db, "a"));
    assert!(size < 2500, "one write takes {size} bytes");
}
