//! Rows come with the caller's transaction or not at all.

use std::collections::HashMap;

use outbox::{Job, Outcome, Push};
use serde::{Deserialize, Serialize};

use crate::world::{By, SECOND, World, drain, mail};

#[derive(Serialize, Deserialize)]
struct Other(HashMap<(u8, u8), u8>);

impl Job for Other {
    const KIND: &'static str = "other";
}

#[tokio::test]
async fn a_dropped_transaction_leaves_no_job() {
    let world = World::new().await;
    let tx = world.db().write().await.expect("a transaction");
    let push = world.due_now("a");
    outbox::push(&tx, &mail("a"), push).await.expect("pushed");
    drop(tx);
    assert_eq!(world.pending().await, 0);
    world.push(&["a"]).await;
    assert_eq!(world.pending().await, 1);
}

#[tokio::test]
async fn a_second_push_of_a_key_is_a_unique_violation() {
    let world = World::new().await;
    world.push(&["a"]).await;
    let tx = world.db().write().await.expect("a transaction");
    let push = Push {
        id: "b",
        ..world.due_now("a")
    };
    let error = outbox::push(&tx, &mail("a"), push)
        .await
        .expect_err("taken");
    assert!(error.is_unique("outbox_kind_key_key"), "{error:?}");
    drop(tx);
    assert_eq!(world.pending().await, 1);
}

#[tokio::test]
async fn push_once_adds_a_key_once_per_kind() {
    let world = World::new().await;
    let tx = world.db().write().await.expect("a transaction");
    let push = world.due_now("a");
    assert!(
        outbox::push_once(&tx, &mail("a"), push)
            .await
            .expect("pushed")
    );
    let again = Push { id: "b", ..push };
    assert!(
        !outbox::push_once(&tx, &mail("a"), again)
            .await
            .expect("no error")
    );
    let other = Push { id: "c", ..push };
    let added = outbox::push_once(&tx, &Other(HashMap::new()), other).await;
    assert!(added.expect("the key is free for another kind"));
    tx.commit().await.expect("committed");
    assert_eq!(world.pending().await, 2);
}

#[tokio::test]
async fn a_job_that_does_not_serialise_is_an_error_and_no_row() {
    let world = World::new().await;
    let tx = world.db().write().await.expect("a transaction");
    let job = Other(HashMap::from([((1, 2), 3)]));
    let error = outbox::push(&tx, &job, world.due_now("a"))
        .await
        .expect_err("no JSON");
    assert!(error.to_string().contains("payload"), "{error}");
    outbox::push_once(&tx, &job, world.due_now("a"))
        .await
        .expect_err("no JSON");
    // Nothing was sent to the database, so the transaction is as good as before.
    outbox::push(&tx, &mail("b"), world.due_now("b"))
        .await
        .expect("pushed");
    tx.commit().await.expect("committed");
    assert_eq!(world.pending().await, 1);
}

#[tokio::test]
async fn counts_ages_and_purges() {
    let world = World::new().await;
    world.push(&["a", "b", "c"]).await;
    let tx = world.db().write().await.expect("a transaction");
    let later = Push {
        due_at: world.clock.now() + 100 * SECOND,
        ..world.due_now("later")
    };
    outbox::push(&tx, &mail("later"), later)
        .await
        .expect("pushed");
    tx.commit().await.expect("committed");
    world.clock.pass(7 * SECOND);

    let now = world.clock.now();
    let db = world.db().read_fresh().await.expect("a connection");
    assert_eq!(outbox::count_pending(&db).await.expect("counted"), 4);
    assert_eq!(outbox::count_due(&db, now).await.expect("counted"), 3);
    assert_eq!(outbox::count_dead(&db).await.expect("counted"), 0);
    assert_eq!(
        outbox::oldest_age(&db, now).await.expect("read"),
        7 * SECOND
    );
    drop(db);

    let runner = world.runner(By(|_| async { Ok(Outcome::Done) }));
    assert_eq!(drain(&runner).await, 3);
    world
        .sql("UPDATE outbox SET dead_at = 1, done_at = NULL WHERE id = 'c'")
        .await;

    let db = world.db().read_fresh().await.expect("a connection");
    assert_eq!(outbox::count_pending(&db).await.expect("counted"), 1);
    assert_eq!(outbox::count_due(&db, now).await.expect("counted"), 0);
    assert_eq!(outbox::count_dead(&db).await.expect("counted"), 1);
    assert_eq!(outbox::oldest_age(&db, now).await.expect("read"), 0);
    drop(db);

    let tx = world.db().write().await.expect("a transaction");
    assert_eq!(outbox::purge(&tx, now, 10).await.expect("purged"), 0);
    assert_eq!(outbox::purge(&tx, now + 1, 1).await.expect("purged"), 1);
    assert_eq!(outbox::purge(&tx, now + 1, 10).await.expect("purged"), 1);
    tx.commit().await.expect("committed");
    // The dead and the pending stay.
    assert!(world.state("c").await.dead);
    assert_eq!(world.pending().await, 1);
}

#[tokio::test]
async fn an_empty_outbox_has_no_age() {
    let world = World::new().await;
    let db = world.db().read_fresh().await.expect("a connection");
    assert_eq!(
        outbox::oldest_age(&db, world.clock.now())
            .await
            .expect("read"),
        0
    );
}
