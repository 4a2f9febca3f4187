//! Live streams over real connections: who is shown what, when, and how a stream ends.
use std::net::SocketAddr;

use market::http::{
    router::router,
    server::{self, Limits},
};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};

use crate::{
    instance,
    support::{Client, Proof, TestApp, TestOrder},
    wire::{Ask, DEADLINE, Event, Stream, send},
};

const HOST: &str = "market.test";

/// The test's router behind a listener; it ends with the test's `stop`.
async fn serve(app: &TestApp) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = server::serve(
        listener,
        app.router.clone(),
        Limits::of(&app.app.config.http),
        app.app.stop.clone(),
    );
    (address, tokio::spawn(serving))
}

/// Everything ends: streams, connections, the server; nothing of them is left.
async fn end(app: TestApp, server: JoinHandle<()>) {
    app.stop();
    timeout(DEADLINE, server)
        .await
        .expect("the server does not end")
        .unwrap();
    until(|| app.app.seats.is_empty() && app.app.cluster.topics() == 0).await;
    app.finish().await;
}

/// Lets the other tasks work until something holds.
async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, wait)
        .await
        .expect("it does not come to hold");
}

async fn cookie_of_guest(app: &TestApp, order: &TestOrder) -> String {
    app.guest(order).await;
    format!("s=guest of {}", order.id)
}

fn ask(path: &str, cookie: &str) -> Ask {
    Ask::get(path, HOST).header("cookie", cookie)
}

async fn watch(to: SocketAddr, order: &TestOrder, after: i64, cookie: &str) -> Stream {
    let path = format!("/orders/{}/events?after={after}", order.id);
    let stream = Stream::open(to, &ask(&path, cookie)).await;
    assert_eq!(stream.head.status, 200);
    assert_eq!(
        stream.head.header("content-type"),
        Some("text/event-stream")
    );
    assert_eq!(stream.head.header("cache-control"), Some("no-store"));
    stream
}

async fn version(app: &TestApp, order: &TestOrder) -> i64 {
    app.manager().order(order).await.ok()["version"]
        .as_i64()
        .unwrap()
}

#[track_caller]
fn shows(event: Option<Event>, version: i64) -> Event {
    let event = event.expect("the stream has ended");
    assert_eq!(event.id, version.to_string(), "{event:?}");
    assert_eq!(event.json()["version"], version.to_string());
    event
}

#[tokio::test]
async fn whoever_is_behind_is_shown_the_present_state_and_then_each_change() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().farms(["rosa", "ben"]).by_guest().place().await;
    let cookie = cookie_of_guest(&app, &order).await;
    let now = version(&app, &order).await;
    let mut behind = watch(to, &order, now - 1, &cookie).await;
    let mut new = watch(to, &order, 0, &cookie).await;
    let mut current = watch(to, &order, now, &cookie).await;
    for stream in [&mut behind, &mut new] {
        shows(stream.event().await, now);
    }
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    // The one that knew the present state hears of nothing but the change.
    for stream in [&mut current, &mut behind, &mut new] {
        let event = shows(stream.event().await, now + 1);
        assert!(
            !event.json()["say"].as_str().unwrap().is_empty(),
            "{event:?}"
        );
    }
    drop((behind, new));
    app.farmer("ben")
        .put_status(&order, "READY")
        .await
        .changed(true);
    shows(current.event().await, now + 2);
    end(app, server).await;
    assert_eq!(current.event().await, None);
}

#[tokio::test]
async fn a_browser_that_comes_back_says_what_it_has() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().place().await;
    let now = version(&app, &order).await;
    let path = format!("/orders/{}/events?after=1", order.id);
    let back = |id: i64| ask(&path, "s=session-ana").header("last-event-id", &id.to_string());
    let mut missed = Stream::open(to, &back(now - 1)).await;
    shows(missed.event().await, now);
    let mut current = Stream::open(to, &back(now)).await;
    app.farmer("rosa")
        .put_status(&order, "PREPARING")
        .await
        .changed(true);
    shows(current.event().await, now + 1);
    end(app, server).await;
}

#[tokio::test]
async fn all_who_watch_an_order_see_the_same_change_once() {
    let watchers = if cfg!(debug_assertions) { 200 } else { 1000 };
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().by_guest().place().await;
    let now = version(&app, &order).await;
    let mut streams = Vec::new();
    for nth in 0..watchers {
        let [high, low] = u16::to_be_bytes(nth);
        // Six streams for each session.
        if nth % 6 == 0 {
            let opened = app.stranger().from(([127, 0, high, low], 1).into());
            let opened = opened
                .get(&format!("/t/{}", app.app.order_token(&order.id, 1)))
                .await;
            let cookie = opened
                .header("set-cookie")
                .split(';')
                .next()
                .unwrap()
                .to_owned();
            streams.push((cookie, Vec::new()));
        }
        let (cookie, open) = streams.last_mut().unwrap();
        open.push(watch(to, &order, now, cookie).await);
    }
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let mut texts = std::collections::BTreeSet::new();
    for stream in streams.iter_mut().flat_map(|(_, open)| open) {
        texts.insert(shows(stream.event().await, now + 1).data);
    }
    assert_eq!(texts.len(), 1);
    assert!(app.app.seats.len() > usize::from(watchers / 6));
    app.stop();
    for stream in streams.iter_mut().flat_map(|(_, open)| open) {
        assert_eq!(stream.event().await, None);
    }
    end(app, server).await;
}

