//! What every answer of every route carries, to whomever it goes; and which words of a request are not believed.
use std::collections::BTreeSet;

use axum::http::Method;

use super::{encoded, html::foreign_in, routes};
use crate::{
    headers::{CSP, protected, protected_by},
    support::{Answer, Client, TestApp, TestOrder},
    sweep::{CALLERS, World, body, path, send},
};

/// A browser's answer is kept by nobody, with these exceptions: the browser itself may keep it and must ask.
const MAY_BE_ASKED_FOR_AGAIN: [&str; 6] = [
    "/orders/{id}/track",
    "/t/{token}",
    "/c/{code}",
    "/C/{code}",
    "/track",
    "/orders/{id}/thanks",
];

/// The one table of what may be kept by whom.
fn cache(route: &str) -> &'static [&'static str] {
    if route == "/assets/{file}" {
        &["public, max-age=31536000, immutable"]
    } else if route == "/api/openapi.json" {
        // It is the same for everybody, and names nobody.
        &["public, no-cache"]
    } else if ["/sw.js", "/manifest.webmanifest"].contains(&route) {
        // Looked at again each time.
        &["private, no-cache"]
    } else if MAY_BE_ASKED_FOR_AGAIN.contains(&route) {
        &["private, no-cache", "no-store"]
    } else {
        &["no-store"]
    }
}

fn judge(route: &str, answer: &Answer, https: bool) {
    match (route, answer.status) {
        // Shows a mail in a frame, which may do nothing but look as it does.
        ("/market/mails/{name}", 200) => {
            protected_by(&format!("{CSP}; frame-src 'self'"), answer, https);
        }
        ("/market/mails/{name}/html", 200) => protected_by(
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
             frame-ancestors 'self'; sandbox",
            answer,
            https,
        ),
        _ => protected(answer, https),
    }
    let kept = answer.header("cache-control");
    assert!(
        cache(route).contains(&kept),
        "{route}: {kept} of {answer:?}"
    );
    if answer.header("content-type").starts_with("text/html") {
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        let found = foreign_in(route, &answer.text());
        assert!(found.is_empty(), "{found:?} in {answer:?}");
    }
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        assert_eq!(cookie.contains("; Secure"), https, "{cookie}");
        assert!(!cookie.to_lowercase().contains("domain"), "{cookie}");
        for word in ["; Path=/", "; SameSite=Lax"] {
            assert!(cookie.contains(word), "no {word}: {cookie}");
        }
        // What is not a session says how a page looks, and the page's own script may write it.
        let looks = [
            "lang=en;",
            "lang=es;",
            "theme=system;",
            "theme=field;",
            "theme=dark;",
        ];
        if !looks.iter().any(|look| cookie.starts_with(look)) {
            let name = if https { "__Host-s=" } else { "s=" };
            assert!(cookie.starts_with(name), "{cookie}");
            assert!(cookie.contains("; HttpOnly"), "{cookie}");
        }
    }
}

/// Over https a session's cookie has another name.
fn over_https(app: &TestApp, name: &str) -> Client {
    let client = app.stranger().with("sec-fetch-site", "same-origin");
    match name {
        "nobody" => client,
        name if name.ends_with("token") => app.here().by_token("rosa"),
        name => client.with("cookie", &format!("__Host-s=session-{name}")),
    }
}

#[tokio::test]
async fn every_answer_of_every_route_is_protected() {
    let mut statuses = BTreeSet::new();
    let mut cookies = 0;
    for https in [false, true] {
        let scheme = if https { "https" } else { "http" };
        let base = format!("{scheme}://market.test");
        let mut world = World::with(|config| config.http.base_url = base).await;
        for name in ["nobody", "ana", "rosa", "manager", "write token"] {
            let order = fresh(&world.app).await;
            for (nth, (method, route)) in (0..).zip(routes()) {
                let client = if https {
                    over_https(&world.app, name)
                } else {
                    world.caller(name, &order).await
                };
                let client = client.from(([203, 0, 113, nth], 1).into());
                let path = path(&world.app, route, &order);
                let look = if method == "GET" {
                    "?lang=es&theme=dark"
                } else {
                    ""
                };
                for path in BTreeSet::from([path.clone(), format!("{path}{look}")]) {
                    let answer = send(&client, method, &path, &body(route, &order)).await;
                    judge(route, &answer, https);
                    statuses.insert(answer.status);
                    cookies += answer.headers.get_all("set-cookie").iter().count();
                }
            }
        }
        world.app.finish().await;
    }
    for status in [200, 201, 303, 401, 403, 404, 422] {
        assert!(statuses.contains(&status), "{statuses:?}");
    }
    assert!(cookies >= 100, "{cookies}");
}

