//! Numbers that cannot be meant, fields named twice or never asked for, and the last second before the cut-off.
use std::{collections::BTreeSet, time::Duration};

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::encoded;
use crate::{
    support::{TestApp, TestOrder, ts},
    sweep::{DECLARED, World, body, path, send},
};

/// As JSON: below nothing, above everything, of another form, of another kind.
const NOT_A_QUANTITY: [&str; 17] = [
    "-1",
    "0",
    "1",
    "2147483648",
    "9223372036854775807",
    "1e3",
    "1.5",
    "true",
    "[]",
    "{}",
    "\"-1\"",
    "\"1e3\"",
    "\"0x10\"",
    "\"NaN\"",
    "\"\"",
    "\"9223372036854775807\"",
    "\"99999999999999999999999\"",
];

/// Where a program says how much, `#` stands for it.
const QUANTITIES: [(&str, &str, &str, &str); 5] = [
    ("PUT", "/api/cart/lines/{id}", "ana", r#"{"quantity":#}"#),
    (
        "POST",
        "/api/orders",
        "ana",
        r#"{"lines":[{"product_id":"prd_frm_rosa_0","quantity":#}],"window_id":"win","name":"Ana","email":"ana@example.org"}"#,
    ),
    (
        "PUT",
        "/api/products/{id}/stock",
        "rosa",
        r#"{"stock":#,"expected_version":1}"#,
    ),
    (
        "PUT",
        "/api/products/{id}",
        "rosa",
        r#"{"name":"Beans","price":#,"unit":"kg","category":"leaf","expected_version":1}"#,
    ),
    (
        "PUT",
        "/api/orders/{id}/status",
        "rosa",
        r#"{"status":"READY","expected_version":#}"#,
    ),
];

#[tokio::test]
async fn a_quantity_that_cannot_be_meant_is_422_and_no_sum_moves() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (method, route, name, template) in QUANTITIES {
        for bad in NOT_A_QUANTITY {
            let is_version = template.ends_with("expected_version\":#}");
            // A version is a whole number, and any other one is an old one.
            if is_version && bad.parse::<i64>().is_ok() {
                continue;
            }
            let before = world.app.dump().await;
            let client = world.caller(name, &order).await;
            let path = path(&world.app, route, &order);
            let answer = send(&client, method, &path, &template.replace('#', bad)).await;
            assert_eq!(answer.status, 422, "{bad}: {answer:?}");
            world
                .app
                .dump()
                .await
                .same_as(&before, &format!("{route} {bad}"));
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn a_number_typed_into_a_form_that_cannot_be_meant_is_422() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (route, name, field) in [
        ("/farm/products/{id}/stock", "rosa", "stock"),
        ("/farm/products/new", "rosa", "price"),
        ("/market/settings", "manager", "fee_order"),
        ("/market/settings", "manager", "fee_goods"),
        ("/market/days/new", "manager", "w1_capacity"),
        ("/account/tokens", "ana", "days"),
    ] {
        for bad in [
            "-1",
            "1e3",
            "0x10",
            "NaN",
            "9223372036854775807",
            "99999999999999999999",
        ] {
            let before = world.app.dump().await;
            let client = world.caller(name, &order).await;
            let form = super::with_field(route, &body(route, &order), field, bad);
            let answer = client
                .post_form(&path(&world.app, route, &order), &form)
                .await;
            assert_eq!(answer.status, 422, "{field}={bad}: {answer:?}");
            world
                .app
                .dump()
                .await
                .same_as(&before, &format!("{route} {field}={bad}"));
        }
    }
    world.app.finish().await;
}

/// Every route that reads JSON, with a body that would do.
fn programs(order: &TestOrder) -> Vec<(&'static str, &'static str, String)> {
    let all = DECLARED
        .iter()
        .filter(|row| row.1.starts_with("/api/") && row.0 != "GET");
    let all: Vec<_> = all.map(|row| (row.0, row.1, body(row.1, order))).collect();
    assert!(all.len() >= 7);
    all
}

fn insider(route: &str) -> &'static str {
    if route.ends_with("/lines") {
        "ana"
    } else {
        "rosa"
    }
}

#[tokio::test]
async fn a_field_that_is_named_twice_is_refused_by_every_route() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (method, route, good) in programs(&order) {
        let value: Value = serde_json::from_str(&good).expect("a body");
        for (name, value) in value.as_object().expect("an object") {
            let before = world.app.dump().await;
            let other = if value.is_string() {
                json!("A")
            } else {
                value.clone()
            };
            let twice = format!("{{\"{name}\":{other},{}", &good[1..]);
            let client = world.caller(insider(route), &order).await;
            let answer = send(&client, method, &path(&world.app, route, &order), &twice).await;
            assert_eq!(answer.status, 422, "{twice}: {answer:?}");
            world.app.dump().await.same_as(&before, &twice);
        }
    }
    world.app.finish().await;
}

