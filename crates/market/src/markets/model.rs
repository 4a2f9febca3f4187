//! A market and its next day.
use jiff::tz::TimeZone;

use crate::{
    kernel::{
        ids::{DayId, MarketId},
        money::Currency,
        time::Ts,
    },
    orders::model::wire_words,
};

pub use super::days::model::{Plan, PlannedWindow, instant};

#[derive(Clone, Debug, PartialEq)]
pub struct Market {
    pub id: MarketId,
    /// Its host name in the demo: `<slug>.localhost`.
    pub slug: String,
    pub name: String,
    pub address: String,
    pub currency: Currency,
    /// IANA name, `Europe/London`.
    pub zone_name: String,
    pub zone: TimeZone,
    /// Before the dash of its order codes.
    pub code_prefix: String,
    /// The language of mails to somebody whose own is not known, by its tag.
    pub lang: String,
    /// The market of a Host that names none.
    pub is_default: bool,
    /// Prices are shown and asked for with their tax inside.
    pub tax_included: bool,
    pub fees: Fees,
    /// Of its settings.
    pub version: i64,
}

/// What a market charges; amounts in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Of a farm's goods in an order, in basis points.
    pub goods_bp: i64,
    pub goods_payer: Payer,
    /// Once an order, paid by the customer.
    pub order_minor: i64,
    /// Once for each farm in an order, paid by the customer.
    pub farm_minor: i64,
}

impl Fees {
    pub const NONE: Self = Self {
        goods_bp: 0,
        goods_payer: Payer::Farm,
        order_minor: 0,
        farm_minor: 0,
    };
}

/// Whose money a fee is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    Customer,
    Farm,
}

wire_words!(Payer { Customer "CUSTOMER", Farm "FARM", });

/// A day on which a market hands over orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketDay {
    pub id: DayId,
    /// `2026-11-28`, local to the market.
    pub date: String,
    pub cutoff_at: Ts,
}

/// Where a market day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayStatus {
    Draft,
    Scheduled,
    Open,
    Closed,
    Harvested,
    Distributed,
    Settled,
    Cancelled,
}

wire_words!(DayStatus {
    Draft "DRAFT", Scheduled "SCHEDULED", Open "OPEN", Closed "CLOSED", Harvested "HARVESTED",
    Distributed "DISTRIBUTED", Settled "SETTLED", Cancelled "CANCELLED",
});

impl DayStatus {
    /// Whether a day takes orders now. SCHEDULED counts: the hour it opens at does not wait for a worker.
    pub fn accepts_orders(self, opens_at: Ts, cutoff_at: Ts, now: Ts) -> bool {
        matches!(self, Self::Scheduled | Self::Open) && opens_at <= now && now < cutoff_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_takes_orders_from_its_opening_up_to_its_cut_off() {
        let at = Ts::from_micros;
        for status in DayStatus::ALL {
            let takes = matches!(status, DayStatus::Scheduled | DayStatus::Open);
            for (now, within) in [(9, false), (10, true), (19, true), (20, false)] {
                assert_eq!(
                    status.accepts_orders(at(10), at(20), at(now)),
                    takes && within,
                    "{status:?} at {now}"
                );
            }
            assert_eq!(DayStatus::parse(status.as_str()), Some(*status));
        }
    }
}
