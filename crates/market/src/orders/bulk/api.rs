//! One status for many orders by JSON: each answers for itself.
use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, FieldError, Outcomes, Result, Say},
    http::{
        answer,
        body::Json,
        described::{Known, Sent},
        guard::Changer,
    },
    kernel::ids,
    orders::{
        actions::{self, Answer, Goal, Wish},
        model::{Reason, Status, guard::Ask},
        view::{ReasonName, StatusName},
    },
    words::Lang,
};

/// As many as a farm has on a busy day; more are another request.
const MOST: usize = 200;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/orders/status", post(set))
}

#[derive(OpenApi)]
#[openapi(paths(set))]
struct Described;

/// This route, as the description of the API has it.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetManyStatuses)]
struct Body {
    #[schema(value_type = StatusName)]
    status: String,
    /// Required for `CANCELLED`.
    #[schema(value_type = Option<ReasonName>)]
    reason: Option<String>,
    #[schema(max_items = 200)]
    orders: Vec<One>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OneOfMany)]
struct One {
    /// An order's or a part's. What can be no id is not found, by itself: the others still go.
    id: String,
    expected_version: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OneOfManyDone)]
struct Fate {
    id: String,
    /// What the same wish for this order alone would have been answered with.
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ManyDone)]
struct Fates {
    results: Vec<Fate>,
}

/// Moves many orders to one status, each by itself.
///
/// Each has its own transaction and its own answer: one that cannot go holds up no other. Where the market itself
/// cannot go on, those that are left are not tried: 503 in their place, or as the answer to all if nothing was done.
#[utoipa::path(
    post, path = "/api/orders/status", tag = "Orders", operation_id = "setManyStatuses",
    request_body(content = Body, example = json!({ "status": "PREPARING", "orders": [{ "id": "ord_demo_followed" }] })),
    responses((status = 200, description = "What became of each.", body = Fates), Known, Sent),
    security(("token" = ["orders:write"]), ("session" = [])),
)]
async fn set(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    Json(body, _): Json<Body>,
) -> Result<Response> {
    let to = Status::parse(&body.status);
    let to = to.ok_or_else(|| Error::invalid("status", "orders-unknown-status"))?;
    let reason = match &body.reason {
        Some(text) => Some(
            Reason::parse(text).ok_or_else(|| Error::invalid("reason", "orders-unknown-reason"))?,
        ),
        None => None,
    };
    if body.orders.len() > MOST {
        let say = Say::key("orders-bulk-many").with("a", MOST.to_string());
        return Err(Error::Invalid(vec![FieldError {
            field: "orders",
            say,
        }]));
    }
    let mut outcomes = Outcomes::default();
    for order in &body.orders {
        outcomes
            .add(Box::pin(one(&app, &who, order, to, reason)))
            .await?;
    }
    let fates = body.orders.iter().zip(outcomes.all());
    let results = fates.map(|(order, went)| fate(order, &went)).collect();
    answer::json(StatusCode::OK, &Fates { results })
}

async fn one(
    app: &App,
    who: &Caller,
    order: &One,
    to: Status,
    reason: Option<Reason>,
) -> Result<Answer> {
    if !ids::is_well_formed(&order.id) {
        return Err(Error::NotFound);
    }
    let wish = Wish {
        to: Goal::Status(to),
        ask: Ask {
            reason,
            ..Ask::default()
        },
        farm: None,
        expected_version: order.expected_version,
    };
    actions::advance(app, who, &order.id, &wish, None).await
}

fn fate(order: &One, went: &Result<Answer>) -> Fate {
    let id = order.id.clone();
    match went {
        Ok(done) => Fate {
            id,
            status: 200,
            changed: match done {
                Answer::Now(outcome) => Some(outcome.changed()),
                Answer::Kept(_) => None,
            },
            code: None,
            detail: None,
        },
        Err(error) => Fate {
            id,
            status: error.status(),
            changed: None,
            code: Some(error.say().key),
            detail: Some(Lang::En.words().tell(&error.say())),
        },
    }
}
