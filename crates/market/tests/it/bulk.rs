//! Many orders at once: each in its own transaction, each with its own answer.
use axum::http::Method;
use market::orders::model::Status;
use serde_json::json;

use crate::support::{Answer, Client, TestApp, TestOrder};

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

fn form(orders: &[(&TestOrder, i64)], to: &str, key: &str) -> String {
    let ticked = orders
        .iter()
        .map(|(order, version)| format!("&o={version}.{}", order.part("rosa")));
    let ticked: String = ticked.collect();
    format!("farm=rosa&show=all&to={to}&key={key}{ticked}")
}

async fn post(client: &Client, form: &str) -> Answer {
    client.post_form("/farm/board/bulk", form).await
}

async fn statuses(app: &TestApp) -> Vec<String> {
    app.texts("SELECT status FROM farm_orders ORDER BY id", &[])
        .await
}

#[tokio::test]
async fn all_that_are_ticked_go_one_step() {
    let app = TestApp::new().await;
    let (one, two) = (app.order().place().await, app.order().place().await);
    let ready = form(&[(&one, 2), (&two, 2)], "READY", "k1");
    for _ in 0..2 {
        let done = post(&rosa(&app), &ready).await;
        assert_eq!(done.status, 303, "{done:?}");
        assert_eq!(
            done.header("location"),
            "/farm/board?farm=rosa&show=all&pick=some"
        );
    }
    assert_eq!(statuses(&app).await, ["READY", "READY"]);
    assert_eq!(app.events().await, 6, "sent twice it is one step each");
    let back = form(&[(&one, 3), (&two, 3)], "UNDO", "k2");
    assert_eq!(post(&rosa(&app), &back).await.status, 303);
    assert_eq!(statuses(&app).await, ["CONFIRMED", "CONFIRMED"]);
    app.finish().await;
}

