//! Every statement on farms and products.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Farm, Product};
use crate::kernel::{ids::MarketId, time::Ts};

impl FromRow for Farm {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            slug: row.col()?,
            name: row.col()?,
        })
    }
}

pub async fn list(db: &Read, market: &MarketId) -> Result<Vec<Farm>> {
    db.all(
        "SELECT id, slug, name FROM farms WHERE market_id = $1 ORDER BY name LIMIT 500",
        &[market],
    )
    .await
}

pub async fn find_by_slug(db: &Read, market: &MarketId, slug: &str) -> Result<Option<Farm>> {
    db.one(
        "SELECT id, slug, name FROM farms WHERE market_id = $1 AND slug = $2",
        &[market, &slug],
    )
    .await
}

pub async fn insert(tx: &Write, market: &MarketId, farm: &Farm, now: Ts) -> Result<()> {
    tx.run(
        "INSERT INTO farms (id, market_id, slug, name, created_at) VALUES ($1, $2, $3, $4, $5)",
        &[&farm.id, market, &farm.slug, &farm.name, &now],
    )
    .await?;
    Ok(())
}

pub async fn insert_product(
    tx: &Write,
    market: &MarketId,
    product: &Product,
    now: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO products (id, market_id, farm_id, name, category, unit, price_minor, priced_by, tax_bp, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &product.id,
            market,
            &product.farm,
            &product.name,
            &product.category,
            &product.unit,
            &product.price_minor,
            &product.priced_by,
            &product.tax_bp,
            &now,
        ],
    )
    .await?;
    Ok(())
}
