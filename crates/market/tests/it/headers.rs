//! What every answer carries, and how a refusal looks.
use std::{collections::BTreeSet, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode},
    middleware::from_fn_with_state,
    routing::get,
};
use http_body_util::BodyExt as _;
use market::http::{assets, problem, request, router::router};
use tower::ServiceExt as _;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{
    instance,
    support::{Answer, Client, Proof, TestApp},
};

pub const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                   font-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[track_caller]
pub fn protected(answer: &Answer, https: bool) {
    // What is saved as a file may do nothing at all.
    let file = answer.header("content-type").starts_with("text/csv");
    let policy = if file {
        "default-src 'none'; sandbox"
    } else {
        CSP
    };
    protected_by(policy, answer, https);
}

#[track_caller]
pub fn protected_by(policy: &str, answer: &Answer, https: bool) {
    for (name, value) in [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {answer:?}");
    }
    let hsts = if https {
        "max-age=63072000; includeSubDomains"
    } else {
        ""
    };
    assert_eq!(
        answer.header("strict-transport-security"),
        hsts,
        "{answer:?}"
    );
    assert!(
        ["same-origin", "no-referrer"].contains(&answer.header("referrer-policy")),
        "{answer:?}"
    );
    let cache = answer.header("cache-control");
    let public = cache.contains("public");
    assert!(
        !public || !answer.headers.contains_key("set-cookie"),
        "{answer:?}"
    );
    assert!(
        public || cache == "no-store" || cache == "private, no-cache",
        "{answer:?}"
    );
    assert!(
        answer.header("x-request-id").starts_with("req_"),
        "{answer:?}"
    );
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    assert!(!answer.headers.contains_key("server"));
}

/// One answer of every status that the product gives.
async fn all_kinds(app: &TestApp) -> Vec<Answer> {
    let order = app.order().place().await;
    let (nobody, ana) = (app.stranger(), app.customer("ana"));
    let etag = nobody
        .get(assets::url("market.css"))
        .await
        .header("etag")
        .to_owned();
    let mut all = vec![
        nobody.get("/").await,
        nobody.get("/?lang=es&theme=dark").await,
        nobody.get(assets::url("market.js")).await,
        nobody
            .clone()
            .with("if-none-match", &etag)
            .get(assets::url("market.css"))
            .await,
        nobody.get("/assets/none.css").await,
        nobody.get("/livez").await,
        nobody.get("/readyz").await,
        nobody
            .get(&format!("/t/{}", app.app.order_token(&order.id, 1)))
            .await,
        nobody.get("/farm/board").await,
        nobody.get("/api/orders").await,
        ana.get("/farm/board").await,
        ana.order(&order).await,
        ana.get("/nowhere").await,
        ana.put_text(&order, "{").await,
        ana.put_text(&order, "{}").await,
        ana.put_text(&order, &"x".repeat(262_145)).await,
        ana.put_status(&order, "PREPARING").await,
        ana.send(ana.request(Method::POST, "/login", "email=x"))
            .await,
        ana.send(ana.request(Method::DELETE, "/login", "")).await,
        nobody
            .clone()
            .with("sec-fetch-site", "cross-site")
            .post_form("/login", "email=x")
            .await,
        nobody.clone().at_host("evil.example").get("/").await,
        nobody.clone().with("host", "second").get("/").await,
        app.farmer("rosa")
            .put_status(&order, "OUT_FOR_DELIVERY")
            .await,
        app.farmer("rosa")
            .put(
                &order,
                serde_json::json!({ "status": "READY", "expected_version": 1 }),
            )
            .await,
    ];
    for _ in 0..11 {
        all.push(
            nobody
                .post_form("/track", "code=FM-999999&email=a@example.org")
                .await,
        );
    }
    all
}

#[tokio::test]
async fn every_answer_is_protected_whatever_its_status() {
    let app = TestApp::new().await;
    let mut seen = BTreeSet::new();
    for answer in all_kinds(&app).await {
        protected(&answer, false);
        seen.insert(answer.status);
    }
    let expected = [
        200, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 421, 422, 429,
    ];
    assert_eq!(seen, BTreeSet::from(expected));
    app.finish().await;
}

#[tokio::test]
async fn behind_https_browsers_are_told_to_stay_there() {
    let app = TestApp::with(|config| config.http.base_url = "https://market.test".to_owned()).await;
    let client = app.stranger();
    for path in [
        "/",
        "/nowhere",
        "/api/orders",
        "/livez",
        "/assets/x",
        assets::url("market.css"),
    ] {
        protected(&client.get(path).await, true);
    }
    protected(&client.clone().at_host("evil.example").get("/").await, true);
    app.finish().await;
}

