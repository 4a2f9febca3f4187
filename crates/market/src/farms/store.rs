//! Every statement on farms.
use db::{FromRow, Read, Result, Row, Write};

use super::model::Farm;
use crate::kernel::{
    ids::{FarmId, MarketId, UserId},
    role::Role,
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
            declined_reason: row.col()?,
            lang: row.col()?,
            version: row.col()?,
        })
    }
}

pub async fn list(db: &Read, market: &MarketId) -> Result<Vec<Farm>> {
    db.all(
        "SELECT id, slug, name, town, story, status, paused_reason, declined_reason, lang, version FROM farms WHERE market_id = $1 \
         ORDER BY name LIMIT 500",
        &[market],
    )
    .await
}

pub async fn find(db: &Read, market: &MarketId, id: &FarmId) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name, town, story, status, paused_reason, declined_reason, lang, version FROM farms \
         WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

pub async fn find_by_slug(db: &Read, market: &MarketId, slug: &str) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name, town, story, status, paused_reason, declined_reason, lang, version FROM farms \
         WHERE market_id = $1 AND slug = $2",
        &[market, &slug],
    )
    .await
}

/// Whoever answers for a farm: its id, their name and address.
pub async fn list_owners(db: &Read, market: &MarketId) -> Result<Vec<(FarmId, String, String)>> {
    db.all(
        "SELECT m.farm_id, u.name, u.email FROM memberships m JOIN users u ON u.id = m.user_id \
         WHERE m.market_id = $1 AND m.farm_id IS NOT NULL AND m.role = 'FARM_OWNER' LIMIT 1000",
        &[market],
    )
    .await
}

/// Whoever may answer an application: name, address and language, and whether as the market's manager.
pub async fn list_judges(
    db: &Read,
    market: &MarketId,
) -> Result<Vec<(String, String, String, Role)>> {
    db.all(
        "SELECT u.name, u.email, COALESCE(u.lang, k.lang), m.role FROM memberships m \
         JOIN users u ON u.id = m.user_id JOIN markets k ON k.id = m.market_id WHERE m.market_id = $1 AND \
         m.role IN ('MARKET_MANAGER', 'ADMIN') AND u.disabled_at IS NULL ORDER BY u.id LIMIT 100",
        &[market],
    )
    .await
}

/// The farm for which somebody has applied and that nobody has approved.
pub async fn find_application(db: &Read, market: &MarketId, user: &UserId) -> Result<Option<Farm>> {
    db.one(
        "SELECT f.id, f.slug, f.name, f.town, f.story, f.status, f.paused_reason, f.declined_reason, f.lang, \
         f.version FROM memberships m JOIN farms f ON f.id = m.farm_id WHERE m.user_id = $2 AND \
         m.market_id = $1 AND f.market_id = $1 AND m.role = 'FARM_OWNER' AND f.status = 'APPLIED' LIMIT 1",
        &[market, user],
    )
    .await
}

/// Farms that applied and have no answer yet.
pub async fn count_waiting(db: &Read, market: &MarketId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT COUNT(*) FROM farms WHERE market_id = $1 AND status = 'APPLIED' AND declined_reason IS NULL",
            &[market],
        )
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

/// `false`: somebody changed it since `version`.
pub async fn update(tx: &Write, market: &MarketId, farm: &Farm, version: i64) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE farms SET name = $4, town = $5, story = $6, status = $7, paused_reason = $8, \
             declined_reason = $9, lang = $10, version = version + 1 WHERE id = $1 AND market_id = $2 AND version = $3",
            &[
                &farm.id,
                market,
                &version,
                &farm.name,
                &farm.town,
                &farm.story,
                &farm.status,
                &farm.paused_reason,
                &farm.declined_reason,
                &farm.lang,
            ],
        )
        .await?;
    Ok(changed == 1)
}

pub async fn insert(tx: &Write, market: &MarketId, farm: &Farm, now: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO farms (id, market_id, slug, name, town, story, status, paused_reason, lang, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &[
            &farm.id,
            market,
            &farm.slug,
            &farm.name,
            &farm.town,
            &farm.story,
            &farm.status,
            &farm.paused_reason,
            &farm.lang,
            &farm.version,
            &now,
        ],
    )
    .await?;
    Ok(())
}
