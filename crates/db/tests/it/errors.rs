//! What the engines complain about, under one name.

use db::{Config, Db, Error};

use crate::{narrow, new};

/// Runs the statements in one transaction and answers the last one's error.
async fn failure(db: &Db, statements: &[&'static str]) -> Error {
    let tx = db.write().await.unwrap();
    let mut last = Ok(0);
    for sql in statements {
        last = tx.run(sql, &[]).await;
    }
    tx.discard().await.unwrap();
    last.unwrap_err()
}

#[tokio::test]
async fn constraints_have_one_name_on_both_engines() {
    let test = new().await;
    let db = narrow(&test).await;
    let nameless = "INSERT INTO farms (id) VALUES ('f')";
    let farm = "INSERT INTO farms (id, name) VALUES ('f', 'Green')";
    let order = "INSERT INTO farm_orders (id, order_id, farm_id) VALUES ('1', 'o', 'f')";
    let twin = "INSERT INTO farm_orders (id, order_id, farm_id) VALUES ('2', 'o', 'f')";
    let error = failure(&db, &[farm, order, twin]).await;
    assert!(
        error.is_unique("farm_orders_order_id_farm_id_key"),
        "{error:?}"
    );
    assert!(!error.is_unique("farm_orders_pkey"));
    assert!(!error.is_retry() && !error.is_unavailable());
    let error = failure(&db, &[nameless, nameless]).await;
    assert!(error.is_unique("farms_pkey"), "{error:?}");
    let error = failure(
        &db,
        &[farm, "INSERT INTO farms (id, name) VALUES ('g', 'GREEN')"],
    )
    .await;
    assert!(error.is_unique("farms_lower_key"), "{error:?}");
    let error = failure(&db, &[order]).await;
    assert!(matches!(error, Error::ForeignKey), "{error:?}");
    let error = failure(&db, &["INSERT INTO farms (id, size) VALUES ('f', -1)"]).await;
    assert!(
        matches!(&error, Error::Check { constraint } if constraint == "farms_size_check"),
        "{error:?}"
    );
    let error = failure(&db, &["INSERT INTO counters (id) VALUES ('c')"]).await;
    assert!(
        matches!(&error, Error::NotNull { column } if column == "counters.n"),
        "{error:?}"
    );
}

#[tokio::test]
async fn mistakes_in_the_text_or_its_arguments_are_errors() {
    let test = new().await;
    let db = narrow(&test).await;
    let error = failure(&db, &["SELEKT 1"]).await.to_string();
    assert!(error.contains("syntax error"), "{error}");
    for args in [&[] as &[&dyn db::Bind], &[&1i64, &2i64]] {
        let read = db.read().await.unwrap();
        let sql = "SELECT n FROM counters WHERE n = $1";
        let error = read.one::<(i64,)>(sql, args).await.unwrap_err();
        assert!(error.to_string().contains("parameter"), "{error}");
    }
}

#[tokio::test]
async fn a_closed_database_says_so() {
    let test = new().await;
    let db = Db::open(&Config::new(test.url().parse().unwrap()))
        .await
        .unwrap();
    let other = db.clone();
    db.close().await.unwrap();
    for error in [
        other.read().await.err(),
        other.read_one().await.err(),
        other.write().await.err(),
    ] {
        assert!(matches!(error, Some(Error::Closed)), "{error:?}");
    }
    test.db.read().await.unwrap();
}
