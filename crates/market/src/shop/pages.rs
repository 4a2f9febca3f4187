//! The pages of the shop: its tiles, a product, the farms.
use askama::Template;

use crate::{
    farms::model::Farm,
    pages::{
        Shell, Theme,
        art::{Badge, Defs},
        formats, render,
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

pub fn html(page: &impl Template) -> String {
    render(page)
}

/// What a product's page lists below its description.
pub fn facts(product: &Product, w: Words) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let list = |keys: Vec<&'static str>| {
        let names: Vec<_> = keys
            .into_iter()
            .map(|key| w.say(key).into_owned())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        formats::list(&names, w)
    };
    let known = |words: &[String], table: &[(&str, &'static str)]| -> Vec<&'static str> {
        let found = |word: &String| {
            table
                .iter()
                .find(|(name, _)| name == word)
                .map(|(_, key)| *key)
        };
        words.iter().filter_map(found).collect()
    };
    let allergens = known(&product.allergens, &ALLERGEN_WORDS);
    if !allergens.is_empty() {
        facts.push((
            w.say("shop-allergens").into_owned(),
            formats::capital(&list(allergens)),
        ));
    }
    let diets = known(&product.diets, &DIET_WORDS);
    if !diets.is_empty() {
        facts.push((
            w.say("shop-diets").into_owned(),
            formats::capital(&list(diets)),
        ));
    }
    facts
}

const ALLERGEN_WORDS: [(&str, &str); 14] = [
    ("celery", "shop-allergen-celery"),
    ("crustaceans", "shop-allergen-crustaceans"),
    ("eggs", "shop-allergen-eggs"),
    ("fish", "shop-allergen-fish"),
    ("gluten", "shop-allergen-gluten"),
    ("lupin", "shop-allergen-lupin"),
    ("milk", "shop-allergen-milk"),
    ("molluscs", "shop-allergen-molluscs"),
    ("mustard", "shop-allergen-mustard"),
    ("nuts", "shop-allergen-nuts"),
    ("peanuts", "shop-allergen-peanuts"),
    ("sesame", "shop-allergen-sesame"),
    ("soya", "shop-allergen-soya"),
    ("sulphites", "shop-allergen-sulphites"),
];
const DIET_WORDS: [(&str, &str); 5] = [
    ("organic", "shop-diet-organic"),
    ("vegetarian", "shop-diet-vegetarian"),
    ("vegan", "shop-diet-vegan"),
    ("gluten-free", "shop-diet-gluten-free"),
    ("raw", "shop-diet-raw"),
];

pub fn category_key(category: &str) -> &'static str {
    match category {
        "leaf" => "shop-cat-leaf",
        "root" => "shop-cat-root",
        "fruit" => "shop-cat-fruit",
        "fungi" => "shop-cat-fungi",
        "dairy" => "shop-cat-dairy",
        "bread" => "shop-cat-bread",
        _ => "shop-cat-pantry",
    }
}
