//! `PUT /api/orders/{id}/status`: what moves, what is written, what is answered.
use market::orders::model::Status;
use serde_json::{Value, json};

use crate::support::{TestApp, TestOrder};

#[tokio::test]
async fn a_farmer_moves_its_part_and_the_history_says_so() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Confirmed).place().await;
    let body = app
        .farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    assert_eq!(body["id"], order.id);
    assert_eq!(body["status"], "PREPARING");
    assert_eq!(body["version"], 3);
    let part = &body["farm_orders"][0];
    assert_eq!(part["id"], order.part("rosa"));
    assert_eq!(part["status"], "PREPARING");
    assert_eq!(part["version"], 3);
    assert_eq!(part["since"], "2026-11-26T10:00:00Z");
    assert_eq!(
        body["results"],
        json!([{ "farm_order_id": order.part("rosa"), "result": "changed" }])
    );
    let after = app.farmer("rosa").order(&order).await.ok();
    let history = after["history"].as_array().unwrap();
    let last = history.last().unwrap();
    assert_eq!(history.len(), 3);
    for (field, expected) in [
        ("seq", json!(3)),
        ("from", json!("CONFIRMED")),
        ("to", json!("PREPARING")),
        ("role", json!("FARM_OWNER")),
        ("by", json!("rosa Example")),
        ("at", json!("2026-11-26T10:00:00Z")),
        ("version", json!(3)),
        ("reason", Value::Null),
        ("note", Value::Null),
    ] {
        assert_eq!(last[field], expected, "{field}");
    }
    assert_eq!(app.run_jobs().await, 1);
    app.finish().await;
}

#[tokio::test]
async fn the_same_status_again_writes_nothing() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    rosa.put_status(&order, "READY").await.changed(true);
    let before = rosa.order(&order).await.ok();
    let jobs = "SELECT COUNT(*) FROM outbox";
    assert_eq!(app.count(jobs, &[]).await, 1);
    // Also with a version that is no longer the order's: a retry of a request whose answer was lost.
    for again in [
        json!({ "status": "READY" }),
        json!({ "status": "READY", "expected_version": 2 }),
        json!({ "status": "READY", "note": "again" }),
    ] {
        let body = rosa.put(&order, again).await.changed(false);
        assert_eq!(body["version"], 3);
        assert_eq!(body["results"][0]["result"], "already");
    }
    assert_eq!(rosa.order(&order).await.ok(), before);
    assert_eq!(app.count(jobs, &[]).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn an_expected_version_is_that_of_what_the_url_names() {
    let app = TestApp::new().await;
    // Two events each: the parts are at version 2, the order at 4.
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let rosa = app.farmer("rosa");
    let at = |version: i64| json!({ "status": "PREPARING", "expected_version": version });
    let body = rosa
        .put(&order, at(2))
        .await
        .refused(412, "market-error-412");
    assert_eq!(body["version"], 4);
    let body = rosa
        .put(order.part("rosa"), at(4))
        .await
        .refused(412, "market-error-412");
    assert_eq!(body["version"], 2);
    assert_eq!(app.events().await, 4);
    rosa.put(order.part("rosa"), at(2)).await.changed(true);
    let body = app.farmer("ben").put(&order, at(5)).await.changed(true);
    assert_eq!(body["version"], 6);
    assert_eq!(body["farm_orders"][0]["version"], 3);
    app.finish().await;
}

#[tokio::test]
async fn a_farmer_moves_and_sees_only_its_own_part() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben", "cleo"]).place().await;
    let body = app
        .farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    assert_eq!(body["status"], "CONFIRMED", "the parent shows the lowest");
    assert_eq!(only_farm(&body["farm_orders"], "farm_id"), "frm_rosa");
    let read = app.farmer("rosa").order(&order).await.ok();
    assert_eq!(only_farm(&read["farm_orders"], "farm_id"), "frm_rosa");
    let mine = order.part("rosa");
    assert_eq!(only_farm(&read["lines"], "farm_order_id"), mine);
    assert_eq!(only_farm(&read["history"], "farm_order_id"), mine);
    assert_eq!(read["fees"], json!([]), "between customer and market");
    for farm in ["ben", "cleo"] {
        let sees = app.farmer(farm).order(&order).await;
        assert_eq!(sees.ok()["farm_orders"][0]["status"], "CONFIRMED");
        let text = app.farmer("rosa").order(&order).await.text();
        assert!(!text.contains(&format!("frm_{farm}")), "{text}");
    }
    app.finish().await;
}

