//! Signing in by a mailed link, and out: what opens a session, how long it lasts, how often somebody may try.
use std::time::Duration;

use axum::http::Method;
use market::jobs;

use crate::support::{Answer, Client, TestApp};

/// Somebody asks for a link, and the job that mails it runs.
async fn ask(app: &TestApp, email: &str) -> Answer {
    let answer = app
        .stranger()
        .post_form("/login", &format!("email={email}"))
        .await;
    app.run_jobs().await;
    answer
}

/// The path of the link in the newest mail.
fn link(app: &TestApp) -> String {
    let mail = app.mails().pop().expect("a mail");
    let link = mail.link("http");
    let (_, path) = link
        .split_once("market.test")
        .expect("a link to this market");
    path.to_owned()
}

/// Presses the button behind a link.
async fn press(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::POST, path, "")).await
}

/// The secret of the session that an answer opened.
#[track_caller]
fn secret(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie");
    let (pair, _) = cookie
        .split_once(';')
        .unwrap_or_else(|| panic!("{answer:?}"));
    pair.split_once('=').unwrap().1.to_owned()
}

fn with_session(app: &TestApp, secret: &str) -> Client {
    app.stranger().with("cookie", &format!("s={secret}"))
}

async fn sign_in(app: &TestApp, email: &str) -> Client {
    ask(app, email).await;
    let answer = press(&app.stranger(), &link(app)).await;
    with_session(app, &secret(&answer))
}