#[tokio::test]
async fn nobody_takes_more_than_six_seats() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().place().await;
    let mut taken = Vec::new();
    for _ in 0..6 {
        taken.push(watch(to, &order, 0, "s=session-ana").await);
    }
    let path = format!("/orders/{}/events", order.id);
    let over = send(
        to,
        ask(&path, "s=session-ana").header("accept", "application/json"),
    )
    .await;
    assert_eq!((over.status, over.header("retry-after")), (429, Some("15")));
    assert_eq!(over.json()["code"], "market-error-429");
    // Somebody else has seats of their own, and one that was left is free again.
    drop(watch(to, &order, 0, "s=session-manager").await);
    drop(taken.pop());
    until(|| app.app.seats.len() == 2).await;
    loop {
        let stream = Stream::open(to, &ask(&path, "s=session-ana")).await;
        match stream.head.status {
            200 => break,
            429 => tokio::task::yield_now().await,
            other => panic!("{other}"),
        }
    }
    end(app, server).await;
}

#[tokio::test]
async fn signing_out_ends_ones_streams_and_nobody_elses() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().place().await;
    let now = version(&app, &order).await;
    let mut hers = watch(to, &order, now, "s=session-ana").await;
    let mut others = watch(to, &order, now, "s=session-manager").await;
    let mut board = Stream::open(to, &ask("/farm/board/events", "s=session-rosa")).await;
    for session in ["ana", "rosa"] {
        let out = app
            .here()
            .by_session(session)
            .post_form("/logout", "")
            .await;
        assert_eq!(out.status, 303);
    }
    assert_eq!(hers.event().await, None);
    while let Some(event) = board.event().await {
        assert!(!event.id.is_empty());
    }
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    shows(others.event().await, now + 1);
    // Coming back by itself, as browsers do, is refused.
    let again = send(
        to,
        ask(&format!("/orders/{}/events", order.id), "s=session-ana"),
    )
    .await;
    assert_eq!(again.status, 401);
    end(app, server).await;
}

#[tokio::test]
async fn a_farm_is_never_shown_another_farms_words() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let now = version(&app, &order).await;
    let mut rosa = watch(to, &order, 0, "s=session-rosa").await;
    let mut ana = watch(to, &order, 0, "s=session-ana").await;
    let first = shows(rosa.event().await, now);
    assert!(
        !first.data.contains("ben farm") && first.data.contains("rosa farm"),
        "{first:?}"
    );
    assert!(shows(ana.event().await, now).data.contains("ben farm"));
    let request = serde_json::json!({ "status": "CANCELLED", "reason": "OUT_OF_STOCK", "note": "ben's secret" });
    app.farmer("ben").put(&order, request).await.changed(true);
    let change = shows(rosa.event().await, now + 1);
    for word in ["ben farm", "secret", "CANCELLED"] {
        assert!(!change.data.contains(word), "{change:?}");
    }
    assert!(shows(ana.event().await, now + 1).data.contains("ben farm"));
    end(app, server).await;
}

#[tokio::test]
async fn a_board_is_told_of_its_own_changes_once() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().farms(["rosa", "ben"]).place().await;
    let mut fresh = Stream::open(to, &ask("/farm/board/events", "s=session-rosa")).await;
    let state = fresh.event().await.unwrap();
    assert_eq!(state.json()["version"], state.id);
    let path = format!("/farm/board/events?farm=rosa&after={}", state.id);
    let mut known = Stream::open(to, &ask(&path, "s=session-rosa")).await;
    let mut manager = Stream::open(to, &ask(&path, "s=session-manager")).await;
    // Another farm's step is not a change of this board; the next thing heard is our own.
    app.farmer("ben")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    let change = known.event().await.unwrap();
    assert!(!change.id.is_empty() && change.id != state.id, "{change:?}");
    assert!(!change.data.contains("ben farm"), "{change:?}");
    assert_eq!(fresh.event().await.unwrap().id, change.id);
    assert_eq!(manager.event().await.unwrap().id, change.id);
    let foreign = send(to, ask("/farm/board/events?farm=ben", "s=session-rosa")).await;
    assert_eq!(foreign.status, 404);
    end(app, server).await;
}

#[tokio::test]
async fn a_job_tells_watchers_whom_the_change_itself_could_not_reach() {
    let app = TestApp::new().await;
    let (to, server) = serve(&app).await;
    let order = app.order().place().await;
    let now = version(&app, &order).await;
    let mut ana = watch(to, &order, now, "s=session-ana").await;
    let mut board = Stream::open(to, &ask("/farm/board/events", "s=session-rosa")).await;
    let before = board.event().await.unwrap();
    // Another process makes the change: its hint goes to its own watchers only.
    let other = instance::on(&app, instance::open(&app).await);
    let rosa = Proof::Token("token-rosa".to_owned());
    let rosa = Client::new(router(&other), HOST.to_owned(), rosa);
    rosa.put_status(&order, "READY").await.changed(true);
    // The event's own, and the mail it leads to.
    assert_eq!(app.run_jobs().await, 2);
    shows(ana.event().await, now + 1);
    let after = board.event().await.unwrap();
    assert!(!after.id.is_empty() && after.id != before.id, "{after:?}");
    other.db.clone().close().await.unwrap();
    end(app, server).await;
}
