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
use utoipa::{OpenApi, ToSchema};

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
        described::{Clash, IdempotencyKey, Known, Limited, Sent, Unknown},
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

#[derive(OpenApi)]
#[openapi(paths(windows, create))]
struct Described;

/// These routes, as the description of the API has them.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

#[derive(Serialize, ToSchema)]
#[schema(as = WindowList)]
struct WindowsView {
    windows: Vec<WindowView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Window)]
struct WindowView {
    #[schema(examples("win_saturday"))]
    id: String,
    /// Local to the market.
    #[schema(format = Date, examples("2026-11-28"))]
    date: String,
    #[schema(examples("09:00"))]
    starts: String,
    #[schema(examples("11:00"))]
    ends: String,
    #[schema(format = DateTime, examples("2026-11-28T09:00:00Z"))]
    starts_at: String,
    #[schema(format = DateTime, examples("2026-11-28T11:00:00Z"))]
    ends_at: String,
    /// Until then orders are taken, changed and cancelled.
    #[schema(format = DateTime, examples("2026-11-27T12:00:00Z"))]
    cutoff_at: String,
    #[schema(examples("Mill Lane car park"))]
    place: String,
    #[schema(examples("Mill Lane 1"))]
    address: String,
    /// Orders that still find a place.
    #[schema(minimum = 0, examples(37))]
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

/// The windows that take orders now, the next one first.
///
/// By session, by token, or by nobody in particular.
#[utoipa::path(
    get, path = "/api/windows", tag = "Orders", operation_id = "listWindows",
    responses((status = 200, description = "The windows.", body = WindowsView), Unknown),
    security((), ("session" = []), ("token" = [])),
)]
async fn windows(State(app): State<Arc<App>>, Shopper(who): Shopper) -> Result<Response> {
    let read = app.db.read().await?;
    let openings = store::list_openings(&read, &who.market.id, app.now()).await?;
    let windows = openings.iter().map(WindowView::from).collect();
    answer::json(StatusCode::OK, &WindowsView { windows })
}

/// Sums are not the caller's to say: a field for one is unknown, and refused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceOrder)]
struct Body {
    /// Each product once.
    #[schema(min_items = 1, max_items = 100)]
    lines: Vec<LineBody>,
    /// From `GET /api/windows`.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]+$",
        examples("win_saturday")
    )]
    window_id: String,
    /// Who collects it.
    #[schema(min_length = 1, max_length = 80, examples("Ana Brook"))]
    name: String,
    /// The address gets the link.
    #[schema(format = "email", max_length = 254, examples("ana.brook@mail.example"))]
    email: String,
    /// 6 to 15 digits, with the signs that people put between them.
    #[schema(
        max_length = 30,
        pattern = "^[0-9+() ./-]*$",
        examples("+44 7700 900123")
    )]
    phone: Option<String>,
    /// Of its mails: `en`, `es`.
    #[schema(examples("en"))]
    lang: Option<String>,
    /// For farms of this order.
    #[serde(default)]
    #[schema(max_items = 100)]
    notes: Vec<NoteBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceLine)]
struct LineBody {
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]+$",
        examples("prd_chard")
    )]
    product_id: String,
    /// In the sold unit, as a decimal number in a text: `"0.75"`.
    #[schema(
        pattern = "^[0-9]{1,9}([.][0-9]{1,3})?$",
        max_length = 13,
        examples("2")
    )]
    quantity: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PlaceNote)]
struct NoteBody {
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]+$",
        examples("frm_hill_row")
    )]
    farm_id: String,
    #[schema(
        min_length = 1,
        max_length = 300,
        examples("Small ones, if there are any.")
    )]
    text: String,
}

/// Of a kept answer: whose link is to be made again.
#[derive(Deserialize)]
struct KeptView {
    id: OrderId,
}

/// An order with the link that follows it, for whoever holds it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it stands in the description only: see `linked`")]
struct OrderWithLink {
    #[serde(flatten)]
    order: OrderView,
    #[schema(format = "uri", examples("https://market.example/t/0a1b"))]
    link: String,
}

/// The order with the link that follows it, for whoever holds it. The link is in no row: an answer is kept without.
fn linked(order: &str, link: &str) -> Result<String> {
    let link = serde_json::to_string(link).map_err(Error::internal)?;
    let fields = order.strip_suffix('}').unwrap_or(order);
    Ok(format!("{fields},\"link\":{link}}}"))
}

/// Places an order, paid at the stall; by anybody, or with `orders:write`.
///
/// Prices, fees and tax are the market's: a field for one is a 422. 409 says what stands against it: the day is closed,
/// not open yet or the window full (`orders-place-closed`, `-early`, `-full`), or a product is gone, sold out, short, out
/// of season or not offered that day (`orders-place-gone`, `-sold-out`, `-short`, `-season`, `-days`); nothing is written
/// then.
#[utoipa::path(
    post, path = "/api/orders", tag = "Orders", operation_id = "placeOrder",
    params(IdempotencyKey), request_body = Body,
    responses((status = 201, description = "The order, and the link that follows it.", body = OrderWithLink), Known, Sent, Clash, Limited),
    security((), ("session" = []), ("token" = ["orders:write"])),
)]
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
