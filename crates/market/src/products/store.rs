//! Every statement on products.
use db::{FromRow, Read, Result, Row, Write};
use jiff::civil::Weekday;

use super::model::{Content, Product, Season, WEEKDAYS, searchable};
use crate::kernel::{
    ids::{FarmId, MarketId, ProductId},
    qty::Qty,
    time::Ts,
};

impl FromRow for Product {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.col()?,
            farm: row.col()?,
            slug: row.col()?,
            name: row.col()?,
            description: row.col()?,
            category: row.col()?,
            unit: row.col()?,
            price_minor: row.col()?,
            priced_by: row.col()?,
            tax_bp: row.col()?,
            stock: row.col()?,
            step: row.col()?,
            content: content(row)?,
            season: season(row)?,
            days: days(&row.col::<String>()?),
            allergens: words(&row.col::<String>()?),
            diets: words(&row.col::<String>()?),
            is_sold_out: row.col()?,
            is_hidden: row.col()?,
            version: row.col()?,
            place: row.col()?,
            is_chilled: row.col()?,
        })
    }
}

fn content(row: &mut Row<'_>) -> Result<Option<Content>> {
    let (qty, unit) = (row.col::<Option<_>>()?, row.col::<Option<_>>()?);
    Ok(qty.zip(unit).map(|(qty, unit)| Content { qty, unit }))
}

fn season(row: &mut Row<'_>) -> Result<Option<Season>> {
    let (from, to): (Option<String>, Option<String>) = (row.col()?, row.col()?);
    let day = |text: Option<String>| text.as_deref().and_then(Season::parse_day);
    Ok(day(from).zip(day(to)).map(|(from, to)| Season { from, to }))
}

fn days(text: &str) -> Vec<Weekday> {
    let named = |word: &str| WEEKDAYS.iter().find(|(name, _)| *name == word);
    text.split(' ')
        .filter_map(named)
        .map(|(_, day)| *day)
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

pub async fn find(db: &Read, market: &MarketId, id: &ProductId) -> Result<Option<Product>> {
    db.one(
        "SELECT id, farm_id, slug, name, description, category, unit, price_minor, priced_by, tax_bp, stock_qty, \
         step_qty, content_qty, content_unit, season_from, season_to, days, allergens, diets, is_sold_out, is_hidden, \
         version, place, is_chilled FROM products WHERE id = $2 AND market_id = $1",
        &[market, id],
    )
    .await
}

pub async fn list_of_farm(db: &Read, farm: &FarmId) -> Result<Vec<Product>> {
    db.all(
        "SELECT id, farm_id, slug, name, description, category, unit, price_minor, priced_by, tax_bp, stock_qty, \
         step_qty, content_qty, content_unit, season_from, season_to, days, allergens, diets, is_sold_out, is_hidden, \
         version, place, is_chilled FROM products WHERE farm_id = $1 ORDER BY is_hidden, category, name, id LIMIT 1000",
        &[farm],
    )
    .await
}

/// A product in the shop, with its farm's address and name.
pub struct Listed {
    pub product: Product,
    pub farm_slug: String,
    pub farm_name: String,
}

impl FromRow for Listed {
    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            product: Product::from_row(row)?,
            farm_slug: row.col()?,
            farm_name: row.col()?,
        })
    }
}

/// What customers may see, by address, from the one after `after` on: shown products of farms that sell.
pub async fn list_in_shop(
    db: &Read,
    market: &MarketId,
    farm: Option<&str>,
    category: Option<&str>,
    after: &str,
    limit: i64,
) -> Result<Vec<Listed>> {
    db.all(
        "SELECT p.id, p.farm_id, p.slug, p.name, p.description, p.category, p.unit, p.price_minor, p.priced_by, \
         p.tax_bp, p.stock_qty, p.step_qty, p.content_qty, p.content_unit, p.season_from, p.season_to, p.days, \
         p.allergens, p.diets, p.is_sold_out, p.is_hidden, p.version, p.place, p.is_chilled, f.slug, f.name \
         FROM products p CROSS JOIN farms f WHERE p.market_id = $1 AND p.slug > $4 AND f.id = p.farm_id AND NOT p.is_hidden AND \
         f.status = 'APPROVED' AND (f.slug = $2 OR $2 IS NULL) AND (p.category = $3 OR $3 IS NULL) \
         ORDER BY p.slug LIMIT $5",
        &[market, &farm, &category, &after, &limit],
    )
    .await
}

