//! What people type stays text: in pages, mails, answers for programs, statements of the database, heads of mails.
use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    encoded, fields,
    html::{foreign_in, tags},
    plain, routes, with_field,
};
use crate::{
    support::{Answer, Client, TestApp, TestOrder},
    sweep::{CALLERS, DECLARED, World, body, path, send},
};

/// Each would be markup, an attribute, a template's placeholder or an address if it were not text.
const CORPUS: [&str; 8] = [
    "<xss a=1>",
    "\"><xss a=1>",
    "' xss=1 onload=x '",
    "\" xss=1 onfocus=x \"",
    "</title></textarea></script><xss>",
    "<img src=x onerror=x>",
    "{{7*7}} { $name } {\"a\"} %s ${7*7}",
    "javascript:alert(1)",
];

/// What must not stand in one line: it would begin another one, or make the line read as another one.
const NOT_IN_A_LINE: [&str; 9] = [
    "a\r\nBcc: x@example.org",
    "a\nb",
    "a\rb",
    "a\0b",
    "a\u{1b}[31mb",
    "a\u{202e}b",
    "a\u{2066}b",
    "a\u{200f}b",
    "a\u{85}b",
];

/// Puts the text wherever this market lets somebody put one, by its own doors; the order that was placed with it.
async fn plant(app: &TestApp, text: &str) -> TestOrder {
    let here = app.here();
    let (rosa, ana, manager) = (
        here.by_session("rosa"),
        here.by_session("ana"),
        here.by_session("manager"),
    );
    let it = encoded(text);
    for (client, path, form) in [
        (
            &rosa,
            "/farm/settings",
            format!("farm=rosa&version=1&name={it}&town={it}&story={it}"),
        ),
        (&ana, "/account", format!("name={it}&version=1")),
        (
            &manager,
            "/market/settings",
            format!(
                "name={it}&address={it}&zone=Europe/London&prefix=FM&tax=IN&fee_goods=5&fee_payer=FARM&fee_order=0&fee_farm=0"
            ),
        ),
        (
            &manager,
            "/market/places/plc",
            format!("name={it}&address={it}&access={it}"),
        ),
        (
            &here.by_session("carl"),
            "/farms/new",
            format!("name={it}&town={it}&story={it}"),
        ),
        (
            &rosa,
            "/account/tokens",
            format!("name={it}&days=30&orders%3Aread=on"),
        ),
    ] {
        let answer = client.post_form(path, &form).await;
        assert!([200, 303].contains(&answer.status), "{text}: {answer:?}");
    }
    let product = json!({ "name": text, "price": "1.80", "unit": "bunch", "category": "root",
        "description": text, "expected_version": 1 });
    let edited = app
        .farmer("rosa")
        .json(
            Method::PUT,
            "/api/products/prd_frm_rosa_0",
            product.to_string(),
        )
        .await;
    assert_eq!(edited.ok()["name"], text, "a program gets what was typed");
    let order = json!({ "lines": [{ "product_id": "prd_frm_rosa_0", "quantity": "1" }], "window_id": "win",
        "name": text, "email": "ana@example.org", "notes": [{ "farm_id": "frm_rosa", "text": text }] });
    let placed = ana
        .json(Method::POST, "/api/orders", order.to_string())
        .await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let placed = placed.value();
    let part = placed["farm_orders"][0]["id"].as_str().expect("a part");
    let order = TestOrder {
        id: placed["id"].as_str().expect("an id").to_owned(),
        code: placed["code"].as_str().expect("a code").to_owned(),
        parts: vec![("rosa".to_owned(), part.to_owned())],
    };
    let step = json!({ "status": "CONFIRMED", "note": text });
    app.farmer("rosa").put(&order, step).await.changed(true);
    app.run_jobs().await;
    // In a cart, too.
    for client in [&ana, &rosa] {
        let put = client
            .post_form("/cart", "more=prd_frm_rosa_0&back=/shop")
            .await;
        assert_eq!(put.status, 303, "{put:?}");
    }
    order
}

