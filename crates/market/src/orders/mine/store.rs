//! The statement that lists one's own orders.
use db::{FromRow, Read, Result, Row};

use super::model::MyOrder;
use crate::kernel::{
    ids::{MarketId, UserId},
    time::Ts,
};

impl FromRow for MyOrder {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            code: row.col()?,
            status: row.col()?,
            placed_at: row.col()?,
            date: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
        })
    }
}

/// One page of a person's orders, newest first, after the keyset `(placed_at, id)`.
pub async fn list(
    db: &Read,
    market: &MarketId,
    customer: &UserId,
    after: (Ts, &str),
    limit: i64,
) -> Result<Vec<MyOrder>> {
    db.all(
        "SELECT o.id, o.code, o.status, o.placed_at, w.local_date, w.local_start, w.local_end FROM orders o \
         JOIN windows w ON w.id = o.window_id WHERE o.customer_id = $2 AND o.market_id = $1 AND \
         (o.placed_at, o.id) < ($3, $4) ORDER BY o.placed_at DESC, o.id DESC LIMIT $5",
        &[market, customer, &after.0, &after.1, &limit],
    )
    .await
}
