//! The shop's pages. Anybody may see them; each reads a constant number of times, however much is on sale.
use std::{fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse as _, Response},
    routing::get,
};
use db::Read;
use futures_util::future::try_join3;
use serde::Deserialize;

use super::{
    model::{Open, PAGE, Selling, Ware},
    pages::{self, CartBar, Chip, FarmPage, FarmsPage, ProductPage, ShopPage},
    store::{self, Wanted},
};
use crate::{
    accounts::model::Caller,
    app::App,
    cart::{self, model::Cart},
    error::{Error, Result},
    http::{
        body::Query,
        guard::Visitor,
        page::{self, Look},
    },
    kernel::{ids::ProductId, money::Money, qty::Qty},
    orders::{model::bill::Bill, placing},
    pages::{
        art::Defs,
        formats, names, render,
        wares::{Tile, lead, tile},
    },
    products::model::{CATEGORIES, searchable},
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/shop", get(shop))
        .route("/p/{slug}", get(product))
        .route("/farms", get(farms))
        .route("/farms/{slug}", get(farm))
}

#[derive(Deserialize)]
pub struct ShopQuery {
    category: Option<String>,
    q: Option<String>,
    /// Name and id of the last product seen, with a line between them.
    after: Option<String>,
}

const SEARCH: usize = 80;

/// When the shop sells, and what this visitor has in the cart.
struct Counter {
    open: Open,
    cart: Option<Cart>,
}

async fn counter(app: &App, read: &Read, who: &Caller) -> db::Result<Counter> {
    let (market, now) = (&who.market.id, app.now());
    let openings = placing::store::list_openings(read, market, now).await?;
    let open = match Selling::next(&openings) {
        Some(selling) => Open::Now(selling),
        None => store::find_next_opening(read, market, now)
            .await?
            .map_or(Open::No, Open::Later),
    };
    let cart = match cart::model::owner(who) {
        Some(owner) => cart::store::find(read, market, &owner).await?,
        None => None,
    };
    Ok(Counter { open, cart })
}

impl Counter {
    fn held(&self, product: &ProductId) -> Option<Qty> {
        let lines = self.cart.iter().flat_map(|cart| &cart.lines);
        lines
            .map(|line| &line.item)
            .find(|item| item.product.id == *product)
            .map(|item| item.qty)
    }

    fn tiles(&self, defs: &mut Defs, wares: &[Ware], who: &Caller, w: Words) -> Vec<Tile> {
        let date = match &self.open {
            Open::Now(selling) => Some(selling.date),
            _ => None,
        };
        let tile = |ware: &Ware| {
            let art = defs.art(&ware.product);
            tile(ware, date, self.held(&ware.product.id), art, &who.market, w)
        };
        wares.iter().map(tile).collect()
    }

    fn bar(&self, who: &Caller, w: Words) -> Option<CartBar> {
        let cart = self.cart.as_ref().filter(|cart| !cart.is_empty())?;
        let items = cart.lines.iter().map(|line| line.item.clone()).collect();
        let bill = Bill::of(&who.market, items)?;
        let goods = formats::money(Money::new(bill.goods, who.market.currency), w);
        let goods = if bill.is_about() {
            w.say_a("orders-about", &goods)
        } else {
            goods
        };
        let text = w.say_with(
            "shop-bar",
            &[("n", cart.lines.len().into()), ("sum", goods.into())],
        );
        Some(CartBar { text })
    }

    fn shell(&self, app: &App, who: &Caller, look: &Look) -> crate::pages::Shell {
        let mut shell = look.shell(who, app.now());
        shell.cart = self
            .cart
            .as_ref()
            .map(|cart| cart.lines.len())
            .filter(|n| *n > 0);
        shell
    }
}

fn defs_of(wares: &[Ware]) -> Defs {
    Defs::of(
        wares
            .iter()
            .map(|ware| (ware.farm.id.as_str(), ware.farm.name.as_str())),
    )
}

async fn shop(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Query(query): Query<ShopQuery>,
) -> Result<Response> {
    shop_page(&app, &who, &look, query, None).await
}

/// The shop; on the start page with more below it.
pub async fn shop_page(
    app: &App,
    who: &Caller,
    look: &Look,
    query: ShopQuery,
    below: Option<&str>,
) -> Result<Response> {
    let w = look.words;
    let category = query
        .category
        .filter(|category| CATEGORIES.contains(&category.as_str()));
    let search = query.q.unwrap_or_default();
    let search: String = search.trim().chars().take(SEARCH).collect();
    let is_first = search.is_empty() && query.after.is_none();
    let pattern = (!search.is_empty()).then(|| like(&search));
    let after = query
        .after
        .as_deref()
        .and_then(|after| after.rsplit_once('|'));
    let after = after.map_or_else(Default::default, |(name, id)| {
        (name.to_owned(), id.to_owned())
    });
    let wanted = Wanted {
        category: category.clone(),
        search: pattern.clone(),
        after,
    };
    let read = app.db.read().await?;
    let market = &who.market.id;
    let (counter, mut wares, counts) = try_join3(
        counter(app, &read, who),
        store::list(&read, market, &wanted),
        store::count_by_category(&read, market, pattern.as_deref()),
    )
    .await?;
    drop(read);
    let is_more = wares.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    wares.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let more = wares.last().filter(|_| is_more).map(|last| {
        let after = format!("{}|{}", last.product.name, last.product.id);
        address(category.as_deref(), &search, Some(&after))
    });
    let all: i64 = counts.iter().map(|(_, n)| n).sum();
    let total = category
        .as_ref()
        .map_or(all, |category| count(&counts, category));
    let mut defs = defs_of(&wares);
    let tiles = counter.tiles(&mut defs, &wares, who, w);
    let shell = counter.shell(app, who, look);
    Ok(page::html(render(&ShopPage {
        shell: &shell,
        w,
        lead: lead(&counter.open, &who.market, app.now(), w),
        defs,
        tiles,
        chips: chips(&counts, category.as_deref(), &search, all, w),
        search: &search,
        category: category.as_deref().unwrap_or(""),
        more,
        total: w.say_n("shop-total", usize::try_from(total).unwrap_or(0)),
        cart: counter.bar(who, w),
        canonical: is_first.then(|| app.base_url(&who.market) + &canonical(category.as_deref())),
        below,
    }))
    .into_response())
}