#[tokio::test]
async fn known_or_not_an_address_gets_the_same_answer_and_only_the_known_one_a_mail() {
    let app = TestApp::new().await;
    let known = ask(&app, "ana@example.org").await;
    let unknown = ask(&app, "bob@example.org").await;
    assert_eq!((known.status, unknown.status), (200, 200));
    assert_eq!(known.text().replace("ana@", "bob@"), unknown.text());
    let shown = |answer: &Answer| {
        let mut headers = answer.headers.clone();
        headers.remove("x-request-id");
        headers
    };
    assert_eq!(shown(&known), shown(&unknown));
    assert!(!known.headers.contains_key("set-cookie"));
    let mails = app.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].to.contains("ana@example.org"), "{mails:?}");
    // As typed on a phone; the mail goes to the address that is known.
    ask(&app, "%20ANA%40Example.org%20").await;
    let mails = app.mails();
    assert!(
        mails.len() == 2 && mails[1].to.contains("ana@example.org"),
        "{mails:?}"
    );
    for bad in [
        "",
        "nobody",
        "a@b",
        "a%0d%0ab@example.org",
        "%22a%22@example.org",
    ] {
        let refused = ask(&app, bad).await;
        assert_eq!(refused.status, 422, "{bad}: {refused:?}");
    }
    assert_eq!(app.mails().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_link_shows_a_button_opens_one_session_and_is_used_up() {
    let app = TestApp::new().await;
    ask(&app, "ana@example.org").await;
    let path = link(&app);
    // Mail scanners fetch links, whatever the method they know.
    let stranger = app.stranger();
    let sessions = app.count("SELECT COUNT(*) FROM sessions", &[]).await;
    for _ in 0..3 {
        let shown = stranger.get(&path).await;
        assert_eq!(
            (shown.status, shown.header("referrer-policy")),
            (200, "same-origin")
        );
        assert!(!shown.headers.contains_key("set-cookie"));
        let head = stranger.request(Method::HEAD, &path, "");
        assert_eq!(stranger.send(head).await.status, 200);
    }
    let used = "SELECT COUNT(*) FROM sign_in_links WHERE used_at IS NOT NULL";
    assert_eq!(app.count(used, &[]).await, 0);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sessions", &[]).await,
        sessions
    );
    let opened = press(&stranger, &path).await;
    assert_eq!((opened.status, opened.header("location")), (303, "/"));
    let secret = secret(&opened);
    assert_eq!(secret.len(), 64, "256 bits");
    assert_eq!(
        opened.header("set-cookie"),
        format!("s={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000")
    );
    // Only its hash is kept.
    let kept = app.texts("SELECT hash FROM sessions", &[]).await;
    assert!(!kept.contains(&secret));
    with_session(&app, &secret).get("/api/orders").await.ok();
    let again = press(&stranger, &path).await;
    assert_eq!(again.status, 404);
    assert!(!again.headers.contains_key("set-cookie"));
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(press(&stranger, "/login/link/0000").await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn a_link_is_good_for_fifteen_minutes_in_the_market_it_was_asked_for_in() {
    let app = TestApp::new().await;
    ask(&app, "ana@example.org").await;
    let path = link(&app);
    assert_eq!(press(&app.twin().stranger(), &path).await.status, 404);
    app.pass(Duration::from_secs(15 * 60 - 1));
    assert_eq!(app.stranger().get(&path).await.status, 200);
    app.pass(Duration::from_secs(1));
    assert_eq!(app.stranger().get(&path).await.status, 404);
    assert_eq!(press(&app.stranger(), &path).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn two_presses_at_once_open_one_session() {
    let app = TestApp::new().await;
    ask(&app, "ana@example.org").await;
    let (path, stranger) = (link(&app), app.stranger());
    let (one, two) = tokio::join!(press(&stranger, &path), press(&stranger, &path));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [303, 404]);
    app.finish().await;
}

#[tokio::test]
async fn a_reusable_link_is_good_until_it_expires() {
    let app = TestApp::new().await;
    ask(&app, "rosa@example.org").await;
    let path = link(&app);
    app.sql("UPDATE sign_in_links SET reusable = $1", &[&true])
        .await;
    for _ in 0..2 {
        let opened = press(&app.stranger(), &path).await;
        assert_eq!(
            (opened.status, opened.header("location")),
            (303, "/farm/board")
        );
        let staff = with_session(&app, &secret(&opened));
        assert_eq!(staff.get("/farm/board").await.status, 200);
    }
    app.pass(Duration::from_mins(15));
    assert_eq!(press(&app.stranger(), &path).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_host_and_tls() {
    let app = TestApp::with(|config| config.http.base_url = "https://market.test".to_owned()).await;
    ask(&app, "ana@example.org").await;
    let opened = press(&app.stranger(), &link(&app)).await;
    let secret = secret(&opened);
    assert_eq!(
        opened.header("set-cookie"),
        format!("__Host-s={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000; Secure")
    );
    // The plain name is what any neighbour under http could set: it counts for nothing here.
    let plain = with_session(&app, &secret);
    assert_eq!(plain.get("/api/orders").await.status, 401);
    let bound = app.stranger().with("cookie", &format!("__Host-s={secret}"));
    bound.get("/api/orders").await.ok();
    let out = press(&bound, "/logout").await;
    assert_eq!(
        out.header("set-cookie"),
        "__Host-s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"
    );
    assert_eq!(bound.get("/api/orders").await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn a_planted_cookie_never_becomes_a_session() {
    let app = TestApp::new().await;
    ask(&app, "ana@example.org").await;
    let planted = with_session(&app, "planted");
    let opened = press(&planted, &link(&app)).await;
    assert_eq!(opened.status, 303);
    assert_ne!(secret(&opened), "planted");
    assert_eq!(planted.get("/api/orders").await.status, 401);
    // Nor does somebody's own cookie stay the same over a sign-in: what another knew of it is worth nothing.
    ask(&app, "carl@example.org").await;
    let old = with_session(&app, &secret(&opened));
    let opened = press(&old, &link(&app)).await;
    assert_eq!(old.get("/api/orders").await.status, 401);
    with_session(&app, &secret(&opened))
        .get("/api/orders")
        .await
        .ok();
    // And an order's link does not take a cookie over that it did not make.
    let order = app.order().place().await;
    let followed = planted
        .get(&format!("/t/{}", app.app.order_token(&order.id, 1)))
        .await;
    assert_ne!(secret(&followed), "planted");
    app.finish().await;
}

#[tokio::test]
async fn orders_that_a_guest_followed_come_along() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let opened = app
        .stranger()
        .get(&format!("/t/{}", app.app.order_token(&order.id, 1)))
        .await;
    let guest = with_session(&app, &secret(&opened));
    assert_eq!(guest.order(&order).await.status, 200);
    ask(&app, "carl@example.org").await;
    let opened = press(&guest, &link(&app)).await;
    let carl = with_session(&app, &secret(&opened));
    assert_eq!(carl.order(&order).await.status, 200);
    assert_eq!(guest.order(&order).await.status, 401);
    // But nobody takes over what another account's session had opened.
    ask(&app, "ana@example.org").await;
    let opened = press(&carl, &link(&app)).await;
    let ana = with_session(&app, &secret(&opened));
    assert_eq!(ana.order(&order).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_and_empties_the_browser() {
    let app = TestApp::new().await;
    let ana = sign_in(&app, "ana@example.org").await;
    let out = press(&ana, "/logout").await;
    assert_eq!((out.status, out.header("location")), (303, "/"));
    assert_eq!(
        out.header("set-cookie"),
        "s=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    );
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(ana.get("/api/orders").await.status, 401);
    assert_eq!(ana.get("/farm/board").await.status, 401);
    // Once more, or never signed in: nothing to do, no error.
    assert_eq!(press(&ana, "/logout").await.status, 303);
    assert_eq!(press(&app.stranger(), "/logout").await.status, 303);
    app.finish().await;
}

#[tokio::test]
async fn sessions_end_by_themselves_after_what_their_person_does() {
    let app = TestApp::new().await;
    let farmer = sign_in(&app, "rosa@example.org").await;
    let customer = sign_in(&app, "ana@example.org").await;
    app.pass(Duration::from_hours(12));
    assert_eq!(farmer.get("/farm/board").await.status, 401);
    assert_eq!(farmer.get("/api/orders").await.status, 401);
    app.pass(Duration::from_hours(24 * 30 - 12));
    assert_eq!(customer.get("/api/orders").await.status, 401);
    // What has ended is cleared away by the hourly housekeeping.
    let ended = "SELECT COUNT(*) FROM sessions WHERE expires_at < $1";
    app.pass(Duration::from_micros(1));
    assert_eq!(customer.get("/api/orders").await.status, 401);
    assert_eq!(app.count(ended, &[&app.now()]).await, 2);
    jobs::ensure_recurring(&app.app).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count(ended, &[&app.now()]).await, 0);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sign_in_links", &[]).await,
        0
    );
    app.finish().await;
}

#[tokio::test]
async fn who_tries_too_often_is_told_when_to_come_again() {
    let app = TestApp::new().await;
    let form = "email=nobody@example.org";
    for _ in 0..10 {
        assert_eq!(app.stranger().post_form("/login", form).await.status, 200);
    }
    let over = app.stranger().post_form("/login", form).await;
    assert_eq!(over.status, 429);
    let seconds: u64 = over.header("retry-after").parse().unwrap();
    assert!((1..=180).contains(&seconds), "{seconds}");
    // Pressing links is counted with it: nobody guesses 128 bits, but nobody need try either.
    assert_eq!(
        press(&app.stranger(), "/login/link/guess").await.status,
        429
    );
    // Another address is another caller; one customer's whole /64 is one.
    let neighbour = app.stranger().from(([192, 0, 2, 8], 1).into());
    assert_eq!(neighbour.post_form("/login", form).await.status, 200);
    for last in 0..11_u16 {
        let v6 = std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, last);
        let status = app
            .stranger()
            .from((v6, 1).into())
            .post_form("/login", form)
            .await
            .status;
        assert_eq!(status, if last < 10 { 200 } else { 429 });
    }
    // Headers that a proxy of ours did not write change nothing.
    let spoofed = app
        .stranger()
        .with("x-forwarded-for", "198.51.100.1")
        .with("forwarded", "for=198.51.100.1");
    assert_eq!(spoofed.post_form("/login", form).await.status, 429);
    app.pass(Duration::from_secs(seconds));
    assert_eq!(app.stranger().post_form("/login", form).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn nobodys_mailbox_is_flooded() {
    let app = TestApp::new().await;
    let form = "email=ana@example.org";
    for last in 1..=20 {
        let from = app.stranger().from(([198, 51, 100, last], 1).into());
        assert_eq!(from.post_form("/login", form).await.status, 200);
        app.run_jobs().await;
    }
    assert_eq!(app.mails().len(), 3);
    app.pass(Duration::from_hours(1));
    ask(&app, "ana@example.org").await;
    assert_eq!(app.mails().len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn a_mail_is_in_the_language_of_who_asked_and_leads_to_their_market() {
    let app = TestApp::new().await;
    let spanish = app.twin().stranger().with("accept-language", "es");
    spanish
        .post_form("/login", "email=ana_two@example.org")
        .await;
    app.run_jobs().await;
    let english = app.twin().stranger();
    english
        .post_form("/login", "email=ana_two@example.org")
        .await;
    app.run_jobs().await;
    let mails = app.mails();
    assert_eq!(mails.len(), 2);
    assert_ne!(mails[0].subject, mails[1].subject);
    for mail in mails {
        let link = mail.link("http://harbour.market.test/login/link/");
        let path = link.strip_prefix("http://harbour.market.test").unwrap();
        assert_eq!(press(&app.twin().stranger(), path).await.status, 303);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_job_that_runs_again_sends_the_same_mail_again() {
    let app = TestApp::new().await;
    ask(&app, "ana@example.org").await;
    let first = app.mails();
    app.sql("UPDATE outbox SET done_at = NULL, lease_until = NULL", &[])
        .await;
    app.run_jobs().await;
    let second = app.mails();
    assert_eq!(second.len(), 1);
    let url = "http://market.test/login/link/";
    assert_eq!(first[0].link(url), second[0].link(url));
    assert_eq!(first[0].id, second[0].id);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM sign_in_links", &[]).await,
        1
    );
    app.finish().await;
}
