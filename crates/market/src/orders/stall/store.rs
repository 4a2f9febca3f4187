//! The statements of the stall.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Box, Guest};
use crate::{
    kernel::{
        ids::{DayId, FarmId, MarketId, OrderId},
        time::Ts,
    },
    orders::model::{Order, Window},
};

/// One box with the head of its order.
struct BoxRow(Guest, Box);

impl FromRow for BoxRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let guest = Guest {
            order: row.col()?,
            code: row.col()?,
            name: row.col()?,
            here_at: row.col()?,
            window: Window::from_row(row)?,
            boxes: Vec::new(),
        };
        let one = Box {
            farm: row.col()?,
            status: row.col()?,
            version: row.col()?,
        };
        Ok(Self(guest, one))
    }
}

/// Whoever comes on a day, for one farm's boxes or for all.
pub async fn list(
    db: &Read,
    market: &MarketId,
    day: &DayId,
    farm: Option<&FarmId>,
) -> Result<Vec<Guest>> {
    let rows = db
        .all::<BoxRow>(
            "SELECT o.id, o.code, o.customer_name, a.at, w.id, w.local_date, w.local_start, w.local_end, w.starts_at, \
             w.ends_at, m.name, f.status, f.version FROM orders o JOIN farm_orders f ON f.order_id = o.id \
             JOIN farms m ON m.id = f.farm_id JOIN windows w ON w.id = o.window_id \
             LEFT JOIN arrivals a ON a.order_id = o.id WHERE o.day_id = $2 AND o.market_id = $1 AND \
             (f.farm_id = $3 OR $3 IS NULL) ORDER BY w.starts_at, o.customer_name, o.id, m.name LIMIT 5000",
            &[market, day, &farm],
        )
        .await?;
    let mut guests: Vec<Guest> = Vec::new();
    for BoxRow(guest, one) in rows {
        match guests.last_mut() {
            Some(last) if last.order == guest.order => last.boxes.push(one),
            _ => guests.push(Guest {
                boxes: vec![one],
                ..guest
            }),
        }
    }
    Ok(guests)
}

/// `false`: said before. `order` as it stands before; the arrival's version is the one after.
pub async fn insert_arrival(tx: &Write, order: &Order, at: Ts) -> Result<bool> {
    let inserted = tx
        .run(
            "INSERT INTO arrivals (order_id, market_id, at, order_version) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (order_id) DO NOTHING",
            &[&order.id, &order.market_id, &at, &(order.version + 1)],
        )
        .await?;
    Ok(inserted == 1)
}

pub async fn find_arrival(db: &Read, order: &OrderId) -> Result<Option<Ts>> {
    let found = db
        .one::<(Ts,)>("SELECT at FROM arrivals WHERE order_id = $1", &[order])
        .await?;
    Ok(found.map(|(at,)| at))
}
