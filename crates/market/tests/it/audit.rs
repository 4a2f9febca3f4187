//! What was done is written down: every act once, in its transaction, without a person's name; and nobody changes it
//! unseen.
use axum::http::Method;
use market::{
    audit::check::{Report, Wrong, check},
    kernel::hash,
};
use serde_json::{Value, json};

use crate::{
    support::{Answer, Client, TestApp, TestOrder, ts},
    sweep,
};

/// What leaves no entry, and why.
const SILENT: &[(&str, &str)] = &[
    ("/login", "asks for a mail; whoever uses its link signs in"),
    (
        "/signup",
        "asks for a mail; whoever uses its link makes an account",
    ),
    (
        "/reset",
        "asks for a mail; whoever uses its link sets a password",
    ),
    (
        "/account/email",
        "asks for a mail; whoever uses its link changes the address",
    ),
    ("/track", "asks for a mail"),
    ("/cart", "a cart is not an order"),
    ("/cart/accept", "a cart is not an order"),
    ("/api/cart/lines/{id}", "a cart is not an order"),
    ("/checkout", "a cart is not an order"),
    ("/checkout/pickup", "a cart is not an order"),
    ("/notifications/read", "what somebody has read"),
    (
        "/market/orders/filters",
        "a list's shortcut of one person, which nobody else sees",
    ),
    (
        "/market/orders/filters/forget",
        "a list's shortcut of one person, which nobody else sees",
    ),
    (
        "/farm/orders/{id}/tick",
        "the line itself keeps who ticked it and when",
    ),
    (
        "/farm/harvest",
        "the tick itself keeps who made it and when",
    ),
    (
        "/orders/{id}/here",
        "the arrival itself keeps when the customer said so",
    ),
];

/// Entries, and the status events that are entries themselves.
async fn written(app: &TestApp) -> i64 {
    let entries = app.count("SELECT COUNT(*) FROM audit_entries", &[]).await;
    entries + app.events().await
}

