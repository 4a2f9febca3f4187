//! Products as JSON. A field reads as it is written: amounts, quantities and percentages are texts such as `2.40`.
use serde::Serialize;

use super::model::{Product, Season, WEEKDAYS};
use crate::{
    kernel::{decimal, money, qty::Qty},
    markets::model::Market,
};

#[derive(Serialize)]
pub struct ProductView<'a> {
    id: &'a str,
    slug: &'a str,
    version: i64,
    farm_id: &'a str,
    farm: FarmView<'a>,
    name: &'a str,
    description: &'a str,
    category: &'a str,
    unit: &'a str,
    price: String,
    price_minor: i64,
    currency: &'static str,
    priced_by: &'static str,
    tax: String,
    /// `null`: not counted.
    stock: Option<String>,
    step: String,
    content: Option<String>,
    content_unit: Option<&'static str>,
    season_from: Option<String>,
    season_to: Option<String>,
    days: Vec<&'static str>,
    allergens: &'a [String],
    diets: &'a [String],
    is_sold_out: bool,
    is_hidden: bool,
}

#[derive(Serialize)]
struct FarmView<'a> {
    slug: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
pub struct ListView<'a> {
    pub products: Vec<ProductView<'a>>,
    /// Give it back as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<&'a str>,
}

impl<'a> ProductView<'a> {
    pub fn new(
        product: &'a Product,
        farm_slug: &'a str,
        farm_name: &'a str,
        market: &Market,
    ) -> Self {
        let season = |end: fn(Season) -> (i8, i8)| {
            let season = product.season?;
            Some(Season::day_text(end(season)))
        };
        let named = |(_, day): &&(&str, _)| product.days.contains(day);
        Self {
            id: product.id.as_str(),
            slug: &product.slug,
            version: product.version,
            farm_id: product.farm.as_str(),
            farm: FarmView {
                slug: farm_slug,
                name: farm_name,
            },
            name: &product.name,
            description: &product.description,
            category: &product.category,
            unit: &product.unit,
            price: money::plain(product.price_minor),
            price_minor: product.price_minor,
            currency: market.currency.code(),
            priced_by: product.priced_by.as_str(),
            tax: decimal::shortest(product.tax_bp, 2),
            stock: product.stock.map(Qty::plain),
            step: product.step.plain(),
            content: product.content.map(|content| content.qty.plain()),
            content_unit: product.content.map(|content| content.unit.as_str()),
            season_from: season(|season| season.from),
            season_to: season(|season| season.to),
            days: WEEKDAYS
                .iter()
                .filter(named)
                .map(|(name, _)| *name)
                .collect(),
            allergens: &product.allergens,
            diets: &product.diets,
            is_sold_out: product.is_sold_out,
            is_hidden: product.is_hidden,
        }
    }

    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
