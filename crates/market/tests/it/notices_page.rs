//! The page of notices, the count in the head of every page, and how it moves.
use std::time::Duration;

use market::http::server::{self, Limits};
use tokio::{net::TcpListener, time::timeout};

use crate::{
    support::{Client, TestApp},
    wire::{Ask, DEADLINE, Stream},
};

/// The words for who listens.
async fn unread(client: &Client) -> String {
    let page = client.get("/").await.text();
    let at = page
        .find("<span class=\"vh\">Notices")
        .unwrap_or_else(|| panic!("no count: {page}"));
    let words = &page[at + "<span class=\"vh\">".len()..];
    words.split('<').next().unwrap().to_owned()
}

/// An order of ana's, ready, and told of.
async fn ready(app: &TestApp) -> String {
    let order = app.order().by("ana").place().await;
    app.farmer("rosa")
        .put_status(&order, "READY")
        .await
        .changed(true);
    app.run_jobs().await;
    order.id
}

#[tokio::test]
async fn what_happens_is_listed_and_counted_until_it_is_read() {
    let app = TestApp::new().await;
    let ana = app.customer("ana");
    let empty = ana.get("/notifications").await;
    assert!(
        empty.status == 200 && empty.text().contains("Nothing new."),
        "{empty:?}"
    );
    assert_eq!(unread(&ana).await, "Notices");
    let first = ready(&app).await;
    app.pass(Duration::from_mins(1));
    ready(&app).await;
    assert_eq!(unread(&ana).await, "Notices, 2 unread");
    let page = ana.get("/notifications").await.text();
    assert!(
        page.contains(&format!("href=\"/orders/{first}/track\"")),
        "{page}"
    );
    assert_eq!(page.matches("<li class=\"new\">").count(), 2);
    assert!(
        page.find("FM-000001") < page.find("FM-000000"),
        "the newest first"
    );
    // One, then once more, then by somebody else.
    let ids = app
        .texts(
            "SELECT id FROM notices WHERE channel = 'IN_APP' ORDER BY id",
            &[],
        )
        .await;
    for client in [&ana, &ana, &app.customer("carl")] {
        let done = client
            .post_form("/notifications/read", &format!("id={}", ids[0]))
            .await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/notifications")
        );
    }
    assert_eq!(unread(&ana).await, "Notices, 1 unread");
    app.customer("carl")
        .post_form("/notifications/read", &format!("id={}", ids[1]))
        .await;
    app.customer("carl")
        .post_form("/notifications/read", "")
        .await;
    assert_eq!(unread(&ana).await, "Notices, 1 unread");
    app.finish().await;
}

#[tokio::test]
async fn all_are_marked_that_were_on_the_page_and_no_later_ones() {
    let app = TestApp::new().await;
    let ana = app.customer("ana");
    ready(&app).await;
    let made = app.now().micros();
    app.pass(Duration::from_secs(1));
    ready(&app).await;
    ana.post_form("/notifications/read", &format!("until={made}"))
        .await;
    assert_eq!(unread(&ana).await, "Notices, 1 unread");
    ana.post_form("/notifications/read", "").await;
    assert_eq!(unread(&ana).await, "Notices");
    assert!(ana.get("/notifications").await.text().contains("All read."));
    app.finish().await;
}

#[tokio::test]
async fn a_long_list_comes_in_pages_without_gap_or_repeat() {
    let app = TestApp::new().await;
    let order = ready(&app).await;
    for n in 0..85 {
        let n = n.to_string();
        app.sql(
            "INSERT INTO notices (id, market_id, order_id, kind, event_id, person, channel, name, lang, args, status, \
             created_at) SELECT 'ntc_more_' || $1, market_id, order_id, kind, $1, person, \
             channel, name, lang, args, status, created_at FROM notices WHERE channel = 'IN_APP' AND order_id = $2 \
             AND kind = 'order.ready' AND id NOT LIKE 'ntc_more%'",
            &[&n, &order],
        )
        .await;
    }
    let ana = app.customer("ana");
    let (mut path, mut seen, mut pages) = ("/notifications".to_owned(), Vec::new(), 0);
    loop {
        let page = ana.get(&path).await.text();
        pages += 1;
        let ids = page.split("name=\"id\" value=\"").skip(1);
        seen.extend(ids.map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some(at) = page.find("class=\"btn\" href=\"/notifications?before=") else {
            assert!(page.contains("Newest notices"));
            break;
        };
        page[at..].split('"').nth(3).unwrap().clone_into(&mut path);
        assert!(pages < 5, "no end");
    }
    assert_eq!((pages, seen.len()), (3, 86));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 86);
    assert_eq!(unread(&ana).await, "Notices, 86 unread");
    for bad in ["x", "1", "1.ord_1", "x.ntc_1"] {
        let page = ana.get(&format!("/notifications?before={bad}")).await;
        assert_eq!(page.status, 422, "{bad}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_count_moves_while_a_page_is_open() {
    let app = TestApp::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = listener.local_addr().unwrap();
    let serving = server::serve(
        listener,
        app.router.clone(),
        Limits::of(&app.app.config.http),
        app.app.stop.clone(),
    );
    let serving = tokio::spawn(serving);
    let home = app.customer("ana").get("/").await.text();
    assert!(
        home.contains("data-live=\"/notifications/events\" data-version=\"0\""),
        "{home}"
    );
    let open = async |path: &str| {
        let ask = Ask::get(path, "market.test").header("cookie", "s=session-ana");
        Stream::open(to, &ask).await
    };
    let mut count = open("/notifications/events?after=0").await;
    let mut list = open("/notifications/events?list=1&after=0.").await;
    ready(&app).await;
    let event = count.event().await.expect("an event").json();
    assert!(
        event["parts"]["unread"]
            .as_str()
            .unwrap()
            .contains(">1</span>"),
        "{event}"
    );
    assert!(event["parts"]["notices"].is_null());
    assert_eq!(event["say"], "Notices, 1 unread");
    let event = list.event().await.expect("an event").json();
    assert!(
        event["parts"]["notices"]
            .as_str()
            .unwrap()
            .contains("Your order is ready"),
        "{event}"
    );
    // Read on another device: the count goes, and nothing is said aloud.
    app.customer("ana")
        .post_form("/notifications/read", "")
        .await;
    let event = count.event().await.expect("an event").json();
    assert!(
        !event["parts"]["unread"].as_str().unwrap().contains("count"),
        "{event}"
    );
    assert_eq!(event["say"], "");
    app.stop();
    timeout(DEADLINE, serving).await.expect("it ends").unwrap();
    app.finish().await;
}

#[tokio::test]
async fn a_page_with_a_stream_of_its_own_has_only_that_one() {
    let app = TestApp::new().await;
    let order = ready(&app).await;
    let page = app
        .customer("ana")
        .get(&format!("/orders/{order}/track"))
        .await
        .text();
    assert_eq!(page.matches("data-live=").count(), 1);
    assert!(
        page.contains(&format!("data-live=\"/orders/{order}/events\"")),
        "{page}"
    );
    assert!(
        page.contains("Notices, 1 unread"),
        "the count is there and stands still"
    );
    let stranger = app.stranger().get("/").await.text();
    assert!(
        !stranger.contains("/notifications"),
        "nobody is signed in: {stranger}"
    );
    app.finish().await;
}
