//! People's accounts: guessed passwords, stolen sessions, planted cookies, addresses that are not one's own, and people
//! whose access has ended.
use std::time::Duration;

use axum::{body::Body, http::Method};
use http_body_util::BodyExt as _;
use market::{
    accounts::people::actions::{self, Disabled},
    kernel::ids::{Ids, UserId},
};
use tower::ServiceExt as _;

use crate::support::{Answer, Client, TestApp, ends};

const GOOD: &str = "correct+horse+battery";
const EMAIL: &str = "dora@example.org";
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Every character as a browser would send it, so that none means something else.
fn encoded(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |out, byte| out + &format!("%{byte:02x}"))
}

fn address(app: &TestApp, last: u8) -> Client {
    app.stranger().from(([198, 51, 100, last], 1).into())
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    let form = format!("email={email}&password={password}");
    client.post_form("/login/password", &form).await
}

/// The secret of the device that an answer makes known.
#[track_caller]
fn device(answer: &Answer, name: &str) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter();
    let found = cookies
        .filter_map(|cookie| cookie.to_str().ok())
        .find_map(|cookie| cookie.strip_prefix(&format!("{name}=")));
    let cookie = found.unwrap_or_else(|| panic!("no device in {:?}", answer.headers));
    let (secret, rest) = cookie.split_once(';').unwrap();
    assert_eq!(secret.len(), 64, "256 bits");
    assert!(
        rest.starts_with(" Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000"),
        "{rest}"
    );
    secret.to_owned()
}

/// Somebody at an address that nobody has used, with that device.
fn with_device(app: &TestApp, last: u8, secret: &str) -> Client {
    address(app, last).with("cookie", &format!("d={secret}"))
}

async fn by_link(app: &TestApp, email: &str) -> Client {
    let stranger = app.stranger();
    stranger
        .post_form("/login", &format!("email={email}"))
        .await;
    app.run_jobs().await;
    app.opened(&stranger.press(&app.mailed(email)).await)
}

async fn stream(app: &TestApp, client: &Client, path: &str) -> Body {
    let request = client.request(Method::GET, path, "");
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    body
}

#[tokio::test]
async fn a_password_of_any_characters_is_taken_whole_or_not_at_all() {
    let app = TestApp::new().await;
    let long: String = "carrots and beans, ".chars().cycle().take(200).collect();
    let most: String = "🥕 and 🥦, ".chars().cycle().take(256).collect();
    let over = format!("{most}x");
    let mut last = 0;
    for (password, status) in [
        ("kw7 tv", 422),
        ("kw7 tvq", 422),
        ("kw7 tvqx", 200),
        ("señor 🐐 ñandú", 200),
        (&"🥕🥦🌽🍓".repeat(2).replacen('🥕', "🍐", 1), 200),
        (&long, 200),
        (&most, 200),
        (&over, 422),
    ] {
        last += 1;
        let client = address(&app, last);
        let form = format!(
            "name=Dora&email=d{last}@example.org&password={}",
            encoded(password)
        );
        let answer = client.post_form("/signup", &form).await;
        assert_eq!(answer.status, status, "{password}: {answer:?}");
        if status != 200 {
            let said = if password.len() < 8 {
                "at least 8 characters"
            } else {
                "longer than 256 characters"
            };
            assert!(answer.text().contains(said), "{answer:?}");
            continue;
        }
        app.run_jobs().await;
        app.opened(&client.press(&app.mailed(&format!("d{last}@"))).await);
        let email = format!("d{last}@example.org");
        app.opened(&sign_in(&client, &email, &encoded(password)).await);
        // Every character counts, the last one too, and none is trimmed away.
        let mut other = password.to_owned();
        other.pop();
        for wrong in [other.clone() + "z", other, format!("{password} ")] {
            let answer = sign_in(&client, &email, &encoded(&wrong)).await;
            assert_eq!(answer.status, 422, "{wrong}");
        }
    }
    // The 129th of 200.
    let wrong: String = long
        .chars()
        .enumerate()
        .map(|(nth, c)| if nth == 128 { '!' } else { c })
        .collect();
    let answer = sign_in(&address(&app, 90), "d6@example.org", &encoded(&wrong)).await;
    assert_eq!(answer.status, 422);
    app.finish().await;
}

