//! The first run: from nothing to a market that takes orders, without touching the database.
use std::time::Duration;

use market::setup::actions;

use crate::support::{Answer, Client, TestApp};

const MARKET: &str =
    "step=MARKET&name=Mill+Market&address=Mill+Lane+1&zone=Europe/London&currency=GBP&prefix=mm";
const OWNER: &str = "step=OWNER&name=Olga+Owner&email=Olga@Example.org";
const PLACE: &str = "step=PLACE&name=Mill+Square&address=Mill+Lane+1&access=&map_url=&weekday=6&from=09:00\
     &to=12:00&capacity=60&days_before=2&cutoff=20:00";

fn with_cookie(app: &TestApp, answer: &Answer) -> Client {
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    app.stranger()
        .with("cookie", cookie)
        .with("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn three_steps_make_a_market_that_takes_orders() {
    let (app, token) = TestApp::bare().await;
    let here = format!("/setup/{token}");
    let anybody = app.stranger();
    for path in ["/", "/setup"] {
        let home = anybody.get(path).await;
        assert_eq!(home.status, 200);
        let text = home.text();
        assert!(
            text.contains("This market is being set up") && text.contains("market setup-link"),
            "{text}"
        );
        assert!(!text.contains(&token), "no link on a public page");
        assert!(
            text.contains("Farmers market</p>"),
            "no comma without an address"
        );
    }
    let page = anybody.get(&here).await.text();
    assert!(
        page.contains("Step 1 of 3") && page.contains("value=\"MARKET\""),
        "{page}"
    );
    assert!(
        page.contains("<option value=\"\" selected>"),
        "a zone is chosen, not passed by"
    );

    let next = anybody.post_form(&here, MARKET).await;
    assert_eq!(
        (next.status, next.header("location")),
        (303, here.as_str()),
        "{next:?}"
    );
    let page = anybody.get(&here).await.text();
    assert!(
        page.contains("Step 2 of 3") && page.contains("Mill Market, Mill Lane 1"),
        "{page}"
    );

    let next = anybody.post_form(&here, OWNER).await;
    assert_eq!(next.status, 303, "{next:?}");
    let owner = with_cookie(&app, &next);
    assert_eq!(
        owner.get("/market/settings").await.status,
        200,
        "signed in at once"
    );
    assert_eq!(anybody.get("/market/settings").await.status, 401);
    let roles = app.texts("SELECT role FROM memberships", &[]).await;
    assert_eq!(roles, ["ADMIN"]);
    let emails = app.texts("SELECT email FROM users", &[]).await;
    assert_eq!(emails, ["olga@example.org"]);

    let page = owner.get(&here).await.text();
    assert!(
        page.contains("Step 3 of 3") && page.contains("value=\"Mill Lane 1\""),
        "{page}"
    );
    let next = owner.post_form(&here, PLACE).await;
    assert_eq!(
        (next.status, next.header("location")),
        (303, "/setup/done"),
        "{next:?}"
    );
    let done = owner.get("/setup/done").await.text();
    for part in [
        "Mill Market is ready",
        "href=\"/market/farms\"",
        "href=\"/farm/products\"",
    ] {
        assert!(done.contains(part), "no {part} in {done}");
    }

    // It is Thursday ten o'clock: Saturday's cut-off, at eight, is ahead.
    let home = anybody.get("/").await.text();
    assert!(home.contains("Saturday 28\u{a0}November"), "{home}");
    let days = owner.get("/market/days").await.text();
    assert!(
        days.contains("9:00–12:00, Mill Square: 0 of 60 taken"),
        "{days}"
    );
    assert!(days.contains("Open for orders"), "{days}");
    // The link is used up.
    let again = anybody.get(&here).await;
    assert_eq!(again.status, 404);
    assert!(again.text().contains("This market is set up"), "{again:?}");
    assert_eq!(anybody.post_form(&here, OWNER).await.status, 404);
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, 1);
    assert_eq!(anybody.get("/setup").await.header("location"), "/");
    app.finish().await;
}

#[tokio::test]
async fn a_link_lives_thirty_minutes_and_a_new_one_goes_on_where_it_stood() {
    let (app, token) = TestApp::bare().await;
    let here = format!("/setup/{token}");
    let anybody = app.stranger();
    assert_eq!(anybody.post_form(&here, MARKET).await.status, 303);
    app.pass(Duration::from_mins(30));
    for answer in [
        anybody.get(&here).await,
        anybody.post_form(&here, OWNER).await,
        anybody.get("/setup/0000").await,
    ] {
        assert_eq!(answer.status, 404);
        let text = answer.text();
        assert!(
            text.contains("opens nothing any more") && text.contains("market setup-link"),
            "{text}"
        );
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, 0);
    let link = actions::open_link(&app.app.db, app.now(), Some("http://market.test")).await;
    let link = link.unwrap().unwrap();
    assert_eq!(link.base_url.as_deref(), Some("http://market.test"));
    assert_ne!(link.token, token);
    let page = anybody.get(&format!("/setup/{}", link.token)).await.text();
    assert!(page.contains("Step 2 of 3"), "{page}");
    // Only hashes are kept.
    let kept = app.texts("SELECT hash FROM setup_links", &[]).await;
    assert!(!kept.contains(&link.token) && kept.len() == 2, "{kept:?}");
    app.finish().await;
}

