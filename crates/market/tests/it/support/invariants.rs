//! What must hold at the end of every test, whatever it did.
use std::collections::{BTreeMap, BTreeSet};

use market::orders::model::{Status, status};

use super::TestApp;

type Part = (String, String, Status, i64, i64);
type Event = (String, String, i64, Option<Status>, Status, i64);

pub async fn check(app: &TestApp) {
    drained(app).await;
    holds(app).await;
}

pub async fn drained(app: &TestApp) {
    let dead: Vec<(String, String, Option<String>)> = app
        .read()
        .await
        .all(
            "SELECT kind, key, last_error FROM outbox WHERE dead_at IS NOT NULL",
            &[],
        )
        .await
        .expect("readable");
    assert!(dead.is_empty(), "jobs were given up: {dead:?}");
    let due = app
        .count(
            "SELECT COUNT(*) FROM outbox WHERE done_at IS NULL AND due_at <= $1",
            &[&app.now()],
        )
        .await;
    assert_eq!(due, 0, "the outbox is not drained");
}

/// State, history and outbox agree.
pub async fn holds(app: &TestApp) {
    // One snapshot: tests may still be at work.
    let read = app.read().await;
    let orders: Vec<(String, Status, i64)> = read
        .all("SELECT id, status, version FROM orders ORDER BY id", &[])
        .await
        .expect("orders");
    let parts: Vec<Part> = read
        .all(
            "SELECT id, order_id, status, version, last_seq FROM farm_orders ORDER BY id",
            &[],
        )
        .await
        .expect("parts");
    let events: Vec<Event> = read
        .all(
            "SELECT id, farm_order_id, seq, from_status, to_status, order_version FROM status_events \
             ORDER BY farm_order_id, seq",
            &[],
        )
        .await
        .expect("events");
    let changes: Vec<(String, String, i64)> = read
        .all(
            "SELECT order_id, farm_order_id, order_version FROM order_changes \
             GROUP BY order_id, farm_order_id, order_version",
            &[],
        )
        .await
        .expect("changes");
    let arrivals: Vec<(String, i64)> = read
        .all("SELECT order_id, order_version FROM arrivals", &[])
        .await
        .expect("arrivals");
    let late: Vec<(String, i64, String)> = read
        .all(
            "SELECT order_id, order_version, message_id FROM late_orders",
            &[],
        )
        .await
        .expect("late orders");
    let moves: Vec<(String, i64, String)> = read
        .all(
            "SELECT order_id, order_version, move_id FROM order_moves",
            &[],
        )
        .await
        .expect("moves");
    let pushed: Vec<(String,)> = read
        .all(
            "SELECT key FROM outbox WHERE kind = 'order.status_changed' ORDER BY key",
            &[],
        )
        .await
        .expect("jobs");
    let mut by_part: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in &events {
        by_part.entry(&event.1).or_default().push(event);
    }
    for part in &parts {
        let changed = changes.iter().filter(|change| change.1 == part.0).count();
        part_holds(part, &by_part[part.0.as_str()], changed);
    }
    for (id, status, version) in &orders {
        let mine: Vec<&Part> = parts.iter().filter(|part| part.1 == *id).collect();
        let parent = status::parent(mine.iter().map(|part| part.2));
        assert_eq!(*status, parent, "{id}'s status is not that of its parts");
        let versions: BTreeSet<i64> = mine
            .iter()
            .flat_map(|part| by_part[part.0.as_str()].iter().map(|event| event.5))
            .chain(
                changes
                    .iter()
                    .filter(|change| change.0 == *id)
                    .map(|change| change.2),
            )
            .chain(
                arrivals
                    .iter()
                    .filter(|arrival| arrival.0 == *id)
                    .map(|arrival| arrival.1),
            )
            .chain(late.iter().filter(|late| late.0 == *id).map(|late| late.1))
            .chain(
                moves
                    .iter()
                    .filter(|moved| moved.0 == *id)
                    .map(|moved| moved.1),
            )
            .collect();
        let dense: BTreeSet<i64> = (1..=*version).collect();
        assert_eq!(versions, dense, "{id}'s versions and its history differ");
    }
    let written: BTreeSet<&str> = events
        .iter()
        .map(|event| event.0.as_str())
        .filter(|id| !id.starts_with("evt_seed_"))
        .collect();
    let announced: BTreeSet<&str> = pushed.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(
        pushed.len(),
        announced.len(),
        "an event was announced twice"
    );
    assert_eq!(written, announced, "history and outbox differ");
    let changes: Vec<(String,)> = read
        .all("SELECT id FROM order_changes", &[])
        .await
        .expect("changes");
    let events: BTreeSet<&str> = events
        .iter()
        .map(|event| event.0.as_str())
        .chain(changes.iter().map(|row| row.0.as_str()))
        .chain(late.iter().map(|late| late.2.as_str()))
        .chain(moves.iter().map(|moved| moved.2.as_str()))
        .collect();
    let told: Vec<(String, String)> = read
        .all("SELECT id, args FROM notices", &[])
        .await
        .expect("notices");
    for (id, args) in &told {
        let args = market::notices::model::Args::from_json(args);
        let known = args.events.iter().all(|of| events.contains(of.as_str()));
        assert!(
            known && !args.events.is_empty(),
            "{id} tells of nothing that happened"
        );
    }
}

fn part_holds((id, _, status, version, last_seq): &Part, events: &[&Event], changed: usize) {
    let seqs: Vec<i64> = events.iter().map(|event| event.2).collect();
    let dense: Vec<i64> = (1..=*last_seq).collect();
    assert_eq!(seqs, dense, "{id}'s history has gaps");
    let changed = i64::try_from(changed).expect("few");
    assert_eq!(*version, *last_seq + changed, "{id}'s version");
    let mut stands = None;
    for event in events {
        assert_eq!(event.3, stands, "{id}'s history jumps: {event:?}");
        stands = Some(event.4);
    }
    assert_eq!(stands, Some(*status), "{id} is not where its history ends");
}
