//! When a part of the platform fails: nothing is given away, nothing is half done, and nobody gets in.
use axum::{body::Body, http::Request};
use http_body_util::BodyExt as _;
use market::http::router::router;
use tower::ServiceExt as _;

use super::routes;
use crate::{
    instance,
    support::{Client, Proof, TestApp, TestOrder},
    sweep::{World, body, path},
};

struct Got {
    status: u16,
    id: String,
    text: String,
}

/// Like a client's `send`, which takes no 500 for an answer.
async fn send(router: &axum::Router, request: Request<Body>) -> Got {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let header = |name: &str| {
        let value = response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or("").to_owned()
    };
    let (status, id) = (response.status().as_u16(), header("x-request-id"));
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a whole answer")
        .to_bytes();
    Got {
        status,
        id,
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn request(client: &Client, method: &str, path: &str, body: &str) -> Request<Body> {
    let method = method.parse().expect("a method");
    let mut request = client.request(method, path, body.to_owned());
    let kind = if path.starts_with("/api/") {
        "application/json"
    } else {
        "application/x-www-form-urlencoded"
    };
    request
        .headers_mut()
        .insert("content-type", kind.parse().expect("a value"));
    request
}

/// A failure says that it is one, its number, and nothing of what failed.
#[track_caller]
fn generic(got: &Got, what: &str) {
    assert!(
        got.id.starts_with("req_") && got.text.contains(&got.id),
        "{what}: {}",
        got.text
    );
    let text = got.text.to_lowercase();
    for word in [
        "sql",
        "outbox",
        "no such",
        "relation",
        "select ",
        "closed",
        "panicked",
        ".rs",
        "connection",
    ] {
        assert!(!text.contains(word), "{what}: {word} in {}", got.text);
    }
}

/// Not about anybody, or for those who look after the machine.
fn needs_no_rights(route: &str) -> bool {
    [
        "/assets/{file}",
        "/sw.js",
        "/api/openapi.json",
        "/manifest.webmanifest",
        "/livez",
        "/readyz",
    ]
    .contains(&route)
}

#[tokio::test]
async fn without_a_database_nobody_gets_in_and_nothing_is_said() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    let before = app.dump().await;
    let db = instance::open(&app).await;
    let twin = instance::on(&app, db.clone());
    let router = router(&twin);
    let ways = [
        Proof::None,
        Proof::Session("session-ana".to_owned()),
        Proof::Session("session-manager".to_owned()),
        Proof::Token("token-rosa".to_owned()),
        Proof::Session("nobody's".to_owned()),
    ];
    // A control: with its database the same door opens.
    let ana = Client::new(router.clone(), "market.test".to_owned(), ways[1].clone());
    assert_eq!(ana.get("/account").await.status, 200);
    db.close().await.expect("closed");
    let mut failed = 0;
    for (nth, proof) in (0..).zip(ways) {
        let known = !matches!(proof, Proof::None);
        let client = Client::new(router.clone(), "market.test".to_owned(), proof);
        let client = client.from(([203, 0, 113, nth], 1).into());
        for (method, route) in routes() {
            let path = path(&app, route, &order);
            let asked = request(&client, method, &path, &body(route, &order));
            let got = send(&router, asked).await;
            let what = format!("{method} {path}: {}", got.status);
            if needs_no_rights(route) {
                continue;
            }
            // Whoever brings a proof waits until it can be looked at; a form that says nothing of anybody may show.
            let fine = match got.status {
                503 => true,
                200 | 303 | 401 | 422 | 429 => !known,
                // Only the demo has it.
                404 => !known && route == "/dev/components",
                _ => false,
            };
            assert!(fine, "{what}: {}", got.text);
            assert!(!got.text.contains("example.org"), "{what}: {}", got.text);
            if got.status == 503 {
                failed += 1;
                generic(&got, &what);
            }
        }
    }
    assert!(
        failed > 300,
        "only {failed} requests met the missing database"
    );
    app.dump()
        .await
        .same_as(&before, "a database that was gone");
    app.finish().await;
}

/// Whoever may do it: what the route would change it changes.
fn insider(route: &str) -> &'static str {
    if route.starts_with("/market/") {
        "manager"
    } else if route.contains("/change") || route.contains("/cancel") || route.ends_with("/lines") {
        "ana"
    } else {
        "rosa"
    }
}

