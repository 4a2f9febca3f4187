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
    /// Prices are shown and asked for with their tax inside.
    pub tax_included: bool,
    pub fees: Fees,
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
