//! The statements on what runs late.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Message, Waiting};
use crate::kernel::{
    ids::{DayId, FarmId, LateId, MarketId, OrderId, WindowId},
    time::Ts,
};

impl FromRow for Waiting {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            window: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
            place: row.col()?,
            customers: row.col()?,
        })
    }
}

impl FromRow for Message {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            window: row.col()?,
            minutes: row.col()?,
            told: row.col()?,
            at: row.col()?,
        })
    }
}

/// The windows that are not over, with those who have not got the farm's box yet.
pub async fn list_waiting(
    db: &Read,
    market: &MarketId,
    farm: &FarmId,
    day: &DayId,
    now: Ts,
) -> Result<Vec<Waiting>> {
    db.all(
        "SELECT w.id, w.local_start, w.local_end, p.name, COUNT(DISTINCT o.customer_email) FROM farm_orders f \
         JOIN orders o ON o.id = f.order_id JOIN windows w ON w.id = o.window_id \
         JOIN pickup_places p ON p.id = w.place_id WHERE f.farm_id = $2 AND f.day_id = $3 AND f.market_id = $1 AND \
         f.status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY') AND w.ends_at > $4 \
         GROUP BY w.id, w.local_start, w.local_end, w.starts_at, p.name ORDER BY w.starts_at, w.id LIMIT 100",
        &[market, farm, day, &now],
    )
    .await
}

/// Oldest first.
pub async fn list_messages(db: &Read, farm: &FarmId, day: &DayId) -> Result<Vec<Message>> {
    db.all(
        "SELECT id, window_id, minutes, told, at FROM late_messages WHERE farm_id = $1 AND day_id = $2 \
         ORDER BY at, id LIMIT 1000",
        &[farm, day],
    )
    .await
}

/// Holds the farm's row: two of its team say one after the other.
pub async fn take_farm(tx: &Write, farm: &FarmId) -> Result<()> {
    tx.run("UPDATE farms SET name = name WHERE id = $1", &[farm])
        .await?;
    Ok(())
}

pub async fn insert(
    tx: &Write,
    (market, farm, day): (&MarketId, &FarmId, &DayId),
    message: &Message,
) -> Result<()> {
    tx.run(
        "INSERT INTO late_messages (id, market_id, farm_id, day_id, window_id, minutes, told, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &message.id,
            market,
            farm,
            day,
            &message.window,
            &message.minutes,
            &message.told,
            &message.at,
        ],
    )
    .await?;
    Ok(())
}

/// Whoever waits for the farm's box in that window; of those, after `since`, only who was told then.
pub async fn insert_orders(
    tx: &Write,
    message: &LateId,
    farm: &FarmId,
    window: &WindowId,
    since: Option<&LateId>,
) -> Result<u64> {
    tx.run(
        "INSERT INTO late_orders (message_id, order_id, order_version) SELECT DISTINCT CAST($1 AS TEXT), f.order_id, 0 \
         FROM windows w JOIN farm_orders f ON f.day_id = w.day_id AND f.farm_id = $2 \
         JOIN orders o ON o.id = f.order_id AND o.window_id = w.id WHERE w.id = $3 AND \
         f.status IN ('PENDING', 'CONFIRMED', 'PREPARING', 'READY', 'OUT_FOR_DELIVERY') AND \
         (CAST($4 AS TEXT) IS NULL OR \
         EXISTS (SELECT 1 FROM late_orders l WHERE l.message_id = $4 AND l.order_id = f.order_id))",
        &[message, farm, window, &since],
    )
    .await
}

/// Those orders have a new version, and it is written down which.
pub async fn touch_orders(tx: &Write, message: &LateId, now: Ts) -> Result<()> {
    tx.run(
        "UPDATE orders SET version = version + 1, changed_at = $2 WHERE id IN \
         (SELECT l.order_id FROM late_orders l WHERE l.message_id = $1)",
        &[message, &now],
    )
    .await?;
    tx.run(
        "UPDATE late_orders SET order_version = (SELECT o.version FROM orders o WHERE o.id = late_orders.order_id) \
         WHERE message_id = $1",
        &[message],
    )
    .await?;
    Ok(())
}

/// The orders of a message, each with its version.
pub async fn list_orders(db: &Read, message: &LateId) -> Result<Vec<(OrderId, i64)>> {
    db.all(
        "SELECT order_id, order_version FROM late_orders WHERE message_id = $1 ORDER BY order_id LIMIT 20000",
        &[message],
    )
    .await
}