#[tokio::test]
async fn what_is_guessed_first_is_refused_with_words_wherever_a_password_is_set() {
    let app = TestApp::new().await;
    let dora = app.sign_up("Dora", EMAIL, GOOD).await;
    app.stranger()
        .post_form("/reset", &format!("email={EMAIL}"))
        .await;
    app.run_jobs().await;
    let reset = app.mailed(EMAIL);
    for (password, said) in [
        ("password1", "tried first"),
        ("P%40ssw0rd2026", "tried first"),
        ("qwertyuiop", "tried first"),
        ("riverside+market", "market&#39;s name"),
        ("Riverside2026", "market&#39;s name"),
        (EMAIL, "your own name or address"),
        ("Dora12345", "your own name or address"),
    ] {
        let sign_up = format!("name=Dora&email={EMAIL}&password={password}");
        let change = format!("current={GOOD}&password={password}");
        let set = format!("password={password}");
        for (client, path, form) in [
            (&app.stranger(), "/signup", &sign_up),
            (&dora, "/account/password", &change),
            (&app.stranger(), reset.as_str(), &set),
        ] {
            let answer = client.clone().from(([203, 0, 113, 77], 1).into());
            let answer = answer.post_form(path, form).await;
            if answer.status == 429 {
                app.pass(Duration::from_mins(3));
                continue;
            }
            assert_eq!(answer.status, 422, "{path} {password}");
            assert!(
                answer.text().contains(said),
                "{path} {password}: {answer:?}"
            );
        }
    }
    app.opened(&sign_in(&app.stranger(), EMAIL, GOOD).await);
    app.finish().await;
}

