//! What only SQLite has: one writer shared with other processes, a disk that fills up, a log beside the file.

use std::{path::PathBuf, time::Duration};

use db::{Config, Db, Error, migrate};
use tempfile::TempDir;

use crate::{MIGRATIONS, add, bump, count};

async fn open() -> (TempDir, PathBuf, Db) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("market.db");
    let mut config = Config::new(format!("sqlite:{}", path.display()).parse().unwrap());
    config.acquire = Duration::from_millis(300);
    let db = Db::open(&config).await.unwrap();
    migrate::run(&db, MIGRATIONS, 0).await.unwrap();
    (folder, path, db)
}

#[tokio::test]
async fn the_file_is_as_durable_and_strict_as_promised() {
    let (_folder, _path, db) = open().await;
    let tx = db.write().await.unwrap();
    let text: Option<(String,)> = tx.one("PRAGMA journal_mode", &[]).await.unwrap();
    assert_eq!(text.unwrap().0, "wal");
    let number: Option<(i64,)> = tx.one("PRAGMA synchronous", &[]).await.unwrap();
    assert_eq!(number, Some((2,)), "FULL");
    for session in [&*tx, &db.read().await.unwrap()] {
        let on: Option<(i64,)> = session.one("PRAGMA foreign_keys", &[]).await.unwrap();
        assert_eq!(on, Some((1,)));
        let map: Option<(i64,)> = session.one("PRAGMA mmap_size", &[]).await.unwrap();
        assert_eq!(map, Some((0,)));
    }
}

#[tokio::test]
async fn a_foreign_writer_makes_busy_in_time_and_no_harm() {
    let (_folder, path, db) = open().await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = tokio::time::Instant::now();
    let error = db.write().await.err().unwrap();
    assert!(matches!(error, Error::Busy), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(3));
    // Reading goes on meanwhile.
    count(&db.read().await.unwrap(), "a").await.unwrap();
    other.execute_batch("COMMIT").unwrap();
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn waiting_for_a_foreign_writer_does_not_block_the_thread() {
    let (_folder, path, db) = open().await;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // On this one thread the lock is only released if the waiting write lets go of the thread.
    let release = async {
        tokio::task::yield_now().await;
        other.execute_batch("COMMIT").unwrap();
    };
    let (done, ()) = futures_util::future::join(bump(&db, "a"), release).await;
    done.unwrap();
}

#[tokio::test]
async fn a_writer_that_does_not_end_is_a_timeout() {
    let (_folder, _path, db) = open().await;
    let held = db.write().await.unwrap();
    let error = db.write().await.err().unwrap();
    assert!(
        matches!(error, Error::Timeout("the writer's turn")),
        "{error:?}"
    );
    drop(held);
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn a_full_disk_fails_the_write_and_nothing_else() {
    let (_folder, _path, db) = open().await;
    bump(&db, "a").await.unwrap();
    let tx = db.write().await.unwrap();
    let _: Option<(i64,)> = tx.one("PRAGMA max_page_count = 1", &[]).await.unwrap();
    add(&tx, "a").await.unwrap();
    let insert = "INSERT INTO farms (id, name) VALUES ($1, $2)";
    let long = "x".repeat(100_000);
    let error = tx.run(insert, &[&"f", &long]).await.unwrap_err();
    assert!(matches!(error, Error::Full), "{error:?}");
    // SQLite has rolled back by itself: going on would mean writing without a transaction.
    assert!(matches!(add(&tx, "a").await, Err(Error::Full)));
    assert!(matches!(tx.commit().await, Err(Error::Full)));
    assert_eq!(count(&db.read().await.unwrap(), "a").await.unwrap(), 1);
    let tx = db.write().await.unwrap();
    let _: Option<(i64,)> = tx.one("PRAGMA max_page_count = 100000", &[]).await.unwrap();
    tx.run(insert, &[&"f", &long]).await.unwrap();
    tx.commit().await.unwrap();
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn types_that_are_not_portable_are_refused() {
    let (_folder, _path, db) = open().await;
    let read = db.read().await.unwrap();
    for (sql, got) in [
        ("SELECT 1.5 AS x", "REAL"),
        ("SELECT x'00' AS x", "BLOB"),
        ("SELECT CAST(x'ff' AS TEXT) AS x", "not UTF-8"),
    ] {
        let error = read
            .one::<(String,)>(sql, &[])
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("column x: ") && error.contains(got),
            "{error}"
        );
    }
    let error = read.one::<(bool,)>("SELECT 2 AS x", &[]).await.unwrap_err();
    assert_eq!(error.to_string(), "column x: expected BOOLEAN, got BIGINT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn close_waits_for_the_last_reads_and_folds_the_log_into_the_file() {
    let (_folder, path, db) = open().await;
    bump(&db, "a").await.unwrap();
    let held = db.read().await.unwrap();
    let error = db.clone().close().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    drop(held);
    let held = db.write().await.unwrap();
    db.clone().close().await.unwrap_err();
    drop(held);
    bump(&db, "a").await.unwrap();
    let other = db.clone();
    db.close().await.unwrap();
    let names = std::fs::read_dir(path.parent().unwrap()).unwrap();
    assert_eq!(names.count(), 1, "neither -wal nor -shm is left");
    let error = other.close().await.unwrap_err();
    assert!(matches!(error, Error::Closed), "{error:?}");
}
