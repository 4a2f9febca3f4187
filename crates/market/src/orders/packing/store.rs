//! The statements on what is packed.
use db::{FromRow, Read, Result, Row, Write};

use super::model::{PackLine, Picked};
use crate::kernel::{
    ids::{FarmOrderId, LineId, MarketId, OrderId, UserId},
    qty::Qty,
    time::Ts,
};

impl FromRow for PackLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            product: row.col()?,
            name: row.col()?,
            unit: row.col()?,
            place: row.col()?,
            is_chilled: row.col()?,
            ordered: row.col()?,
            packed: row.col()?,
            price_minor: row.col()?,
            priced_by: row.col()?,
            tax_bp: row.col()?,
            estimated_minor: row.col()?,
            amount_minor: row.col()?,
            tax_minor: row.col()?,
            note: row.col()?,
            packed_at: row.col()?,
            packed_by: row.col()?,
            version: row.col()?,
        })
    }
}

pub async fn list_lines(db: &Read, part: &FarmOrderId) -> Result<Vec<PackLine>> {
    db.all(
        "SELECT l.id, l.product_id, l.product_name, l.unit, p.place, p.is_chilled, l.ordered_qty, l.packed_qty, \
         l.price_minor, l.priced_by, l.tax_bp, l.estimated_minor, l.amount_minor, l.tax_minor, l.pack_note, \
         l.packed_at, u.name, l.pack_version FROM order_lines l JOIN products p ON p.id = l.product_id \
         LEFT JOIN users u ON u.id = l.packed_by WHERE l.farm_order_id = $1 ORDER BY l.position",
        &[part],
    )
    .await
}

/// Where the customer can be reached: address and telephone.
pub async fn find_contact(
    db: &Read,
    market: &MarketId,
    order: &OrderId,
) -> Result<Option<(String, Option<String>)>> {
    db.one(
        "SELECT customer_email, phone FROM orders WHERE id = $2 AND market_id = $1",
        &[market, order],
    )
    .await
}

/// Ticked off, or not any more. `packed` is what that makes of its quantity. `false`: somebody was faster.
pub async fn set_tick(
    tx: &Write,
    line: &LineId,
    version: i64,
    packed: Option<Qty>,
    at: Option<Ts>,
    by: Option<&UserId>,
) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE order_lines SET packed_qty = $3, packed_at = $4, packed_by = $5, pack_version = pack_version + 1 \
             WHERE id = $1 AND pack_version = $2",
            &[line, &version, &packed, &at, &by],
        )
        .await?;
    Ok(changed == 1)
}

/// So much was there: the line is done with that.
pub async fn set_picked(
    tx: &Write,
    picked: &Picked,
    note: Option<&str>,
    at: Ts,
    by: Option<&UserId>,
) -> Result<()> {
    tx.run(
        "UPDATE order_lines SET packed_qty = $2, amount_minor = $3, tax_minor = $4, pack_note = $5, packed_at = $6, \
         packed_by = $7, pack_version = pack_version + 1 WHERE id = $1",
        &[
            &picked.line.id,
            &picked.got,
            &picked.amount_minor,
            &picked.tax_minor,
            &note,
            &at,
            &by,
        ],
    )
    .await?;
    Ok(())
}
