//! `Idempotency-Key`: a request sent again gets the first run's answer and has no second effect.
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Client, TestApp};

fn keyed(client: Client, key: &str) -> Client {
    client.with("idempotency-key", key)
}

async fn kept(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM idempotency_keys", &[])
        .await
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = keyed(app.farmer("rosa"), "k1");
    let first = rosa.put_status(&order, "PREPARING").await;
    first.changed(true);
    // Even when the order has gone on meanwhile.
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let again = rosa.put_status(&order, "PREPARING").await;
    again.changed(true);
    assert_eq!(first.body, again.body);
    assert_eq!(app.events().await, 4);
    let undo = keyed(app.farmer("rosa"), "k2");
    let body = json!({ "expected_version": 4 });
    let first = undo.undo(&order, body.clone()).await;
    first.changed(true);
    assert_eq!(undo.undo(&order, body).await.body, first.body);
    assert_eq!(app.events().await, 5);
    app.finish().await;
}

#[tokio::test]
async fn another_request_under_the_same_key_is_422() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let other = app.order().place().await;
    let rosa = keyed(app.farmer("rosa"), "k1");
    rosa.put_status(&order, "PREPARING").await.changed(true);
    let reused = |answer: crate::support::Answer| {
        answer.refused_field("Idempotency-Key", "orders-key-reused");
    };
    reused(rosa.put_status(&order, "READY").await);
    reused(rosa.put_status(&other, "PREPARING").await);
    reused(rosa.put_status(order.part("rosa"), "PREPARING").await);
    reused(rosa.undo(&order, json!({ "expected_version": 3 })).await);
    reused(rosa.put_text(&order, "{ \"status\": \"PREPARING\" }").await);
    assert_eq!(app.events().await, 5);
    app.finish().await;
}

#[tokio::test]
async fn a_key_says_nothing_about_another_callers() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    keyed(app.farmer("rosa"), "k1")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let body = keyed(app.farmer("ben"), "k1")
        .put_status(&order, "READY")
        .await
        .changed(true);
    assert_eq!(body["farm_orders"][0]["farm_id"], "frm_ben");
    keyed(app.customer("ana"), "k1")
        .put_status(&order, "READY")
        .await
        .refused(403, "orders-forbidden");
    let twin = app.twin().order().place().await;
    let there = keyed(app.twin().farmer("rosa"), "k1");
    there.put_status(&twin, "READY").await.changed(true);
    assert_eq!(kept(&app).await, 3);
    app.finish().await;
}

#[tokio::test]
async fn only_what_was_done_is_kept() {
    let app = TestApp::new().await;
    let order = app.order().unweighed("rosa").place().await;
    let rosa = keyed(app.farmer("rosa"), "k1");
    rosa.put_status(&order, "SOLD")
        .await
        .refused_field("status", "orders-unknown-status");
    rosa.put_status(&order, "READY")
        .await
        .refused_field("status", "orders-guard-weighed");
    rosa.put_status(&order, "FULFILLED")
        .await
        .refused(409, "orders-cannot-go");
    rosa.put_status("ord_nowhere", "READY")
        .await
        .refused(404, "market-error-404");
    assert_eq!(kept(&app).await, 0);
    // The same key after the mistake was mended.
    app.sql("UPDATE order_lines SET amount_minor = 1", &[])
        .await;
    rosa.put_status(&order, "READY").await.changed(true);
    assert_eq!(kept(&app).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn a_key_is_one_short_line() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    for bad in ["", "  ", "é", &"x".repeat(201)] {
        let answer = keyed(app.farmer("rosa"), bad)
            .put_status(&order, "READY")
            .await;
        answer.refused_field("Idempotency-Key", "orders-bad-key");
    }
    assert_eq!(app.events().await, 2);
    let long = "x".repeat(200);
    keyed(app.farmer("rosa"), &long)
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_twins_have_one_effect_and_one_answer() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = keyed(app.farmer("rosa"), "k1");
    let path = format!("/api/orders/{}/status", order.id);
    let twins = (0..100).map(|_| {
        let (rosa, path) = (rosa.clone(), path.clone());
        tokio::spawn(async move {
            rosa.json(Method::PUT, &path, "{\"status\":\"READY\"}")
                .await
        })
    });
    let answers: Vec<_> = join_all(twins)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    for answer in &answers {
        answer.changed(true);
        assert_eq!(answer.body, answers[0].body);
    }
    assert_eq!(app.events().await, 3);
    assert_eq!(kept(&app).await, 1);
    app.finish().await;
}