/// `farm` is the farm's name: it can be searched for too.
pub async fn insert(
    tx: &Write,
    market: &MarketId,
    product: &Product,
    farm: &str,
    now: Ts,
) -> Result<()> {
    let row = Columns::of(product, farm);
    tx.run(
        "INSERT INTO products (id, market_id, farm_id, slug, name, description, category, unit, price_minor, \
         priced_by, tax_bp, stock_qty, step_qty, content_qty, content_unit, season_from, season_to, days, allergens, \
         diets, is_sold_out, is_hidden, version, search, created_at, place, is_chilled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
         $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
        &[
            &product.id,
            market,
            &product.farm,
            &product.slug,
            &product.name,
            &product.description,
            &product.category,
            &product.unit,
            &product.price_minor,
            &product.priced_by,
            &product.tax_bp,
            &product.stock,
            &product.step,
            &product.content.map(|content| content.qty),
            &product.content.map(|content| content.unit),
            &row.season_from,
            &row.season_to,
            &row.days,
            &row.allergens,
            &row.diets,
            &product.is_sold_out,
            &product.is_hidden,
            &product.version,
            &row.search,
            &now,
            &product.place,
            &product.is_chilled,
        ],
    )
    .await?;
    Ok(())
}

/// Everything but the stock, which is counted by [`set_stock`] and taken by orders meanwhile. `false`: somebody changed
/// it since `version`.
pub async fn update(
    tx: &Write,
    market: &MarketId,
    product: &Product,
    farm: &str,
    version: i64,
) -> Result<bool> {
    let row = Columns::of(product, farm);
    let changed = tx
        .run(
            "UPDATE products SET name = $4, description = $5, category = $6, unit = $7, price_minor = $8, \
             priced_by = $9, tax_bp = $10, step_qty = $11, content_qty = $12, content_unit = $13, season_from = $14, \
             season_to = $15, days = $16, allergens = $17, diets = $18, is_sold_out = $19, is_hidden = $20, \
             search = $21, place = $22, is_chilled = $23, version = version + 1 WHERE id = $1 AND market_id = $2 AND version = $3",
            &[
                &product.id,
                market,
                &version,
                &product.name,
                &product.description,
                &product.category,
                &product.unit,
                &product.price_minor,
                &product.priced_by,
                &product.tax_bp,
                &product.step,
                &product.content.map(|content| content.qty),
                &product.content.map(|content| content.unit),
                &row.season_from,
                &row.season_to,
                &row.days,
                &row.allergens,
                &row.diets,
                &product.is_sold_out,
                &product.is_hidden,
                &row.search,
                &product.place,
                &product.is_chilled,
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// `false`: somebody changed the product since `version`.
pub async fn set_stock(
    tx: &Write,
    market: &MarketId,
    id: &ProductId,
    stock: Option<Qty>,
    version: i64,
) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE products SET stock_qty = $4, version = version + 1 WHERE id = $1 AND market_id = $2 AND version = $3",
            &[id, market, &version, &stock],
        )
        .await?;
    Ok(changed == 1)
}

/// A farm has a new name: what a search looks through follows, and nothing else. It ends with farm and category.
pub async fn rename_farm(
    tx: &Write,
    market: &MarketId,
    farm: &FarmId,
    (before, after): (&str, &str),
) -> Result<()> {
    let [before, after] = [before, after].map(|name| searchable(&format!(" {name} ")));
    tx.run(
        "UPDATE products SET search = substr(search, 1, length(search) - length($3 || category)) || $4 || category \
         WHERE farm_id = $1 AND market_id = $2 AND \
         substr(search, length(search) - length($3 || category) + 1) = $3 || category",
        &[farm, market, &before, &after],
    )
    .await?;
    Ok(())
}

pub async fn is_slug_taken(db: &Read, market: &MarketId, slug: &str) -> Result<bool> {
    let found = db
        .one::<(ProductId,)>(
            "SELECT id FROM products WHERE market_id = $1 AND slug = $2",
            &[market, &slug],
        )
        .await?;
    Ok(found.is_some())
}

/// What is written in another form than it is read.
struct Columns {
    season_from: Option<String>,
    season_to: Option<String>,
    days: String,
    allergens: String,
    diets: String,
    search: String,
}

impl Columns {
    fn of(product: &Product, farm: &str) -> Self {
        let named = |day: &Weekday| {
            WEEKDAYS
                .iter()
                .find(|(_, known)| known == day)
                .map(|(name, _)| *name)
        };
        let days: Vec<&str> = product.days.iter().filter_map(named).collect();
        Self {
            season_from: product.season.map(|season| Season::day_text(season.from)),
            season_to: product.season.map(|season| Season::day_text(season.to)),
            days: days.join(" "),
            allergens: product.allergens.join(" "),
            diets: product.diets.join(" "),
            search: searchable(&format!("{} {farm} {}", product.name, product.category)),
        }
    }
}
