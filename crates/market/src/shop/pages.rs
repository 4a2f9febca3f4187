//! The pages of the shop: its tiles, a product, the farms.
use askama::Template;

use crate::{
    farms::model::Farm,
    pages::{
        Shell, Theme,
        art::{Badge, Defs},
        formats, names,
        wares::{Lead, Tile},
    },
    products::model::Product,
    words::Words,
};

/// A category as a link, with how many products it has.
pub struct Chip {
    pub url: String,
    pub name: String,
    pub count: i64,
    pub is_current: bool,
}

#[derive(Template)]
#[template(path = "shop/pages/shop.html")]
pub struct ShopPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub lead: Lead,
    pub defs: Defs,
    pub tiles: Vec<Tile>,
    pub chips: Vec<Chip>,
    pub search: &'a str,
    pub category: &'a str,
    /// The next page's address.
    pub more: Option<String>,
    pub total: String,
    pub cart: Option<CartBar>,
    /// `None`: one view of many, not for search engines.
    pub canonical: Option<String>,
    /// On the start page: the ways to an order and in.
    pub below: Option<&'a str>,
}

impl ShopPage<'_> {
    /// Nothing is on sale at all, whatever one looks for.
    fn is_bare(&self) -> bool {
        self.tiles.is_empty() && self.search.is_empty() && self.category.is_empty()
    }

    fn about(&self) -> String {
        let Lead { title, text, .. } = &self.lead;
        formats::about(&format!("{}: {title}. {text}", self.shell.market))
    }
}

/// `6 items, about £24.30`, at the foot of the shop.
pub struct CartBar {
    pub text: String,
}

#[derive(Template)]
#[template(path = "shop/pages/product.html")]
pub struct ProductPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub lead: Lead,
    pub defs: Defs,
    pub tile: Tile,
    pub farm_slug: &'a str,
    pub description: &'a str,
    pub facts: Vec<(String, String)>,
    pub cart: Option<CartBar>,
}

impl ProductPage<'_> {
    fn about(&self) -> String {
        let Tile {
            name,
            farm,
            price,
            unit,
            ..
        } = &self.tile;
        formats::about(&format!(
            "{name}, {price} {unit}, {farm}. {}",
            self.description
        ))
    }
}

#[derive(Template)]
#[template(path = "shop/pages/farms.html")]
pub struct FarmsPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub defs: Defs,
    pub farms: &'a [Farm],
}

impl FarmsPage<'_> {
    fn badge(&self, farm: &Farm) -> Option<&Badge> {
        self.defs.badge(farm.id.as_str())
    }

    fn about(&self) -> String {
        let names: Vec<&str> = self.farms.iter().map(|farm| farm.name.as_str()).collect();
        let (farms, market) = (names.join(", "), &self.shell.market);
        formats::about(&format!("{}: {market}. {farms}", self.w.say("shop-farms")))
    }
}

#[derive(Template)]
#[template(path = "shop/pages/farm.html")]
pub struct FarmPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub lead: Lead,
    pub defs: Defs,
    pub farm: &'a Farm,
    pub story: Vec<&'a str>,
    pub paused: Option<String>,
    pub tiles: Vec<Tile>,
    pub cart: Option<CartBar>,
}

impl FarmPage<'_> {
    fn about(&self) -> String {
        let Farm { name, town, .. } = self.farm;
        let facts = [name, town, &self.shell.market];
        let known: Vec<&str> = facts
            .map(String::as_str)
            .into_iter()
            .filter(|fact| !fact.is_empty())
            .collect();
        formats::about(&format!("{}. {}", known.join(", "), self.story.join(" ")))
    }
}

/// What a product's page lists below its description.
pub fn facts(product: &Product, w: Words) -> Vec<(String, String)> {
    let fact = |key, words: &[String], name: fn(&str, Words) -> String| {
        let names: Vec<String> = words
            .iter()
            .map(|word| name(word, w).to_lowercase())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let list = formats::capital(&formats::list(&names, w));
        (!names.is_empty()).then(|| (w.say(key).into_owned(), list))
    };
    let allergens = fact("shop-allergens", &product.allergens, names::allergen);
    let diets = fact("shop-diets", &product.diets, names::diet);
    allergens.into_iter().chain(diets).collect()
}
