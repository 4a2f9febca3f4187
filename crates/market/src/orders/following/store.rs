//! The order and all that its page shows: one statement for the order with its parts, one for everything below them.
use db::{FromRow, Read, Result, Row};
use futures_util::future::try_join;

use crate::{
    kernel::{
        ids::{FarmOrderId, MarketId, OrderId},
        money::{Currency, Money},
    },
    orders::{
        model::{Fee, Following, Late, LineChange, OrderLine, StatusEvent},
        store,
    },
};

/// A row of any of the five tables below an order. Each has the same columns in the same places: what it is, its id,
/// whose part it belongs to, then version, time and place, by which they are in order, then texts and numbers.
enum Piece {
    Event(StatusEvent),
    Line(OrderLine),
    Change(LineChange),
    Late(Late),
    Fee(Fee),
}

impl FromRow for Piece {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let kind: i64 = row.col()?;
        match kind {
            0 => event(row).map(Self::Event),
            1 => line(row).map(Self::Line),
            2 => change(row).map(Self::Change),
            3 => late(row).map(Self::Late),
            _ => fee(row).map(Self::Fee),
        }
    }
}

fn event(row: &mut Row<'_>) -> Result<StatusEvent> {
    let (id, part) = (row.col()?, row.col()?);
    let (order_version, at, seq) = (row.col()?, row.col()?, row.col()?);
    Ok(StatusEvent {
        id,
        part,
        seq,
        from: row.col()?,
        to: row.col()?,
        actor_id: row.col()?,
        actor_name: row.col()?,
        role: row.col()?,
        reason: row.col()?,
        note: row.col()?,
        undoes: row.col()?,
        at,
        order_version,
    })
}

fn line(row: &mut Row<'_>) -> Result<OrderLine> {
    let (id, part) = (row.col()?, row.col()?);
    row.skip(3);
    let (product, category, unit, priced_by) = (row.col()?, row.col()?, row.col()?, row.col()?);
    let currency: Currency = row.col()?;
    let note = row.col()?;
    row.skip(1);
    let price = Money::new(row.col()?, currency);
    let (ordered, packed) = (row.col()?, row.col()?);
    let estimated = Money::new(row.col()?, currency);
    let amount: Option<i64> = row.col()?;
    Ok(OrderLine {
        id,
        part,
        product,
        category,
        unit,
        price,
        priced_by,
        ordered,
        packed,
        estimated,
        amount: amount.map(|minor| Money::new(minor, currency)),
        note,
    })
}

fn change(row: &mut Row<'_>) -> Result<LineChange> {
    let (id, part, order_version, at) = (row.col()?, row.col()?, row.col()?, row.col()?);
    row.skip(1);
    let (product, unit, role) = (row.col()?, row.col()?, row.col()?);
    row.skip(4);
    Ok(LineChange {
        id,
        part,
        product,
        unit,
        from: row.col()?,
        to: row.col()?,
        role,
        at,
        order_version,
    })
}

fn late(row: &mut Row<'_>) -> Result<Late> {
    let (id, farm, order_version, at) = (row.col()?, row.col()?, row.col()?, row.col()?);
    row.skip(8);
    Ok(Late {
        id,
        farm,
        minutes: row.col()?,
        at,
        order_version,
    })
}

fn fee(row: &mut Row<'_>) -> Result<Fee> {
    let id = row.col()?;
    row.skip(4);
    let kind = row.col()?;
    let part: Option<FarmOrderId> = row.col()?;
    let currency: Currency = row.col()?;
    row.skip(4);
    Ok(Fee {
        id,
        kind,
        part,
        amount: Money::new(row.col()?, currency),
    })
}

/// The order with all its page shows. Two statements, however many farms.
pub async fn find(db: &Read, market: &MarketId, id: &OrderId) -> Result<Option<Following>> {
    let (order, pieces) = try_join(
        store::find(db, market, id.as_str()),
        db.all::<Piece>(
            "SELECT 0, e.id, e.farm_order_id, e.order_version, e.at, e.seq, e.from_status, e.to_status, e.actor_id, \
             u.name, e.role, e.reason, e.note, e.undoes, NULL, NULL, NULL, NULL \
             FROM status_events e LEFT JOIN users u ON u.id = e.actor_id WHERE e.order_id = $1 \
             UNION ALL SELECT 1, l.id, l.farm_order_id, NULL, NULL, l.position, l.product_name, l.category, l.unit, \
             l.priced_by, o.currency, l.pack_note, NULL, l.price_minor, l.ordered_qty, l.packed_qty, l.estimated_minor, \
             l.amount_minor FROM order_lines l JOIN farm_orders f ON f.id = l.farm_order_id \
             JOIN orders o ON o.id = f.order_id WHERE f.order_id = $1 \
             UNION ALL SELECT 2, id, farm_order_id, order_version, at, NULL, product_name, unit, role, NULL, NULL, NULL, \
             NULL, from_qty, to_qty, NULL, NULL, NULL FROM order_changes WHERE order_id = $1 \
             UNION ALL SELECT 3, m.id, m.farm_id, l.order_version, m.at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
             m.minutes, NULL, NULL, NULL, NULL FROM late_orders l JOIN late_messages m ON m.id = l.message_id \
             WHERE l.order_id = $1 \
             UNION ALL SELECT 4, e.id, NULL, NULL, NULL, NULL, e.kind, e.farm_order_id, o.currency, NULL, NULL, NULL, NULL, \
             e.amount_minor, NULL, NULL, NULL, NULL FROM order_fees e JOIN orders o ON o.id = e.order_id \
             WHERE e.order_id = $1 AND e.payer = 'CUSTOMER' \
             ORDER BY 1, 4, 5, 3, 6, 7, 2",
            &[id],
        ),
    )
    .await?;
    Ok(order.map(|order| {
        let mut following = Following::new(order);
        for piece in pieces {
            match piece {
                Piece::Event(event) => following.history.push(event),
                Piece::Line(line) => following.lines.push(line),
                Piece::Change(change) => following.changes.push(change),
                Piece::Late(late) => following.late.push(late),
                Piece::Fee(fee) => following.fees.push(fee),
            }
        }
        following
    }))
}

/// The order at version `at_least` or newer: a replica that is not there yet is passed over for the primary.
pub async fn find_at_least(
    db: &db::Db,
    market: &MarketId,
    id: &OrderId,
    at_least: i64,
) -> Result<Option<Following>> {
    let found = find(&db.read().await?, market, id).await?;
    if found
        .as_ref()
        .is_some_and(|found| found.order.version >= at_least)
    {
        return Ok(found);
    }
    find(&db.read_fresh().await?, market, id).await
}