#[tokio::test]
async fn a_body_nested_without_end_is_400_before_anything_is_built_of_it() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (method, route, good) in programs(&order) {
        let value: Value = serde_json::from_str(&good).expect("a body");
        let name = value.as_object().and_then(|all| all.keys().next().cloned());
        let name = name.expect("a field");
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let middle = if close == "}" { "1" } else { "" };
            let depth = if close == "}" { 40_000 } else { 100_000 };
            let deep = format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
            for text in [format!("{{\"{name}\":{deep}}}"), deep] {
                let client = world.caller(insider(route), &order).await;
                let path = path(&world.app, route, &order);
                let answer = send(&client, method, &path, &text).await;
                answer.refused(400, "market-bad-json");
            }
        }
    }
    world.app.finish().await;
}

/// What nobody may say of themselves, with values that would matter.
const NEVER_ASKED: [(&str, &str); 14] = [
    ("role", "ADMIN"),
    ("farm_id", "frm_cleo"),
    ("user_id", "usr_carl"),
    ("customer_id", "usr_carl"),
    ("market_id", "mkt_harbour"),
    ("price", "0.01"),
    ("price_minor", "1"),
    ("total_minor", "1"),
    ("amount_minor", "1"),
    ("status", "COMPLETED"),
    ("payment", "PAID"),
    ("is_admin", "true"),
    ("id", "ord_forged"),
    ("created_at", "1"),
];

#[tokio::test]
async fn a_program_that_says_more_than_it_is_asked_is_422() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (method, route, good) in programs(&order) {
        for (field, value) in NEVER_ASKED {
            let mut body: Value = serde_json::from_str(&good).expect("a body");
            // Its own fields are judged by their values, and `farm_id` names one's own part of an order.
            let known = body.get(field).is_some()
                || (field == "farm_id" && route.contains("{id}") && !route.ends_with("/stock"))
                || (field == "farm_id" && route == "/api/products");
            if known {
                continue;
            }
            body[field] = value.into();
            let before = world.app.dump().await;
            let client = world.caller(insider(route), &order).await;
            let path = path(&world.app, route, &order);
            let answer = send(&client, method, &path, &body.to_string()).await;
            assert_eq!(answer.status, 422, "{field}: {answer:?}");
            world
                .app
                .dump()
                .await
                .same_as(&before, &format!("{route} {field}"));
        }
    }
    world.app.finish().await;
}

/// Every form once, one after the other, each by who may send it; the database at the end.
async fn all_forms(more: &[(&str, &str)]) -> (Vec<String>, BTreeSet<String>) {
    let mut world = World::new().await;
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    let mut statuses = Vec::new();
    let forms = DECLARED
        .iter()
        .filter(|row| row.0 != "GET" && !row.1.starts_with("/api/") && row.1 != "/logout");
    for (method, route, _) in forms {
        let good = body(route, &order);
        let mut form = good.clone();
        for (field, value) in more {
            let named = |pair: &str| pair.split('=').next() == Some(field);
            if !good.split('&').any(named) {
                form = format!("{form}&{field}={}", encoded(value));
            }
        }
        let name = if route.starts_with("/market/") {
            "manager"
        } else if route.starts_with("/orders/") || route.starts_with("/account") {
            "ana"
        } else {
            "rosa"
        };
        let client = world.caller(name, &order).await;
        let answer = send(&client, method, &path(&world.app, route, &order), &form).await;
        statuses.push(format!("{method} {route} {}", answer.status));
    }
    let dump = world.app.dump().await;
    world.app.finish().await;
    (statuses, dump.lines().map(steady).collect())
}

