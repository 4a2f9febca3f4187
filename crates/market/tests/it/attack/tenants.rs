//! One farm, one customer, one market does not see or move what is another's, whatever the request names.
use axum::http::Method;
use market::orders::model::Status;
use serde_json::json;

use super::watch::Watch;
use crate::{
    support::{Client, TestApp},
    sweep::{DECLARED, World, path, send},
};

/// The farm comes from who asks, never from what is asked.
#[tokio::test]
async fn a_farm_that_is_only_named_moves_nothing() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    let before = app.dump().await;
    for (farm, status) in [
        ("frm_ben", "READY"),
        ("frm_cleo", "READY"),
        ("frm_rosa_two", "READY"),
    ] {
        let watch = Watch::begin();
        let body = json!({ "status": status, "farm_id": farm });
        app.farmer("rosa")
            .put(&order, body)
            .await
            .refused(404, "market-error-404");
        let events = watch.end();
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0]["event"], "not_theirs");
        assert_eq!(events[0]["user"], "usr_rosa");
    }
    for part in [order.part("ben")] {
        app.farmer("rosa")
            .put_status(part, "READY")
            .await
            .refused(404, "market-error-404");
    }
    app.dump().await.same_as(&before, "another farm's part");
    // Without a name it is one's own part, and the answer holds nothing else.
    let answer = app.farmer("rosa").put_status(&order, "READY").await;
    answer.changed(true);
    assert!(!answer.text().contains("ben"), "{answer:?}");
    let ben = app
        .texts(
            "SELECT status FROM farm_orders WHERE id = $1",
            &[&order.part("ben")],
        )
        .await;
    assert_eq!(ben, ["CONFIRMED"]);
    app.finish().await;
}

/// Who has no part in an order finds no trace of it: not its code, not who ordered, not what was said.
#[tokio::test]
async fn an_order_leaves_no_trace_on_anybody_elses_pages() {
    let mut world = World::new().await;
    let note = "two bunches for the chapel";
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    let step = json!({ "status": "PREPARING", "note": note });
    world
        .app
        .farmer("rosa")
        .put(&order, step)
        .await
        .changed(true);
    world.app.run_jobs().await;
    let tracing = |text: &str| {
        [
            "ana Example",
            "ana@example.org",
            note,
            order.part("rosa"),
            order.part("ben"),
        ]
        .iter()
        .find(|word| text.contains(**word))
        .map(|word| (*word).to_owned())
    };
    let mut seen = 0;
    for name in [
        "nobody",
        "other guest",
        "carl",
        "cleo",
        "twin manager",
        "rosa",
        "manager",
    ] {
        let client = world.caller(name, &order).await;
        let is_party = ["rosa", "manager"].contains(&name);
        for (method, route, _) in DECLARED.iter().filter(|row| row.0 == "GET") {
            let path = path(&world.app, route, &order);
            // Whoever holds the link has a part in it.
            if route.starts_with("/t/") {
                continue;
            }
            let answer = send(&client, method, &path, "").await;
            // A link to the same page in another language repeats what was asked.
            let trace = tracing(&answer.text().replace(&path, ""));
            if is_party {
                seen += usize::from(trace.is_some());
            } else {
                assert_eq!(trace, None, "{name}: {answer:?}");
            }
        }
    }
    assert!(seen >= 6, "only {seen} pages show it to those it concerns");
    world.app.finish().await;
}

/// The same farms, people and goods on both sides: every query of every list, asked on one side, names nothing of
/// the other.
#[tokio::test]
async fn no_query_reaches_the_other_market() {
    let app = TestApp::new().await;
    for side in [app.here(), app.twin()] {
        for status in [Status::Confirmed, Status::Ready] {
            side.order()
                .farms(["rosa", "ben"])
                .at(status)
                .by("ana")
                .place()
                .await;
        }
    }
    app.run_jobs().await;
    let foreign = [
        "/shop?q=carrots",
        "/shop?category=root",
        "/shop?after=A|prd_frm_rosa_two_0",
        "/api/products?farm_id=frm_rosa_two",
        "/api/products",
        "/api/orders?farm_id=frm_rosa_two",
        "/api/orders?status=READY",
        "/farm/board?farm=rosa",
        "/farm/products?farm=rosa",
        "/farm/team?farm=rosa",
        "/farm/settings?farm=rosa",
        "/market/days/new?copy=day_two",
        "/notifications",
        "/orders",
        "/farms/rosa",
        "/p/carrots-rosa",
    ];
    let here = app.here();
    let all: [Client; 6] = [
        here.stranger(),
        here.by_session("ana"),
        here.by_session("rosa"),
        here.by_session("manager"),
        here.by_session("admin"),
        here.by_token("rosa"),
    ];
    let mut full = 0;
    for (nth, client) in (0..).zip(all) {
        let client = client.from(([203, 0, 113, nth], 1).into());
        for path in foreign {
            let answer = client.get(path).await;
            let text = answer.text().replace(path, "").replace("frm_rosa_two", "");
            assert!(!text.contains("_two"), "{answer:?}");
            full += usize::from(answer.status == 200 && text.contains("rosa"));
        }
    }
    assert!(full >= 30, "{full}");
    app.finish().await;
}

