//! Statements on a person's own tokens.
use db::{FromRow, Read, Result, Row, Write};

use super::model::Listed;
use crate::{
    accounts::model::Scope,
    kernel::{
        ids::{MarketId, TokenId, UserId},
        time::Ts,
    },
};

impl FromRow for Listed {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (id, name, hint) = (row.col()?, row.col()?, row.col()?);
        let scopes: String = row.col()?;
        Ok(Self {
            id,
            name,
            hint,
            scopes: scopes.split(' ').filter_map(Scope::parse).collect(),
            farm: row.col()?,
            created_at: row.col()?,
            expires_at: row.col()?,
        })
    }
}

pub async fn list(db: &Read, market: &MarketId, user: &UserId, now: Ts) -> Result<Vec<Listed>> {
    db.all(
        "SELECT t.id, t.name, t.hint, t.scopes, f.name, t.created_at, t.expires_at FROM api_tokens t \
         LEFT JOIN farms f ON f.id = t.farm_id WHERE t.user_id = $2 AND t.market_id = $1 AND t.expires_at > $3 \
         AND t.revoked_at IS NULL ORDER BY t.created_at DESC, t.id DESC LIMIT 100",
        &[market, user, &now],
    )
    .await
}

pub async fn set_hint(tx: &Write, id: &TokenId, hint: &str) -> Result<()> {
    tx.run(
        "UPDATE api_tokens SET hint = $2 WHERE id = $1",
        &[id, &hint],
    )
    .await?;
    Ok(())
}

/// Only one's own; `false`: there is no such live token.
pub async fn revoke(
    tx: &Write,
    market: &MarketId,
    user: &UserId,
    id: &TokenId,
    now: Ts,
) -> Result<bool> {
    let revoked = tx
        .run(
            "UPDATE api_tokens SET revoked_at = $4 WHERE id = $3 AND user_id = $2 AND market_id = $1 \
             AND revoked_at IS NULL",
            &[market, user, id, &now],
        )
        .await?;
    Ok(revoked == 1)
}
