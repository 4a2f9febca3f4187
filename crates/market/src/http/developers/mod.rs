//! For people who write programs: the description of the API as a document (OpenAPI 3.1) and as a page to read.
//!
//! Routes: `/api/openapi.json`, `/developers`. Each slice describes its own routes (`describe` in its `api.rs`);
//! `description` puts them together with what holds for all, `reading` looks into the result, `page` shows it.
pub mod description;
mod page;
mod reading;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{
    guard::Visitor,
    page::{Look, html},
};
use crate::app::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/openapi.json", get(document))
        .route("/developers", get(read))
}

/// This document.
///
/// The same for everybody; it changes with the program only, so ask with `If-None-Match`.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "About", operation_id = "describeApi",
    responses(
        (status = 200, description = "The description of the API, OpenAPI 3.1.", body = Object,
            headers(("ETag" = String, description = "For `If-None-Match`."))),
        (status = 304, description = "It has not changed."),
    ),
    security(()),
)]
async fn document(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let described = description::of(app.config.https());
    let common = [
        (header::CACHE_CONTROL, "public, no-cache"),
        (header::ETAG, described.etag.as_str()),
        (header::VARY, "accept-encoding"),
    ];
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    // A proxy that compresses makes the tag a weak one.
    let is_known = known.is_some_and(|known| known.contains(&described.etag));
    if is_known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (common, kind, described.text.as_str()).into_response()
}

async fn read(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Response {
    let described = description::of(app.config.https());
    let shell = look.shell(&who, app.now());
    html(page::render(&shell, described, &app.base_url(&who.market))).into_response()
}
