//! What an order is and how it moves. Pure: no I/O, no clock, no statement.
//!
//! `status` the nine statuses and the parent's one · `transitions` who may go where, as data · `guard` what must hold ·
//! `decide` one wish against one farm's part · `undo` the way back.
pub mod bill;
pub mod board;
pub mod code;
pub mod decide;
pub mod guard;
pub mod opening;
#[cfg(test)]
pub mod sample;
pub mod seen;
pub mod status;
pub mod transitions;
pub mod undo;

use crate::kernel::{
    ids::{
        ChangeId, DayId, EventId, FarmId, FarmOrderId, FeeId, LateId, LineId, MarketId, OrderId,
        PlaceId, UserId, WindowId,
    },
    money::{Currency, Money},
    qty::Qty,
    role::Role,
    time::Ts,
};
pub use status::Status;

/// One customer's order: one payment, one link, one part for each farm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub market_id: MarketId,
    /// For people, `FM-7Q4K2D`; gives no right by itself.
    pub code: String,
    pub customer_id: Option<UserId>,
    pub customer_name: String,
    pub status: Status,
    /// Raised once per transaction that touches the order or a part of it: the id of the event its stream carries.
    pub version: i64,
    pub placed_at: Ts,
    pub changed_at: Ts,
    pub payment: Payment,
    pub currency: Currency,
    pub day: Day,
    pub window: Window,
    pub place: Place,
    /// When its customer said to be at the stall.
    pub here_at: Option<Ts>,
    pub parts: Vec<FarmOrder>,
}

/// One farm's part of an order: the only thing that has a hand-set status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarmOrder {
    pub id: FarmOrderId,
    pub farm: Farm,
    pub method: Method,
    pub status: Status,
    pub version: i64,
    pub note: Option<String>,
    /// Lines priced by weight which nobody has weighed yet.
    pub unweighed: i64,
    /// The last entry of the history.
    pub last: Step,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farm {
    pub id: FarmId,
    pub name: String,
}

/// What the last event of a part says; enough to decide an undo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub seq: i64,
    pub from: Option<Status>,
    pub role: Role,
    pub at: Ts,
    pub undoes: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub id: DayId,
    /// Until then a customer may change or cancel.
    pub cutoff_at: Ts,
}

/// When the order can be collected; `date`, `starts`, `ends` are local to the market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub id: WindowId,
    /// `2026-11-28`
    pub date: String,
    /// `09:00`
    pub starts: String,
    /// `11:00`
    pub ends: String,
    pub starts_at: Ts,
    pub ends_at: Ts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: PlaceId,
    pub name: String,
    pub address: String,
    pub access: Option<String>,
    pub map_url: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Collected at a pickup place, where a host may hand over for every farm.
    Pickup,
    /// Collected at the farm's own stall: may be handed over while it is still being packed.
    OwnStall,
    /// Brought to the customer. Nothing offers this yet.
    Delivery,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    Awaiting,
    Authorized,
    Captured,
    PayAtPickup,
    Failed,
    Expired,
    Voided,
}

/// When and where, as people read it: local hours and the place's name.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hours {
    pub starts: String,
    pub ends: String,
    pub place: String,
}

/// An order with all that its page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Following {
    pub order: Order,
    pub lines: Vec<OrderLine>,
    /// Oldest first, each part's `seq` dense from 1.
    pub history: Vec<StatusEvent>,
    /// What the customer changed and what farms packed otherwise, oldest first.
    pub changes: Vec<LineChange>,
    /// What its farms said of running late, oldest first.
    pub late: Vec<Late>,
    pub fees: Vec<Fee>,
}

impl Following {
    /// The order alone, with nothing below it yet.
    pub fn new(order: Order) -> Self {
        Self {
            order,
            lines: Vec::new(),
            history: Vec::new(),
            changes: Vec::new(),
            late: Vec::new(),
            fees: Vec::new(),
        }
    }
}

/// A farm told this order's customer that its window runs late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    pub id: LateId,
    pub farm: FarmId,
    /// 0: on time after all.
    pub minutes: i64,
    pub at: Ts,
    /// The order's version with it.
    pub order_version: i64,
}

/// One line's quantity, changed by the customer or by who packs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    pub id: ChangeId,
    pub part: FarmOrderId,
    pub product: String,
    pub unit: String,
    pub from: Qty,
    /// Zero: the line was taken out.
    pub to: Qty,
    pub role: Role,
    pub at: Ts,
    /// The order's version with this change; equal for those of one transaction.
    pub order_version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    pub id: LineId,
    pub part: FarmOrderId,
    pub product: String,
    pub category: String,
    /// What one is: `bunch`, `kg`, `jar`.
    pub unit: String,
    pub price: Money,
    pub priced_by: PricedBy,
    pub ordered: Qty,
    /// `None` until somebody says otherwise: packed in full.
    pub packed: Option<Qty>,
    pub estimated: Money,
    /// `None` until weighed.
    pub amount: Option<Money>,
    /// What its farm puts in instead.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PricedBy {
    Unit,
    Weight,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fee {
    pub id: FeeId,
    /// A key of the words, `market`, `farm`, `order`.
    pub kind: String,
    /// The farm's part it hangs on; `None`: on the whole order.
    pub part: Option<FarmOrderId>,
    pub amount: Money,
}

