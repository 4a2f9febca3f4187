//! Every SQL statement of the table `outbox`.

use std::sync::atomic::AtomicBool;

use db::{Engine, FromRow, Read, Result, Row, Write};

use crate::job::{Claimed, Push};

pub(crate) async fn insert(tx: &Write, kind: &str, payload: &str, push: Push<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
        &[
            &push.id,
            &kind,
            &push.key,
            &payload,
            &push.due_at,
            &push.now,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn insert_once(
    tx: &Write,
    kind: &str,
    payload: &str,
    push: Push<'_>,
) -> Result<bool> {
    let rows = tx
        .run(
            "INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at) \
             VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (kind, key) DO NOTHING",
            &[
                &push.id,
                &kind,
                &push.key,
                &payload,
                &push.due_at,
                &push.now,
            ],
        )
        .await?;
    Ok(rows == 1)
}

/// The earliest moment at which a row can be claimed; leased rows are passed over.
pub(crate) async fn find_next_due(db: &Read, now: i64) -> Result<Option<i64>> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT due_at FROM outbox \
             WHERE done_at IS NULL AND dead_at IS NULL \
             AND (lease_until IS NULL OR lease_until <= $1) ORDER BY due_at LIMIT 1",
            &[&now],
        )
        .await?;
    Ok(row.map(|(due_at,)| due_at))
}

/// SQLite has one writer, so a plain sub-select cannot race.
const CLAIM_SQLITE: &str = "UPDATE outbox SET lease_until = $2, attempts = attempts + 1 \
     WHERE id IN (SELECT id FROM outbox \
     WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= $1 \
     AND (lease_until IS NULL OR lease_until <= $1) ORDER BY due_at LIMIT $3) \
     RETURNING id, kind, key, payload, due_at, attempts, lease_until";

/// ARRAY(…) runs once; as IN (…) the planner may run it again per row and lock more than the limit.
const CLAIM_POSTGRES: &str = "UPDATE outbox SET lease_until = $2, attempts = attempts + 1 \
     WHERE id = ANY (ARRAY(SELECT id FROM outbox \
     WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= $1 \
     AND (lease_until IS NULL OR lease_until <= $1) ORDER BY due_at LIMIT $3 \
     FOR UPDATE SKIP LOCKED)) \
     RETURNING id, kind, key, payload, due_at, attempts, lease_until";

pub(crate) async fn claim(
    tx: &Write,
    now: i64,
    lease_until: i64,
    limit: i64,
) -> Result<Vec<Claimed>> {
    let sql = match tx.engine() {
        Engine::Sqlite => CLAIM_SQLITE,
        Engine::Postgres => CLAIM_POSTGRES,
    };
    let mut claimed: Vec<Claimed> = tx.all(sql, &[&now, &lease_until, &limit]).await?;
    // RETURNING promises no order; the longest due goes first.
    claimed.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id)));
    Ok(claimed)
}

impl FromRow for Claimed {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            kind: row.col()?,
            key: row.col()?,
            payload: row.col()?,
            due_at: row.col()?,
            attempts: row.col()?,
            lease_until: row.col()?,
            unreadable: AtomicBool::new(false),
        })
    }
}

// The fence of every mark below: `lease_until` is new at each claim and NULL after each mark,
// so whoever lost the lease changes nothing, and what is done or dead has none. That the row is neither is not said
// again: it would let PostgreSQL, whose statistics are of a short queue, walk a long one by the index of what is due
// for every mark, instead of taking the row by its id.

pub(crate) async fn mark_done(tx: &Write, job: &Claimed, now: i64) -> Result<bool> {
    let rows = tx
        .run(
            "UPDATE outbox SET done_at = $4, lease_until = NULL, last_error = NULL \
             WHERE id = $1 AND attempts = $2 AND lease_until = $3",
            &[&job.id, &job.attempts, &job.lease_until, &now],
        )
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn mark_again(tx: &Write, job: &Claimed, at: i64) -> Result<bool> {
    let rows = tx
        .run(
            "UPDATE outbox SET due_at = $4, lease_until = NULL, attempts = 0, last_error = NULL \
             WHERE id = $1 AND attempts = $2 AND lease_until = $3",
            &[&job.id, &job.attempts, &job.lease_until, &at],
        )
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn mark_retry(tx: &Write, job: &Claimed, at: i64, error: &str) -> Result<bool> {
    let rows = tx
        .run(
            "UPDATE outbox SET due_at = $4, lease_until = NULL, last_error = $5 \
             WHERE id = $1 AND attempts = $2 AND lease_until = $3",
            &[&job.id, &job.attempts, &job.lease_until, &at, &error],
        )
        .await?;
    Ok(rows == 1)
}

pub(crate) async fn mark_dead(tx: &Write, job: &Claimed, now: i64, error: &str) -> Result<bool> {
    let rows = tx
        .run(
            "UPDATE outbox SET dead_at = $4, lease_until = NULL, last_error = $5 \
             WHERE id = $1 AND attempts = $2 AND lease_until = $3",
            &[&job.id, &job.attempts, &job.lease_until, &now, &error],
        )
        .await?;
    Ok(rows == 1)
}

/// Gives a row back untouched: the claim does not count as a try.
pub(crate) async fn mark_released(tx: &Write, job: &Claimed) -> Result<bool> {
    let rows = tx
        .run(
            "UPDATE outbox SET lease_until = NULL, attempts = attempts - 1 \
             WHERE id = $1 AND attempts = $2 AND lease_until = $3",
            &[&job.id, &job.attempts, &job.lease_until],
        )
        .await?;
    Ok(rows == 1)
}

/// Jobs neither done nor dead, due or not.
pub async fn count_pending(db: &Read) -> Result<i64> {
    count(
        db.one(
            "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND dead_at IS NULL",
            &[],
        )
        .await,
    )
}

/// Jobs that should have been done by `now`: zero when the outbox is drained.
pub async fn count_due(db: &Read, now: i64) -> Result<i64> {
    count(
        db.one(
            "SELECT COUNT(*) FROM outbox \
             WHERE done_at IS NULL AND dead_at IS NULL AND due_at <= $1",
            &[&now],
        )
        .await,
    )
}

/// Jobs that were given up.
pub async fn count_dead(db: &Read) -> Result<i64> {
    count(
        db.one("SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL", &[])
            .await,
    )
}

fn count(row: Result<Option<(i64,)>>) -> Result<i64> {
    Ok(row?.map_or(0, |(count,)| count))
}

/// How many microseconds the longest due job has waited since it was (last) due; zero when none is.
pub async fn oldest_age(db: &Read, now: i64) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT due_at FROM outbox WHERE done_at IS NULL AND dead_at IS NULL \
             ORDER BY due_at LIMIT 1",
            &[],
        )
        .await?;
    Ok(row.map_or(0, |(due_at,)| now.saturating_sub(due_at).max(0)))
}

/// Deletes up to `limit` jobs done before `done_before`; their keys may then be pushed again.
pub async fn purge(tx: &Write, done_before: i64, limit: i64) -> Result<u64> {
    tx.run(
        "DELETE FROM outbox WHERE id IN \
         (SELECT id FROM outbox WHERE done_at < $1 LIMIT $2)",
        &[&done_before, &limit],
    )
    .await
}
