//! A farm's team: who invites whom to what, how an invitation is accepted, and that rights end with the place.
use std::time::Duration;

use axum::http::Method;
use http_body_util::BodyExt as _;
use market::accounts::model::normal_email;
use tower::ServiceExt as _;

use crate::support::{Answer, Client, TestApp, ends};

async fn invite(client: &Client, email: &str, role: &str) -> Answer {
    assert!(normal_email(email).is_some());
    let form = format!("farm=rosa&email={email}&role={role}");
    client.post_form("/farm/team", &form).await
}

/// Invited by Rosa, accepted by whoever reads that mailbox.
async fn join(app: &TestApp, email: &str, role: &str) -> Client {
    let sent = invite(&app.here().by_session("rosa"), email, role).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/farm/team?farm=rosa&done=invited"),
        "{sent:?}"
    );
    app.run_jobs().await;
    let path = app.mailed(email);
    app.opened(&app.stranger().post_form(&path, "name=Nia+Field").await)
}

fn role_of(email: &'static str) -> (&'static str, &'static str) {
    (
        "SELECT m.role FROM memberships m JOIN users u ON u.id = m.user_id WHERE u.email = $1",
        email,
    )
}

#[tokio::test]
async fn somebody_new_joins_by_the_mailed_link_once() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    invite(&rosa, "nia@example.org", "FARM_STAFF").await;
    app.run_jobs().await;
    let mail = app.mails().pop().unwrap();
    for part in ["rosa Example", "rosa farm", "riverside market"] {
        assert!(mail.text.contains(part), "{part}: {mail:?}");
    }
    let path = app.mailed("nia@example.org");
    let stranger = app.stranger();
    for _ in 0..2 {
        let shown = stranger.get(&path).await;
        let text = shown.text();
        assert!(
            shown.status == 200 && text.contains("rosa farm") && text.contains("name=\"name\""),
            "{shown:?}"
        );
    }
    let there = app.twin().stranger();
    assert_eq!(there.get(&path).await.status, 404);
    assert_eq!(there.post_form(&path, "name=Nia").await.status, 404);
    let nameless = stranger.post_form(&path, "name=").await;
    assert!(
        nameless.status == 422 && nameless.text().contains("href=\"#name\""),
        "{nameless:?}"
    );
    let listed = rosa.get("/farm/team").await.text();
    assert!(listed.contains("nia@example.org"), "{listed}");

    let opened = stranger.post_form(&path, "name=Nia+Field").await;
    assert_eq!(opened.header("location"), "/farm/board");
    let nia = app.opened(&opened);
    assert_eq!(nia.get("/farm/board").await.status, 200);
    assert_eq!(nia.get("/farm/team").await.status, 403, "staff see no team");
    assert_eq!(stranger.post_form(&path, "name=Nia").await.status, 404);
    assert!(rosa.get("/farm/team").await.text().contains("Nia Field"));
    // Without a password: a link is the way in until one is set.
    let none = "SELECT COUNT(*) FROM users WHERE password IS NOT NULL";
    assert_eq!(app.count(none, &[]).await, 0);
    app.finish().await;
}

#[tokio::test]
async fn an_account_that_is_there_joins_and_nobody_else_does_in_its_place() {
    let app = TestApp::new().await;
    invite(
        &app.here().by_session("rosa"),
        "ana@example.org",
        "FARM_STAFF",
    )
    .await;
    app.run_jobs().await;
    let path = app.mailed("ana@example.org");
    let carl = app.customer("carl");
    let shown = carl.get(&path).await;
    assert!(
        shown.status == 200 && shown.text().contains("role=\"alert\""),
        "{shown:?}"
    );
    assert_eq!(carl.post_form(&path, "name=Carl").await.status, 403);
    let ana = app.customer("ana");
    let shown = ana.get(&path).await.text();
    assert!(!shown.contains("name=\"name\""), "{shown}");
    let ana = app.opened(&ana.post_form(&path, "").await);
    assert_eq!(ana.get("/farm/board").await.status, 200);
    assert!(ana.get("/account").await.text().contains("ana Example"));
    app.finish().await;
}

