//! What each kind of person may do with an order, and what must hold before.
use std::time::Duration;

use market::orders::model::{Method, Payment, Status};
use serde_json::{Value, json};

use crate::support::{CUTOFF, Client, TestApp, TestOrder, WINDOW_ENDS, ts};

async fn last_event(app: &TestApp, order: &TestOrder) -> Value {
    let body = app.manager().order(order).await.ok();
    body["history"].as_array().unwrap().last().unwrap().clone()
}

#[tokio::test]
async fn customers_and_guests_cancel_until_the_cutoff_with_a_reason() {
    let app = TestApp::new().await;
    for status in [Status::Pending, Status::Confirmed] {
        let order = app.order().at(status).place().await;
        let ana = app.customer("ana");
        ana.put_status(&order, "CANCELLED")
            .await
            .refused_field("reason", "orders-guard-reason");
        ana.cancel(&order, "CUSTOMER_REQUEST").await.changed(true);
        let event = last_event(&app, &order).await;
        assert_eq!(event["role"], "CUSTOMER");
        assert_eq!(event["by"], "ana Example");
        assert_eq!(event["reason"], "CUSTOMER_REQUEST");
        let order = app.order().by_guest().at(status).place().await;
        let guest = app.guest(&order).await;
        guest.cancel(&order, "OTHER").await.changed(true);
        let event = last_event(&app, &order).await;
        assert_eq!(event["role"], "GUEST");
        assert_eq!(event["by"], Value::Null);
    }
    app.finish().await;
}

#[tokio::test]
async fn after_the_cutoff_a_customer_asks_the_farm() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let guest = app.guest(&order).await;
    app.pass_until(ts(CUTOFF).minus(Duration::from_micros(1)));
    app.customer("ana")
        .cancel(order.part("ben"), "OTHER")
        .await
        .changed(true);
    app.pass_until(ts(CUTOFF));
    for client in [app.customer("ana"), guest] {
        client
            .cancel(&order, "CUSTOMER_REQUEST")
            .await
            .changed(false);
        client
            .cancel(order.part("rosa"), "CUSTOMER_REQUEST")
            .await
            .refused_field("status", "orders-guard-cutoff");
    }
    app.farmer("rosa")
        .cancel(&order, "OTHER")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn a_customer_cannot_take_back_what_is_being_packed() {
    let app = TestApp::new().await;
    for status in [
        Status::Preparing,
        Status::Ready,
        Status::OutForDelivery,
        Status::Fulfilled,
    ] {
        let order = app.order().at(status).place().await;
        let body = app
            .customer("ana")
            .cancel(&order, "OTHER")
            .await
            .refused(409, "orders-cannot-go");
        assert_eq!(body["allowed"], json!([]));
    }
    app.finish().await;
}

#[tokio::test]
async fn cancelling_the_whole_is_never_all_or_nothing() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .with("rosa", Status::Confirmed)
        .with("ben", Status::Preparing)
        .place()
        .await;
    let body = app
        .customer("ana")
        .cancel(&order, "OTHER")
        .await
        .changed(true);
    assert_eq!(body["status"], "PREPARING", "one farm still packs");
    let refused = body["results"].as_array().unwrap();
    let refused = refused.iter().find(|r| r["result"] == "refused").unwrap();
    assert_eq!(refused["farm_order_id"], order.part("ben"));
    assert_eq!(refused["code"], "orders-cannot-go");
    app.finish().await;
}

