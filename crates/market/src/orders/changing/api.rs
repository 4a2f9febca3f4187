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
use utoipa::{OpenApi, ToSchema};

use super::actions;
use crate::{
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        answer,
        body::Json,
        described::{Clash, Known, Limited, Missing, Sent, Stale},
        guard::Changer,
        limits,
    },
    kernel::{ids::LineId, qty::Qty},
    orders::{following, model::seen::Audience, store, view::OrderView},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/orders/{id}/lines", put(change))
}

#[derive(OpenApi)]
#[openapi(paths(change))]
struct Described;

/// These routes, as the description of the API has them.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeLines)]
struct Body {
    #[schema(examples(4))]
    expected_version: i64,
    #[schema(max_items = 200)]
    lines: Vec<LineBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeLine)]
struct LineBody {
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[!-~]+$",
        examples("lin_01k9x5w6v9")
    )]
    line_id: String,
    /// Decimal, in the sold unit; `"0"` takes the line out.
    #[schema(
        pattern = "^[0-9]{1,9}([.][0-9]{1,3})?$",
        max_length = 13,
        examples("1")
    )]
    quantity: String,
}

/// Changes how much of each line was ordered; by its customer, until the cut-off and while the farm has not begun.
///
/// `"0"` takes a line out; a farm's last line taken out cancels its part. The price stays the one it was ordered at.
/// 409: `orders-change-late`, `-packing`, `-short`.
#[utoipa::path(
    put, path = "/api/orders/{id}/lines", tag = "Orders", operation_id = "changeLines",
    params(("id" = String, Path, description = "An order's id.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")),
    request_body = Body,
    responses((status = 200, description = "The order.", body = OrderView), Known, Missing, Sent, Clash, Stale, Limited),
    security(("token" = ["orders:write"]), ("session" = [])),
)]
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
    let following = following::store::find(&read, &who.market.id, &order.id)
        .await?
        .ok_or(Error::NotFound)?;
    drop(read);
    let view = OrderView::of_following(&following.seen_by(&Audience::Customer));
    answer::json(StatusCode::OK, &view)
}
