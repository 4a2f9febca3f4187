//! One id and one log line for each request. The line names the route, never the path: ids and links stay out of logs.
use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;

use super::{page::Pseudo, security};
use crate::app::App;

/// Shown on error pages and in problem documents, for whoever looks into the log.
#[derive(Clone)]
pub struct RequestId(pub String);

pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.ids.make("req", app.now());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-".to_owned(), |path| path.as_str().to_owned());
    let known = RequestId(id.clone());
    let told = security::Request::of(&mut request, &known);
    request.extensions_mut().insert(known);
    if app.config.pages.pseudo_locale {
        request.extensions_mut().insert(Pseudo);
    }
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let duration_ms = begun.elapsed().as_secs_f64() * 1000.0;
    if status >= 500 {
        tracing::error!(request.id = %id, %method, route, status, duration_ms, "request failed");
    } else {
        tracing::debug!(request.id = %id, %method, route, status, duration_ms, "request");
    }
    told.answered(&response);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response
            .headers_mut()
            .insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}