#[tokio::test]
async fn a_farm_cancels_until_ready_and_a_manager_while_it_is_open() {
    use Status::{Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing, Ready};
    let app = TestApp::new().await;
    for (status, farm, manager) in [
        (Pending, 200, 200),
        (Confirmed, 200, 200),
        (Preparing, 200, 200),
        (Ready, 200, 200),
        (OutForDelivery, 409, 200),
        (Missed, 200, 200),
        (Fulfilled, 409, 409),
    ] {
        for (client, expected) in [
            (app.farmer("rosa"), farm),
            (app.manager(), manager),
            (app.admin(), manager),
        ] {
            let order = app.order().at(status).place().await;
            if expected == 200 {
                let bare = client.put_status(&order, "CANCELLED").await;
                bare.refused_field("reason", "orders-guard-reason");
            }
            let answer = client.cancel(&order, "WEATHER").await;
            assert_eq!(answer.status, expected, "{status:?}: {answer:?}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn the_shown_code_hands_over() {
    let app = TestApp::new().await;
    for client in [app.host(), app.farmer("rosa"), app.colleague("rosa")] {
        let order = app.order().at(Status::Ready).place().await;
        let with = |code: &str| json!({ "status": "FULFILLED", "code": code });
        let bare = client.put_status(&order, "FULFILLED").await;
        bare.refused_field("code", "orders-guard-proof");
        for wrong in ["", "FM-999999", "FM", "\u{0}"] {
            let answer = client.put(&order, with(wrong)).await;
            answer.refused_field("code", "orders-guard-proof");
        }
        let typed = order
            .code
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o");
        client.put(&order, with(&typed)).await.changed(true);
        let event = last_event(&app, &order).await;
        assert_eq!(event["to"], "FULFILLED");
        assert_eq!(event["note"], Value::Null);
    }
    app.finish().await;
}

#[tokio::test]
async fn without_the_code_somebody_says_why() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    let blank = json!({ "status": "FULFILLED", "without_code": "  " });
    app.host()
        .put(&order, blank)
        .await
        .refused_field("code", "orders-guard-proof");
    let body = json!({ "status": "FULFILLED", "without_code": "I know her", "note": "late" });
    app.host().put(&order, body).await.changed(true);
    let event = last_event(&app, &order).await;
    assert_eq!(event["note"], "I know her");
    assert_eq!(event["role"], "PICKUP_HOST");
    assert_eq!(event["by"], "host Example");
    app.finish().await;
}

#[tokio::test]
async fn a_host_hands_over_for_every_farm_at_once() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Ready)
        .with("cleo", Status::Preparing)
        .place()
        .await;
    let body = json!({ "status": "FULFILLED", "code": order.code });
    let body = app.host().put(&order, body).await.changed(true);
    assert_eq!(body["status"], "PREPARING");
    assert_eq!(body["progress"]["collected"], 2);
    app.manager()
        .put(&order, json!({ "status": "FULFILLED", "code": order.code }))
        .await
        .changed(false);
    app.manager()
        .put(
            order.part("cleo"),
            json!({ "status": "FULFILLED", "code": order.code }),
        )
        .await
        .refused(409, "orders-cannot-go");
    app.finish().await;
}

#[tokio::test]
async fn a_part_with_an_unweighed_line_is_not_ready() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .unweighed("rosa")
        .place()
        .await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .refused_field("status", "orders-guard-weighed");
    // That part alone: the other one goes.
    let body = app
        .manager()
        .put_status(&order, "READY")
        .await
        .changed(true);
    let refused = body["results"].as_array().unwrap();
    let refused = refused.iter().find(|r| r["result"] == "refused").unwrap();
    assert_eq!(refused["farm_order_id"], order.part("rosa"));
    assert_eq!(refused["code"], "orders-guard-weighed");
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    app.sql(
        "UPDATE order_lines SET amount_minor = 370 WHERE priced_by = 'WEIGHT'",
        &[],
    )
    .await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn at_its_own_stall_a_farm_hands_over_while_packing() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    let order = app
        .order()
        .at(Status::Preparing)
        .method(Method::OwnStall)
        .place()
        .await;
    let bare = rosa.put_status(&order, "FULFILLED").await;
    bare.refused_field("code", "orders-guard-proof");
    let body = app.host().put_status(&order, "FULFILLED").await;
    assert_eq!(body.refused(409, "orders-cannot-go")["allowed"], json!([]));
    let hand_over = |order: &TestOrder| json!({ "status": "FULFILLED", "code": order.code });
    rosa.put(&order, hand_over(&order)).await.changed(true);
    let unweighed = app
        .order()
        .at(Status::Preparing)
        .method(Method::OwnStall)
        .unweighed("rosa")
        .place()
        .await;
    rosa.put(&unweighed, hand_over(&unweighed))
        .await
        .refused_field("status", "orders-guard-weighed");
    let pickup = app.order().at(Status::Preparing).place().await;
    let body = rosa.put(&pickup, hand_over(&pickup)).await;
    assert_eq!(
        body.refused(409, "orders-cannot-go")["allowed"],
        json!(["READY", "CANCELLED"])
    );
    app.finish().await;
}

