//! Every statement on market days and their windows.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Day, Plan, PlannedWindow, Window};
use crate::{
    kernel::{
        ids::{DayId, MarketId, WindowId},
        time::Ts,
    },
    markets::model::DayStatus,
};

impl FromRow for Day {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            date: row.col()?,
            status: row.col()?,
            opens_at: row.col()?,
            cutoff_at: row.col()?,
            planned_cutoff_at: row.col()?,
            ends_at: row.col()?,
            version: row.col()?,
        })
    }
}

impl FromRow for Window {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            day: row.col()?,
            place: row.col()?,
            place_name: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
            capacity: row.col()?,
            taken: row.col()?,
        })
    }
}

/// Days that are not over, the next one first.
pub async fn list_ahead(db: &Read, market: &MarketId, now: Ts) -> Result<Vec<Day>> {
    db.all(
        "SELECT id, local_date, status, opens_at, cutoff_at, planned_cutoff_at, ends_at, version FROM market_days \
         WHERE market_id = $1 AND ends_at > $2 ORDER BY ends_at LIMIT 60",
        &[market, &now],
    )
    .await
}

/// Days that are over, the last one first.
pub async fn list_over(db: &Read, market: &MarketId, now: Ts) -> Result<Vec<Day>> {
    db.all(
        "SELECT id, local_date, status, opens_at, cutoff_at, planned_cutoff_at, ends_at, version FROM market_days \
         WHERE market_id = $1 AND ends_at <= $2 ORDER BY ends_at DESC LIMIT 12",
        &[market, &now],
    )
    .await
}

pub async fn find(db: &Read, market: &MarketId, id: &DayId) -> Result<Option<Day>> {
    db.one(
        "SELECT id, local_date, status, opens_at, cutoff_at, planned_cutoff_at, ends_at, version FROM market_days \
         WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

/// The day furthest ahead: what the next one is copied from.
pub async fn find_last(db: &Read, market: &MarketId) -> Result<Option<Day>> {
    db.one(
        "SELECT id, local_date, status, opens_at, cutoff_at, planned_cutoff_at, ends_at, version FROM market_days \
         WHERE market_id = $1 ORDER BY ends_at DESC LIMIT 1",
        &[market],
    )
    .await
}

/// The windows of all days that end at that instant or later.
pub async fn list_windows_from(db: &Read, market: &MarketId, from: Ts) -> Result<Vec<Window>> {
    db.all(
        "SELECT w.id, w.day_id, w.place_id, p.name, w.local_start, w.local_end, w.capacity, w.taken FROM market_days d \
         JOIN windows w ON w.day_id = d.id JOIN pickup_places p ON p.id = w.place_id \
         WHERE d.market_id = $1 AND d.ends_at >= $2 ORDER BY w.starts_at, w.id LIMIT 2000",
        &[market, &from],
    )
    .await
}

pub async fn list_windows(db: &Read, market: &MarketId, day: &DayId) -> Result<Vec<Window>> {
    db.all(
        "SELECT w.id, w.day_id, w.place_id, p.name, w.local_start, w.local_end, w.capacity, w.taken FROM windows w \
         JOIN pickup_places p ON p.id = w.place_id WHERE w.day_id = $2 AND w.market_id = $1 \
         ORDER BY w.starts_at, w.id LIMIT 100",
        &[market, day],
    )
    .await
}

/// How many orders that were not cancelled each day has, of those that end at that instant or later.
pub async fn count_orders_from(
    db: &Read,
    market: &MarketId,
    from: Ts,
) -> Result<Vec<(DayId, i64)>> {
    db.all(
        "SELECT d.id, COUNT(o.id) FROM market_days d JOIN orders o ON o.day_id = d.id \
         WHERE d.market_id = $1 AND d.ends_at >= $2 AND o.status <> 'CANCELLED' GROUP BY d.id LIMIT 100",
        &[market, &from],
    )
    .await
}

/// Orders that still await something.
pub async fn count_open_orders(db: &Read, market: &MarketId, day: &DayId) -> Result<i64> {
    let row: Option<(i64,)> = db
        .one(
            "SELECT COUNT(*) FROM orders WHERE day_id = $2 AND market_id = $1 AND \
             status NOT IN ('CANCELLED', 'COMPLETED')",
            &[market, day],
        )
        .await?;
    Ok(row.map_or(0, |row| row.0))
}

/// Days of every market whose hour to open has come.
pub async fn list_to_open(db: &Read, now: Ts) -> Result<Vec<(MarketId, DayId)>> {
    db.all(
        "SELECT market_id, id FROM market_days WHERE status = 'SCHEDULED' AND opens_at <= $1 LIMIT 200",
        &[&now],
    )
    .await
}

/// Open days of every market that are past their cut-off.
pub async fn list_to_close(db: &Read, now: Ts) -> Result<Vec<(MarketId, DayId)>> {
    db.all(
        "SELECT market_id, id FROM market_days WHERE status = 'OPEN' AND cutoff_at <= $1 LIMIT 200",
        &[&now],
    )
    .await
}

pub async fn insert(
    tx: &Write,
    market: &MarketId,
    id: &DayId,
    plan: &Plan,
    status: DayStatus,
) -> Result<()> {
    tx.run(
        "INSERT INTO market_days (id, market_id, local_date, status, opens_at, cutoff_at, ends_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            id,
            market,
            &plan.date.to_string(),
            &status,
            &plan.opens_at,
            &plan.cutoff_at,
            &plan.ends_at,
        ],
    )
    .await?;
    Ok(())
}

/// `false`: the day is not there, or somebody changed it meanwhile.
pub async fn update(
    tx: &Write,
    market: &MarketId,
    id: &DayId,
    version: i64,
    plan: &Plan,
) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE market_days SET opens_at = $4, planned_cutoff_at = CASE WHEN cutoff_at = $5 THEN planned_cutoff_at END, \
             cutoff_at = $5, ends_at = $6, version = version + 1 \
             WHERE id = $2 AND market_id = $1 AND version = $3",
            &[market, id, &version, &plan.opens_at, &plan.cutoff_at, &plan.ends_at],
        )
        .await?;
    Ok(changed == 1)
}