#[tokio::test]
async fn every_request_has_an_id_of_our_own() {
    let app = TestApp::new().await;
    let client = app.stranger().with("x-request-id", "req_forged");
    let mut seen = BTreeSet::new();
    for path in ["/", "/", "/api/orders", "/livez"] {
        seen.insert(client.get(path).await.header("x-request-id").to_owned());
    }
    assert_eq!(seen.len(), 4);
    assert!(!seen.contains("req_forged"));
    let page = client.get("/nowhere").await;
    assert!(
        page.text().contains(page.header("x-request-id")),
        "{page:?}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let ana = app.customer("ana");
    let track = format!("/orders/{}/track", order.id);
    for path in [
        "/",
        "/login",
        &track,
        "/api/orders",
        assets::url("market.css"),
    ] {
        let got = ana.get(path).await;
        let head = ana.send(ana.request(Method::HEAD, path, "")).await;
        assert_eq!((head.status, head.body.len()), (got.status, 0), "{path}");
        for (name, value) in got
            .headers
            .iter()
            .filter(|(name, _)| *name != "x-request-id")
        {
            assert_eq!(head.headers.get(name), Some(value), "{name} of {path}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_body_may_hold_256_kb() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    let body = |size: usize| {
        format!(
            "{{\"status\":\"PREPARING\",\"note\":\"{}\"}}",
            "x".repeat(size - 32)
        )
    };
    let at_most = rosa.put_text(&order, &body(256 * 1024)).await;
    at_most.refused_field("note", "orders-bad-note");
    rosa.put_text(&order, &body(256 * 1024 + 1))
        .await
        .refused(413, "market-error-413");
    // One that does not say how long it is.
    let path = format!("/api/orders/{}/status", order.id);
    for pieces in [4, 5] {
        let piece = || Ok::<_, std::io::Error>(" ".repeat(64 * 1024));
        let stream = futures_util::stream::iter((0..pieces).map(move |_| piece()));
        let answer = rosa
            .json(Method::PUT, &path, Body::from_stream(stream))
            .await;
        assert_eq!(
            answer.status,
            if pieces == 4 { 400 } else { 413 },
            "{answer:?}"
        );
    }
    let form = app
        .stranger()
        .post_form("/login", &"x".repeat(256 * 1024 + 1))
        .await;
    assert_eq!(form.status, 413);
    app.finish().await;
}

#[tokio::test]
async fn programs_get_a_problem_document_and_people_a_page() {
    let app = TestApp::new().await;
    let ask = |path: &'static str, accept: &'static str| {
        let client = app.stranger().with("accept", accept);
        async move { client.get(path).await }
    };
    for accept in ["text/html", "*/*", "", "text/html,application/json;q=0.9"] {
        let page = ask("/nowhere", accept).await;
        assert_eq!(page.status, 404);
        assert_eq!(
            page.header("content-type"),
            "text/html; charset=utf-8",
            "{accept}"
        );
        assert!(page.text().contains("<h1"), "{page:?}");
        ask("/api/nowhere", accept)
            .await
            .refused(404, "market-error-404");
        let board = ask("/farm/board", accept).await;
        assert_eq!(
            (board.status, board.header("www-authenticate")),
            (401, "Bearer realm=\"market\"")
        );
        assert!(
            board.text().contains("href=\"/login"),
            "no way to sign in: {board:?}"
        );
    }
    for accept in ["application/json", "application/problem+json"] {
        ask("/nowhere", accept)
            .await
            .refused(404, "market-error-404");
        ask("/farm/board", accept)
            .await
            .refused(401, "market-error-401");
    }
    // Refusals from below the handlers look the same.
    let client = app.stranger().with("accept", "application/json");
    let refused = client.clone().at_host("evil.example").get("/").await;
    refused.refused(421, "market-error-421");
    client
        .clone()
        .with("host", "b")
        .get("/")
        .await
        .refused(400, "market-one-host");
    let deleted = client
        .send(client.request(Method::DELETE, "/track", ""))
        .await;
    deleted.refused(405, "market-error-405");
    let foreign = client.clone().with("sec-fetch-site", "cross-site");
    foreign
        .post_form("/track", "")
        .await
        .refused(403, "market-error-403-site");
    let plain = client
        .send(client.request(Method::POST, "/track", "a=b"))
        .await;
    plain.refused(415, "market-error-415-form");
    client
        .post_form("/track", "a=b")
        .await
        .refused_field("body", "market-bad-form");
    let bad = client.get("/farm/board/events").await;
    bad.refused(401, "market-error-401");
    // In the language of who asked.
    let spanish = app
        .stranger()
        .with("accept-language", "es")
        .get("/api/orders")
        .await
        .value();
    let english = app.stranger().get("/api/orders").await.value();
    assert_ne!(spanish["detail"], english["detail"]);
    app.finish().await;
}

#[tokio::test]
async fn pages_are_compressed_and_streams_are_not() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.stop();
    let ana = app.customer("ana").with("accept-encoding", "gzip, br");
    let page = ana.get(&format!("/orders/{}/track", order.id)).await;
    assert_eq!(
        (page.header("content-encoding"), page.header("vary")),
        ("gzip", "accept-encoding")
    );
    assert_eq!(page.body[..2], [0x1f, 0x8b]);
    let stream = ana.get(&format!("/orders/{}/events", order.id)).await;
    assert_eq!(
        (stream.status, stream.header("content-encoding")),
        (200, "")
    );
    assert!(stream.text().starts_with("retry: 2000\n\n"));
    let asset = ana.get(assets::url("market.css")).await;
    assert_eq!(asset.header("content-encoding"), "br");
    app.finish().await;
}

#[tokio::test]
async fn language_and_colours_are_remembered_when_they_were_chosen() {
    let app = TestApp::new().await;
    let client = app.stranger();
    let chosen = client.get("/?lang=es&theme=dark").await;
    let cookies: Vec<_> = chosen.headers.get_all("set-cookie").iter().collect();
    let year = "Path=/; SameSite=Lax; Max-Age=31536000";
    assert_eq!(
        cookies,
        [&format!("lang=es; {year}"), &format!("theme=dark; {year}")]
    );
    assert!(chosen.text().contains("lang=\"es\""));
    let later = client
        .clone()
        .with("cookie", "lang=es; theme=dark")
        .get("/")
        .await;
    assert!(later.text().contains("lang=\"es\"") && !later.headers.contains_key("set-cookie"));
    for other in ["/", "/?lang=xx&theme=neon", "/?lang=es%0d%0aset-cookie:x"] {
        let page = client.get(other).await;
        assert!(page.text().contains("lang=\"en\""), "{page:?}");
        assert!(!page.headers.contains_key("set-cookie"), "{page:?}");
    }
    app.finish().await;
}

/// The same product with a database that does not answer any more.
async fn without_database(app: &TestApp) -> Client {
    let db = instance::open(app).await;
    db.clone().close().await.unwrap();
    let ana = Proof::Session("session-ana".to_owned());
    let router = router(&instance::on(app, db));
    Client::new(router, "market.test".to_owned(), ana)
}

#[tokio::test]
async fn a_database_that_is_gone_is_a_try_later_and_nothing_else() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let client = without_database(&app).await;
    let page = client.get(&format!("/orders/{}/track", order.id)).await;
    assert_eq!((page.status, page.header("retry-after")), (503, "5"));
    protected(&page, false);
    let text = page.text().to_lowercase();
    assert!(
        !text.contains("sql") && !text.contains("connection"),
        "{text}"
    );
    client.order(&order).await.refused(503, "market-error-503");
    client
        .put_status(&order, "PREPARING")
        .await
        .refused(503, "market-error-503");
    let ready = client.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.text().starts_with("not ready")),
        (503, true)
    );
    assert_eq!(client.get("/livez").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_handler_that_is_too_slow_or_panics_says_no_more_than_an_id() {
    async fn secret() -> &'static str {
        assert!(std::hint::black_box(false), "a secret of the database");
        ""
    }
    let app = TestApp::new().await;
    let slow =
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(25));
    let router = Router::new()
        .route("/slow", get(std::future::pending::<()>))
        .route("/panic", get(secret))
        .layer(CatchPanicLayer::new())
        .layer(slow)
        .layer(from_fn_with_state(app.app.clone(), problem::layer))
        .layer(from_fn_with_state(app.app.clone(), request::layer));
    let client = Client::new(router.clone(), "market.test".to_owned(), Proof::None);
    tokio::time::pause();
    let late = client.get("/slow").await;
    tokio::time::resume();
    assert_eq!((late.status, late.header("retry-after")), (503, "5"));
    assert!(late.text().contains("<h1"), "{late:?}");
    let fallen = router
        .oneshot(client.request(Method::GET, "/panic", ""))
        .await
        .unwrap();
    assert_eq!(fallen.status(), 500);
    let id = fallen.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = fallen.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains(&id) && !text.contains("secret"), "{text}");
    app.finish().await;
}

