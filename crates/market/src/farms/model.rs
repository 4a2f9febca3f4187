//! A farm of a market, and a product of a farm.
use crate::{
    kernel::ids::{FarmId, ProductId},
    orders::model::PricedBy,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farm {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub farm: FarmId,
    pub name: String,
    /// A word of the art: `leaf`, `root`, `fruit`, `dairy`, `bread`, `pantry`, `fungi`.
    pub category: String,
    pub unit: String,
    pub price_minor: i64,
    pub priced_by: PricedBy,
    /// Tax in basis points, inside the price.
    pub tax_bp: i64,
}