#[tokio::test]
async fn owners_make_managers_managers_make_staff_and_others_make_nobody() {
    let app = TestApp::new().await;
    let manager = join(&app, "mia@example.org", "FARM_MANAGER").await;
    let page = manager.get("/farm/team").await;
    assert!(page.status == 200 && !page.text().contains("<option value=\"FARM_MANAGER\""));
    for (client, role, expected) in [
        (&manager, "FARM_STAFF", 303),
        (&manager, "FARM_MANAGER", 403),
        (&app.here().by_session("manager"), "FARM_MANAGER", 303),
        (&app.here().by_session("rosa_staff"), "FARM_STAFF", 403),
        (&app.here().by_session("ben"), "FARM_STAFF", 404),
        (&app.here().by_session("rosa"), "FARM_OWNER", 422),
        (&app.here().by_session("rosa"), "ADMIN", 422),
        (&app.here().by_session("host"), "FARM_STAFF", 403),
    ] {
        let answer = invite(client, "new@example.org", role).await;
        assert_eq!(answer.status, expected, "{role}: {answer:?}");
    }
    let rosa = app.here().by_session("rosa");
    for (email, role) in [
        ("rosa_staff@example.org", "FARM_STAFF"),
        ("mia@example.org", "FARM_STAFF"),
        ("rosa@example.org", "FARM_MANAGER"),
    ] {
        let there = invite(&rosa, email, role).await;
        assert!(
            there.status == 422 && there.text().contains("href=\"#email\""),
            "{email}: {there:?}"
        );
    }
    let bad = rosa
        .post_form("/farm/team", "farm=rosa&email=x&role=FARM_STAFF")
        .await;
    assert_eq!(bad.status, 422);
    // A step up is an invitation too.
    join(&app, "rosa_staff@example.org", "FARM_MANAGER").await;
    let (sql, email) = role_of("rosa_staff@example.org");
    assert_eq!(app.texts(sql, &[&email]).await, ["FARM_MANAGER"]);
    app.finish().await;
}

