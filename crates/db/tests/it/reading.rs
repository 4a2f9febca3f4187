//! Snapshots, single statements and the types.

use db::{Engine, Error, FromRow, Row};

use crate::{add, bump, count, narrow, new};

#[tokio::test]
async fn a_read_is_one_snapshot_fixed_by_its_first_statement() {
    let test = new().await;
    let read = test.db.read().await.unwrap();
    bump(&test.db, "a").await.unwrap();
    assert_eq!(count(&read, "a").await.unwrap(), 1, "not fixed yet");
    bump(&test.db, "a").await.unwrap();
    bump(&test.db, "b").await.unwrap();
    assert_eq!(count(&read, "a").await.unwrap(), 1);
    assert_eq!(count(&read, "b").await.unwrap(), 0, "the other row too");
    drop(read);
    let read = test.db.read_fresh().await.unwrap();
    assert_eq!(count(&read, "a").await.unwrap(), 2);
}

#[tokio::test]
async fn the_end_of_a_read_is_the_end_of_its_snapshot() {
    let test = new().await;
    let db = narrow(&test).await;
    for n in 0..3 {
        let read = db.read().await.unwrap();
        assert_eq!(count(&read, "a").await.unwrap(), n, "on the one connection");
        drop(read);
        bump(&db, "a").await.unwrap();
    }
}

#[tokio::test]
async fn a_single_read_refuses_a_second_statement() {
    let test = new().await;
    let db = narrow(&test).await;
    let read = db.read_one().await.unwrap();
    assert_eq!(count(&read, "a").await.unwrap(), 0);
    let second = count(&read, "a").await;
    assert!(matches!(second, Err(Error::SecondStatement)), "{second:?}");
    drop(read);
    let read = db.read_one().await.unwrap();
    assert_eq!(count(&read, "a").await.unwrap(), 0);
}

#[tokio::test]
async fn reads_cannot_write() {
    let test = new().await;
    let read = test.db.read().await.unwrap();
    let done: Result<Option<(i64,)>, _> =
        read.one("UPDATE counters SET n = 7 RETURNING n", &[]).await;
    done.unwrap_err();
    drop(read);
    assert_eq!(count(&test.db.read().await.unwrap(), "a").await.unwrap(), 0);
}

#[tokio::test]
async fn no_reader_left_is_a_timeout() {
    let test = new().await;
    let db = narrow(&test).await;
    let held = db.read().await.unwrap();
    let error = db.read().await.err().unwrap();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    assert!(error.is_unavailable());
    drop(held);
    db.read().await.unwrap();
}

#[derive(Debug, PartialEq)]
struct Farm {
    id: String,
    name: Option<String>,
    open: bool,
    size: i64,
}

impl FromRow for Farm {
    fn from_row(row: &mut Row<'_>) -> db::Result<Farm> {
        Ok(Farm {
            id: row.col()?,
            name: row.col()?,
            open: row.col()?,
            size: row.col()?,
        })
    }
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    let test = new().await;
    let tx = test.db.write().await.unwrap();
    let farms = [
        ("f1", Some("Zażółć 'gęślą' $1"), true, i64::MAX),
        ("f2", None, false, 0),
    ];
    for (id, name, open, size) in farms {
        let sql = "INSERT INTO farms (id, name, open, size) VALUES ($1, $2, $3, $4)";
        assert_eq!(tx.run(sql, &[&id, &name, &open, &size]).await.unwrap(), 1);
    }
    let sql = "SELECT id, name, open, size FROM farms ORDER BY id";
    let inside: Vec<Farm> = tx.all(sql, &[]).await.unwrap();
    tx.commit().await.unwrap();
    let read = test.db.read().await.unwrap();
    assert_eq!(read.all::<Farm>(sql, &[]).await.unwrap(), inside);
    assert_eq!(inside[0].name.as_deref(), farms[0].1);
    assert_eq!((inside[0].open, inside[0].size), (true, i64::MAX));
    assert_eq!((inside[1].name.as_ref(), inside[1].open), (None, false));
    let first: Option<Farm> = read.one(sql, &[]).await.unwrap();
    assert_eq!(first.as_ref(), inside.first());
    let none: Option<Farm> = read
        .one(
            "SELECT id, name, open, size FROM farms WHERE id = $1",
            &[&"?"],
        )
        .await
        .unwrap();
    assert_eq!(none, None);
    assert_eq!(read.engine(), test.db.engine());
    assert_eq!(
        read.engine() == Engine::Postgres,
        testdb::server().is_some()
    );
}

