//! Hints between tasks: none missed, none repeated, nothing left behind.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cluster::Subscription;

/// Polls once: what a reader sees without waiting.
fn now(subscription: &mut Subscription) -> Option<u64> {
    let changed = pin!(subscription.changed());
    match changed.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(version) => Some(version),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn a_publish_before_the_first_wait_is_not_missed() {
    let cluster = cluster::memory();
    let mut reader = cluster.subscribe("order:1");
    cluster.publish("order:1", 3);
    assert_eq!(reader.changed().await, 3);
    assert_eq!(reader.seen(), 3);
    assert_eq!(now(&mut reader), None);
}

#[tokio::test]
async fn only_a_higher_version_wakes() {
    let cluster = cluster::memory();
    let mut reader = cluster.subscribe("order:1");
    cluster.publish("order:1", 5);
    assert_eq!(reader.changed().await, 5);
    cluster.publish("order:1", 5);
    cluster.publish("order:1", 4);
    assert_eq!(now(&mut reader), None);
    cluster.publish("order:1", 6);
    assert_eq!(now(&mut reader), Some(6));
}

#[tokio::test]
async fn a_slow_reader_sees_the_newest_once() {
    let cluster = cluster::memory();
    let mut reader = cluster.subscribe("order:1");
    for version in 1..=10_000 {
        cluster.publish("order:1", version);
    }
    assert_eq!(now(&mut reader), Some(10_000));
    assert_eq!(now(&mut reader), None);
}

#[tokio::test]
async fn a_late_reader_knows_the_version_but_is_not_woken_by_it() {
    let cluster = cluster::memory();
    let first = cluster.subscribe("order:1");
    cluster.publish("order:1", 9);
    let mut late = cluster.subscribe("order:1");
    assert_eq!((late.seen(), late.topic()), (9, "order:1"));
    assert_eq!(now(&mut late), None);
    cluster.publish("order:1", 10);
    assert_eq!(late.changed().await, 10);
    assert_eq!(first.seen(), 0);
}

#[tokio::test]
async fn a_cancelled_wait_loses_nothing() {
    let cluster = cluster::memory();
    let mut reader = cluster.subscribe("order:1");
    assert_eq!(now(&mut reader), None);
    cluster.publish("order:1", 1);
    assert_eq!(reader.changed().await, 1);
}

#[tokio::test]
async fn bump_counts_for_those_who_listen() {
    let cluster = cluster::memory();
    cluster.bump("board:1");
    let mut reader = cluster.subscribe("board:1");
    assert_eq!(now(&mut reader), None);
    cluster.bump("board:1");
    cluster.bump("board:1");
    assert_eq!(now(&mut reader), Some(2));
    let mut other = cluster.subscribe("board:1");
    cluster.bump("board:1");
    assert_eq!(now(&mut other), Some(3));
}

#[test]
fn topics_do_not_hear_each_other_and_leave_with_their_last_listener() {
    let cluster = cluster::memory();
    let mut one = cluster.subscribe("order:1");
    let mut two = cluster.subscribe("order:2");
    let twin = cluster.subscribe("order:2");
    assert_eq!(cluster.topics(), 2);
    cluster.publish("order:2", 1);
    assert_eq!((now(&mut one), now(&mut two)), (None, Some(1)));
    drop(two);
    assert_eq!(cluster.topics(), 2);
    drop(twin);
    drop(one);
    assert_eq!(cluster.topics(), 0);
    cluster.publish("order:2", 2);
    assert_eq!(cluster.topics(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_comings_and_goings_under_publishes_leave_no_topic() {
    let cluster = cluster::memory();
    let readers = (0..8).map(|task| {
        let cluster = cluster.clone();
        tokio::spawn(async move {
            for round in 0..1_250 {
                // Eight topics for eight tasks, so that they share and part all the time.
                let mut reader = cluster.subscribe(&format!("order:{}", (task + round) % 8));
                if round % 5 == 0 {
                    tokio::task::yield_now().await;
                }
                now(&mut reader);
            }
        })
    });
    let writers = (0..2).map(|_| {
        let cluster = cluster.clone();
        tokio::spawn(async move {
            for version in 0..20_000 {
                cluster.publish(&format!("order:{}", version % 8), version);
                cluster.bump(&format!("order:{}", version % 3));
                if version % 100 == 0 {
                    tokio::task::yield_now().await;
                }
            }
        })
    });
    let tasks: Vec<_> = readers.chain(writers).collect();
    for task in tasks {
        task.await.expect("no task panics");
    }
    assert_eq!(cluster.topics(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_of_many_concurrent_versions_reaches_every_reader() {
    let cluster = cluster::memory();
    let readers: Vec<_> = (0..100)
        .map(|_| {
            let mut reader = cluster.subscribe("order:1");
            tokio::spawn(async move {
                let mut before = 0;
                while before < 4_000 {
                    let version = reader.changed().await;
                    assert!(version > before, "{version} after {before}");
                    before = version;
                }
            })
        })
        .collect();
    for writer in 0..4 {
        let cluster = cluster.clone();
        tokio::spawn(async move {
            for step in 1..=1_000 {
                cluster.publish("order:1", step * 4 - writer);
            }
        });
    }
    for reader in readers {
        reader.await.expect("versions only rise");
    }
}
