//! The JSON side of orders. Handlers are short: the guard is the permission, the action does the work.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post, put},
};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::{
    actions::{self, Answer, Goal, Keep, Wish},
    following,
    model::{Ending, Reason, Status, guard::Ask, seen::Audience},
    store,
    view::{EndingName, ListView, OrderView, ReasonName, StatusName, SummaryView},
};
use crate::{
    accounts::model::{Caller, Proof},
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        answer,
        body::{Json, Query},
        described::{Clash, IdempotencyKey, Known, Missing, Sent, Stale, Wrong},
        guard::{Changer, Reader},
        idempotency,
    },
    kernel::{ids, ids::FarmId, line, time::Ts},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/orders", get(list))
        .route("/api/orders/{id}", get(show))
        .route("/api/orders/{id}/status", put(set_status))
        .route("/api/orders/{id}/undo", post(undo))
}

#[derive(OpenApi)]
#[openapi(paths(list, show, set_status, undo))]
struct Described;

/// These routes, as the description of the API has them.
pub fn describe() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    #[schema(value_type = StatusName)]
    status: String,
    /// Narrows an order's id to one farm's part.
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    farm_id: Option<String>,
    /// Required for `CANCELLED`.
    #[schema(value_type = Option<ReasonName>)]
    reason: Option<String>,
    #[schema(max_length = 500)]
    note: Option<String>,
    /// The version that was seen of what the address names, the order or the part; another one is a 412.
    expected_version: Option<i64>,
    /// The order's code, as the customer shows it at hand-over.
    #[schema(max_length = 40)]
    code: Option<String>,
    /// Why it is handed over without the code.
    #[schema(max_length = 500)]
    without_code: Option<String>,
    /// How a missed order ended: LATE or DONATED.
    #[schema(value_type = Option<EndingName>)]
    ending: Option<String>,
}

/// Moves an order, or one farm's part of it, to a status.
///
/// Setting the status it already has is a 200 with `changed: false`: nothing is written, nobody is told. A farm's token
/// moves that farm's part; a manager's, on the order's id, every part for which the step is legal. Going back is a verb of
/// its own: an earlier status is a 409.
#[utoipa::path(
    put, path = "/api/orders/{id}/status", tag = "Orders", operation_id = "setStatus",
    params(("id" = String, Path, description = "An order's id, or that of one farm's part of it.", min_length = 1, max_length = 64, pattern = "^[!-~]+$"), IdempotencyKey),
    request_body(content = SetStatus, example = json!({ "status": "PREPARING" })),
    responses((status = 200, description = "The order, with what became of each part.", body = OrderView), Known, Missing, Sent, Clash, Stale),
    security(("token" = ["orders:write"]), ("session" = [])),
)]
async fn set_status(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body, text): Json<SetStatus>,
) -> Result<Response> {
    well_formed(&id)?;
    let mut errors = Vec::new();
    let to = checked(
        &mut errors,
        "status",
        Some(&body.status),
        Status::parse,
        "orders-unknown-status",
    );
    let wish = Wish {
        to: Goal::Status(to.unwrap_or(Status::Pending)),
        ask: Ask {
            reason: checked(
                &mut errors,
                "reason",
                body.reason.as_deref(),
                Reason::parse,
                "orders-unknown-reason",
            ),
            note: note(&mut errors, "note", body.note.as_deref()),
            shown_code: body.code,
            handed_over_without_code: note(
                &mut errors,
                "without_code",
                body.without_code.as_deref(),
            ),
            ending: checked(
                &mut errors,
                "ending",
                body.ending.as_deref(),
                Ending::parse,
                "orders-unknown-ending",
            ),
        },
        farm: body.farm_id.map(FarmId::new),
        expected_version: body.expected_version,
    };
    change(
        &app,
        &who,
        &id,
        &wish,
        errors,
        &headers,
        &format!("PUT {id}/status"),
        &text,
    )
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Undo {
    #[schema(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    farm_id: Option<String>,
    #[schema(max_length = 500)]
    note: Option<String>,
    /// The version that was seen; another one is a 412.
    #[schema(required, value_type = i64, examples(4))]
    expected_version: Option<i64>,
}

/// Takes the last step of a part back: `READY`, `PREPARING` or `FULFILLED`.
///
/// One's own team within 15 minutes without a word, a manager later with a `note`.
#[utoipa::path(
    post, path = "/api/orders/{id}/undo", tag = "Orders", operation_id = "undoStep",
    params(("id" = String, Path, description = "An order's id, or that of one farm's part of it.", min_length = 1, max_length = 64, pattern = "^[!-~]+$"), IdempotencyKey),
    request_body = Undo,
    responses((status = 200, description = "The order, with what became of each part.", body = OrderView), Known, Missing, Sent, Clash, Stale),
    security(("token" = ["orders:write"]), ("session" = [])),
)]
async fn undo(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body, text): Json<Undo>,
) -> Result<Response> {
    well_formed(&id)?;
    let mut errors = Vec::new();
    let wish = Wish {
        to: Goal::Undo,
        ask: Ask {
            note: note(&mut errors, "note", body.note.as_deref()),
            ..Ask::default()
        },
        farm: body.farm_id.map(FarmId::new),
        expected_version: body.expected_version,
    };
    change(
        &app,
        &who,
        &id,
        &wish,
        errors,
        &headers,
        &format!("POST {id}/undo"),
        &text,
    )
    .await
}

