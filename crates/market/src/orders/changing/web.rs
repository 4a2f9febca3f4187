//! Changing and cancelling by form.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};

use super::{
    actions::{self, customer_role},
    pages::{ChangePage, groups, until},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::Changer,
        limits,
        page::{self, Look},
    },
    kernel::{ids::LineId, qty::Qty},
    orders::{
        actions::{Goal, Wish, advance},
        model::{Reason, Status, guard::Ask},
        store as orders,
    },
    pages::render,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/orders/{id}/change", get(show).post(change))
        .route("/orders/{id}/cancel", post(cancel))
}

async fn show(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    respond(&app, &who, &look, &id, StatusCode::OK, &[], Vec::new()).await
}

type Typed = [(String, String)];

async fn respond(
    app: &App,
    who: &Caller,
    look: &Look,
    id: &str,
    status: StatusCode,
    typed: &Typed,
    errors: Vec<(&'static str, String)>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let order = orders::find(&read, &who.market.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    customer_role(who, &order)?;
    let lines = store::list_lines(&read, &order.id).await?;
    drop(read);
    let (w, now) = (look.words, app.now());
    let html = render(&ChangePage {
        shell: &look.shell(who, now),
        w,
        until: until(&order, &who.market, now, w),
        groups: groups(&order, &lines, typed, &who.market, w),
        order: &order,
        errors,
    });
    Ok((status, page::html(html)).into_response())
}

/// A field for each line, named by its id, and the version that was seen.
async fn change(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    look: Look,
    Path(id): Path<String>,
    Form(form, _): Form<Vec<(String, String)>>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    let version = form
        .iter()
        .find(|(name, _)| name == "version")
        .and_then(|(_, value)| value.parse().ok());
    let version = version.ok_or_else(|| Error::invalid("version", "orders-undo-version"))?;
    let typed: Vec<(String, String)> = form
        .into_iter()
        .filter(|(name, _)| name != "version")
        .collect();
    let mut wanted = Vec::new();
    for (name, value) in &typed {
        // People write either mark; on this page there are no thousands.
        if let Some(qty) = Qty::parse_plain(&value.trim().replace(',', ".")) {
            wanted.push((LineId::new(name), qty));
        } else {
            let errors = vec![("lines", look.words.say("orders-place-number").into_owned())];
            return respond(
                &app,
                &who,
                &look,
                &id,
                StatusCode::UNPROCESSABLE_ENTITY,
                &typed,
                errors,
            )
            .await;
        }
    }
    let error = match actions::change(&app, &who, &id, &wanted, version).await {
        Ok(_) => return Ok(Redirect::to(&format!("/orders/{id}/track")).into_response()),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. } | Error::Stale { .. })) => error,
        Err(error) => return Err(error),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let errors = vec![("lines", look.words.tell(&error.say()))];
    respond(&app, &who, &look, &id, status, &typed, errors).await
}

/// Every part that may still be cancelled is; the tracking page says which stayed.
async fn cancel(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    let read = app.db.read_fresh().await?;
    let order = orders::find(&read, &who.market.id, &id)
        .await?
        .ok_or(Error::NotFound)?;
    drop(read);
    customer_role(&who, &order)?;
    let wish = Wish {
        to: Goal::Status(Status::Cancelled),
        ask: Ask {
            reason: Some(Reason::CustomerRequest),
            ..Ask::default()
        },
        farm: None,
        expected_version: None,
    };
    let error = match advance(&app, &who, &id, &wish, None).await {
        Ok(_) => return Ok(Redirect::to(&format!("/orders/{id}/track")).into_response()),
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. })) => error,
        Err(error) => return Err(error),
    };
    let errors = vec![("", look.words.tell(&error.say()))];
    respond(&app, &who, &look, &id, StatusCode::CONFLICT, &[], errors).await
}
