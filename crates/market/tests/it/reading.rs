//! `GET /api/orders/{id}` and `GET /api/orders`.
use std::time::Duration;

use market::{kernel::time::Ts, orders::model::Status};
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

#[tokio::test]
async fn an_order_is_shown_whole_to_its_customer_and_the_market() {
    let app = TestApp::new().await;
    let order = app
        .order()
        .with("rosa", Status::Ready)
        .with("ben", Status::Confirmed)
        .unweighed("ben")
        .place()
        .await;
    let guest = app.guest(&order).await;
    let mut seen = Vec::new();
    for client in [
        app.customer("ana"),
        guest,
        app.manager(),
        app.host(),
        app.admin(),
    ] {
        seen.push(client.order(&order).await.ok());
        // A part's id leads to the whole, too.
        seen.push(client.order(order.part("ben")).await.ok());
    }
    assert!(seen.iter().all(|body| *body == seen[0]));
    let body = &seen[0];
    assert_eq!(body["code"], order.code);
    assert_eq!(body["status"], "CONFIRMED");
    assert_eq!(body["payment"], "PAY_AT_PICKUP");
    assert_eq!(body["currency"], "GBP");
    assert_eq!(body["placed_at"], "2026-11-26T08:00:00Z");
    assert_eq!(
        body["collect"],
        json!({
            "place": "Riverside Square", "address": "Mill Lane 1",
            "starts_at": "2026-11-28T09:00:00Z", "ends_at": "2026-11-28T11:00:00Z",
        })
    );
    assert_eq!(
        body["fees"],
        json!([{ "kind": "order", "amount_minor": 50 }])
    );
    assert_eq!(
        body["progress"],
        json!({ "farms": 2, "ready": 1, "collected": 0 })
    );
    for field in ["changed", "results"] {
        assert_eq!(body.get(field), None);
    }
    app.finish().await;
}

#[tokio::test]
async fn lines_and_history_are_told_in_full() {
    let app = TestApp::new().await;
    let parts = app.order().farms(["rosa", "ben"]).unweighed("ben");
    let order = parts.with("rosa", Status::Ready).place().await;
    let body = app.manager().order(&order).await.ok();
    assert_eq!(body["lines"].as_array().unwrap().len(), 3);
    let line = body["lines"].as_array().unwrap();
    let line = line
        .iter()
        .find(|line| line["priced_by"] == "WEIGHT")
        .unwrap();
    assert_eq!(line["farm_order_id"], order.part("ben"));
    assert_eq!(line["ordered"], 2000);
    assert_eq!(line["estimated_minor"], 360);
    assert_eq!(line.get("amount_minor"), None, "not weighed");
    let history = body["history"].as_array().unwrap();
    let versions: Vec<i64> = history
        .iter()
        .map(|e| e["version"].as_i64().unwrap())
        .collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6], "oldest first");
    app.finish().await;
}

#[tokio::test]
async fn a_link_that_was_revoked_opens_nothing() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let guest = app.guest(&order).await;
    guest.order(&order).await.ok();
    app.sql("UPDATE orders SET link_generation = 2", &[]).await;
    guest.order(&order).await.refused(401, "market-error-401");
    guest
        .cancel(&order, "OTHER")
        .await
        .refused(401, "market-error-401");
    app.finish().await;
}

/// Follows `next` to the end.
async fn pages(client: &Client, query: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut after = String::new();
    loop {
        let body = client
            .get(&format!("/api/orders?{query}{after}"))
            .await
            .ok();
        let ids = |orders: &Value| {
            let orders = orders.as_array().unwrap().iter();
            orders
                .map(|order| order["id"].as_str().unwrap().to_owned())
                .collect()
        };
        pages.push(ids(&body["orders"]));
        match body["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return pages,
        }
        assert!(pages.len() < 20, "it never ends: {pages:?}");
    }
}

/// Seven orders of Ana's at Rosa's, two and two placed in the same microsecond, and others around them.
async fn seven(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..7_u64 {
        let at = placed(app, n / 2);
        let order = app.order().farms(["rosa", "ben"]).placed(at).place().await;
        ids.push(order.id);
        app.order()
            .farms(["cleo"])
            .by("carl")
            .placed(at)
            .place()
            .await;
        app.twin().order().placed(at).place().await;
    }
    ids.reverse();
    ids
}

fn placed(app: &TestApp, hours: u64) -> Ts {
    app.now().minus(Duration::from_hours(20 - hours))
}

