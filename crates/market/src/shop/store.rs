//! The statements of the shop. All of them read; a farm that does not sell is not there.
use db::{FromRow, Read, Result, Row};

use super::model::{PAGE, Ware};
use crate::{
    farms::model::Farm,
    kernel::{
        ids::{FarmId, MarketId},
        time::Ts,
    },
    orders::model::bill::FarmName,
    products::model::Product,
};

impl FromRow for Ware {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            product: Product::from_row(row)?,
            farm: FarmName::from_row(row)?,
        })
    }
}

/// What of the shop somebody wants to see.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub category: Option<String>,
    /// A pattern of LIKE with `\\` before what stands for itself.
    pub search: Option<String>,
    /// Name and id of the last product of the page before.
    pub after: (String, String),
}

/// One page and one more row, which says that there is another page.
pub async fn list(db: &Read, market: &MarketId, wanted: &Wanted) -> Result<Vec<Ware>> {
    db.all(
        "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
         p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
         p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.id, f.slug, \
         f.name, f.status \
         FROM products p JOIN farms f ON f.id = p.farm_id \
         WHERE p.market_id = $1 AND p.is_hidden = FALSE AND f.status = 'APPROVED' AND \
         (p.category = $2 OR $2 IS NULL) AND (p.search LIKE $3 ESCAPE '\\' OR $3 IS NULL) AND (p.name, p.id) > ($4, $5) \
         ORDER BY p.name, p.id LIMIT $6",
        &[market, &wanted.category, &wanted.search, &wanted.after.0, &wanted.after.1, &(PAGE + 1)],
    )
    .await
}

/// Categories that have something on sale, and how much.
pub async fn count_by_category(
    db: &Read,
    market: &MarketId,
    search: Option<&str>,
) -> Result<Vec<(String, i64)>> {
    db.all(
        "SELECT p.category, COUNT(*) FROM products p JOIN farms f ON f.id = p.farm_id \
         WHERE p.market_id = $1 AND p.is_hidden = FALSE AND f.status = 'APPROVED' AND \
         (p.search LIKE $2 ESCAPE '\\' OR $2 IS NULL) GROUP BY p.category",
        &[market, &search],
    )
    .await
}

pub async fn find(db: &Read, market: &MarketId, slug: &str) -> Result<Option<Ware>> {
    db.one(
        "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
         p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
         p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.id, f.slug, \
         f.name, f.status \
         FROM products p JOIN farms f ON f.id = p.farm_id \
         WHERE p.market_id = $1 AND p.slug = $2 AND p.is_hidden = FALSE AND f.status = 'APPROVED'",
        &[market, &slug],
    )
    .await
}

pub async fn list_of_farm(db: &Read, farm: &FarmId) -> Result<Vec<Ware>> {
    db.all(
        "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
         p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
         p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.id, f.slug, \
         f.name, f.status \
         FROM products p JOIN farms f ON f.id = p.farm_id \
         WHERE p.farm_id = $1 AND p.is_hidden = FALSE AND f.status = 'APPROVED' ORDER BY p.name, p.id LIMIT 200",
        &[farm],
    )
    .await
}

/// Farms that sell, or will again: a paused one says why.
pub async fn list_farms(db: &Read, market: &MarketId) -> Result<Vec<Farm>> {
    db.all(
        "SELECT id, slug, name, town, story, status, paused_reason, declined_reason, lang, version FROM farms \
         WHERE market_id = $1 AND status <> 'APPLIED' ORDER BY name LIMIT 500",
        &[market],
    )
    .await
}

pub async fn find_farm(db: &Read, market: &MarketId, slug: &str) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name, town, story, status, paused_reason, declined_reason, lang, version FROM farms \
         WHERE market_id = $1 AND slug = $2 AND status <> 'APPLIED'",
        &[market, &slug],
    )
    .await
}

/// When the next day begins to take orders, if none does now.
pub async fn find_next_opening(db: &Read, market: &MarketId, now: Ts) -> Result<Option<Ts>> {
    let row = db
        .one::<(Ts,)>(
            "SELECT opens_at FROM market_days WHERE market_id = $1 AND ends_at > $2 AND opens_at > $2 AND \
             status IN ('SCHEDULED', 'OPEN') ORDER BY opens_at LIMIT 1",
            &[market, &now],
        )
        .await?;
    Ok(row.map(|row| row.0))
}
