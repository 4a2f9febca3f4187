//! All products of a farm. Each row holds one small form: a number and enter is a count.
use askama::Template;

use crate::{
    farms::model::{Farm, FarmStatus},
    kernel::{ids::ProductId, money::Money, qty::Qty},
    markets::model::Market,
    pages::{Shell, Theme, formats, names, render},
    products::model::{CATEGORIES, Product},
    words::{Lang, Words},
};

/// What was sent for a row and not done, with the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub id: ProductId,
    pub text: String,
    /// The number in the field, if it came from there.
    pub typed: Option<String>,
}

pub struct ListPage {
    w: Words,
    slug: String,
    name: String,
    /// Slug and name of each farm the viewer may look at.
    farms: Vec<(String, String)>,
    /// Why customers see none of it.
    closed: Option<String>,
    /// It may apply again.
    is_declined: bool,
    groups: Vec<Group>,
    /// `23 products`
    count: String,
    edits: bool,
    manages: bool,
    /// The row's id and the sentence.
    refused: Option<(String, String)>,
}

struct Group {
    id: &'static str,
    word: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    version: i64,
    name: String,
    /// `£2.40/bunch`
    price: String,
    /// In the field.
    stock: String,
    /// `12 bunches left`
    left: String,
    unit: String,
    is_whole: bool,
    is_sold_out: bool,
    is_gone: bool,
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "products/pages/list.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a ListPage,
}

/// What a list shows beside its products.
pub struct Viewer<'a> {
    pub farm: &'a Farm,
    pub farms: &'a [Farm],
    pub edits: bool,
    pub manages: bool,
}

impl ListPage {
    pub fn new(
        products: &[Product],
        viewer: &Viewer<'_>,
        market: &Market,
        w: Words,
        refused: Option<Refused>,
    ) -> Self {
        let row = |product: &Product| {
            let mut row = row(product, market, w);
            if let Some(refused) = refused.as_ref().filter(|refused| refused.id == product.id) {
                row.error = Some(refused.text.clone());
                if let Some(typed) = &refused.typed {
                    row.stock.clone_from(typed);
                }
            }
            row
        };
        let group = |id: &'static str, word: String, of: &dyn Fn(&Product) -> bool| Group {
            id,
            word,
            rows: products.iter().filter(|p| of(p)).map(row).collect(),
        };
        let mut groups: Vec<Group> = CATEGORIES
            .into_iter()
            .map(|one| {
                group(one, names::category(one, w), &|p: &Product| {
                    !p.is_hidden && p.category == one
                })
            })
            .collect();
        let hidden = w.say("products-hidden").into_owned();
        groups.push(group("hidden", hidden, &|p: &Product| p.is_hidden));
        groups.retain(|group| !group.rows.is_empty());
        let farm = viewer.farm;
        Self {
            w,
            slug: farm.slug.clone(),
            name: farm.name.clone(),
            farms: viewer
                .farms
                .iter()
                .map(|farm| (farm.slug.clone(), farm.name.clone()))
                .collect(),
            closed: closed(farm, w),
            is_declined: farm.declined_reason.is_some(),
            groups,
            count: w.say_n("products-count", products.len()),
            edits: viewer.edits,
            manages: viewer.manages,
            refused: refused.map(|refused| (refused.id.to_string(), refused.text)),
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }
}

fn closed(farm: &Farm, w: Words) -> Option<String> {
    match farm.status {
        FarmStatus::Approved => None,
        FarmStatus::Applied => Some(farm.declined_reason.as_deref().map_or_else(
            || w.say("products-not-yet").into_owned(),
            |reason| w.say_a("products-declined", reason),
        )),
        FarmStatus::Paused => {
            let reason = farm.paused_reason.as_deref().unwrap_or("");
            Some(w.say_a("products-paused", reason))
        }
    }
}

fn row(product: &Product, market: &Market, w: Words) -> Row {
    let price = Money::new(product.price_minor, market.currency);
    let written = |qty: Qty| match w.lang() {
        Lang::En | Lang::Pseudo => qty.plain(),
        Lang::Es => qty.plain().replace('.', ","),
    };
    let left = match product.stock {
        None => w.say("products-not-counted").into_owned(),
        Some(qty) => w.say_a("products-left", &formats::quantity(qty, &product.unit, w)),
    };
    Row {
        id: product.id.to_string(),
        version: product.version,
        name: product.name.clone(),
        price: format!(
            "{}{}",
            formats::money(price, w),
            formats::per(&product.unit, w)
        ),
        stock: product.stock.map(written).unwrap_or_default(),
        left,
        unit: formats::units(&product.unit, w),
        is_whole: product.step.is_whole() && product.stock.is_none_or(Qty::is_whole),
        is_sold_out: product.is_sold_out,
        is_gone: product.stock.is_some_and(|left| left < product.step),
        error: None,
    }
}

#[cfg(test)]
mod tests;
