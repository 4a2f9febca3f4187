//! What time alone moves, and what the hourly sweep clears away.
use std::time::Duration;

use market::{
    jobs,
    kernel::{hash, time::Ts},
    orders::model::{Payment, Status},
};
use serde_json::json;

use crate::support::{CUTOFF, TestApp, TestOrder, WINDOW_ENDS, ts};

const HOUR: Duration = Duration::from_hours(1);
const MICRO: Duration = Duration::from_micros(1);

/// The workers' jobs exist; whatever is due is done.
async fn tick(app: &TestApp) {
    jobs::ensure_recurring(&app.app).await.expect("ensured");
    app.run_jobs().await;
}

/// Time passes until then, with the workers at work only at its end.
async fn tick_at(app: &TestApp, at: Ts) {
    app.pass_until(at);
    tick(app).await;
}

async fn status(app: &TestApp, order: &TestOrder) -> String {
    let body = app.manager().order(order).await.ok();
    body["status"].as_str().unwrap().to_owned()
}

async fn due_at(app: &TestApp, order: &TestOrder) -> Option<Ts> {
    let row: Option<(Option<i64>,)> = app
        .read()
        .await
        .one(
            "SELECT due_at FROM farm_orders WHERE order_id = $1",
            &[&order.id],
        )
        .await
        .unwrap();
    row.unwrap().0.map(Ts::from_micros)
}

#[tokio::test]
async fn at_the_cutoff_orders_confirm_themselves() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Pending)
        .place()
        .await;
    let twin = app.twin().order().at(Status::Pending).place().await;
    tick_at(&app, ts(CUTOFF).minus(MICRO)).await;
    assert_eq!(status(&app, &order).await, "PENDING");
    app.pass(Duration::from_secs(15));
    tick(&app).await;
    let body = app.manager().order(&order).await.ok();
    assert_eq!(body["status"], "CONFIRMED");
    assert_eq!(body["version"], 4);
    let last = body["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["role"], "SYSTEM");
    assert_eq!(last.get("by"), None);
    assert_eq!(due_at(&app, &order).await, None);
    let manager = app.twin().person("manager");
    assert_eq!(manager.order(&twin).await.ok()["status"], "CONFIRMED");
    // Once, however often somebody looks.
    let events = app.events().await;
    for _ in 0..3 {
        app.pass(HOUR);
        tick(&app).await;
    }
    assert_eq!(app.events().await, events);
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_is_not_paid_waits() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .at(Status::Pending)
        .payment(Payment::Awaiting)
        .place()
        .await;
    tick_at(&app, ts(CUTOFF)).await;
    assert_eq!(status(&app, &order).await, "PENDING");
    let later = ts(CUTOFF).plus(Duration::from_mins(10));
    assert_eq!(due_at(&app, &order).await, Some(later));
    app.sql("UPDATE orders SET payment = 'CAPTURED'", &[]).await;
    tick_at(&app, later.minus(MICRO)).await;
    assert_eq!(
        status(&app, &order).await,
        "PENDING",
        "it is not looked at yet"
    );
    app.pass(Duration::from_secs(15));
    tick(&app).await;
    assert_eq!(status(&app, &order).await, "CONFIRMED");
    app.finish().await;
}