#[tokio::test]
async fn each_step_is_taken_once_in_its_turn() {
    let (app, token) = TestApp::bare().await;
    let here = format!("/setup/{token}");
    let anybody = app.stranger();
    // From a page of later, and twice.
    for form in [OWNER, PLACE] {
        let answer = anybody.post_form(&here, form).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, here.as_str())
        );
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, 0);
    anybody.post_form(&here, MARKET).await;
    anybody
        .post_form(&here, &MARKET.replace("Mill+Market", "Other"))
        .await;
    assert_eq!(app.app.markets.default().unwrap().name, "Mill Market");
    anybody.post_form(&here, OWNER).await;
    anybody
        .post_form(&here, &OWNER.replace("Olga@", "eve@"))
        .await;
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, 1);
    // Without a place for now.
    let skipped = anybody.post_form(&here, "step=PLACE&skip=on").await;
    assert_eq!(skipped.header("location"), "/setup/done");
    assert_eq!(app.count("SELECT COUNT(*) FROM market_days", &[]).await, 0);
    assert_eq!(anybody.get("/").await.status, 200);
    assert!(app.app.markets.setting_up().is_none());
    app.finish().await;
}

#[tokio::test]
async fn of_two_who_take_a_step_at_once_one_takes_it() {
    let (app, token) = TestApp::bare().await;
    app.stranger()
        .post_form(&format!("/setup/{token}"), MARKET)
        .await;
    let who = app.here().manager_in_person();
    let own = |email| actions::make_owner(&app.app, &who, &token, "Olga", email);
    let (first, second) = tokio::join!(own("a@example.org"), own("b@example.org"));
    let refused = [first.err(), second.err()].into_iter().flatten();
    let refused: Vec<u16> = refused.map(|error| error.status()).collect();
    assert_eq!(refused, [404]);
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, 1);
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_moves() {
    let (app, token) = TestApp::bare().await;
    let here = format!("/setup/{token}");
    let anybody = app.stranger();
    let wrong = |form: String, field: &'static str| {
        let (anybody, here) = (anybody.clone(), here.clone());
        async move {
            let answer = anybody.post_form(&here, &form).await;
            assert_eq!(answer.status, 422, "{form}");
            let text = answer.text();
            assert!(
                text.contains(&format!("id=\"{field}-err\"")),
                "{form}: {text}"
            );
        }
    };
    wrong(MARKET.replace("Europe/London", ""), "zone").await;
    wrong(MARKET.replace("Mill+Market", ""), "name").await;
    anybody.post_form(&here, MARKET).await;
    wrong(OWNER.replace("Olga@Example.org", "olga"), "email").await;
    wrong(OWNER.replace("Olga+Owner", ""), "name").await;
    anybody.post_form(&here, OWNER).await;
    for (from, to, field) in [
        ("name=Mill+Square", "name=", "name"),
        ("weekday=6", "weekday=8", "weekday"),
        ("from=09:00", "from=", "from"),
        ("to=12:00", "to=08:00", "to"),
        ("capacity=60", "capacity=0", "capacity"),
        ("days_before=2", "days_before=9", "days_before"),
        ("days_before=2", "days_before=0", "cutoff"),
    ] {
        wrong(PLACE.replace(from, to), field).await;
    }
    assert_eq!(
        app.count("SELECT COUNT(*) FROM pickup_places", &[]).await,
        0
    );
    app.finish().await;
}

#[tokio::test]
async fn a_market_that_somebody_manages_has_no_set_up() {
    let app = TestApp::new().await;
    let link = actions::open_link(&app.app.db, app.now(), None).await;
    assert!(link.unwrap().is_none());
    // One that was made before there was a set-up, and has nobody, gets one.
    app.sql(
        "DELETE FROM memberships WHERE role IN ('ADMIN', 'MARKET_MANAGER')",
        &[],
    )
    .await;
    let link = actions::open_link(&app.app.db, app.now(), None).await;
    let here = format!("/setup/{}", link.unwrap().unwrap().token);
    let page = app.stranger().get(&here).await.text();
    assert!(page.contains("Step 1 of 3"), "{page}");
    app.stranger().post_form(&here, MARKET).await;
    // An address that has an account becomes the owner's.
    let form = OWNER.replace("Olga@Example.org", "ana@example.org");
    let users = app.count("SELECT COUNT(*) FROM users", &[]).await;
    let opened = app.here().by_session("carl").post_form(&here, &form).await;
    assert_eq!(opened.status, 303, "{opened:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM users", &[]).await, users);
    assert_eq!(
        with_cookie(&app, &opened).get("/market/days").await.status,
        200
    );
    app.finish().await;
}
