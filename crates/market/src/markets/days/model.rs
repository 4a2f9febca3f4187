//! A market day as its manager sees it: when it takes orders, where they are collected, what may happen to it next.
use jiff::{
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use crate::{
    kernel::{
        ids::{DayId, PlaceId, WindowId},
        time::{self, Ts},
    },
    markets::model::DayStatus,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub id: DayId,
    /// `2026-11-28`, local to the market.
    pub date: String,
    pub status: DayStatus,
    pub opens_at: Ts,
    pub cutoff_at: Ts,
    /// Where the cut-off was before somebody closed the day by hand.
    pub planned_cutoff_at: Option<Ts>,
    pub ends_at: Ts,
    pub version: i64,
}

/// A span in which orders are collected at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub id: WindowId,
    pub day: DayId,
    pub place: PlaceId,
    pub place_name: String,
    /// `09:00`, local to the market.
    pub starts: String,
    pub ends: String,
    pub capacity: i64,
    /// Orders that have a place in it.
    pub taken: i64,
}

/// What somebody wants of a day, by button or by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Schedule,
    Open,
    Close,
    Reopen,
    Cancel,
    /// A cancelled day begins again as a draft: its date is taken by it.
    Restore,
}

impl Step {
    pub const ALL: [Self; 6] = [
        Self::Schedule,
        Self::Open,
        Self::Close,
        Self::Reopen,
        Self::Cancel,
        Self::Restore,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "SCHEDULE",
            Self::Open => "OPEN",
            Self::Close => "CLOSE",
            Self::Reopen => "REOPEN",
            Self::Cancel => "CANCEL",
            Self::Restore => "RESTORE",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

/// All there is: from, step, to.
pub const STEPS: [(DayStatus, Step, DayStatus); 12] = [
    (DayStatus::Draft, Step::Schedule, DayStatus::Scheduled),
    (DayStatus::Draft, Step::Open, DayStatus::Open),
    (DayStatus::Draft, Step::Cancel, DayStatus::Cancelled),
    (DayStatus::Scheduled, Step::Open, DayStatus::Open),
    (DayStatus::Scheduled, Step::Close, DayStatus::Closed),
    (DayStatus::Scheduled, Step::Cancel, DayStatus::Cancelled),
    (DayStatus::Open, Step::Close, DayStatus::Closed),
    (DayStatus::Open, Step::Cancel, DayStatus::Cancelled),
    (DayStatus::Closed, Step::Reopen, DayStatus::Open),
    (DayStatus::Closed, Step::Cancel, DayStatus::Cancelled),
    (DayStatus::Harvested, Step::Cancel, DayStatus::Cancelled),
    (DayStatus::Cancelled, Step::Restore, DayStatus::Draft),
];

impl DayStatus {
    /// Where a step leads from here; `None` if it leads nowhere.
    pub fn after(self, step: Step) -> Option<Self> {
        STEPS
            .into_iter()
            .find(|(from, by, _)| *from == self && *by == step)
            .map(|(_, _, to)| to)
    }

    /// Times and windows may still be changed.
    pub const fn is_editable(self) -> bool {
        matches!(
            self,
            Self::Draft | Self::Scheduled | Self::Open | Self::Closed
        )
    }
}

impl Day {
    pub fn accepts_orders(&self, now: Ts) -> bool {
        self.status
            .accepts_orders(self.opens_at, self.cutoff_at, now)
    }

    /// The steps a manager may take now. Whether open orders forbid to cancel is asked when it is tried.
    pub fn steps(&self, now: Ts) -> Vec<Step> {
        let open_in_vain = now >= self.planned_cutoff();
        Step::ALL
            .into_iter()
            .filter(|step| self.status.after(*step).is_some())
            .filter(|step| !(open_in_vain && matches!(step, Step::Open | Step::Reopen)))
            .collect()
    }

    /// The cut-off as it was planned, whenever somebody closed the day.
    pub fn planned_cutoff(&self) -> Ts {
        self.planned_cutoff_at.unwrap_or(self.cutoff_at)
    }

    /// The day after a step. Opened by hand it takes orders from now on; closed by hand it has its cut-off now, for
    /// whoever orders, changes or harvests; opened again it has the one that was planned. `None`: it leads nowhere.
    pub fn after(&self, step: Step, now: Ts) -> Option<Self> {
        let mut after = self.clone();
        after.status = self.status.after(step)?;
        match (step, after.status) {
            (Step::Close, _) if now < self.cutoff_at && self.opens_at < now.to_the_minute() => {
                after.planned_cutoff_at = Some(self.cutoff_at);
                after.cutoff_at = now.to_the_minute();
            }
            (_, DayStatus::Open) => {
                after.opens_at = self.opens_at.min(now);
                after.cutoff_at = self.planned_cutoff();
                after.planned_cutoff_at = None;
            }
            _ => {}
        }
        Some(after)
    }

    /// What time alone does next, if it is due: a day whose hour has come opens, one past its cut-off closes. A day
    /// that nobody looked at in between does both, one after the other.
    pub fn due(&self, now: Ts) -> Option<Step> {
        match self.status {
            DayStatus::Scheduled if self.opens_at <= now => Some(Step::Open),
            DayStatus::Open if self.cutoff_at <= now => Some(Step::Close),
            _ => None,
        }
    }
}

/// The instant of a local date and time. In a gap of daylight saving (a clock goes from 1:59 to 3:00) the later one: a
/// missing 2:30 is 3:30 by the new clock. In a fold (2:59 to 2:00) the first of the two. That is jiff's `compatible`.
pub fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<Ts> {
    time::instant(DateTime::from_parts(date, time), zone)
}

/// A new or changed day after everything that was typed has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub date: Date,
    pub opens_at: Ts,
    pub cutoff_at: Ts,
    pub ends_at: Ts,
    pub windows: Vec<PlannedWindow>,
    /// Windows that go.
    pub removed: Vec<WindowId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedWindow {
    /// `None`: a new one.
    pub id: Option<WindowId>,
    pub place: PlaceId,
    /// `09:00`
    pub starts: String,
    pub ends: String,
    pub starts_at: Ts,
    pub ends_at: Ts,
    pub capacity: i64,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn day(status: DayStatus) -> Day {
        Day {
            id: DayId::new("day_1"),
            date: "2026-11-28".to_owned(),
            status,
            opens_at: Ts::from_micros(10),
            cutoff_at: Ts::from_micros(20),
            planned_cutoff_at: None,
            ends_at: Ts::from_micros(30),
            version: 1,
        }
    }

    #[test]
    fn the_steps_are_those_of_the_table_and_no_other() {
        let pairs: BTreeSet<_> = STEPS
            .iter()
            .map(|(from, step, _)| (from.as_str(), step.as_str()))
            .collect();
        assert_eq!(pairs.len(), STEPS.len(), "one step leads to two places");
        for from in DayStatus::ALL {
            for step in Step::ALL {
                let listed = STEPS.iter().find(|row| row.0 == *from && row.1 == step);
                assert_eq!(from.after(step), listed.map(|row| row.2));
            }
        }
        // What is over stays over, and goods on their way are not called back.
        for over in [DayStatus::Distributed, DayStatus::Settled] {
            assert!(Step::ALL.iter().all(|step| over.after(*step).is_none()));
            assert!(!over.is_editable());
        }
        assert!(!DayStatus::Cancelled.is_editable());
        for step in Step::ALL {
            assert_eq!(Step::parse(step.as_str()), Some(step));
        }
        assert_eq!(Step::parse("SETTLE"), None);
    }

    #[test]
    fn nobody_opens_a_day_past_its_cut_off() {
        let now = Ts::from_micros;
        assert_eq!(
            day(DayStatus::Closed).steps(now(19)),
            [Step::Reopen, Step::Cancel]
        );
        assert_eq!(day(DayStatus::Closed).steps(now(20)), [Step::Cancel]);
        assert_eq!(
            day(DayStatus::Draft).steps(now(20)),
            [Step::Schedule, Step::Cancel]
        );
        assert_eq!(day(DayStatus::Settled).steps(now(0)), []);
    }

    #[test]
    fn time_opens_and_closes_what_is_due_whenever_it_is_asked() {
        let due = |status, now| day(status).due(Ts::from_micros(now));
        assert_eq!(due(DayStatus::Scheduled, 9), None);
        assert_eq!(due(DayStatus::Scheduled, 10), Some(Step::Open));
        // Long after: it opens late and closes right behind.
        assert_eq!(due(DayStatus::Scheduled, 99), Some(Step::Open));
        assert_eq!(due(DayStatus::Open, 19), None);
        assert_eq!(due(DayStatus::Open, 20), Some(Step::Close));
        for status in [DayStatus::Draft, DayStatus::Closed, DayStatus::Cancelled] {
            assert_eq!(due(status, 99), None);
        }
        assert!(day(DayStatus::Open).accepts_orders(Ts::from_micros(10)));
        assert!(!day(DayStatus::Draft).accepts_orders(Ts::from_micros(10)));
    }

    #[test]
    fn local_hours_follow_both_changes_of_daylight_saving() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |date: &str, time: &str| {
            instant(date.parse().unwrap(), time.parse().unwrap(), &zone)
                .unwrap()
                .rfc3339()
        };
        // The week of each change: the same local hour is another instant.
        assert_eq!(at("2026-03-28", "20:00"), "2026-03-28T19:00:00Z");
        assert_eq!(at("2026-03-29", "20:00"), "2026-03-29T18:00:00Z");
        assert_eq!(at("2026-10-24", "20:00"), "2026-10-24T18:00:00Z");
        assert_eq!(at("2026-10-25", "20:00"), "2026-10-25T19:00:00Z");
        // The gap of spring: 2:30 is not there and moves forward to 3:30 summer time.
        assert_eq!(at("2026-03-29", "02:30"), "2026-03-29T01:30:00Z");
        assert_eq!(
            at("2026-03-29", "02:30"),
            at("2026-03-29", "03:30"),
            "the hour that is skipped"
        );
        // The fold of autumn: 2:30 comes twice, the first, still in summer time, counts.
        assert_eq!(at("2026-10-25", "02:30"), "2026-10-25T00:30:00Z");
    }
}
