//! `market demo`: what it says, what is in it, what of it stays.
use std::collections::BTreeSet;

use serde_json::Value;

use super::process::{Demo, Place};
use crate::wire::{Ask, Stream, send};

/// Every order of a market as its manager lists them.
async fn orders(demo: &Demo, slug: &str, cookie: &str) -> Vec<Value> {
    let ask = Ask::get("/api/orders?limit=200", &demo.host(slug)).header("cookie", cookie);
    let json = send(demo.address, ask).await.json();
    assert!(json.get("next").is_none());
    json["orders"].as_array().unwrap().clone()
}

#[tokio::test]
async fn it_opens_two_markets_with_orders_in_every_state_there_is_on_foot() {
    let place = Place::new();
    let demo = place.demo(&[]).await;
    assert_eq!(demo.facts["lan_url"], Value::Null);
    assert!(demo.facts.get("test_token").is_none());
    assert_eq!(
        demo.fact("second_market"),
        format!("http://{}", demo.host("harbour"))
    );
    assert_eq!(demo.fact("data"), "demo");
    assert_eq!(demo.fact("database_url"), "sqlite:demo/market.db");
    let manager = demo.sign_in("manager_link").await;
    let mut all = Vec::new();
    for (slug, count) in [("", 49), ("harbour", 11)] {
        let listed = orders(&demo, slug, &manager).await;
        assert_eq!(listed.len(), count, "{slug}");
        for order in listed {
            let path = format!("/api/orders/{}", order["id"].as_str().unwrap());
            let ask = Ask::get(&path, &demo.host(slug)).header("cookie", &manager);
            all.push(send(demo.address, ask).await.json());
        }
    }
    assert_eq!(all.len(), 60);
    let parts: Vec<&Value> = all
        .iter()
        .flat_map(|order| order["farm_orders"].as_array().unwrap())
        .collect();
    let farms: BTreeSet<_> = parts.iter().map(|part| part["farm_id"].as_str()).collect();
    assert_eq!(farms.len(), 6, "{farms:?}");
    let states: BTreeSet<_> = parts
        .iter()
        .map(|part| part["status"].as_str().unwrap())
        .collect();
    let expected = [
        "CANCELLED",
        "COMPLETED",
        "CONFIRMED",
        "FULFILLED",
        "MISSED",
        "PENDING",
        "PREPARING",
        "READY",
    ];
    assert_eq!(states.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(demo.running.stop().await.code, Some(0));
    assert_eq!(count(&place, "SELECT COUNT(*) FROM products").await, 40);
    assert_eq!(count(&place, "SELECT COUNT(*) FROM markets").await, 2);
}

/// A number out of the database that the demo left.
async fn count(place: &Place, sql: &'static str) -> i64 {
    let url = format!("sqlite:{}", place.path().join("demo/market.db").display());
    let db = db::Db::open(&db::Config::new(url.parse().unwrap()))
        .await
        .unwrap();
    let read = db.read().await.unwrap();
    let (count,) = read.one::<(i64,)>(sql, &[]).await.unwrap().unwrap();
    drop(read);
    db.close().await.unwrap();
    count
}

#[tokio::test]
async fn every_link_of_the_greeting_opens_its_door() {
    let place = Place::new();
    let demo = place.demo(&[]).await;
    let guest = demo.open("customer_link").await;
    let track = format!("/orders/{}/track", demo.fact("order_id"));
    let page = demo
        .send(demo.ask("GET", &track).header("cookie", &guest))
        .await;
    assert_eq!(page.status, 200);
    for link in ["farmer_link", "manager_link"] {
        let shown = demo.send(demo.ask("GET", &demo.path(link))).await;
        assert_eq!(shown.status, 200);
        // Twice: the demo's links stay good.
        demo.sign_in(link).await;
        let cookie = demo.sign_in(link).await;
        let board = demo
            .send(demo.ask("GET", "/farm/board").header("cookie", &cookie))
            .await;
        assert_eq!(board.status, 200);
    }
    assert_eq!(demo.running.stop().await.code, Some(0));
}

#[tokio::test]
async fn its_words_name_the_ways_in_without_colours_in_a_pipe() {
    let place = Place::new();
    for env in [&[][..], &[("NO_COLOR", "1")]] {
        let mut running = place
            .start_with(&["demo", "--port", "0", "--host", "127.0.0.1"], env)
            .await;
        let lines = running.lines_to("Data and mails: market-data/demo.").await;
        let text = lines.join("\n");
        for word in ["Market ", "Customer ", "Farmer ", "Manager ", "2nd market "] {
            assert!(
                lines
                    .iter()
                    .any(|line| line.trim_start().starts_with(word) && line.contains("http://")),
                "{word}: {text}"
            );
        }
        assert!(
            text.contains("/t/") && text.contains("/login/link/"),
            "{text}"
        );
        assert!(
            !text.contains('\u{1b}') && !text.contains("TEST_AUTH_TOKEN"),
            "{text}"
        );
        assert_eq!(running.stop().await.code, Some(0));
    }
}

#[tokio::test]
async fn a_phone_in_the_same_network_finds_its_way() {
    let place = Place::new();
    let mut running = place.start(&["demo", "--port", "0"]).await;
    let lines = running.lines_to("Data and mails").await;
    let phone = lines
        .iter()
        .find(|line| line.trim_start().starts_with("Phone "));
    // A machine without a network has nothing to offer.
    if let Some(line) = phone {
        assert!(
            line.contains("/t/") && !line.contains("localhost"),
            "{line}"
        );
    }
    running.stop().await.done();
}

#[tokio::test]
async fn on_every_address_it_listens_it_has_a_host_name() {
    let place = Place::new();
    let running = place.start(&["demo", "--json", "--port", "0"]).await;
    let facts: Value = serde_json::from_str(&running.first).unwrap();
    let url = facts["url"]
        .as_str()
        .unwrap()
        .strip_prefix("http://")
        .unwrap();
    let address = url.parse().unwrap();
    // A machine without a network has no LAN address.
    let lan = facts["lan_url"]
        .as_str()
        .map(|lan| lan.replace("http://", ""));
    for host in lan.iter().map(String::as_str).chain([url]) {
        assert_eq!(
            send(address, Ask::get("/", host)).await.status,
            200,
            "{host}"
        );
    }
    assert_eq!(
        send(address, Ask::get("/", "evil.example")).await.status,
        421
    );
    assert_eq!(running.stop().await.code, Some(0));
}

#[tokio::test]
async fn the_load_test_gets_its_three_lines_and_its_order() {
    let place = Place::new();
    let mut running = place
        .start(&["demo", "--load-test", "--port", "0", "--data", "demo"])
        .await;
    let lines = running.lines_to("TEST_AUTH_TOKEN=").await;
    let value = |name: &str| {
        let line = lines.iter().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {lines:?}"))
            .to_owned()
    };
    let url = value("APP_URL=");
    let host = url.strip_prefix("http://").unwrap();
    let address = host.parse().unwrap();
    let (id, token) = (value("TEST_ORDER_ID="), value("TEST_AUTH_TOKEN="));
    assert_eq!(
        (id.as_str(), token.as_str()),
        ("test_order_123", "test_token")
    );
    let bearer = format!("Bearer {token}");
    let put = Ask::new("PUT", &format!("/api/orders/{id}/status"), host)
        .header("authorization", &bearer)
        .body("application/json", "{\"status\":\"PREPARING\"}");
    let json = send(address, put).await.json();
    assert_eq!(json["changed"], true, "{json}");
    assert_eq!(json["farm_orders"][0]["status"], "PREPARING");
    // The load test reads the page with the same token, more often than the limits of people allow.
    for _ in 0..80 {
        let track = Ask::get(&format!("/orders/{id}/track"), host).header("authorization", &bearer);
        assert_eq!(send(address, track).await.status, 200);
        let wrong = send(address, Ask::get("/t/wrong", host)).await;
        assert_eq!(wrong.status, 404);
    }
    assert_eq!(running.stop().await.code, Some(0));
}

#[tokio::test]
async fn benchmarks_get_as_many_orders_as_they_ask_for() {
    let place = Place::new();
    let demo = place.demo(&["--load-test", "--orders", "50"]).await;
    let token = demo.fact("bench_token").to_owned();
    let listed = demo.get("/api/orders?limit=200", &token).await.json();
    let mut ids: Vec<&str> = listed["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["id"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(
        (ids.len(), ids[0], ids[49]),
        (50, "bench_000001", "bench_000050")
    );
    let moved = demo.put("bench_000050", &token, "PREPARING").await.json();
    assert_eq!(moved["changed"], true, "{moved}");
    // What its guests buy, and when they fetch it.
    for nth in [0, 39] {
        let path = format!("/api/products/prd_checkout_{nth:02}");
        let product = demo.get(&path, &token).await.json();
        let farm = format!("frm_checkout-{}", nth % 4);
        assert_eq!(product["farm_id"], farm, "{product}");
        assert_eq!(product["stock"], "1000000", "{product}");
    }
    let windows = demo.send(demo.ask("GET", "/api/windows")).await.text();
    assert_eq!(windows.matches("\"win_checkout_").count(), 8, "{windows}");
    assert_eq!(demo.running.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_one_left_and_a_fresh_one_does_not() {
    let place = Place::new();
    let demo = place.demo(&["--load-test"]).await;
    let first = demo
        .put("test_order_123", "test_token", "PREPARING")
        .await
        .json();
    let link = demo
        .fact("customer_link")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(demo.running.stop().await.code, Some(0));
    let demo = place.demo(&["--load-test"]).await;
    let again = demo
        .get("/api/orders/test_order_123", "test_token")
        .await
        .json();
    assert_eq!(again["version"], first["version"]);
    assert_eq!(again["status"], first["status"]);
    // The key is kept too: the link in an old mail still works.
    assert!(demo.fact("customer_link").ends_with(&link));
    demo.open("customer_link").await;
    assert_eq!(demo.running.stop().await.code, Some(0));
    // Without a folder of its own a demo begins anew.
    let mut links = Vec::new();
    for _ in 0..2 {
        let running = place
            .start(&["demo", "--json", "--port", "0", "--host", "127.0.0.1"])
            .await;
        let facts: Value = serde_json::from_str(&running.first).unwrap();
        let customer = facts["customer_link"].as_str().unwrap();
        links.push(customer.rsplit('/').next().unwrap().to_owned());
        assert_eq!(running.stop().await.code, Some(0));
    }
    assert_ne!(links[0], links[1]);
}

#[tokio::test]
async fn a_market_morning_moves_by_itself() {
    let place = Place::new();
    let demo = place.demo(&["--live"]).await;
    let cookie = demo.sign_in("manager_link").await;
    let ask = demo
        .ask("GET", "/farm/board/events?farm=hill-row")
        .header("cookie", &cookie);
    // Boards are told of each step: the first event is the board as it is, the next one is a change.
    let mut stream = Stream::open(demo.address, &ask).await;
    let before = stream.event().await.unwrap();
    let mut change = stream.event().await.unwrap();
    while change.name == "beat" {
        change = stream.event().await.unwrap();
    }
    assert_ne!(before.id, change.id);
    assert_eq!(demo.running.stop().await.code, Some(0));
}

#[tokio::test]
async fn without_workers_changes_wait_in_the_outbox() {
    let place = Place::new();
    let demo = place.demo(&["--load-test", "--no-jobs"]).await;
    let moved = demo.put("test_order_123", "test_token", "PREPARING").await;
    assert_eq!(moved.status, 200);
    assert_eq!(demo.running.stop().await.code, Some(0));
    let waiting =
        "SELECT COUNT(*) FROM outbox WHERE kind = 'order.status_changed' AND done_at IS NULL";
    assert_eq!(count(&place, waiting).await, 1);
}

#[tokio::test]
async fn its_log_names_routes_and_no_secret() {
    let place = Place::new();
    let env = [("MARKET_LOG_FILTER", "trace")];
    let args = "demo --json --port 0 --host 127.0.0.1 --data demo".split(' ');
    let args: Vec<&str> = args.collect();
    let demo = Demo::of(place.start_with(&args, &env).await);
    let guest = demo.open("customer_link").await;
    let farmer = demo.sign_in("farmer_link").await;
    let (id, host) = (demo.fact("order_id").to_owned(), demo.host(""));
    let track = Ask::get(&format!("/orders/{id}/track"), &host).header("cookie", &guest);
    assert_eq!(demo.send(track).await.status, 200);
    let asked = Ask::new("POST", "/login", &host).body(
        "application/x-www-form-urlencoded",
        "email=ana@hillrow.example.org",
    );
    assert_eq!(demo.send(asked).await.status, 200);
    assert_eq!(demo.get("/api/orders", "mkt_secret").await.status, 401);
    let links = ["customer_link", "farmer_link"].map(|link| demo.path(link));
    let ended = demo.running.stop().await;
    let log = ended.err;
    assert!(!log.contains('\u{1b}'), "colours in a file: {log}");
    for route in ["/t/{token}", "/login/link/{token}", "/orders/{id}/track"] {
        assert!(log.contains(route), "no {route} in {log}");
    }
    let secrets = links.iter().chain([&guest, &farmer]);
    let words = secrets.map(|secret| secret.rsplit(['/', '=']).next().unwrap());
    for secret in words.chain([id.as_str(), "hillrow.example.org", "mkt_secret"]) {
        let at = log.lines().find(|line| line.contains(secret));
        assert_eq!(at, None, "{secret}");
    }
}

#[tokio::test]
async fn told_to_end_it_ends_its_streams_and_exits_with_0() {
    let place = Place::new();
    let demo = place.demo(&[]).await;
    let guest = demo.open("customer_link").await;
    let path = format!("/orders/{}/events", demo.fact("order_id"));
    let mut stream = Stream::open(
        demo.address,
        &demo.ask("GET", &path).header("cookie", &guest),
    )
    .await;
    assert_eq!(stream.head.status, 200);
    assert!(stream.event().await.is_some());
    let ended = demo.running.stop().await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(stream.event().await, None);
    assert!(ended.err.contains("stopping"), "{ended:?}");
}
