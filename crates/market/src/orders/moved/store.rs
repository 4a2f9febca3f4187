//! The statements on a window's open orders.
use db::{Read, Result, Write};

use crate::{
    kernel::{
        ids::{MarketId, OrderId, WindowId},
        time::Ts,
    },
    orders::model::Hours,
};

/// A new version of each, and what it was before.
pub async fn move_orders(
    tx: &Write,
    market: &MarketId,
    window: &WindowId,
    (id, was): (&str, &Hours),
    now: Ts,
) -> Result<()> {
    tx.run(
        "UPDATE orders SET version = version + 1, changed_at = $3 WHERE window_id = $2 AND market_id = $1 \
         AND status NOT IN ('FULFILLED', 'COMPLETED', 'CANCELLED')",
        &[market, window, &now],
    )
    .await?;
    tx.run(
        "INSERT INTO order_moves (move_id, order_id, order_version, at, was_starts, was_ends, was_place) \
         SELECT $7, id, version, $3, $4, $5, $6 FROM orders WHERE window_id = $2 AND market_id = $1 \
         AND status NOT IN ('FULFILLED', 'COMPLETED', 'CANCELLED')",
        &[market, window, &now, &was.starts, &was.ends, &was.place, &id],
    )
    .await?;
    Ok(())
}

/// Each with its version.
pub async fn list_orders(
    db: &Read,
    market: &MarketId,
    window: &WindowId,
) -> Result<Vec<(OrderId, i64)>> {
    db.all(
        "SELECT id, version FROM orders WHERE window_id = $2 AND market_id = $1 \
         AND status NOT IN ('FULFILLED', 'COMPLETED', 'CANCELLED')",
        &[market, window],
    )
    .await
}
