//! Transactions: whole or not at all, and one after another.

use db::{Db, Error};
use futures_util::{FutureExt, future::try_join3};
use tokio::task::JoinSet;

use crate::{add, bump, count, narrow, new};

async fn both(db: &Db) -> (i64, i64) {
    let read = db.read_fresh().await.unwrap();
    (
        count(&read, "a").await.unwrap(),
        count(&read, "b").await.unwrap(),
    )
}

#[tokio::test]
async fn commit_keeps_and_discard_does_not() {
    let test = new().await;
    let db = narrow(&test).await;
    bump(&db, "a").await.unwrap();
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    assert_eq!(count(&tx, "a").await.unwrap(), 2, "a write sees itself");
    tx.discard().await.unwrap();
    assert_eq!(both(&db).await, (1, 0));
}

#[tokio::test]
async fn finish_commits_with_its_statement_alone_or_last() {
    let test = new().await;
    let db = narrow(&test).await;
    let step = "UPDATE counters SET n = n + 1 WHERE id = $1";
    bump(&db, "a").await.unwrap();
    let tx = db.write().await.unwrap();
    assert_eq!(tx.finish(step, &[&"a"]).await.unwrap(), 1);
    assert_eq!(both(&db).await, (2, 0));
    let tx = db.write().await.unwrap();
    add(&tx, "b").await.unwrap();
    assert_eq!(tx.finish(step, &[&"a"]).await.unwrap(), 1);
    assert_eq!(both(&db).await, (3, 1));
    let tx = db.write().await.unwrap();
    assert_eq!(tx.finish(step, &[&"nobody"]).await.unwrap(), 0);
    let tx = db.write().await.unwrap();
    add(&tx, "b").await.unwrap();
    tx.finish("UPDATE counters SET n = NULL WHERE id = $1", &[&"a"])
        .await
        .unwrap_err();
    assert_eq!(both(&db).await, (3, 1), "an error undoes what came before");
}

