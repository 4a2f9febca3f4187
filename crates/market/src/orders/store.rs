//! The statements that read orders. Reads take `&Read`, writes `&Write`; a read inside a write sees it.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{
    Day, Farm, FarmOrder, Order, Place, Status, Step, Summary, Window, board::BoardRow,
};
use crate::kernel::{
    ids::{self, DayId, FarmId, FarmOrderId, MarketId, OrderId, UserId},
    qty::Qty,
    time::Ts,
};

impl FromRow for Order {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            market_id: row.col()?,
            code: row.col()?,
            customer_id: row.col()?,
            customer_name: row.col()?,
            status: row.col()?,
            version: row.col()?,
            placed_at: row.col()?,
            changed_at: row.col()?,
            payment: row.col()?,
            currency: row.col()?,
            day: Day {
                id: row.col()?,
                cutoff_at: row.col()?,
            },
            window: Window::from_row(row)?,
            place: Place {
                id: row.col()?,
                name: row.col()?,
                address: row.col()?,
                access: row.col()?,
                map_url: row.col()?,
            },
            here_at: row.col()?,
            parts: Vec::new(),
        })
    }
}

impl FromRow for Window {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            date: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
            starts_at: row.col()?,
            ends_at: row.col()?,
        })
    }
}

impl FromRow for FarmOrder {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            farm: Farm {
                id: row.col()?,
                name: row.col()?,
            },
            method: row.col()?,
            status: row.col()?,
            version: row.col()?,
            note: row.col()?,
            unweighed: row.col()?,
            last: Step {
                seq: row.col()?,
                from: row.col()?,
                role: row.col()?,
                at: row.col()?,
                undoes: row.col()?,
            },
        })
    }
}

/// One part with the head of its order: an order is read by one statement, which is a snapshot by itself.
struct PartRow(Order, FarmOrder);

impl FromRow for PartRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Order::from_row(row)?, FarmOrder::from_row(row)?))
    }
}

/// An order of this market by its own id or that of one of its parts. One statement.
pub async fn find(db: &Read, market: &MarketId, id: &str) -> Result<Option<Order>> {
    if !ids::is_well_formed(id) {
        return Ok(None);
    }
    // Orders may have been named by others, parts never were.
    let is_part = FarmOrderId::names(id);
    let rows = db
        .all::<PartRow>(
            "SELECT o.id, o.market_id, o.code, o.customer_id, o.customer_name, o.status, o.version, o.placed_at, \
             o.changed_at, o.payment, o.currency, d.id, d.cutoff_at, w.id, w.local_date, w.local_start, w.local_end, \
             w.starts_at, w.ends_at, p.id, p.name, p.address, p.access, p.map_url, a.at, f.id, f.farm_id, m.name, f.method, \
             f.status, f.version, f.note, (SELECT COUNT(*) FROM order_lines l WHERE l.farm_order_id = f.id AND \
             l.priced_by = 'WEIGHT' AND l.amount_minor IS NULL), e.seq, e.from_status, e.role, e.at, e.undoes \
             FROM orders o JOIN market_days d ON d.id = o.day_id JOIN windows w ON w.id = o.window_id \
             JOIN pickup_places p ON p.id = w.place_id JOIN farm_orders f ON f.order_id = o.id \
             JOIN farms m ON m.id = f.farm_id JOIN status_events e ON e.farm_order_id = f.id AND e.seq = f.last_seq \
             LEFT JOIN arrivals a ON a.order_id = o.id \
             WHERE o.id = COALESCE($2, (SELECT order_id FROM farm_orders WHERE id = $3)) AND o.market_id = $1",
            &[market, &(!is_part).then_some(id), &id],
        )
        .await?;
    let mut order = rows.into_iter().fold(None, |order, PartRow(head, part)| {
        let mut order = order.unwrap_or(head);
        order.parts.push(part);
        Some(order)
    });
    if let Some(Order { parts, .. }) = &mut order {
        parts.sort_by(|a, b| (&a.farm.name, &a.id).cmp(&(&b.farm.name, &b.id)));
    }
    Ok(order)
}

/// One page of a market's orders, newest first, after the keyset `(placed_at, id)`.
pub async fn list_for_market(
    db: &Read,
    market: &MarketId,
    status: Option<Status>,
    after: (Ts, &str),
    limit: i64,
) -> Result<Vec<Summary>> {
    db.all(
        "SELECT id, code, status, version, placed_at FROM orders WHERE market_id = $1 AND \
         (status = $2 OR $2 IS NULL) AND (placed_at, id) < ($3, $4) ORDER BY placed_at DESC, id DESC LIMIT $5",
        &[market, &status, &after.0, &after.1, &limit],
    )
    .await
}

pub async fn list_for_customer(
    db: &Read,
    market: &MarketId,
    customer: &UserId,
    status: Option<Status>,
    after: (Ts, &str),
    limit: i64,
) -> Result<Vec<Summary>> {
    db.all(
        "SELECT id, code, status, version, placed_at FROM orders WHERE customer_id = $2 AND market_id = $1 AND \
         (status = $3 OR $3 IS NULL) AND (placed_at, id) < ($4, $5) ORDER BY placed_at DESC, id DESC LIMIT $6",
        &[market, customer, &status, &after.0, &after.1, &limit],
    )
    .await
}