fn well_formed(id: &str) -> Result<()> {
    if ids::is_well_formed(id) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the parts of one request, used once by two handlers"
)]
async fn change(
    app: &App,
    who: &Caller,
    id: &str,
    wish: &Wish,
    errors: Vec<FieldError>,
    headers: &HeaderMap,
    target: &str,
    text: &str,
) -> Result<Response> {
    if !errors.is_empty() {
        let goal_is_known = errors.iter().all(|error| error.field != "status");
        actions::check_right(app, who, id, wish, goal_is_known).await?;
        return Err(Error::Invalid(errors));
    }
    let key = idempotency::key(who, headers, target, text)?;
    let render = |outcome: &actions::Outcome| {
        let audience = who.audience(&outcome.order).unwrap_or(Audience::Customer);
        serde_json::to_string(&OrderView::of_outcome(outcome, &audience)).unwrap_or_default()
    };
    let keep = key.as_ref().map(|key| Keep {
        key,
        answer: &render,
    });
    let json = match actions::advance(app, who, id, wish, keep).await? {
        Answer::Now(outcome) => render(&outcome),
        Answer::Kept(answer) => answer,
    };
    Ok(answer::json_text(StatusCode::OK, json))
}

fn checked<T>(
    errors: &mut Vec<FieldError>,
    field: &'static str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    say: &'static str,
) -> Option<T> {
    let text = text?;
    let parsed = parse(text);
    if parsed.is_none() {
        errors.push(FieldError {
            field,
            say: Say::key(say),
        });
    }
    parsed
}

fn note(errors: &mut Vec<FieldError>, field: &'static str, text: Option<&str>) -> Option<String> {
    checked(
        errors,
        field,
        text.filter(|text| !text.trim().is_empty()),
        |text| line::note(text, 500).ok(),
        "orders-bad-note",
    )
}