#[tokio::test]
async fn a_parameter_in_a_literal_is_text() {
    let test = new().await;
    let read = test.db.read().await.unwrap();
    let row: Option<(String, i64)> = read
        .one("SELECT '$1', n + $1 FROM counters WHERE id = 'a'", &[&5i64])
        .await
        .unwrap();
    assert_eq!(row, Some(("$1".to_owned(), 5)));
}

#[tokio::test]
async fn a_column_that_does_not_fit_is_named() {
    let test = new().await;
    let read = test.db.read().await.unwrap();
    let sql = "SELECT id, n, CAST(NULL AS TEXT) AS void FROM counters WHERE id = 'a'";
    let as_text = read.one::<(String, String)>(sql, &[]).await.unwrap_err();
    let text = "column n: expected TEXT, got BIGINT";
    assert_eq!(as_text.to_string(), text);
    let as_int = read.one::<(i64,)>(sql, &[]).await.unwrap_err();
    assert_eq!(as_int.to_string(), "column id: expected BIGINT, got TEXT");
    let as_bool = read.one::<(bool,)>(sql, &[]).await.unwrap_err();
    assert_eq!(as_bool.to_string(), "column id: expected BOOLEAN, got TEXT");
    let null = read.all::<(String, i64, String)>(sql, &[]).await;
    let text = "column void: expected TEXT, got NULL";
    assert_eq!(null.unwrap_err().to_string(), text);
    let beyond = read
        .one::<(String, i64, Option<String>, i64)>(sql, &[])
        .await
        .unwrap_err();
    let text = "column number 4: expected another column, got the end of the row";
    assert_eq!(beyond.to_string(), text);
    // None of it is the database's fault: the snapshot goes on.
    assert_eq!(count(&read, "a").await.unwrap(), 0);
}

#[tokio::test]
async fn an_error_of_the_caller_does_not_end_a_write() {
    let test = new().await;
    let tx = test.db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    let sql = "SELECT id FROM counters";
    tx.all::<(i64,)>(sql, &[]).await.unwrap_err();
    tx.commit().await.unwrap();
    assert_eq!(count(&test.db.read().await.unwrap(), "a").await.unwrap(), 1);
}

#[tokio::test]
async fn what_is_asked_is_counted_for_every_clone() {
    let test = new().await;
    let db = narrow(&test).await;
    let before = db.sent();
    let other = db.clone();
    let read = other.read().await.unwrap();
    count(&read, "a").await.unwrap();
    count(&read, "b").await.unwrap();
    drop(read);
    let one = db.read_one().await.unwrap();
    count(&one, "a").await.unwrap();
    // Refused, and not sent.
    assert!(count(&one, "a").await.is_err());
    drop(one);
    let expected = db::Sent {
        statements: 3,
        snapshots: 1,
        writes: 0,
    };
    assert_eq!(db.sent().since(before), expected);
    let before = db.sent();
    bump(&other, "a").await.unwrap();
    let last = "UPDATE counters SET n = n + 1 WHERE id = 'b'";
    let tx = db.write().await.unwrap();
    assert_eq!(tx.finish(last, &[]).await.unwrap(), 1);
    let tx = db.write().await.unwrap();
    count(&tx, "b").await.unwrap();
    assert_eq!(tx.finish(last, &[]).await.unwrap(), 1);
    db.write().await.unwrap().discard().await.unwrap();
    let sent = db.sent().since(before);
    assert_eq!((sent.statements, sent.snapshots, sent.writes), (4, 0, 4));
}