/// A body that names the other market's things is told what it would be told of nothing.
#[tokio::test]
async fn what_a_body_names_of_the_other_market_is_not_there() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    let rosa = app.farmer("rosa");
    let order = |product: &str, window: &str| {
        json!({ "lines": [{ "product_id": product, "quantity": "1" }], "window_id": window,
            "name": "Ana", "email": "ana@example.org" })
        .to_string()
    };
    let product = |farm: &str| {
        json!({ "farm_id": farm, "name": "Beans", "price": "2.40", "unit": "kg", "category": "leaf" }).to_string()
    };
    for (real, none) in [
        (
            order("prd_frm_rosa_two_0", "win"),
            order("prd_nowhere", "win"),
        ),
        (
            order("prd_frm_rosa_0", "win_two"),
            order("prd_frm_rosa_0", "win_nowhere"),
        ),
    ] {
        let mut said = Vec::new();
        for body in [real, none] {
            let answer = rosa.json(Method::POST, "/api/orders", body).await;
            assert!([404, 409, 422].contains(&answer.status), "{answer:?}");
            said.push((answer.status, answer.value()["code"].clone()));
        }
        assert_eq!(said[0], said[1]);
    }
    let mut said = Vec::new();
    for farm in ["frm_rosa_two", "frm_nowhere"] {
        let answer = rosa
            .json(Method::POST, "/api/products", product(farm))
            .await;
        said.push((answer.status, answer.value()["code"].clone()));
    }
    assert_eq!((said[0].0, &said[0]), (404, &said[1]));
    let here = app.here();
    for (client, path, form) in [
        (
            here.by_session("ana"),
            "/cart",
            "more=prd_frm_rosa_two_0&back=/shop",
        ),
        (
            here.by_session("manager"),
            "/market/farms/frm_rosa_two",
            "do=pause&reason=x&version=1",
        ),
        (
            here.by_session("rosa"),
            "/farm/team/remove",
            "farm=rosa&user=usr_rosa_staff_two",
        ),
        (
            here.by_session("ana"),
            "/account/tokens/revoke",
            "id=tok_ana_two",
        ),
        (
            here.by_session("rosa"),
            "/farm/products/prd_frm_rosa_two_0/stock",
            "stock=1&version=1",
        ),
    ] {
        let answer = client.post_form(path, form).await;
        assert!([404, 409, 422].contains(&answer.status), "{answer:?}");
    }
    app.dump()
        .await
        .same_as(&before, "what was named of the other market");
    app.finish().await;
}

/// A key of one caller says nothing to another, in the same words for the same order.
#[tokio::test]
async fn a_key_that_somebody_else_used_gives_nothing_away() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    let keyed = |client: Client| client.with("idempotency-key", "the same for all");
    let first = keyed(app.farmer("rosa"))
        .put_status(&order, "PREPARING")
        .await;
    first.changed(true);
    for client in [app.farmer("cleo"), app.customer("carl"), app.stranger()] {
        let answer = keyed(client).put_status(&order, "PREPARING").await;
        assert!([401, 404].contains(&answer.status), "{answer:?}");
    }
    let ben = keyed(app.farmer("ben"))
        .put_status(&order, "PREPARING")
        .await;
    ben.changed(true);
    assert_ne!(ben.body, first.body);
    let twin = keyed(app.twin().farmer("rosa"))
        .put_status(&order, "PREPARING")
        .await;
    twin.refused(404, "market-error-404");
    app.finish().await;
}
