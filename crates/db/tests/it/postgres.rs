//! What only PostgreSQL has: a server that goes away or falls silent, a wire with packets, a pool that must stay clean.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use db::{Config, Db, Error, Read, Result, migrate::Migration};
use futures_util::future::try_join3;
use testdb::TestDb;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{add, bump, count, narrow};

static MIGRATIONS: &[Migration] = &[
    crate::MIGRATIONS[0],
    Migration {
        name: "0002_faults",
        sqlite: "",
        postgres: "
        CREATE FUNCTION fail(code TEXT) RETURNS BIGINT LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = code; END $$;
        CREATE FUNCTION at_commit() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.id = 'die' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            IF NEW.id = 'sleep' THEN PERFORM pg_sleep(60); END IF;
            IF NEW.id = 'clash' THEN RAISE EXCEPTION 'on purpose' USING ERRCODE = '40001'; END IF;
            RETURN NULL; END $$;
        CREATE TABLE faults (id TEXT);
        CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON faults DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION at_commit();
    ",
    },
];

/// None where the tests run on SQLite.
async fn new() -> Option<TestDb> {
    testdb::server()?;
    Some(TestDb::new(MIGRATIONS).await)
}

async fn pid(read: &Read) -> Result<i64> {
    let sql = "SELECT CAST(pg_backend_pid() AS BIGINT)";
    Ok(read.one::<(i64,)>(sql, &[]).await?.unwrap().0)
}

async fn terminate(test: &TestDb, pid: i64) {
    let tx = test.db.write().await.unwrap();
    let sql = "SELECT pg_terminate_backend(CAST($1 AS INT))";
    assert_eq!(tx.one(sql, &[&pid]).await.unwrap(), Some((true,)));
    tx.discard().await.unwrap();
}

#[tokio::test]
async fn clean_ends_keep_the_connection_and_others_close_it() {
    let Some(test) = new().await else { return };
    let db = narrow(&test).await;
    let first = pid(&db.read_one().await.unwrap()).await.unwrap();
    let read = db.read().await.unwrap();
    assert_eq!(pid(&read).await.unwrap(), first);
    drop(read);
    let tx = db.write().await.unwrap();
    assert_eq!(pid(&tx).await.unwrap(), first, "after a read");
    tx.commit().await.unwrap();
    let tx = db.write().await.unwrap();
    assert_eq!(pid(&tx).await.unwrap(), first, "after a commit");
    tx.run("SELECT 1 / 0", &[]).await.unwrap_err();
    tx.discard().await.unwrap();
    drop(db.write().await.unwrap());
    let tx = db.write().await.unwrap();
    assert_eq!(pid(&tx).await.unwrap(), first, "after a discard");
    drop(tx);
    let second = pid(&db.read_one().await.unwrap()).await.unwrap();
    assert_ne!(second, first, "after a write without an end");
    let read = db.read().await.unwrap();
    let error = read.one::<(i64,)>("SELECT 1 / 0", &[]).await.unwrap_err();
    assert!(error.to_string().contains("division by zero"), "{error}");
    let again = count(&read, "a").await.unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    drop(read);
    let third = pid(&db.read_one().await.unwrap()).await.unwrap();
    assert_ne!(third, second, "after a read that failed");
}

#[tokio::test]
async fn a_killed_connection_is_an_error_once() {
    let Some(test) = new().await else { return };
    let db = narrow(&test).await;
    let read = db.read().await.unwrap();
    terminate(&test, pid(&read).await.unwrap()).await;
    let error = count(&read, "a").await.unwrap_err();
    assert!(matches!(error, Error::Closed), "{error:?}");
    drop(read);
    assert_eq!(count(&db.read().await.unwrap(), "a").await.unwrap(), 0);

    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    terminate(&test, pid(&tx).await.unwrap()).await;
    assert!(add(&tx, "a").await.unwrap_err().is_unavailable());
    assert!(matches!(tx.commit().await, Err(Error::Closed)));
    bump(&db, "a").await.unwrap();
    assert_eq!(count(&db.read().await.unwrap(), "a").await.unwrap(), 1);

    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    terminate(&test, pid(&tx).await.unwrap()).await;
    tx.discard().await.unwrap_err();
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn a_commit_without_an_answer_is_in_doubt() {
    let Some(test) = new().await else { return };
    let mut config = Config::new(test.url().parse().unwrap());
    config.pool = 1;
    config.statement = Duration::from_millis(300);
    let db = Db::open(&config).await.unwrap();
    for fault in ["die", "sleep"] {
        let tx = db.write().await.unwrap();
        let sql = "INSERT INTO faults (id) VALUES ($1)";
        tx.run(sql, &[&fault]).await.unwrap();
        let error = tx.commit().await.unwrap_err();
        assert!(matches!(error, Error::InDoubt), "{fault}: {error:?}");
        let tx = db.write().await.unwrap();
        let error = tx.finish(sql, &[&fault]).await.unwrap_err();
        assert!(matches!(error, Error::InDoubt), "{fault}: {error:?}");
        bump(&db, "a").await.unwrap();
    }
    let tx = db.write().await.unwrap();
    tx.run("INSERT INTO faults (id) VALUES ('clash')", &[])
        .await
        .unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_retry(), "an answer leaves no doubt: {error:?}");
}

