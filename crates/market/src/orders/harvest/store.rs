//! The statements on what is harvested.
use db::{FromRow, Read, Result, Row, Write};

use super::model::Sum;
use crate::kernel::{
    ids::{DayId, FarmId, MarketId, ProductId, UserId},
    qty::Qty,
    time::Ts,
};

impl FromRow for Sum {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            product: row.col()?,
            name: row.col()?,
            unit: row.col()?,
            place: row.col()?,
            is_chilled: row.col()?,
            need: row.col()?,
            orders: row.col()?,
            is_done: row.col::<Option<bool>>()?.unwrap_or(false),
            have: row.col()?,
            version: row.col::<Option<i64>>()?.unwrap_or(0),
            at: row.col()?,
            by: row.col()?,
        })
    }
}

/// What the orders of a farm and day need, each product and unit by itself.
pub async fn list(db: &Read, farm: &FarmId, day: &DayId) -> Result<Vec<Sum>> {
    db.all(
        "SELECT l.product_id, p.name, l.unit, p.place, p.is_chilled, CAST(SUM(l.ordered_qty) AS BIGINT), COUNT(*), \
         h.is_done, h.have_qty, h.version, h.at, u.name FROM farm_orders f \
         JOIN order_lines l ON l.farm_order_id = f.id JOIN products p ON p.id = l.product_id \
         LEFT JOIN harvest_ticks h ON h.farm_id = f.farm_id AND h.day_id = f.day_id AND h.product_id = l.product_id \
         LEFT JOIN users u ON u.id = h.actor_id WHERE f.farm_id = $1 AND f.day_id = $2 AND f.status <> 'CANCELLED' \
         GROUP BY l.product_id, p.name, l.unit, p.place, p.is_chilled, h.is_done, h.have_qty, h.version, h.at, u.name \
         ORDER BY p.name, l.product_id, l.unit LIMIT 1000",
        &[farm, day],
    )
    .await
}

pub async fn count_orders(db: &Read, farm: &FarmId, day: &DayId) -> Result<i64> {
    let found = db
        .one::<(i64,)>(
            "SELECT COUNT(*) FROM farm_orders WHERE farm_id = $1 AND day_id = $2 AND status <> 'CANCELLED'",
            &[farm, day],
        )
        .await?;
    Ok(found.map_or(0, |(count,)| count))
}

pub struct Tick<'a> {
    pub market: &'a MarketId,
    pub farm: &'a FarmId,
    pub day: &'a DayId,
    pub product: &'a ProductId,
    pub done: bool,
    pub have: Option<Qty>,
    /// As it was seen; 0: there was none.
    pub version: i64,
    pub actor: Option<&'a UserId>,
    pub at: Ts,
}

/// `false`: somebody was faster.
pub async fn set(tx: &Write, tick: &Tick<'_>) -> Result<bool> {
    let changed = if tick.version == 0 {
        tx.run(
            "INSERT INTO harvest_ticks (market_id, farm_id, day_id, product_id, is_done, have_qty, version, actor_id, \
             at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8) ON CONFLICT (farm_id, day_id, product_id) DO NOTHING",
            &[
                tick.market,
                tick.farm,
                tick.day,
                tick.product,
                &tick.done,
                &tick.have,
                &tick.actor,
                &tick.at,
            ],
        )
        .await?
    } else {
        tx.run(
            "UPDATE harvest_ticks SET is_done = $5, have_qty = $6, version = version + 1, actor_id = $7, at = $8 \
             WHERE farm_id = $1 AND day_id = $2 AND product_id = $3 AND version = $4",
            &[
                tick.farm,
                tick.day,
                tick.product,
                &tick.version,
                &tick.done,
                &tick.have,
                &tick.actor,
                &tick.at,
            ],
        )
        .await?
    };
    Ok(changed == 1)
}
