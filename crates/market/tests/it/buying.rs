//! Placing orders: who gets the last of something, what a key is for, what the clock decides, what cannot be forged.
use std::{net::SocketAddr, time::Duration};

use axum::http::Method;
use futures_util::future::join_all;
use market::kernel::time::{Ts, instant};
use serde_json::{Value, json};

use crate::support::{Answer, CUTOFF, Client, TestApp, ts};

const CARROTS: &str = "prd_frm_rosa_0";

fn order(lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(id, quantity)| json!({ "product_id": id, "quantity": quantity }))
        .collect();
    json!({ "lines": lines, "window_id": "win", "name": "Ana", "email": "ana@example.org" })
}

async fn place(client: &Client, body: &Value) -> Answer {
    client
        .json(Method::POST, "/api/orders", body.to_string())
        .await
}

/// Strangers, each from a network of their own, so that no limit is met.
fn stranger(app: &TestApp, n: u32) -> Client {
    let [_, a, b, c] = n.to_be_bytes();
    app.stranger()
        .from(SocketAddr::from(([a + 20, b, c, 1], 1)))
}

async fn at_once(app: &TestApp, count: u32, body: &Value, key: Option<&str>) -> Vec<Answer> {
    let tasks: Vec<_> = (0..count)
        .map(|n| {
            let client = match key {
                Some(key) => app.customer("ana").with("idempotency-key", key),
                None => stranger(app, n * 256),
            };
            let body = body.clone();
            tokio::spawn(async move { place(&client, &body).await })
        })
        .collect();
    join_all(tasks)
        .await
        .into_iter()
        .map(|answer| answer.expect("no panic"))
        .collect()
}

async fn stock(app: &TestApp, id: &str) -> i64 {
    app.count("SELECT stock_qty FROM products WHERE id = $1", &[&id])
        .await
}

async fn taken(app: &TestApp) -> i64 {
    app.count("SELECT taken FROM windows WHERE id = 'win'", &[])
        .await
}

async fn set_stock(app: &TestApp, id: &str, thousandths: i64) {
    app.sql(
        "UPDATE products SET stock_qty = $2 WHERE id = $1",
        &[&id, &thousandths],
    )
    .await;
}

