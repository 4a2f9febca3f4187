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
    assert!(running.first.starts_with("http://localhost:"));
    let at = address(&running);
    // Nobody said how people reach it: by the port it really has.
    let host = format!("localhost:{}", at.port());
    assert_eq!(running.first, format!("http://{host} on {at}"));
    for (path, says) in [("/livez", "ok\n"), ("/readyz", "ready\n")] {
        let answer = send(at, Ask::get(path, "whatever")).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, says));
    }
    assert_eq!(send(at, Ask::get("/", &host)).await.status, 200);
    let by_number = send(at, Ask::get("/", &at.to_string())).await;
    assert_eq!(by_number.status, 200);
    assert_eq!(send(at, Ask::get("/", "elsewhere")).await.status, 421);
    assert_eq!(running.stop().await.code, Some(0));
    // The key that links are made with, and what the market knows, are its owner's alone.
    for file in ["link.key", "market.db"] {
        let file = place.path().join("new/folder").join(file);
        let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(file).unwrap());
        assert_eq!(mode & 0o777, 0o600);
    }
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
async fn the_terminal_shows_the_way_to_set_the_market_up() {
    let place = Place::new();
    let serve = [
        "serve",
        "--data",
        "own",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
    ];
    let mut running = place.start(&serve).await;
    let at = address(&running);
    let host = format!("localhost:{}", at.port());
    let begin = format!("http://{host}/setup/");
    let lines = running.lines_to(&begin).await;
    let link = lines.last().unwrap().clone();
    let token = link.strip_prefix(&begin).unwrap();
    assert!(token.len() == 64 && lines.len() == 2, "{lines:?}");
    let ask = |path: String| send(at, Ask::get(&path, &host));
    let page = ask(format!("/setup/{token}")).await;
    assert!(
        page.status == 200 && page.text().contains("Step 1 of 3"),
        "{page:?}"
    );
    // Another one is made beside the running server, for the address it really has.
    let more = place.run(&["setup-link", "--data", "own"]).await;
    assert!(
        more.err.contains("market setup-link --data own"),
        "{more:?}"
    );
    let more = more.done();
    let second = more.trim().strip_prefix(&begin).unwrap();
    assert_ne!(second, token);
    for token in [token, second] {
        assert_eq!(ask(format!("/setup/{token}")).await.status, 200);
    }
    let form = "step=MARKET&name=Mill&address=Lane&zone=UTC&currency=EUR&prefix=ML";
    for form in [
        form,
        "step=OWNER&name=Olga&email=olga@example.org",
        "step=PLACE&skip=on",
    ] {
        let path = format!("/setup/{token}");
        let ask = Ask::new("POST", &path, &host).body("application/x-www-form-urlencoded", form);
        assert_eq!(send(at, ask).await.status, 303);
    }
    let ended = running.stop().await;
    assert!(
        ended
            .err
            .contains("a new link: market setup-link --data own"),
        "{ended:?}"
    );
    assert!(
        !ended.err.contains(token),
        "a link is no business of the log"
    );
    place
        .run(&["setup-link", "--data", "own"])
        .await
        .says("this market is set up", "sign in at /login");
    let again = place.start(&serve).await;
    let ended = again.stop().await;
    assert!(
        !ended.out.contains("/setup/") && ended.code == Some(0),
        "{ended:?}"
    );
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

/// How many files the process may open from now on.
async fn allow_files(running: &Running, files: u32) {
    let mut command = tokio::process::Command::new("prlimit");
    command.args(["--pid", &running.id(), &format!("--nofile={files}:")]);
    assert!(command.status().await.unwrap().success());
}

#[tokio::test]
async fn without_files_left_it_waits_and_goes_on_by_itself() {
    let place = Place::new();
    let env = [ANY, ("MARKET_HTTP_HEAD_SECONDS", "1")];
    let mut running = place
        .start_with(&["serve", "--no-jobs", "--data", "data"], &env)
        .await;
    let at = address(&running);
    assert_eq!(send(at, Ask::get("/livez", "x")).await.status, 200);
    allow_files(&running, 4).await;
    let waiting = tokio::spawn(send(at, Ask::get("/livez", "x")));
    let line = running.error_with("cannot accept a connection").await;
    assert!(line.contains("os error 24"), "{line}");
    // reason: how often it tries is counted by the clock
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert!(!waiting.is_finished());
    allow_files(&running, 1000).await;
    assert_eq!(waiting.await.unwrap().status, 200);
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0));
    let tries = ended.err.matches("cannot accept a connection").count();
    assert!((1..200).contains(&tries), "{tries} tries in half a second");
}

#[tokio::test]
async fn there_are_fewer_seats_than_files() {
    let place = Place::new();
    let env = [ANY, ("MARKET_HTTP_HEAD_SECONDS", "1")];
    let mut running = place
        .start_in_shell(
            "ulimit -n 100",
            &["serve", "--no-jobs", "--data", "data"],
            &env,
        )
        .await;
    let line = running.error_with("http.connections").await;
    assert!(line.contains("36"), "{line}");
    let at = address(&running);
    let mut silent = Vec::new();
    for _ in 0..150 {
        silent.push(tokio::net::TcpStream::connect(at).await.unwrap());
    }
    // Pages need the database's files: it has them whatever the flood takes.
    let host = format!("localhost:{}", at.port());
    assert_eq!(send(at, Ask::get("/", &host)).await.status, 200);
    drop(silent);
    let ended = running.stop().await;
    assert_eq!(ended.code, Some(0));
    assert!(!ended.err.contains("cannot accept"), "{}", ended.err);
}
