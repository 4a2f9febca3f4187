//! The chain: how a seal is made, and whether every one of them still holds.
use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use db::{Read, Result};
use serde::Serialize;

use super::{
    model::{Leaf, made_at},
    store::{self, Seal},
};
use crate::kernel::{hash, time::Ts};

/// The next link: `hash` is that of the link before and of its rows, each written down in the one way.
pub fn seal_of(last: Option<&Seal>, leaves: &[Leaf], now: Ts) -> Seal {
    let prev = last.map_or("", |last| &last.hash);
    let lines = leaves
        .iter()
        .map(|leaf| format!("{} {}\n", leaf.id, hash::sha256(&leaf.text)));
    let until = leaves.iter().filter_map(|leaf| made_at(&leaf.id)).max();
    Seal {
        seq: last.map_or(1, |last| last.seq + 1),
        prev: prev.to_owned(),
        hash: chained(prev, leaves),
        sealed: lines.collect(),
        size: i64::try_from(leaves.len()).unwrap_or(0),
        until_at: until.unwrap_or(now),
        sealed_at: now,
    }
}

fn chained(prev: &str, leaves: &[Leaf]) -> String {
    let mut text = prev.to_owned();
    for leaf in leaves {
        text.push('\n');
        text.push_str(&leaf.text);
    }
    hash::sha256(&text)
}

/// The ids in a seal's list.
pub fn sealed_ids(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter_map(|line| line.split(' ').next())
}

/// What is first found to be not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// A row is not what was sealed.
    RowChanged,
    /// A row that was sealed is gone.
    RowRemoved,
    /// A row stands among sealed ones and was never sealed.
    RowInserted,
    /// A seal was changed.
    SealChanged,
    /// A seal is missing.
    SealRemoved,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    pub wrong: Wrong,
    pub seal: i64,
    pub row: Option<String>,
}

/// What was looked at, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub seals: i64,
    pub rows: i64,
    /// Younger than the last seal: not chained yet.
    pub open: i64,
    /// The newest hash; whoever wrote down an older one can compare it with the log.
    pub head: Option<String>,
    pub broken: Option<Broken>,
}

/// Longer than any transaction takes: a request has 25 seconds.
pub const LATE: Duration = Duration::from_mins(2);
const SEALS: i64 = 20;
const ROWS: i64 = 1000;

/// Reads the whole chain again, from its first link.
pub async fn check(read: &Read) -> Result<Report> {
    let mut report = Report::default();
    let mut known = HashSet::new();
    loop {
        let seals = store::list_seals_after(read, report.seals, SEALS).await?;
        if seals.is_empty() {
            break;
        }
        for seal in seals {
            let next = report.seals + 1;
            let prev = report.head.take().unwrap_or_default();
            let found = if seal.seq == next {
                check_rows(read, &seal, &prev).await?
            } else {
                Some((Wrong::SealRemoved, None))
            };
            if let Some((wrong, row)) = found {
                report.broken = Some(Broken {
                    wrong,
                    seal: next,
                    row,
                });
                return Ok(report);
            }
            known.extend(sealed_ids(&seal.sealed).map(str::to_owned));
            report.seals = seal.seq;
            report.rows += seal.size;
            report.head = Some(seal.hash);
        }
    }
    among(read, &known, &mut report).await?;
    Ok(report)
}

/// One seal against the rows it names.
async fn check_rows(
    read: &Read,
    seal: &Seal,
    prev: &str,
) -> Result<Option<(Wrong, Option<String>)>> {
    let rows = rows_of(read, seal).await?;
    let mut leaves = Vec::new();
    for line in seal.sealed.lines() {
        let Some((id, was)) = line.split_once(' ') else {
            return Ok(Some((Wrong::SealChanged, None)));
        };
        let leaf = match rows.get(id) {
            Some(leaf) => Some(leaf.clone()),
            None => find(read, id).await?,
        };
        match leaf {
            None => return Ok(Some((Wrong::RowRemoved, Some(id.to_owned())))),
            Some(leaf) if hash::sha256(&leaf.text) != was => {
                return Ok(Some((Wrong::RowChanged, Some(id.to_owned()))));
            }
            Some(leaf) => leaves.push(leaf),
        }
    }
    let whole = seal.prev == prev
        && i64::try_from(leaves.len()) == Ok(seal.size)
        && chained(prev, &leaves) == seal.hash;
    Ok((!whole).then_some((Wrong::SealChanged, None)))
}

/// Most of a seal's rows in two statements; the rest are asked for one by one.
async fn rows_of(read: &Read, seal: &Seal) -> Result<BTreeMap<String, Leaf>> {
    let mut leaves: Vec<Leaf> = Vec::new();
    if let Some((after, before)) = span(&seal.sealed, "aud_") {
        let found = store::list_entries_after(read, &after, &before, ROWS).await?;
        leaves.extend(found.into_iter().map(Leaf::from));
    }
    if let Some((after, before)) = span(&seal.sealed, "evt_") {
        let found = store::list_events_after(read, &after, &before, ROWS).await?;
        leaves.extend(found.into_iter().map(Leaf::from));
    }
    Ok(leaves
        .into_iter()
        .map(|leaf| (leaf.id.clone(), leaf))
        .collect())
}

/// Just before the first and just after the last id of a kind.
fn span(list: &str, kind: &str) -> Option<(String, String)> {
    let ids = || sealed_ids(list).filter(|id| id.starts_with(kind));
    let (first, last) = (ids().min()?, ids().max()?);
    let after = first.get(..first.len() - 1)?;
    Some((after.to_owned(), format!("{last}0")))
}

async fn find(read: &Read, id: &str) -> Result<Option<Leaf>> {
    if id.starts_with("aud_") {
        Ok(store::find_entry(read, id).await?.map(Leaf::from))
    } else {
        Ok(store::find_event(read, id).await?.map(Leaf::from))
    }
}

/// Rows that no seal holds although younger ones are sealed, and those that wait for the next seal.
async fn among(read: &Read, known: &HashSet<String>, report: &mut Report) -> Result<()> {
    let until = store::find_sealed_until(read).await?;
    let until = until.map_or(Ts::from_micros(0), |until| until.minus(LATE));
    for kind in ["aud_", "evt_"] {
        let mut after = format!("{kind}0");
        loop {
            let page: Vec<Leaf> = if kind == "aud_" {
                let page = store::list_entries_after(read, &after, "auz", ROWS).await?;
                page.into_iter().map(Leaf::from).collect()
            } else {
                // Events of the demo's past, which no clock numbered, are not chained.
                let page = store::list_events_after(read, &after, "evt_g", ROWS).await?;
                page.into_iter().map(Leaf::from).collect()
            };
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for leaf in page.into_iter().filter(|leaf| !known.contains(&leaf.id)) {
                if made_at(&leaf.id).is_some_and(|at| at >= until) {
                    report.open += 1;
                } else if report.broken.is_none() {
                    report.broken = Some(Broken {
                        wrong: Wrong::RowInserted,
                        seal: report.seals,
                        row: Some(leaf.id),
                    });
                }
            }
        }
    }
    Ok(())
}
