//! A market and its next day.
use jiff::tz::TimeZone;

use crate::kernel::{
    ids::{DayId, MarketId},
    money::Currency,
    time::Ts,
};

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
    /// The market of a Host that names none.
    pub is_default: bool,
}

/// A day on which a market hands over orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketDay {
    pub id: DayId,
    /// `2026-11-28`, local to the market.
    pub date: String,
    pub cutoff_at: Ts,
}