#[tokio::test]
async fn one_that_cannot_go_does_not_hold_up_the_others() {
    let app = TestApp::new().await;
    let stuck = app
        .order()
        .at(Status::Pending)
        .payment(Payment::Failed)
        .place()
        .await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.order().at(Status::Pending).place().await);
    }
    tick_at(&app, ts(CUTOFF)).await;
    assert_eq!(status(&app, &stuck).await, "PENDING");
    for order in others {
        assert_eq!(status(&app, &order).await, "CONFIRMED");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_hour_after_the_window_what_nobody_collected_is_missed() {
    let app = TestApp::new().await;
    let ready = app.order().at(Status::Ready).place().await;
    let out = app.order().at(Status::OutForDelivery).place().await;
    let packing = app.order().at(Status::Preparing).place().await;
    tick_at(
        &app,
        ts(WINDOW_ENDS).plus(HOUR).minus(Duration::from_secs(15)),
    )
    .await;
    assert_eq!(status(&app, &ready).await, "READY");
    app.pass(Duration::from_secs(15));
    tick(&app).await;
    for order in [&ready, &out] {
        assert_eq!(status(&app, order).await, "MISSED");
    }
    assert_eq!(
        status(&app, &packing).await,
        "PREPARING",
        "not the customer's fault"
    );
    // What is rescued after that is not missed a second time.
    let body = json!({ "status": "FULFILLED", "ending": "LATE" });
    app.farmer("rosa").put(&ready, body).await.changed(true);
    app.pass(HOUR);
    tick(&app).await;
    assert_eq!(status(&app, &ready).await, "FULFILLED");
    app.finish().await;
}

#[tokio::test]
async fn two_days_after_the_hand_over_an_order_is_completed() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    let body = json!({ "status": "FULFILLED", "code": order.code });
    app.host().put(&order, body).await.changed(true);
    let ends = app.now().plus(48 * HOUR);
    tick_at(&app, ends.minus(Duration::from_secs(15))).await;
    assert_eq!(status(&app, &order).await, "FULFILLED");
    app.pass(Duration::from_secs(15));
    tick(&app).await;
    assert_eq!(status(&app, &order).await, "COMPLETED");
    assert_eq!(due_at(&app, &order).await, None);
    app.finish().await;
}

#[tokio::test]
async fn a_window_or_cutoff_that_was_moved_counts() {
    let app = TestApp::new().await;
    let pending = app.order().at(Status::Pending).place().await;
    let ready = app.order().at(Status::Ready).place().await;
    let (cutoff, ends) = (ts(CUTOFF).plus(2 * HOUR), ts(WINDOW_ENDS).plus(3 * HOUR));
    app.sql("UPDATE market_days SET cutoff_at = $1", &[&cutoff])
        .await;
    app.sql("UPDATE windows SET ends_at = $1", &[&ends]).await;
    tick_at(&app, ts(CUTOFF)).await;
    assert_eq!(status(&app, &pending).await, "PENDING");
    assert_eq!(due_at(&app, &pending).await, Some(cutoff));
    tick_at(&app, cutoff).await;
    assert_eq!(status(&app, &pending).await, "CONFIRMED");
    tick_at(&app, ts(WINDOW_ENDS).plus(HOUR)).await;
    assert_eq!(status(&app, &ready).await, "READY");
    assert_eq!(due_at(&app, &ready).await, Some(ends.plus(HOUR)));
    tick_at(&app, ends.plus(HOUR)).await;
    assert_eq!(status(&app, &ready).await, "MISSED");
    app.finish().await;
}

#[tokio::test]
async fn what_was_forgotten_for_days_is_done_when_somebody_looks() {
    let app = TestApp::new().await;
    let pending = app.order().at(Status::Pending).place().await;
    let ready = app.order().at(Status::Ready).place().await;
    let fulfilled = app.order().at(Status::Fulfilled).place().await;
    // A due date that nothing stands for any more is dropped.
    let confirmed = app.order().place().await;
    app.sql(
        "UPDATE farm_orders SET due_at = 1 WHERE order_id = $1",
        &[&confirmed.id],
    )
    .await;
    app.pass(Duration::from_hours(24 * 10));
    tick(&app).await;
    assert_eq!(status(&app, &pending).await, "CONFIRMED");
    assert_eq!(status(&app, &ready).await, "MISSED");
    assert_eq!(status(&app, &fulfilled).await, "COMPLETED");
    assert_eq!(status(&app, &confirmed).await, "CONFIRMED");
    assert_eq!(due_at(&app, &confirmed).await, None);
    app.finish().await;
}

#[tokio::test]
async fn more_than_one_run_can_take_are_all_taken() {
    let app = TestApp::new().await;
    for _ in 0..203 {
        app.order().at(Status::Pending).place().await;
    }
    tick_at(&app, ts(CUTOFF)).await;
    let left = "SELECT COUNT(*) FROM orders WHERE status = 'PENDING'";
    assert_eq!(app.count(left, &[]).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn the_recurring_jobs_exist_once() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        jobs::ensure_recurring(&app.app).await.unwrap();
    }
    let kinds = app
        .texts("SELECT kind FROM outbox ORDER BY kind", &[])
        .await;
    assert_eq!(
        kinds,
        [
            "audit.seal",
            "market.housekeeping",
            "markets.look_at_days",
            "orders.look_at_due"
        ]
    );
    assert_eq!(app.run_jobs().await, 4);
    assert_eq!(app.run_jobs().await, 0);
    app.pass(Duration::from_secs(15));
    assert_eq!(app.run_jobs().await, 2);
    app.pass(HOUR);
    assert_eq!(app.run_jobs().await, 4);
    app.finish().await;
}