#[tokio::test]
async fn lists_come_in_pages_newest_first() {
    let app = TestApp::new().await;
    let expected = seven(&app).await;
    for client in [
        app.customer("ana"),
        app.farmer("rosa"),
        app.colleague("rosa"),
        app.here().by_session("rosa"),
    ] {
        for limit in [1, 2, 3, 6, 7, 8, 200] {
            let pages = pages(&client, &format!("limit={limit}")).await;
            assert_eq!(pages.concat(), expected, "limit {limit}");
            let last = pages.len() - 1;
            assert!(pages[..last].iter().all(|page| page.len() == limit));
            assert!(!pages[last].is_empty(), "no page for nothing");
        }
        assert_eq!(pages(&client, "").await.concat(), expected);
    }
    let mut all = pages(&app.manager(), "limit=4").await.concat();
    assert_eq!(all.len(), 14);
    all.retain(|id| expected.contains(id));
    assert_eq!(all, expected);
    assert_eq!(
        pages(&app.farmer("cleo"), "limit=5").await.concat().len(),
        7
    );
    app.finish().await;
}

#[tokio::test]
async fn a_list_can_be_of_one_status() {
    let app = TestApp::new().await;
    let mixed = app
        .order()
        .with("rosa", Status::Confirmed)
        .with("ben", Status::Ready)
        .place()
        .await;
    let ready = app.order().farms(["ben"]).at(Status::Ready).place().await;
    let list = async |client: Client, status: &str| {
        pages(&client, &format!("status={status}")).await.concat()
    };
    // The market and the customer ask for the order's status, a farm for its part's.
    for client in [app.manager(), app.customer("ana")] {
        assert_eq!(list(client.clone(), "READY").await, [&*ready.id]);
        assert_eq!(list(client.clone(), "CONFIRMED").await, [&*mixed.id]);
        assert!(list(client, "MISSED").await.is_empty());
    }
    let both = [ready.id.clone(), mixed.id.clone()];
    assert_eq!(list(app.farmer("ben"), "READY").await, both);
    assert!(list(app.farmer("ben"), "CONFIRMED").await.is_empty());
    let body = app
        .farmer("ben")
        .get("/api/orders?status=READY&limit=1")
        .await
        .ok();
    let row = &body["orders"][0];
    assert_eq!(row["status"], "READY");
    assert_eq!(row["version"], 4, "its part's");
    assert_eq!(row["code"], ready.code);
    assert_eq!(row["placed_at"], "2026-11-26T08:00:00Z");
    app.finish().await;
}

#[tokio::test]
async fn a_farm_can_be_named_if_it_is_ones_own() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).place().await;
    let own = pages(&app.farmer("rosa"), "farm_id=frm_rosa").await;
    assert_eq!(own.concat(), [order.id]);
    for (client, farm) in [
        (app.farmer("rosa"), "frm_ben"),
        (app.farmer("rosa"), "frm_rosa_two"),
        (app.farmer("rosa"), "%00"),
        (app.farmer("rosa"), ""),
        (app.customer("ana"), "frm_rosa"),
        (app.host(), "frm_rosa"),
    ] {
        let answer = client.get(&format!("/api/orders?farm_id={farm}")).await;
        answer.refused(404, "market-error-404");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_query_is_read_strictly() {
    let app = TestApp::new().await;
    let client = app.manager();
    for (query, field, code) in [
        ("limit=0", "limit", "orders-bad-limit"),
        ("limit=-1", "limit", "orders-bad-limit"),
        ("limit=201", "limit", "orders-bad-limit"),
        ("limit=many", "query", "market-bad-field"),
        ("limit=99999999999999999999", "query", "market-bad-field"),
        ("colour=red", "query", "market-bad-field"),
        ("limit=1&limit=2", "query", "market-bad-field"),
        ("status=SOLD", "status", "orders-unknown-status"),
        ("status=", "status", "orders-unknown-status"),
        ("after=", "after", "orders-bad-cursor"),
        ("after=nonsense", "after", "orders-bad-cursor"),
        ("after=1.", "after", "orders-bad-cursor"),
        ("after=x.ord_1", "after", "orders-bad-cursor"),
        ("after=1.a%00b", "after", "orders-bad-cursor"),
        (
            "after=99999999999999999999.ord_1",
            "after",
            "orders-bad-cursor",
        ),
    ] {
        let answer = client.get(&format!("/api/orders?{query}")).await;
        answer.refused_field(field, code);
    }
    let odd = client.get("/api/orders?after=-1.ord_1").await.ok();
    assert_eq!(odd, json!({ "orders": [] }), "before all orders");
    app.finish().await;
}

#[tokio::test]
async fn who_has_no_list_is_told_so() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let guest = app.guest(&order).await;
    guest
        .get("/api/orders")
        .await
        .refused(403, "orders-list-forbidden");
    // A host's purchases are not the business of the host's token.
    app.order().by("host").place().await;
    app.host()
        .get("/api/orders")
        .await
        .refused(403, "orders-list-forbidden");
    let own = pages(&app.here().by_session("host"), "").await;
    assert_eq!(own.concat().len(), 1);
    app.finish().await;
}
