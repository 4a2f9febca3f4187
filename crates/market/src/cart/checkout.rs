//! The checkout in three steps: who, when and where, yes. Each step is kept, so that a reload loses nothing.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use futures_util::future::try_join;
use serde::Deserialize;

use super::{
    actions,
    pages::{self, ConfirmPage, DetailsPage, Errors, Note, PickupPage, ThanksPage, Typed},
    store::Details,
    web::{self, Basket},
};
use crate::{
    accounts::model::{Caller, normal_email},
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::Visitor,
        limits,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{ids::WindowId, line, role::Role},
    orders::{
        self,
        model::Order,
        placing::actions::{Answer, Keep, Placed, Purchase, place},
    },
    pages::{Shell, formats, render},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/checkout", get(details).post(set_details))
        .route("/checkout/pickup", get(pickup).post(set_pickup))
        .route("/checkout/confirm", get(confirm).post(order))
        .route("/orders/{id}/thanks", get(thanks))
}

/// An empty cart has no checkout; a changed one is looked at first.
async fn basket(app: &App, who: &Caller) -> Result<Option<Basket>> {
    let read = app.db.read_fresh().await?;
    web::find(app, &read, who).await
}

fn to_cart() -> Response {
    Redirect::to("/cart").into_response()
}

fn shell(app: &App, who: &Caller, look: &Look, basket: &Basket) -> Shell {
    let mut shell = look.shell(who, app.now());
    shell.cart = Some(basket.cart.lines.len());
    shell
}

async fn details(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
) -> Result<Response> {
    let Some(basket) = basket(&app, &who).await? else {
        return Ok(to_cart());
    };
    let user = who.user.as_ref();
    let or = |kept: &Option<String>, known: Option<&String>| {
        kept.clone().or_else(|| known.cloned()).unwrap_or_default()
    };
    let typed = Typed {
        name: or(&basket.cart.name, user.map(|user| &user.name)),
        email: or(&basket.cart.email, user.map(|user| &user.email)),
        phone: basket.cart.phone.clone().unwrap_or_default(),
    };
    Ok(details_page(&app, &who, &look, &basket, &typed, Vec::new()))
}

fn details_page(
    app: &App,
    who: &Caller,
    look: &Look,
    basket: &Basket,
    typed: &Typed,
    errors: Errors,
) -> Response {
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let html = render(&DetailsPage {
        shell: &shell(app, who, look, basket),
        w: look.words,
        view: pages::view(
            &basket.cart,
            &basket.bill,
            &basket.open,
            &who.market,
            look.words,
        ),
        typed,
        errors,
        signed_in: who.user.is_some(),
    });
    (status, page::html(html)).into_response()
}

#[derive(Deserialize)]
struct DetailsForm {
    name: String,
    email: String,
    #[serde(default)]
    phone: String,
}

const NAME: usize = 80;
const NOTE: usize = 300;

async fn set_details(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<DetailsForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::CART)?;
    let mut errors = Vec::new();
    let mut wrong = |field, key| errors.push((field, look.words.say(key).into_owned()));
    let name = line::line(&form.name, NAME).ok();
    if name.is_none() {
        wrong("name", "cart-bad-name");
    }
    let email = normal_email(&form.email);
    if email.is_none() {
        wrong("email", "cart-bad-email");
    }
    let phone = line::phone(&form.phone);
    if phone.is_none() {
        wrong("phone", "cart-bad-phone");
    }
    if let (Some(name), Some(email), Some(phone)) = (name, email, phone) {
        let details = Details {
            name: &name,
            email: &email,
            phone: Some(&*phone).filter(|phone| !phone.is_empty()),
        };
        if !actions::set_details(&app, &who, &details).await? {
            return Ok(to_cart());
        }
        return Ok(Redirect::to("/checkout/pickup").into_response());
    }
    let Some(basket) = basket(&app, &who).await? else {
        return Ok(to_cart());
    };
    let typed = Typed {
        name: form.name,
        email: form.email,
        phone: form.phone,
    };
    Ok(details_page(&app, &who, &look, &basket, &typed, errors))
}