#[tokio::test]
async fn every_act_is_written_down() {
    let acts = sweep::DECLARED.iter().filter(|row| row.0 != "GET");
    let mut wrong = Vec::new();
    for &(method, route, _) in acts {
        let silent = SILENT.iter().any(|silent| silent.0 == route);
        if route == "/setup/{token}" {
            continue; // A market that is not set up: below.
        }
        let app = TestApp::new().await;
        let (client, path, body) = ready(&app, route).await;
        let before = written(&app).await;
        let answer = sweep::send(&client, method, &path, &body).await;
        let more = written(&app).await - before;
        if answer.status >= 400 || (more == 0) != silent {
            wrong.push(format!("{method} {route}: {more} entries, {answer:?}"));
        }
        app.finish().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Somebody who may do what the route does, and a request that changes something.
async fn ready(app: &TestApp, route: &str) -> (Client, String, String) {
    let order = app.order().farms(["rosa", "ben"]).by("ana").place().await;
    let manager = app.here().by_session("manager");
    let ana = app.customer("ana");
    let plain = (
        manager.clone(),
        sweep::path(app, route, &order),
        sweep::body(route, &order),
    );
    let at = |client: Client, path: String, body: &str| (client, path, body.to_owned());
    match route {
        "/login/link/{token}" => {
            app.stranger()
                .post_form("/login", "email=ana@example.org")
                .await;
            app.run_jobs().await;
            at(app.stranger(), app.mailed("ana@example.org"), "")
        }
        "/login/password" => {
            app.sign_up("Dora", "dora@example.org", "violet+horse")
                .await;
            let body = "email=dora@example.org&password=violet+horse";
            at(app.stranger(), route.to_owned(), body)
        }
        "/signup/{token}" => {
            let form = "name=Dora&email=dora@example.org&password=violet+horse";
            app.stranger().post_form("/signup", form).await;
            app.run_jobs().await;
            at(app.stranger(), app.mailed("dora@example.org"), "")
        }
        "/reset/{token}" => {
            app.stranger()
                .post_form("/reset", "email=ana@example.org")
                .await;
            app.run_jobs().await;
            at(
                app.stranger(),
                app.mailed("ana@example.org"),
                "password=violet+horse",
            )
        }
        "/account/password" => {
            let dora = app
                .sign_up("Dora", "dora@example.org", "violet+horse")
                .await;
            at(dora, plain.1, "current=violet+horse&password=quite+another")
        }
        "/account/email/{token}" => {
            ana.post_form("/account/email", "email=new@example.org")
                .await;
            app.run_jobs().await;
            at(ana, app.mailed("new@example.org"), "")
        }
        "/account/sessions" => {
            let handle = &hash::sha256("session-ana")[..16];
            at(ana, plain.1, &format!("end={handle}"))
        }
        "/account/tokens/revoke" => at(ana, plain.1, "id=tok_ana"),
        "/farm/team/remove" => at(manager, plain.1, "farm=rosa&user=usr_rosa_staff"),
        "/invite/{token}" => {
            let form = "farm=rosa&email=nia@example.org&role=FARM_STAFF";
            manager.post_form("/farm/team", form).await;
            app.run_jobs().await;
            at(app.stranger(), app.mailed("nia@example.org"), "name=Nia")
        }
        "/api/orders/{id}/undo" => {
            let rosa = app.farmer("rosa");
            rosa.put(order.part("rosa"), json!({ "status": "PREPARING" }))
                .await;
            let path = format!("/api/orders/{}/undo", order.part("rosa"));
            at(rosa, path, "{\"expected_version\":3}")
        }
        "/orders/{id}/change" | "/api/orders/{id}/lines" => {
            let line = line(&ana, &order).await;
            let body = if route.starts_with("/api") {
                json!({ "expected_version": 4, "lines": [{ "line_id": line, "quantity": "1" }] })
                    .to_string()
            } else {
                format!("version=4&{line}=1")
            };
            at(ana, plain.1, &body)
        }
        "/orders/{id}/cancel" => at(ana, plain.1, ""),
        "/orders/{id}/here" | "/farm/checkin" => {
            let rosa = app.farmer("rosa");
            rosa.put(order.part("rosa"), json!({ "status": "READY" }))
                .await;
            app.pass_until(ts("2026-11-28T09:10:00Z"));
            app.sign_in_again().await;
            let body = format!(
                "order={}&version=5&key=k1&farm=rosa&code={}",
                order.id, order.code
            );
            let client = if route == "/farm/checkin" {
                app.here().by_session("rosa")
            } else {
                ana
            };
            at(client, plain.1, &body)
        }
        "/checkout" | "/checkout/pickup" | "/checkout/confirm" => {
            let form = to_confirm(&ana).await;
            let body = if route == "/checkout/confirm" {
                form
            } else {
                plain.2
            };
            at(ana, plain.1, &body)
        }
        _ => plain,
    }
}

async fn line(client: &Client, order: &TestOrder) -> String {
    let order = client.order(&order.id).await.ok();
    order["lines"][0]["id"].as_str().expect("a line").to_owned()
}

/// A cart up to its last page; what that page's form says.
async fn to_confirm(client: &Client) -> String {
    for (path, form) in [
        ("/cart", "more=prd_frm_rosa_0&back=/shop"),
        ("/checkout", "name=Ana&email=ana@example.org"),
        ("/checkout/pickup", "window=win"),
    ] {
        assert_eq!(client.post_form(path, form).await.status, 303);
    }
    let page = client.get("/checkout/confirm").await.text();
    let value = |name: &str| {
        let (_, rest) = page
            .split_once(&format!("name=\"{name}\" value=\""))
            .expect(name);
        rest.split_once('"').expect("a value").0.to_owned()
    };
    format!("key={}&total={}", value("key"), value("total"))
}

#[tokio::test]
async fn the_set_up_is_written_down_step_by_step() {
    let (app, token) = TestApp::bare().await;
    let here = format!("/setup/{token}");
    let market = "step=MARKET&name=Mill+Market&address=Mill+Lane+1&zone=Europe/London&currency=GBP&prefix=mm";
    let owner = "step=OWNER&name=Olga+Owner&email=olga@example.org";
    for form in [market, owner, "step=PLACE&skip=on"] {
        let answer = app.stranger().post_form(&here, form).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    let verbs = app
        .texts("SELECT verb FROM audit_entries ORDER BY at, id", &[])
        .await;
    let mut verbs: Vec<&str> = verbs.iter().map(String::as_str).collect();
    verbs.sort_unstable();
    assert_eq!(
        verbs,
        ["setup.done", "setup.link", "setup.market", "setup.owner"]
    );
    app.finish().await;
}

async fn only(app: &TestApp, verb: &str) -> (String, String, String, String) {
    let rows: Vec<(String, String, String, String)> = app
        .read()
        .await
        .all(
            "SELECT COALESCE(actor_id, '') || ' ' || role || ' ' || via || ' ' || address, request_id, \
             COALESCE(was, ''), COALESCE(became, '') FROM audit_entries WHERE verb = $1",
            &[&verb],
        )
        .await
        .expect("entries");
    assert_eq!(rows.len(), 1, "{verb}: {rows:?}");
    rows[0].clone()
}

#[tokio::test]
async fn an_entry_says_who_from_where_and_what_it_was_before() {
    let app = TestApp::new().await;
    let manager = app
        .here()
        .by_session("manager")
        .from(([198, 51, 100, 9], 1).into());
    let paused = manager
        .post_form("/market/farms/frm_rosa", "do=pause&reason=Flood&version=1")
        .await;
    let (who, request, was, became) = only(&app, "farm.paused").await;
    assert_eq!(who, "usr_manager MARKET_MANAGER SESSION 198.51.100.9");
    assert_eq!(request, paused.header("x-request-id"));
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
    assert_eq!(
        read(&was),
        json!({ "status": "APPROVED", "paused_reason": null })
    );
    assert_eq!(
        read(&became),
        json!({ "status": "PAUSED", "paused_reason": "Flood" })
    );

    let body = "{\"stock\":\"12\",\"expected_version\":1}";
    let stock = "/api/products/prd_frm_rosa_0/stock";
    app.farmer("rosa").json(Method::PUT, stock, body).await.ok();
    let (who, _, was, became) = only(&app, "product.changed").await;
    assert_eq!(who, "usr_rosa FARM_OWNER TOKEN 192.0.2.7");
    assert_eq!(
        (read(&was), read(&became)),
        (json!({ "stock": null }), json!({ "stock": "12" }))
    );

    // The same again changes nothing, and what is refused neither.
    let before = written(&app).await;
    app.farmer("rosa").json(Method::PUT, stock, body).await;
    app.farmer("ben").json(Method::PUT, stock, body).await;
    manager
        .post_form("/market/farms/frm_rosa", "do=pause&reason=X&version=1")
        .await;
    assert_eq!(written(&app).await, before);
    app.finish().await;
}

#[tokio::test]
async fn a_step_of_a_status_writes_its_event_and_nothing_more() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let before = app.count("SELECT COUNT(*) FROM audit_entries", &[]).await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let after = app.count("SELECT COUNT(*) FROM audit_entries", &[]).await;
    assert_eq!(before, after);
    app.finish().await;
}

#[tokio::test]
async fn time_acts_as_the_platform_itself() {
    let app = TestApp::new().await;
    market::jobs::ensure_recurring(&app.app).await.unwrap();
    app.pass_until(crate::support::ts(crate::support::CUTOFF));
    app.run_jobs().await;
    let acts = app
        .texts(
            "SELECT verb || ' ' || role || ' ' || via || ' ' || became FROM audit_entries WHERE market_id = $1",
            &[&app.market().id],
        )
        .await;
    let closed = acts
        .iter()
        .any(|act| act.starts_with("day.moved SYSTEM SYSTEM") && act.contains("\"to\":\"CLOSED\""));
    assert!(closed, "{acts:?}");
    app.finish().await;
}

/// Everybody does something that knows their name and address; the table knows neither.
#[tokio::test]
async fn entries_hold_nobodys_name_or_address() {
    let app = TestApp::new().await;
    for route in [
        "/account",
        "/invite/{token}",
        "/signup/{token}",
        "/account/email/{token}",
        "/orders/{id}/change",
    ] {
        let (client, path, body) = ready(&app, route).await;
        let answer = sweep::send(&client, "POST", &path, &body).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }
    let rows = app
        .texts(
            "SELECT thing_id || COALESCE(was, '') || COALESCE(became, '') FROM audit_entries",
            &[],
        )
        .await;
    assert!(rows.len() > 5, "{rows:?}");
    for personal in ["@", "Example", "Another", "Nia", "Dora"] {
        assert!(
            !rows.iter().any(|row| row.contains(personal)),
            "{personal}: {rows:?}"
        );
    }
    app.finish().await;
}

async fn report(app: &TestApp) -> Report {
    check(&app.read().await).await.expect("readable")
}

/// Two seals over entries and events.
async fn sealed() -> TestApp {
    let app = TestApp::new().await;
    market::jobs::ensure_recurring(&app.app).await.unwrap();
    let placed = json!({
        "lines": [{ "product_id": "prd_frm_rosa_0", "quantity": "1" }],
        "window_id": "win", "name": "Ana", "email": "ana@example.org",
    });
    for name in ["ana", "carl"] {
        let answer = app
            .customer(name)
            .json(Method::POST, "/api/orders", placed.to_string())
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        app.customer(name)
            .post_form("/account", "name=Another&version=1")
            .await;
        app.run_jobs().await;
        app.pass(std::time::Duration::from_mins(3));
        app.run_jobs().await;
    }
    let report = report(&app).await;
    assert_eq!(
        (report.seals, report.open, &report.broken),
        (2, 0, &None),
        "{report:?}"
    );
    assert_eq!(report.rows, 4, "two orders placed, two names changed");
    app
}

#[tokio::test]
async fn the_chain_holds_and_goes_on() {
    let app = sealed().await;
    let head = report(&app).await.head.expect("a hash");
    // Nothing new: no seal.
    app.pass(std::time::Duration::from_mins(3));
    app.run_jobs().await;
    assert_eq!(report(&app).await.head, Some(head.clone()));
    app.customer("ana")
        .post_form("/account", "name=Again&version=2")
        .await;
    let waiting = report(&app).await;
    assert_eq!((waiting.seals, waiting.open), (2, 1));
    app.pass(std::time::Duration::from_mins(1));
    app.run_jobs().await;
    let after = report(&app).await;
    assert_eq!((after.seals, after.open, after.broken), (3, 0, None));
    let prev = app
        .texts("SELECT prev FROM audit_seals WHERE seq = 3", &[])
        .await;
    assert_eq!(prev, [head]);
    app.finish().await;
}

/// A seal takes a thousand rows; the next comes at once.
#[tokio::test]
async fn many_rows_are_sealed_in_batches() {
    let app = TestApp::new().await;
    let now = app.now();
    let tx = app.app.db.write().await.unwrap();
    let act = market::audit::model::Act::system(&app.market().id);
    for _ in 0..1500 {
        let did = market::audit::model::Did::new(market::audit::model::Verb::DayMoved, "day");
        market::audit::actions::note_as(&app.app.ids, now, &tx, &act, &did)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    market::jobs::ensure_recurring(&app.app).await.unwrap();
    app.run_jobs().await;
    let sizes: Vec<(i64,)> = app
        .read()
        .await
        .all("SELECT size FROM audit_seals ORDER BY seq", &[])
        .await
        .unwrap();
    assert_eq!(sizes[0].0, 1000);
    let report = report(&app).await;
    assert_eq!((report.open, report.broken), (0, None));
    app.finish().await;
}

#[tokio::test]
async fn whatever_is_changed_afterwards_is_named() {
    for (forge, wrong, seal) in FORGERIES {
        let app = sealed().await;
        assert!(app.sql(forge, &[]).await > 0, "{forge}");
        let broken = report(&app)
            .await
            .broken
            .unwrap_or_else(|| panic!("unseen: {forge}"));
        assert_eq!(
            (broken.wrong, broken.seal),
            (*wrong, *seal),
            "{forge}: {broken:?}"
        );
        let names_row = matches!(
            wrong,
            Wrong::RowChanged | Wrong::RowRemoved | Wrong::RowInserted
        );
        assert_eq!(broken.row.is_some(), names_row, "{forge}");
        app.finish_forged();
    }
}

const FORGERIES: &[(&str, Wrong, i64)] = &[
    (
        "UPDATE audit_entries SET actor_id = 'usr_carl' WHERE verb = 'account.renamed' AND actor_id = 'usr_ana'",
        Wrong::RowChanged,
        1,
    ),
    (
        "UPDATE audit_entries SET became = '{}' WHERE verb = 'account.renamed' AND actor_id = 'usr_carl'",
        Wrong::RowChanged,
        2,
    ),
    (
        "DELETE FROM audit_entries WHERE verb = 'account.renamed' AND actor_id = 'usr_carl'",
        Wrong::RowRemoved,
        2,
    ),
    (
        "UPDATE status_events SET role = 'ADMIN' WHERE id NOT LIKE 'evt_seed%'",
        Wrong::RowChanged,
        1,
    ),
    (
        "INSERT INTO audit_entries (id, market_id, at, actor_id, role, verb, thing_id, via, address, request_id) \
         SELECT substr(id, 1, 35) || 'f', market_id, at, 'usr_carl', role, verb, thing_id, via, address, request_id \
         FROM audit_entries WHERE verb = 'account.renamed' AND actor_id = 'usr_ana'",
        Wrong::RowInserted,
        2,
    ),
    (
        "INSERT INTO audit_entries (id, market_id, at, actor_id, role, verb, thing_id, via, address, request_id) \
         SELECT 'aud_zzz', market_id, at, actor_id, role, verb, thing_id, via, address, request_id \
         FROM audit_entries WHERE verb = 'account.renamed' AND actor_id = 'usr_ana'",
        Wrong::RowInserted,
        2,
    ),
    (
        "UPDATE audit_seals SET hash = 'x' WHERE seq = 1",
        Wrong::SealChanged,
        1,
    ),
    (
        "UPDATE audit_seals SET prev = 'x' WHERE seq = 2",
        Wrong::SealChanged,
        2,
    ),
    (
        "UPDATE audit_seals SET sealed = '', size = 0 WHERE seq = 2",
        Wrong::SealChanged,
        2,
    ),
    (
        "DELETE FROM audit_seals WHERE seq = 1",
        Wrong::SealRemoved,
        1,
    ),
];

#[tokio::test]
async fn a_note_can_be_taken_out_with_its_person() {
    let app = sealed().await;
    app.sql("UPDATE status_events SET note = 'gone'", &[]).await;
    app.sql(
        "UPDATE users SET name = 'erased', email = 'erased-' || id",
        &[],
    )
    .await;
    assert_eq!(report(&app).await.broken, None);
    app.finish().await;
}

async fn page(app: &TestApp, query: &str) -> Answer {
    let answer = app
        .here()
        .by_session("manager")
        .get(&format!("/market/audit{query}"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test]
async fn a_manager_finds_acts_by_person_verb_thing_and_day() {
    let app = sealed().await;
    app.twin()
        .customer("ana")
        .post_form("/account", "name=Twin&version=1")
        .await;
    app.farmer("rosa")
        .json(
            Method::PUT,
            "/api/products/prd_frm_rosa_0/stock",
            "{\"stock\":\"12\",\"expected_version\":1}",
        )
        .await
        .ok();
    let all = page(&app, "").await.text();
    for part in [
        "Changed their name",
        "Moved an order",
        "Changed a product",
        "rosa Example, farm owner",
        "<ins>12</ins>",
    ] {
        assert!(all.contains(part), "no {part} in {all}");
    }
    assert!(!all.contains("_two"), "{all}");
    let acts = |text: &str| text.matches("<li><div class=\"between\">").count();
    for (query, count, part) in [
        ("?actor=usr_carl&verb=account.renamed", 1, "usr_carl"),
        (
            "?actor=carl@example.org&verb=account.renamed",
            1,
            "usr_carl",
        ),
        ("?actor=nobody@example.org", 0, "Nothing was done"),
        ("?actor=ana_two@example.org", 0, "Nothing was done"),
        ("?verb=product.changed", 1, "prd_frm_rosa_0"),
        ("?thing=prd_frm_rosa_0", 1, "Changed a product"),
        ("?to=2026-11-25", 0, "Nothing was done"),
        (
            "?from=2026-11-26&to=2026-11-26&verb=account.renamed",
            2,
            "Changed their name",
        ),
        ("?from=2026-11-27", 0, "Nothing was done"),
        ("?verb=order.status", 2, "Moved an order"),
    ] {
        let text = page(&app, query).await.text();
        assert_eq!(acts(&text), count, "{query}: {text}");
        assert!(text.contains(part), "no {part} for {query} in {text}");
    }
    let bad = app
        .here()
        .by_session("manager")
        .get("/market/audit?from=yesterday")
        .await;
    assert_eq!(bad.status, 422);
    assert!(bad.text().contains("href=\"#from\"") && bad.text().contains("value=\"yesterday\""));
    app.finish().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let app = TestApp::new().await;
    let manager = app.here().by_session("manager");
    for n in 0..60 {
        let form = format!("name=Place+{n}&address=Mill+Lane");
        manager.post_form("/market/places/new", &form).await;
    }
    let mut seen = Vec::new();
    let mut query = "?verb=place.added".to_owned();
    loop {
        let text = page(&app, &query).await.text();
        seen.extend(
            (0..60)
                .rev()
                .filter(|n| text.contains(&format!("<ins>Place {n}</ins>"))),
        );
        let Some((_, rest)) = text.split_once("&before=") else {
            break;
        };
        let before = rest.split_once('"').unwrap().0;
        query = format!("?verb=place.added&before={before}");
    }
    let all: Vec<i32> = (0..60).rev().collect();
    assert_eq!(seen, all);
    app.finish().await;
}

#[tokio::test]
async fn the_file_holds_what_the_page_holds_and_no_formula() {
    let app = sealed().await;
    app.sql("UPDATE users SET name = '=1+1' WHERE id = 'usr_ana'", &[])
        .await;
    let file = app
        .here()
        .by_session("manager")
        .get("/market/audit.csv?verb=account.renamed")
        .await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"audit.csv\""
    );
    assert!(file.header("content-security-policy").contains("sandbox"));
    let text = file.text();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(
        text.contains(",usr_ana,'=1+1,CUSTOMER,account.renamed,"),
        "{text}"
    );
    let bad = app
        .here()
        .by_session("manager")
        .get("/market/audit.csv?to=x")
        .await;
    assert_eq!(bad.status, 422);
    app.finish().await;
}
