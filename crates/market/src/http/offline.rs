//! Reading without a connection: the worker that keeps pages, the page that lists them, and what a phone needs to put
//! the market among its apps.
use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::{
    Extension, Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    assets,
    guard::Visitor,
    host::At,
    page::{self, Look},
};
use crate::{
    app::App,
    kernel::hash,
    pages::{Shell, Theme, render},
    words::{Lang, Words},
};

/// The colour of the board over the stall.
const BOARD: &str = "#1a1f16";

/// The line above the worker: its addresses change with what they hold, and the pages' words are in the number behind.
static WORKER: LazyLock<String> = LazyLock::new(|| {
    let pages = Lang::ALL.map(|lang| format!("/offline?lang={}", lang.tag()));
    let shell: Vec<_> = assets::shell().map(str::to_owned).chain(pages).collect();
    let said = [
        include_str!("../pages/shell.html"),
        include_str!("offline.html"),
        include_str!("../../words/en/market.ftl"),
        include_str!("../../words/es/market.ftl"),
    ];
    format!(
        "const SHELL = {}; // {}\n{}",
        json!(shell),
        &hash::sha256(said.concat())[..12],
        include_str!("../../assets/js/sw.js")
    )
});

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sw.js", get(worker))
        .route("/manifest.webmanifest", get(manifest))
        .route("/offline", get(offline))
}

/// Asked for again each time: an old worker would keep an old shop.
async fn worker() -> impl IntoResponse {
    let head = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    (head, WORKER.as_str())
}

async fn manifest(Extension(at): Extension<At>) -> impl IntoResponse {
    let icon = |name: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": assets::url(name), "sizes": sizes, "type": kind, "purpose": purpose });
    let app: Value = json!({
        "id": "/",
        "name": at.market.name,
        "short_name": at.market.name,
        "lang": at.market.lang,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": BOARD,
        "background_color": BOARD,
        "icons": [
            icon("icon.svg", "any", "image/svg+xml", "any"),
            icon("icon-192.png", "192x192", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "any"),
            icon("icon-512.png", "512x512", "image/png", "maskable"),
        ],
    });
    let head = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    (head, Json(app).into_response().into_body())
}

#[derive(Template)]
#[template(path = "http/offline.html")]
struct Page<'a> {
    shell: &'a Shell,
    w: Words,
}

async fn offline(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Response {
    let shell = look.shell(&who, app.now());
    page::html(show(&shell)).into_response()
}

fn show(shell: &Shell) -> String {
    render(&Page {
        shell,
        w: shell.words,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    #[test]
    fn the_page_says_what_to_do_in_every_language() {
        for lang in Lang::ALL {
            let html = show(&sample::shell(lang));
            sample::check(&html);
            assert!(html.contains("id=\"kept\"") && html.contains("href=\"\""));
        }
    }

    #[test]
    fn the_worker_is_short_and_knows_what_every_page_needs() {
        assert!(WORKER.len() < 10_000, "{} bytes", WORKER.len());
        let code = |line: &&str| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with("//") && !line.starts_with(['*', '/'])
        };
        assert!(WORKER.lines().filter(code).count() <= 120);
        for name in ["market.css", "market.js", "icon.svg"] {
            assert!(WORKER.contains(assets::url(name)), "{name}");
        }
        assert!(WORKER.contains("/offline?lang=en") && WORKER.contains("/offline?lang=es"));
    }
}