#[tokio::test]
async fn a_statement_without_an_answer_is_a_timeout() {
    let Some(test) = new().await else { return };
    let mut config = Config::new(test.url().parse().unwrap());
    config.pool = 1;
    config.statement = Duration::from_millis(100);
    let db = Db::open(&config).await.unwrap();
    let sql = "SELECT CAST(pg_sleep(60) AS TEXT)";
    for session in [db.read().await.unwrap()] {
        let error = session.one::<(String,)>(sql, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    }
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    tx.one::<(String,)>(sql, &[]).await.unwrap_err();
    assert!(matches!(tx.commit().await, Err(Error::Timeout(_))));
    assert_eq!(count(&db.read().await.unwrap(), "a").await.unwrap(), 0);
}

#[tokio::test]
async fn the_servers_codes_are_sorted_by_what_a_caller_does() {
    let Some(test) = new().await else { return };
    let db = narrow(&test).await;
    for (code, want) in [
        ("40001", "Serialization"),
        ("40P01", "Serialization"),
        ("55P03", "Busy"),
        ("53300", "Busy"),
        ("57014", "Timeout(\"a statement\")"),
        ("53100", "Full"),
        ("58030", "Disk(\"on purpose\")"),
        ("57P01", "Closed"),
        ("25P03", "Closed"),
        ("25P02", "Interrupted"),
        ("22012", "Postgres("),
    ] {
        let read = db.read().await.unwrap();
        let error = read.one::<(i64,)>("SELECT fail($1)", &[&code]).await;
        let error = format!("{:?}", error.unwrap_err());
        assert!(error.starts_with(want), "{code}: {error}");
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_said() {
    let Some(test) = new().await else { return };
    let db = narrow(&test).await;
    let read = db.read().await.unwrap();
    let sql = "SELECT n FROM counters WHERE n = $1";
    let error = read.one::<(i64,)>(sql, &[&"text"]).await.unwrap_err();
    let text = "PostgreSQL expects int8, the argument is TEXT";
    assert!(error.to_string().contains(text), "{error}");
    drop(read);
    let read = db.read().await.unwrap();
    let sql = "SELECT 1 + $1, CAST('n' AS NAME)";
    let row: Option<(i64, String)> = read.one(sql, &[&2i64]).await.unwrap();
    assert_eq!(row, Some((3, "n".to_owned())), "INTEGER is understood");
    read.one::<(i64,)>(sql, &[&i64::MAX]).await.unwrap_err();
    drop(read);
    let read = db.read().await.unwrap();
    let sql = "SELECT SUM(n) AS total FROM counters";
    let error = read.one::<(i64,)>(sql, &[]).await.unwrap_err().to_string();
    assert!(
        error.contains("column total") && error.contains("numeric"),
        "{error}"
    );
}

/// A proxy before the server that counts how often the client spoke after the server had.
struct Wire {
    turns: Arc<AtomicUsize>,
    url: String,
}

async fn wire(test: &TestDb) -> Wire {
    let server: tokio_postgres::Config = test.url().parse().unwrap();
    let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else {
        panic!("MARKET_TEST_DB must name a TCP host");
    };
    let to = (host.clone(), server.get_ports()[0]);
    let turns = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&turns);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = test
        .url()
        .replace(&format!("{}:{}", to.0, to.1), &format!("127.0.0.1:{port}"));
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let server = TcpStream::connect((to.0.as_str(), to.1)).await.unwrap();
        let (mut from_server, mut to_server) = server.into_split();
        let clients_turn = Arc::new(AtomicBool::new(true));
        let servers = Arc::clone(&clients_turn);
        tokio::spawn(async move {
            let mut bytes = [0; 8192];
            while let Ok(n @ 1..) = from_server.read(&mut bytes).await {
                servers.store(true, SeqCst);
                to_client.write_all(&bytes[..n]).await.ok();
            }
        });
        let mut bytes = [0; 8192];
        while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
            if clients_turn.swap(false, SeqCst) {
                count.fetch_add(1, SeqCst);
            }
            to_server.write_all(&bytes[..n]).await.ok();
        }
    });
    Wire { turns, url }
}

#[tokio::test]
async fn joined_statements_and_begin_leave_together() {
    let Some(test) = new().await else { return };
    let wire = wire(&test).await;
    let mut config = Config::new(wire.url.parse().unwrap());
    config.pool = 1;
    let db = Db::open(&config).await.unwrap();
    let mut spent = Vec::new();
    for _ in 0..3 {
        let before = wire.turns.load(SeqCst);
        let tx = db.write().await.unwrap();
        try_join3(
            add(&tx, "a"),
            add(&tx, "b"),
            tx.run("DELETE FROM farms", &[]),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        spent.push(wire.turns.load(SeqCst) - before);
    }
    assert!(spent[0] > 2, "preparing costs trips: {spent:?}");
    assert_eq!(spent[1..], [2, 2], "the statements, then COMMIT");

    count(&db.read().await.unwrap(), "a").await.unwrap();
    let before = wire.turns.load(SeqCst);
    count(&db.read_one().await.unwrap(), "a").await.unwrap();
    assert_eq!(wire.turns.load(SeqCst) - before, 1);
    let before = wire.turns.load(SeqCst);
    count(&db.read().await.unwrap(), "a").await.unwrap();
    assert_eq!(
        wire.turns.load(SeqCst) - before,
        1,
        "nobody waits for its COMMIT"
    );
}

#[tokio::test]
async fn a_clash_of_two_writers_is_one_to_run_again() {
    let Some(test) = new().await else { return };
    let (one, two) = (
        test.db.write().await.unwrap(),
        test.db.write().await.unwrap(),
    );
    add(&one, "a").await.unwrap();
    add(&two, "b").await.unwrap();
    let (left, right) = futures_util::future::join(
        async {
            let done = add(&one, "b").await;
            one.discard().await.unwrap();
            done
        },
        async {
            let done = add(&two, "a").await;
            two.discard().await.unwrap();
            done
        },
    )
    .await;
    let lost = left.and(right).unwrap_err();
    assert!(lost.is_retry(), "{lost:?}");
}
