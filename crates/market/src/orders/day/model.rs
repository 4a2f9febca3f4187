//! What a manager sees of a day: counts by farm and status, and what is an exception.
use std::{collections::BTreeMap, time::Duration};

use crate::{
    kernel::{
        hash,
        ids::{DayId, FarmId},
        time::Ts,
    },
    orders::model::Status,
};

/// Until then a farm may not have begun; doors open at the first window.
const STARTED_BY: Duration = Duration::from_hours(2);
/// Until then a farm may still be packing.
const PACKED_BY: Duration = Duration::from_mins(30);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub id: DayId,
    /// `2026-11-28`, local to the market.
    pub date: String,
}

/// A collection window and how full it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub place: String,
    pub starts: String,
    pub ends: String,
    pub starts_at: Ts,
    pub capacity: i64,
    pub taken: i64,
}

/// One farm's parts of the day's orders, by what there is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarmLine {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
    pub to_pack: i64,
    pub packing: i64,
    pub ready: i64,
    pub missed: i64,
    pub done: i64,
    /// To be paid at the stall, in minor units, of what is not handed over yet.
    pub cash: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// Nothing is begun.
    NotBegun,
    /// Something is not packed.
    NotPacked,
}

/// Farm, status, how many.
pub type Count = (FarmId, String, String, Status, i64);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// `None` while the market has no day at all.
    pub day: Option<Day>,
    pub spans: Vec<Span>,
    pub farms: Vec<FarmLine>,
    /// Orders that were not cancelled, and those that wait at the stall in full.
    pub orders: i64,
    pub ready: i64,
    /// Of fees that belong to no farm.
    pub cash_of_none: i64,
    /// Farms that applied and wait for an answer.
    pub applied: i64,
}

impl FarmLine {
    fn new(id: FarmId, slug: String, name: String) -> Self {
        Self {
            id,
            slug,
            name,
            to_pack: 0,
            packing: 0,
            ready: 0,
            missed: 0,
            done: 0,
            cash: 0,
        }
    }

    fn add(&mut self, status: Status, count: i64) {
        let sum = match status {
            Status::Pending | Status::Confirmed => &mut self.to_pack,
            Status::Preparing => &mut self.packing,
            Status::Ready | Status::OutForDelivery => &mut self.ready,
            Status::Missed => &mut self.missed,
            Status::Fulfilled | Status::Completed => &mut self.done,
            Status::Cancelled => return,
        };
        *sum += count;
    }

    pub const fn all(&self) -> i64 {
        self.to_pack + self.packing + self.ready + self.missed + self.done
    }

    /// Whether it should be further by now.
    pub fn late(&self, doors: Ts, now: Ts) -> Option<Late> {
        let begun = self.packing + self.ready + self.missed + self.done > 0;
        if self.to_pack > 0 && !begun && now >= doors.minus(STARTED_BY) {
            Some(Late::NotBegun)
        } else if self.to_pack + self.packing > 0 && now >= doors.minus(PACKED_BY) {
            Some(Late::NotPacked)
        } else {
            None
        }
    }
}

/// The farms by name, each with its counts; those with nothing but cancelled parts are left out.
pub fn farms(counts: Vec<Count>, cash: &[(FarmId, i64)]) -> Vec<FarmLine> {
    let mut farms: BTreeMap<(String, FarmId), FarmLine> = BTreeMap::new();
    for (id, slug, name, status, count) in counts {
        let line = farms
            .entry((name.clone(), id.clone()))
            .or_insert_with(|| FarmLine::new(id, slug, name));
        line.add(status, count);
    }
    for line in farms.values_mut() {
        let mine = cash.iter().filter(|(farm, _)| *farm == line.id);
        line.cash = mine.map(|(_, minor)| minor).sum();
    }
    farms.into_values().filter(|line| line.all() > 0).collect()
}

impl Overview {
    /// When the first window opens.
    pub fn doors(&self) -> Option<Ts> {
        self.spans.iter().map(|span| span.starts_at).min()
    }

    pub fn late(&self, now: Ts) -> Vec<(&FarmLine, Late)> {
        let Some(doors) = self.doors() else {
            return Vec::new();
        };
        let late = |farm| FarmLine::late(farm, doors, now).map(|late| (farm, late));
        self.farms.iter().filter_map(late).collect()
    }

    pub fn cash(&self) -> i64 {
        self.farms.iter().map(|farm| farm.cash).sum::<i64>() + self.cash_of_none
    }

    /// The same text for the same state: what a browser has seen.
    pub fn digest(&self, now: Ts) -> String {
        let late: Vec<_> = self.late(now);
        hash::sha256(format!("{self:?}{late:?}"))[..16].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(to_pack: i64, packing: i64, ready: i64) -> FarmLine {
        FarmLine {
            to_pack,
            packing,
            ready,
            ..FarmLine::new(FarmId::new("frm_1"), "one".to_owned(), "One".to_owned())
        }
    }

    #[test]
    fn a_farm_is_late_when_it_should_be_further() {
        let doors = Ts::from_micros(0).plus(Duration::from_hours(9));
        let at =
            |hours: u64, mins: u64| Ts::from_micros(0).plus(Duration::from_mins(hours * 60 + mins));
        for (farm, now, late) in [
            (line(5, 0, 0), at(6, 59), None),
            (line(5, 0, 0), at(7, 0), Some(Late::NotBegun)),
            (line(5, 1, 0), at(8, 29), None),
            (line(5, 1, 0), at(8, 30), Some(Late::NotPacked)),
            (line(0, 1, 9), at(9, 30), Some(Late::NotPacked)),
            (line(0, 0, 9), at(10, 0), None),
            (line(0, 0, 0), at(10, 0), None),
        ] {
            assert_eq!(farm.late(doors, now), late, "{farm:?} at {now:?}");
        }
    }

    #[test]
    fn counts_are_summed_by_what_there_is_to_do() {
        let id = FarmId::new("frm_1");
        let count = |status: &Status| (id.clone(), "one".to_owned(), "One".to_owned(), *status, 2);
        let mut counts: Vec<Count> = Status::ALL.iter().map(count).collect();
        let gone = FarmId::new("frm_2");
        counts.push((
            gone,
            "two".to_owned(),
            "Two".to_owned(),
            Status::Cancelled,
            3,
        ));
        let farms = farms(counts, &[(id, 150)]);
        let [one] = &farms[..] else {
            panic!("{farms:?}")
        };
        let sums = (
            one.to_pack,
            one.packing,
            one.ready,
            one.missed,
            one.done,
            one.cash,
        );
        assert_eq!(sums, (4, 2, 4, 2, 4, 150));
        let overview = Overview {
            farms,
            cash_of_none: 50,
            ..Overview::default()
        };
        assert_eq!(overview.cash(), 200);
        assert!(
            overview.late(Ts::from_micros(i64::MAX)).is_empty(),
            "no window, no hurry"
        );
    }
}
