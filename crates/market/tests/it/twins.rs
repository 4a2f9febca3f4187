//! Two markets with the same farms and orders: whoever has a way into one has none into the other.
use market::{
    kernel::{hash, ids::OrderId},
    notices::store as notices,
    orders::{model::Status, store},
};
use serde_json::json;

use crate::support::{Client, Side, TestApp};

/// Everybody who has a way in.
fn people(side: Side<'_>) -> Vec<Client> {
    let names = [
        "rosa",
        "rosa_staff",
        "ben",
        "manager",
        "host",
        "driver",
        "admin",
        "ana",
    ];
    let tokens = names.map(|name| side.by_token(name));
    let sessions = names.map(|name| side.by_session(name));
    tokens.into_iter().chain(sessions).collect()
}

#[tokio::test]
async fn ids_of_the_other_market_are_not_there() {
    let app = TestApp::new().await;
    let (here, there) = (app.here(), app.twin());
    let farms = ["rosa", "ben"];
    let mine = here.order().farms(farms).at(Status::Ready).place().await;
    let theirs = there.order().farms(farms).at(Status::Ready).place().await;
    let events = app.events().await;
    for (side, foreign) in [(here, &theirs), (there, &mine)] {
        for client in people(side) {
            for id in [foreign.id.as_str(), foreign.part("rosa")] {
                client.order(id).await.refused(404, "market-error-404");
                for body in [
                    json!({ "status": "READY" }),
                    json!({ "status": "CANCELLED", "reason": "OTHER" }),
                    json!({ "status": "FULFILLED", "code": foreign.code }),
                    json!({ "status": "FULFILLED", "farm_id": format!("frm_rosa{}", side.tail) }),
                    json!({ "status": "SOLD" }),
                ] {
                    client.put(id, body).await.refused(404, "market-error-404");
                }
                let undo = json!({ "expected_version": 4, "note": "x" });
                client.undo(id, undo).await.refused(404, "market-error-404");
            }
        }
    }
    assert_eq!(app.events().await, events);
    app.finish().await;
}

#[tokio::test]
async fn a_way_in_is_none_under_the_other_host() {
    let app = TestApp::new().await;
    let mine = app.order().at(Status::Ready).place().await;
    let theirs = app.twin().order().at(Status::Ready).place().await;
    let names = ["rosa", "manager", "admin", "host"];
    for name in names {
        let token = app.here().by_token(name).at_host("harbour.market.test");
        token.order(&mine).await.refused(401, "market-error-401");
        token
            .get("/api/orders")
            .await
            .refused(401, "market-error-401");
        // A session is a person's, who may be a customer in both; roles are a market's.
        let session = app.here().by_session(name).at_host("harbour.market.test");
        for order in [&mine, &theirs] {
            session.order(order).await.refused(404, "market-error-404");
            session
                .cancel(order, "OTHER")
                .await
                .refused(404, "market-error-404");
        }
        let list = session.get("/api/orders").await.ok();
        assert_eq!(list, json!({ "orders": [] }));
    }
    let ana = app.customer("ana").at_host("harbour.market.test");
    ana.order(&mine).await.refused(404, "market-error-404");
    assert_eq!(ana.get("/api/orders").await.ok(), json!({ "orders": [] }));
    let guest = app.guest(&mine).await.at_host("harbour.market.test");
    guest.order(&mine).await.refused(401, "market-error-401");
    app.finish().await;
}

#[tokio::test]
async fn lists_never_hold_the_others_orders() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        app.here().order().farms(["rosa", "ben"]).place().await;
        app.twin().order().farms(["rosa", "ben"]).place().await;
    }
    for side in [app.here(), app.twin()] {
        let clients = ["rosa", "ben", "manager", "admin"].map(|name| side.by_token(name));
        for client in clients.into_iter().chain([side.customer("ana")]) {
            let body = client.get("/api/orders").await.ok();
            let orders = body["orders"].as_array().unwrap();
            let foreign = orders.iter().filter(|order| {
                order["id"].as_str().unwrap().ends_with("_two") != (side.tail == "_two")
            });
            assert_eq!(foreign.count(), 0, "{body}");
            assert_eq!(orders.len(), 3);
        }
    }
    app.finish().await;
}

/// The statements themselves know the market; nobody has to remember to ask afterwards.
#[tokio::test]
async fn a_statement_for_one_market_finds_nothing_of_the_other() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let id = OrderId::new(&order.id);
    let link = hash::sha256(app.app.order_token(&order.id, 1));
    let session = hash::sha256(format!("guest of {}", order.id));
    app.guest(&order).await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.run_jobs().await;
    let ana = market::kernel::ids::UserId::new("usr_ana");
    let shown = app
        .texts("SELECT id FROM notices WHERE channel = 'IN_APP'", &[])
        .await;
    let shown = market::kernel::ids::NoticeId::new(&shown[0]);
    for (side, found) in [(app.here(), true), (app.twin(), false)] {
        let market = &side.market().id;
        let read = app.read().await;
        for id in [order.id.as_str(), order.part("rosa")] {
            let got = store::find(&read, market, id).await.unwrap();
            assert_eq!(got.is_some(), found);
        }
        let got = market::orders::following::store::find(&read, market, &id)
            .await
            .unwrap();
        assert_eq!(got.is_some(), found);
        let got = store::find_version(&read, market, &order.id).await.unwrap();
        assert_eq!(got.is_some(), found);
        let got = market::orders::links::store::find_by_link(&read, market, &link)
            .await
            .unwrap();
        assert_eq!(got.is_some(), found);
        let got = market::orders::links::store::find_by_code(&read, market, &order.code)
            .await
            .unwrap();
        assert_eq!(got.is_some(), found);
        let got = market::orders::links::store::list_granted(&read, market, &session)
            .await
            .unwrap();
        assert_eq!(got.len(), usize::from(found));
        let got = notices::find(&read, market, &shown).await.unwrap();
        assert_eq!(got.is_some(), found);
        let got = notices::find_customer(&read, market, &id).await.unwrap();
        assert_eq!(got.is_some(), found);
        let got = notices::list_for_order(&read, market, &id).await.unwrap();
        assert_eq!(got.len(), if found { 2 } else { 0 });
        let got = notices::count_unread(&read, market, &ana, 10)
            .await
            .unwrap();
        assert_eq!(got, i64::from(found));
        let end = (market::kernel::time::Ts::from_micros(i64::MAX), "");
        let got = notices::list_page(&read, market, &ana, end, 10)
            .await
            .unwrap();
        assert_eq!(got.len(), usize::from(found));
        let got = notices::list_colleagues(&read, market, &id).await.unwrap();
        let ours = got
            .iter()
            .all(|one| one.person.email.contains("_two") != found);
        assert!(ours && !got.is_empty(), "{got:?}");
    }
    app.finish().await;
}
