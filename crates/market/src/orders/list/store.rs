//! The statement that finds orders, and those of the filters somebody keeps.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{Filter, KEPT, Kept, Line};
use crate::{
    kernel::{
        ids::{MarketId, OrderId, UserId},
        like,
        time::Ts,
    },
    orders::model::Status,
};

/// Between a farm and its status, and between farms: no name holds them.
const OF: &str = "\u{1f}";
const NEXT: &str = "\u{1e}";

impl FromRow for Line {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            code: row.col()?,
            name: row.col()?,
            status: row.col()?,
            version: row.col()?,
            placed_at: row.col()?,
            date: row.col()?,
            starts: row.col()?,
            ends: row.col()?,
            place: row.col()?,
            payment: row.col()?,
            farms: farms(&row.col::<Option<String>>()?.unwrap_or_default()),
        })
    }
}

fn farms(text: &str) -> Vec<(String, Status)> {
    let part = |part: &str| {
        let (name, status) = part.split_once(OF)?;
        Some((name.to_owned(), Status::parse(status)?))
    };
    let mut farms: Vec<_> = text.split(NEXT).filter_map(part).collect();
    farms.sort_by(|a, b| a.0.cmp(&b.0));
    farms
}

/// Newest first, behind the given one.
pub async fn list_page(
    db: &Read,
    market: &MarketId,
    filter: &Filter,
    after: (Ts, &OrderId),
    limit: i64,
) -> Result<Vec<Line>> {
    db.all(
        "SELECT o.id, o.code, o.customer_name, o.status, o.version, o.placed_at, w.local_date, w.local_start, \
         w.local_end, p.name, o.payment, (SELECT string_agg(m.name || $9 || f.status, $10) FROM farm_orders f \
         JOIN farms m ON m.id = f.farm_id WHERE f.order_id = o.id) FROM orders o JOIN windows w ON w.id = o.window_id \
         JOIN pickup_places p ON p.id = w.place_id WHERE o.market_id = $1 AND (o.placed_at, o.id) < ($2, $3) \
         AND (CAST($4 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM farm_orders f WHERE f.order_id = o.id AND f.status = $4 \
         AND (f.farm_id = $5 OR $5 IS NULL))) \
         AND (CAST($5 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM farm_orders f WHERE f.order_id = o.id AND f.farm_id = $5)) \
         AND (o.day_id = $6 OR $6 IS NULL) AND (w.place_id = $7 OR $7 IS NULL) \
         AND ($8 = '' OR lower(o.code) LIKE $8 ESCAPE '\\' OR lower(o.customer_name) LIKE $8 ESCAPE '\\') \
         ORDER BY o.placed_at DESC, o.id DESC LIMIT $11",
        &[
            market,
            &after.0,
            after.1,
            &filter.status,
            &filter.farm,
            &filter.day,
            &filter.place,
            &like::pattern(&filter.text),
            &OF,
            &NEXT,
            &limit,
        ],
    )
    .await
}

impl FromRow for Kept {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            name: row.col()?,
            query: row.col()?,
        })
    }
}

pub async fn list_filters(db: &Read, market: &MarketId, user: &UserId) -> Result<Vec<Kept>> {
    db.all(
        "SELECT name, query FROM order_filters WHERE market_id = $1 AND user_id = $2 ORDER BY name LIMIT $3",
        &[market, user, &KEPT],
    )
    .await
}

/// In the place of another of that name. `false`: there are as many as one may keep.
pub async fn keep_filter(
    tx: &Write,
    market: &MarketId,
    user: &UserId,
    kept: &Kept,
) -> Result<bool> {
    let kept = tx
        .run(
            "INSERT INTO order_filters (market_id, user_id, name, query) SELECT $1, $2, $3, $4 WHERE \
             (SELECT COUNT(*) FROM order_filters WHERE market_id = $1 AND user_id = $2 AND name <> $3) < $5 \
             ON CONFLICT (market_id, user_id, name) DO UPDATE SET query = excluded.query",
            &[market, user, &kept.name, &kept.query, &KEPT],
        )
        .await?;
    Ok(kept > 0)
}

pub async fn forget_filter(tx: &Write, market: &MarketId, user: &UserId, name: &str) -> Result<()> {
    tx.run(
        "DELETE FROM order_filters WHERE market_id = $1 AND user_id = $2 AND name = $3",
        &[market, user, &name],
    )
    .await?;
    Ok(())
}
