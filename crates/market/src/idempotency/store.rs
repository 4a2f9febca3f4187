//! Every statement on kept answers.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Kept, Key};
use crate::kernel::time::Ts;

impl FromRow for Kept {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            body_hash: row.col()?,
            status: row.col()?,
            answer: row.col()?,
        })
    }
}

pub async fn find(db: &Read, key: &Key) -> Result<Option<Kept>> {
    db.one(
        "SELECT body_hash, status, answer FROM idempotency_keys WHERE market_id = $1 AND caller = $2 AND key = $3",
        &[&key.market, &key.caller, &key.key],
    )
    .await
}

/// `false`: the same key was kept meanwhile by a twin of this request.
pub async fn insert(tx: &Write, key: &Key, status: i64, answer: &str, now: Ts) -> Result<bool> {
    let inserted = tx
        .run(
            "INSERT INTO idempotency_keys (market_id, caller, key, body_hash, status, answer, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (market_id, caller, key) DO NOTHING",
            &[&key.market, &key.caller, &key.key, &key.body_hash, &status, &answer, &now],
        )
        .await?;
    Ok(inserted == 1)
}

pub async fn delete_before(tx: &Write, before: Ts) -> Result<u64> {
    tx.run(
        "DELETE FROM idempotency_keys WHERE created_at < $1",
        &[&before],
    )
    .await
}