/// The markup of an answer: a page, or the pieces of pages in a stream.
fn markup(answer: &Answer) -> Vec<String> {
    match answer.header("content-type") {
        kind if kind.starts_with("text/html") => vec![answer.text()],
        kind if kind.starts_with("text/event-stream") => {
            let text = answer.text();
            let frames = text.lines().filter_map(|line| line.strip_prefix("data: "));
            let frames = frames.filter_map(|data| serde_json::from_str::<Value>(data).ok());
            let parts = frames.filter_map(|frame| frame["parts"].as_object().cloned());
            parts
                .flat_map(|parts| parts.values().cloned().collect::<Vec<_>>())
                .filter_map(|part| part.as_str().map(str::to_owned))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn what_was_typed_is_text_on_every_page() {
    let mut shown = BTreeSet::new();
    for text in CORPUS {
        let mut world = World::new().await;
        let order = plant(&world.app, text).await;
        for name in CALLERS {
            let client = world.caller(name, &order).await;
            for (_, route, _) in DECLARED.iter().filter(|row| row.0 == "GET") {
                let path = path(&world.app, route, &order);
                let answer = client.get(&path).await;
                let pages = markup(&answer);
                for page in &pages {
                    let found = foreign_in(route, page);
                    assert!(found.is_empty(), "{name}, {text}: {found:?} in {answer:?}");
                    if plain(page).contains(text) {
                        shown.insert(*route);
                    }
                }
                if pages.is_empty() && answer.text().contains(text) {
                    // For programs it is what was typed; no browser may take it for a page.
                    assert_eq!(answer.header("x-content-type-options"), "nosniff");
                    let kind = answer.header("content-type");
                    let saved = kind.starts_with("text/csv")
                        && answer
                            .header("content-disposition")
                            .starts_with("attachment");
                    assert!(kind.contains("json") || saved, "{answer:?}");
                }
            }
        }
        world.app.finish().await;
    }
    for route in [
        "/",
        "/shop",
        "/p/{slug}",
        "/farms",
        "/farms/{slug}",
        "/cart",
        "/account",
        "/account/tokens",
        "/orders/{id}/track",
        "/orders/{id}/events",
        "/farm/board",
        "/farm/board/events",
        "/farm/products",
        "/farm/products/{id}",
        "/farm/settings",
        "/farm/team",
        "/farm/harvest",
        "/farm/slips",
        "/farm/labels",
        "/farm/checkin",
        "/farm/orders/{id}",
        "/market",
        "/market/orders",
        "/market/users",
        "/market/farms",
        "/market/places",
        "/market/places/{id}",
        "/market/settings",
        "/market/mails/{name}",
        "/market/mails/{name}/html",
    ] {
        assert!(shown.contains(route), "{route} never showed it: {shown:?}");
    }
}

#[tokio::test]
async fn what_was_typed_is_text_in_every_mail() {
    for text in CORPUS {
        let app = TestApp::new().await;
        plant(&app, text).await;
        let here = app.here();
        let stranger = app.stranger();
        stranger.post_form("/login", "email=ana@example.org").await;
        stranger.post_form("/reset", "email=ana@example.org").await;
        let form = format!(
            "name={}&email=new@example.org&password=violet+horse",
            encoded(text)
        );
        assert_eq!(stranger.post_form("/signup", &form).await.status, 200);
        let invited = here
            .by_session("rosa")
            .post_form(
                "/farm/team",
                "farm=rosa&email=b@example.org&role=FARM_STAFF",
            )
            .await;
        assert_eq!(invited.status, 303, "{invited:?}");
        app.run_jobs().await;
        let mails = app.mails();
        assert!(mails.len() >= 5, "{mails:?}");
        let mut shown = 0;
        for mail in &mails {
            let (_, page) = mail.text.split_once("<!doctype html>").expect("a page");
            let bad = |tag: &super::html::Tag| {
                let planted =
                    |(name, _): &(String, String)| name.starts_with("on") || name == "xss";
                ["xss", "script", "iframe"].contains(&tag.name.as_str())
                    || tag.attributes.iter().any(planted)
                    || (tag.name == "img" && tag.attributes.iter().any(|(_, value)| value == "x"))
            };
            let found: Vec<_> = tags(page).into_iter().filter(bad).collect();
            assert!(found.is_empty(), "{text}: {found:?} in {mail:?}");
            shown += usize::from(plain(page).contains(text));
        }
        assert!(shown >= 3, "{text} is in {shown} of {} mails", mails.len());
        app.finish().await;
    }
}

/// Everything somebody may type into one line, as route, caller and field.
const LINES: [(&str, &str, &str, &[&str]); 13] = [
    ("POST", "/account", "ana", &["name"]),
    ("POST", "/signup", "nobody", &["name", "email"]),
    ("POST", "/account/email", "ana", &["email"]),
    ("POST", "/account/tokens", "ana", &["name"]),
    ("POST", "/farm/team", "rosa", &["email"]),
    ("POST", "/farm/settings", "rosa", &["name", "town"]),
    ("POST", "/farms/new", "carl", &["name", "town"]),
    ("POST", "/farm/products/new", "rosa", &["name", "unit"]),
    (
        "POST",
        "/market/places/new",
        "manager",
        &["name", "address", "access", "map_url"],
    ),
    (
        "POST",
        "/market/settings",
        "manager",
        &["name", "address", "zone", "prefix"],
    ),
    (
        "POST",
        "/api/products",
        "rosa",
        &["name", "unit", "category"],
    ),
    ("POST", "/api/orders", "ana", &["name", "email", "phone"]),
    ("PUT", "/api/products/{id}", "rosa", &["name", "unit"]),
];

#[tokio::test]
async fn a_line_holds_no_second_one_and_none_that_reads_backwards() {
    let mut world = World::new().await;
    let order = world.app.order().by("ana").place().await;
    for (method, route, name, fields) in LINES {
        for field in fields {
            let before = world.app.dump().await;
            for bad in NOT_IN_A_LINE {
                let client = world.caller(name, &order).await;
                let path = path(&world.app, route, &order);
                let body = with_field(route, &body(route, &order), field, bad);
                let answer = send(&client, method, &path, &body).await;
                assert_eq!(answer.status, 422, "{field}={bad:?}: {answer:?}");
            }
            world
                .app
                .dump()
                .await
                .same_as(&before, &format!("{route} {field}"));
        }
    }
    world.app.finish().await;
}

/// Two texts that no row holds. They differ in what would end a string of SQL, and in nothing else.
const PAIRS: [(&str, &str); 3] = [
    ("! OR 1=1!!", "' OR 1=1--"),
    ("!) OR (!1!=!1", "') OR ('1'='1"),
    ("a!); DROP TABLE orders;!!", "a'); DROP TABLE orders;--"),
];

/// Query parameters, which the list of routes does not name.
const QUERIES: [&str; 14] = [
    "/shop?q=",
    "/shop?category=",
    "/shop?after=",
    "/farms/rosa?q=",
    "/api/products?after=",
    "/api/products?farm_id=",
    "/api/products?category=",
    "/api/orders?status=",
    "/api/orders?after=",
    "/api/orders?farm_id=",
    "/orders?before=",
    "/farm/board?farm=",
    "/notifications?before=",
    "/market/days/new?copy=",
];

/// Whoever may do the most there, so that the text comes as far as it can.
fn insider(route: &str) -> &'static str {
    if route.starts_with("/market") || route.starts_with("/setup") {
        "manager"
    } else if route.contains("/change") || route.contains("/cancel") || route.ends_with("/lines") {
        "ana"
    } else {
        "rosa"
    }
}

/// The text as every parameter of every route in turn; what was asked and what came back, without the text itself.
async fn everywhere(text: &str) -> Vec<(String, u16, String)> {
    let mut world = World::new().await;
    let order = world
        .app
        .order()
        .farms(["rosa", "ben"])
        .by("ana")
        .place()
        .await;
    let mut asks = Vec::new();
    for (method, route) in routes() {
        if let Some((before, _)) = route.split_once('{') {
            let (_, rest) = route.split_once('}').expect("a closing brace");
            let path = format!("{before}{}{rest}", encoded(text));
            asks.push((method, route, path, body(route, &order)));
        }
        let good = body(route, &order);
        for field in fields(route, &good) {
            let bad = with_field(route, &good, &field, text);
            asks.push((method, route, path(&world.app, route, &order), bad));
        }
    }
    for query in QUERIES {
        let route = query.split('?').next().unwrap_or("");
        let path = format!("{query}{}", encoded(text));
        asks.push(("GET", route, path, String::new()));
    }
    let mut answers = Vec::new();
    for (method, route, path, body) in asks {
        let client: Client = world.caller(insider(route), &order).await;
        let answer = send(&client, method, &path, &body).await;
        let told = format!("{} {}", answer.header("location"), answer.text());
        let what = format!("{method} {route} {}", without(&body, text));
        answers.push((what, answer.status, without(&told, text)));
    }
    world.app.finish().await;
    answers
}

/// Takes the text out in whatever form it came back, and what is new with each request.
fn without(told: &str, text: &str) -> String {
    let mut told = told.to_owned();
    let escaped = text.replace('\'', "&#39;").replace('=', "&#61;");
    for form in [
        encoded(text),
        encoded(text).replace("%2D", "-"),
        text.to_owned(),
        escaped,
        text.replace('\'', "&#39;"),
        text.to_lowercase(),
        text.replace('\'', "&#39;").to_lowercase(),
    ] {
        told = told.replace(&form, "TEXT");
    }
    let words = told.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let mut last = "";
    let steady = words.map(|word| {
        let new = word.len() >= 20 && word.bytes().any(|b| b.is_ascii_digit());
        let code = last.ends_with("FM-");
        last = word;
        if new || code { "…" } else { word }
    });
    let steady: String = steady.collect();
    // A token's last four signs, by which its list names it.
    let mut pieces = steady.split("class=\"code\">…");
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| {
        all + piece.split_once('<').map_or("", |pair| pair.1)
    })
}

#[tokio::test]
async fn a_statement_of_sql_is_a_value_like_any_other() {
    for (harmless, attack) in PAIRS {
        let expected = everywhere(harmless).await;
        let got = everywhere(attack).await;
        assert!(expected.len() > 150, "{}", expected.len());
        for (expected, got) in expected.iter().zip(&got) {
            assert_eq!((&expected.0, expected.1), (&got.0, got.1), "{attack}");
            // Page by page, the first line that differs says enough.
            for (expected, got) in expected.2.split('\n').zip(got.2.split('\n')) {
                assert_eq!(expected, got, "{attack}");
            }
            assert_eq!(expected.2.len(), got.2.len(), "{attack}");
        }
        assert_eq!(expected.len(), got.len());
    }
}

#[tokio::test]
async fn what_a_pattern_of_sql_would_match_is_looked_for_as_it_is() {
    let app = TestApp::new().await;
    let found = |q: &'static str| {
        let client = app.stranger();
        async move {
            let page = client.get(&format!("/shop?q={}", encoded(q))).await;
            assert_eq!(page.status, 200, "{page:?}");
            page.text().matches("href=\"/p/").count()
        }
    };
    assert!(found("carrots").await > 0);
    for pattern in [
        "%",
        "_",
        "carr_ts",
        "c%s",
        "\\",
        "carrots\\",
        "%%",
        "'%' OR '%'",
    ] {
        assert_eq!(found(pattern).await, 0, "{pattern}");
    }
    app.finish().await;
}
