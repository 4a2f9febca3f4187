//! The cart as JSON.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, put},
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::{
    actions::{self, Want},
    web,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        answer,
        body::Json,
        described::{Clash, Known, Limited, Missing, Sent, Unknown},
        guard::{Buyer, Shopper},
        limits,
        session::give as with_session,
    },
    kernel::{ids::ProductId, qty::Qty},
    markets::model::Payer,
    orders::view::CurrencyName,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/cart", get(show))
        .route("/api/cart/lines/{id}", put(set))
}

#[derive(OpenApi)]
#[openapi(paths(show, set))]
struct Described;

/// These routes, as the description of the API has them.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

/// Amounts in minor units of the currency; weighed goods are estimates.
#[derive(Serialize, ToSchema)]
#[schema(as = Cart)]
struct CartView {
    #[schema(value_type = CurrencyName)]
    currency: &'static str,
    lines: Vec<LineView>,
    fees: Vec<FeeView>,
    #[schema(examples(480))]
    goods_minor: i64,
    #[schema(examples(480))]
    total_minor: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartLine)]
struct LineView {
    #[schema(examples("prd_chard"))]
    product_id: String,
    #[schema(examples("Rainbow chard"))]
    product: String,
    #[schema(examples("frm_hill_row"))]
    farm_id: String,
    #[schema(examples("Hill Row Farm"))]
    farm: String,
    /// In the sold unit.
    #[schema(examples("2"))]
    quantity: String,
    #[schema(examples("bunch"))]
    unit: String,
    #[schema(examples(240))]
    price_minor: i64,
    /// The price when it was put in, if it is another one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    was_minor: Option<i64>,
    #[schema(examples(480))]
    amount_minor: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CartFee)]
struct FeeView {
    #[schema(examples("tax"))]
    kind: &'static str,
    #[schema(examples(24))]
    amount_minor: i64,
}

/// What is in the cart of this browser, at what it would cost now.
///
/// By session, by token, or an empty one for a stranger.
#[utoipa::path(
    get, path = "/api/cart", tag = "Cart", operation_id = "showCart",
    responses((status = 200, description = "The cart; an empty one where there is none.", body = CartView), Unknown),
    security((), ("session" = []), ("token" = [])),
)]
async fn show(State(app): State<Arc<App>>, Shopper(who): Shopper) -> Result<Response> {
    view(&app, &who).await
}

async fn view(app: &App, who: &Caller) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let basket = web::find(app, &read, who).await?;
    drop(read);
    let mut view = CartView {
        currency: who.market.currency.code(),
        lines: Vec::new(),
        fees: Vec::new(),
        goods_minor: 0,
        total_minor: 0,
    };
    if let Some(basket) = basket {
        view.goods_minor = basket.bill.goods;
        view.total_minor = basket.bill.total;
        let paid = basket
            .bill
            .fees
            .iter()
            .filter(|fee| fee.payer == Payer::Customer);
        view.fees = paid
            .map(|fee| FeeView {
                kind: fee.kind,
                amount_minor: fee.amount,
            })
            .collect();
        view.lines = basket
            .cart
            .lines
            .iter()
            .map(|line| LineView {
                product_id: line.item.product.id.to_string(),
                product: line.item.product.name.clone(),
                farm_id: line.item.farm.id.to_string(),
                farm: line.item.farm.name.clone(),
                quantity: line.item.qty.plain(),
                unit: line.item.product.unit.clone(),
                price_minor: line.item.product.price_minor,
                was_minor: Some(line.seen_price)
                    .filter(|was| *was != line.item.product.price_minor),
                amount_minor: line.item.amount().unwrap_or(0),
            })
            .collect();
    }
    answer::json(StatusCode::OK, &view)
}

/// What a visitor without a session is answered, with a cookie: the next request reads the cart.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NothingYet {}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it stands in the description only")]
enum CartOrNothing {
    Cart(CartView),
    Nothing(NothingYet),
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetCartLine)]
struct Body {
    /// Decimal, in the sold unit; `"0"` takes it out.
    #[schema(
        pattern = "^[0-9]{1,9}([.][0-9]{1,3})?$",
        max_length = 13,
        examples("2")
    )]
    quantity: String,
}

/// Puts a product into the cart, changes how much of it, or takes it out.
///
/// Who has no session gets one, with an empty answer.
#[utoipa::path(
    put, path = "/api/cart/lines/{id}", tag = "Cart", operation_id = "setCartLine",
    params(("id" = String, Path, description = "A product's id.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")),
    request_body = Body,
    responses(
        (status = 200, description = "The cart, or `{}` with the cookie of a new session.", body = inline(CartOrNothing)),
        Known, Missing, Sent, Clash, Limited,
    ),
    security((), ("session" = [])),
)]
async fn set(
    State(app): State<Arc<App>>,
    Buyer(who): Buyer,
    Path(id): Path<String>,
    Json(body, _): Json<Body>,
) -> Result<Response> {
    limits::count(&app, &who, limits::CART)?;
    let qty = Qty::parse_plain(&body.quantity)
        .ok_or_else(|| Error::invalid("quantity", "orders-place-number"))?;
    let opened = actions::set(&app, &who, &ProductId::new(id), Want::Exactly(qty)).await?;
    match opened {
        // A visitor without a session reads the cart with the next request, by the cookie given here.
        Some(opened) => {
            let response = answer::json_text(StatusCode::OK, "{}".to_owned());
            Ok(with_session(&app, response, &opened))
        }
        None => view(&app, &who).await,
    }
}