async fn fresh(app: &TestApp) -> TestOrder {
    app.order().farms(["rosa", "ben"]).by("ana").place().await
}

#[tokio::test]
async fn no_other_origin_is_ever_let_in() {
    let mut world = World::new().await;
    let order = fresh(&world.app).await;
    for origin in [
        "https://evil.example",
        "null",
        "http://market.test.evil.example",
    ] {
        for name in ["nobody", "ana", "manager", "write token"] {
            for (method, route) in routes() {
                let client = world.caller(name, &order).await.with("origin", origin);
                let answer = send(&client, method, &path(&world.app, route, &order), "").await;
                for header in answer.headers.keys() {
                    let grants = header.as_str().starts_with("access-control-");
                    assert!(!grants, "{origin}: {header} of {answer:?}");
                }
            }
        }
    }
    world.app.finish().await;
}

/// Headers in which a proxy tells whose request it is. Nobody is a proxy of ours.
const FORWARDED: [&str; 7] = [
    "x-forwarded-for",
    "x-real-ip",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
    "forwarded",
    "x-cluster-client-ip",
];

#[tokio::test]
async fn an_address_that_is_only_claimed_does_not_count() {
    for (nth, header) in (0..).zip(FORWARDED) {
        let app = TestApp::new().await;
        for times in 0..11 {
            let claimed = match header {
                "forwarded" => format!("for=198.51.100.{times}"),
                _ => format!("198.51.100.{times}, 10.0.0.{times}"),
            };
            let client = app.stranger().from(([203, 0, 113, nth], 1).into());
            let client = client.with(header, &claimed);
            let answer = client.post_form("/login", "email=a@example.org").await;
            assert_eq!(
                answer.status,
                if times < 10 { 200 } else { 429 },
                "{header}: {answer:?}"
            );
        }
        app.finish().await;
    }
}

#[tokio::test]
async fn a_scheme_or_host_that_is_only_claimed_does_not_count() {
    let app = TestApp::new().await;
    let client = app
        .stranger()
        .with("x-forwarded-host", "evil.example")
        .with("x-forwarded-proto", "https")
        .with("x-forwarded-port", "444")
        .with("x-original-url", "/market/settings")
        .with("x-rewrite-url", "/market/settings")
        .with("x-http-method-override", "DELETE")
        .with("forwarded", "host=evil.example;proto=https");
    let page = client.get("/login").await;
    assert_eq!(
        (page.status, page.header("strict-transport-security")),
        (200, "")
    );
    assert!(!page.text().contains("evil.example"), "{page:?}");
    for path in ["/login", "/reset"] {
        let answer = client.post_form(path, "email=ana@example.org").await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 2);
    for mail in app.mails() {
        mail.link("http://market.test/");
        assert!(!mail.text.contains("evil"), "{mail:?}");
    }
    // And a Host that is not ours gets no mail sent at all.
    for path in ["/login", "/reset", "/signup", "/track"] {
        let form = "email=ana@example.org&name=Ana&password=violet+horse&code=FM-000000";
        let poisoned = client.clone().at_host("evil.example");
        assert_eq!(poisoned.post_form(path, form).await.status, 421);
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 2);
    app.finish().await;
}

/// Addresses that lead away from here, or would in some browser.
const AWAY: [&str; 10] = [
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "\\\\evil.example",
    "/a\r\nset-cookie: s=x",
    ".evil.example",
];

/// Names under which sites are told where to go next; `back` is ours.
const NEXT: [&str; 9] = [
    "next",
    "back",
    "return",
    "return_to",
    "url",
    "redirect",
    "to",
    "continue",
    "show",
];