#[tokio::test]
async fn pages_that_may_be_found_say_what_they_are_about_and_no_other_page_may_be() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let about = |page: &str| {
        let (_, after) = page.split_once(r#"<meta name="description" content=""#)?;
        Some(after.split_once('"')?.0.to_owned())
    };
    for (path, says) in [
        ("/", "Order by"),
        ("/shop?category=root", "Order by"),
        ("/farms", "rosa farm"),
        ("/farms/rosa", "rosa farm"),
        ("/p/carrots-rosa", "Carrots, £"),
    ] {
        let page = stranger.get(path).await.text();
        let about = about(&page).unwrap_or_else(|| panic!("{path} says nothing:\n{page}"));
        assert!(about.contains(says), "{path}: {about}");
        assert!(!page.contains("noindex"), "{path}");
    }
    for path in ["/shop?q=eggs", "/cart", "/login", "/track", "/nothing-here"] {
        let page = stranger.get(path).await.text();
        assert!(
            page.contains(r#"name="robots" content="noindex""#),
            "{path}"
        );
        assert_eq!(about(&page), None, "{path}");
    }
    let shop = stranger.get("/shop").await.text();
    assert!(
        shop.contains(r#"<link rel="canonical" href="http://market.test/">"#),
        "{shop}"
    );
    app.finish().await;
}
