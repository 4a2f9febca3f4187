//! Buying by JSON: when there are places, and an order in one request. The same action as the checkout's button.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::{
    actions::{Answer, Keep, Placed, Purchase, place},
    store,
};
use crate::{
    accounts::model::{Caller, Proof, normal_email},
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        answer,
        body::Json,
        guard::{Buyer, Shopper},
        idempotency, limits,
    },
    idempotency::model::Key,
    kernel::{
        ids::{FarmId, OrderId, ProductId, WindowId},
        line,
        qty::Qty,
    },
    orders::{model::opening::Opening, view::OrderView},
    words::Lang,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/windows", get(windows))
        .route("/api/orders", post(create))
}

#[derive(Serialize)]
struct WindowsView {
    windows: Vec<WindowView>,
}

#[derive(Serialize)]
struct WindowView {
    id: String,
    /// Local to the market.
    date: String,
    starts: String,
    ends: String,
    starts_at: String,
    ends_at: String,
    /// Until then orders are taken, changed and cancelled.
    cutoff_at: String,
    place: String,
    address: String,
    /// Orders that still find a place.
    left: i64,
}

impl From<&Opening> for WindowView {
    fn from(opening: &Opening) -> Self {
        let window = &opening.window;
        Self {
            id: window.id.to_string(),
            date: window.date.clone(),
            starts: window.starts.clone(),
            ends: window.ends.clone(),
            starts_at: window.starts_at.rfc3339(),
            ends_at: window.ends_at.rfc3339(),
            cutoff_at: opening.day.cutoff_at.rfc3339(),
            place: opening.place.name.clone(),
            address: opening.place.address.clone(),
            left: opening.left,
        }
    }
}

/// The windows that take orders now.
async fn windows(State(app): State<Arc<App>>, Shopper(who): Shopper) -> Result<Response> {
    let read = app.db.read().await?;
    let openings = store::list_openings(&read, &who.market.id, app.now()).await?;
    let windows = openings.iter().map(WindowView::from).collect();
    answer::json(StatusCode::OK, &WindowsView { windows })
}

/// Sums are not the caller's to say: a field for one is unknown, and refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    lines: Vec<LineBody>,
    window_id: String,
    name: String,
    email: String,
    phone: Option<String>,
    /// Of its mails: `en`, `es`.
    lang: Option<String>,
    #[serde(default)]
    notes: Vec<NoteBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBody {
    product_id: String,
    /// In the sold unit, as a decimal number in a text: `"0.75"`.
    quantity: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteBody {
    farm_id: String,
    text: String,
}

/// Of a kept answer: whose link is to be made again.
#[derive(Deserialize)]
struct KeptView {
    id: OrderId,
}

/// The order with the link that follows it, for whoever holds it. The link is in no row: an answer is kept without.
fn linked(order: &str, link: &str) -> Result<String> {
    let link = serde_json::to_string(link).map_err(Error::internal)?;
    let fields = order.strip_suffix('}').unwrap_or(order);
    Ok(format!("{fields},\"link\":{link}}}"))
}

async fn create(
    State(app): State<Arc<App>>,
    Buyer(who): Buyer,
    headers: HeaderMap,
    Json(body, text): Json<Body>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    let purchase = purchase(body)?;
    let key = idempotency::key(&who, &headers, "POST /api/orders", &text)?;
    let key = key.map(|key| Key {
        caller: buyer(&who, &purchase),
        ..key
    });
    let write =
        |placed: &Placed| serde_json::to_string(&OrderView::of(&placed.order)).unwrap_or_default();
    let keep = key.as_ref().map(|key| Keep {
        key,
        answer: &write,
    });
    let json = match place(&app, &who, &purchase, keep).await? {
        Answer::Now(placed) => linked(&write(&placed), &placed.link)?,
        Answer::Kept(json) => {
            let kept: KeptView = serde_json::from_str(&json).map_err(Error::internal)?;
            linked(&json, &app.order_link(&who.market, kept.id.as_str(), 1))?
        }
    };
    Ok(answer::json_text(StatusCode::CREATED, json))
}

/// Whose a key is: strangers behind one address are not one person, so theirs hangs on the mail address too.
fn buyer(who: &Caller, purchase: &Purchase) -> String {
    match (&who.user, &who.proof) {
        (None, Proof::None) => format!("{}/{}", who.key(), purchase.email),
        _ => who.key(),
    }
}

fn purchase(body: Body) -> Result<Purchase> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut wrong = |field, key| {
        errors.push(FieldError {
            field,
            say: Say::key(key),
        });
    };
    let mut lines = Vec::with_capacity(body.lines.len().min(200));
    for line in body.lines.iter().take(200) {
        match Qty::parse_plain(&line.quantity) {
            Some(qty) => lines.push((ProductId::new(&line.product_id), qty)),
            None => wrong("lines", "orders-place-number"),
        }
    }
    let name = line::line(&body.name, 80);
    if name.is_err() {
        wrong("name", "orders-place-name");
    }
    let email = normal_email(&body.email);
    if email.is_none() {
        wrong("email", "orders-place-email");
    }
    let phone = line::phone(body.phone.as_deref().unwrap_or_default());
    if phone.is_none() {
        wrong("phone", "orders-place-phone");
    }
    let mut notes = Vec::new();
    for note in body.notes.iter().take(100) {
        match line::note(&note.text, 300) {
            Ok(text) => notes.push((FarmId::new(&note.farm_id), text)),
            Err(_) => wrong("notes", "orders-place-note"),
        }
    }
    match (name, email, phone) {
        (Ok(name), Some(email), Some(phone)) if errors.is_empty() => Ok(Purchase {
            lines,
            window: WindowId::new(body.window_id),
            name,
            email,
            phone: Some(phone).filter(|phone| !phone.is_empty()),
            lang: body
                .lang
                .as_deref()
                .and_then(Lang::parse)
                .unwrap_or_default(),
            notes,
            cart: None,
        }),
        _ => Err(Error::Invalid(errors)),
    }
}
