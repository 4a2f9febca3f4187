//! The start page: the shop, and below it the way to an order and the way in for farms. A market that is not set up yet
//! says so instead.
use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{
    body::Query,
    guard::Visitor,
    page::{self, Look},
};
use crate::{
    accounts::model::{Caller, Proof},
    app::App,
    error::Result,
    kernel::ids::OrderId,
    orders::{self, pages::LookUp},
    pages::render,
    setup,
    shop::web::{ShopQuery, shop_page},
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(show))
}

/// What the start page has and the shop has not.
#[derive(Template)]
#[template(path = "http/home.html")]
struct Below<'a> {
    w: Words,
    /// Id and code of the orders this session may follow.
    orders: &'a [(OrderId, String)],
    /// The look-up form, as on its own page.
    look_up: String,
    works: bool,
    known: bool,
}

async fn show(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Query(query): Query<ShopQuery>,
) -> Result<Response> {
    if app.markets.setting_up().is_some() {
        let shell = look.shell(&who, app.now());
        return Ok(page::html(setup::pages::waiting(&shell)).into_response());
    }
    let orders = granted(&app, &who).await?;
    let person = look.shell(&who, app.now()).person;
    let below = render(&Below {
        w: look.words,
        orders: &orders,
        look_up: orders::pages::look_up_form(look.words, &LookUp::Empty),
        works: person.as_ref().is_some_and(|person| person.works),
        known: person.is_some(),
    });
    shop_page(&app, &who, &look, query, Some(&below)).await
}

async fn granted(app: &App, who: &Caller) -> Result<Vec<(OrderId, String)>> {
    let Proof::Session(hash) = &who.proof else {
        return Ok(Vec::new());
    };
    let read = app.db.read().await?;
    Ok(orders::links::store::list_granted(&read, &who.market.id, hash).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn the_ways_below_the_shop_in_every_language() {
        for lang in Lang::ALL {
            let below = |orders: &[(OrderId, String)], works, known| {
                render(&Below {
                    w: lang.words(),
                    orders,
                    look_up: String::new(),
                    works,
                    known,
                })
            };
            let orders = [(OrderId::new("ord_1"), "FM-7Q4K2D".to_owned())];
            let team = below(&orders, true, true);
            assert!(team.contains("/orders/ord_1/track") && team.contains("/farm/board"));
            let guest = below(&[], false, false);
            assert!(!guest.contains("/track\"") && guest.contains("/login"));
            let known = below(&[], false, true);
            assert!(known.contains("/farms/new") && !known.contains("/login"));
            assert!(!guest.contains("{market-") && !guest.contains("{farms-"));
        }
    }
}
