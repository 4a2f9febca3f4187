//! A future that is dropped at any of its await points leaves nothing behind: no half write, no held connection, no
//! held turn.

use std::collections::HashSet;

use db::{Db, Error, Result};
use futures_util::future::{try_join, try_join3};

use crate::{add, bump, count, narrow, new, polled};

async fn whole_write(db: &Db) -> Result<()> {
    let tx = db.write().await?;
    add(&tx, "a").await?;
    try_join(add(&tx, "b"), tx.run("DELETE FROM farms", &[])).await?;
    tx.commit().await
}

async fn counts(db: &Db) -> (i64, i64) {
    let read = db.read_fresh().await.unwrap();
    (
        count(&read, "a").await.unwrap(),
        count(&read, "b").await.unwrap(),
    )
}

#[tokio::test]
async fn a_write_dropped_at_every_await_point() {
    let test = new().await;
    let db = narrow(&test).await;
    let mut before = 0;
    for times in 0.. {
        let finished = polled(whole_write(&db), times).await.is_some();
        // The one connection and the turn are free, or these would time out.
        bump(&db, "a").await.unwrap();
        bump(&db, "b").await.unwrap();
        let (a, b) = counts(&db).await;
        assert_eq!(a, b, "half a write after {times} polls");
        // One that was cut in its COMMIT may be there.
        assert!(a == before + 1 || a == before + 2, "after {times} polls");
        assert!(!finished || a == before + 2);
        before = a;
        if finished {
            break;
        }
    }
}

#[tokio::test]
async fn a_write_dropped_while_it_waits_for_its_turn() {
    let test = new().await;
    let db = narrow(&test).await;
    for times in [0, 1, 1] {
        let held = db.write().await.unwrap();
        add(&held, "a").await.unwrap();
        assert!(polled(whole_write(&db), times).await.is_none());
        held.commit().await.unwrap();
        bump(&db, "b").await.unwrap();
    }
    assert_eq!(counts(&db).await, (3, 3));
}

#[tokio::test]
async fn a_read_dropped_at_every_await_point() {
    let test = new().await;
    let db = narrow(&test).await;
    for times in 0.. {
        let read = async {
            let read = db.read().await?;
            count(&read, "a").await?;
            count(&read, "b").await
        };
        let finished = polled(read, times).await.is_some();
        bump(&db, "a").await.unwrap();
        let expected = i64::try_from(times).unwrap() + 1;
        assert_eq!(
            counts(&db).await.0,
            expected,
            "an old snapshot was handed out"
        );
        let single = async { count(&db.read_one().await?, "a").await };
        polled(single, times).await;
        if finished {
            break;
        }
    }
}

#[tokio::test]
async fn a_statement_dropped_half_way_spoils_its_write() {
    let test = new().await;
    let db = narrow(&test).await;
    let tx = db.write().await.unwrap();
    add(&tx, "a").await.unwrap();
    let cut = polled(add(&tx, "b"), 1).await.is_none();
    // SQLite answers in place: there is nothing to drop half-way.
    assert_eq!(cut, db.engine() == db::Engine::Postgres);
    let end = tx.commit().await;
    assert_eq!(matches!(end, Err(Error::Interrupted)), cut, "{end:?}");
    let (a, b) = counts(&db).await;
    assert_eq!((a, b), if cut { (0, 0) } else { (1, 1) });

    let tx = db.write().await.unwrap();
    polled(add(&tx, "b"), 1).await;
    tx.discard().await.unwrap();
    assert_eq!(counts(&db).await, (a, b));
}

/// One change of two rows, with a name.
async fn pair(db: &Db, name: &str) -> Result<()> {
    let tx = db.write().await?;
    for side in ["x", "y"] {
        let id = format!("{name}{side}");
        tx.run("INSERT INTO farms (id) VALUES ($1)", &[&id]).await?;
        tokio::task::yield_now().await;
    }
    tx.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_and_what_is_not_there_was_not_answered() {
    let test = new().await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..32usize {
        let db = test.db.clone();
        writers.spawn(async move {
            let mut answered = Vec::new();
            for n in 0..20 {
                let name = format!("{writer}-{n}-");
                // Every third is cut, each at another of its await points.
                let times = if n % 3 == 0 {
                    (writer + n) % 9
                } else {
                    1_000_000
                };
                if let Some(done) = polled(pair(&db, &name), times).await {
                    done.unwrap();
                    answered.push(name);
                }
            }
            answered
        });
    }
    let answered: HashSet<String> = writers.join_all().await.into_iter().flatten().collect();
    assert!((32 * 13..32 * 20).contains(&answered.len()));
    bump(&test.db, "a").await.unwrap();
    let read = test.db.read_fresh().await.unwrap();
    let ids: Vec<(String,)> = read.all("SELECT id FROM farms", &[]).await.unwrap();
    let names = ids.iter().map(|(id,)| id[..id.len() - 1].to_owned());
    let there: HashSet<String> = names.collect();
    assert_eq!(ids.len(), there.len() * 2, "half a write");
    let lost: Vec<_> = answered.difference(&there).collect();
    assert!(lost.is_empty(), "answered and not there: {lost:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writes_cut_at_random_points_stay_whole() {
    let test = new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200usize {
        let db = test.db.clone();
        tasks.spawn(async move {
            let cut = polled(whole_write(&db), n % 13).await;
            let read = async {
                let read = db.read().await?;
                try_join3(count(&read, "a"), count(&read, "b"), count(&read, "a")).await
            };
            if let Some(Ok((a, b, again))) = polled(read, 13 - n % 13).await {
                assert_eq!((a, a), (b, again), "one snapshot");
            }
            cut.map(Result::unwrap)
        });
    }
    let mut finished = 0;
    while let Some(done) = tasks.join_next().await {
        finished += i64::from(done.unwrap().is_some());
    }
    let (a, b) = counts(&test.db).await;
    assert_eq!(a, b);
    assert!(a >= finished, "{a} of {finished} that were answered");
}
