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

use super::{
    actions::{self, Answer, Goal, Keep, Wish},
    model::{Ending, Reason, Status, guard::Ask, seen::Audience},
    store,
    view::{ListView, OrderView, SummaryView},
};
use crate::{
    accounts::model::{Caller, Proof},
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        answer,
        body::{Json, Query},
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetStatus {
    status: String,
    farm_id: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    expected_version: Option<i64>,
    /// The order's code, as the customer shows it at hand-over.
    code: Option<String>,
    /// Why it is handed over without the code.
    without_code: Option<String>,
    /// How a missed order ended: LATE or DONATED.
    ending: Option<String>,
}

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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    farm_id: Option<String>,
    note: Option<String>,
    expected_version: Option<i64>,
}

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
    let following = store::find_following(&read, &who.market.id, &order.id)
        .await?
        .ok_or(Error::NotFound)?;
    let view = OrderView::of_following(&following.seen_by(&audience));
    answer::json(StatusCode::OK, &view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    status: Option<String>,
    farm_id: Option<String>,
    /// Where the last page ended.
    after: Option<String>,
    limit: Option<i64>,
}

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