/// A farm sees its own part's status and version under the order's id.
pub async fn list_for_farm(
    db: &Read,
    farm: &FarmId,
    status: Option<Status>,
    after: (Ts, &str),
    limit: i64,
) -> Result<Vec<Summary>> {
    db.all(
        "SELECT o.id, o.code, f.status, f.version, o.placed_at FROM farm_orders f JOIN orders o ON o.id = f.order_id \
         WHERE f.farm_id = $1 AND (f.status = $2 OR $2 IS NULL) AND (f.placed_at, f.order_id) < ($3, $4) \
         ORDER BY f.placed_at DESC, f.order_id DESC LIMIT $5",
        &[farm, &status, &after.0, &after.1, &limit],
    )
    .await
}

impl FromRow for Summary {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            code: row.col()?,
            status: row.col()?,
            version: row.col()?,
            placed_at: row.col()?,
        })
    }
}

impl FromRow for BoardRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let part = FarmOrder::from_row(row)?;
        Ok(Self {
            id: part.id.clone(),
            part,
            order_id: row.col()?,
            code: row.col()?,
            customer_name: row.col()?,
            items: row.col()?,
            short: row.col()?,
            here: row.col::<Option<Ts>>()?.is_some(),
            window: Window::from_row(row)?,
            cutoff_at: row.col()?,
            payment: row.col()?,
            goods: Vec::new(),
        })
    }
}

/// What is in a farm's orders of one day: part, product, how much, unit.
pub async fn list_goods(
    db: &Read,
    farm: &FarmId,
    day: &DayId,
) -> Result<Vec<(FarmOrderId, String, Qty, String)>> {
    db.all(
        "SELECT l.farm_order_id, l.product_name, CASE WHEN l.priced_by = 'UNIT' THEN COALESCE(l.packed_qty, l.ordered_qty) \
         ELSE l.ordered_qty END, l.unit FROM farm_orders f \
         JOIN order_lines l ON l.farm_order_id = f.id WHERE f.farm_id = $1 AND f.day_id = $2 \
         ORDER BY l.farm_order_id, l.position LIMIT 20000",
        &[farm, day],
    )
    .await
}

/// A farm's orders of one day, by window, then in the order they were placed.
pub async fn list_board(db: &Read, farm: &FarmId, day: &DayId) -> Result<Vec<BoardRow>> {
    db.all(
        "SELECT f.id, f.farm_id, m.name, f.method, f.status, f.version, f.note, \
         (SELECT COUNT(*) FROM order_lines l WHERE l.farm_order_id = f.id AND l.priced_by = 'WEIGHT' AND \
         l.amount_minor IS NULL), e.seq, e.from_status, e.role, e.at, e.undoes, o.id, o.code, o.customer_name, \
         (SELECT COUNT(*) FROM order_lines l WHERE l.farm_order_id = f.id), \
         (SELECT COUNT(*) FROM order_lines l WHERE l.farm_order_id = f.id AND l.priced_by = 'UNIT' AND \
         l.packed_qty < l.ordered_qty), a.at, w.id, w.local_date, w.local_start, \
         w.local_end, w.starts_at, w.ends_at, d.cutoff_at, o.payment FROM farm_orders f \
         JOIN farms m ON m.id = f.farm_id JOIN orders o ON o.id = f.order_id JOIN windows w ON w.id = o.window_id \
         JOIN market_days d ON d.id = f.day_id \
         JOIN status_events e ON e.farm_order_id = f.id AND e.seq = f.last_seq \
         LEFT JOIN arrivals a ON a.order_id = o.id \
         WHERE f.farm_id = $1 AND f.day_id = $2 ORDER BY w.starts_at, f.placed_at, f.id LIMIT 1000",
        &[farm, day],
    )
    .await
}

/// Orders and versions of those somebody watches: what polling compares when the event channel is down.
pub async fn find_version(
    db: &Read,
    market: &MarketId,
    id: &str,
) -> Result<Option<(OrderId, i64)>> {
    db.one(
        "SELECT id, version FROM orders WHERE id = $2 AND market_id = $1",
        &[market, &id],
    )
    .await
}

/// What the platform itself has to look at: found by what is so, never by a window of time.
pub async fn list_due(db: &Read, now: Ts, limit: i64) -> Result<Vec<(MarketId, FarmOrderId)>> {
    db.all(
        "SELECT market_id, id FROM farm_orders WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2",
        &[&now, &limit],
    )
    .await
}

/// Looked at, not yet to be done: look again at `due`.
pub async fn postpone(tx: &Write, part: &FarmOrderId, due: Option<Ts>) -> Result<()> {
    tx.run(
        "UPDATE farm_orders SET due_at = $2 WHERE id = $1",
        &[part, &due],
    )
    .await?;
    Ok(())
}
