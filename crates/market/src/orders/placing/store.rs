//! The statements that write a new order.
use db::{Result, Write};

use crate::{
    kernel::{
        ids::{EventId, FarmId, FarmOrderId, LineId, MarketId, OrderId, ProductId, UserId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::model::{Fee, Method, Order, PricedBy, Reason, Status},
};

/// What an order's row holds beside what a reader sees.
pub struct NewOrder<'a> {
    pub order: &'a Order,
    pub email: &'a str,
    pub link_hash: &'a str,
}

pub async fn insert_order(tx: &Write, new: &NewOrder<'_>) -> Result<()> {
    let order = new.order;
    tx.run(
        "INSERT INTO orders (id, market_id, code, customer_id, customer_name, customer_email, day_id, window_id, \
         currency, payment, status, version, link_generation, link_hash, placed_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $15)",
        &[
            &order.id,
            &order.market_id,
            &order.code,
            &order.customer_id,
            &order.customer_name,
            &new.email,
            &order.day.id,
            &order.window.id,
            &order.currency.code(),
            &order.payment,
            &order.status,
            &order.version,
            &new.link_hash,
            &order.placed_at,
            &order.changed_at,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewPart<'a> {
    pub id: &'a FarmOrderId,
    pub farm: &'a FarmId,
    pub method: Method,
    pub status: Status,
    pub version: i64,
    pub seq: i64,
    pub note: Option<&'a str>,
    pub due_at: Option<Ts>,
}

pub async fn insert_part(tx: &Write, order: &Order, part: &NewPart<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO farm_orders (id, market_id, order_id, farm_id, day_id, method, status, version, last_seq, note, \
         due_at, placed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        &[
            part.id,
            &order.market_id,
            &order.id,
            part.farm,
            &order.day.id,
            &part.method,
            &part.status,
            &part.version,
            &part.seq,
            &part.note,
            &part.due_at,
            &order.placed_at,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewLine<'a> {
    pub id: &'a LineId,
    pub part: &'a FarmOrderId,
    pub position: i64,
    pub product: &'a ProductId,
    pub name: &'a str,
    pub category: &'a str,
    pub unit: &'a str,
    pub price_minor: i64,
    pub priced_by: PricedBy,
    pub tax_bp: i64,
    pub ordered: Qty,
    pub estimated_minor: i64,
    pub amount_minor: Option<i64>,
}

pub async fn insert_line(tx: &Write, market: &MarketId, line: &NewLine<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO order_lines (id, market_id, farm_order_id, position, product_id, product_name, category, unit, \
         price_minor, priced_by, tax_bp, ordered_qty, estimated_minor, amount_minor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            line.id,
            market,
            line.part,
            &line.position,
            line.product,
            &line.name,
            &line.category,
            &line.unit,
            &line.price_minor,
            &line.priced_by,
            &line.tax_bp,
            &line.ordered,
            &line.estimated_minor,
            &line.amount_minor,
        ],
    )
    .await?;
    Ok(())
}

pub async fn insert_fee(tx: &Write, market: &MarketId, order: &OrderId, fee: &Fee) -> Result<()> {
    tx.run(
        "INSERT INTO order_fees (id, market_id, order_id, kind, amount_minor) VALUES ($1, $2, $3, $4, $5)",
        &[&fee.id, market, order, &fee.kind, &fee.amount.minor],
    )
    .await?;
    Ok(())
}

/// A step of a history that is written together with its order.
pub struct NewEvent<'a> {
    pub id: &'a EventId,
    pub part: &'a FarmOrderId,
    pub seq: i64,
    pub from: Option<Status>,
    pub to: Status,
    pub actor: Option<&'a UserId>,
    pub role: Role,
    pub reason: Option<Reason>,
    pub note: Option<&'a str>,
    pub at: Ts,
    pub order_version: i64,
}

pub async fn insert_event(tx: &Write, order: &Order, event: &NewEvent<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO status_events (id, market_id, order_id, farm_order_id, seq, from_status, to_status, actor_id, \
         role, reason, note, at, order_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            event.id,
            &order.market_id,
            &order.id,
            event.part,
            &event.seq,
            &event.from,
            &event.to,
            &event.actor,
            &event.role,
            &event.reason,
            &event.note,
            &event.at,
            &event.order_version,
        ],
    )
    .await?;
    Ok(())
}

/// What a load test needs: `count` orders of one farm, each one part at CONFIRMED with one line, made by the database
/// itself. Their link hashes match no link.
pub async fn insert_many(
    tx: &Write,
    template: &Order,
    farm: &FarmId,
    product: &ProductId,
    count: i64,
) -> Result<()> {
    let (market, day, window, now) = (
        &template.market_id,
        &template.day.id,
        &template.window.id,
        &template.placed_at,
    );
    tx.run(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) \
         INSERT INTO orders (id, market_id, code, customer_id, customer_name, customer_email, day_id, window_id, \
         currency, payment, status, version, link_generation, link_hash, placed_at, changed_at) \
         SELECT 'bench_' || substr(CAST(1000000 + i AS TEXT), 2), $2, 'BN-' || substr(CAST(1000000 + i AS TEXT), 2), \
         NULL, 'Bench', 'bench@example.org', $3, $4, $5, 'PAY_AT_PICKUP', 'CONFIRMED', 2, 1, \
         'bench-' || CAST(i AS TEXT), $6, $6 FROM n",
        &[&count, market, day, window, &template.currency.code(), now],
    )
    .await?;
    tx.run(
        "INSERT INTO farm_orders (id, market_id, order_id, farm_id, day_id, method, status, version, last_seq, \
         placed_at) SELECT 'fo_' || id, market_id, id, $1, day_id, 'PICKUP', 'CONFIRMED', 2, 2, placed_at \
         FROM orders WHERE customer_name = 'Bench' AND market_id = $2",
        &[farm, market],
    )
    .await?;
    tx.run(
        "INSERT INTO order_lines (id, market_id, farm_order_id, position, product_id, product_name, category, unit, \
         price_minor, priced_by, tax_bp, ordered_qty, estimated_minor) \
         SELECT 'lin_' || id, market_id, id, 1, $2, 'Carrots', 'root', 'bunch', 180, 'UNIT', 0, 2000, 360 \
         FROM farm_orders WHERE farm_id = $1",
        &[farm, product],
    )
    .await?;
    tx.run(
        "INSERT INTO status_events (id, market_id, order_id, farm_order_id, seq, from_status, to_status, role, at, \
         order_version) SELECT 'evt_1_' || id, market_id, order_id, id, 1, NULL, 'PENDING', 'GUEST', placed_at, 1 \
         FROM farm_orders WHERE farm_id = $1",
        &[farm],
    )
    .await?;
    tx.run(
        "INSERT INTO status_events (id, market_id, order_id, farm_order_id, seq, from_status, to_status, role, at, \
         order_version) SELECT 'evt_2_' || id, market_id, order_id, id, 2, 'PENDING', 'CONFIRMED', 'SYSTEM', \
         placed_at, 2 FROM farm_orders WHERE farm_id = $1",
        &[farm],
    )
    .await?;
    if tx.engine() == db::Engine::Postgres {
        // It plans by statistics, which autovacuum would only bring up to date a minute later.
        for text in [
            "ANALYZE orders",
            "ANALYZE farm_orders",
            "ANALYZE order_lines",
            "ANALYZE status_events",
        ] {
            tx.run(text, &[]).await?;
        }
    }
    Ok(())
}