/// One entry of the history; never changed, never removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEvent {
    pub id: EventId,
    pub part: FarmOrderId,
    pub seq: i64,
    /// `None` for the first, which placed the order.
    pub from: Option<Status>,
    pub to: Status,
    pub actor_id: Option<UserId>,
    /// Looked up when read: history keeps ids, so that a person can be erased.
    pub actor_name: Option<String>,
    pub role: Role,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub undoes: Option<i64>,
    pub at: Ts,
    pub order_version: i64,
}

/// A page's worth of an order in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub id: OrderId,
    pub code: String,
    pub status: Status,
    pub version: i64,
    pub placed_at: Ts,
}

macro_rules! wire_words {
    ($name:ident { $($variant:ident $text:literal,)* }) => {
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl db::Bind for $name {
            fn bind(&self) -> db::Value<'_> {
                db::Value::Text(self.as_str().into())
            }
        }

        impl db::Load for $name {
            fn load(value: db::Value<'_>) -> db::Result<Self> {
                let text = String::load(value)?;
                Self::parse(&text).ok_or_else(|| db::Error::decode(stringify!($name), &text))
            }
        }
    };
}
pub(crate) use wire_words;

wire_words!(Method { Pickup "PICKUP", OwnStall "OWN_STALL", Delivery "DELIVERY", });
wire_words!(Payment {
    Awaiting "AWAITING", Authorized "AUTHORIZED", Captured "CAPTURED", PayAtPickup "PAY_AT_PICKUP",
    Failed "FAILED", Expired "EXPIRED", Voided "VOIDED",
});
wire_words!(PricedBy { Unit "UNIT", Weight "WEIGHT", });

/// Why an order was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    CustomerRequest,
    FarmDeclined,
    OutOfStock,
    Weather,
    PaymentFailed,
    NoShow,
    MarketCancelled,
    Fraud,
    Other,
}

wire_words!(Reason {
    CustomerRequest "CUSTOMER_REQUEST", FarmDeclined "FARM_DECLINED", OutOfStock "OUT_OF_STOCK", Weather "WEATHER",
    PaymentFailed "PAYMENT_FAILED", NoShow "NO_SHOW", MarketCancelled "MARKET_CANCELLED", Fraud "FRAUD", Other "OTHER",
});

/// How a late order ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Late,
    Donated,
}

wire_words!(Ending { Late "LATE", Donated "DONATED", });

impl Order {
    pub fn part(&self, id: &FarmOrderId) -> Option<&FarmOrder> {
        self.parts.iter().find(|part| &part.id == id)
    }

    /// A missed part wants somebody's attention.
    pub fn attention(&self) -> bool {
        self.parts.iter().any(|part| part.status == Status::Missed)
    }
}

impl Following {
    /// What it came to when it was ordered, lines and fees. Sums that do not fit are left out rather than wrapped.
    pub fn first(&self) -> Money {
        let lines = self.lines.iter().map(|line| line.estimated);
        let fees = self.fees.iter().map(|fee| fee.amount);
        self.sum(lines.chain(fees))
    }

    /// What was settled at the stall with the parts that are collected, while others are still to come.
    pub fn settled(&self) -> Money {
        use Status::{Completed, Fulfilled};
        let is_collected = |part: &FarmOrderId| {
            let part = self.order.part(part);
            part.is_some_and(|part| matches!(part.status, Fulfilled | Completed))
        };
        let awaited = self.order.parts.iter().any(|part| part.status.is_open());
        if !awaited || self.order.payment != Payment::PayAtPickup {
            return self.sum(std::iter::empty());
        }
        let lines = self.lines.iter().filter(|line| is_collected(&line.part));
        let fees = self.fees.iter();
        let fees = fees.filter(|fee| fee.part.as_ref().is_some_and(is_collected));
        let lines = lines.map(OrderLine::counts);
        self.sum(lines.chain(fees.map(|fee| fee.amount)))
    }

    fn sum(&self, amounts: impl Iterator<Item = Money>) -> Money {
        let zero = Money::new(0, self.order.currency);
        amounts.fold(zero, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
    }

    /// What a farm said last of its part, while anybody still waits for that.
    pub fn late_now(&self, part: &FarmOrder, now: Ts) -> Option<&Late> {
        let waits = part.status < Status::Missed && now < self.order.window.ends_at;
        let last = self.late.iter().rfind(|one| one.farm == part.farm.id)?;
        (waits && last.minutes > 0).then_some(last)
    }
}

impl LineChange {
    /// Whoever packs it found more or less; else its customer wanted more or less.
    pub const fn is_pick(&self) -> bool {
        !matches!(self.role, Role::Customer | Role::Guest)
    }
}

impl OrderLine {
    /// What counts now: the weighed amount, else the estimate.
    pub fn counts(&self) -> Money {
        self.amount.unwrap_or(self.estimated)
    }
}