async fn pickup(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
) -> Result<Response> {
    let Some(basket) = basket(&app, &who).await? else {
        return Ok(to_cart());
    };
    if basket.cart.email.is_none() {
        return Ok(Redirect::to("/checkout").into_response());
    }
    Ok(pickup_page(
        &app,
        &who,
        &look,
        &basket,
        StatusCode::OK,
        Vec::new(),
    ))
}

fn pickup_page(
    app: &App,
    who: &Caller,
    look: &Look,
    basket: &Basket,
    status: StatusCode,
    errors: Errors,
) -> Response {
    let notes = basket.bill.farms().into_iter().map(|farm| Note {
        farm: farm.id.to_string(),
        name: farm.name.clone(),
        text: basket.cart.note(&farm.id).unwrap_or_default().to_owned(),
    });
    let html = render(&PickupPage {
        shell: &shell(app, who, look, basket),
        w: look.words,
        view: pages::view(
            &basket.cart,
            &basket.bill,
            &basket.open,
            &who.market,
            look.words,
        ),
        choices: pages::choices(
            &basket.openings,
            &basket.cart,
            &who.market,
            app.now(),
            look.words,
        ),
        notes: notes.collect(),
        errors,
    });
    (status, page::html(html)).into_response()
}

/// The window, and for each farm a field `note_<id>`.
type PickupForm = Vec<(String, String)>;

async fn set_pickup(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<PickupForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::CART)?;
    let Some(basket) = basket(&app, &who).await? else {
        return Ok(to_cart());
    };
    let refuse = |field, key: &str| {
        let errors = vec![(field, look.words.say(key).into_owned())];
        pickup_page(
            &app,
            &who,
            &look,
            &basket,
            StatusCode::UNPROCESSABLE_ENTITY,
            errors,
        )
    };
    let window = form
        .iter()
        .find(|(name, _)| name == "window")
        .map(|(_, value)| WindowId::new(value));
    let free = |id: &WindowId| {
        basket
            .openings
            .iter()
            .any(|o| o.window.id == *id && o.left > 0)
    };
    let Some(window) = window.filter(free) else {
        return Ok(refuse("window", "cart-bad-window"));
    };
    let mut notes = Vec::new();
    for farm in basket.bill.farms() {
        let typed = form
            .iter()
            .find(|(name, _)| name.strip_prefix("note_") == Some(farm.id.as_str()));
        let text = typed.map_or("", |(_, text)| text.trim());
        let note = match text {
            "" => String::new(),
            text => match line::note(text, NOTE) {
                Ok(note) => note,
                Err(_) => return Ok(refuse("notes", "cart-bad-note")),
            },
        };
        if note != basket.cart.note(&farm.id).unwrap_or_default() {
            notes.push((farm.id.clone(), note));
        }
    }
    actions::set_pickup(&app, &who, &basket.cart.id, &window, &notes).await?;
    Ok(Redirect::to("/checkout/confirm").into_response())
}

async fn confirm(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
) -> Result<Response> {
    let Some(basket) = basket(&app, &who).await? else {
        return Ok(to_cart());
    };
    Ok(confirm_page(&app, &who, &look, &basket, Vec::new()))
}

fn confirm_page(app: &App, who: &Caller, look: &Look, basket: &Basket, errors: Errors) -> Response {
    let (w, market, now) = (look.words, &who.market, app.now());
    if basket.cart.email.is_none() {
        return Redirect::to("/checkout").into_response();
    }
    let chosen = basket
        .openings
        .iter()
        .find(|o| Some(&o.window.id) == basket.cart.window.as_ref());
    let Some(chosen) = chosen else {
        return Redirect::to("/checkout/pickup").into_response();
    };
    let view = pages::view(&basket.cart, &basket.bill, &basket.open, market, w);
    if view.has_price_change || view.has_trouble {
        return Redirect::to("/cart").into_response();
    }
    let today = formats::day_of(now, &market.zone);
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::CONFLICT
    };
    let html = render(&ConfirmPage {
        shell: &shell(app, who, look, basket),
        w,
        view,
        cart: &basket.cart,
        when: formats::capital(&formats::when_full(chosen.date, today, w)),
        hours: formats::window(&chosen.window.starts, &chosen.window.ends),
        place: &chosen.place.name,
        address: &chosen.place.address,
        until: formats::moment(chosen.day.cutoff_at, now, &market.zone, w),
        errors,
    });
    (status, page::html(html)).into_response()
}