async fn orders(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM orders", &[]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_want_the_last_bunch_and_one_gets_it() {
    let app = TestApp::new().await;
    set_stock(&app, CARROTS, 1000).await;
    let answers = at_once(
        &app,
        200,
        &order(&[(CARROTS, "1"), ("prd_frm_ben_0", "2")]),
        None,
    )
    .await;
    let won: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert_eq!(won.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(answer.text().contains("Carrots is sold out"), "{answer:?}");
    }
    assert_eq!(
        (
            stock(&app, CARROTS).await,
            orders(&app).await,
            taken(&app).await
        ),
        (0, 1, 1)
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_want_the_last_place_and_one_gets_it() {
    let app = TestApp::new().await;
    app.sql("UPDATE windows SET capacity = 1 WHERE id = 'win'", &[])
        .await;
    set_stock(&app, CARROTS, 900_000).await;
    let answers = at_once(&app, 200, &order(&[(CARROTS, "1")]), None).await;
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201).count(),
        1
    );
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "orders-place-full");
    }
    assert_eq!(
        (
            stock(&app, CARROTS).await,
            orders(&app).await,
            taken(&app).await
        ),
        (899_000, 1, 1)
    );
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_requests_with_one_key_are_one_order() {
    let app = TestApp::new().await;
    let body = order(&[(CARROTS, "1")]);
    let answers = at_once(&app, 100, &body, Some("k-1")).await;
    let first = answers[0].value();
    for answer in &answers {
        assert_eq!((answer.status, answer.value()), (201, first.clone()));
    }
    assert_eq!(orders(&app).await, 1);
    // Somebody else's key is another key, another body under it is a mistake.
    let carl = app.customer("carl").with("idempotency-key", "k-1");
    assert_eq!(place(&carl, &body).await.status, 201);
    let ana = app.customer("ana").with("idempotency-key", "k-1");
    place(&ana, &order(&[(CARROTS, "2")]))
        .await
        .refused_field("Idempotency-Key", "orders-key-reused");
    assert_eq!(orders(&app).await, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_stranger_with_anothers_key_gets_an_order_of_their_own() {
    let app = TestApp::new().await;
    let body = order(&[(CARROTS, "1")]);
    let first = place(&app.stranger().with("idempotency-key", "k"), &body)
        .await
        .value();
    let again = place(&app.stranger().with("idempotency-key", "k"), &body)
        .await
        .value();
    assert_eq!(first["id"], again["id"], "the same person's second try");
    let mut other = body.clone();
    other["email"] = "carl@example.org".into();
    let other = place(&app.stranger().with("idempotency-key", "k"), &other).await;
    assert_eq!(other.status, 201);
    assert_ne!(first["id"], other.value()["id"]);
    app.finish().await;
}

#[tokio::test]
async fn the_cut_off_is_decided_to_the_microsecond() {
    let app = TestApp::new().await;
    let body = order(&[(CARROTS, "1")]);
    app.pass_until(Ts::from_micros(ts(CUTOFF).micros() - 1));
    assert_eq!(place(&app.stranger(), &body).await.status, 201);
    app.pass_until(ts(CUTOFF));
    place(&app.stranger(), &body)
        .await
        .refused(409, "orders-place-closed");
    app.sql(
        "UPDATE market_days SET opens_at = $1, cutoff_at = $1",
        &[&(ts(CUTOFF).micros() + 5)],
    )
    .await;
    place(&app.stranger(), &body)
        .await
        .refused(409, "orders-place-early");
    app.sql("UPDATE market_days SET status = 'CANCELLED'", &[])
        .await;
    place(&app.stranger(), &body)
        .await
        .refused(409, "orders-place-closed");
    assert_eq!(orders(&app).await, 1);
    app.finish().await;
}

/// A day whose cut-off is at noon by the market's clock, on the Sundays when that clock is put forward and back.
#[tokio::test]
async fn noon_is_noon_when_the_clock_changes() {
    let app = TestApp::new().await;
    let body = order(&[(CARROTS, "1")]);
    for (noon, utc) in [
        ("2027-03-28T12:00", "2027-03-28T11:00:00Z"),
        ("2027-10-31T12:00", "2027-10-31T12:00:00Z"),
    ] {
        let cutoff = instant(noon.parse().unwrap(), &app.market().zone).unwrap();
        assert_eq!(cutoff, ts(utc));
        let ends = cutoff.plus(Duration::from_hours(24));
        app.sql(
            "UPDATE market_days SET cutoff_at = $1, ends_at = $2 WHERE id = 'day'",
            &[&cutoff, &ends],
        )
        .await;
        app.sql(
            "UPDATE windows SET starts_at = $1, ends_at = $2 WHERE id = 'win'",
            &[&cutoff, &ends],
        )
        .await;
        app.pass_until(cutoff.minus(Duration::from_secs(1)));
        assert_eq!(place(&app.stranger(), &body).await.status, 201, "{noon}");
        app.pass_until(cutoff);
        place(&app.stranger(), &body)
            .await
            .refused(409, "orders-place-closed");
    }
    app.finish().await;
}

#[tokio::test]
async fn nothing_forged_is_written() {
    let app = TestApp::new().await;
    set_stock(&app, CARROTS, 5000).await;
    let good = order(&[(CARROTS, "1")]);
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let line = |line: Value| with("lines", json!([line]));
    let mut refused = vec![
        with("total_minor", json!(1)),
        with("fees", json!([])),
        with("market_id", json!("mkt_harbour")),
        with("customer_id", json!("usr_carl")),
        with("window_id", json!("win_two")),
        with("window_id", json!("")),
        with("name", json!("")),
        with("name", json!("Ana\r\nBcc: x@example.org")),
        with("email", json!("nobody")),
        with("email", json!("a\r\nb@example.org")),
        with("phone", json!("call me")),
        with("lines", json!([])),
        with(
            "notes",
            json!([{ "farm_id": "frm_rosa", "text": "\u{202e}x" }]),
        ),
        with(
            "notes",
            json!([{ "farm_id": "frm_ben", "text": "not of this order" }]),
        ),
        line(json!({ "product_id": CARROTS, "quantity": "1", "price_minor": 1 })),
        line(json!({ "product_id": CARROTS, "quantity": "1", "farm_id": "frm_ben" })),
        line(json!({ "product_id": "prd_frm_rosa_two_0", "quantity": "1" })),
        line(json!({ "product_id": "prd_unknown", "quantity": "1" })),
        with(
            "lines",
            json!([{ "product_id": CARROTS, "quantity": "1" }, { "product_id": CARROTS, "quantity": "1" }]),
        ),
    ];
    for quantity in [
        "0",
        "-1",
        "-0.5",
        "0.0001",
        "0.5",
        "1000000000000000000",
        "1e3",
        "NaN",
        "",
        "1,5",
        "10001",
        "٣",
    ] {
        refused.push(line(json!({ "product_id": CARROTS, "quantity": quantity })));
    }
    refused.push(line(json!({ "product_id": CARROTS, "quantity": 1 })));
    for body in refused {
        let answer = place(&app.stranger(), &body).await;
        assert_eq!(answer.status, 422, "{body}: {answer:?}");
    }
    let answer = place(&app.stranger(), &order(&[(CARROTS, "6")])).await;
    answer.refused(409, "orders-place-short");
    assert_eq!(
        (
            stock(&app, CARROTS).await,
            orders(&app).await,
            taken(&app).await
        ),
        (5000, 0, 0)
    );
    let placed = place(&app.stranger(), &good).await.value();
    let total: i64 = app
        .count(
            "SELECT CAST(SUM(amount_minor) AS BIGINT) FROM order_lines WHERE product_id = $1",
            &[&CARROTS],
        )
        .await;
    assert_eq!((total, stock(&app, CARROTS).await), (180, 4000), "{placed}");
    app.finish().await;
}

#[tokio::test]
async fn a_farm_that_does_not_sell_and_a_hidden_product_are_gone() {
    let app = TestApp::new().await;
    let body = order(&[(CARROTS, "1")]);
    for (change, undo) in [
        (
            "UPDATE farms SET status = 'PAUSED' WHERE id = 'frm_rosa'",
            "UPDATE farms SET status = 'APPROVED'",
        ),
        (
            "UPDATE farms SET status = 'APPLIED' WHERE id = 'frm_rosa'",
            "UPDATE farms SET status = 'APPROVED'",
        ),
        (
            "UPDATE products SET is_hidden = TRUE WHERE farm_id = 'frm_rosa'",
            "UPDATE products SET is_hidden = FALSE",
        ),
    ] {
        app.sql(change, &[]).await;
        place(&app.stranger(), &body)
            .await
            .refused(409, "orders-place-gone");
        for page in ["/shop", "/p/carrots-rosa"] {
            assert!(
                !app.stranger().get(page).await.text().contains("rosa farm"),
                "{change}: {page}"
            );
        }
        app.sql(undo, &[]).await;
    }
    let season = "UPDATE products SET season_from = '05-01', season_to = '06-01' WHERE id = $1";
    app.sql(season, &[&CARROTS]).await;
    place(&app.stranger(), &body)
        .await
        .refused(409, "orders-place-season");
    app.sql(
        "UPDATE products SET season_from = NULL, days = 'sun' WHERE id = $1",
        &[&CARROTS],
    )
    .await;
    place(&app.stranger(), &body)
        .await
        .refused(409, "orders-place-days");
    app.finish().await;
}

#[tokio::test]
async fn a_cancelled_order_gives_back_what_it_had_taken() {
    let app = TestApp::new().await;
    set_stock(&app, CARROTS, 5000).await;
    let body = order(&[(CARROTS, "2"), ("prd_frm_ben_0", "1")]);
    let ana = app.customer("ana");
    let id = |answer: Answer| answer.value()["id"].as_str().unwrap().to_owned();
    let first = id(place(&ana, &body).await);
    let second = id(place(&ana, &body).await);
    assert_eq!((stock(&app, CARROTS).await, taken(&app).await), (1000, 2));
    // The farm has none: that stock is nobody's.
    app.farmer("rosa")
        .cancel(&first, "OUT_OF_STOCK")
        .await
        .changed(true);
    assert_eq!(
        (stock(&app, CARROTS).await, taken(&app).await),
        (1000, 2),
        "ben's part still comes"
    );
    ana.cancel(&first, "CUSTOMER_REQUEST").await.changed(true);
    assert_eq!((stock(&app, CARROTS).await, taken(&app).await), (1000, 1));
    ana.cancel(&second, "CUSTOMER_REQUEST").await.changed(true);
    ana.cancel(&second, "CUSTOMER_REQUEST").await.changed(false);
    assert_eq!(
        (stock(&app, CARROTS).await, taken(&app).await),
        (3000, 0),
        "once, not twice"
    );
    let late = id(place(&ana, &body).await);
    app.pass_until(ts(CUTOFF));
    app.manager().cancel(&late, "OTHER").await.changed(true);
    assert_eq!(
        (stock(&app, CARROTS).await, taken(&app).await),
        (1000, 0),
        "it was harvested"
    );
    app.finish().await;
}

#[tokio::test]
async fn what_was_placed_is_there_for_all_its_parties() {
    let app = TestApp::new().await;
    let mut body = order(&[
        (CARROTS, "2"),
        ("prd_frm_ben_1", "1"),
        ("prd_frm_cleo_2", "1.5"),
    ]);
    body["notes"] = json!([{ "farm_id": "frm_rosa", "text": "Leave the mud on." }]);
    app.sql("UPDATE products SET step_qty = 250 WHERE unit = 'kg'", &[])
        .await;
    let placed = place(&app.stranger(), &body).await;
    let value = placed.value();
    assert_eq!(
        (&value["status"], &value["version"], &value["payment"]),
        (&json!("PENDING"), &json!(1), &json!("PAY_AT_PICKUP"))
    );
    let id = value["id"].as_str().unwrap();
    for farm in ["rosa", "ben", "cleo"] {
        let seen = app.farmer(farm).order(id).await.ok();
        assert_eq!(seen["lines"].as_array().unwrap().len(), 1, "{farm}: {seen}");
    }
    let link = value["link"].as_str().unwrap();
    assert!(link.contains("/t/"), "{link}");
    let path = link.strip_prefix("http://market.test").unwrap();
    assert_eq!(app.stranger().get(path).await.status, 303);
    let whole = app.manager().order(id).await.ok();
    let amounts: Vec<_> = whole["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["amount_minor"].clone())
        .collect();
    assert_eq!(
        amounts,
        [json!(180), Value::Null, json!(360)],
        "by farm; the squash is weighed first: {whole}"
    );
    app.farmer("rosa")
        .put_status(id, "READY")
        .await
        .changed(true);
    app.finish().await;
}

#[tokio::test]
async fn windows_say_what_is_left() {
    let app = TestApp::new().await;
    let windows = app.stranger().get("/api/windows").await.ok();
    assert_eq!(
        (&windows["windows"][0]["id"], &windows["windows"][0]["left"]),
        (&json!("win"), &json!(1000))
    );
    assert_eq!(
        place(&app.stranger(), &order(&[(CARROTS, "1")]))
            .await
            .status,
        201
    );
    let windows = app.stranger().get("/api/windows").await.ok();
    assert_eq!(windows["windows"][0]["left"], 999);
    app.pass_until(ts(CUTOFF));
    assert_eq!(
        app.stranger().get("/api/windows").await.ok(),
        json!({ "windows": [] })
    );
    app.finish().await;
}
