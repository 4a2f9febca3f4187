//! The lines of all orders of a farm's day.
use db::{FromRow, Read, Result, Row};

use crate::{
    kernel::ids::{DayId, FarmId, FarmOrderId},
    orders::packing::model::PackLine,
};

/// A line and the part it belongs to.
pub struct PartLine(pub FarmOrderId, pub PackLine);

impl FromRow for PartLine {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(row.col()?, PackLine::from_row(row)?))
    }
}

pub async fn list_lines(db: &Read, farm: &FarmId, day: &DayId) -> Result<Vec<PartLine>> {
    db.all(
        "SELECT f.id, l.id, l.product_id, l.product_name, l.unit, p.place, p.is_chilled, l.ordered_qty, l.packed_qty, \
         l.price_minor, l.priced_by, l.tax_bp, l.estimated_minor, l.amount_minor, l.tax_minor, l.pack_note, \
         l.packed_at, u.name, l.pack_version FROM farm_orders f JOIN order_lines l ON l.farm_order_id = f.id \
         JOIN products p ON p.id = l.product_id LEFT JOIN users u ON u.id = l.packed_by \
         WHERE f.farm_id = $1 AND f.day_id = $2 ORDER BY f.id, l.position LIMIT 20000",
        &[farm, day],
    )
    .await
}