#[derive(Deserialize)]
struct OrderForm {
    key: String,
    /// The sum the customer saw; another one is shown before it is agreed to.
    total: String,
}

/// Places the order. The form's key makes a second press of the button the same order.
async fn order(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, text): Form<OrderForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    let key = Key::new(
        who.market.id.clone(),
        who.key(),
        form.key.clone(),
        "/checkout/confirm",
        &text,
    );
    let read = app.db.read_fresh().await?;
    let kept = async { Ok(crate::idempotency::store::find(&read, &key).await?) };
    let (kept, basket) = try_join(kept, web::find(&app, &read, &who)).await?;
    drop(read);
    if let Some(kept) = kept {
        return Ok(to_thanks(&kept.answer));
    }
    let Some(basket) = basket else {
        return Ok(to_cart());
    };
    if form.key != basket.cart.key || form.total != basket.bill.total.to_string() {
        let errors = vec![("", look.words.say("cart-sum-changed").into_owned())];
        return Ok(confirm_page(&app, &who, &look, &basket, errors));
    }
    let Some(purchase) = purchase(&basket, &look) else {
        return Ok(Redirect::to("/checkout").into_response());
    };
    let keep = Keep {
        key: &key,
        answer: &|placed: &Placed| placed.order.id.to_string(),
    };
    match place(&app, &who, &purchase, Some(keep)).await {
        Ok(Answer::Now(placed)) => Ok(to_thanks(placed.order.id.as_str())),
        Ok(Answer::Kept(id)) => Ok(to_thanks(&id)),
        Err(Error::Conflict { say, .. }) => {
            let errors = vec![("", look.words.tell(&say))];
            web::respond(&app, &who, &look, StatusCode::CONFLICT, errors).await
        }
        Err(error) => Err(error),
    }
}

fn to_thanks(id: &str) -> Response {
    Redirect::to(&format!("/orders/{id}/thanks")).into_response()
}

/// `None` while a step is missing.
fn purchase(basket: &Basket, look: &Look) -> Option<Purchase> {
    let cart = &basket.cart;
    Some(Purchase {
        lines: cart
            .lines
            .iter()
            .map(|line| (line.item.product.id.clone(), line.item.qty))
            .collect(),
        window: cart.window.clone()?,
        name: cart.name.clone()?,
        email: cart.email.clone()?,
        phone: cart.phone.clone(),
        lang: look.lang,
        // A farm whose last product was taken out keeps its note in the cart, should it come back.
        notes: cart
            .notes
            .iter()
            .filter(|(id, _)| basket.bill.farms().iter().any(|farm| farm.id == *id))
            .cloned()
            .collect(),
        cart: Some(cart.id.clone()),
    })
}

/// For its customer only; to others there is no such page.
async fn thanks(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let order = orders::store::find(&read, &who.market.id, &id).await?;
    drop(read);
    let is_theirs = |order: &Order| {
        let roles = order
            .parts
            .first()
            .map(|part| who.roles_for(order, part))
            .unwrap_or_default();
        order.id.as_str() == id
            && roles
                .iter()
                .any(|role| matches!(role, Role::Customer | Role::Guest))
    };
    let order = order.filter(is_theirs).ok_or(Error::NotFound)?;
    let (w, now) = (look.words, app.now());
    let today = formats::day_of(now, &who.market.zone);
    let day = formats::day(&order.window.date).map(|day| formats::when_full(day, today, w));
    let shell = look.shell(&who, now);
    Ok(page::html(render(&ThanksPage {
        shell: &shell,
        w,
        when: formats::capital(&day.unwrap_or_default()),
        hours: formats::window(&order.window.starts, &order.window.ends),
        until: formats::moment(order.day.cutoff_at, now, &who.market.zone, w),
        order: &order,
    }))
    .into_response())
}
