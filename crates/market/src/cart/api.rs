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
        guard::{Buyer, Shopper},
        limits,
        session::give as with_session,
    },
    kernel::{ids::ProductId, qty::Qty},
    markets::model::Payer,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/cart", get(show))
        .route("/api/cart/lines/{id}", put(set))
}

/// Amounts in minor units of the currency; weighed goods are estimates.
#[derive(Serialize)]
struct CartView {
    currency: &'static str,
    lines: Vec<LineView>,
    fees: Vec<FeeView>,
    goods_minor: i64,
    total_minor: i64,
}

#[derive(Serialize)]
struct LineView {
    product_id: String,
    product: String,
    farm_id: String,
    farm: String,
    /// In the sold unit.
    quantity: String,
    unit: String,
    price_minor: i64,
    /// The price when it was put in, if it is another one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    was_minor: Option<i64>,
    amount_minor: i64,
}

#[derive(Serialize)]
struct FeeView {
    kind: &'static str,
    amount_minor: i64,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    /// Decimal, in the sold unit; `"0"` takes it out.
    quantity: String,
}

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
