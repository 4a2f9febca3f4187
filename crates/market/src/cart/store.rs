//! Every statement on carts.
use db::{FromRow, Read, Result, Row, Write};
use futures_util::future::try_join3;

use super::model::{Cart, CartLine};
use crate::{
    kernel::{
        ids::{CartId, FarmId, MarketId, ProductId, WindowId},
        qty::Qty,
        time::Ts,
    },
    orders::model::bill::{FarmName, Item},
    products::model::Product,
};

impl FromRow for Cart {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            key: row.col()?,
            window: row.col()?,
            name: row.col()?,
            email: row.col()?,
            phone: row.col()?,
            lines: Vec::new(),
            notes: Vec::new(),
        })
    }
}

impl FromRow for CartLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        let product = Product::from_row(row)?;
        let farm = FarmName::from_row(row)?;
        let (qty, seen_price) = (row.col()?, row.col()?);
        Ok(Self {
            item: Item { product, farm, qty },
            seen_price,
        })
    }
}

/// The cart with all its page shows. Three statements, however many lines.
pub async fn find(db: &Read, market: &MarketId, owner: &str) -> Result<Option<Cart>> {
    let (cart, lines, notes) = try_join3(
        db.one::<Cart>(
            "SELECT id, key, window_id, name, email, phone FROM carts WHERE market_id = $1 AND owner = $2",
            &[market, &owner],
        ),
        db.all::<CartLine>(
            "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
             p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
             p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.id, f.slug, \
             f.name, f.status, l.qty, \
             l.price_minor FROM carts c JOIN cart_lines l ON l.cart_id = c.id JOIN products p ON p.id = l.product_id \
             JOIN farms f ON f.id = p.farm_id WHERE c.market_id = $1 AND c.owner = $2 \
             ORDER BY f.name, f.id, l.added_at, p.id",
            &[market, &owner],
        ),
        db.all::<(FarmId, String)>(
            "SELECT n.farm_id, n.note FROM carts c JOIN cart_notes n ON n.cart_id = c.id \
             WHERE c.market_id = $1 AND c.owner = $2",
            &[market, &owner],
        ),
    )
    .await?;
    Ok(cart.map(|cart| Cart {
        lines,
        notes,
        ..cart
    }))
}

/// How much of a product is in somebody's cart, and how many lines it has. One statement, however many those are.
pub async fn find_line(
    db: &Read,
    market: &MarketId,
    owner: &str,
    product: &ProductId,
) -> Result<(Qty, i64)> {
    let row = db
        .one::<(Qty, i64)>(
            "SELECT CAST(COALESCE(SUM(CASE WHEN l.product_id = $3 THEN l.qty END), 0) AS BIGINT), COUNT(*) \
             FROM carts c JOIN cart_lines l ON l.cart_id = c.id WHERE c.market_id = $1 AND c.owner = $2",
            &[market, &owner, product],
        )
        .await?;
    Ok(row.unwrap_or((Qty::thousandths(0), 0)))
}

/// Makes the cart if there is none.
pub async fn open(
    tx: &Write,
    market: &MarketId,
    owner: &str,
    (new, key): (&CartId, &str),
    now: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO carts (id, market_id, owner, key, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $5) \
         ON CONFLICT (market_id, owner) DO UPDATE SET changed_at = excluded.changed_at",
        &[new, market, &owner, &key, &now],
    )
    .await?;
    Ok(())
}

pub async fn set_line(
    tx: &Write,
    market: &MarketId,
    owner: &str,
    (product, qty, price_minor): (&ProductId, Qty, i64),
    now: Ts,
) -> Result<()> {
    tx.run(
        "INSERT INTO cart_lines (cart_id, product_id, qty, price_minor, added_at) \
         SELECT c.id, $3, $4, $5, $6 FROM carts c WHERE c.market_id = $1 AND c.owner = $2 \
         ON CONFLICT (cart_id, product_id) DO UPDATE SET qty = excluded.qty, price_minor = excluded.price_minor",
        &[market, &owner, product, &qty, &price_minor, &now],
    )
    .await?;
    Ok(())
}