async fn fails_at(table: &str, gone: &'static str, back: &'static str) -> Vec<&'static str> {
    let mut world = World::new().await;
    let mut hit = Vec::new();
    for (method, route) in routes().into_iter().filter(|row| row.0 != "GET") {
        let order: TestOrder = world
            .app
            .order()
            .farms(["rosa", "ben"])
            .by("ana")
            .place()
            .await;
        let client = world.caller(insider(route), &order).await;
        let path = path(&world.app, route, &order);
        let before = world.app.dump().await;
        world.app.sql(gone, &[]).await;
        let asked = request(&client, method, &path, &body(route, &order));
        let got = send(&world.app.router, asked).await;
        world.app.sql(back, &[]).await;
        let what = format!("{method} {path} without {table}: {}", got.status);
        if got.status == 500 {
            hit.push(route);
            generic(&got, &what);
            world.app.dump().await.same_as(&before, &what);
        } else {
            assert_ne!(got.status, 503, "{what}: {}", got.text);
        }
    }
    world.app.finish().await;
    hit
}

/// The fault is real: the last table a transaction writes is taken away under it.
#[tokio::test]
async fn a_change_that_fails_half_way_leaves_nothing_behind() {
    let hit = fails_at(
        "its jobs",
        "ALTER TABLE outbox RENAME TO outbox_gone",
        "ALTER TABLE outbox_gone RENAME TO outbox",
    )
    .await;
    for route in [
        "/login",
        "/signup",
        "/farm/board",
        "/api/orders",
        "/api/orders/{id}/status",
        "/orders/{id}/cancel",
    ] {
        assert!(hit.contains(&route), "{route} was not hit: {hit:?}");
    }
    let hit = fails_at(
        "its history",
        "ALTER TABLE status_events RENAME TO status_events_gone",
        "ALTER TABLE status_events_gone RENAME TO status_events",
    )
    .await;
    for route in [
        "/farm/board",
        "/api/orders",
        "/api/orders/{id}/status",
        "/orders/{id}/cancel",
    ] {
        assert!(hit.contains(&route), "{route} was not hit: {hit:?}");
    }
}

/// Rights that cannot be read are no rights.
#[tokio::test]
async fn rights_that_cannot_be_read_open_nothing() {
    let mut world = World::new().await;
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    let mut callers = Vec::new();
    for name in ["ana", "rosa", "manager", "admin", "write token"] {
        callers.push(world.caller(name, &order).await);
    }
    let before = world.app.dump().await;
    let gone = "ALTER TABLE memberships RENAME TO memberships_gone";
    world.app.sql(gone, &[]).await;
    let mut failed = 0;
    for client in callers {
        for (method, route) in routes().into_iter().filter(|row| !needs_no_rights(row.1)) {
            let path = path(&world.app, route, &order);
            let asked = request(&client, method, &path, &body(route, &order));
            let got = send(&world.app.router, asked).await;
            let what = format!("{method} {path}: {}", got.status);
            // A Bearer opens few doors, and is told so without a look at its rights.
            assert!([500, 401].contains(&got.status), "{what}: {}", got.text);
            if got.status == 500 {
                failed += 1;
                generic(&got, &what);
            }
        }
    }
    assert!(failed > 300, "{failed}");
    let back = "ALTER TABLE memberships_gone RENAME TO memberships";
    world.app.sql(back, &[]).await;
    world
        .app
        .dump()
        .await
        .same_as(&before, "rights that could not be read");
    world.app.finish().await;
}
