//! Migrating PostgreSQL: on a connection of its own that holds an advisory lock and is closed afterwards.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::Client;

use super::{INSERT, LIST, Migration, Status, TABLE};
use crate::{Engine, Error, Result, pg::Pg};

/// The advisory lock's number, the same in every version of the program ("market" in ASCII).
const LOCK: i64 = 0x6d61_726b_6574;

pub(super) async fn run(pg: &Pg, all: &[Migration], now_us: i64) -> Result<Vec<&'static str>> {
    // Closing it gives back the lock and undoes what is unfinished, also when this future is dropped.
    let client = deadpool_postgres::Object::take(pg.get().await?);
    // A migration may work for long; but it must not make everybody queue behind a lock that it waits for.
    client
        .batch_execute("SET statement_timeout = 0; SET lock_timeout = '5s'")
        .await?;
    let deadline = Instant::now() + pg.acquire();
    while !lock(&client).await? {
        if Instant::now() > deadline {
            return Err(Error::Locked);
        }
        sleep(Duration::from_millis(50)).await;
    }
    client.batch_execute(TABLE).await?;
    let rows = client.query(LIST, &[]).await?;
    let row = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    let rows = rows.iter().map(row).collect::<Result<_>>()?;
    let status = Status::compare(Engine::Postgres, all, rows);
    status.refuse()?;
    for migration in all.iter().filter(|m| status.pending.contains(&m.name)) {
        apply(&client, migration, now_us)
            .await
            .map_err(|error| migration.failed(error))?;
    }
    Ok(status.pending)
}

async fn lock(client: &Client) -> Result<bool> {
    let row = client
        .query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK])
        .await?;
    Ok(row.try_get(0)?)
}

async fn apply(client: &Client, migration: &Migration, now_us: i64) -> Result<()> {
    client.batch_execute("BEGIN").await?;
    client.batch_execute(migration.postgres).await?;
    let checksum = migration.checksum(Engine::Postgres);
    client
        .execute(INSERT, &[&migration.name, &checksum, &now_us])
        .await?;
    client.batch_execute("COMMIT").await?;
    Ok(())
}
