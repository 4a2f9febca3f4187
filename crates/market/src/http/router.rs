//! All routes, and the layers every request passes: each line wraps those above it, so the last one sees a request first.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate as _},
    },
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};

use super::{
    assets, components, developers, headers, health, home, host, offline, page, problem, request,
};
use crate::{
    accounts, app::App, audit, cart, error::Error, farms, mails, markets, notices, orders,
    products, setup, shop,
};

/// No form and no JSON of ours is larger.
const BODY: usize = 256 * 1024;

pub fn router(app: &Arc<App>) -> Router {
    let routes = pages_and_api()
        .fallback(|| async { Error::NotFound })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(from_fn_with_state(app.clone(), page::remember))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(CsrfLayer::new())
        .layer(from_fn(headers::bearer_only))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            // Until the answer's head; streams live longer.
            Duration::from_secs(app.config.http.answer_seconds),
        ))
        .layer(from_fn_with_state(app.clone(), host::layer))
        .layer(from_fn_with_state(app.clone(), problem::layer))
        .layer(
            CompressionLayer::new()
                .gzip(true)
                .compress_when(compressible()),
        );
    // Assets and health need no market: they answer under every Host.
    routes
        .merge(assets::routes())
        .merge(health::routes())
        .layer(from_fn_with_state(app.clone(), headers::layer))
        .layer(from_fn_with_state(app.clone(), request::layer))
        .with_state(app.clone())
}

/// What the slices answer, one line a slice's file.
fn pages_and_api() -> Router<Arc<App>> {
    Router::new()
        .merge(home::routes())
        .merge(developers::routes())
        .merge(components::routes())
        .merge(offline::routes())
        .merge(shop::web::routes())
        .merge(cart::web::routes())
        .merge(cart::checkout::routes())
        .merge(cart::api::routes())
        .merge(accounts::web::routes())
        .merge(orders::api::routes())
        .merge(orders::placing::api::routes())
        .merge(orders::changing::api::routes())
        .merge(orders::changing::web::routes())
        .merge(orders::track::routes())
        .merge(orders::mine::web::routes())
        .merge(orders::board::routes())
        .merge(orders::bulk::api::routes())
        .merge(orders::bulk::web::routes())
        .merge(orders::packing::web::routes())
        .merge(orders::harvest::web::routes())
        .merge(orders::slips::web::routes())
        .merge(orders::stall::web::routes())
        .merge(orders::late::web::routes())
        .merge(orders::day::web::routes())
        .merge(orders::list::web::routes())
        .merge(products::api::routes())
        .merge(products::web::routes())
        .merge(products::sheets::web::routes())
        .merge(farms::web::routes())
        .merge(markets::days::web::routes())
        .merge(markets::places::web::routes())
        .merge(markets::settings::web::routes())
        .merge(setup::web::routes())
        .merge(notices::web::routes())
        .merge(audit::web::routes())
        .merge(mails::web::routes())
}

/// Streams must not wait in a compressor.
fn compressible() -> impl tower_http::compression::predicate::Predicate {
    DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"))
}