/// One order with lines, fees and the whole history.
///
/// A farm sees its own part and lines, nothing of the others'.
#[utoipa::path(
    get, path = "/api/orders/{id}", tag = "Orders", operation_id = "showOrder",
    params(("id" = String, Path, description = "An order's id, or that of one farm's part of it.", min_length = 1, max_length = 64, pattern = "^[!-~]+$")),
    responses((status = 200, description = "The order.", body = OrderView), Known, Missing),
    security(("token" = ["orders:read"]), ("session" = [])),
)]
async fn show(
    State(app): State<Arc<App>>,
    Reader(who): Reader,
    Path(id): Path<String>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let order = store::find(&read, &who.market.id, &id)
        .await?
        .ok_or(Error::NotFound)?;
    let audience = who.audience(&order).ok_or(Error::NotFound)?;
    let following = following::store::find(&read, &who.market.id, &order.id)
        .await?
        .ok_or(Error::NotFound)?;
    let view = OrderView::of_following(&following.seen_by(&audience));
    answer::json(StatusCode::OK, &view)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only orders, or parts of them, in this status.
    #[param(value_type = Option<StatusName>)]
    status: Option<String>,
    /// Only this farm's parts; it has to be one's own.
    #[param(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    farm_id: Option<String>,
    /// Where the last page ended: its `next`.
    #[param(max_length = 90, pattern = "^[0-9]{1,18}[.][!-~]{1,64}$")]
    after: Option<String>,
    /// Of a page; else 50.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A page of orders, newest first.
///
/// A manager lists the market, a farm's team its farm (with its own part's status and version), a customer their own.
#[utoipa::path(
    get, path = "/api/orders", tag = "Orders", operation_id = "listOrders", params(ListQuery),
    responses((status = 200, description = "The page.", body = ListView), Known, Missing, Wrong),
    security(("token" = ["orders:read"]), ("session" = [])),
)]
async fn list(
    State(app): State<Arc<App>>,
    Reader(who): Reader,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let mut errors = Vec::new();
    let status = checked(
        &mut errors,
        "status",
        query.status.as_deref(),
        Status::parse,
        "orders-unknown-status",
    );
    let after = checked(
        &mut errors,
        "after",
        query.after.as_deref(),
        cursor,
        "orders-bad-cursor",
    );
    let limit = query.limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        errors.push(FieldError {
            field: "limit",
            say: Say::key("orders-bad-limit"),
        });
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let after = after.unwrap_or((Ts::from_micros(i64::MAX), "~".to_owned()));
    let after = (after.0, after.1.as_str());
    let market = &who.market.id;
    let read = app.db.read().await?;
    let mut orders = match scope(&who, query.farm_id.as_deref())? {
        Scoped::Market => store::list_for_market(&read, market, status, after, limit + 1).await?,
        Scoped::Farm(farm) => store::list_for_farm(&read, &farm, status, after, limit + 1).await?,
        Scoped::Customer(user) => {
            store::list_for_customer(&read, market, &user, status, after, limit + 1).await?
        }
    };
    let more = i64::try_from(orders.len()).unwrap_or(i64::MAX) > limit;
    if more {
        orders.pop();
    }
    let next = orders
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.placed_at.micros(), last.id));
    let view = ListView {
        orders: orders.iter().map(SummaryView::from).collect(),
        next,
    };
    answer::json(StatusCode::OK, &view)
}

fn cursor(text: &str) -> Option<(Ts, String)> {
    let (at, id) = text.split_once('.')?;
    ids::is_well_formed(id).then_some(())?;
    Some((Ts::from_micros(at.parse().ok()?), id.to_owned()))
}

enum Scoped {
    Market,
    Farm(FarmId),
    Customer(ids::UserId),
}

/// A manager lists the market, a farm's team its farm, a customer their own.
fn scope(who: &Caller, farm: Option<&str>) -> Result<Scoped> {
    if let Some(farm) = farm {
        let own = who.farms().find(|own| own.as_str() == farm);
        return own
            .map(|own| Scoped::Farm(own.clone()))
            .ok_or(Error::NotFound);
    }
    if who.manages().is_some() {
        return Ok(Scoped::Market);
    }
    if let Some(farm) = who.farms().next() {
        return Ok(Scoped::Farm(farm.clone()));
    }
    match &who.user {
        // A token is its person's work tool: the person's own purchases stay out of it.
        Some(user) if !matches!(who.proof, Proof::Token { .. }) => {
            Ok(Scoped::Customer(user.id.clone()))
        }
        _ => Err(Error::Forbidden(Say::key("orders-list-forbidden"))),
    }
}
