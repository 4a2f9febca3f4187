//! Chaining what was written.
//!
//! A hash in the transaction of an act would make every writer wait for the one before; so a job seals what has been
//! committed, each minute. A row is looked for by the time in its id, from a while before the youngest sealed one: a
//! transaction that took longer than others is not missed. Each hash also goes to the log: whoever keeps logs elsewhere
//! can tell a chain that was made anew.
use std::{collections::HashSet, time::Duration};

use db::Read;
use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::{
    check::{LATE, seal_of, sealed_ids},
    model::{Leaf, tail_from},
    store::{self, Seal},
};
use crate::{app::App, error::Result, kernel::time::Ts};

#[derive(Debug, Serialize, Deserialize)]
pub struct SealAudit {}

impl Job for SealAudit {
    const KIND: &'static str = "audit.seal";
}

const EVERY: Duration = Duration::from_mins(1);
/// Rows in one seal.
pub const BATCH: usize = 1000;
const PAGE: i64 = 1000;

pub async fn seal(app: &App) -> Result<Outcome> {
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let last = store::find_last_seal(&read).await?;
    let since = store::find_sealed_until(&read).await?;
    let since = since.map_or(Ts::from_micros(0), |until| until.minus(LATE));
    let lists = store::list_sealed_since(&read, since).await?;
    let known: HashSet<&str> = lists.iter().flat_map(|list| sealed_ids(list)).collect();
    let mut leaves = entries(&read, since, &known).await?;
    leaves.extend(events(&read, since, &known).await?);
    drop(read);
    let more = leaves.len() > BATCH;
    leaves.sort_by(|a, b| a.tail().cmp(b.tail()));
    leaves.truncate(BATCH);
    if !leaves.is_empty() {
        let seal = seal_of(last.as_ref(), &leaves, now);
        let tx = app.db.write().await?;
        // Another worker's, meanwhile, has the same number: then this one is lost, and tried again.
        store::insert_seal(&tx, &seal).await?;
        tx.commit().await?;
        let Seal {
            seq, size, hash, ..
        } = seal;
        tracing::info!(seq, size, hash, "audit sealed");
    }
    let next = if more { now } else { now.plus(EVERY) };
    Ok(Outcome::Again { at: next.micros() })
}

/// The oldest rows that no seal holds, one more than a seal takes at most.
async fn entries(read: &Read, since: Ts, known: &HashSet<&str>) -> Result<Vec<Leaf>> {
    let mut found = Vec::new();
    let mut after = format!("aud_{}", tail_from(since));
    loop {
        let page = store::list_entries_after(read, &after, "aud_g", PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after.clone_from(&last.id);
        let new = page.into_iter().map(Leaf::from);
        found.extend(new.filter(|leaf| !known.contains(&*leaf.id)));
        if found.len() > BATCH {
            return Ok(found);
        }
    }
}

async fn events(read: &Read, since: Ts, known: &HashSet<&str>) -> Result<Vec<Leaf>> {
    let mut found = Vec::new();
    let mut after = format!("evt_{}", tail_from(since));
    loop {
        let page = store::list_events_after(read, &after, "evt_g", PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after.clone_from(&last.id);
        let new = page.into_iter().map(Leaf::from);
        found.extend(new.filter(|leaf| !known.contains(&*leaf.id)));
        if found.len() > BATCH {
            return Ok(found);
        }
    }
}
