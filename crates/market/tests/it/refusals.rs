//! Every refusal of the API: its status, its problem document, and which comes first.
use std::time::Duration;

use axum::{body::Body, http::Method};
use market::{
    accounts::{
        model::Scope,
        store::{self as accounts, NewToken},
    },
    kernel::{hash, ids::TokenId},
    orders::model::Status,
};
use serde_json::json;

use crate::support::{Client, Proof, TestApp, user_id};

async fn token(app: &TestApp, user: &str, scopes: &[Scope], lives: Duration) -> Client {
    let secret = format!("{user} {scopes:?}");
    let now = app.now();
    let token = NewToken {
        id: &TokenId::new(format!("tok_extra_{}", &hash::sha256(&secret)[..8])),
        market: &app.market().id,
        user: &user_id(user, ""),
        farm: None,
        name: "Extra",
        hash: &hash::sha256(&secret),
        scopes,
        now,
        expires_at: now.plus(lives),
    };
    let tx = app.app.db.write().await.unwrap();
    accounts::insert_token(&tx, &token).await.unwrap();
    tx.commit().await.unwrap();
    app.here().client(Proof::Token(secret))
}

#[tokio::test]
async fn who_is_unknown_is_401_for_every_order() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let here = app.here();
    let wrong = [
        app.stranger(),
        here.client(Proof::Token("wrong".to_owned())),
        here.client(Proof::Session("wrong".to_owned())),
        app.stranger().with("authorization", "Basic dXNlcjpwYXNz"),
        app.stranger().with("authorization", "Bearer "),
        app.stranger().with("authorization", "Bearer"),
        // A Bearer is judged alone: a good session beside it does not help.
        app.customer("ana").with("authorization", "Bearer wrong"),
    ];
    for client in wrong {
        for id in [order.id.as_str(), "ord_nowhere"] {
            let put = client.put_status(id, "READY").await;
            put.refused(401, "market-error-401");
            assert_eq!(put.header("www-authenticate"), "Bearer realm=\"market\"");
            client.order(id).await.refused(401, "market-error-401");
            let undo = client.undo(id, json!({ "expected_version": 2 })).await;
            undo.refused(401, "market-error-401");
        }
        client
            .get("/api/orders")
            .await
            .refused(401, "market-error-401");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_token_ends_by_time_by_hand_and_with_its_persons_place() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let short = token(&app, "rosa", &Scope::ALL, Duration::from_mins(5)).await;
    short.put_status(&order, "PREPARING").await.changed(true);
    app.pass(Duration::from_mins(5));
    short
        .put_status(&order, "PREPARING")
        .await
        .refused(401, "market-error-401");
    let tx = app.app.db.write().await.unwrap();
    let id = TokenId::new("tok_rosa_staff");
    assert!(accounts::revoke_token(&tx, &id, app.now()).await.unwrap());
    assert!(!accounts::revoke_token(&tx, &id, app.now()).await.unwrap());
    tx.commit().await.unwrap();
    app.colleague("rosa")
        .put_status(&order, "PREPARING")
        .await
        .refused(401, "market-error-401");
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(false);
    app.sql("DELETE FROM memberships WHERE user_id = 'usr_rosa'", &[])
        .await;
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .refused(404, "market-error-404");
    app.finish().await;
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let long = Duration::from_hours(1);
    let reads = token(&app, "rosa", &[Scope::OrdersRead], long).await;
    reads.order(&order).await.ok();
    reads
        .put_status(&order, "READY")
        .await
        .refused(403, "market-scope");
    let writes = token(&app, "rosa", &[Scope::OrdersWrite], long).await;
    writes.put_status(&order, "READY").await.changed(true);
    writes.order(&order).await.refused(403, "market-scope");
    writes.get("/api/orders").await.refused(403, "market-scope");
    let none = token(&app, "ben", &[], long).await;
    none.put_status(&order, "READY")
        .await
        .refused(403, "market-scope");
    app.finish().await;
}

#[tokio::test]
async fn who_is_no_party_gets_404_whatever_the_request_says() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    // Ben's farm has no part in it, Carl did not order it, and a token is not its person's shopping bag.
    let outsiders = [
        app.farmer("ben"),
        app.customer("carl"),
        app.here().by_token("ana"),
        app.guest(&app.order().farms(["rosa"]).place().await).await,
    ];
    for client in outsiders {
        for id in [order.id.as_str(), order.part("rosa"), "ord_nowhere"] {
            for body in [
                json!({ "status": "READY" }),
                json!({ "status": "SOLD" }),
                json!({ "status": "PREPARING", "expected_version": 99 }),
                json!({ "status": "CANCELLED", "reason": "NONSENSE" }),
                json!({ "status": "READY", "note": "a\u{0}b" }),
            ] {
                let answer = client.put(id, body).await;
                let body = answer.refused(404, "market-error-404");
                assert!(body.get("errors").is_none());
            }
            client.order(id).await.refused(404, "market-error-404");
        }
    }
    assert_eq!(app.events().await, 6);
    app.finish().await;
}

