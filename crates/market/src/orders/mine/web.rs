//! The page of one's own orders. HTML handler.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

use super::store;
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        body::Query,
        guard::SignedIn,
        page::{self, Look},
    },
    kernel::{ids, time::Ts},
    orders::pages,
};

/// Orders on one page.
const PAGE: usize = 20;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/orders", get(show))
}

#[derive(Deserialize)]
struct ShowQuery {
    /// The keyset of the last one seen.
    after: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let user = who.user.as_ref().ok_or(Error::Unauthenticated)?;
    let after = match query.after.as_deref() {
        None => (Ts::from_micros(i64::MAX), "~"),
        Some(text) => read(text).ok_or_else(|| Error::invalid("after", "orders-bad-cursor"))?,
    };
    let now = app.now();
    let db = app.db.read().await?;
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut orders = store::list(&db, &who.market.id, &user.id, after, limit + 1).await?;
    drop(db);
    let more = orders.len() > PAGE;
    orders.truncate(PAGE);
    let next = orders
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.placed_at.micros(), last.id));
    let shell = look.shell(&who, now);
    let html = pages::my_orders(&shell, &who.market, &orders, next.as_deref(), now);
    Ok(page::html(html).into_response())
}

fn read(text: &str) -> Option<(Ts, &str)> {
    let (at, id) = text.split_once('.')?;
    let at = at.parse().ok()?;
    ids::is_well_formed(id).then_some((Ts::from_micros(at), id))
}