#[tokio::test]
async fn only_what_is_delivered_goes_out() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    let pickup = app.order().at(Status::Ready).place().await;
    rosa.put_status(&pickup, "OUT_FOR_DELIVERY")
        .await
        .refused(409, "orders-cannot-go");
    let brought = app
        .order()
        .at(Status::Ready)
        .method(Method::Delivery)
        .place()
        .await;
    rosa.put_status(&brought, "OUT_FOR_DELIVERY")
        .await
        .changed(true);
    let body = json!({ "status": "FULFILLED", "without_code": "left at the door" });
    rosa.put(&brought, body).await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn nobody_works_on_what_is_not_paid() {
    let app = TestApp::new().await;
    for (payment, works) in [
        (Payment::Awaiting, false),
        (Payment::Failed, false),
        (Payment::Expired, false),
        (Payment::Voided, false),
        (Payment::Authorized, true),
        (Payment::Captured, true),
        (Payment::PayAtPickup, true),
    ] {
        for to in ["CONFIRMED", "PREPARING"] {
            let order = app
                .order()
                .at(Status::Pending)
                .payment(payment)
                .place()
                .await;
            let answer = app.farmer("rosa").put_status(&order, to).await;
            if works {
                answer.changed(true);
            } else {
                answer.refused_field("status", "orders-guard-payment");
            }
        }
    }
    app.finish().await;
}

async fn missed(app: &TestApp) -> TestOrder {
    app.order().at(Status::Missed).place().await
}

#[tokio::test]
async fn a_missed_order_is_rescued_given_away_or_cancelled() {
    let app = TestApp::new().await;
    let rosa = app.farmer("rosa");
    let order = missed(&app).await;
    assert_eq!(rosa.order(&order).await.ok()["attention"], true);
    // The window is still ahead: as after a re-date.
    rosa.put_status(&order, "READY").await.changed(true);
    assert_eq!(rosa.order(&order).await.ok()["attention"], false);
    let order = missed(&app).await;
    rosa.put_status(&order, "FULFILLED")
        .await
        .refused_field("ending", "orders-guard-ending");
    for (client, ending) in [(app.manager(), "LATE"), (rosa.clone(), "DONATED")] {
        let order = missed(&app).await;
        let body = json!({ "status": "FULFILLED", "ending": ending });
        client.put(&order, body).await.changed(true);
    }
    app.pass_until(ts(WINDOW_ENDS));
    rosa.put_status(&order, "READY")
        .await
        .refused_field("status", "orders-guard-window-ahead");
    for client in [app.customer("ana"), app.farmer("rosa"), app.manager()] {
        let order = missed(&app).await;
        client.put_status(&order, "PREPARING").await;
        let bare = client.put_status(&order, "CANCELLED").await;
        bare.refused_field("reason", "orders-guard-reason");
        client.cancel(&order, "NO_SHOW").await.changed(true);
    }
    app.finish().await;
}

#[tokio::test]
async fn an_admin_completes_and_has_a_managers_rights() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Fulfilled).place().await;
    app.manager()
        .put_status(&order, "COMPLETED")
        .await
        .refused(403, "orders-forbidden");
    app.admin()
        .put_status(&order, "COMPLETED")
        .await
        .changed(true);
    assert_eq!(last_event(&app, &order).await["role"], "ADMIN");
    let order = app.order().place().await;
    app.admin()
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn a_farmer_who_shops_is_a_customer_of_that_order_by_session() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).by("ben").place().await;
    let by_token: Client = app.farmer("ben");
    by_token
        .order(&order)
        .await
        .refused(404, "market-error-404");
    let by_session = app.here().by_session("ben");
    by_session
        .put_status(&order, "READY")
        .await
        .refused(403, "orders-forbidden");
    by_session
        .cancel(&order, "CUSTOMER_REQUEST")
        .await
        .changed(true);
    // On the order of one's own farm one wears both hats.
    let order = app.order().farms(["rosa"]).by("rosa").place().await;
    let rosa = app.here().by_session("rosa");
    rosa.put_status(&order, "READY").await.changed(true);
    rosa.cancel(&order, "OUT_OF_STOCK").await.changed(true);
    assert_eq!(last_event(&app, &order).await["role"], "FARM_OWNER");
    app.finish().await;
}
