//! Every statement on farms.
use db::{FromRow, Read, Result, Row, Write};

use super::model::Farm;
use crate::kernel::{
    ids::{FarmId, MarketId},
    time::Ts,
};

impl FromRow for Farm {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            slug: row.col()?,
            name: row.col()?,
            town: row.col()?,
            story: row.col()?,
            status: row.col()?,
            paused_reason: row.col()?,
            version: row.col()?,
        })
    }
}

pub async fn list(db: &Read, market: &MarketId) -> Result<Vec<Farm>> {
    db.all(
        "SELECT id, slug, name, town, story, status, paused_reason, version FROM farms WHERE market_id = $1 \
         ORDER BY name LIMIT 500",
        &[market],
    )
    .await
}

pub async fn find(db: &Read, market: &MarketId, id: &FarmId) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name, town, story, status, paused_reason, version FROM farms \
         WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

pub async fn find_by_slug(db: &Read, market: &MarketId, slug: &str) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name, town, story, status, paused_reason, version FROM farms \
         WHERE market_id = $1 AND slug = $2",
        &[market, &slug],
    )
    .await
}

pub async fn insert(tx: &Write, market: &MarketId, farm: &Farm, now: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO farms (id, market_id, slug, name, town, story, status, paused_reason, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &farm.id,
            market,
            &farm.slug,
            &farm.name,
            &farm.town,
            &farm.story,
            &farm.status,
            &farm.paused_reason,
            &farm.version,
            &now,
        ],
    )
    .await?;
    Ok(())
}
