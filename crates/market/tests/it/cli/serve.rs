//! `market serve`: an empty folder is enough, a demo's database is not.
use testdb::TestDb;

use super::process::{Demo, Place, Running};
use crate::wire::{Ask, send};

/// The address at the end of the first line.
fn address(running: &Running) -> std::net::SocketAddr {
    let address = running.first.rsplit(' ').next().unwrap();
    address
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {}", running.first))
}

const ANY: (&str, &str) = ("MARKET_HTTP_LISTEN", "127.0.0.1:0");

#[tokio::test]
async fn an_empty_folder_becomes_a_market_that_is_live_and_ready() {
    let place = Place::new();
    let running = place
        .start_with(&["serve", "--data", "new/folder"], &[ANY])
        .await;
    assert!(
        running
            .first
            .starts_with("http://localhost:8080 on 127.0.0.1:")
    );
    let at = address(&running);
    for (path, says) in [("/livez", "ok\n"), ("/readyz", "ready\n")] {
        let answer = send(at, Ask::get(path, "whatever")).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, says));
    }
    assert_eq!(send(at, Ask::get("/", "localhost:8080")).await.status, 200);
    assert_eq!(send(at, Ask::get("/", "elsewhere")).await.status, 421);
    assert_eq!(running.stop().await.code, Some(0));
    // The key that links are made with is its owner's alone.
    let key = place.path().join("new/folder/link.key");
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(key).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    // Its log is for programs if they ask for it, and a second start finds everything.
    let env = [
        ANY,
        ("MARKET_LOG_FORMAT", "json"),
        ("MARKET_MAIL_MODE", "console"),
    ];
    let running = place
        .start_with(&["serve", "--no-jobs", "--data", "new/folder"], &env)
        .await;
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0));
    let log: serde_json::Value = serde_json::from_str(ended.err.lines().last().unwrap()).unwrap();
    assert_eq!(log["level"], "INFO", "{log}");
}

#[tokio::test]
async fn a_demo_is_never_served_for_real() {
    let place = Place::new();
    let demo = place.demo(&[]).await;
    assert_eq!(demo.running.stop().await.code, Some(0));
    let refused = place.run_with(&["serve", "--data", "demo"], &[ANY]).await;
    refused.says("holds demo data", "another database");
}

#[tokio::test]
async fn a_market_of_somebody_s_own_gets_no_demo_in_it() {
    let place = Place::new();
    let serve = place.start_with(&["serve", "--data", "own"], &[ANY]).await;
    assert_eq!(serve.stop().await.code, Some(0));
    place
        .run(&["demo", "--port", "0", "--data", "own"])
        .await
        .says("a market of its own", "--data DIR");
    let serve = place.start_with(&["serve", "--data", "own"], &[ANY]).await;
    assert_eq!(serve.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_running_demo_keeps_its_folder() {
    let place = Place::new();
    // With a folder that is named, and with the usual one, which a start without a flag clears.
    for data in [&["--data", "demo"][..], &[]] {
        let start = [
            &["demo", "--json", "--port", "0", "--host", "127.0.0.1"][..],
            data,
        ]
        .concat();
        let first = Demo::of(place.start(&start).await);
        place
            .run(&start)
            .await
            .says("already running in", "--data DIR");
        assert!(first.open("customer_link").await.starts_with("s="));
        assert_eq!(first.running.stop().await.code, Some(0));
        assert_eq!(
            Demo::of(place.start(&start).await)
                .running
                .stop()
                .await
                .code,
            Some(0)
        );
    }
}

#[tokio::test]
async fn postgres_is_never_migrated_by_itself() {
    if testdb::server().is_none() {
        return;
    }
    let place = Place::new();
    let empty = TestDb::new(&[]).await;
    let url = empty.url();
    let serve = ["serve", "--data", "data", "--database-url", &url];
    place
        .run_with(&serve, &[ANY])
        .await
        .says("not applied", "market migrate");
    let migrated = place.run(&["migrate", "--database-url", &url]).await.done();
    assert!(migrated.contains("applied  "), "{migrated}");
    let running = place.start_with(&serve, &[ANY]).await;
    assert_eq!(
        send(address(&running), Ask::get("/readyz", "x"))
            .await
            .status,
        200
    );
    assert_eq!(running.stop().await.code, Some(0));
}

#[tokio::test]
async fn a_demo_may_live_in_a_database_that_is_given() {
    let place = Place::new();
    let empty = TestDb::new(&[]).await;
    let url = empty.url();
    let args = [
        "demo",
        "--json",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
        "--database-url",
        &url,
    ];
    let running = place.start(&args).await;
    let facts: serde_json::Value = serde_json::from_str(&running.first).unwrap();
    assert_eq!(facts["database_url"], url);
    assert_eq!(facts["data"], "market-data/demo-elsewhere");
    assert_eq!(running.stop().await.code, Some(0));
}