#[tokio::test]
async fn no_answer_leads_away_from_the_site() {
    let mut led = BTreeSet::new();
    for (nth, away) in AWAY.into_iter().enumerate() {
        let mut world = World::new().await;
        let order = fresh(&world.app).await;
        let more: Vec<_> = NEXT
            .iter()
            .map(|name| format!("{name}={}", encoded(away)))
            .collect();
        for name in ["rosa", ["nobody", "ana", "manager"][nth % 3]] {
            for (method, route) in routes() {
                let order = match route {
                    // The step itself must be one that can be taken.
                    "/farm/board" => fresh(&world.app).await,
                    _ => order.clone(),
                };
                let client = world.caller(name, &order).await;
                let path = format!("{}?{}", path(&world.app, route, &order), more.join("&"));
                let mut form = body(route, &order);
                if method != "GET" && !route.starts_with("/api/") {
                    let named = |pair: &&String| {
                        let name = pair.split('=').next().unwrap_or("");
                        name == "back"
                            || !form
                                .split('&')
                                .any(|own| own.starts_with(&format!("{name}=")))
                    };
                    let more: Vec<_> = more.iter().filter(named).cloned().collect();
                    form = form.replace("&back=/shop", "");
                    form = format!("{form}&{}", more.join("&"));
                }
                let answer = send(&client, method, &path, form.trim_start_matches('&')).await;
                let to = answer.header("location");
                if !to.is_empty() {
                    led.insert(route);
                    let second = to.as_bytes().get(1).copied();
                    assert!(
                        to.starts_with('/')
                            && !matches!(second, Some(b'/' | b'\\'))
                            && to.bytes().all(|b| b.is_ascii_graphic()),
                        "{away:?}: {answer:?}"
                    );
                    // A word of it in a query leads nowhere.
                    let path = to.split('?').next().unwrap_or("");
                    assert!(!path.contains("evil"), "{away:?}: {answer:?}");
                }
                assert!(!answer.headers.contains_key("refresh"));
            }
        }
        world.app.finish().await;
    }
    for route in ["/cart", "/farm/board", "/t/{token}", "/account"] {
        assert!(led.contains(route), "{route} led nowhere: {led:?}");
    }
}

#[tokio::test]
async fn a_link_loses_its_secret_at_the_first_redirect() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let token = app.app.order_token(&order.id, 1);
    let first = app.stranger().get(&format!("/t/{token}")).await;
    assert_eq!(
        (first.status, first.header("referrer-policy")),
        (303, "no-referrer")
    );
    let to = first.header("location").to_owned();
    assert!(!to.contains(&token), "{to}");
    let follower = app.opened(&first);
    let page = follower.get(&to).await;
    assert_eq!(page.status, 200);
    // Neither the page nor its stream says it again, nor does any page that follows.
    app.stop();
    for path in [
        to.clone(),
        format!("/orders/{}/events", order.id),
        "/".to_owned(),
        "/track".to_owned(),
    ] {
        let page = follower.get(&path).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert!(!page.text().contains(&token), "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
    }
    // A mailed link stands in the address until its button is pressed, and no page of it leads elsewhere.
    app.stranger()
        .post_form("/login", "email=ana@example.org")
        .await;
    app.run_jobs().await;
    let path = app.mailed("ana@example.org");
    let secret = path.rsplit('/').next().expect("a token").to_owned();
    let page = app.stranger().get(&path).await;
    assert_eq!(
        (page.status, page.header("cache-control")),
        (200, "no-store")
    );
    let here = app.stranger().press(&path).await;
    assert!(!here.header("location").contains(&secret), "{here:?}");
    app.finish().await;
}

#[tokio::test]
async fn private_pages_are_no_files_however_they_are_called() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let ana = app.customer("ana");
    for tail in [
        "/x.css",
        "%2fx.css",
        ";x.css",
        ".css",
        "%00.css",
        "/../../assets/x.css",
        "%3fx.css",
    ] {
        for path in [
            format!("/orders/{}/track", order.id),
            "/account".to_owned(),
            "/orders".to_owned(),
        ] {
            let answer = ana.get(&format!("{path}{tail}")).await;
            assert_eq!(
                (answer.status, answer.header("cache-control")),
                (404, "no-store"),
                "{answer:?}"
            );
            assert!(!answer.text().contains("ana@example.org"), "{answer:?}");
        }
    }
    for name in [
        "..%2f..%2fCargo.toml",
        "..%5cx",
        "%00",
        "%2fetc%2fpasswd",
        "market.css",
        "..",
        "%2e%2e%2f",
    ] {
        let answer = ana.get(&format!("/assets/{name}")).await;
        assert!([400, 404].contains(&answer.status), "{answer:?}");
    }
    let trace = ana.send(ana.request(Method::TRACE, "/account", "")).await;
    assert_eq!(trace.status, 405);
    assert_eq!(CALLERS.len(), 15);
    app.finish().await;
}
