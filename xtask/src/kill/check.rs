//! Compares what was answered with what the database holds. Cut-off requests may be there
//! or not, but never half.

use super::Answered;
use crate::database::Database;
use crate::process::Result;
use std::collections::{HashMap, HashSet};

pub struct Event {
    pub id: String,
    pub farm_order: String,
    pub seq: i64,
    pub to: String,
    pub version: i64,
}

/// What `sqlite3` or `psql` printed of the tables.
pub struct Dump {
    pub events: Vec<Event>,
    /// Farm order and its status.
    pub farm_orders: Vec<(String, String)>,
    /// The key of each outbox row about a status event.
    pub outbox: Vec<String>,
    pub integrity: String,
}

impl Dump {
    pub fn read(database: &Database) -> Result<Self> {
        let events = "SELECT id, farm_order_id, seq, to_status, order_version FROM status_events \
                      ORDER BY farm_order_id, seq";
        let events = database
            .rows(events)?
            .into_iter()
            .map(event)
            .collect::<Result<_>>()?;
        let farm_orders = database.rows("SELECT id, status FROM farm_orders")?;
        let outbox = database.rows("SELECT key FROM outbox WHERE kind = 'order.status_changed'")?;
        Ok(Self {
            events,
            farm_orders: farm_orders.into_iter().map(pair).collect::<Result<_>>()?,
            outbox: outbox.into_iter().map(|row| row.concat()).collect(),
            integrity: database.integrity()?,
        })
    }
}

fn event(row: Vec<String>) -> Result<Event> {
    let [id, farm_order, seq, to, version] = <[String; 5]>::try_from(row).map_err(unreadable)?;
    Ok(Event {
        id,
        farm_order,
        seq: seq.parse()?,
        to,
        version: version.parse()?,
    })
}

fn pair(row: Vec<String>) -> Result<(String, String)> {
    let [id, status] = <[String; 2]>::try_from(row).map_err(unreadable)?;
    Ok((id, status))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err gives"
)]
fn unreadable(row: Vec<String>) -> String {
    format!("unexpected row {row:?}")
}

/// Everything that is wrong, in words. Events in `seeded` were there before the first
/// request: prepared data need not have been announced through the outbox.
pub fn problems(dump: &Dump, answers: &[Answered], seeded: &HashSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    if dump.integrity != "ok" {
        found.push(format!("integrity: {}", dump.integrity));
    }
    let mut by_order: HashMap<&str, Vec<&Event>> = HashMap::new();
    for event in &dump.events {
        by_order.entry(&event.farm_order).or_default().push(event);
    }
    for (id, status) in &dump.farm_orders {
        let events = by_order.get(id.as_str()).map_or(&[][..], Vec::as_slice);
        history(id, status, events, &mut found);
    }
    for answer in answers {
        let events = by_order
            .get(answer.farm_order.as_str())
            .map_or(&[][..], Vec::as_slice);
        answered(answer, events, &mut found);
    }
    outbox(dump, seeded, &mut found);
    found
}

fn history(id: &str, status: &str, events: &[&Event], found: &mut Vec<String>) {
    for (expected, event) in (1..).zip(events) {
        if event.seq != expected {
            found.push(format!(
                "{id}: seq {} stands where {expected} should",
                event.seq
            ));
            return;
        }
    }
    for two in events.windows(2) {
        if two[0].to == two[1].to {
            found.push(format!(
                "{id}: went to {} twice in a row (seq {})",
                two[1].to, two[1].seq
            ));
        }
        if two[0].version >= two[1].version {
            found.push(format!(
                "{id}: the order's version did not rise at seq {}",
                two[1].seq
            ));
        }
    }
    match events.last() {
        Some(last) if last.to != status => {
            found.push(format!(
                "{id}: is {status}, but its last event says {}",
                last.to
            ));
        }
        None => found.push(format!("{id}: has no history")),
        Some(_) => {}
    }
}

fn answered(answer: &Answered, events: &[&Event], found: &mut Vec<String>) {
    // An answer that changed nothing names the version it found, not that of the step.
    let there = events.iter().any(|event| {
        event.to == answer.status && (!answer.changed || event.version == answer.version)
    });
    if !there {
        let (id, status, version) = (&answer.farm_order, answer.status, answer.version);
        found.push(format!(
            "{id}: {status} at version {version} was answered and is lost"
        ));
    }
}

fn outbox(dump: &Dump, seeded: &HashSet<String>, found: &mut Vec<String>) {
    let mut rows: HashMap<&str, u32> = HashMap::new();
    for key in &dump.outbox {
        *rows.entry(key).or_default() += 1;
    }
    for event in &dump.events {
        let count = rows.remove(event.id.as_str()).unwrap_or(0);
        if count != 1 && !(count == 0 && seeded.contains(&event.id)) {
            found.push(format!("event {}: has {count} outbox rows", event.id));
        }
    }
    found.extend(
        rows.keys()
            .map(|key| format!("outbox row {key}: its event does not exist")),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> (Dump, Vec<Answered>) {
        let event = |seq: i64, to: &str| Event {
            id: format!("e{seq}"),
            farm_order: "f".into(),
            seq,
            to: to.into(),
            version: seq + 1,
        };
        let dump = Dump {
            events: vec![
                event(1, "CONFIRMED"),
                event(2, "PREPARING"),
                event(3, "READY"),
            ],
            farm_orders: vec![("f".into(), "READY".into())],
            outbox: vec!["e2".into(), "e3".into()],
            integrity: "ok".into(),
        };
        let answer = |status, version, changed| Answered {
            farm_order: "f".into(),
            status,
            version,
            changed,
        };
        (
            dump,
            vec![answer("PREPARING", 3, true), answer("READY", 4, false)],
        )
    }

    /// What the checker says of a world in which `spoil` has happened.
    fn after(spoil: impl FnOnce(&mut Dump, &mut Vec<Answered>)) -> Vec<String> {
        let (mut dump, mut answers) = world();
        spoil(&mut dump, &mut answers);
        problems(&dump, &answers, &HashSet::from(["e1".to_owned()]))
    }

    #[test]
    fn a_whole_world_has_no_problem() {
        assert_eq!(after(|_, _| {}), Vec::<String>::new());
    }

    #[test]
    fn each_planted_fault_is_seen() {
        let faults = [
            ("lost", after(|dump, _| drop(dump.events.pop()))),
            ("seq 3 stands", after(|dump, _| drop(dump.events.remove(1)))),
            (
                "last event says",
                after(|dump, _| dump.farm_orders[0].1 = "PREPARING".into()),
            ),
            (
                "twice in a row",
                after(|dump, _| dump.events[2].to = "PREPARING".into()),
            ),
            ("did not rise", after(|dump, _| dump.events[2].version = 3)),
            (
                "has no history",
                after(|dump, _| dump.farm_orders.push(("g".into(), "READY".into()))),
            ),
            (
                "has 0 outbox rows",
                after(|dump, _| drop(dump.outbox.pop())),
            ),
            (
                "has 2 outbox rows",
                after(|dump, _| dump.outbox.push("e2".into())),
            ),
            (
                "does not exist",
                after(|dump, _| dump.outbox.push("e9".into())),
            ),
            (
                "integrity",
                after(|dump, _| dump.integrity = "row 1 missing".into()),
            ),
            ("is lost", after(|_, answers| answers[0].version = 9)),
        ];
        for (words, found) in faults {
            assert!(
                found.iter().any(|problem| problem.contains(words)),
                "{words}: {found:?}"
            );
        }
    }
}
