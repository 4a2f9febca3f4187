//! `POST /api/orders/{id}/undo`: one step back, by those who may, while they may.
use std::time::Duration;

use market::orders::model::Status;
use serde_json::{Value, json};

use crate::support::{TestApp, TestOrder};

const LONGEST: Duration = Duration::from_mins(15);

async fn history(app: &TestApp, order: &TestOrder) -> Vec<Value> {
    let body = app.manager().order(order).await.ok();
    body["history"].as_array().unwrap().clone()
}

fn at(version: i64) -> Value {
    json!({ "expected_version": version })
}

#[tokio::test]
async fn the_last_step_goes_back_to_where_it_came_from() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    rosa.put_status(&order, "READY").await.changed(true);
    app.pass(LONGEST);
    let body = rosa.undo(&order, at(3)).await.changed(true);
    assert_eq!(body["status"], "CONFIRMED");
    assert_eq!(body["version"], 4);
    let history = history(&app, &order).await;
    let last = history.last().unwrap();
    for (field, expected) in [
        ("seq", json!(4)),
        ("from", json!("READY")),
        ("to", json!("CONFIRMED")),
        ("undoes", json!(3)),
        ("role", json!("FARM_OWNER")),
        ("note", Value::Null),
    ] {
        assert_eq!(last[field], expected, "{field}");
    }
    // And forward again.
    rosa.put_status(&order, "READY").await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn a_colleague_may_after_fifteen_minutes_nobody() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.colleague("rosa")
        .undo(&order, at(3))
        .await
        .changed(true);
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    app.pass(LONGEST + Duration::from_micros(1));
    for client in [app.farmer("rosa"), app.colleague("rosa")] {
        for body in [at(5), json!({ "expected_version": 5, "note": "sorry" })] {
            let answer = client.undo(&order, body).await;
            let body = answer.refused(409, "orders-undo-too-late");
            assert_eq!(body["allowed"], json!([]));
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn others_may_not() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.farmer("ben")
        .undo(&order, at(3))
        .await
        .refused(404, "market-error-404");
    app.customer("carl")
        .undo(&order, at(3))
        .await
        .refused(404, "market-error-404");
    for client in [app.customer("ana"), app.guest(&order).await, app.host()] {
        client
            .undo(&order, at(3))
            .await
            .refused(403, "orders-forbidden");
    }
    // What a manager did, a farm does not undo.
    let order = app.order().place().await;
    app.manager()
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.farmer("rosa")
        .undo(&order, at(3))
        .await
        .refused(403, "orders-forbidden");
    app.manager().undo(&order, at(3)).await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn a_manager_says_why_and_has_time() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.pass(Duration::from_hours(9));
    for client in [app.manager(), app.admin()] {
        client
            .undo(&order, at(3))
            .await
            .refused_field("note", "orders-undo-note");
        let blank = json!({ "expected_version": 3, "note": " \n" });
        client
            .undo(&order, blank)
            .await
            .refused_field("note", "orders-undo-note");
    }
    let body = json!({ "expected_version": 3, "note": "the crate fell" });
    app.manager().undo(&order, body).await.changed(true);
    let history = history(&app, &order).await;
    let last = history.last().unwrap();
    assert_eq!(last["note"], "the crate fell");
    assert_eq!(last["role"], "MARKET_MANAGER");
    app.finish().await;
}

#[tokio::test]
async fn it_wants_the_version_it_is_about() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let rosa = app.farmer("rosa");
    rosa.put_status(&order, "READY").await.changed(true);
    rosa.undo(&order, json!({}))
        .await
        .refused_field("expected_version", "orders-undo-version");
    let body = rosa
        .undo(&order, at(3))
        .await
        .refused(412, "market-error-412");
    assert_eq!(body["version"], 5);
    let part = rosa.undo(order.part("rosa"), at(5)).await;
    assert_eq!(part.refused(412, "market-error-412")["version"], 3);
    let bad = json!({ "expected_version": 5, "note": "\u{202e}" });
    rosa.undo(&order, bad)
        .await
        .refused_field("note", "orders-bad-note");
    rosa.undo(order.part("rosa"), at(3)).await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn it_is_not_done_twice() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let rosa = app.farmer("rosa");
    rosa.put_status(&order, "PREPARING").await.changed(true);
    rosa.put_status(&order, "READY").await.changed(true);
    rosa.undo(&order, at(4)).await.changed(true);
    // The retry of a lost answer has an old version; a new wish finds nothing.
    rosa.undo(&order, at(4))
        .await
        .refused(412, "market-error-412");
    rosa.undo(&order, at(5))
        .await
        .refused(409, "orders-nothing-to-undo");
    let note = json!({ "expected_version": 5, "note": "again" });
    app.manager()
        .undo(&order, note)
        .await
        .refused(409, "orders-nothing-to-undo");
    app.finish().await;
}

#[tokio::test]
async fn only_three_steps_can_be_taken_back() {
    let app = TestApp::new().await;
    for (status, undoable) in [
        (Status::Pending, false),
        (Status::Confirmed, false),
        (Status::Preparing, true),
        (Status::Ready, true),
        (Status::OutForDelivery, false),
        (Status::Missed, false),
        (Status::Fulfilled, true),
        (Status::Completed, false),
        (Status::Cancelled, false),
    ] {
        let order = app.order().at(status).place().await;
        let version = app.manager().order(&order).await.ok()["version"].clone();
        let body = json!({ "expected_version": version, "note": "a mistake" });
        let answer = app.manager().undo(&order, body).await;
        if undoable {
            answer.changed(true);
        } else {
            answer.refused(409, "orders-nothing-to-undo");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_host_takes_back_its_own_hand_over() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    let body = json!({ "status": "FULFILLED", "code": order.code });
    app.host().put(&order, body.clone()).await.changed(true);
    app.farmer("rosa")
        .undo(&order, at(5))
        .await
        .refused(403, "orders-forbidden");
    let undone = app.host().undo(&order, at(5)).await.changed(true);
    assert_eq!(undone["status"], "READY");
    // What falls due follows.
    let due = app
        .count(
            "SELECT due_at FROM farm_orders WHERE order_id = $1",
            &[&order.id],
        )
        .await;
    assert_eq!(due, crate::support::ts("2026-11-28T12:00:00Z").micros());
    app.host().put(&order, body).await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn on_the_parent_each_part_answers_for_itself() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    app.manager()
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.farmer("ben")
        .put(&order, json!({ "status": "FULFILLED", "code": order.code }))
        .await
        .changed(true);
    app.farmer("ben")
        .cancel(order.part("ben"), "OTHER")
        .await
        .refused(409, "orders-cannot-go");
    let farm = json!({ "expected_version": 6, "farm_id": "frm_rosa" });
    let body = app.manager().undo(&order, farm).await.changed(true);
    assert_eq!(body["status"], "CONFIRMED");
    assert_eq!(body["results"].as_array().unwrap().len(), 1);
    let body = json!({ "expected_version": 7, "note": "all back" });
    let body = app.manager().undo(&order, body).await.changed(true);
    let results = body["results"].as_array().unwrap();
    let of = |farm: &str| {
        results
            .iter()
            .find(|r| r["farm_order_id"] == order.part(farm))
    };
    assert_eq!(of("ben").unwrap()["result"], "changed");
    assert_eq!(of("rosa").unwrap()["code"], "orders-nothing-to-undo");
    app.finish().await;
}