#[tokio::test]
async fn a_malformed_id_is_404() {
    let app = TestApp::new().await;
    let long = "x".repeat(65);
    for id in [
        "%00",
        "a%20b",
        "%C3%A9",
        "%E2%80%AE",
        &long,
        "a%0Ab",
        "..%2f",
    ] {
        for client in [app.farmer("rosa"), app.manager()] {
            client
                .put_status(id, "READY")
                .await
                .refused(404, "market-error-404");
            client.order(id).await.refused(404, "market-error-404");
            let undo = client.undo(id, json!({ "expected_version": 1 })).await;
            undo.refused(404, "market-error-404");
        }
    }
    // Not text at all.
    app.manager()
        .order("%FF")
        .await
        .refused(400, "market-error-400");
    app.manager()
        .get("/api/nothing")
        .await
        .refused(404, "market-error-404");
    app.finish().await;
}

#[tokio::test]
async fn a_party_without_the_right_gets_403() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let guest = app.guest(&order).await;
    for (client, to) in [
        (app.customer("ana"), "READY"),
        (app.customer("ana"), "FULFILLED"),
        (guest, "CONFIRMED"),
        (app.host(), "PREPARING"),
        (app.host(), "CANCELLED"),
        (app.manager(), "CONFIRMED"),
        (app.manager(), "COMPLETED"),
        (app.farmer("rosa"), "MISSED"),
        (app.farmer("rosa"), "COMPLETED"),
        (app.admin(), "PENDING"),
    ] {
        let body = json!({ "status": to, "reason": "OTHER", "expected_version": 99 });
        client
            .put(&order, body)
            .await
            .refused(403, "orders-forbidden");
    }
    app.customer("ana")
        .undo(&order, json!({ "expected_version": 2 }))
        .await
        .refused(403, "orders-forbidden");
    assert_eq!(app.events().await, 2);
    app.finish().await;
}