/// The one value that `field` has in every row.
fn only_farm(rows: &Value, field: &str) -> String {
    let rows = rows.as_array().expect("rows");
    let mut values: Vec<&str> = rows
        .iter()
        .map(|row| row[field].as_str().unwrap())
        .collect();
    values.dedup();
    assert_eq!(values.len(), 1, "{values:?}");
    values[0].to_owned()
}

#[tokio::test]
async fn another_farms_part_is_not_there() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let rosa = app.farmer("rosa");
    for farm in ["frm_ben", "frm_cleo", "frm_rosa_two", "frm_nobody", ""] {
        let body = json!({ "status": "READY", "farm_id": farm });
        rosa.put(&order, body)
            .await
            .refused(404, "market-error-404");
    }
    rosa.put_status(order.part("ben"), "READY")
        .await
        .refused(404, "market-error-404");
    rosa.undo(order.part("ben"), json!({ "expected_version": 2 }))
        .await
        .refused(404, "market-error-404");
    // Its own part by another farm's name is a contradiction, not a part.
    let body = json!({ "status": "READY", "farm_id": "frm_ben" });
    rosa.put(order.part("rosa"), body)
        .await
        .refused(404, "market-error-404");
    assert_eq!(app.events().await, 4);
    app.finish().await;
}

#[tokio::test]
async fn a_part_can_be_named_by_its_farm() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let body = json!({ "status": "READY", "farm_id": "frm_ben", "expected_version": 4 });
    let body = app.manager().put(&order, body).await.changed(true);
    assert_eq!(statuses(&body), [("ben", "READY"), ("rosa", "CONFIRMED")]);
    assert_eq!(body["results"].as_array().unwrap().len(), 1);
    let body = json!({ "status": "READY", "farm_id": "frm_rosa" });
    app.farmer("rosa").put(&order, body).await.changed(true);
    app.finish().await;
}

fn statuses(body: &Value) -> Vec<(&str, &str)> {
    let parts = body["farm_orders"].as_array().unwrap();
    let mut parts: Vec<(&str, &str)> = parts
        .iter()
        .map(|part| {
            let farm = part["farm_id"].as_str().unwrap();
            (&farm["frm_".len()..], part["status"].as_str().unwrap())
        })
        .collect();
    parts.sort_unstable();
    parts
}

fn results(body: &Value, order: &TestOrder) -> Vec<(String, Value)> {
    let results = body["results"].as_array().unwrap();
    let mut results: Vec<(String, Value)> = results
        .iter()
        .map(|result| {
            let part = order.parts.iter().find(|p| result["farm_order_id"] == p.1);
            (part.unwrap().0.clone(), result["result"].clone())
        })
        .collect();
    results.sort_by(|a, b| a.0.cmp(&b.0));
    results
}

#[tokio::test]
async fn a_manager_moves_every_part_that_may_go() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .with("rosa", Status::Confirmed)
        .with("ben", Status::Preparing)
        .with("cleo", Status::Fulfilled)
        .place()
        .await;
    let before = app.manager().order(&order).await.ok()["version"].as_i64();
    let body = app
        .manager()
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    assert_eq!(body["version"].as_i64(), before.map(|version| version + 1));
    assert_eq!(
        results(&body, &order),
        [
            ("ben".to_owned(), json!("already")),
            ("cleo".to_owned(), json!("refused")),
            ("rosa".to_owned(), json!("changed")),
        ]
    );
    let refused = body["results"].as_array().unwrap();
    let refused = refused.iter().find(|r| r["result"] == "refused").unwrap();
    assert_eq!(refused["code"], "orders-cannot-go");
    // One transaction for two parts: the order's version rises by one.
    let body = app
        .manager()
        .put_status(&order, "READY")
        .await
        .changed(true);
    assert_eq!(body["version"].as_i64(), before.map(|version| version + 2));
    assert_eq!(
        statuses(&body),
        [("ben", "READY"), ("cleo", "FULFILLED"), ("rosa", "READY")]
    );
    assert_eq!(body["status"], "READY");
    assert_eq!(
        body["progress"],
        json!({ "farms": 3, "ready": 3, "collected": 1 })
    );
    app.finish().await;
}