#[tokio::test]
async fn a_write_without_statements_can_end_in_every_way() {
    let test = new().await;
    let db = narrow(&test).await;
    db.write().await.unwrap().commit().await.unwrap();
    db.write().await.unwrap().discard().await.unwrap();
    drop(db.write().await.unwrap());
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn a_dropped_write_is_rolled_back() {
    let test = new().await;
    let db = narrow(&test).await;
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    drop(tx);
    assert_eq!(both(&db).await, (0, 0));
    bump(&db, "b").await.unwrap();
    assert_eq!(both(&db).await, (0, 1));
}

#[tokio::test]
async fn a_panic_rolls_back() {
    let test = new().await;
    let db = narrow(&test).await;
    let other = db.clone();
    let panicked = tokio::spawn(async move {
        let tx = other.write().await.unwrap();
        add(&tx, "a").await.unwrap();
        panic!("a bug in an action");
    });
    assert!(panicked.await.unwrap_err().is_panic());
    bump(&db, "b").await.unwrap();
    assert_eq!(both(&db).await, (0, 1));
}

#[tokio::test]
async fn a_panic_while_a_row_is_read_does_no_harm() {
    struct Bad;
    impl db::FromRow for Bad {
        fn from_row(_: &mut db::Row<'_>) -> db::Result<Bad> {
            panic!("a bug in from_row");
        }
    }
    let test = new().await;
    let db = narrow(&test).await;
    for _ in 0..3 {
        let other = db.clone();
        let panicked = tokio::spawn(async move {
            let tx = other.write().await.unwrap();
            add(&tx, "a").await.unwrap();
            tx.all::<Bad>("SELECT id FROM counters", &[]).await.ok();
        });
        assert!(panicked.await.unwrap_err().is_panic());
        bump(&db, "b").await.unwrap();
    }
    assert_eq!(both(&db).await, (0, 3));
}

#[tokio::test]
async fn after_an_error_a_write_answers_that_error_to_the_end() {
    let test = new().await;
    let db = narrow(&test).await;
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    let insert = "INSERT INTO counters (id, n) VALUES ('a', 1)";
    let first = tx.run(insert, &[]).await.unwrap_err();
    assert!(first.is_unique("counters_pkey"), "{first:?}");
    let next = add(&tx, "b").await.unwrap_err();
    assert!(next.is_unique("counters_pkey"), "{next:?}");
    let end = tx.commit().await.unwrap_err();
    assert!(end.is_unique("counters_pkey"), "{end:?}");
    assert_eq!(both(&db).await, (0, 0));

    let tx = db.write().await.unwrap();
    tx.run(insert, &[]).await.unwrap_err();
    tx.discard().await.unwrap();
    bump(&db, "a").await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_says_so_and_the_next_write_works() {
    let test = new().await;
    let db = narrow(&test).await;
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    // The foreign key is deferred: only COMMIT sees it.
    tx.run("INSERT INTO late (id, farm_id) VALUES ('l', 'none')", &[])
        .await
        .unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(
        matches!(&error, Error::NotCommitted(why) if matches!(**why, Error::ForeignKey)),
        "{error:?}"
    );
    assert_eq!(both(&db).await, (0, 0));
    bump(&db, "a").await.unwrap();
    assert_eq!(both(&db).await, (1, 0));
}

#[tokio::test]
async fn joined_statements_take_effect_in_order() {
    let test = new().await;
    // Each text is new to the connection or known, so that some have to be prepared and others have not.
    for known in 0..3 {
        let db = narrow(&test).await;
        let (farm, one, two) = (
            "INSERT INTO farms (id) VALUES ('f')",
            "INSERT INTO farm_orders (id, order_id, farm_id) VALUES ('1', 'o', 'f')",
            "UPDATE farm_orders SET order_id = 'p' WHERE id = '1'",
        );
        let warm = db.write().await.unwrap();
        for text in [two, one, farm].iter().take(known) {
            warm.run(text, &[]).await.ok();
        }
        warm.discard().await.unwrap();
        let tx = db.write().await.unwrap();
        let done = try_join3(tx.run(farm, &[]), tx.run(one, &[]), tx.run(two, &[])).await;
        assert_eq!(done.unwrap(), (1, 1, 1));
        tx.discard().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_error_of_a_pipeline_is_the_one_reported() {
    let test = new().await;
    let insert = "INSERT INTO counters (id, n) VALUES ('a', 1)";
    for _ in 0..100 {
        let tx = test.db.write().await.unwrap();
        let error = try_join3(add(&tx, "b"), tx.run(insert, &[]), add(&tx, "a"))
            .await
            .unwrap_err();
        assert!(error.is_unique("counters_pkey"), "{error:?}");
        // Polled last to first: what is refused because of the error is asked before it.
        tx.discard().await.unwrap();
        let tx = test.db.write().await.unwrap();
        let (bad, after) = (tx.run(insert, &[]), add(&tx, "a"));
        let (mut bad, mut after) = (Box::pin(bad), Box::pin(after));
        if (&mut bad).now_or_never().is_none() {
            let error = futures_util::future::join(&mut after, &mut bad).await.0;
            let error = error.unwrap_err();
            assert!(error.is_unique("counters_pkey"), "{error:?}");
        }
        drop((bad, after));
        tx.discard().await.unwrap();
    }
    assert_eq!(both(&test.db).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_writers_count_exactly() {
    let test = new().await;
    let mut writers = JoinSet::new();
    for n in 0..100 {
        let db = test.db.clone();
        writers.spawn(async move {
            if n % 5 == 0 {
                let tx = db.write().await.unwrap();
                add(&tx, "a").await.unwrap(); // dropped
            }
            bump(&db, "a").await.unwrap();
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    assert_eq!(both(&test.db).await, (100, 0));
}