#[tokio::test]
async fn another_site_may_not_use_a_session() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let ana = app
        .here()
        .client(Proof::None)
        .with("cookie", "s=session-ana");
    let cross = ana.clone().with("sec-fetch-site", "cross-site");
    let body = cross.cancel(&order, "OTHER").await;
    body.refused(403, "market-error-403-site");
    let foreign = ana.clone().with("origin", "https://evil.example");
    foreign
        .cancel(&order, "OTHER")
        .await
        .refused(403, "market-error-403-site");
    let own = ana.with("origin", "http://market.test");
    own.cancel(&order, "OTHER").await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn the_checks_come_in_the_promised_order() {
    let app = TestApp::new().await;
    let order = app.order().unweighed("rosa").place().await;
    let rosa = app.farmer("rosa");
    // 422 unknown status before everything that depends on where the order stands.
    rosa.put(&order, json!({ "status": "SOLD", "expected_version": 99 }))
        .await
        .refused_field("status", "orders-unknown-status");
    // Already there before 412.
    rosa.put(
        &order,
        json!({ "status": "CONFIRMED", "expected_version": 99 }),
    )
    .await
    .changed(false);
    // 412 before 409 and before 422.
    let stale = |status: &str| json!({ "status": status, "expected_version": 99 });
    for to in ["FULFILLED", "READY"] {
        let body = rosa
            .put(&order, stale(to))
            .await
            .refused(412, "market-error-412");
        assert_eq!(body["version"], 2);
    }
    // 409 before the guards of a step that is not there.
    rosa.put_status(&order, "FULFILLED")
        .await
        .refused(409, "orders-cannot-go");
    rosa.put_status(&order, "READY")
        .await
        .refused_field("status", "orders-guard-weighed");
    // 403 before 412 and 422.
    app.customer("ana")
        .put(&order, stale("READY"))
        .await
        .refused(403, "orders-forbidden");
    app.customer("ana")
        .put(&order, json!({ "status": "READY", "note": "\u{0}" }))
        .await
        .refused(403, "orders-forbidden");
    assert_eq!(app.events().await, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_400() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    for text in [
        "",
        "{",
        "{\"status\":\"READY\"",
        "nonsense",
        "{\"status\":\"READY\"} more",
    ] {
        rosa.put_text(&order, text)
            .await
            .refused(400, "market-bad-json");
    }
    let path = format!("/api/orders/{}/status", order.id);
    let latin = rosa
        .json(Method::PUT, &path, b"{\"status\":\"\xff\"}".to_vec())
        .await;
    latin.refused(400, "market-bad-text");
    assert_eq!(app.events().await, 2);
    app.finish().await;
}

#[tokio::test]
async fn wrong_fields_are_422_and_named() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    for text in ["[]", "null"] {
        let answer = rosa.put_text(&order, text).await;
        answer.refused_field("body", "market-bad-field");
    }
    for (text, field, code) in [
        ("{}", "status", "market-missing-field"),
        (r#"{"status":null}"#, "status", "market-wrong-kind"),
        (r#"{"status":7}"#, "status", "market-wrong-kind"),
        (
            r#"{"status":"READY","colour":"red"}"#,
            "colour",
            "market-unknown-field",
        ),
        (
            "{\"status\":\"READY\",\n \"expected_version\" : \"2\"}",
            "expected_version",
            "market-wrong-kind",
        ),
        (
            r#"{"status":"READY","expected_version":2.5}"#,
            "expected_version",
            "market-wrong-kind",
        ),
        (
            r#"{"status":"READY","expected_version":99999999999999999999}"#,
            "expected_version",
            "market-wrong-kind",
        ),
        (
            r#"{"status":"READY","status":"READY"}"#,
            "status",
            "market-twice-field",
        ),
    ] {
        let answer = rosa.put_text(&order, text).await;
        let detail = answer.refused_field(field, code)["detail"].clone();
        assert!(detail.as_str().unwrap().contains(field), "{detail}");
    }
    let because = |reason: &str| json!({ "status": "CANCELLED", "reason": reason });
    let ready = |field: &str, text: &str| json!({ "status": "READY", field: text });
    let long = "x".repeat(501);
    for (body, field, code) in [
        (ready("status", "ready"), "status", "orders-unknown-status"),
        (
            ready("status", "READY\n"),
            "status",
            "orders-unknown-status",
        ),
        (because("BORED"), "reason", "orders-unknown-reason"),
        (ready("ending", "EATEN"), "ending", "orders-unknown-ending"),
        (ready("note", "\u{0}"), "note", "orders-bad-note"),
        (ready("note", "a\u{202e}b"), "note", "orders-bad-note"),
        (ready("note", "a\u{2066}b"), "note", "orders-bad-note"),
        (ready("note", &long), "note", "orders-bad-note"),
        (
            ready("without_code", "\u{0}"),
            "without_code",
            "orders-bad-note",
        ),
    ] {
        let answer = rosa.put(&order, body).await;
        answer.refused_field(field, code);
    }
    let two = json!({ "status": "SOLD", "reason": "BORED" });
    let body = rosa
        .put(&order, two)
        .await
        .refused_field("status", "orders-unknown-status");
    assert_eq!(body["errors"][1]["field"], "reason");
    let undo = rosa.undo(&order, json!({ "status": "READY" })).await;
    undo.refused_field("status", "market-unknown-field");
    assert_eq!(app.events().await, 2);
    app.finish().await;
}

#[tokio::test]
async fn what_the_http_layer_refuses_is_a_problem_document_too() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    let path = format!("/api/orders/{}/status", order.id);
    let post = rosa.json(Method::POST, &path, "{}").await;
    post.refused(405, "market-error-405");
    assert_eq!(post.header("allow"), "PUT");
    let delete = rosa
        .json(Method::DELETE, &format!("/api/orders/{}", order.id), "")
        .await;
    delete.refused(405, "market-error-405");
    assert!(delete.header("allow").contains("GET"), "{delete:?}");
    let large = format!("{{\"status\":\"{}\"}}", "x".repeat(300_000));
    let length = large.len().to_string();
    rosa.put_text(&order, &large)
        .await
        .refused(413, "market-error-413");
    let told = rosa.clone().with("content-length", &length);
    told.put_text(&order, &large)
        .await
        .refused(413, "market-error-413");
    let body = json!({ "status": "READY" }).to_string();
    let bare = rosa
        .send(rosa.request(Method::PUT, &path, body.clone()))
        .await;
    bare.refused(415, "market-error-415");
    let xml = rosa.clone().with("content-type", "text/xml");
    let xml = xml
        .send(xml.request(Method::PUT, &path, body.clone()))
        .await;
    xml.refused(415, "market-error-415");
    let utf8 = rosa
        .clone()
        .with("content-type", "Application/JSON; charset=utf-8");
    utf8.send(utf8.request(Method::PUT, &path, body))
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn exactly_one_known_host() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    for host in [
        "evil.example",
        "market.test.evil.example",
        "x.market.test",
        "",
    ] {
        let answer = rosa.clone().at_host(host).get("/api/orders").await;
        assert_eq!(answer.status, 421, "{host}");
    }
    let two = rosa.clone().with("host", "market.test");
    assert_eq!(two.get("/api/orders").await.status, 400);
    let absolute = rosa.request(Method::GET, "http://other.test/api/orders", Body::empty());
    assert_eq!(rosa.send(absolute).await.status, 400);
    // Names know no case.
    rosa.at_host("MARKET.test").get("/api/orders").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_problem_speaks_the_callers_language() {
    let app = TestApp::new().await;
    let spanish = app
        .farmer("rosa")
        .with("accept-language", "es-ES,es;q=0.9,en;q=0.5");
    let english = app.farmer("rosa").order("ord_nowhere").await.value();
    let answer = spanish
        .order("ord_nowhere")
        .await
        .refused(404, "market-error-404");
    assert_ne!(answer["detail"], english["detail"]);
    app.finish().await;
}
