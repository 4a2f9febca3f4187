//! A person's own page: name, password, address, sessions, tokens.
use std::time::Duration;

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::support::{Answer, Client, TestApp, ends};

const GOOD: &str = "correct+horse+battery";
const EMAIL: &str = "dora@example.org";

async fn dora(app: &TestApp) -> Client {
    app.sign_up("Dora", EMAIL, GOOD).await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let form = format!("email={email}&password={password}");
    app.stranger().post_form("/login/password", &form).await
}

#[track_caller]
fn done(answer: &Answer, word: &str) {
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, format!("/account?done={word}").as_str()),
        "{answer:?}"
    );
}

#[track_caller]
fn wrong(answer: &Answer, field: &str) {
    let said = format!("<a href=\"#{field}\">");
    assert!(
        answer.status == 422 && answer.text().contains(&said),
        "no {said}: {answer:?}"
    );
}

/// Who it is has to be proved first, says this field of the form.
#[track_caller]
fn unproved(answer: &Answer, field: &str) {
    let said = format!("<a href=\"#{field}\">");
    assert!(
        answer.status == 403 && answer.text().contains(&said),
        "no {said}: {answer:?}"
    );
}

/// An open stream of an order's page.
async fn stream(app: &TestApp, client: &Client, order: &str) -> Body {
    let path = format!("/orders/{order}/events?after=99");
    let request = client.request(Method::GET, &path, "");
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    response.into_body()
}

#[tokio::test]
async fn a_name_is_changed_by_whoever_saw_it_last() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    let page = dora.get("/account").await;
    assert!(
        page.text().contains("value=\"Dora\"") && page.text().contains(EMAIL),
        "{page:?}"
    );
    let saved = dora
        .post_form("/account", "name=Dora+Field&version=1")
        .await;
    done(&saved, "name");
    let after = dora.get(saved.header("location")).await;
    assert!(
        after.text().contains("value=\"Dora Field\"") && after.text().contains("role=\"status\"")
    );
    let stale = dora.post_form("/account", "name=Old&version=1").await;
    assert_eq!(stale.status, 412);
    let bad = dora.post_form("/account", "name=A%00B&version=2").await;
    wrong(&bad, "name");
    app.finish().await;
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_other_devices_are_out() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    let phone = app.opened(&sign_in(&app, EMAIL, GOOD).await);
    let order = app.order().by_guest().place().await;
    app.sql(
        "UPDATE orders SET customer_id = (SELECT id FROM users WHERE email = $1) WHERE id = $2",
        &[&EMAIL, &order.id],
    )
    .await;
    let mut live = stream(&app, &phone, &order.id).await;
    live.frame().await.unwrap().unwrap();
    for (form, field) in [
        ("current=correct+horse+battery&password=short", "password"),
        (
            "current=correct+horse+battery&password=dora@example.org",
            "password",
        ),
    ] {
        wrong(&dora.post_form("/account/password", form).await, field);
    }
    let form = "current=wrong&password=quite+another";
    unproved(
        &dora.post_form("/account/password", form).await,
        "password-current",
    );
    assert_eq!(phone.get("/account").await.status, 200);
    let form = format!("current={GOOD}&password=quite+another");
    done(
        &dora.post_form("/account/password", &form).await,
        "password",
    );
    assert_eq!(phone.get("/account").await.status, 401);
    assert_eq!(dora.get("/account").await.status, 200);
    ends(live).await;
    assert_eq!(sign_in(&app, EMAIL, GOOD).await.status, 422);
    app.opened(&sign_in(&app, EMAIL, "quite+another").await);
    app.run_jobs().await;
    assert_eq!(app.mailed(EMAIL), "/reset", "the owner is told");
    app.finish().await;
}

#[tokio::test]
async fn guessing_the_old_password_counts_as_signing_in() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    for _ in 0..10 {
        let form = "current=wrong&password=quite+another";
        let answer = dora.post_form("/account/password", form).await;
        assert_eq!(answer.status, 403);
    }
    let form = format!("current={GOOD}&password=quite+another");
    let over = dora.post_form("/account/password", &form).await;
    assert_eq!(over.status, 429);
    assert_eq!(sign_in(&app, EMAIL, GOOD).await.status, 429);
    app.finish().await;
}

