//! The sliding window: exact from rest, exact in its waits, bounded in its keys.

use std::sync::Arc;
use std::time::Duration;

use cluster::{Cluster, Hit, Memory};

const SECOND: i64 = 1_000_000;
const MINUTE: Duration = Duration::from_mins(1);
/// Some Tuesday; far from zero as in production.
const START: i64 = 1_793_000_000 * SECOND;

fn passed(cluster: &Cluster, key: &str, limit: u32, at: i64) -> bool {
    cluster.hit(key, limit, MINUTE, at) == Hit::Ok
}

fn small(keys: usize) -> Cluster {
    Cluster::Memory(Arc::new(Memory::new(keys)))
}

#[test]
fn the_hundred_and_first_in_a_minute_is_refused_at_any_pace() {
    for step in [0, 1, 1_000, 599_999] {
        let cluster = cluster::memory();
        for hit in 0..100 {
            assert!(passed(&cluster, "k", 100, START + hit * step), "{hit}");
        }
        let at = START + 100 * step;
        assert!(!passed(&cluster, "k", 100, at), "step {step}");
    }
}

#[test]
fn a_burst_is_forgotten_as_a_whole_one_window_later() {
    let cluster = cluster::memory();
    for _ in 0..10 {
        assert!(passed(&cluster, "k", 10, START));
    }
    let Hit::Over { retry_after } = cluster.hit("k", 10, MINUTE, START + 5 * SECOND) else {
        panic!("the eleventh must be refused");
    };
    assert_eq!(retry_after, Duration::from_secs(55));
    assert!(!passed(&cluster, "k", 10, START + 60 * SECOND - 1));
    for _ in 0..10 {
        assert!(passed(&cluster, "k", 10, START + 60 * SECOND));
    }
    assert!(!passed(&cluster, "k", 10, START + 60 * SECOND));
}

#[test]
fn a_steady_caller_below_the_limit_is_never_refused() {
    let cluster = cluster::memory();
    for hit in 0..1_000 {
        assert!(passed(&cluster, "k", 100, START + hit * SECOND), "{hit}");
    }
}

#[test]
fn refused_hits_do_not_lengthen_the_wait() {
    let cluster = cluster::memory();
    assert!(passed(&cluster, "k", 1, START));
    for second in 1..60 {
        assert!(!passed(&cluster, "k", 1, START + second * SECOND));
    }
    assert!(passed(&cluster, "k", 1, START + 60 * SECOND));
}

#[test]
fn keys_do_not_share_and_a_limit_of_zero_refuses() {
    let cluster = cluster::memory();
    assert!(passed(&cluster, "a", 1, START));
    assert!(passed(&cluster, "b", 1, START));
    assert!(!passed(&cluster, "a", 1, START));
    let none = cluster.hit("c", 0, MINUTE, START);
    assert_eq!(
        none,
        Hit::Over {
            retry_after: MINUTE
        }
    );
}

#[test]
fn a_clock_that_steps_back_neither_frees_nor_locks_a_key() {
    let cluster = cluster::memory();
    assert!(passed(&cluster, "k", 1, START));
    let Hit::Over { retry_after } = cluster.hit("k", 1, MINUTE, START - 10 * SECOND) else {
        panic!("ten seconds back are held at the newest time seen");
    };
    assert_eq!(retry_after, Duration::from_secs(70));
    assert!(passed(&cluster, "k", 1, START - 3_600 * SECOND));
}

#[test]
fn absurd_windows_and_times_do_not_overflow() {
    let cluster = cluster::memory();
    for window in [Duration::ZERO, Duration::MAX] {
        for now in [i64::MIN, 0, i64::MAX] {
            for _ in 0..3 {
                cluster.hit("k", 1, window, now);
                cluster.hit("k", u32::MAX, window, now);
            }
        }
    }
}

/// A caller of random pace: a bucket never passes more than the limit, so n windows
/// never pass more than n + 1 limits; and each wait is exact.
#[test]
fn waits_are_exact_and_the_average_holds_for_random_callers() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i64::try_from((seed >> 33) % below).expect("below is small")
    };
    for case in 0..200 {
        let limit = u32::try_from(random(20) + 1).expect("small");
        let pace = [1_000, 500_000, 5_000_000, 40_000_000][case % 4];
        let (mut at, mut passes) = (START, Vec::new());
        let cluster = cluster::memory();
        for _ in 0..300 {
            at += random(pace);
            match cluster.hit("k", limit, MINUTE, at) {
                Hit::Ok => passes.push(at),
                Hit::Over { retry_after } => {
                    let wait = i64::try_from(retry_after.as_micros()).expect("small");
                    assert!((1..=60 * SECOND).contains(&wait), "{wait}");
                    if wait > 1 {
                        let early = at + wait - 1;
                        assert!(!passed(&cluster, "k", limit, early), "case {case}: early");
                    }
                    at += wait;
                    assert!(passed(&cluster, "k", limit, at), "case {case}: late");
                    passes.push(at);
                }
            }
        }
        for windows in [1, 5] {
            let most = usize::try_from(limit).expect("small") * (windows + 1);
            let length = 60 * SECOND * i64::try_from(windows).expect("small");
            for (first, start) in passes.iter().enumerate() {
                let inside = passes[first..].iter().take_while(|p| **p < start + length);
                assert!(inside.count() <= most, "case {case}");
            }
        }
    }
}

#[test]
fn expired_keys_are_swept_as_new_ones_come() {
    let cluster = small(1_000_000);
    for key in 0..1_000 {
        assert!(passed(&cluster, &format!("old {key}"), 1, START));
    }
    assert_eq!(cluster.keys(), 1_000);
    for key in 0..200 {
        passed(&cluster, &format!("new {key}"), 1, START + 120 * SECOND);
    }
    assert_eq!(cluster.keys(), 200);
}

#[test]
fn a_flood_of_keys_is_bounded_and_does_not_free_the_one_held_back() {
    let cluster = small(1_600);
    for _ in 0..5 {
        assert!(passed(&cluster, "held", 5, START));
    }
    for key in 0..50_000 {
        // Nobody new is refused because the table is full.
        assert!(passed(
            &cluster,
            &format!("flood {key}"),
            5,
            START + 1 + key
        ));
    }
    assert!(cluster.keys() <= 1_600);
    assert!(!passed(&cluster, "held", 5, START + SECOND));
}
