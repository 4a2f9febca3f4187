//! What another site can make a browser send changes nothing; what a program sends with a Bearer is not hindered.
use axum::http::Method;

use crate::{
    support::{Client, TestApp},
    sweep::{DECLARED, body, path, send},
};

/// Headers of a browser that another page sent here.
const FOREIGN: [&[(&str, &str)]; 7] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://market.test"),
    ],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    // Another market of the same house, and another port of the same machine.
    &[("origin", "http://harbour.market.test")],
    &[("origin", "http://market.test:8081")],
];

/// Headers of our own pages, and of programs, which send none.
const OWN: [&[(&str, &str)]; 5] = [
    &[("sec-fetch-site", "same-origin")],
    &[("sec-fetch-site", "none")],
    &[
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://market.test"),
    ],
    // A phone in the LAN: plain http sends no Sec-Fetch-Site.
    &[("origin", "http://market.test")],
    &[],
];

fn with(mut client: Client, headers: &[(&'static str, &str)]) -> Client {
    for (name, value) in headers {
        client = client.with(name, value);
    }
    client
}

/// Of somebody who may do what the route does.
fn session(route: &str) -> &'static str {
    if route.starts_with("/market/") {
        "s=session-manager"
    } else if route.starts_with("/orders/") || route.ends_with("/lines") {
        "s=session-ana"
    } else {
        "s=session-rosa"
    }
}

fn changing() -> impl Iterator<Item = (&'static str, &'static str)> {
    DECLARED
        .iter()
        .filter(|row| row.0 != "GET")
        .map(|row| (row.0, row.1))
}

#[tokio::test]
async fn other_sites_change_nothing() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    assert!(changing().count() >= 7);
    for (method, route) in changing() {
        for headers in FOREIGN {
            let before = app.dump().await;
            let client = with(app.stranger().with("cookie", session(route)), headers);
            let answer = send(
                &client,
                method,
                &path(&app, route, &order),
                &body(route, &order),
            )
            .await;
            assert_eq!(answer.status, 403, "{headers:?}: {answer:?}");
            assert!(!answer.headers.contains_key("set-cookie"));
            app.dump()
                .await
                .same_as(&before, &format!("{headers:?}: {answer:?}"));
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn our_own_pages_and_programs_pass() {
    let app = TestApp::new().await;
    for (nth, headers) in (0..).zip(OWN) {
        for (method, route) in changing().filter(|route| route.1 != "/logout") {
            let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
            let client = with(app.stranger().with("cookie", session(route)), headers);
            let client = client.from(([198, 51, 100, nth], 1).into());
            let answer = send(
                &client,
                method,
                &path(&app, route, &order),
                &body(route, &order),
            )
            .await;
            assert_ne!(answer.status, 403, "{headers:?}: {answer:?}");
            if route == "/farm/board" {
                assert_eq!(answer.status, 303, "{answer:?}");
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn reading_is_safe_and_so_not_hindered() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let token = app.app.order_token(&order.id, 1);
    // A link in a web mail is a cross-site navigation.
    let client = app.stranger().with("sec-fetch-site", "cross-site");
    assert_eq!(client.get(&format!("/t/{token}")).await.status, 303);
    assert_eq!(client.get("/").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_bearer_is_judged_by_itself() {
    let app = TestApp::new().await;
    for headers in FOREIGN {
        let order = app.order().place().await;
        let farmer = with(app.farmer("rosa"), headers);
        let answer = farmer.put_status(&order, "PREPARING").await;
        answer.changed(true);
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    // The cookie beside a Bearer, with which a foreign page could borrow somebody's rights, is not looked at.
    let order = app.order().place().await;
    let borrowed = app
        .stranger()
        .with("authorization", "Bearer wrong")
        .with("cookie", "s=session-rosa")
        .with("origin", "https://evil.example");
    borrowed
        .put_status(&order, "PREPARING")
        .await
        .refused(401, "market-error-401");
    let step = body("/farm/board", &order);
    assert_eq!(borrowed.post_form("/farm/board", &step).await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn a_form_of_another_site_cannot_pretend_to_be_json() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    // An old browser without both headers, and a form with enctype text/plain.
    let rosa = app.stranger().with("cookie", "s=session-rosa");
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ] {
        for (method, path) in [(Method::PUT, "status"), (Method::POST, "undo")] {
            let text = "{\"status\":\"PREPARING\"}";
            let mut request =
                rosa.request(method, &format!("/api/orders/{}/{path}", order.id), text);
            request
                .headers_mut()
                .insert("content-type", kind.parse().unwrap());
            rosa.send(request).await.refused(415, "market-error-415");
        }
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM outbox", &[]).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn no_preflight_is_ever_granted() {
    let app = TestApp::new().await;
    let client = app
        .stranger()
        .with("origin", "https://evil.example")
        .with("access-control-request-method", "PUT")
        .with("access-control-request-headers", "authorization");
    for path in ["/api/orders", "/api/orders/x/status", "/login", "/"] {
        let answer = client.send(client.request(Method::OPTIONS, path, "")).await;
        assert_eq!(answer.status, 405, "{answer:?}");
        for name in answer.headers.keys() {
            assert!(!name.as_str().starts_with("access-control-"), "{answer:?}");
        }
    }
    app.finish().await;
}
