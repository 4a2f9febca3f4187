//! Time: microseconds since 1970-01-01T00:00:00Z, read from the clock the app was given, shown in a market's zone.
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Ts(i64);

impl Ts {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Without its seconds: what people type and read.
    #[must_use]
    pub const fn to_the_minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60_000_000))
    }

    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// Zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or_default()
    }

    pub fn in_zone(self, zone: &TimeZone) -> ZonedDateTime {
        self.timestamp().to_zoned_datetime(zone.clone())
    }

    /// RFC 3339 in UTC, for the API.
    pub fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }
}

impl db::Bind for Ts {
    fn bind(&self) -> db::Value<'_> {
        db::Value::Int(self.0)
    }
}

impl db::Load for Ts {
    fn load(value: db::Value<'_>) -> db::Result<Self> {
        i64::load(value).map(Self)
    }
}

/// The instant of a local date and time: in a gap of daylight saving the later one, in an overlap the first.
pub fn instant(local: jiff::civil::DateTime, zone: &TimeZone) -> Option<Ts> {
    // `compatible()` is exactly that rule (RFC 5545, as Temporal names it).
    let at = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(Ts(at.as_microsecond()))
}

#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Ts) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    pub fn now(&self) -> Ts {
        match self {
            Self::System => Ts(Timestamp::now().as_microsecond()),
            Self::Fixed(at) => Ts(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; the system's clock is not ours to move.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(at) = self {
            at.fetch_add(
                i64::try_from(span.as_micros()).unwrap_or(0),
                Ordering::SeqCst,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        let zone = TimeZone::get(zone).unwrap();
        instant(local.parse().unwrap(), &zone).unwrap().rfc3339()
    }

    #[test]
    fn local_times_follow_daylight_saving() {
        // The gap of New York's spring: 02:30 does not exist, the later instant counts.
        assert_eq!(
            at("America/New_York", "2026-03-08T02:30"),
            "2026-03-08T07:30:00Z"
        );
        // The overlap of its autumn: 01:30 comes twice, the first counts.
        assert_eq!(
            at("America/New_York", "2026-11-01T01:30"),
            "2026-11-01T05:30:00Z"
        );
        // Lord Howe Island moves by half an hour.
        assert_eq!(
            at("Australia/Lord_Howe", "2026-10-04T02:15"),
            "2026-10-03T15:45:00Z"
        );
        assert_eq!(
            at("Europe/London", "2026-11-28T09:00"),
            "2026-11-28T09:00:00Z"
        );
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Ts::from_micros(10));
        assert_eq!(clock.now(), clock.now());
        clock.advance(Duration::from_micros(5));
        assert_eq!(clock.now().micros(), 15);
        let system = Clock::System;
        system.advance(Duration::from_secs(1));
        assert!(system.now().micros() > 1_700_000_000_000_000);
    }

    #[test]
    fn spans_never_wrap() {
        let ts = Ts::from_micros(5);
        assert_eq!(ts.since(Ts::from_micros(9)), Duration::ZERO);
        assert_eq!(
            ts.plus(Duration::from_micros(2)).since(ts),
            Duration::from_micros(2)
        );
        assert_eq!(ts.plus(Duration::MAX).micros(), i64::MAX);
        assert_eq!(ts.minus(Duration::from_micros(5)).micros(), 0);
    }
}
