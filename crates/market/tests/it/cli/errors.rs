//! What goes wrong at a start says what it is and what to do, and ends with a code that is not 0.
use std::net::TcpListener;

use super::process::Place;

#[tokio::test]
async fn a_port_that_is_taken() {
    let place = Place::new();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let port = address.rsplit(':').next().unwrap();
    let demo = place
        .run(&["demo", "--host", "127.0.0.1", "--port", port])
        .await;
    demo.says(&format!("cannot listen on {address}"), "--port 0");
    let env = [("MARKET_HTTP_LISTEN", address.as_str())];
    let serve = place.run_with(&["serve", "--data", "d"], &env).await;
    serve.says(&format!("cannot listen on {address}"), "http.listen");
    // 192.0.2.0/24 is nobody's.
    let env = [("MARKET_HTTP_LISTEN", "192.0.2.1:80")];
    let foreign = place.run_with(&["serve", "--data", "d"], &env).await;
    foreign.says(
        "cannot listen on 192.0.2.1:80",
        "an address of this machine",
    );
}

#[tokio::test]
async fn a_load_test_on_an_address_that_others_reach() {
    let refused = Place::new()
        .run(&["demo", "--load-test", "--host", "0.0.0.0"])
        .await;
    refused.says("may not listen on 0.0.0.0", "leave --host away");
}

#[tokio::test]
async fn a_data_folder_that_cannot_be() {
    let place = Place::new();
    place.write("file", "");
    for verb in [&["demo", "--port", "0"][..], &["serve"], &["migrate"]] {
        let args: Vec<&str> = verb
            .iter()
            .copied()
            .chain(["--data", "file/below"])
            .collect();
        place
            .run(&args)
            .await
            .says("cannot write to the data folder file/below", "--data");
    }
    // The default folder is cleared at each start: what cannot be cleared is said.
    std::fs::create_dir(place.path().join("market-data")).unwrap();
    place.write("market-data/demo", "a file where a folder was");
    let refused = place.run(&["demo", "--port", "0"]).await;
    refused.says(
        "cannot write to the data folder market-data/demo",
        "--data DIR",
    );
}

#[tokio::test]
async fn a_database_that_another_process_holds() {
    let place = Place::new();
    place.run(&["migrate", "--data", "."]).await.done();
    let url = format!("sqlite:{}", place.path().join("market.db").display());
    let db = db::Db::open(&db::Config::new(url.parse().unwrap()))
        .await
        .unwrap();
    let held = db.write().await.unwrap();
    let refused = place.run(&["demo", "--port", "0", "--data", "."]).await;
    refused.says("another migration is running", "stop the other process");
    held.discard().await.unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_database_from_a_newer_version() {
    let place = Place::new();
    place.run(&["migrate", "--data", "."]).await.done();
    let url = format!("sqlite:{}", place.path().join("market.db").display());
    let db = db::Db::open(&db::Config::new(url.parse().unwrap()))
        .await
        .unwrap();
    let tx = db.write().await.unwrap();
    let sql =
        "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('9999_future', 'x', 1)";
    tx.run(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await.unwrap();
    for verb in ["serve", "migrate", "doctor"] {
        let ended = place.run(&[verb, "--data", "."]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let all = format!("{}{}", ended.out, ended.err);
        assert!(
            all.contains("newer version") && all.contains("9999_future"),
            "{all}"
        );
        assert!(all.contains("try: "), "{all}");
    }
    let status = place
        .run(&["migrate", "--status", "--data", "."])
        .await
        .done();
    assert!(status.contains("unknown  9999_future"), "{status}");
}

#[tokio::test]
async fn a_key_file_that_is_damaged() {
    let place = Place::new();
    place.write("link.key", "short");
    let refused = place.run(&["demo", "--port", "0", "--data", "."]).await;
    refused.says("link.key is damaged", "restore it from a backup");
    let place = Place::new();
    std::fs::create_dir(place.path().join("link.key")).unwrap();
    let refused = place.run(&["demo", "--port", "0", "--data", "."]).await;
    refused.says("cannot use the key file", "owner and rights");
}

#[tokio::test]
async fn a_database_address_that_is_none() {
    let place = Place::new();
    let wrong = place.run(&["serve", "--database-url", "mysql://x/y"]).await;
    wrong.says("database.url", "market config");
    let nobody = "postgres://nobody@127.0.0.1:9/none";
    let gone = place
        .run(&["serve", "--data", "d", "--database-url", nobody])
        .await;
    gone.says("cannot connect to PostgreSQL", "market doctor");
    let lost = place
        .run(&[
            "migrate",
            "--data",
            "d",
            "--database-url",
            "sqlite:no/such/folder/x.db",
        ])
        .await;
    lost.says("the folder no/such/folder does not exist", "market doctor");
}

#[tokio::test]
async fn configuration_that_is_wrong() {
    let place = Place::new();
    let file = place.write("market.toml", "[http]\nlisten_on = \"127.0.0.1:1\"\n");
    let unknown = place.run(&["config", "--config", &file]).await;
    unknown.says(
        "unknown configuration key `http.listen_on`",
        "market config",
    );
    assert!(
        unknown.err.contains("did you mean `http.listen`"),
        "{unknown:?}"
    );
    assert!(unknown.err.contains("market.toml"), "{unknown:?}");
    for (name, value, says) in [
        (
            "MARKET_HTTP_LISTN",
            "x",
            "unknown configuration key `http_listn`",
        ),
        ("MARKET_DATABASE_POOL", "lots", "expected a whole number"),
        ("MARKET_HTTP_LISTEN", "nowhere", "expected ADDRESS:PORT"),
        ("MARKET_MAIL_FROM", "x", "expected an e-mail address"),
        (
            "MARKET_CONFIG",
            "missing.toml",
            "cannot read the configuration file missing.toml",
        ),
    ] {
        for verb in ["config", "serve", "doctor"] {
            let ended = place.run_with(&[verb], &[(name, value)]).await;
            ended.says(says, "market config");
        }
    }
}

#[tokio::test]
async fn words_that_no_command_knows() {
    let place = Place::new();
    for args in [
        &[][..],
        &["sell"],
        &["demo", "--port", "99999"],
        &["demo", "--orders", "-1"],
        &["token", "new", "--email", "x", "--days", "400"],
    ] {
        let ended = place.run(args).await;
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(
            ended.err.contains("Usage") || ended.err.contains("--help"),
            "{ended:?}"
        );
    }
}