#[tokio::test]
async fn one_that_cannot_go_is_named_and_the_others_go() {
    let app = TestApp::new().await;
    let good = app.order().place().await;
    let heavy = app.order().unweighed("rosa").place().await;
    let moved = app.order().place().await;
    let over = app.order().at(Status::Cancelled).place().await;
    app.farmer("rosa")
        .put_status(&moved, "PREPARING")
        .await
        .changed(true);
    let ticked = [(&good, 2), (&heavy, 2), (&moved, 2), (&over, 2)];
    let done = post(&rosa(&app), &form(&ticked, "READY", "k1")).await;
    assert_eq!(done.status, 200, "{done:?}");
    for words in [
        "1 of 4 orders changed",
        "Weigh what is priced by weight first",
        "changed meanwhile",
        heavy.code.as_str(),
        moved.code.as_str(),
    ] {
        assert!(done.text().contains(words), "{words}: {done:?}");
    }
    assert_eq!(
        statuses(&app).await,
        ["READY", "CONFIRMED", "PREPARING", "CANCELLED"]
    );
    // None at all is a refusal.
    let none = post(&rosa(&app), &form(&[(&heavy, 2)], "READY", "k2")).await;
    assert_eq!(none.status, 409, "{none:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_bulk_change_that_makes_no_sense_is_refused() {
    let app = TestApp::new().await;
    let order = app.order().farms(["ben"]).place().await;
    let mine = app.order().place().await;
    let nothing = post(&rosa(&app), &form(&[], "READY", "k1")).await;
    assert_eq!(nothing.status, 422, "{nothing:?}");
    assert!(nothing.text().contains("Tick at least one"), "{nothing:?}");
    let many = form(&[], "READY", "k1") + &format!("&o=2.{}", mine.part("rosa")).repeat(501);
    assert_eq!(post(&rosa(&app), &many).await.status, 422);
    for to in ["FULFILLED", "CANCELLED", "EATEN"] {
        let bad = post(&rosa(&app), &form(&[(&mine, 2)], to, "k1")).await;
        assert_eq!(bad.status, 422, "{to}: {bad:?}");
    }
    // Another farm's order is not there.
    let foreign = format!("farm=rosa&to=READY&key=k1&o=2.{}", order.part("ben"));
    let refused = post(&rosa(&app), &foreign).await;
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(refused.text().contains("not there"), "{refused:?}");
    assert_eq!(app.events().await, 4);
    app.finish().await;
}

#[tokio::test]
async fn the_board_lets_several_be_ticked_and_shows_a_hundred() {
    let app = TestApp::new().await;
    for _ in 0..103 {
        app.order().place().await;
    }
    let rows = |text: &str| text.matches("<li id=\"row-").count();
    let board = rosa(&app).get("/farm/board?farm=rosa").await.text();
    assert_eq!(rows(&board), 100);
    assert!(board.contains("Show 3 more"), "{board}");
    assert!(!board.contains("class=\"pickme\""));
    let whole = rosa(&app).get("/farm/board?farm=rosa&whole=yes").await;
    assert_eq!(rows(&whole.text()), 103);
    let some = rosa(&app).get("/farm/board?farm=rosa&pick=some").await;
    assert_eq!(some.text().matches("class=\"pickme\"").count(), 100);
    assert!(!some.text().contains(" checked"), "{some:?}");
    let all = rosa(&app).get("/farm/board?farm=rosa&pick=all").await;
    assert_eq!(all.text().matches(" checked>").count(), 100);
    let other = rosa(&app).get("/farm/board?farm=rosa&window=win_9").await;
    assert_eq!(rows(&other.text()), 0);
    let one = rosa(&app)
        .get("/farm/board?farm=rosa&window=win&whole=yes")
        .await;
    assert_eq!(rows(&one.text()), 103);
    app.finish().await;
}

#[tokio::test]
async fn trouble_comes_first() {
    let app = TestApp::new().await;
    let plain = app.order().place().await;
    let missed = app.order().at(Status::Missed).place().await;
    let stopped = app.order().at(Status::Preparing).place().await;
    app.manager().cancel(&stopped, "OTHER").await.changed(true);
    let text = rosa(&app).get("/farm/board?farm=rosa").await.text();
    let at = |order: &TestOrder| text.find(&format!("id=\"row-{}\"", order.part("rosa")));
    assert!(
        at(&missed) < at(&stopped) && at(&stopped) < at(&plain),
        "{text}"
    );
    for words in ["Nobody came for it", "Stop: cancelled while it was packed"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let problems = rosa(&app).get("/farm/board?farm=rosa&show=problem").await;
    assert_eq!(problems.text().matches("<li id=\"row-").count(), 2);
    app.finish().await;
}

#[tokio::test]
async fn programs_set_many_and_hear_of_each() {
    let app = TestApp::new().await;
    let (one, two) = (app.order().place().await, app.order().place().await);
    let body = json!({ "status": "READY", "orders": [
        { "id": one.part("rosa"), "expected_version": 2 },
        { "id": two.part("rosa"), "expected_version": 9 },
        { "id": "fo_nothing" },
        { "id": "" },
    ] });
    let send = |body: String| async {
        let farmer = app.farmer("rosa");
        farmer.json(Method::POST, "/api/orders/status", body).await
    };
    let done = send(body.to_string()).await.ok();
    let got: Vec<i64> = (0..4)
        .map(|n| done["results"][n]["status"].as_i64().unwrap())
        .collect();
    assert_eq!(got, [200, 412, 404, 404], "{done}");
    assert_eq!(done["results"][0]["changed"], true);
    assert_eq!(done["results"][1]["code"], "market-error-412");
    let again = send(body.to_string()).await.ok();
    assert_eq!(again["results"][0]["changed"], false, "{again}");
    let bad = json!({ "status": "EATEN", "orders": [] }).to_string();
    send(bad)
        .await
        .refused_field("status", "orders-unknown-status");
    let bad = json!({ "status": "CANCELLED", "reason": "BORED", "orders": [] }).to_string();
    send(bad)
        .await
        .refused_field("reason", "orders-unknown-reason");
    let many: Vec<_> = (0..201).map(|_| json!({ "id": "x" })).collect();
    let bad = json!({ "status": "READY", "orders": many }).to_string();
    send(bad).await.refused_field("orders", "orders-bulk-many");
    app.finish().await;
}
