//! Products as JSON. A field reads as it is written: amounts, quantities and percentages are texts such as `2.40`.
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{ALLERGENS, CATEGORIES, DIETS, Product, Season, UNITS, WEEKDAYS};
use crate::{
    kernel::{decimal, money, qty::Qty, schema},
    markets::model::Market,
    orders::view::{CurrencyName, PricedByName},
};

schema::named!(CategoryName, "Category", CATEGORIES);
schema::named!(UnitName, "Unit", UNITS);
schema::named!(AllergenName, "Allergen", ALLERGENS);
schema::named!(DietName, "Diet", DIETS);
schema::named!(DayName, "Day", WEEKDAYS.map(|(name, _)| name));

#[derive(Serialize, ToSchema)]
#[schema(as = Product)]
pub struct ProductView<'a> {
    #[schema(examples("prd_chard"))]
    id: &'a str,
    #[schema(examples("rainbow-chard"))]
    slug: &'a str,
    #[schema(minimum = 0, examples(3))]
    version: i64,
    #[schema(examples("frm_hill_row"))]
    farm_id: &'a str,
    farm: FarmView<'a>,
    #[schema(examples("Rainbow chard"))]
    name: &'a str,
    #[schema(examples("Picked the morning before."))]
    description: &'a str,
    #[schema(value_type = CategoryName)]
    category: &'a str,
    #[schema(value_type = UnitName)]
    unit: &'a str,
    #[schema(examples("2.40"))]
    price: String,
    #[schema(minimum = 0, examples(240))]
    price_minor: i64,
    #[schema(value_type = CurrencyName)]
    currency: &'static str,
    #[schema(value_type = PricedByName)]
    priced_by: &'static str,
    #[schema(examples("0"))]
    tax: String,
    /// `null`: not counted.
    #[schema(required, examples("12"))]
    stock: Option<String>,
    #[schema(examples("1"))]
    step: String,
    #[schema(required)]
    content: Option<String>,
    #[schema(required)]
    content_unit: Option<&'static str>,
    #[schema(required)]
    season_from: Option<String>,
    #[schema(required)]
    season_to: Option<String>,
    #[schema(value_type = Vec<DayName>)]
    days: Vec<&'static str>,
    #[schema(value_type = Vec<AllergenName>)]
    allergens: &'a [String],
    #[schema(value_type = Vec<DietName>)]
    diets: &'a [String],
    is_sold_out: bool,
    is_hidden: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProductFarm)]
struct FarmView<'a> {
    #[schema(examples("hill-row-farm"))]
    slug: &'a str,
    #[schema(examples("Hill Row Farm"))]
    name: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProductList)]
pub struct ListView<'a> {
    pub products: Vec<ProductView<'a>>,
    /// Give it back as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("rainbow-chard"))]
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
