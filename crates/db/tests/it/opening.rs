//! Addresses, and what is said when a database cannot be opened.

use std::fs;

use db::{Config, Db, Engine, Error, Url};

async fn refusal(url: &str) -> Error {
    let mut config = Config::new(url.parse().unwrap());
    config.acquire = std::time::Duration::from_millis(100);
    Db::open(&config).await.err().unwrap()
}

#[test]
fn addresses() {
    let url: Url = "sqlite:/var/lib/market/market.db".parse().unwrap();
    assert_eq!(url.engine(), Engine::Sqlite);
    assert_eq!(format!("{url:?}"), "sqlite:/var/lib/market/market.db");
    for text in [
        "postgres://u:secret@h/market",
        "postgresql://u:secret@h/market",
    ] {
        let url: Url = text.parse().unwrap();
        assert_eq!(url.engine(), Engine::Postgres);
        assert!(!format!("{url:?}").contains("secret"));
    }
    for text in ["", "market.db", "mysql://h/x", "sqlite:", "sqlite::memory:"] {
        let error = text.parse::<Url>().unwrap_err().to_string();
        assert!(
            error.contains("write sqlite:PATH or postgres://"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_says_why_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(
        at("text"),
        "This is a shopping list, no database at all.".repeat(100),
    )
    .unwrap();
    fs::create_dir(at("folder")).unwrap();
    for (path, reason) in [
        (at("none/market.db"), "does not exist"),
        (at("text"), "is not a database"),
        (at("folder"), "is a folder"),
        ("/proc/market.db".to_owned(), "not writable"),
    ] {
        let error = refusal(&format!("sqlite:{path}")).await;
        let text = error.to_string();
        assert!(matches!(error, Error::Open { .. }), "{error:?}");
        assert!(text.contains(&path) && text.contains(reason), "{text}");
    }
}

#[tokio::test]
async fn a_file_locked_by_another_process_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE t (a); BEGIN EXCLUSIVE")
        .unwrap();
    let text = refusal(&format!("sqlite:{}", path.display()))
        .await
        .to_string();
    assert!(text.contains("locked by another process"), "{text}");
    other.execute_batch("COMMIT").unwrap();
    let url = format!("sqlite:{}", path.display()).parse().unwrap();
    Db::open(&Config::new(url)).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_says_so() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let error = refusal(&format!("postgres://u:secret@127.0.0.1:{port}/x")).await;
    assert!(matches!(error, Error::Connect(_)), "{error:?}");
    assert!(error.is_unavailable());
    let text = error.to_string();
    assert!(
        text.contains("check that it runs") && !text.contains("secret"),
        "{text}"
    );
    let error = refusal("postgres://u@h:no-port/x").await;
    assert!(matches!(error, Error::Url(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_a_timeout() {
    // It accepts, and is silent.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = silent.local_addr().unwrap().port();
    let error = refusal(&format!("postgres://u@127.0.0.1:{port}/x")).await;
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
}