fn count(counts: &[(String, i64)], category: &str) -> i64 {
    counts
        .iter()
        .find(|(name, _)| name == category)
        .map_or(0, |(_, n)| *n)
}

fn chips(
    counts: &[(String, i64)],
    current: Option<&str>,
    search: &str,
    all: i64,
    w: Words,
) -> Vec<Chip> {
    let mut chips = vec![Chip {
        url: address(None, search, None),
        name: w.say("shop-all").into_owned(),
        count: all,
        is_current: current.is_none(),
    }];
    for category in CATEGORIES {
        let count = count(counts, category);
        if count > 0 || current == Some(category) {
            chips.push(Chip {
                url: address(Some(category), search, None),
                name: names::category(category, w),
                count,
                is_current: current == Some(category),
            });
        }
    }
    chips
}

/// The one address of a page that has several: the whole shop is the start page.
fn canonical(category: Option<&str>) -> String {
    match category {
        Some(_) => address(category, "", None),
        None => "/".to_owned(),
    }
}

/// The shop's address with what is looked at.
fn address(category: Option<&str>, search: &str, after: Option<&str>) -> String {
    let pairs = [
        ("category", category),
        ("q", Some(search).filter(|search| !search.is_empty())),
        ("after", after),
    ];
    let mut url = "/shop".to_owned();
    let mut mark = '?';
    for (name, value) in pairs {
        if let Some(value) = value {
            let _ = write!(url, "{mark}{name}={}", formats::in_query(value));
            mark = '&';
        }
    }
    url
}

/// A pattern that finds the text anywhere; what LIKE would read as a sign stands for itself.
fn like(text: &str) -> String {
    let mut out = String::from("%");
    for c in searchable(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

async fn product(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(slug): Path<String>,
) -> Result<Response> {
    let w = look.words;
    let read = app.db.read().await?;
    let ware = store::find(&read, &who.market.id, &slug)
        .await?
        .ok_or(Error::NotFound)?;
    let counter = counter(&app, &read, &who).await?;
    drop(read);
    let wares = [ware];
    let mut defs = defs_of(&wares);
    let [ware] = &wares;
    let shell = counter.shell(&app, &who, &look);
    let tiles = counter.tiles(&mut defs, &wares, &who, w);
    let tile = tiles.into_iter().next().ok_or(Error::NotFound)?;
    Ok(page::html(render(&ProductPage {
        shell: &shell,
        w,
        lead: lead(&counter.open, &who.market, app.now(), w),
        defs,
        tile,
        farm_slug: &ware.farm.slug,
        description: &ware.product.description,
        facts: pages::facts(&ware.product, w),
        cart: counter.bar(&who, w),
    }))
    .into_response())
}

async fn farms(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Result<Response> {
    let read = app.db.read().await?;
    let farms = store::list_farms(&read, &who.market.id).await?;
    drop(read);
    let shell = look.shell(&who, app.now());
    Ok(page::html(render(&FarmsPage {
        shell: &shell,
        w: look.words,
        defs: Defs::of(
            farms
                .iter()
                .map(|farm| (farm.id.as_str(), farm.name.as_str())),
        ),
        farms: &farms,
    }))
    .into_response())
}

async fn farm(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(slug): Path<String>,
) -> Result<Response> {
    let w = look.words;
    let read = app.db.read().await?;
    let farm = store::find_farm(&read, &who.market.id, &slug)
        .await?
        .ok_or(Error::NotFound)?;
    let wares = store::list_of_farm(&read, &farm.id).await?;
    let counter = counter(&app, &read, &who).await?;
    drop(read);
    let mut defs = defs_of(&wares);
    let tiles = counter.tiles(&mut defs, &wares, &who, w);
    let shell = counter.shell(&app, &who, &look);
    Ok(page::html(render(&FarmPage {
        shell: &shell,
        w,
        lead: lead(&counter.open, &who.market, app.now(), w),
        defs,
        farm: &farm,
        story: farm
            .story
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect(),
        paused: farm.paused_reason.clone(),
        tiles,
        cart: counter.bar(&who, w),
    }))
    .into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_what_is_looked_at() {
        assert_eq!(address(None, "", None), "/shop");
        assert_eq!(
            address(Some("leaf"), "a&b é", Some("x|1")),
            "/shop?category=leaf&q=a%26b%20%C3%A9&after=x%7C1"
        );
    }

    #[test]
    fn signs_of_a_pattern_stand_for_themselves() {
        assert_eq!(like("50%_\\Ñ"), "%50\\%\\_\\\\n%");
    }
}
