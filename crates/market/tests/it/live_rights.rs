//! Rights that go while a stream is open: at the next beat it ends.
//!
//! In process and not over a socket, so that time can be moved: 15 seconds pass in no time.
use std::time::Duration;

use axum::{body::Body, http::Method};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tokio::time;
use tower::ServiceExt as _;

use crate::support::{Client, TestApp, user_id};

const BEAT: Duration = Duration::from_secs(15);

async fn open(app: &TestApp, client: &Client, path: &str) -> Body {
    let request = client.request(Method::GET, path, "");
    let response = app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    assert_eq!(next(&mut body).await.unwrap(), "retry: 2000\n\n");
    body
}

async fn next(body: &mut Body) -> Option<Bytes> {
    let frame = time::timeout(BEAT * 2, body.frame())
        .await
        .expect("neither a word nor an end")?;
    Some(frame.unwrap().into_data().unwrap())
}

/// What is heard at the next beat; the clock stands still only while nobody waits for a database.
async fn beat(body: &mut Body) -> Option<Bytes> {
    time::pause();
    time::advance(BEAT).await;
    time::resume();
    next(body).await
}

const PULSE: &str = "event: beat\ndata:\n\n";

#[tokio::test]
async fn a_beat_comes_while_nothing_changes_and_rights_hold() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    let path = format!("/orders/{}/events?after=99", order.id);
    for client in [
        app.customer("ana"),
        app.manager(),
        app.farmer("rosa"),
        app.guest(&order).await,
    ] {
        let mut body = open(&app, &client, &path).await;
        for _ in 0..2 {
            assert_eq!(beat(&mut body).await.unwrap(), PULSE);
        }
    }
    let staff = app.here().by_session("rosa");
    let mut board = open(&app, &staff, "/farm/board/events").await;
    next(&mut board).await.unwrap();
    assert_eq!(beat(&mut board).await.unwrap(), PULSE);
    drop(board);
    assert!(app.app.seats.is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_link_that_was_revoked_ends_what_it_opened() {
    let app = TestApp::new().await;
    let order = app.order().by_guest().place().await;
    let path = format!("/orders/{}/events?after=99", order.id);
    let mut guest = open(&app, &app.guest(&order).await, &path).await;
    // Somebody with an account who came by the same link has no better right; the market's own people do.
    let link = format!("/t/{}", app.app.order_token(&order.id, 1));
    let carl = app.customer("carl");
    assert_eq!(carl.get(&link).await.status, 303);
    let mut friend = open(&app, &carl, &path).await;
    let mut manager = open(&app, &app.here().by_session("manager"), &path).await;
    app.sql(
        "UPDATE orders SET link_generation = 2 WHERE id = $1",
        &[&order.id],
    )
    .await;
    assert_eq!(beat(&mut guest).await, None);
    assert_eq!(next(&mut friend).await, None);
    assert_eq!(next(&mut manager).await.unwrap(), PULSE);
    app.finish().await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_ends_what_it_opened() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let path = format!("/orders/{}/events?after=99", order.id);
    let mut session = open(&app, &app.here().by_session("rosa"), &path).await;
    let mut token = open(&app, &app.farmer("rosa"), &path).await;
    let mut board = open(&app, &app.here().by_session("rosa"), "/farm/board/events").await;
    next(&mut board).await.unwrap();
    let mut other = open(&app, &app.farmer("ben"), &path).await;
    app.sql(
        "DELETE FROM memberships WHERE user_id = $1",
        &[&user_id("rosa", "")],
    )
    .await;
    assert_eq!(beat(&mut session).await, None);
    for gone in [&mut token, &mut board] {
        assert_eq!(next(gone).await, None);
    }
    assert_eq!(next(&mut other).await.unwrap(), PULSE);
    app.finish().await;
}

#[tokio::test]
async fn a_token_or_session_that_has_ended_ends_what_it_opened() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let path = format!("/orders/{}/events?after=99", order.id);
    let mut revoked = open(&app, &app.farmer("rosa"), &path).await;
    let mut expired = open(&app, &app.colleague("rosa"), &path).await;
    let mut ended = open(&app, &app.customer("ana"), &path).await;
    let now = app.now();
    app.sql(
        "UPDATE api_tokens SET revoked_at = $1 WHERE id = 'tok_rosa'",
        &[&now],
    )
    .await;
    app.sql(
        "UPDATE api_tokens SET expires_at = $1 WHERE id = 'tok_rosa_staff'",
        &[&now],
    )
    .await;
    app.sql(
        "UPDATE sessions SET expires_at = $1 WHERE user_id = 'usr_ana'",
        &[&now],
    )
    .await;
    assert_eq!(beat(&mut revoked).await, None);
    assert_eq!(next(&mut expired).await, None);
    assert_eq!(next(&mut ended).await, None);
    app.finish().await;
}

#[tokio::test]
async fn an_order_that_is_gone_ends_the_streams_that_show_it() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let path = format!("/orders/{}/events?after=99", order.id);
    let mut body = open(&app, &app.customer("ana"), &path).await;
    // Nothing deletes orders yet; a hint that cannot be followed must not be answered with silence for ever.
    app.app
        .cluster
        .publish(&format!("order/{}", order.id), 10_000);
    app.sql(
        "UPDATE orders SET market_id = 'mkt_harbour' WHERE id = $1",
        &[&order.id],
    )
    .await;
    assert_eq!(next(&mut body).await, None);
    app.sql(
        "UPDATE orders SET market_id = 'mkt_riverside' WHERE id = $1",
        &[&order.id],
    )
    .await;
    app.finish().await;
}
