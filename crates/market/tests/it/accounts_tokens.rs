//! API tokens: what a Bearer opens, and when it opens nothing any more.
use std::time::Duration;

use market::{
    accounts::{
        model::Scope,
        store::{self, NewToken},
    },
    kernel::{hash, ids::TokenId, role::Role},
};

use crate::support::{Client, TestApp, user_id};

/// A token of `rosa` with these scopes, for her farm only or for all she may.
async fn token(app: &TestApp, secret: &str, scopes: &[Scope], for_farm: bool) -> Client {
    let farm = app.here().farm_id("rosa");
    let new = NewToken {
        id: &TokenId::new(format!("tok_{secret}")),
        market: &app.market().id,
        user: &user_id("rosa", ""),
        farm: for_farm.then_some(&farm),
        name: "Tablet",
        hash: &hash::sha256(secret),
        scopes,
        now: app.now(),
        expires_at: app.now().plus(Duration::from_hours(1)),
    };
    let tx = app.app.db.write().await.unwrap();
    store::insert_token(&tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    bearer(app, secret)
}

fn bearer(app: &TestApp, secret: &str) -> Client {
    app.stranger()
        .with("authorization", &format!("Bearer {secret}"))
}

#[tokio::test]
async fn a_scope_opens_its_own_routes_only() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let read = token(&app, "read", &[Scope::OrdersRead], true).await;
    let write = token(&app, "write", &[Scope::OrdersWrite], true).await;
    let none = token(&app, "none", &[], true).await;
    let track = format!("/orders/{}/track", order.id);
    let show = format!("/api/orders/{}", order.id);
    for path in ["/api/orders", &show] {
        read.get(path).await.ok();
        for other in [&write, &none] {
            other.get(path).await.refused(403, "market-scope");
        }
    }
    assert_eq!(read.get(&track).await.status, 200);
    assert_eq!(write.get(&track).await.status, 403);
    for other in [&read, &none] {
        other
            .put_status(&order, "PREPARING")
            .await
            .refused(403, "market-scope");
        let undo = other
            .undo(&order, serde_json::json!({ "expected_version": 2 }))
            .await;
        undo.refused(403, "market-scope");
    }
    // What an answer to a change shows is part of the change.
    write.put_status(&order, "PREPARING").await.changed(true);
    app.finish().await;
}

#[tokio::test]
async fn a_bearer_opens_no_page_but_the_tracking_page() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let bearer = app.farmer("rosa");
    let link = format!("/t/{}", app.app.order_token(&order.id, 1));
    for path in [
        "/",
        "/login",
        "/login/link/x",
        "/track",
        "/farm/board",
        "/farm/board/events",
        &link,
    ] {
        let shut = bearer.get(path).await;
        assert_eq!(shut.status, 401, "{shut:?}");
        assert_eq!(shut.header("www-authenticate"), "Bearer realm=\"market\"");
        assert!(!shut.headers.contains_key("set-cookie"), "{shut:?}");
    }
    for path in [
        "/login",
        "/login/link/x",
        "/logout",
        "/track",
        "/farm/board",
    ] {
        let shut = bearer
            .post_form(path, "email=ana@example.org&code=FM-000001")
            .await;
        assert_eq!(shut.status, 401, "{shut:?}");
    }
    assert_eq!(
        bearer
            .get(&format!("/orders/{}/track", order.id))
            .await
            .status,
        200
    );
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_has_ended_is_as_good_as_none() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    let path = format!("/api/orders/{}", order.id);
    let expired = token(&app, "short", &Scope::ALL, true).await;
    app.pass(Duration::from_hours(1) - Duration::from_micros(1));
    expired.get(&path).await.ok();
    app.pass(Duration::from_micros(1));
    expired.get(&path).await.refused(401, "market-error-401");
    let revoked = token(&app, "revoked", &Scope::ALL, true).await;
    revoked.get(&path).await.ok();
    app.sql(
        "UPDATE api_tokens SET revoked_at = $1 WHERE id = 'tok_revoked'",
        &[&app.now()],
    )
    .await;
    revoked.get(&path).await.refused(401, "market-error-401");
    revoked
        .put_status(&order, "PREPARING")
        .await
        .refused(401, "market-error-401");
    app.finish().await;
}

#[tokio::test]
async fn a_farms_token_dies_with_the_place_on_its_team() {
    let app = TestApp::new().await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let (rosa, ben) = (app.here().farm_id("rosa"), app.here().farm_id("ben"));
    let user = user_id("rosa", "");
    let tx = app.app.db.write().await.unwrap();
    store::insert_membership(&tx, &user, &app.market().id, Role::FarmStaff, Some(&ben))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (farms, hers) = (
        token(&app, "farm", &Scope::ALL, true).await,
        token(&app, "all", &Scope::ALL, false).await,
    );
    // A farm's token sees that farm alone, though its person works for two.
    let seen = farms.order(&order).await.ok();
    assert_eq!(seen["farm_orders"].as_array().unwrap().len(), 1);
    farms
        .put_status(order.part("ben"), "PREPARING")
        .await
        .refused(404, "market-error-404");
    app.sql(
        "DELETE FROM memberships WHERE user_id = $1 AND farm_id = $2",
        &[&user, &rosa],
    )
    .await;
    farms.order(&order).await.refused(401, "market-error-401");
    let seen = hers.order(&order).await.ok();
    assert_eq!(seen["farm_orders"][0]["farm_id"], ben.as_str());
    app.sql("DELETE FROM memberships WHERE user_id = $1", &[&user])
        .await;
    hers.order(&order).await.refused(404, "market-error-404");
    app.finish().await;
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_the_next_request() {
    let app = TestApp::new().await;
    let staff = app.here().by_session("rosa");
    assert_eq!(staff.get("/farm/board").await.status, 200);
    app.sql(
        "DELETE FROM memberships WHERE user_id = $1",
        &[&user_id("rosa", "")],
    )
    .await;
    assert_eq!(staff.get("/farm/board").await.status, 403);
    assert_eq!(app.customer("ana").get("/farm/board").await.status, 403);
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_bearer_proves_nothing() {
    let app = TestApp::new().await;
    let order = app.order().place().await;
    for value in [
        "",
        "Bearer",
        "Bearer ",
        "Basic cm9zYTp4",
        "token-rosa",
        "Bearer wrong",
        "Bearer t\u{e9}",
    ] {
        let shut = app
            .stranger()
            .with("authorization", value)
            .order(&order)
            .await;
        shut.refused(401, "market-error-401");
    }
    // A cookie beside it is not looked at: whoever sends a Bearer is judged by it alone.
    let both = app.customer("ana").with("authorization", "Bearer wrong");
    both.order(&order).await.refused(401, "market-error-401");
    let spelled = app.stranger().with("authorization", "bearer  token-rosa");
    spelled.order(&order).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn a_token_is_its_persons_work_tool_not_their_purse() {
    let app = TestApp::new().await;
    let order = app.order().by("ana").place().await;
    app.here()
        .person("ana")
        .order(&order)
        .await
        .refused(404, "market-error-404");
    let cancel = app
        .here()
        .person("ana")
        .cancel(&order, "CUSTOMER_REQUEST")
        .await;
    cancel.refused(404, "market-error-404");
    app.customer("ana").order(&order).await.ok();
    app.finish().await;
}
