//! Statements on people as accounts that can be closed.
use db::{Read, Result, Write};

use crate::kernel::{
    ids::{TokenId, UserId},
    time::Ts,
};

pub async fn is_disabled(db: &Read, user: &UserId) -> Result<bool> {
    let row: Option<(bool,)> = db
        .one(
            "SELECT disabled_at IS NOT NULL FROM users WHERE id = $1",
            &[user],
        )
        .await?;
    Ok(row.is_some_and(|row| row.0))
}

/// `false`: it was so already.
pub async fn disable(tx: &Write, user: &UserId, now: Ts) -> Result<bool> {
    let done = tx
        .run(
            "UPDATE users SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL",
            &[user, &now],
        )
        .await?;
    Ok(done == 1)
}

/// `false`: it was so already.
pub async fn enable(tx: &Write, user: &UserId) -> Result<bool> {
    let done = tx
        .run(
            "UPDATE users SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL",
            &[user],
        )
        .await?;
    Ok(done == 1)
}

/// Holds the rows of all who are at the top of this person's markets and their farms: two of them cannot both go.
pub async fn hold_peers(tx: &Write, user: &UserId) -> Result<u64> {
    tx.run(
        "UPDATE memberships SET role = role WHERE role IN ('ADMIN', 'FARM_OWNER') AND market_id IN \
         (SELECT own.market_id FROM memberships own WHERE own.user_id = $1)",
        &[user],
    )
    .await
}

/// The market or farm that would have nobody at its top without this person.
pub async fn find_orphan(db: &Read, user: &UserId) -> Result<Option<String>> {
    let row: Option<(String,)> = db
        .one(
            "SELECT COALESCE(f.name, k.name) FROM memberships own JOIN markets k ON k.id = own.market_id \
             LEFT JOIN farms f ON f.id = own.farm_id WHERE own.user_id = $1 AND own.role IN ('ADMIN', 'FARM_OWNER') \
             AND NOT EXISTS (SELECT 1 FROM memberships peer JOIN users p ON p.id = peer.user_id \
             WHERE peer.user_id <> own.user_id AND peer.market_id = own.market_id AND peer.role = own.role AND \
             COALESCE(peer.farm_id, '') = COALESCE(own.farm_id, '') AND p.disabled_at IS NULL) LIMIT 1",
            &[user],
        )
        .await?;
    Ok(row.map(|row| row.0))
}

/// In every market: whose streams end with the person's access.
pub async fn list_tokens(db: &Read, user: &UserId) -> Result<Vec<TokenId>> {
    let rows: Vec<(TokenId,)> = db
        .all(
            "SELECT id FROM api_tokens WHERE user_id = $1 AND revoked_at IS NULL LIMIT 1000",
            &[user],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
