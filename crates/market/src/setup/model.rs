//! The steps of the set-up, each saved before the next is shown.
use std::time::Duration;

use jiff::{
    ToSpan as _,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use crate::{
    kernel::{
        ids::{MarketId, PlaceId},
        money::Currency,
        time::Ts,
    },
    markets::model::{Fees, Market, Plan, PlannedWindow, instant},
    orders::model::wire_words,
};

/// A link's life.
pub const LINK_LIVES: Duration = Duration::from_mins(30);

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Market,
    Owner,
    Place,
    Done,
}

wire_words!(Step { Market "MARKET", Owner "OWNER", Place "PLACE", Done "DONE", });

impl Step {
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Market => Self::Owner,
            Self::Owner => Self::Place,
            Self::Place | Self::Done => Self::Done,
        }
    }

    /// Its place among the three that are shown.
    pub const fn number(self) -> usize {
        match self {
            Self::Market => 1,
            Self::Owner => 2,
            Self::Place | Self::Done => 3,
        }
    }
}

/// The market that is there before it has a name, so that every page and command has one to speak of.
pub fn unnamed() -> Market {
    Market {
        id: MarketId::new("mkt_first"),
        slug: "market".to_owned(),
        name: "Farmers market".to_owned(),
        address: String::new(),
        currency: Currency::Eur,
        zone_name: "UTC".to_owned(),
        zone: TimeZone::UTC,
        code_prefix: "FM".to_owned(),
        lang: "en".to_owned(),
        is_default: true,
        tax_included: true,
        fees: Fees::NONE,
        version: 1,
    }
}

/// A window that comes again every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weekly {
    pub weekday: Weekday,
    pub from: Time,
    pub to: Time,
    /// The cut-off: so many days before, at that time.
    pub days_before: i64,
    pub cutoff: Time,
    pub capacity: i64,
}

impl Weekly {
    /// The next day of it whose cut-off lies ahead; it takes orders from now on.
    pub fn next(&self, place: &PlaceId, zone: &TimeZone, now: Ts) -> Option<Plan> {
        let today = now.in_zone(zone).date();
        // Whatever the weekday, the cut-off of the second one from now lies ahead.
        (0..=14)
            .filter_map(|days| today.checked_add(days.days()).ok())
            .filter(|date| date.weekday() == self.weekday)
            .find_map(|date| self.on(date, place, zone, now))
    }

    fn on(&self, date: Date, place: &PlaceId, zone: &TimeZone, now: Ts) -> Option<Plan> {
        let cutoff_at = instant(
            date.checked_sub(self.days_before.days()).ok()?,
            self.cutoff,
            zone,
        )?;
        let (starts_at, ends_at) = (
            instant(date, self.from, zone)?,
            instant(date, self.to, zone)?,
        );
        if cutoff_at <= now {
            return None;
        }
        let text = |time: Time| time.strftime("%H:%M").to_string();
        Some(Plan {
            date,
            opens_at: now,
            cutoff_at,
            ends_at,
            windows: vec![PlannedWindow {
                id: None,
                place: place.clone(),
                starts: text(self.from),
                ends: text(self.to),
                starts_at,
                ends_at,
                capacity: self.capacity,
            }],
            removed: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample;

    fn saturdays() -> Weekly {
        Weekly {
            weekday: Weekday::Saturday,
            from: "09:00".parse().unwrap(),
            to: "12:00".parse().unwrap(),
            days_before: 2,
            cutoff: "20:00".parse().unwrap(),
            capacity: 40,
        }
    }

    #[test]
    fn the_first_day_is_the_next_whose_cut_off_lies_ahead() {
        let zone = sample::market().zone;
        let next = |now: &str| {
            let plan = saturdays().next(&PlaceId::new("plc_1"), &zone, sample::at(now));
            plan.unwrap()
        };
        let plan = next("2026-11-26T19:59");
        assert_eq!(plan.date.to_string(), "2026-11-28");
        assert_eq!(plan.cutoff_at, sample::at("2026-11-26T20:00"));
        assert_eq!(plan.opens_at, sample::at("2026-11-26T19:59"));
        assert_eq!(plan.ends_at, sample::at("2026-11-28T12:00"));
        assert_eq!(plan.windows[0].starts, "09:00");
        // A moment too late: the week after.
        assert_eq!(next("2026-11-26T20:00").date.to_string(), "2026-12-05");
        // Across the end of summer time the hours stay what they are.
        let autumn = next("2026-10-24T23:00");
        assert_eq!(autumn.cutoff_at, sample::at("2026-10-29T20:00"));
    }

    #[test]
    fn the_steps_come_one_after_the_other() {
        let mut step = Step::Market;
        let mut seen = Vec::new();
        while step != Step::Done {
            seen.push(step.number());
            assert_eq!(Step::parse(step.as_str()), Some(step));
            step = step.next();
        }
        assert_eq!(seen, [1, 2, 3]);
        assert_eq!(Step::Done.next(), Step::Done);
    }
}
