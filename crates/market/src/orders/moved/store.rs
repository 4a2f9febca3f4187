//! The statements on moves: a window's open orders, and what each was before.
use db::{Read, Result, Write};

use crate::{
    kernel::{
        ids::{FarmId, MarketId, OrderId, WindowId},
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

/// The orders of a move, each with the version it has by it.
pub async fn list_orders(db: &Read, id: &str) -> Result<Vec<(OrderId, i64)>> {
    db.all(
        "SELECT order_id, order_version FROM order_moves WHERE move_id = $1",
        &[&id],
    )
    .await
}

/// The farms that have a part in any of them.
pub async fn list_farms(db: &Read, id: &str) -> Result<Vec<FarmId>> {
    let farms: Vec<(FarmId,)> = db
        .all(
            "SELECT DISTINCT f.farm_id FROM order_moves m JOIN farm_orders f ON f.order_id = m.order_id \
             WHERE m.move_id = $1",
            &[&id],
        )
        .await?;
    Ok(farms.into_iter().map(|(farm,)| farm).collect())
}