#[tokio::test]
async fn an_address_changes_when_the_new_one_is_proved() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    let bad = dora
        .post_form("/account/email", "email=new&current=x")
        .await;
    wrong(&bad, "email");
    let form = "email=new@example.org&current=wrong";
    unproved(
        &dora.post_form("/account/email", form).await,
        "email-current",
    );
    let form = format!("email=New@example.org&current={GOOD}");
    done(&dora.post_form("/account/email", &form).await, "email-sent");
    // A link to the old address, still under way, dies with it.
    app.stranger()
        .post_form("/login", &format!("email={EMAIL}"))
        .await;
    app.run_jobs().await;
    let (old, path) = (app.mailed(EMAIL), app.mailed("new@example.org"));
    assert!(dora.get("/account").await.text().contains(EMAIL));
    let shown = app.stranger().get(&path).await;
    assert!(
        shown.status == 200 && shown.text().contains("new@example.org"),
        "{shown:?}"
    );
    assert_eq!(app.twin().stranger().press(&path).await.status, 404);
    done(&dora.press(&path).await, "email");
    assert_eq!(dora.press(&path).await.status, 404);
    assert_eq!(app.stranger().press(&old).await.status, 404);
    app.run_jobs().await;
    let mails = app.mails();
    let notice = mails.last().unwrap();
    assert!(notice.to.contains(EMAIL), "{notice:?}");
    assert!(!notice.text.contains("new@example.org"), "{notice:?}");
    assert_eq!(sign_in(&app, EMAIL, GOOD).await.status, 422);
    app.opened(&sign_in(&app, "new@example.org", GOOD).await);
    app.finish().await;
}

#[tokio::test]
async fn a_taken_address_is_not_taken_over_and_its_owner_is_told() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    let form = format!("email=ana@example.org&current={GOOD}");
    done(&dora.post_form("/account/email", &form).await, "email-sent");
    app.run_jobs().await;
    assert_eq!(app.mailed("ana@example.org"), "/login");
    // Taken after the link was sent; pressed elsewhere, where nobody is signed in.
    for email in ["eve@example.org", "fay@example.org"] {
        let form = format!("email={email}&current={GOOD}");
        done(&dora.post_form("/account/email", &form).await, "email-sent");
        app.run_jobs().await;
    }
    app.sql(
        "UPDATE users SET email = 'eve@example.org' WHERE id = 'usr_carl'",
        &[],
    )
    .await;
    let stranger = app.stranger();
    let taken = stranger.press(&app.mailed("eve@example.org")).await;
    assert_eq!(taken.status, 404);
    let free = stranger.press(&app.mailed("fay@example.org")).await;
    assert_eq!((free.status, free.header("location")), (303, "/login"));
    assert!(!free.headers.contains_key("set-cookie"));
    app.finish().await;
}

