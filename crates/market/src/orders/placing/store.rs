//! The statements that write a new order.
use db::{FromRow, Read, Result, Row, Write};

use crate::{
    farms::model::FarmStatus,
    kernel::{
        ids::{
            EventId, FarmId, FarmOrderId, FeeId, LineId, MarketId, OrderId, ProductId, UserId,
            WindowId,
        },
        qty::Qty,
        role::Role,
        time::Ts,
    },
    markets::model::Payer,
    orders::model::{
        Day, Method, Order, Place, PricedBy, Reason, Status, Window, bill::FarmName,
        opening::Opening,
    },
    products::model::Product,
};

impl FromRow for Opening {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let window = Window::from_row(row)?;
        let place = Place {
            id: row.col()?,
            name: row.col()?,
            address: row.col()?,
            access: row.col()?,
            map_url: row.col()?,
        };
        let day = Day {
            id: row.col()?,
            cutoff_at: row.col()?,
        };
        let date: String = row.col()?;
        let date = date
            .parse()
            .map_err(|_bad| db::Error::decode("a date", &date))?;
        let opens_at = row.col()?;
        let status: String = row.col()?;
        let (capacity, taken): (i64, i64) = (row.col()?, row.col()?);
        Ok(Self {
            window,
            place,
            day,
            date,
            opens_at,
            sells: matches!(status.as_str(), "SCHEDULED" | "OPEN"),
            left: (capacity - taken).max(0),
        })
    }
}

pub async fn find_opening(
    db: &Read,
    market: &MarketId,
    window: &WindowId,
) -> Result<Option<Opening>> {
    db.one(
        "SELECT w.id, w.local_date, w.local_start, w.local_end, w.starts_at, w.ends_at, p.id, p.name, p.address, \
         p.access, p.map_url, d.id, d.cutoff_at, d.local_date, d.opens_at, d.status, w.capacity, w.taken \
         FROM windows w JOIN pickup_places p ON p.id = w.place_id JOIN market_days d ON d.id = w.day_id \
         WHERE w.id = $2 AND w.market_id = $1",
        &[market, window],
    )
    .await
}

/// The windows of all days that take orders now, the next first.
pub async fn list_openings(db: &Read, market: &MarketId, now: Ts) -> Result<Vec<Opening>> {
    db.all(
        "SELECT w.id, w.local_date, w.local_start, w.local_end, w.starts_at, w.ends_at, p.id, p.name, p.address, \
         p.access, p.map_url, d.id, d.cutoff_at, d.local_date, d.opens_at, d.status, w.capacity, w.taken \
         FROM market_days d JOIN windows w ON w.day_id = d.id JOIN pickup_places p ON p.id = w.place_id \
         WHERE d.market_id = $1 AND d.ends_at > $2 AND d.cutoff_at > $2 AND d.opens_at <= $2 AND \
         d.status IN ('SCHEDULED', 'OPEN') ORDER BY w.starts_at, p.name, w.id LIMIT 200",
        &[market, &now],
    )
    .await
}

struct ItemRow(Product, FarmName);

impl FromRow for ItemRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(Product::from_row(row)?, FarmName::from_row(row)?))
    }
}

impl FromRow for FarmName {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let (id, slug, name) = (row.col()?, row.col()?, row.col()?);
        let status: FarmStatus = row.col()?;
        Ok(Self {
            id,
            slug,
            name,
            sells: status == FarmStatus::Approved,
        })
    }
}

pub async fn find_item(
    db: &Read,
    market: &MarketId,
    id: &ProductId,
) -> Result<Option<(Product, FarmName)>> {
    let row = db
        .one::<ItemRow>(
            "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
             p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
             p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.id, f.slug, \
             f.name, f.status \
             FROM products p JOIN farms f ON f.id = p.farm_id WHERE p.id = $2 AND p.market_id = $1",
            &[market, id],
        )
        .await?;
    Ok(row.map(|ItemRow(product, farm)| (product, farm)))
}

