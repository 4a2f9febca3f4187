//! The statements that change an order's lines.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{ChangeLine, Edit};
use crate::{
    kernel::{
        ids::{ChangeId, FarmOrderId, MarketId, OrderId, ProductId, UserId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::model::{Order, PricedBy},
};

impl FromRow for ChangeLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            part: row.col()?,
            product: row.col()?,
            name: row.col()?,
            unit: row.col()?,
            ordered: row.col()?,
            packed: row.col()?,
            price_minor: row.col()?,
            priced_by: row.col()?,
            tax_bp: row.col()?,
            amount_minor: row.col()?,
            tax_minor: row.col()?,
            step: row.col()?,
        })
    }
}

pub async fn list_lines(db: &Read, order: &OrderId) -> Result<Vec<ChangeLine>> {
    db.all(
        "SELECT l.id, l.farm_order_id, l.product_id, l.product_name, l.unit, l.ordered_qty, l.packed_qty, \
         l.price_minor, l.priced_by, l.tax_bp, COALESCE(l.amount_minor, l.estimated_minor), l.tax_minor, p.step_qty \
         FROM farm_orders f JOIN order_lines l ON l.farm_order_id = f.id JOIN products p ON p.id = l.product_id \
         WHERE f.order_id = $1 ORDER BY l.farm_order_id, l.position",
        &[order],
    )
    .await
}

/// `false`: somebody changed the order meanwhile.
pub async fn touch_order(tx: &Write, order: &Order, now: Ts) -> Result<bool> {
    let touched = tx
        .run(
            "UPDATE orders SET version = version + 1, changed_at = $3 WHERE id = $1 AND version = $2",
            &[&order.id, &order.version, &now],
        )
        .await?;
    Ok(touched == 1)
}

pub async fn touch_part(tx: &Write, part: &FarmOrderId, version: i64) -> Result<bool> {
    let touched = tx
        .run(
            "UPDATE farm_orders SET version = version + 1 WHERE id = $1 AND version = $2",
            &[part, &version],
        )
        .await?;
    Ok(touched == 1)
}

/// Takes from a product's stock, or gives back. `false`: so much is not there, or nobody sells it now.
pub async fn move_stock(tx: &Write, product: &ProductId, takes: i64) -> Result<bool> {
    let moved = tx
        .run(
            "UPDATE products SET stock_qty = stock_qty - $2 WHERE id = $1 AND ($2 < 0 OR ((stock_qty >= $2 OR \
             stock_qty IS NULL) AND is_sold_out = FALSE AND is_hidden = FALSE AND \
             EXISTS (SELECT 1 FROM farms f WHERE f.id = products.farm_id AND f.status = 'APPROVED')))",
            &[product, &takes],
        )
        .await?;
    Ok(moved == 1)
}

pub async fn update_line(tx: &Write, edit: &Edit) -> Result<()> {
    if edit.to.as_thousandths() == 0 {
        tx.run("DELETE FROM order_lines WHERE id = $1", &[&edit.line.id])
            .await?;
        return Ok(());
    }
    let amount = (edit.line.priced_by == PricedBy::Unit).then_some(edit.amount_minor);
    tx.run(
        "UPDATE order_lines SET ordered_qty = $2, estimated_minor = $3, amount_minor = $4, tax_minor = $5 \
         WHERE id = $1",
        &[
            &edit.line.id,
            &edit.to,
            &edit.amount_minor,
            &amount,
            &edit.tax_minor,
        ],
    )
    .await?;
    Ok(())
}

pub struct NewChange<'a> {
    pub id: &'a ChangeId,
    pub part: &'a FarmOrderId,
    pub product: &'a ProductId,
    pub name: &'a str,
    pub unit: &'a str,
    pub from: Qty,
    pub to: Qty,
    pub actor: Option<&'a UserId>,
    pub role: Role,
    pub at: Ts,
}

/// `order` as it stands before; the change's version is the one after.
pub async fn insert_change(tx: &Write, order: &Order, change: &NewChange<'_>) -> Result<()> {
    tx.run(
        "INSERT INTO order_changes (id, market_id, order_id, farm_order_id, product_id, product_name, from_qty, to_qty, \
         actor_id, role, at, order_version, unit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        &[
            change.id,
            &order.market_id,
            &order.id,
            change.part,
            change.product,
            &change.name,
            &change.from,
            &change.to,
            &change.actor,
            &change.role,
            &change.at,
            &(order.version + 1),
            &change.unit,
        ],
    )
    .await?;
    Ok(())
}

/// The fees that hang on a part are worked out anew with its lines.
pub async fn delete_fees(
    tx: &Write,
    market: &MarketId,
    order: &OrderId,
    part: &FarmOrderId,
) -> Result<()> {
    tx.run(
        "DELETE FROM order_fees WHERE order_id = $2 AND farm_order_id = $3 AND market_id = $1",
        &[market, order, part],
    )
    .await?;
    Ok(())
}
