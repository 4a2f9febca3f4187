//! Changing an order's lines by JSON.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::put,
};
use serde::Deserialize;

use super::actions;
use crate::{
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{answer, body::Json, guard::Changer, limits},
    kernel::{ids::LineId, qty::Qty},
    orders::{model::seen::Audience, store, view::OrderView},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/orders/{id}/lines", put(change))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    expected_version: i64,
    lines: Vec<LineBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBody {
    line_id: String,
    /// Decimal, in the sold unit; `"0"` takes the line out.
    quantity: String,
}

async fn change(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    Path(id): Path<String>,
    Json(body, _): Json<Body>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    let mut wanted = Vec::new();
    for line in body.lines.iter().take(200) {
        let Some(qty) = Qty::parse_plain(&line.quantity) else {
            let say = Say::key("orders-place-number");
            return Err(Error::Invalid(vec![FieldError {
                field: "lines",
                say,
            }]));
        };
        wanted.push((LineId::new(&line.line_id), qty));
    }
    actions::change(&app, &who, &id, &wanted, body.expected_version).await?;
    let read = app.db.read_fresh().await?;
    let order = store::find(&read, &who.market.id, &id)
        .await?
        .ok_or(Error::NotFound)?;
    let following = store::find_following(&read, &who.market.id, &order.id)
        .await?
        .ok_or(Error::NotFound)?;
    drop(read);
    let view = OrderView::of_following(&following.seen_by(&Audience::Customer));
    answer::json(StatusCode::OK, &view)
}
