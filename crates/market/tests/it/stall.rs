//! At the stall: "I am here", finding an order, handing it over, who has not come.
use std::time::Duration;

use market::orders::model::Status;

use crate::support::{Answer, Client, TestApp, TestOrder, WINDOW_ENDS, ts};

const MORNING: &str = "2026-11-28T09:10:00Z";

fn rosa(app: &TestApp) -> Client {
    app.here().by_session("rosa")
}

async fn here(client: &Client, order: &TestOrder) -> Answer {
    client
        .post_form(&format!("/orders/{}/here", order.id), "")
        .await
}

async fn checkin(client: &Client, query: &str) -> String {
    let page = client.get(&format!("/farm/checkin?{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    page.text()
}

#[tokio::test]
async fn a_customer_says_to_be_here_once_and_the_farm_sees_it_first() {
    let app = TestApp::new().await;
    let other = app.order().by("carl").at(Status::Ready).place().await;
    let order = app.order().at(Status::Ready).place().await;
    let ana = app.customer("ana");
    let early = here(&ana, &order).await;
    assert_eq!(early.status, 409, "{early:?}");
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    let page = ana.get(&format!("/orders/{}/track", order.id)).await;
    assert!(page.text().contains("I am here"), "{page:?}");
    let topic = format!("farm/{}", app.here().farm_id("rosa"));
    let mut hints = app.app.cluster.subscribe(&topic);
    for _ in 0..2 {
        assert_eq!(here(&ana, &order).await.status, 303);
    }
    // Whoever watches the board is told at once.
    let told = tokio::time::timeout(Duration::from_secs(5), hints.changed()).await;
    assert!(told.is_ok(), "no hint");
    assert_eq!(app.count("SELECT COUNT(*) FROM arrivals", &[]).await, 1);
    let page = ana.get(&format!("/orders/{}/track", order.id)).await;
    assert!(page.text().contains("since 9:10"), "{page:?}");
    assert!(!page.text().contains("I am here"), "{page:?}");
    let board = rosa(&app).get("/farm/board?farm=rosa").await.text();
    assert!(board.contains("Is at the stall"), "{board}");
    let row = |order: &TestOrder| board.find(&format!("id=\"row-{}\"", order.part("rosa")));
    assert!(row(&order) < row(&other), "{board}");
    let list = checkin(&rosa(&app), "farm=rosa").await;
    assert!(list.contains("Here since 9:10"), "{list}");
    assert!(list.contains("2 of 2 still to come"), "{list}");
    app.finish().await;
}

#[tokio::test]
async fn only_the_customer_says_so_and_only_when_something_is_ready() {
    let app = TestApp::new().await;
    let packing = app.order().at(Status::Preparing).place().await;
    let ready = app.order().by_guest().at(Status::Ready).place().await;
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    assert_eq!(here(&app.customer("ana"), &packing).await.status, 409);
    assert_eq!(here(&rosa(&app), &ready).await.status, 403);
    assert_eq!(here(&app.customer("carl"), &ready).await.status, 404);
    assert_eq!(here(&app.guest(&ready).await, &ready).await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn the_code_leads_to_the_order_and_hands_it_over() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Ready)
        .place()
        .await;
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    let scanned = rosa(&app).get(&format!("/c/{}", order.code)).await;
    let path = format!("/farm/checkin?q={}", order.code);
    assert_eq!(scanned.header("location"), path);
    let own = app.customer("ana").get(&format!("/c/{}", order.code)).await;
    assert_eq!(
        own.header("location"),
        format!("/orders/{}/track", order.id)
    );
    let text = checkin(&rosa(&app), &format!("q={}", order.code.to_lowercase())).await;
    assert!(text.contains("rosa farm") && !text.contains("ben farm"));
    let form = format!(
        "order={}&version=8&key=k1&farm=rosa&code={}",
        order.id, order.code
    );
    for _ in 0..2 {
        let done = rosa(&app).post_form("/farm/checkin", &form).await;
        assert_eq!(done.status, 303, "{done:?}");
        let back = format!("/farm/checkin?farm=rosa&q={}", order.code);
        assert_eq!(done.header("location"), back);
    }
    let text = checkin(&rosa(&app), &format!("q={}", order.code)).await;
    assert!(text.contains("Collected 9:10, rosa Example"), "{text}");
    assert!(text.contains("0 of 1 still to come"), "{text}");
    // The other farm's box is still to be had; a host hands over what is left.
    let host = app.here().by_session("host");
    let text = checkin(&host, &format!("q={}", order.code)).await;
    assert!(text.contains("rosa farm") && text.contains("ben farm"));
    let form = format!(
        "order={}&version=9&key=k2&without_code=I+know+her",
        order.id
    );
    assert_eq!(host.post_form("/farm/checkin", &form).await.status, 303);
    let statuses = app
        .texts("SELECT status FROM farm_orders ORDER BY id", &[])
        .await;
    assert_eq!(statuses, ["FULFILLED", "FULFILLED"]);
    app.finish().await;
}

#[tokio::test]
async fn found_by_name_it_wants_the_code_or_a_word() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    let text = checkin(&rosa(&app), "q=ANA").await;
    assert!(
        text.contains("1 found") && text.contains(&order.code),
        "{text}"
    );
    assert!(
        checkin(&rosa(&app), "q=nobody")
            .await
            .contains("Nobody found")
    );
    let sheet = checkin(&rosa(&app), &format!("q={}&by=name", order.code)).await;
    assert!(sheet.contains("name=\"without_code\""), "{sheet}");
    let form = format!("order={}&version=4&key=k1&farm=rosa", order.id);
    let refused = rosa(&app).post_form("/farm/checkin", &form).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.text().contains("role=\"alert\""), "{refused:?}");
    let wrong = rosa(&app)
        .post_form("/farm/checkin", &(form.clone() + "&code=FM-222222"))
        .await;
    assert_eq!(wrong.status, 422, "{wrong:?}");
    let done = rosa(&app)
        .post_form("/farm/checkin", &(form + "&without_code=Her+phone+is+flat"))
        .await;
    assert_eq!(done.status, 303, "{done:?}");
    app.finish().await;
}