pub async fn delete_line(
    tx: &Write,
    market: &MarketId,
    owner: &str,
    product: &ProductId,
) -> Result<()> {
    tx.run(
        "DELETE FROM cart_lines WHERE product_id = $3 AND \
         cart_id = (SELECT id FROM carts WHERE market_id = $1 AND owner = $2)",
        &[market, &owner, product],
    )
    .await?;
    Ok(())
}

/// The prices of now are the ones the customer has seen.
pub async fn accept_prices(tx: &Write, market: &MarketId, owner: &str) -> Result<()> {
    tx.run(
        "UPDATE cart_lines SET price_minor = (SELECT p.price_minor FROM products p WHERE p.id = cart_lines.product_id) \
         WHERE cart_id = (SELECT id FROM carts WHERE market_id = $1 AND owner = $2)",
        &[market, &owner],
    )
    .await?;
    Ok(())
}

pub struct Details<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub phone: Option<&'a str>,
}

/// The last statement of its transaction. `false`: there is no cart, or nothing in it.
pub async fn set_details(
    tx: Write,
    market: &MarketId,
    owner: &str,
    details: &Details<'_>,
) -> Result<bool> {
    let changed = tx
        .finish(
            "UPDATE carts SET name = $3, email = $4, phone = $5 WHERE market_id = $1 AND owner = $2 AND \
             EXISTS (SELECT 1 FROM cart_lines l WHERE l.cart_id = carts.id)",
            &[market, &owner, &details.name, &details.email, &details.phone],
        )
        .await?;
    Ok(changed == 1)
}

/// `false`: the cart is not there any more, or not theirs, or the market has no such window.
pub async fn set_window(
    tx: &Write,
    market: &MarketId,
    owner: &str,
    cart: &CartId,
    window: &WindowId,
) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE carts SET window_id = $4 WHERE id = $3 AND market_id = $1 AND owner = $2 AND \
             EXISTS (SELECT 1 FROM windows w WHERE w.id = $4 AND w.market_id = $1)",
            &[market, &owner, cart, window],
        )
        .await?;
    Ok(changed == 1)
}

pub async fn set_note(tx: &Write, cart: &CartId, farm: &FarmId, note: &str) -> Result<()> {
    if note.is_empty() {
        tx.run(
            "DELETE FROM cart_notes WHERE cart_id = $1 AND farm_id = $2",
            &[cart, farm],
        )
        .await?;
    } else {
        tx.run(
            "INSERT INTO cart_notes (cart_id, farm_id, note) VALUES ($1, $2, $3) \
             ON CONFLICT (cart_id, farm_id) DO UPDATE SET note = excluded.note",
            &[cart, farm, &note],
        )
        .await?;
    }
    Ok(())
}

/// Its lines and notes go with it.
pub async fn delete(tx: &Write, cart: &CartId) -> Result<()> {
    tx.run("DELETE FROM carts WHERE id = $1", &[cart]).await?;
    Ok(())
}

/// A session's cart becomes its person's: the larger quantity of each product stays.
pub async fn merge(tx: &Write, market: &MarketId, from: &str, to: &str) -> Result<()> {
    let moved = tx
        .run(
            "UPDATE carts SET owner = $3 WHERE market_id = $1 AND owner = $2 AND \
             NOT EXISTS (SELECT 1 FROM carts o WHERE o.market_id = $1 AND o.owner = $3)",
            &[market, &from, &to],
        )
        .await?;
    if moved == 1 {
        return Ok(());
    }
    tx.run(
        "INSERT INTO cart_lines (cart_id, product_id, qty, price_minor, added_at) \
         SELECT o.id, l.product_id, l.qty, l.price_minor, l.added_at FROM carts c JOIN cart_lines l ON l.cart_id = c.id \
         JOIN carts o ON o.market_id = $1 AND o.owner = $3 WHERE c.market_id = $1 AND c.owner = $2 \
         ON CONFLICT (cart_id, product_id) DO UPDATE SET \
         qty = CASE WHEN excluded.qty > cart_lines.qty THEN excluded.qty ELSE cart_lines.qty END",
        &[market, &from, &to],
    )
    .await?;
    tx.run(
        "DELETE FROM carts WHERE market_id = $1 AND owner = $2",
        &[market, &from],
    )
    .await?;
    Ok(())
}

pub async fn delete_before(tx: &Write, before: Ts) -> Result<u64> {
    tx.run("DELETE FROM carts WHERE changed_at < $1", &[&before])
        .await
}
