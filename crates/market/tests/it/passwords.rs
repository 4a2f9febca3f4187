//! Accounts with a password: signing up, the confirmed address, signing in, a new password, and what strangers learn.
use std::time::Duration;

use market::jobs;

use crate::support::{Answer, Client, TestApp};

const GOOD: &str = "correct+horse+battery";

fn sign_up_form(email: &str) -> String {
    format!("name=Dora+Field&email={email}&password={GOOD}")
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    let form = format!("email={email}&password={password}");
    client.post_form("/login/password", &form).await
}

#[tokio::test]
async fn whoever_signs_up_is_somebody_once_the_mailed_link_is_used() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let sent = stranger
        .post_form("/signup", &sign_up_form("%20Dora%40Example.org"))
        .await;
    assert_eq!(sent.status, 200);
    assert!(
        sent.text().contains("dora@example.org") && !sent.headers.contains_key("set-cookie"),
        "{sent:?}"
    );
    app.run_jobs().await;
    // Before that the password opens nothing, and there is no such person.
    let early = sign_in(&stranger, "dora@example.org", GOOD).await;
    assert_eq!(early.status, 422, "{early:?}");
    let people = "SELECT COUNT(*) FROM users WHERE email = 'dora@example.org'";
    assert_eq!(app.count(people, &[]).await, 0);

    let path = app.mailed("dora@example.org");
    let shown = stranger.get(&path).await;
    assert!(
        shown.status == 200 && shown.text().contains("Dora Field"),
        "{shown:?}"
    );
    assert_eq!(app.count(people, &[]).await, 0, "a link changes nothing");
    assert_eq!(app.twin().stranger().press(&path).await.status, 404);
    let opened = stranger.press(&path).await;
    assert_eq!(opened.header("location"), "/");
    app.opened(&opened).get("/api/orders").await.ok();
    assert_eq!(stranger.press(&path).await.status, 404, "used up");
    assert_eq!(stranger.get(&path).await.status, 404);

    let kept = app
        .texts(
            "SELECT password FROM users WHERE email = 'dora@example.org'",
            &[],
        )
        .await;
    assert!(
        kept[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{kept:?}"
    );
    let again = sign_in(&stranger, "DORA@example.org", GOOD).await;
    app.opened(&again).get("/api/orders").await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_known_address_gets_the_same_page_and_its_owner_a_mail() {
    let app = TestApp::new().await;
    let known = app
        .stranger()
        .post_form("/signup", &sign_up_form("ana@example.org"))
        .await;
    let new = app
        .stranger()
        .post_form("/signup", &sign_up_form("eve@example.org"))
        .await;
    assert_eq!((known.status, new.status), (200, 200));
    assert_eq!(known.text().replace("ana@", "eve@"), new.text());
    app.run_jobs().await;
    assert_eq!(app.mails_to("ana@example.org"), 1);
    assert_eq!(app.mailed("ana@example.org"), "/login");
    assert!(app.mailed("eve@example.org").starts_with("/signup/"));
    // The account keeps its name, and the stranger's password opens nothing.
    let tried = sign_in(&app.stranger(), "ana@example.org", GOOD).await;
    assert_eq!(tried.status, 422);
    app.finish().await;
}

#[tokio::test]
async fn an_account_that_came_to_be_meanwhile_keeps_its_own_password() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    app.run_jobs().await;
    let path = app.mailed("dora@example.org");
    app.sql(
        "INSERT INTO users (id, email, name, created_at) VALUES ('usr_d', 'dora@example.org', 'D', 1)",
        &[],
    )
    .await;
    app.opened(&stranger.press(&path).await);
    let none = "SELECT COUNT(*) FROM users WHERE password IS NOT NULL";
    assert_eq!(app.count(none, &[]).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn the_form_says_what_is_wrong_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    for (form, field) in [
        ("name=&email=d@example.org&password=violet+horse", "name"),
        (
            "name=D%0aE&email=d@example.org&password=violet+horse",
            "name",
        ),
        ("name=Dora&email=dora&password=violet+horse", "email"),
        ("name=Dora&email=d@example.org&password=short", "password"),
        (
            "name=Dora&email=d@example.org&password=password123",
            "password",
        ),
        (
            "name=Dora+Fields&email=d@example.org&password=dora+fields",
            "password",
        ),
        ("name=Dora&email=d@example.org&password=", "password"),
    ] {
        let answer = stranger.post_form("/signup", form).await;
        assert_eq!(answer.status, 422, "{form}");
        let text = answer.text();
        let said = format!("href=\"#{field}\"");
        assert!(
            text.contains(&said) && text.contains("role=\"alert\""),
            "{form}: {text}"
        );
        assert!(
            !text.contains("violet horse"),
            "a password is not sent back"
        );
    }
    let kept = stranger
        .post_form("/signup", "name=Dora&email=d@example.org&password=x")
        .await;
    assert!(kept.text().contains("value=\"Dora\"") && kept.text().contains("d@example.org"));
    assert_eq!(app.run_jobs().await, 0);
    app.finish().await;
}

#[tokio::test]
async fn wrong_unknown_and_without_password_are_told_the_same() {
    let app = TestApp::new().await;
    app.sign_up("Dora", "dora@example.org", GOOD).await;
    let mut answers = Vec::new();
    for email in ["dora@example.org", "none@example.org", "ana@example.org"] {
        let answer = sign_in(&app.stranger(), email, "another+horse").await;
        assert_eq!(answer.status, 422);
        assert!(!answer.headers.contains_key("set-cookie"));
        answers.push(answer.text().replace(email, "X"));
    }
    assert!(answers.iter().all(|text| *text == answers[0]));
    for (form, field) in [
        ("email=dora&password=x", "#email"),
        ("email=dora@example.org&password=", "#password"),
        ("email=dora@example.org", "#password"),
    ] {
        let answer = app.stranger().post_form("/login/password", form).await;
        assert!(
            answer.status == 422 && answer.text().contains(field),
            "{answer:?}"
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn tries_at_one_account_are_counted_wherever_they_come_from() {
    let app = TestApp::new().await;
    app.sign_up("Dora", "dora@example.org", GOOD).await;
    for last in 1..=10 {
        let from = app.stranger().from(([198, 51, 100, last], 1).into());
        assert_eq!(
            sign_in(&from, "dora@example.org", "wrong").await.status,
            422
        );
    }
    let from = app.stranger().from(([198, 51, 100, 11], 1).into());
    let over = sign_in(&from, "dora@example.org", GOOD).await;
    assert_eq!(over.status, 429);
    let seconds: u64 = over.header("retry-after").parse().unwrap();
    // Others are not held up, nor is the owner who asks for a link.
    assert_eq!(sign_in(&from, "ana@example.org", "wrong").await.status, 422);
    from.post_form("/login", "email=dora@example.org").await;
    app.run_jobs().await;
    app.opened(&from.press(&app.mailed("dora@example.org")).await);
    app.pass(Duration::from_secs(seconds));
    app.opened(&sign_in(&from, "dora@example.org", GOOD).await);
    app.finish().await;
}

#[tokio::test]
async fn sign_ups_and_links_for_passwords_are_limited_by_address() {
    let app = TestApp::new().await;
    for (path, times) in [("/signup", 3), ("/reset", 5)] {
        let ask = |nth: usize| {
            let stranger = app.stranger();
            async move {
                let form = sign_up_form(&format!("d{nth}@example.org"));
                stranger.post_form(path, &form).await.status
            }
        };
        for nth in 0..times {
            assert_eq!(ask(nth).await, 200);
        }
        assert_eq!(ask(9).await, 429, "{path}");
        app.pass(Duration::from_hours(2));
        assert_eq!(ask(9).await, 200);
    }
    app.finish().await;
}

#[tokio::test]
async fn one_mailbox_gets_three_mails_an_hour() {
    let app = TestApp::new().await;
    for last in 1..=6 {
        let from = app.stranger().from(([198, 51, 100, last], 1).into());
        let path = if last % 2 == 0 { "/signup" } else { "/reset" };
        let sent = from.post_form(path, &sign_up_form("ana@example.org")).await;
        assert_eq!(sent.status, 200);
        app.run_jobs().await;
    }
    assert_eq!(app.mails_to("ana@example.org"), 3);
    app.finish().await;
}

#[tokio::test]
async fn a_password_kept_with_old_parameters_is_hashed_anew() {
    let app = TestApp::new().await;
    // `password` with 256 KiB: an example of the reference implementation.
    let old =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    app.sql(
        "UPDATE users SET password = $1 WHERE id = 'usr_ana'",
        &[&old],
    )
    .await;
    let wrong = sign_in(&app.stranger(), "ana@example.org", "passwort").await;
    assert_eq!(wrong.status, 422);
    let kept = "SELECT password FROM users WHERE id = 'usr_ana'";
    assert_eq!(app.texts(kept, &[]).await, [old]);
    app.opened(&sign_in(&app.stranger(), "ana@example.org", "password").await);
    let new = app.texts(kept, &[]).await;
    assert!(new[0].contains("m=19456,t=2,p=1"), "{new:?}");
    app.opened(&sign_in(&app.stranger(), "ana@example.org", "password").await);
    app.finish().await;
}

#[tokio::test]
async fn signing_in_ends_the_old_session_and_keeps_what_a_guest_held() {
    let app = TestApp::new().await;
    app.sign_up("Dora", "dora@example.org", GOOD).await;
    let order = app.order().by_guest().place().await;
    let guest = app.guest(&order).await;
    let opened = sign_in(&guest, "dora@example.org", GOOD).await;
    let dora = app.opened(&opened);
    let page = format!("/orders/{}/track", order.id);
    assert_eq!(dora.get(&page).await.status, 200);
    assert_eq!(guest.get(&page).await.status, 404, "the old cookie is dead");
    app.finish().await;
}

#[tokio::test]
async fn a_new_password_is_set_by_a_mailed_link_once_and_ends_other_sessions() {
    let app = TestApp::new().await;
    let before = app.sign_up("Dora", "dora@example.org", GOOD).await;
    let stranger = app.stranger();
    let known = stranger.post_form("/reset", "email=dora@example.org").await;
    let unknown = stranger.post_form("/reset", "email=none@example.org").await;
    assert_eq!(
        known.text().replace("dora@", "none@"),
        unknown.text(),
        "nobody learns who is known"
    );
    let bad = stranger.post_form("/reset", "email=none").await;
    assert!(
        bad.status == 422 && bad.text().contains("#email"),
        "{bad:?}"
    );
    app.run_jobs().await;
    assert_eq!(app.mails_to("none@example.org"), 0);
    let path = app.mailed("dora@example.org");
    assert!(path.starts_with("/reset/"), "{path}");
    let form = stranger.get(&path).await;
    assert!(
        form.status == 200 && form.text().contains("autocomplete=\"new-password\""),
        "{form:?}"
    );
    // Not a way in by itself, nor in the other market.
    let token = path.strip_prefix("/reset/").unwrap();
    let as_sign_in = stranger.press(&format!("/login/link/{token}")).await;
    assert_eq!(as_sign_in.status, 404);
    let there = app.twin().stranger();
    assert_eq!(there.get(&path).await.status, 404);

    let weak = stranger.post_form(&path, "password=short").await;
    assert!(
        weak.status == 422 && weak.text().contains("#password"),
        "{weak:?}"
    );
    let done = stranger
        .post_form(&path, "password=quite+another+one")
        .await;
    let dora = app.opened(&done);
    dora.get("/api/orders").await.ok();
    assert_eq!(before.get("/api/orders").await.status, 401);
    let again = stranger.post_form(&path, "password=a+third+password").await;
    assert_eq!(again.status, 404);
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(
        sign_in(&stranger, "dora@example.org", GOOD).await.status,
        422
    );
    app.opened(&sign_in(&stranger, "dora@example.org", "quite+another+one").await);
    app.run_jobs().await;
    assert_eq!(
        app.mailed("dora@example.org"),
        "/reset",
        "the owner is told"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_link_for_a_password_lives_fifteen_minutes_and_dies_with_the_next_one_used() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let mut paths = Vec::new();
    for _ in 0..2 {
        stranger.post_form("/reset", "email=ana@example.org").await;
        app.run_jobs().await;
        paths.push(app.mailed("ana@example.org"));
        app.pass(Duration::from_mins(1));
    }
    app.opened(
        &stranger
            .post_form(&paths[1], "password=quite+another")
            .await,
    );
    let first = stranger
        .post_form(&paths[0], "password=quite+another")
        .await;
    assert_eq!(first.status, 404);
    stranger.post_form("/reset", "email=carl@example.org").await;
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    app.run_jobs().await;
    app.pass(Duration::from_mins(15));
    for email in ["carl@example.org", "dora@example.org"] {
        let path = app.mailed(email);
        assert_eq!(stranger.get(&path).await.status, 404);
        let late = stranger.post_form(&path, "password=quite+another").await;
        assert_eq!(late.status, 404);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_full_queue_of_passwords_sends_away_and_changes_nothing() {
    let app = TestApp::new().await;
    app.sign_up("Dora", "dora@example.org", GOOD).await;
    let tries = (0..40_u8).map(|nth| {
        let from = app.stranger().from(([198, 51, 100, nth], 1).into());
        async move {
            let email = format!("d{nth}@example.org");
            sign_in(&from, &email, GOOD).await
        }
    });
    let answers = futures_util::future::join_all(tries).await;
    let of = |status| answers.iter().filter(|a| a.status == status).count();
    assert_eq!(of(422) + of(503), 40);
    // Two at work and 32 behind them, and whoever comes when one of those is done.
    assert!(of(422) >= 34, "{}", of(422));
    for away in answers.iter().filter(|a| a.status == 503) {
        assert!(!away.header("retry-after").is_empty());
    }
    app.opened(&sign_in(&app.stranger(), "dora@example.org", GOOD).await);
    app.finish().await;
}

#[tokio::test]
async fn a_guests_orders_join_only_the_account_whose_address_is_proved() {
    let app = TestApp::new().await;
    let address = "UPDATE orders SET customer_email = 'dora@example.org' WHERE id = $1";
    let mine = app.order().by_guest().place().await;
    let carls = app.order().by("carl").place().await;
    let theirs = app.twin().order().by_guest().place().await;
    let other = app.order().by_guest().place().await;
    for order in [&mine, &carls, &theirs] {
        app.sql(address, &[&order.id]).await;
    }
    let stranger = app.stranger();
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    app.run_jobs().await;
    let joined = "SELECT id FROM orders WHERE customer_id = \
                  (SELECT id FROM users WHERE email = 'dora@example.org')";
    assert!(app.texts(joined, &[]).await.is_empty(), "not confirmed yet");
    let path = app.mailed("dora@example.org");
    let dora = app.opened(&stranger.press(&path).await);
    assert_eq!(app.texts(joined, &[]).await, [mine.id.as_str()]);
    dora.order(&mine).await.ok();
    for foreign in [&carls, &theirs, &other] {
        dora.order(foreign).await.refused(404, "market-error-404");
    }
    // An order that was placed without signing in joins at the next sign-in.
    let later = app.order().by_guest().place().await;
    app.sql(address, &[&later.id]).await;
    app.opened(&sign_in(&stranger, "dora@example.org", GOOD).await);
    assert_eq!(app.texts(joined, &[]).await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn two_presses_at_once_make_one_person() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    app.run_jobs().await;
    let path = app.mailed("dora@example.org");
    let (one, two) = tokio::join!(stranger.press(&path), stranger.press(&path));
    let mut both = [one.status, two.status];
    both.sort_unstable();
    assert_eq!(both, [303, 404]);
    app.finish().await;
}

#[tokio::test]
async fn no_secret_is_kept_or_waits_in_a_job() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    stranger.post_form("/reset", "email=ana@example.org").await;
    let rosa = app.here().by_session("rosa");
    rosa.post_form(
        "/farm/team",
        "farm=rosa&email=nia@example.org&role=FARM_STAFF",
    )
    .await;
    app.run_jobs().await;
    let mut kept = app.texts("SELECT payload FROM outbox", &[]).await;
    assert!(kept.len() >= 3);
    assert!(kept.iter().all(|job| !job.contains("argon2")), "{kept:?}");
    for sql in [
        "SELECT hash FROM sign_ups",
        "SELECT hash FROM sign_in_links",
        "SELECT hash FROM invitations",
        "SELECT password FROM sign_ups",
    ] {
        kept.extend(app.texts(sql, &[]).await);
    }
    for email in ["dora@example.org", "ana@example.org", "nia@example.org"] {
        let path = app.mailed(email);
        let token = path.rsplit('/').next().unwrap();
        assert_eq!(token.len(), 32, "128 bits: {path}");
        assert!(kept.iter().all(|text| !text.contains(token)), "{path}");
    }
    assert!(kept.iter().all(|text| !text.contains("correct horse")));
    app.finish().await;
}

#[tokio::test]
async fn what_nobody_confirmed_or_accepted_is_cleared_away() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    stranger
        .post_form("/signup", &sign_up_form("dora@example.org"))
        .await;
    let rosa = app.here().by_session("rosa");
    rosa.post_form(
        "/farm/team",
        "farm=rosa&email=nia@example.org&role=FARM_STAFF",
    )
    .await;
    app.run_jobs().await;
    jobs::ensure_recurring(&app.app).await.unwrap();
    app.run_jobs().await;
    let rows = [
        "SELECT COUNT(*) FROM sign_ups",
        "SELECT COUNT(*) FROM invitations",
    ];
    for sql in rows {
        assert_eq!(app.count(sql, &[]).await, 1, "{sql}");
    }
    app.pass(Duration::from_hours(24 * 3 + 1));
    app.run_jobs().await;
    for sql in rows {
        assert_eq!(app.count(sql, &[]).await, 0, "{sql}");
    }
    app.finish_after_purge().await;
}