#[tokio::test]
async fn what_is_for_another_day_or_stall_says_where_it_is() {
    let app = TestApp::new().await;
    let mine = app.order().at(Status::Ready).place().await;
    let bens = app.order().farms(["ben"]).at(Status::Ready).place().await;
    let text = checkin(&rosa(&app), &format!("q={}", bens.code)).await;
    assert!(text.contains("None of your boxes"), "{text}");
    assert!(text.contains("Riverside Square") && !text.contains("ben farm"));
    assert!(!text.contains("name=\"order\""), "{text}");
    let form = format!(
        "order={}&version=4&key=k1&farm=rosa&code={}",
        bens.id, bens.code
    );
    let refused = rosa(&app).post_form("/farm/checkin", &form).await;
    assert_eq!(refused.status, 404, "{refused:?}");
    app.sql(
        "INSERT INTO market_days (id, market_id, local_date, status, opens_at, cutoff_at, ends_at) \
         SELECT 'day_b', market_id, '2026-12-05', status, opens_at, cutoff_at, ends_at + 604800000000 \
         FROM market_days WHERE id = 'day'",
        &[],
    )
    .await;
    app.sql(
        "UPDATE orders SET day_id = 'day_b' WHERE id = $1",
        &[&mine.id],
    )
    .await;
    let text = checkin(&rosa(&app), &format!("q={}", mine.code)).await;
    assert!(text.contains("It is for another day"), "{text}");
    app.sql(
        "UPDATE orders SET day_id = 'day' WHERE id = $1",
        &[&mine.id],
    )
    .await;
    app.finish().await;
}

#[tokio::test]
async fn more_leads_to_the_rest_of_the_farm() {
    let app = TestApp::new().await;
    let page = rosa(&app).get("/farm/more").await;
    for path in [
        "/farm/checkin",
        "/farm/labels",
        "/farm/products",
        "/farm/team",
    ] {
        assert!(page.text().contains(&format!("{path}?farm=rosa")), "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_manager_hands_over_what_no_farm_did_and_pays_no_part_twice() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .farms(["rosa", "ben"])
        .at(Status::Ready)
        .place()
        .await;
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    let before = app
        .customer("ana")
        .get(&format!("/orders/{}/track", order.id))
        .await
        .text();
    assert!(
        !before.contains("Settled when it was collected"),
        "{before}"
    );
    let form = format!(
        "order={}&version=8&key=k1&farm=rosa&code={}",
        order.id, order.code
    );
    assert_eq!(
        rosa(&app).post_form("/farm/checkin", &form).await.status,
        303
    );
    // Rosa took what her box costs: it is no longer to be paid.
    let after = app
        .customer("ana")
        .get(&format!("/orders/{}/track", order.id))
        .await
        .text();
    assert!(after.contains("Settled when it was collected"), "{after}");
    let manager = app.here().by_session("manager");
    // The code of another order: one box is collected already, and still nothing may look as if it went well.
    let wrong = format!("order={}&version=9&key=k2&code=FM-222222", order.id);
    let refused = manager.post_form("/farm/checkin", &wrong).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let sheet = checkin(&manager, &format!("q={}", order.code)).await;
    assert!(sheet.contains("name=\"version\" value=\"9\""), "{sheet}");
    let form = format!("order={}&version=9&key=k3&code={}", order.id, order.code);
    let done = manager.post_form("/farm/checkin", &form).await;
    assert_eq!(done.status, 303, "{done:?}");
    let statuses = app
        .texts("SELECT status FROM farm_orders ORDER BY id", &[])
        .await;
    assert_eq!(statuses, ["FULFILLED", "FULFILLED"]);
    app.finish().await;
}

/// What nobody collected says when it becomes missed. To say so before is no farm's step.
#[tokio::test]
async fn after_the_window_it_says_when_what_nobody_collected_is_missed() {
    let app = TestApp::new().await;
    let order = app.order().at(Status::Ready).place().await;
    let packing = app.order().by("carl").at(Status::Preparing).place().await;
    let says = "Becomes “Not collected” at 12:00";
    let (sheet, board, list) = (
        format!("/farm/orders/{}", order.part("rosa")),
        "/farm/board?farm=rosa".to_owned(),
        "/farm/checkin?farm=rosa".to_owned(),
    );
    let said = async |path: &str| {
        let text = rosa(&app).get(path).await.text();
        assert!(!text.contains("value=\"MISSED\""), "{text}");
        text.matches(says).count()
    };
    // Before its end the order alone says until when.
    app.pass_until(ts(MORNING));
    app.sign_in_again().await;
    assert_eq!(said(&sheet).await, 1);
    assert_eq!(said(&board).await + said(&list).await, 0);
    app.pass_until(ts(WINDOW_ENDS));
    app.sign_in_again().await;
    for path in [&sheet, &board, &list] {
        assert!(said(path).await > 0, "{path}");
    }
    assert_eq!(said(&list).await, 1, "nothing of what is being packed");
    let path = format!("/farm/orders/{}", packing.part("rosa"));
    assert_eq!(said(&path).await, 0);
    app.finish().await;
}