#[tokio::test]
async fn whoever_leaves_loses_every_right_at_once() {
    let app = TestApp::new().await;
    let nia = join(&app, "nia@example.org", "FARM_STAFF").await;
    let order = app.order().farms(["rosa"]).place().await;
    let form = "name=Till&farm=frm_rosa&days=30&orders%3Aread=on&orders%3Awrite=on";
    let made = nia.post_form("/account/tokens", form).await.text();
    let at = made.find("value=\"mkt_").unwrap() + 7;
    let secret = made[at..].split('"').next().unwrap();
    let till = app
        .stranger()
        .with("authorization", &format!("Bearer {secret}"));
    let mut streams = Vec::new();
    for (client, path) in [
        (&nia, "/farm/board/events".to_owned()),
        (&till, format!("/orders/{}/events", order.id)),
    ] {
        let request = client.request(Method::GET, &path, "");
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        body.frame().await.unwrap().unwrap();
        streams.push(body);
    }
    let id = app
        .texts("SELECT id FROM users WHERE email = 'nia@example.org'", &[])
        .await;
    let out = format!("farm=rosa&user={}", id[0]);
    let ben = app.here().by_session("ben");
    assert_eq!(ben.post_form("/farm/team/remove", &out).await.status, 404);
    assert_eq!(nia.post_form("/farm/team/remove", &out).await.status, 403);
    let rosa = app.here().by_session("rosa");
    let removed = rosa.post_form("/farm/team/remove", &out).await;
    assert_eq!(
        (removed.status, removed.header("location")),
        (303, "/farm/team?farm=rosa&done=removed")
    );
    for body in streams {
        ends(body).await;
    }
    assert_eq!(nia.get("/farm/board").await.status, 403);
    till.order(&order).await.refused(401, "market-error-401");
    assert_eq!(rosa.post_form("/farm/team/remove", &out).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn an_owner_is_not_removed_and_a_manager_only_by_the_owner() {
    let app = TestApp::new().await;
    let manager = join(&app, "mia@example.org", "FARM_MANAGER").await;
    join(&app, "max@example.org", "FARM_MANAGER").await;
    let max = app
        .texts("SELECT id FROM users WHERE email = 'max@example.org'", &[])
        .await;
    let rosa = app.here().by_session("rosa");
    for (client, user, expected) in [
        (&rosa, "usr_rosa", 409),
        (&app.here().by_session("manager"), "usr_rosa", 403),
        (&manager, "usr_rosa", 403),
        (&manager, max[0].as_str(), 403),
        (&rosa, max[0].as_str(), 303),
        (&manager, "usr_rosa_staff", 303),
        (&rosa, "usr_ben", 404),
        (&rosa, "a+b", 404),
    ] {
        let form = format!("farm=rosa&user={user}");
        let answer = client.post_form("/farm/team/remove", &form).await;
        assert_eq!(answer.status, expected, "{user}: {answer:?}");
    }
    let nothing = rosa.post_form("/farm/team/remove", "farm=rosa").await;
    assert_eq!(nothing.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn an_invitation_dies_when_withdrawn_after_three_days_and_with_its_inviters_right() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    let manager = join(&app, "mia@example.org", "FARM_MANAGER").await;
    invite(&rosa, "one@example.org", "FARM_MANAGER").await;
    invite(&manager, "two@example.org", "FARM_STAFF").await;
    invite(&rosa, "six@example.org", "FARM_STAFF").await;
    app.run_jobs().await;
    let stranger = app.stranger();
    let open = async |email: &str| stranger.get(&app.mailed(email)).await.status;
    let id = app
        .texts(
            "SELECT id FROM invitations WHERE email = 'one@example.org'",
            &[],
        )
        .await;
    let form = format!("farm=rosa&invitation={}", id[0]);
    assert_eq!(open("one@example.org").await, 200);
    let other = app.here().by_session("ben");
    let foreign = format!("farm=ben&invitation={}", id[0]);
    for (client, form, expected) in [
        (&other, &foreign, 404),
        (&manager, &form, 403),
        (&rosa, &form, 303),
        (&rosa, &form, 404),
    ] {
        let answer = client.post_form("/farm/team/remove", form).await;
        assert_eq!(answer.status, expected, "{answer:?}");
    }
    assert_eq!(open("one@example.org").await, 404);

    assert_eq!(open("two@example.org").await, 200);
    let mia = app
        .texts("SELECT id FROM users WHERE email = 'mia@example.org'", &[])
        .await;
    let out = format!("farm=rosa&user={}", mia[0]);
    rosa.post_form("/farm/team/remove", &out).await;
    assert_eq!(open("two@example.org").await, 404);
    let path = app.mailed("two@example.org");
    assert_eq!(stranger.post_form(&path, "name=Two").await.status, 404);

    app.pass(Duration::from_secs(3 * 24 * 3600 - 1));
    assert_eq!(open("six@example.org").await, 200);
    app.pass(Duration::from_secs(1));
    assert_eq!(open("six@example.org").await, 404);
    app.finish().await;
}

#[tokio::test]
async fn one_withdrawn_before_its_mail_is_not_sent_and_invitations_are_limited() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa");
    invite(&rosa, "nia@example.org", "FARM_STAFF").await;
    let id = app.texts("SELECT id FROM invitations", &[]).await;
    let form = format!("farm=rosa&invitation={}", id[0]);
    rosa.post_form("/farm/team/remove", &form).await;
    app.run_jobs().await;
    assert_eq!(app.mails().len(), 0);
    for nth in 1..20 {
        let sent = invite(&rosa, &format!("n{nth}@example.org"), "FARM_STAFF").await;
        assert_eq!(sent.status, 303);
    }
    let over = invite(&rosa, "last@example.org", "FARM_STAFF").await;
    assert_eq!(over.status, 429);
    app.finish().await;
}

#[tokio::test]
async fn an_invitation_is_in_the_language_of_who_gets_it() {
    let app = TestApp::new().await;
    let spanish = app.stranger().with("accept-language", "es");
    spanish.post_form("/login", "email=ana@example.org").await;
    app.run_jobs().await;
    app.opened(&spanish.press(&app.mailed("ana@example.org")).await);
    let rosa = app.here().by_session("rosa");
    for email in ["ana@example.org", "nia@example.org"] {
        invite(&rosa, email, "FARM_STAFF").await;
    }
    app.run_jobs().await;
    let subject = |email: &str| {
        let mails = app.mails();
        let mail = mails.iter().rev().find(|mail| mail.to.contains(email));
        mail.unwrap().subject.clone()
    };
    assert_ne!(subject("ana@example.org"), subject("nia@example.org"));
    assert_eq!(subject("nia@example.org"), "Join a farm's team");
    app.finish().await;
}
