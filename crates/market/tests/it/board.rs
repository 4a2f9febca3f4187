//! Taps on a farm's board: by a form without JavaScript, and by the page's script.
use market::{
    accounts::store,
    kernel::{ids::FarmId, role::Role},
    orders::model::Status,
};

use crate::support::{Answer, Client, TestApp, TestOrder, user_id};

/// A tap on a part at the version its viewer has seen.
fn tap(order: &TestOrder, to: &str, version: i64, key: &str) -> String {
    let part = order.part("rosa");
    format!("order={part}&to={to}&version={version}&key={key}&farm=rosa&show=all")
}

async fn post(client: &Client, form: &str) -> Answer {
    client.post_form("/farm/board", form).await
}

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

fn script(app: &TestApp) -> Client {
    rosa(app).with("x-requested-with", "live")
}

async fn status(app: &TestApp, order: &TestOrder) -> String {
    let body = app.manager().order(order).await.ok();
    body["farm_orders"][0]["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_tap_without_a_script_comes_back_to_its_row() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let row = order.part("rosa").to_owned();
    let done = post(&rosa(&app), &tap(&order, "PREPARING", 2, "k1")).await;
    assert_eq!(done.status, 303, "{done:?}");
    let location = format!("/farm/board?farm=rosa&show=all#row-{row}");
    assert_eq!(done.header("location"), location);
    assert_eq!(status(&app, &order).await, "PREPARING");
    let page = rosa(&app).get("/farm/board?farm=rosa&show=all").await;
    assert!(
        page.text().contains(&format!("id=\"row-{row}\"")),
        "{page:?}"
    );
    // What comes from a form goes nowhere else.
    let form = tap(&order, "READY", 3, "k2")
        .replace("farm=rosa&show=all", "farm=//evil%0d%0ax&show=%3Cb%3E");
    let done = post(&rosa(&app), &form).await;
    assert_eq!(
        done.header("location"),
        format!("/farm/board?farm=evilx&show=b#row-{row}")
    );
    app.finish().await;
}

#[tokio::test]
async fn a_tap_that_is_sent_twice_counts_once() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let form = tap(&order, "PREPARING", 2, "k1");
    for client in [script(&app), script(&app), script(&app)] {
        let done = post(&client, &form).await;
        assert_eq!((done.status, done.body.len()), (204, 0), "{done:?}");
    }
    assert_eq!(app.events().await, 3);
    // The same key on another tap is a mistake of the page.
    let other = post(&script(&app), &tap(&order, "READY", 3, "k1")).await;
    assert_eq!(other.status, 422, "{other:?}");
    // Another person's key is another key.
    let colleague = app
        .here()
        .by_session("rosa_staff")
        .with("x-requested-with", "live");
    assert_eq!(
        post(&colleague, &tap(&order, "READY", 3, "k1"))
            .await
            .status,
        204
    );
    app.finish().await;
}

#[tokio::test]
async fn a_step_is_taken_back_by_a_tap() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    post(&rosa(&app), &tap(&order, "READY", 2, "k1")).await;
    assert_eq!(status(&app, &order).await, "READY");
    assert_eq!(
        post(&rosa(&app), &tap(&order, "UNDO", 3, "k2"))
            .await
            .status,
        303
    );
    assert_eq!(status(&app, &order).await, "CONFIRMED");
    let late = post(&script(&app), &tap(&order, "UNDO", 4, "k3")).await;
    assert_eq!(late.status, 409, "{late:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_tap_on_what_has_moved_shows_the_board_as_it_is_now() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    app.colleague("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let stale = post(&rosa(&app), &tap(&order, "PREPARING", 2, "k1")).await;
    assert!([409, 412].contains(&stale.status), "{stale:?}");
    let row = format!("id=\"row-{}\"", order.part("rosa"));
    assert!(stale.text().contains("<!doctype html>") && stale.text().contains(&row));
    // A script is told the same sentence and nothing more.
    let sentence = post(&script(&app), &tap(&order, "PREPARING", 2, "k2")).await;
    assert_eq!(sentence.status, stale.status);
    assert_eq!(sentence.header("content-type"), "text/html; charset=utf-8");
    let text = sentence.text();
    assert!(
        !text.is_empty() && !text.contains('<') && !text.contains("READY"),
        "{text}"
    );
    assert!(stale.text().contains(&text), "{text} is not in {stale:?}");
    assert_eq!(status(&app, &order).await, "READY");
    app.finish().await;
}

