//! A day in a few statements, however many orders and farms it has.
use db::{FromRow, Read, Result, Row};

use super::model::{Count, Day, Span};
use crate::kernel::{
    ids::{DayId, FarmId, MarketId},
    time::Ts,
};

impl FromRow for Day {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            date: row.col()?,
        })
    }
}

impl FromRow for Span {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            place: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
            starts_at: row.col()?,
            capacity: row.col()?,
            taken: row.col()?,
        })
    }
}

/// The first day that was not over at that moment.
pub async fn find_day(db: &Read, market: &MarketId, since: Ts) -> Result<Option<Day>> {
    db.one(
        "SELECT id, local_date FROM market_days WHERE market_id = $1 AND ends_at > $2 AND \
         status NOT IN ('DRAFT', 'CANCELLED') ORDER BY ends_at LIMIT 1",
        &[market, &since],
    )
    .await
}

pub async fn find_last_day(db: &Read, market: &MarketId) -> Result<Option<Day>> {
    db.one(
        "SELECT id, local_date FROM market_days WHERE market_id = $1 AND status NOT IN ('DRAFT', 'CANCELLED') \
         ORDER BY ends_at DESC LIMIT 1",
        &[market],
    )
    .await
}

pub async fn list_spans(db: &Read, market: &MarketId, day: &DayId) -> Result<Vec<Span>> {
    db.all(
        "SELECT p.name, w.local_start, w.local_end, w.starts_at, w.capacity, w.taken FROM windows w \
         JOIN pickup_places p ON p.id = w.place_id WHERE w.day_id = $2 AND w.market_id = $1 \
         ORDER BY w.starts_at, w.id LIMIT 100",
        &[market, day],
    )
    .await
}

pub async fn list_counts(db: &Read, market: &MarketId, day: &DayId) -> Result<Vec<Count>> {
    db.all(
        "SELECT f.farm_id, m.slug, m.name, f.status, COUNT(*) FROM orders o JOIN farm_orders f ON f.order_id = o.id \
         JOIN farms m ON m.id = f.farm_id WHERE o.day_id = $2 AND o.market_id = $1 \
         GROUP BY f.farm_id, m.slug, m.name, f.status",
        &[market, day],
    )
    .await
}

/// How many orders were not cancelled, and how many of them wait at the stall.
pub async fn count_orders(db: &Read, market: &MarketId, day: &DayId) -> Result<(i64, i64)> {
    let row: Option<(i64, i64)> = db
        .one(
            "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN status = 'READY' THEN 1 ELSE 0 END), 0) AS BIGINT) \
             FROM orders WHERE day_id = $2 AND market_id = $1 AND status <> 'CANCELLED'",
            &[market, day],
        )
        .await?;
    Ok(row.unwrap_or((0, 0)))
}

/// Goods to be paid at the stall, by farm: their price, and the tax in or on top of it.
pub async fn list_cash(
    db: &Read,
    market: &MarketId,
    day: &DayId,
) -> Result<Vec<(FarmId, i64, i64)>> {
    db.all(
        "SELECT f.farm_id, CAST(SUM(COALESCE(l.amount_minor, l.estimated_minor)) AS BIGINT), \
         CAST(SUM(l.tax_minor) AS BIGINT) FROM orders o JOIN farm_orders f ON f.order_id = o.id \
         JOIN order_lines l ON l.farm_order_id = f.id WHERE o.day_id = $2 AND o.market_id = $1 AND \
         o.payment = 'PAY_AT_PICKUP' AND f.status NOT IN ('CANCELLED', 'FULFILLED', 'COMPLETED') GROUP BY f.farm_id",
        &[market, day],
    )
    .await
}

/// The customers' fees of orders that are to be paid at the stall, by farm or of none.
pub async fn list_fees(
    db: &Read,
    market: &MarketId,
    day: &DayId,
) -> Result<Vec<(Option<FarmId>, i64)>> {
    db.all(
        "SELECT f.farm_id, CAST(SUM(e.amount_minor) AS BIGINT) FROM orders o JOIN order_fees e ON e.order_id = o.id \
         LEFT JOIN farm_orders f ON f.id = e.farm_order_id WHERE o.day_id = $2 AND o.market_id = $1 AND \
         e.payer = 'CUSTOMER' AND o.payment = 'PAY_AT_PICKUP' AND \
         COALESCE(f.status, o.status) NOT IN ('CANCELLED', 'FULFILLED', 'COMPLETED') GROUP BY f.farm_id",
        &[market, day],
    )
    .await
}
