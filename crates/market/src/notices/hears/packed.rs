//! A farm packs other quantities than were ordered. Its customer sees it at once; the mail waits for what else it packs
//! so, since a farm that is short of one thing goes on packing.
use std::time::Duration;

use super::{IN_APP, Tell, To};
use crate::{
    kernel::ids::FarmOrderId,
    notices::model::{Changed, Channel, Kind},
    orders::model::{Following, LineChange, Order},
};

/// The mail goes this long after the first pick.
pub const HELD: Duration = Duration::from_mins(10);
/// Picks until then are in it: the rest of the time is for transactions that are still under way.
const JOINS: Duration = Duration::from_mins(9);

const EMAIL: &[Channel] = &[Channel::Email];

/// Of the picks in this version of the order: the customer at once and later by mail. A farm reads what others packed
/// for it, never its own act.
pub fn who_hears(version: i64, following: &Following) -> Vec<Tell> {
    let is_now = |change: &&LineChange| change.order_version == version;
    let now: Vec<&LineChange> = picks(following).filter(is_now).collect();
    let Some(first) = now.first() else {
        return Vec::new();
    };
    let id = &following.order.id;
    let event = format!("{id}@{version}");
    let mut tells = vec![tell(To::Customer, Kind::Short, IN_APP, event, &now)];
    if !first.role.is_farm()
        && let Some(part) = following.order.part(&first.part)
    {
        let farm = To::Farm(part.farm.id.clone());
        let event = format!("{id}@{version}/{}", part.farm.id);
        tells.push(tell(farm, Kind::FarmChanged, IN_APP, event, &now));
    }
    let since = batches(following).into_iter().find_map(|batch| {
        let has = batch.iter().any(|one| one.order_version == version);
        has.then(|| batch.first().map(|first| first.order_version))?
    });
    tells.extend(since.and_then(|since| mail(since, following)));
    tells
}

/// What one mail tells: all that was picked since this version of the order, while the mail waited.
pub fn mail(since: i64, following: &Following) -> Option<Tell> {
    let begins =
        |batch: &Vec<&LineChange>| batch.first().map(|one| one.order_version) == Some(since);
    let batch = batches(following).into_iter().find(begins)?;
    let first = batch.first()?;
    // What was found after all is no news.
    if folded(batch.iter().copied(), &following.order).is_empty() {
        return None;
    }
    let event = format!("{}@{since}", following.order.id);
    Some(Tell {
        waits_until: Some(first.at.plus(HELD)),
        ..tell(To::Customer, Kind::Short, EMAIL, event, &batch)
    })
}

/// The version that a held mail begins with; `None`: it is another that waits.
pub fn since(tell: &Tell, following: &Following) -> Option<i64> {
    let first = tell.events.first().filter(|_| tell.kind == Kind::Short)?;
    let first = picks(following).find(|one| one.id.as_str() == first)?;
    Some(first.order_version)
}

/// Each line once, from what it was to what it is; what came back to what it was is left out.
pub fn folded<'c>(changes: impl Iterator<Item = &'c LineChange>, order: &Order) -> Vec<Changed> {
    let mut lines: Vec<(&FarmOrderId, Changed)> = Vec::new();
    for change in changes {
        let known = lines.iter_mut().find(|(part, line)| {
            *part == &change.part && line.product == change.product && line.unit == change.unit
        });
        match known {
            Some((_, line)) => line.to = change.to,
            None => lines.push((&change.part, Changed::new(change, order))),
        }
    }
    lines
        .into_iter()
        .map(|(_, line)| line)
        .filter(|line| line.from != line.to)
        .collect()
}

fn tell(
    to: To,
    kind: Kind,
    channels: &'static [Channel],
    event: String,
    changes: &[&LineChange],
) -> Tell {
    let mut parts: Vec<FarmOrderId> = changes.iter().map(|one| one.part.clone()).collect();
    parts.dedup();
    Tell {
        kind,
        to,
        channels,
        event,
        parts,
        events: changes.iter().map(|one| one.id.to_string()).collect(),
        waits_until: None,
        corrects: None,
        moved: None,
    }
}

/// A line that was packed as it was is no news.
fn picks(following: &Following) -> impl Iterator<Item = &LineChange> {
    following
        .changes
        .iter()
        .filter(|one| one.is_pick() && one.from != one.to)
}

/// Picks that follow each other before a mail goes.
fn batches(following: &Following) -> Vec<Vec<&LineChange>> {
    let mut batches: Vec<Vec<&LineChange>> = Vec::new();
    for pick in picks(following) {
        let open = batches.last_mut().filter(|batch| {
            batch
                .first()
                .is_some_and(|first| pick.at < first.at.plus(JOINS))
        });
        match open {
            Some(batch) => batch.push(pick),
            None => batches.push(vec![pick]),
        }
    }
    batches
}