#[tokio::test]
async fn without_a_password_what_matters_needs_a_sign_in_of_this_moment() {
    let app = TestApp::new().await;
    let ana = app.customer("ana");
    let page = ana.get("/account").await.text();
    assert!(page.contains("action=\"/reset\"") && !page.contains("name=\"current\""));
    let none = ana.post_form("/account/password", "current=x&password=violet+horse");
    assert_eq!(none.await.status, 422);
    done(
        &ana.post_form("/account/email", "email=a1@example.org")
            .await,
        "email-sent",
    );
    let token = "name=Till&days=30&orders%3Aread=on";
    assert_eq!(ana.post_form("/account/tokens", token).await.status, 200);
    app.pass(Duration::from_mins(10));
    unproved(
        &ana.post_form("/account/email", "email=a2@example.org")
            .await,
        "email",
    );
    unproved(&ana.post_form("/account/tokens", token).await, "name");
    app.run_jobs().await;
    assert_eq!(app.mails_to("a2@example.org"), 0);
    app.finish().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all() {
    let app = TestApp::new().await;
    let laptop = dora(&app).await;
    let firefox = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
    let form = format!("email={EMAIL}&password={GOOD}");
    let stranger = app.stranger().with("user-agent", firefox);
    let phone = app.opened(&stranger.post_form("/login/password", &form).await);
    let list = laptop.get("/account").await.text();
    assert!(list.contains("Firefox, Android"), "{list}");
    let handles: Vec<&str> = list
        .split("name=\"end\" value=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(handles.len(), 2, "{list}");
    assert_eq!(handles[1], "all");

    // Nobody ends somebody else's.
    let end = format!("end={}", handles[0]);
    done(
        &app.customer("ana")
            .post_form("/account/sessions", &end)
            .await,
        "session",
    );
    assert_eq!(phone.get("/account").await.status, 200);
    let order = app.order().by("ana").place().await;
    app.sql(
        "UPDATE orders SET customer_id = (SELECT id FROM users WHERE email = $1) WHERE id = $2",
        &[&EMAIL, &order.id],
    )
    .await;
    let mut live = stream(&app, &phone, &order.id).await;
    live.frame().await.unwrap().unwrap();
    done(
        &laptop.post_form("/account/sessions", &end).await,
        "session",
    );
    assert_eq!(phone.get("/account").await.status, 401);
    ends(live).await;

    let tablet = app.opened(&sign_in(&app, EMAIL, GOOD).await);
    let out = laptop.post_form("/account/sessions", "end=all").await;
    assert_eq!((out.status, out.header("location")), (303, "/"));
    assert!(out.header("set-cookie").contains("Max-Age=0"), "{out:?}");
    for client in [&laptop, &tablet] {
        assert_eq!(client.get("/account").await.status, 401);
    }
    app.finish().await;
}

#[tokio::test]
async fn the_last_use_of_a_session_is_known_to_the_hour() {
    let app = TestApp::new().await;
    let dora = dora(&app).await;
    let used = "SELECT CAST(s.used_at AS BIGINT) FROM sessions s JOIN users u ON u.id = s.user_id \
                WHERE u.email = 'dora@example.org'";
    let began = app.now().micros();
    app.pass(Duration::from_mins(59));
    dora.get("/account").await;
    tokio::task::yield_now().await;
    assert_eq!(app.count(used, &[]).await, began);
    app.pass(Duration::from_mins(1));
    // Written beside the request: a later one sees it.
    for _ in 0..100 {
        assert_eq!(dora.get("/account").await.status, 200);
        tokio::task::yield_now().await;
    }
    assert_eq!(app.count(used, &[]).await, app.now().micros());
    app.finish().await;
}

/// The secret on the page that shows it.
#[track_caller]
fn secret(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    let at = text.find("value=\"mkt_").expect("a secret") + 7;
    text[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_is_shown_once_and_does_what_it_says_until_it_is_ended() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let rosa = app.here().by_session("rosa");
    let form = "name=Till&farm=frm_rosa&days=30&orders%3Aread=on";
    let secret = secret(&rosa.post_form("/account/tokens", form).await);
    assert_eq!(secret.len(), 4 + 64);
    let kept = app.texts("SELECT hash FROM api_tokens", &[]).await;
    assert!(!kept.contains(&secret));
    let list = rosa.get("/account/tokens").await.text();
    let hint = format!("…{}", &secret[64..]);
    assert!(
        list.contains("Till") && list.contains(&hint) && list.contains("rosa farm"),
        "{list}"
    );
    assert!(!list.contains(&secret));
    let till = app
        .stranger()
        .with("authorization", &format!("Bearer {secret}"));
    till.order(&order).await.ok();
    till.put_status(order.part("rosa"), "PREPARING")
        .await
        .refused(403, "market-scope");
    // A token opens no page: it cannot make others, nor change the account.
    for path in ["/account", "/account/tokens"] {
        assert_eq!(till.get(path).await.status, 401);
        assert_eq!(till.post_form(path, form).await.status, 401);
    }
    let id = app
        .texts("SELECT id FROM api_tokens WHERE name = 'Till'", &[])
        .await;
    let end = format!("id={}", id[0]);
    let foreign = app.here().by_session("ben");
    for (client, expected) in [(&foreign, 404), (&rosa, 303), (&rosa, 404)] {
        let answer = client.post_form("/account/tokens/revoke", &end).await;
        assert_eq!(answer.status, expected);
    }
    till.order(&order).await.refused(401, "market-error-401");
    assert!(!rosa.get("/account/tokens").await.text().contains("Till"));
    app.finish().await;
}

#[tokio::test]
async fn a_tokens_stream_ends_with_it() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa"]).place().await;
    let rosa = app.here().by_session("rosa");
    let form = "name=Till&days=90&orders%3Aread=on&orders%3Awrite=on";
    let secret = secret(&rosa.post_form("/account/tokens", form).await);
    let till = app
        .stranger()
        .with("authorization", &format!("Bearer {secret}"));
    let mut live = stream(&app, &till, &order.id).await;
    live.frame().await.unwrap().unwrap();
    let id = app
        .texts("SELECT id FROM api_tokens WHERE name = 'Till'", &[])
        .await;
    let end = format!("id={}", id[0]);
    rosa.post_form("/account/tokens/revoke", &end).await;
    ends(live).await;
    app.finish().await;
}

#[tokio::test]
async fn a_token_needs_a_name_a_scope_an_end_and_a_farm_of_ones_own() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    for (form, field) in [
        ("name=&days=30&orders%3Aread=on", "name"),
        ("name=Till&days=31&orders%3Aread=on", "days"),
        ("name=Till&days=x&orders%3Aread=on", "days"),
        ("name=Till&days=30", "orders-read"),
    ] {
        wrong(&rosa.post_form("/account/tokens", form).await, field);
    }
    for farm in ["frm_ben", "frm_rosa_two", "x"] {
        let form = format!("name=Till&days=30&orders%3Aread=on&farm={farm}");
        let answer = rosa.post_form("/account/tokens", &form).await;
        assert_eq!(answer.status, 404, "{farm}");
    }
    let odd = rosa.post_form("/account/tokens/revoke", "id=a+b").await;
    assert_eq!(odd.status, 404);
    let dora = dora(&app).await;
    let form = "name=Till&days=30&orders%3Aread=on&current=wrong";
    unproved(
        &dora.post_form("/account/tokens", form).await,
        "token-current",
    );
    let form = format!("name=Till&days=365&orders%3Aread=on&current={GOOD}");
    secret(&dora.post_form("/account/tokens", &form).await);
    app.finish().await;
}