/// `false` as above.
pub async fn set_status(tx: &Write, market: &MarketId, before: &Day, after: &Day) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE market_days SET status = $4, opens_at = $5, cutoff_at = $6, planned_cutoff_at = $7, \
             version = version + 1 WHERE id = $2 AND market_id = $1 AND version = $3",
            &[
                market,
                &before.id,
                &before.version,
                &after.status,
                &after.opens_at,
                &after.cutoff_at,
                &after.planned_cutoff_at,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Whoever places an order takes its window's row: after this they wait until the transaction is over.
pub async fn hold_windows(tx: &Write, market: &MarketId, day: &DayId) -> Result<u64> {
    tx.run(
        "UPDATE windows SET taken = taken WHERE day_id = $2 AND market_id = $1",
        &[market, day],
    )
    .await
}

pub async fn insert_window(
    tx: &Write,
    market: &MarketId,
    day: &DayId,
    id: &WindowId,
    date: &str,
    window: &PlannedWindow,
) -> Result<()> {
    tx.run(
        "INSERT INTO windows (id, market_id, day_id, place_id, local_date, local_start, local_end, starts_at, \
         ends_at, capacity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            id,
            market,
            day,
            &window.place,
            &date,
            &window.starts,
            &window.ends,
            &window.starts_at,
            &window.ends_at,
            &window.capacity,
        ],
    )
    .await?;
    Ok(())
}

/// `false`: it is not there, or more orders have a place in it than it would hold.
pub async fn update_window(
    tx: &Write,
    market: &MarketId,
    day: &DayId,
    id: &WindowId,
    window: &PlannedWindow,
) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE windows SET place_id = $4, local_start = $5, local_end = $6, starts_at = $7, ends_at = $8, \
             capacity = $9 WHERE id = $3 AND day_id = $2 AND market_id = $1 AND taken <= $9",
            &[
                market,
                day,
                id,
                &window.place,
                &window.starts,
                &window.ends,
                &window.starts_at,
                &window.ends_at,
                &window.capacity,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Carts that chose this window choose again.
pub async fn leave_window(tx: &Write, market: &MarketId, id: &WindowId) -> Result<u64> {
    tx.run(
        "UPDATE carts SET window_id = NULL WHERE window_id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

/// `false`: it is not there, or there are orders in it.
pub async fn delete_window(
    tx: &Write,
    market: &MarketId,
    day: &DayId,
    id: &WindowId,
) -> Result<bool> {
    let gone = tx
        .run(
            "DELETE FROM windows WHERE id = $3 AND day_id = $2 AND market_id = $1 AND taken = 0 AND \
             NOT EXISTS (SELECT 1 FROM orders o WHERE o.window_id = windows.id)",
            &[market, day, id],
        )
        .await?;
    Ok(gone == 1)
}