#[tokio::test]
async fn housekeeping_clears_away_what_is_of_no_more_use() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let early = app.farmer("rosa").with("idempotency-key", "early");
    early.put_status(&order, "PREPARING").await.changed(true);
    app.run_jobs().await;
    app.pass(Duration::from_hours(23));
    let late = app.farmer("rosa").with("idempotency-key", "late");
    late.put_status(&order, "READY").await.changed(true);
    let (now, hash) = (app.now(), hash::sha256("short"));
    app.sql(
        "INSERT INTO sessions (hash, user_id, created_at, expires_at) VALUES ($1, 'usr_ana', $2, $3)",
        &[&hash, &now, &now.plus(HOUR)],
    )
    .await;
    app.sql(
        "INSERT INTO sign_in_links (id, market_id, user_id, hash, reusable, created_at, expires_at) \
         VALUES ('lnk_1', 'mkt_riverside', 'usr_ana', 'h', $1, $2, $2)",
        &[&false, &now],
    )
    .await;
    let keys = "SELECT key FROM idempotency_keys ORDER BY key";
    let sessions = "SELECT COUNT(*) FROM sessions WHERE hash = $1";
    tick(&app).await;
    assert_eq!(app.texts(keys, &[]).await, ["early", "late"]);
    app.pass(HOUR + MICRO);
    tick(&app).await;
    assert_eq!(app.texts(keys, &[]).await, ["late"]);
    assert_eq!(app.count(sessions, &[&hash]).await, 0);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sign_in_links", &[]).await,
        0
    );
    app.customer("ana").order(&order).await.ok();
    // Done jobs stay for a week; the history stays for ever.
    let done = "SELECT COUNT(*) FROM outbox WHERE kind = 'order.status_changed'";
    assert_eq!(app.count(done, &[]).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn done_jobs_are_kept_for_a_week() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    app.run_jobs().await;
    let done = "SELECT COUNT(*) FROM outbox WHERE kind = 'order.status_changed'";
    app.pass(Duration::from_hours(24 * 7));
    tick(&app).await;
    assert_eq!(app.count(done, &[]).await, 1);
    app.pass(HOUR);
    tick(&app).await;
    assert_eq!(app.count(done, &[]).await, 0);
    app.finish_after_purge().await;
}

#[tokio::test]
async fn a_job_of_a_newer_version_waits_for_it() {
    let app = TestApp::new().await;
    app.sql(
        "INSERT INTO outbox (id, kind, key, payload, due_at, attempts, created_at) \
         VALUES ('job_1', 'weather.report', 'k', '{}', 0, 0, 0)",
        &[],
    )
    .await;
    assert_eq!(app.run_jobs().await, 1);
    let error = app.texts("SELECT last_error FROM outbox", &[]).await;
    assert!(error[0].contains("weather.report"), "{error:?}");
    assert!(error[0].contains("newer version"), "{error:?}");
    app.finish().await;
}

#[tokio::test]
async fn notices_are_kept_for_a_year() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.run_jobs().await;
    let later = "SELECT COUNT(*) FROM notices WHERE order_id = $1";
    let there = app.count(later, &[&order.id]).await;
    assert_eq!(there, 2, "a mail and a notice");
    app.pass(Duration::from_hours(24 * 365));
    tick(&app).await;
    let late = app.count(later, &[&order.id]).await;
    // What happened since (nobody collected it) is young, and stays.
    let ready = "SELECT COUNT(*) FROM notices WHERE kind = 'order.ready'";
    assert_eq!(app.count(ready, &[]).await, 2);
    app.pass(HOUR);
    tick(&app).await;
    assert_eq!(app.count(ready, &[]).await, 0);
    assert_eq!(app.count(later, &[&order.id]).await, late - 2);
    app.finish_after_purge().await;
}