/// `false`: less is left, or the product is not what was read any more. A stock that is not counted stays so.
pub async fn take_stock(tx: &Write, product: &Product, qty: Qty) -> Result<bool> {
    let taken = tx
        .run(
            "UPDATE products SET stock_qty = stock_qty - $2 WHERE id = $1 AND version = $3 AND \
             (stock_qty >= $2 OR stock_qty IS NULL) AND \
             EXISTS (SELECT 1 FROM farms f WHERE f.id = products.farm_id AND f.status = 'APPROVED')",
            &[&product.id, &qty, &product.version],
        )
        .await?;
    Ok(taken == 1)
}

/// `false`: the window is full.
pub async fn take_place(tx: &Write, window: &WindowId) -> Result<bool> {
    let taken = tx
        .run(
            "UPDATE windows SET taken = taken + 1 WHERE id = $1 AND taken < capacity",
            &[window],
        )
        .await?;
    Ok(taken == 1)
}

/// Whether the window's day takes orders at that moment. Asked by a statement of its own after the place was taken:
/// whoever closes a day holds its windows, and this sees what they did.
pub async fn takes_orders(tx: &Write, window: &WindowId, now: Ts) -> Result<bool> {
    let open: Option<(i64,)> = tx
        .one(
            "SELECT 1 FROM windows w JOIN market_days d ON d.id = w.day_id WHERE w.id = $1 AND d.opens_at <= $2 AND \
             d.cutoff_at > $2 AND d.status IN ('SCHEDULED', 'OPEN')",
            &[window, &now],
        )
        .await?;
    Ok(open.is_some())
}

/// What the lines of a part had taken is there for others again.
pub async fn give_stock_back(tx: &Write, part: &FarmOrderId) -> Result<()> {
    tx.run(
        "UPDATE products SET stock_qty = stock_qty + (SELECT CAST(SUM(CASE WHEN l.packed_qty < l.ordered_qty THEN l.packed_qty \
         ELSE l.ordered_qty END) AS BIGINT) FROM order_lines l WHERE l.farm_order_id = $1 AND l.product_id = products.id) \
         WHERE id IN (SELECT product_id FROM order_lines WHERE farm_order_id = $1) AND stock_qty IS NOT NULL",
        &[part],
    )
    .await?;
    Ok(())
}

pub async fn give_place_back(tx: &Write, window: &WindowId) -> Result<()> {
    tx.run(
        "UPDATE windows SET taken = taken - 1 WHERE id = $1 AND taken > 0",
        &[window],
    )
    .await?;
    Ok(())
}

/// What an order's row holds beside what a reader sees.
pub struct NewOrder<'a> {
    pub order: &'a Order,
    pub email: &'a str,
    pub phone: Option<&'a str>,
    /// The language its mails are written in.
    pub lang: &'a str,
    pub link_hash: &'a str,
}

pub async fn insert_order(tx: &Write, new: &NewOrder<'_>) -> Result<()> {
    let order = new.order;
    tx.run(
        "INSERT INTO orders (id, market_id, code, customer_id, customer_name, customer_email, day_id, window_id, \
         currency, payment, status, version, link_generation, link_hash, placed_at, changed_at, phone, lang) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $15, $16, $17)",
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
            &new.phone,
            &new.lang,
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
    pub tax_minor: i64,
}

pub async fn insert_line(tx: &Write, market: &MarketId, line: &NewLine<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO order_lines (id, market_id, farm_order_id, position, product_id, product_name, category, unit, \
         price_minor, priced_by, tax_bp, ordered_qty, estimated_minor, amount_minor, tax_minor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
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
            &line.tax_minor,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewFee<'a> {
    pub id: &'a FeeId,
    pub kind: &'a str,
    /// The part it hangs on; none: the order.
    pub part: Option<&'a FarmOrderId>,
    pub payer: Payer,
    pub amount_minor: i64,
}

pub async fn insert_fee(
    tx: &Write,
    market: &MarketId,
    order: &OrderId,
    fee: &NewFee<'_>,
) -> Result<()> {
    tx.run(
        "INSERT INTO order_fees (id, market_id, order_id, kind, farm_order_id, payer, amount_minor) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[fee.id, market, order, &fee.kind, &fee.part, &fee.payer, &fee.amount_minor],
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