#[tokio::test]
async fn a_stolen_session_changes_nothing_that_matters() {
    let app = TestApp::new().await;
    let dora = app.sign_up("Dora", EMAIL, GOOD).await;
    app.pass(Duration::from_mins(11));
    let tokens = app.count("SELECT COUNT(*) FROM api_tokens", &[]).await;
    let mails = app.mails().len();
    for current in ["", "&current=", "&current=wrong"] {
        for (path, form, kept) in [
            ("/account/password", "password=quite+another+one", ""),
            (
                "/account/email",
                "email=thief@example.org",
                "thief@example.org",
            ),
            (
                "/account/tokens",
                "name=Thief&days=30&orders%3Aread=on",
                "Thief",
            ),
        ] {
            let answer = dora.post_form(path, &format!("{form}{current}")).await;
            assert_eq!(answer.status, 403, "{path} {current}");
            let text = answer.text();
            assert!(
                text.contains("name=\"current\"") && text.contains("role=\"alert\""),
                "{path}: {text}"
            );
            assert!(
                text.contains(&format!("value=\"{kept}\"")),
                "{path}: {text}"
            );
            assert!(
                !text.contains("quite another one"),
                "a password is not sent back"
            );
        }
    }
    app.run_jobs().await;
    assert_eq!(app.mails().len(), mails);
    let now = app.count("SELECT COUNT(*) FROM api_tokens", &[]).await;
    assert_eq!(now, tokens);
    app.opened(&sign_in(&app.stranger(), EMAIL, GOOD).await);
    let form = format!("name=Till&days=30&orders%3Aread=on&current={GOOD}");
    assert_eq!(dora.post_form("/account/tokens", &form).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn who_has_no_password_proves_the_mailbox_again() {
    let app = TestApp::new().await;
    let ana = by_link(&app, "ana@example.org").await;
    app.pass(Duration::from_mins(10));
    let forms = [
        ("/account/email", "email=new@example.org", "new@example.org"),
        (
            "/account/tokens",
            "name=Till&days=30&orders%3Aread=on",
            "Till",
        ),
    ];
    for (path, form, kept) in forms {
        let answer = ana.post_form(path, form).await;
        assert_eq!(answer.status, 403, "{answer:?}");
        let text = answer.text();
        assert!(text.contains(&format!("value=\"{kept}\"")), "{text}");
        let again = "<input type=\"hidden\" name=\"email\" value=\"ana@example.org\">";
        assert!(
            text.contains(again) && text.contains("action=\"/login\""),
            "{text}"
        );
    }
    let ana = by_link(&app, "ana@example.org").await;
    for ((path, form, _), status) in forms.into_iter().zip([303, 200]) {
        assert_eq!(ana.post_form(path, form).await.status, status, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn guesses_from_many_addresses_are_slowed_and_the_owners_device_is_not() {
    let app = TestApp::new().await;
    app.sign_up("Dora", EMAIL, GOOD).await;
    let mine = device(&sign_in(&app.stranger(), EMAIL, GOOD).await, "d");
    let carls = {
        let stranger = address(&app, 200);
        stranger.post_form("/login", "email=carl@example.org").await;
        app.run_jobs().await;
        let opened = stranger.press(&app.mailed("carl@example.org")).await;
        device(&opened, "d")
    };
    let kept = app.texts("SELECT hash FROM known_devices", &[]).await;
    assert!(
        kept.len() >= 2 && !kept.contains(&mine),
        "only hashes are kept"
    );
    app.pass(HOUR);
    let mut answers = Vec::new();
    for last in 1..=11 {
        answers.push(sign_in(&address(&app, last), EMAIL, "wrong+horse").await);
    }
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses[..10], [422; 10]);
    let over = answers.pop().unwrap();
    assert_eq!(over.status, 429);
    let seconds: u64 = over.header("retry-after").parse().unwrap();
    assert!((1..=15 * 60).contains(&seconds), "{seconds}");
    assert!(over.text().contains("Try again in"), "{over:?}");

    // Not by the right password either, nor from somebody else's device, an invented one, or one of another market.
    for (last, client) in [
        (20, app.stranger()),
        (21, with_device(&app, 21, &carls)),
        (22, with_device(&app, 22, &"0".repeat(64))),
        (
            23,
            with_device(&app, 23, &mine).at_host("harbour.market.test"),
        ),
    ] {
        let client = client.from(([198, 51, 100, last], 1).into());
        assert_eq!(sign_in(&client, EMAIL, GOOD).await.status, 429, "{last}");
    }
    let opened = sign_in(&with_device(&app, 30, &mine), EMAIL, GOOD).await;
    app.opened(&opened);
    // The device has a new secret; the one that was seen on the way is a stranger's.
    assert_eq!(
        sign_in(&with_device(&app, 31, &mine), EMAIL, GOOD)
            .await
            .status,
        429
    );
    let mine = device(&opened, "d");
    // Whoever holds the device cannot guess for ever.
    for last in 40..50 {
        let tried = sign_in(&with_device(&app, last, &mine), EMAIL, "wrong+horse").await;
        assert_eq!(tried.status, 422);
    }
    assert_eq!(
        sign_in(&with_device(&app, 50, &mine), EMAIL, GOOD)
            .await
            .status,
        429
    );
    app.finish().await;
}

#[tokio::test]
async fn a_device_is_known_until_the_password_changes_or_ten_newer_ones_are() {
    let app = TestApp::new().await;
    let dora = app.sign_up("Dora", EMAIL, GOOD).await;
    let known = "SELECT COUNT(*) FROM known_devices d JOIN users u ON u.id = d.user_id \
                 WHERE u.email = 'dora@example.org'";
    for last in 1..=12 {
        app.opened(&sign_in(&address(&app, last), EMAIL, GOOD).await);
        app.pass(Duration::from_mins(2));
    }
    assert_eq!(app.count(known, &[]).await, 10);
    let form = format!("current={GOOD}&password=quite+another+one");
    assert_eq!(dora.post_form("/account/password", &form).await.status, 303);
    assert_eq!(app.count(known, &[]).await, 0);

    let opened = sign_in(&app.stranger(), EMAIL, "quite+another+one").await;
    assert_eq!(app.count(known, &[]).await, 1);
    // A browser that two people share is known for both.
    let shared = with_device(&app, 60, &device(&opened, "d"));
    shared.post_form("/login", "email=ana@example.org").await;
    app.run_jobs().await;
    let opened = shared.press(&app.mailed("ana@example.org")).await;
    let both = device(&opened, "d");
    let hashes = app.texts("SELECT hash FROM known_devices", &[]).await;
    assert_eq!((hashes.len(), &hashes[0]), (2, &hashes[1]));
    for last in 61..=71 {
        sign_in(&address(&app, last), EMAIL, "wrong+horse").await;
    }
    let still = sign_in(&with_device(&app, 72, &both), EMAIL, "quite+another+one").await;
    app.opened(&still);

    // Signing out everywhere forgets the devices, too; what nobody uses for half a year is cleared away.
    let dora = app.opened(&still);
    dora.post_form("/account/sessions", "end=all").await;
    assert_eq!(app.count(known, &[]).await, 0);
    market::jobs::ensure_recurring(&app.app).await.unwrap();
    app.pass(DAY * 180);
    app.run_jobs().await;
    app.pass(HOUR);
    app.run_jobs().await;
    assert_eq!(
        app.count("SELECT COUNT(*) FROM known_devices", &[]).await,
        0
    );
    app.finish_after_purge().await;
}

#[tokio::test]
async fn behind_https_a_neighbour_cannot_plant_a_device() {
    let app = TestApp::with(|config| config.http.base_url = "https://market.test".to_owned()).await;
    app.stranger()
        .post_form("/login", "email=ana@example.org")
        .await;
    app.run_jobs().await;
    let opened = app.stranger().press(&app.mailed("ana@example.org")).await;
    device(&opened, "__Host-d");
    let cookies: Vec<_> = opened.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        let cookie = cookie.to_str().unwrap();
        assert!(
            cookie.starts_with("__Host-") && cookie.ends_with("; Secure"),
            "{cookie}"
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn a_fresh_installation_has_no_account_and_no_default_password() {
    let (app, _) = TestApp::bare().await;
    for sql in [
        "SELECT COUNT(*) FROM users",
        "SELECT COUNT(*) FROM sessions",
        "SELECT COUNT(*) FROM api_tokens",
        "SELECT COUNT(*) FROM sign_in_links",
    ] {
        assert_eq!(app.count(sql, &[]).await, 0, "{sql}");
    }
    for email in [
        "admin@example.org",
        "admin@market.test",
        "root@localhost.test",
    ] {
        for password in ["admin", "password", "changeme"] {
            let answer = sign_in(&app.stranger(), email, password).await;
            assert_eq!(answer.status, 422, "{email}");
        }
    }
    app.finish().await;
}

/// Rows in all that a request could write, and passwords hashed: the work of a request.
async fn work(app: &TestApp) -> (i64, u64) {
    let mut rows = 0;
    for sql in [
        "SELECT COUNT(*) FROM outbox",
        "SELECT COUNT(*) FROM sign_ups",
        "SELECT COUNT(*) FROM sign_in_links",
        "SELECT COUNT(*) FROM sessions",
        "SELECT COUNT(*) FROM known_devices",
    ] {
        rows += app.count(sql, &[]).await;
    }
    (rows, app.app.passwords.done())
}

#[tokio::test]
async fn nobody_learns_who_has_an_account_by_words_or_by_work() {
    let app = TestApp::new().await;
    app.sign_up("Dora", EMAIL, GOOD).await;
    let order = app.order().by_guest().place().await;
    app.sql(
        "UPDATE orders SET customer_email = 'gus@example.org' WHERE id = $1",
        &[&order.id],
    )
    .await;
    let code = &order.code;
    let long = "x".repeat(300);
    let mut last = 0;
    for (path, known, form) in [
        ("/login", EMAIL, "email=MAIL".to_owned()),
        (
            "/login/password",
            EMAIL,
            "email=MAIL&password=wrong+horse".to_owned(),
        ),
        // Who has no password.
        (
            "/login/password",
            "ana@example.org",
            "email=MAIL&password=wrong+horse".to_owned(),
        ),
        (
            "/login/password",
            EMAIL,
            format!("email=MAIL&password={long}"),
        ),
        ("/reset", EMAIL, "email=MAIL".to_owned()),
        (
            "/signup",
            EMAIL,
            format!("name=Eve&email=MAIL&password={GOOD}"),
        ),
        (
            "/track",
            "gus@example.org",
            format!("code={code}&email=MAIL"),
        ),
    ] {
        let mut seen = Vec::new();
        for email in [known, "none@example.org"] {
            last += 1;
            // As long as the other, so that not even the length of an answer differs.
            let before = work(&app).await;
            let answer = address(&app, last)
                .post_form(path, &form.replace("MAIL", email))
                .await;
            let after = work(&app).await;
            let mut headers = answer.headers.clone();
            for own in ["x-request-id", "content-length"] {
                headers.remove(own);
            }
            seen.push((
                answer.status,
                answer.text().replace(email, "MAIL"),
                format!("{headers:?}"),
                (after.0 - before.0, after.1 - before.1),
            ));
        }
        assert_eq!(seen[0], seen[1], "{path}");
        let hashes = seen[0].3.1;
        let expected = u64::from(path.starts_with("/login/") || path == "/signup");
        assert_eq!(hashes, expected, "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_reset_link_dies_at_a_change_of_password_or_address() {
    let app = TestApp::new().await;
    let dora = app.sign_up("Dora", EMAIL, GOOD).await;
    let ask = async |email: &str| {
        app.stranger()
            .post_form("/reset", &format!("email={email}"))
            .await;
        app.run_jobs().await;
        app.mailed(email)
    };
    let first = ask(EMAIL).await;
    assert!(
        first.strip_prefix("/reset/").unwrap().len() >= 32,
        "128 bits"
    );
    let form = format!("current={GOOD}&password=quite+another+one");
    assert_eq!(dora.post_form("/account/password", &form).await.status, 303);
    let stranger = app.stranger();
    assert_eq!(stranger.get(&first).await.status, 404);
    let used = stranger
        .post_form(&first, "password=a+thief+was+here")
        .await;
    assert_eq!(used.status, 404);

    app.pass(HOUR);
    let second = ask(EMAIL).await;
    let form = "email=new@example.org&current=quite+another+one";
    assert_eq!(dora.post_form("/account/email", form).await.status, 303);
    app.run_jobs().await;
    assert_eq!(dora.press(&app.mailed("new@example.org")).await.status, 303);
    assert_eq!(stranger.get(&second).await.status, 404);
    let used = stranger
        .post_form(&second, "password=a+thief+was+here")
        .await;
    assert_eq!(used.status, 404);
    app.opened(&sign_in(&stranger, "new@example.org", "quite+another+one").await);
    app.finish().await;
}

#[tokio::test]
async fn a_cookie_from_before_the_password_was_right_opens_nothing_after() {
    let app = TestApp::new().await;
    app.sign_up("Dora", EMAIL, GOOD).await;
    let planted = "ab".repeat(32);
    let victim = app
        .stranger()
        .with("cookie", &format!("s={planted}; d={planted}"))
        .with("sec-fetch-site", "same-origin");
    let opened = sign_in(&victim, EMAIL, GOOD).await;
    assert_ne!(opened.session(), planted);
    assert_ne!(device(&opened, "d"), planted);
    assert_eq!(victim.get("/account").await.status, 401);
    let mut kept = app.texts("SELECT hash FROM sessions", &[]).await;
    kept.extend(app.texts("SELECT hash FROM known_devices", &[]).await);
    assert!(!kept.contains(&market::kernel::hash::sha256(&planted)));
    // A failed try opens nothing and ends nothing.
    let dora = app.opened(&opened);
    let form = format!("email={EMAIL}&password=x");
    let failed = dora.post_form("/login/password", &form).await;
    assert!(!failed.headers.contains_key("set-cookie"));
    assert_eq!(dora.get("/account").await.status, 200);
    app.finish().await;
}

/// Uses the session until that use is written down.
async fn used(app: &TestApp, client: &Client, email: &str) -> u16 {
    let noted = "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id \
                 WHERE u.email = $1 AND s.used_at = $2";
    for _ in 0..500 {
        let status = client.get("/account").await.status;
        if status != 200 || app.count(noted, &[&email, &app.now()]).await == 1 {
            return status;
        }
        tokio::task::yield_now().await;
    }
    panic!("the use of a session is not written down");
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_when_it_is_old() {
    let app = TestApp::new().await;
    let end = Duration::from_micros(1);
    for (name, idle, most) in [
        ("admin", HOUR, HOUR * 12),
        ("manager", HOUR * 12, DAY * 14),
        ("host", HOUR * 12, DAY * 14),
        ("rosa_staff", HOUR * 12, DAY * 14),
        ("ana", DAY * 30, DAY * 90),
    ] {
        let email = format!("{name}@example.org");
        app.sql(
            "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = $1)",
            &[&email],
        )
        .await;
        // Each looks once: a use would keep the session alive.
        let (early, late) = (by_link(&app, &email).await, by_link(&app, &email).await);
        let began = app.now();
        app.pass_until(began.plus(idle).minus(end));
        assert_eq!(early.get("/account").await.status, 200, "{name}");
        app.pass(end);
        assert_eq!(late.get("/account").await.status, 401, "{name}");

        let client = by_link(&app, &email).await;
        let began = app.now();
        let step = idle / 10 * 9;
        while app.now().since(began) + step < most {
            app.pass(step);
            assert_eq!(used(&app, &client, &email).await, 200, "{name}");
        }
        app.pass_until(began.plus(most).minus(end));
        assert_eq!(client.get("/account").await.status, 200, "{name}");
        app.pass(end);
        assert_eq!(client.get("/account").await.status, 401, "{name}: too old");
        app.pass(HOUR);
    }
    let page = app.stranger().get("/login").await;
    assert!(page.text().contains("12 hours without use"), "{page:?}");
    app.finish().await;
}

#[tokio::test]
async fn a_role_that_is_given_shortens_the_session_at_once() {
    let app = TestApp::new().await;
    let ana = by_link(&app, "ana@example.org").await;
    app.pass(HOUR * 13);
    assert_eq!(ana.get("/account").await.status, 200);
    tokio::task::yield_now().await;
    app.pass(HOUR * 13);
    app.sql(
        "INSERT INTO memberships (user_id, market_id, role) VALUES ('usr_ana', 'mkt_riverside', 'ADMIN')",
        &[],
    )
    .await;
    assert_eq!(ana.get("/market/settings").await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn signing_out_closes_what_was_open() {
    let app = TestApp::new().await;
    let rosa = by_link(&app, "rosa@example.org").await;
    let board = stream(&app, &rosa, "/farm/board/events").await;
    let bell = stream(&app, &rosa, "/notifications/events").await;
    assert_eq!(rosa.press("/logout").await.status, 303);
    for open in [board, bell] {
        ends(open).await;
    }
    assert_eq!(rosa.get("/farm/board").await.status, 401);
    app.finish().await;
}

#[tokio::test]
async fn whoever_is_signed_out_by_the_market_is_out_at_once_and_may_come_back() {
    let app = TestApp::new().await;
    let rosa = by_link(&app, "rosa@example.org").await;
    let board = stream(&app, &rosa, "/farm/board/events").await;
    let user = UserId::new("usr_rosa");
    let ended = actions::sign_out(&app.app.db, &Ids::Random, app.now(), &user).await;
    assert_eq!(ended.unwrap(), 2);
    assert_eq!(rosa.get("/farm/board").await.status, 401);
    app.run_jobs().await;
    ends(board).await;
    let rosa = by_link(&app, "rosa@example.org").await;
    assert_eq!(rosa.get("/farm/board").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_disabled_person_has_no_way_in() {
    let app = TestApp::new().await;
    let dora = app.sign_up("Dora", EMAIL, GOOD).await;
    app.sql(
        "INSERT INTO memberships (user_id, market_id, farm_id, role) \
         SELECT id, 'mkt_riverside', 'frm_rosa', 'FARM_STAFF' FROM users WHERE email = $1",
        &[&EMAIL],
    )
    .await;
    let order = app.order().farms(["rosa"]).place().await;
    let form = format!("name=Till&days=30&orders%3Aread=on&current={GOOD}");
    let made = dora.post_form("/account/tokens", &form).await.text();
    let at = made.find("value=\"mkt_").unwrap() + 7;
    let secret = made[at..].split('"').next().unwrap();
    let till = app
        .stranger()
        .with("authorization", &format!("Bearer {secret}"));
    let events = format!("/orders/{}/events?after=0", order.id);
    let open = [
        stream(&app, &dora, "/farm/board/events").await,
        stream(&app, &till, &events).await,
    ];
    let stranger = app.stranger();
    for path in ["/login", "/reset"] {
        stranger.post_form(path, &format!("email={EMAIL}")).await;
        app.run_jobs().await;
    }
    let link = app.mailed(EMAIL);

    let user = app
        .texts("SELECT id FROM users WHERE email = $1", &[&EMAIL])
        .await;
    let user = UserId::new(&user[0]);
    let (db, ids) = (&app.app.db, Ids::Random);
    let done = actions::disable(db, &ids, app.now(), &user).await.unwrap();
    assert_eq!(done, Disabled::Done);
    let again = actions::disable(db, &ids, app.now(), &user).await.unwrap();
    assert_eq!(again, Disabled::Already);
    for path in ["/account", "/farm/board"] {
        assert_eq!(dora.get(path).await.status, 401, "{path}");
    }
    till.order(&order).await.refused(401, "market-error-401");
    app.run_jobs().await;
    for stream in open {
        ends(stream).await;
    }
    // By no other door: the right password is told why, a wrong one what it always is.
    assert_eq!(stranger.get(&link).await.status, 404);
    let right = sign_in(&stranger, EMAIL, GOOD).await;
    assert_eq!(right.status, 403);
    assert!(right.text().contains("This account is closed"), "{right:?}");
    assert!(!right.headers.contains_key("set-cookie"));
    assert_eq!(sign_in(&stranger, EMAIL, "wrong+horse").await.status, 422);
    app.pass(HOUR);
    for path in ["/login", "/reset"] {
        stranger.post_form(path, &format!("email={EMAIL}")).await;
        app.run_jobs().await;
        let link = app.mailed(EMAIL);
        let pressed = stranger
            .post_form(&link, "password=quite+another+one")
            .await;
        assert_eq!(pressed.status, 403, "{path}: {pressed:?}");
    }
    let sessions = "SELECT COUNT(*) FROM sessions WHERE user_id = $1";
    assert_eq!(app.count(sessions, &[&user]).await, 0);

    assert!(actions::enable(db, &ids, app.now(), &user).await.unwrap());
    assert!(!actions::enable(db, &ids, app.now(), &user).await.unwrap());
    app.opened(&sign_in(&stranger, EMAIL, GOOD).await);
    till.order(&order).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn the_last_at_the_top_of_a_market_or_farm_stays() {
    let app = TestApp::new().await;
    let (db, ids) = (&app.app.db, Ids::Random);
    let disable = async |user: &str| {
        let user = UserId::new(user);
        actions::disable(db, &ids, app.now(), &user).await.unwrap()
    };
    assert_eq!(
        disable("usr_admin").await,
        Disabled::LastOf("riverside market".to_owned())
    );
    assert_eq!(
        disable("usr_rosa").await,
        Disabled::LastOf("rosa farm".to_owned())
    );
    // Somebody at the top of the other market is nobody's peer here, and a closed account is none either.
    app.sql(
        "INSERT INTO memberships (user_id, market_id, role) VALUES ('usr_carl', 'mkt_riverside', 'ADMIN')",
        &[],
    )
    .await;
    assert_eq!(disable("usr_admin").await, Disabled::Done);
    assert_eq!(
        disable("usr_carl").await,
        Disabled::LastOf("riverside market".to_owned())
    );
    assert_eq!(disable("usr_rosa_staff").await, Disabled::Done);

    let rosa = by_link(&app, "rosa@example.org").await;
    let leave = "farm=rosa&user=usr_rosa";
    let stays = rosa.post_form("/farm/team/remove", leave).await;
    assert_eq!(stays.status, 409);
    assert!(stays.text().contains("last owner"), "{stays:?}");
    assert_eq!(rosa.get("/farm/team").await.status, 200);
    app.sql(
        "INSERT INTO memberships (user_id, market_id, farm_id, role) \
         VALUES ('usr_ana', 'mkt_riverside', 'frm_rosa', 'FARM_OWNER')",
        &[],
    )
    .await;
    let ana = by_link(&app, "ana@example.org").await;
    let board = stream(&app, &ana, "/farm/board/events").await;
    let both = tokio::join!(
        ana.post_form("/farm/team/remove", "farm=rosa&user=usr_ana"),
        rosa.post_form("/farm/team/remove", leave),
    );
    let mut statuses = [both.0.status, both.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "one of two who leave at once");
    if both.0.status == 303 {
        assert_eq!(both.0.header("location"), "/account?done=left");
        ends(board).await;
    }
    let owners =
        "SELECT COUNT(*) FROM memberships WHERE farm_id = 'frm_rosa' AND role = 'FARM_OWNER'";
    assert_eq!(app.count(owners, &[]).await, 1);
    app.finish().await;
}
