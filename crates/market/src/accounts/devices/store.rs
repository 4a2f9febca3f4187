//! Statements on known devices.
use db::{Read, Result, Write};

use super::model::AT_MOST;
use crate::kernel::{
    ids::{MarketId, UserId},
    time::Ts,
};

/// Whether the person with that address has signed in here by this device.
pub async fn is_known(
    db: &Read,
    market: &MarketId,
    email: &str,
    hash: &str,
    now: Ts,
) -> Result<bool> {
    let found: Option<(i64,)> = db
        .one(
            "SELECT d.used_at FROM known_devices d JOIN users u ON u.id = d.user_id \
             WHERE d.hash = $1 AND d.market_id = $2 AND u.email = $3 AND d.expires_at > $4",
            &[&hash, market, &email, &now],
        )
        .await?;
    Ok(found.is_some())
}

/// Under a new secret, for everybody who is known there: one that was planted or copied is worth nothing afterwards.
pub async fn rename(tx: &Write, old: &str, new: &str) -> Result<u64> {
    tx.run(
        "UPDATE known_devices SET hash = $2 WHERE hash = $1",
        &[&old, &new],
    )
    .await
}

pub async fn insert(
    tx: &Write,
    hash: &str,
    market: &MarketId,
    user: &UserId,
    now: Ts,
    expires_at: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO known_devices (hash, market_id, user_id, used_at, expires_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (hash, market_id, user_id) DO UPDATE SET used_at = excluded.used_at, \
         expires_at = excluded.expires_at",
        &[&hash, market, user, &now, &expires_at],
    )
    .await?;
    Ok(())
}

/// Beyond the newest few.
pub async fn delete_oldest(tx: &Write, market: &MarketId, user: &UserId) -> Result<u64> {
    tx.run(
        "DELETE FROM known_devices WHERE user_id = $2 AND market_id = $1 AND hash NOT IN (SELECT k.hash \
         FROM known_devices k WHERE k.user_id = $2 AND k.market_id = $1 ORDER BY k.used_at DESC, k.hash LIMIT $3)",
        &[market, user, &AT_MOST],
    )
    .await
}

/// In every market: whoever holds one of them may be who the password was changed because of.
pub async fn delete_all(tx: &Write, user: &UserId) -> Result<u64> {
    tx.run("DELETE FROM known_devices WHERE user_id = $1", &[user])
        .await
}

pub async fn delete_expired(tx: &Write, now: Ts) -> Result<u64> {
    tx.run("DELETE FROM known_devices WHERE expires_at < $1", &[&now])
        .await
}
