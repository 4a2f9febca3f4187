//! The cart's page and the buttons that change it.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use db::Read;
use futures_util::future::try_join;
use serde::Deserialize;

use super::{
    actions::{self, Want},
    model::{Cart, owner},
    pages::{self, CartPage, Errors},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::Visitor,
        limits,
        page::{self, Look},
        session::give as with_session,
    },
    kernel::ids::ProductId,
    orders::{
        model::{bill::Bill, opening::Opening},
        placing,
    },
    shop::{
        self,
        model::{Open, Selling},
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/cart", get(show).post(change))
        .route("/cart/accept", post(accept))
}

/// The cart with what decides about it: the windows that take orders, and what it costs now.
pub struct Basket {
    pub cart: Cart,
    pub bill: Bill,
    pub openings: Vec<Opening>,
    pub open: Open,
}

pub async fn find(app: &App, read: &Read, who: &Caller) -> Result<Option<Basket>> {
    let now = app.now();
    let market = &who.market;
    let Some(owner) = owner(who) else {
        return Ok(None);
    };
    let (cart, openings) = try_join(
        store::find(read, &market.id, &owner),
        placing::store::list_openings(read, &market.id, now),
    )
    .await?;
    let Some(cart) = cart.filter(|cart| !cart.is_empty()) else {
        return Ok(None);
    };
    let open = open(app, read, who, &openings, &cart).await?;
    let items = cart.lines.iter().map(|line| line.item.clone()).collect();
    let bill =
        Bill::of(market, items).ok_or_else(|| Error::invalid("lines", "orders-place-sum"))?;
    Ok(Some(Basket {
        cart,
        bill,
        openings,
        open,
    }))
}

/// The day the cart is for: the one of its window, else the next.
async fn open(
    app: &App,
    read: &Read,
    who: &Caller,
    openings: &[Opening],
    cart: &Cart,
) -> Result<Open> {
    let chosen = openings
        .iter()
        .find(|opening| Some(&opening.window.id) == cart.window.as_ref());
    let same_day: Vec<Opening> = match chosen {
        Some(chosen) => openings
            .iter()
            .filter(|o| o.day.id == chosen.day.id)
            .cloned()
            .collect(),
        None => openings.to_vec(),
    };
    if let Some(selling) = Selling::next(&same_day) {
        return Ok(Open::Now(selling));
    }
    let later = shop::store::find_next_opening(read, &who.market.id, app.now()).await?;
    Ok(later.map_or(Open::No, Open::Later))
}

async fn show(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Result<Response> {
    respond(&app, &who, &look, StatusCode::OK, Vec::new()).await
}

/// The cart's page, with what went wrong on the way there.
pub async fn respond(
    app: &App,
    who: &Caller,
    look: &Look,
    status: StatusCode,
    errors: Errors,
) -> Result<Response> {
    let w = look.words;
    let read = app.db.read_fresh().await?;
    let basket = find(app, &read, who).await?;
    let open = if let Some(basket) = &basket {
        basket.open.clone()
    } else {
        let openings = placing::store::list_openings(&read, &who.market.id, app.now()).await?;
        Selling::next(&openings).map_or(Open::No, Open::Now)
    };
    drop(read);
    let mut shell = look.shell(who, app.now());
    shell.cart = basket.as_ref().map(|basket| basket.cart.lines.len());
    let view =
        basket.map(|basket| pages::view(&basket.cart, &basket.bill, &basket.open, &who.market, w));
    let html = crate::pages::render(&CartPage {
        shell: &shell,
        w,
        lead: pages::cart_lead(&open, &who.market, app.now(), w),
        view,
        errors,
    });
    Ok((status, page::html(html)).into_response())
}

/// Which button was pressed: the product's id is its value.
#[derive(Deserialize)]
struct ChangeForm {
    more: Option<String>,
    less: Option<String>,
    remove: Option<String>,
    /// The page it was pressed on.
    back: Option<String>,
}

async fn change(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<ChangeForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::CART)?;
    let zero = crate::kernel::qty::Qty::thousandths(0);
    let (product, want) = match (form.more, form.less, form.remove) {
        (Some(id), None, None) => (id, Want::More),
        (None, Some(id), None) => (id, Want::Less),
        (None, None, Some(id)) => (id, Want::Exactly(zero)),
        _ => return Err(Error::invalid("more", "cart-which")),
    };
    let back = local(form.back.as_deref());
    match actions::set(&app, &who, &ProductId::new(&product), want).await {
        Ok(opened) => {
            let response = Redirect::to(&format!("{back}#{product}")).into_response();
            Ok(match opened {
                Some(opened) => with_session(&app, response, &opened),
                None => response,
            })
        }
        Err(Error::Invalid(fields)) => {
            let errors = fields.iter().map(|field| ("", look.words.tell(&field.say)));
            respond(
                &app,
                &who,
                &look,
                StatusCode::UNPROCESSABLE_ENTITY,
                errors.collect(),
            )
            .await
        }
        Err(error) => Err(error),
    }
}

async fn accept(State(app): State<Arc<App>>, Visitor(who): Visitor) -> Result<Response> {
    limits::count(&app, &who, limits::CART)?;
    actions::accept(&app, &who).await?;
    Ok(Redirect::to("/cart").into_response())
}

/// A page of this site, or the cart: nobody is led elsewhere by a form.
fn local(back: Option<&str>) -> &str {
    let ok = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && path
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#')
    };
    back.filter(ok).unwrap_or("/cart")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(local(Some("/shop?q=a")), "/shop?q=a");
        for bad in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "/a#b",
            "",
        ] {
            assert_eq!(local(Some(bad)), "/cart", "{bad:?}");
        }
        assert_eq!(local(None), "/cart");
    }
}