#[tokio::test]
async fn a_hand_over_wants_the_code_or_a_word() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    let base = tap(&order, "FULFILLED", 4, "k1");
    for (more, expected) in [
        ("", 422),
        ("&code=FM-222222", 422),
        ("&without_code=%20", 422),
        (&format!("&without_code={}", "x".repeat(501)), 422),
        (&format!("&code={}", order.code.to_lowercase()), 303),
    ] {
        let answer = post(&rosa(&app), &format!("{base}{more}")).await;
        assert_eq!(answer.status, expected, "{more}: {answer:?}");
    }
    let other = app.order().at(Status::Ready).place().await;
    let form = tap(&other, "FULFILLED", 4, "k2") + "&without_code=I+know+her";
    assert_eq!(post(&rosa(&app), &form).await.status, 303);
    let notes = app
        .texts("SELECT note FROM status_events WHERE note IS NOT NULL", &[])
        .await;
    assert_eq!(notes, ["I know her"]);
    app.finish().await;
}

#[tokio::test]
async fn a_tap_that_makes_no_sense_is_refused() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let good = tap(&order, "PREPARING", 2, "k1");
    let long = "x".repeat(501);
    for bad in [
        good.replace("PREPARING", "EATEN"),
        good.replace("key=k1", "key="),
        good.replace("key=k1", "key=a%00b"),
        good.replace("version=2", "version=two"),
        good.replace("&version=2", ""),
        format!("{good}&note={long}"),
        tap(&order, "CANCELLED", 2, "k1"),
        tap(&order, "CANCELLED", 2, "k1") + "&reason=BORED",
        tap(&order, "MISSED", 2, "k1"),
    ] {
        let refused = post(&rosa(&app), &bad).await;
        assert!(
            [403, 409, 422].contains(&refused.status),
            "{bad}: {refused:?}"
        );
    }
    assert_eq!(app.events().await, 2);
    let cancelled = tap(&order, "CANCELLED", 2, "k1") + "&reason=OUT_OF_STOCK&note=Frost";
    assert_eq!(post(&rosa(&app), &cancelled).await.status, 303);
    assert_eq!(status(&app, &order).await, "CANCELLED");
    app.finish().await;
}

#[tokio::test]
async fn nobody_taps_on_another_farms_row() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let twins = app.twin().order().place().await;
    let own = tap(&order, "PREPARING", 2, "k1");
    for id in [order.part("ben"), twins.part("rosa"), "fo_unknown"] {
        let foreign = post(&rosa(&app), &own.replace(order.part("rosa"), id)).await;
        assert_eq!(foreign.status, 404, "{foreign:?}");
    }
    assert_eq!(app.events().await, 6);
    let shut = rosa(&app).get("/farm/board?farm=ben").await;
    assert_eq!(shut.status, 404);
    let board = rosa(&app).get("/farm/board").await.text();
    assert!(
        board.contains("rosa farm") && !board.contains("ben farm"),
        "{board}"
    );
    app.finish().await;
}

#[tokio::test]
async fn who_works_for_several_farms_switches_between_them() {
    let app = TestApp::new().await;
    let ben: FarmId = app.here().farm_id("ben");
    let tx = app.app.db.write().await.unwrap();
    let market = &app.market().id;
    store::insert_membership(
        &tx,
        &user_id("rosa", ""),
        market,
        Role::FarmStaff,
        Some(&ben),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for (client, farms) in [(rosa(&app), 2), (app.here().by_session("manager"), 3)] {
        for farm in ["rosa", "ben"] {
            let board = client.get(&format!("/farm/board?farm={farm}")).await;
            assert_eq!(board.status, 200);
            let others = ["rosa", "ben", "cleo"]
                .iter()
                .filter(|farm| board.text().contains(&format!("{farm} farm")));
            assert_eq!(others.count(), farms, "{board:?}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn a_market_without_a_day_has_an_empty_board() {
    let app = TestApp::new().await;
    app.sql("DELETE FROM windows", &[]).await;
    app.sql("DELETE FROM market_days", &[]).await;
    assert_eq!(rosa(&app).get("/farm/board").await.status, 200);
    assert_eq!(app.stranger().get("/").await.status, 200);
    app.finish().await;
}