/// Without what is drawn by lot: secrets, their hashes, codes, and the ids of what was made.
fn steady(line: &str) -> String {
    let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/');
    let mut last = "";
    let kept = words.map(|word| {
        let lot = word.len() >= 20 || last.ends_with("FM-");
        last = word;
        if lot { "…" } else { word }
    });
    let kept: String = kept.collect();
    match line.split_once(':') {
        // Its last four signs, too.
        Some(("api_tokens", _)) => kept.chars().take(kept.chars().count() - 4).collect(),
        _ => kept,
    }
}

#[tokio::test]
async fn a_form_that_says_more_than_it_is_asked_is_not_listened_to() {
    let (expected, kept) = all_forms(&[]).await;
    let done = expected.iter().filter(|line| line.ends_with(" 303"));
    assert!(done.count() >= 20, "{expected:?}");
    let (got, now) = all_forms(&NEVER_ASKED).await;
    for (expected, got) in expected.iter().zip(&got) {
        // One form has a field for each line of an order: what names none is refused.
        let refused = got == "POST /orders/{id}/change 422";
        assert!(expected == got || refused, "{expected}, with more {got}");
    }
    let new: Vec<_> = now.difference(&kept).collect();
    let gone: Vec<_> = kept.difference(&now).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "from {gone:?}\nto {new:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_cancellations_around_the_cut_off_none_is_late() {
    let app = TestApp::new().await;
    let cutoff = ts(crate::support::CUTOFF);
    let mut orders = Vec::new();
    for _ in 0..50 {
        orders.push(app.order().by("ana").place().await);
    }
    app.pass_until(cutoff.minus(Duration::from_micros(1)));
    let cancel = |order: &TestOrder| {
        let (ana, id) = (app.customer("ana"), order.id.clone());
        tokio::spawn(async move { ana.cancel(id, "CUSTOMER_REQUEST").await.status })
    };
    let early: Vec<_> = orders[..25].iter().map(cancel).collect();
    // A few are through, others are on their way.
    let mut early = early.into_iter();
    let first = early.next().expect("one").await.expect("no panic");
    app.pass(Duration::from_micros(1));
    let late: Vec<_> = orders[25..].iter().map(cancel).collect();
    let statuses = |all: Vec<Result<u16, _>>| -> Vec<u16> {
        all.into_iter()
            .map(|status: Result<u16, tokio::task::JoinError>| status.expect("no panic"))
            .collect()
    };
    let early = statuses(join_all(early).await);
    let late = statuses(join_all(late).await);
    assert_eq!(first, 200);
    assert!(
        late.iter().all(|status| *status == 409 || *status == 422),
        "{late:?}"
    );
    let cancelled = app
        .count(
            "SELECT COUNT(*) FROM orders WHERE status = 'CANCELLED'",
            &[],
        )
        .await;
    let told = 1 + early.iter().filter(|status| **status == 200).count();
    assert_eq!(usize::try_from(cancelled).expect("few"), told);
    let after = app
        .count(
            "SELECT COUNT(*) FROM status_events WHERE to_status = 'CANCELLED' AND at >= $1",
            &[&cutoff],
        )
        .await;
    assert_eq!(after, 0, "a cancellation was written after the cut-off");
    app.finish().await;
}

#[tokio::test]
async fn a_late_cancellation_says_so_and_changes_nothing() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    app.pass_until(ts(crate::support::CUTOFF));
    app.run_jobs().await;
    let before = app.dump().await;
    let put = app
        .customer("ana")
        .json(
            Method::PUT,
            &format!("/api/orders/{}/status", order.id),
            json!({ "status": "CANCELLED", "reason": "CUSTOMER_REQUEST" }).to_string(),
        )
        .await;
    assert!([403, 409, 422].contains(&put.status), "{put:?}");
    app.dump().await.same_as(&before, "a late cancellation");
    app.finish().await;
}