#[tokio::test]
async fn a_part_that_is_there_makes_the_whole_a_success() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .with("rosa", Status::Ready)
        .with("ben", Status::Fulfilled)
        .place()
        .await;
    // Nothing to change: also with an old version, as when the first answer was lost.
    for body in [
        json!({ "status": "READY" }),
        json!({ "status": "READY", "expected_version": 1 }),
    ] {
        let body = app.manager().put(&order, body).await.changed(false);
        assert_eq!(
            results(&body, &order),
            [
                ("ben".to_owned(), json!("refused")),
                ("rosa".to_owned(), json!("already")),
            ]
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn none_that_may_go_is_a_conflict() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Fulfilled)
        .place()
        .await;
    let events = app.events().await;
    let body = app
        .manager()
        .put_status(&order, "READY")
        .await
        .refused(409, "orders-cannot-go");
    assert_eq!(body["allowed"], json!([]));
    let body = app
        .admin()
        .put_status(&order, "READY")
        .await
        .refused(409, "orders-cannot-go");
    assert_eq!(body["allowed"], json!(["COMPLETED"]));
    assert_eq!(app.events().await, events);
    app.finish().await;
}

#[tokio::test]
async fn an_earlier_status_is_a_conflict_and_forward_skips_are_not() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Pending).place().await;
    let rosa = app.farmer("rosa");
    rosa.put_status(&order, "READY").await.changed(true);
    for earlier in ["PREPARING", "CONFIRMED"] {
        let body = rosa
            .put_status(&order, earlier)
            .await
            .refused(409, "orders-cannot-go");
        assert_eq!(body["allowed"], json!(["FULFILLED", "CANCELLED"]));
    }
    let body = rosa.order(&order).await.ok();
    assert_eq!(body["status"], "READY");
    app.finish().await;
}

#[tokio::test]
async fn a_final_status_stays() {
    let app = TestApp::new().await;
    for status in [Status::Completed, Status::Cancelled] {
        let order = app.order().at(status).place().await;
        for to in ["PREPARING", "READY", "CANCELLED", "COMPLETED"] {
            let answer = app
                .admin()
                .put(&order, json!({ "status": to, "reason": "OTHER" }))
                .await;
            if to == status.as_str() {
                answer.changed(false);
            } else {
                let body = answer.refused(409, "orders-cannot-go");
                assert_eq!(body["allowed"], json!([]));
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_cancelled_part_does_not_count_for_the_parent() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .with("rosa", Status::Confirmed)
        .with("ben", Status::Ready)
        .place()
        .await;
    let body = app
        .farmer("rosa")
        .cancel(&order, "OUT_OF_STOCK")
        .await
        .changed(true);
    assert_eq!(body["status"], "READY");
    let body = app.manager().order(&order).await.ok();
    assert_eq!(
        body["progress"],
        json!({ "farms": 1, "ready": 1, "collected": 0 })
    );
    let body = app
        .farmer("ben")
        .cancel(&order, "WEATHER")
        .await
        .changed(true);
    assert_eq!(body["status"], "CANCELLED");
    app.finish().await;
}

#[tokio::test]
async fn a_note_is_kept_and_a_blank_one_is_none() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    let body = json!({ "status": "PREPARING", "note": "  two crates\r\nby the door  " });
    rosa.put(&order, body).await.changed(true);
    let body = json!({ "status": "READY", "note": "   " });
    rosa.put(&order, body).await.changed(true);
    let history = rosa.order(&order).await.ok()["history"].clone();
    assert_eq!(history[2]["note"], "two crates\nby the door");
    assert_eq!(history[3]["note"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn ids_are_opaque() {
    let app = TestApp::new().await;
    let order = app.order().id("test_order_123").place().await;
    app.farmer("rosa")
        .put_status("test_order_123", "PREPARING")
        .await
        .changed(true);
    // A client may escape what needs no escape.
    app.farmer("rosa")
        .put_status("test%5Forder_123", "PREPARING")
        .await
        .changed(false);
    assert_eq!(app.farmer("rosa").order(&order).await.ok()["version"], 3);
    app.finish().await;
}
