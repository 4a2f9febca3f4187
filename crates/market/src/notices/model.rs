//! A notice: its kind, its channel, how far it got, what it says.
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    kernel::{
        ids::{FarmId, MarketId, NoticeId, OrderId, UserId},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    orders::model::{
        FarmOrder, Following, Hours, Late, LineChange, Order, Reason, Status, guard::GRACE,
        wire_words,
    },
};

/// What is told. The names are kept in rows: they outlive the Rust type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Placed,
    Confirmed,
    Preparing,
    Ready,
    OutForDelivery,
    Missed,
    Receipt,
    Cancelled,
    /// The customer changed lines.
    Changed,
    /// A farm packed other quantities than were ordered.
    Short,
    /// A farm runs late.
    Late,
    OnTime,
    /// The window has other hours, or another place.
    Moved,
    /// A step the customer was told of was taken back.
    Corrected,
    FarmNew,
    FarmChanged,
    FarmCollected,
    FarmMissed,
    FarmCancelled,
    ManagerMissed,
    ManagerCancelled,
}

wire_words!(Kind {
    Placed "order.placed", Confirmed "order.confirmed", Preparing "order.preparing", Ready "order.ready",
    OutForDelivery "order.out_for_delivery", Missed "order.missed", Receipt "order.receipt",
    Cancelled "order.cancelled", Changed "order.changed", Short "order.short", Late "order.late", OnTime "order.on_time", Moved "order.moved", Corrected "order.corrected", FarmNew "farm.order_new",
    FarmChanged "farm.order_changed", FarmCollected "farm.order_collected", FarmMissed "farm.order_missed",
    FarmCancelled "farm.order_cancelled", ManagerMissed "market.order_missed",
    ManagerCancelled "market.order_cancelled",
});

impl Kind {
    /// No mail goes of any other, whatever the table of hearers says: those that do have an example for managers.
    pub const fn goes_by_mail(self) -> bool {
        match self {
            Self::Placed
            | Self::Confirmed
            | Self::Ready
            | Self::OutForDelivery
            | Self::Missed
            | Self::Receipt
            | Self::Cancelled
            | Self::Changed
            | Self::Short
            | Self::Late
            | Self::OnTime
            | Self::Moved
            | Self::Corrected
            | Self::FarmNew
            | Self::FarmChanged
            | Self::FarmCancelled => true,
            Self::Preparing
            | Self::FarmCollected
            | Self::FarmMissed
            | Self::ManagerMissed
            | Self::ManagerCancelled => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    Email,
    InApp,
}

wire_words!(Channel { Email "EMAIL", InApp "IN_APP", });

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Due,
    Sending,
    /// Taken over by the mail server, or shown: never sent again.
    Accepted,
    /// Overtaken by something newer, or not wanted.
    Suppressed,
    Failed,
    /// The server's answer was lost. Mail is sent again under the same Message-ID, so nothing comes to rest here yet.
    InDoubt,
    /// Too late to be of use.
    Expired,
}

wire_words!(State {
    Due "DUE", Sending "SENDING", Accepted "ACCEPTED", Suppressed "SUPPRESSED", Failed "FAILED",
    InDoubt "IN_DOUBT", Expired "EXPIRED",
});

impl State {
    /// Nothing is left to be done.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Due | Self::Sending)
    }
}

/// What a text needs to know beyond the order as it stands when it is read or sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Args {
    pub code: String,
    /// The farms it is about, in the order's own sequence.
    pub farms: Vec<String>,
    /// How many farms that live have not answered yet.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub waiting: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// So much later than the window says.
    #[serde(default, skip_serializing_if = "is_none")]
    pub minutes: i64,
    /// All of the order was cancelled.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// The events, or the changes of lines, told together.
    pub events: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<Changed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

/// Where and when an order was to be collected, and is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub was: Hours,
    pub now: Hours,
}

/// One line as it was and as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub product: String,
    pub unit: String,
    #[serde(with = "thousandths")]
    pub from: Qty,
    #[serde(with = "thousandths")]
    pub to: Qty,
    /// Who packed it so; empty: the customer changed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub farm: String,
}

impl Changed {
    pub fn new(change: &LineChange, order: &Order) -> Self {
        let part = order.part(&change.part).filter(|_| change.is_pick());
        Self {
            product: change.product.clone(),
            unit: change.unit.clone(),
            from: change.from,
            to: change.to,
            farm: part.map_or_else(String::new, |part| part.farm.name.clone()),
        }
    }
}

/// A quantity as the number its row holds.
mod thousandths {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::kernel::qty::Qty;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
    pub fn serialize<S: Serializer>(qty: &Qty, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(qty.as_thousandths())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Qty, D::Error> {
        i64::deserialize(from).map(Qty::thousandths)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_zero(n: &usize) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_none(n: &i64) -> bool {
    *n == 0
}

impl Args {
    pub fn reason(&self) -> Option<Reason> {
        self.reason.as_deref().and_then(Reason::parse)
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// An older version's row may lack fields: it is shown with what it has.
    pub fn from_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub market: MarketId,
    pub order: OrderId,
    pub farm: Option<FarmId>,
    pub kind: Kind,
    pub event: String,
    pub person: String,
    pub channel: Channel,
    pub name: String,
    pub address: Option<String>,
    pub lang: String,
    pub args: Args,
    pub state: State,
    pub attempts: i64,
    pub created_at: Ts,
    pub read_at: Option<Ts>,
}

/// Somebody who may be told: the customer, a farm's team, a manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user: Option<UserId>,
    pub name: String,
    pub email: String,
    pub lang: String,
}

impl Person {
    /// What makes a notice theirs.
    pub fn key(&self) -> &str {
        self.user.as_ref().map_or(&self.email, |user| user.as_str())
    }
}

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub person: Person,
    pub role: Role,
    pub farm: Option<FarmId>,
}

/// Whom a farm's mail goes to: its owners, else its managers, else whoever is on the team.
pub fn heads<'c>(team: &[&'c Colleague]) -> Vec<&'c Colleague> {
    [Role::FarmOwner, Role::FarmManager, Role::FarmStaff]
        .into_iter()
        .map(|role| {
            team.iter()
                .copied()
                .filter(|one| one.role == role)
                .collect()
        })
        .find(|heads: &Vec<_>| !heads.is_empty())
        .unwrap_or_default()
}

/// What becomes of a mail that is due now; `None`: it goes.
pub fn overtaken(notice: &Notice, following: &Following, now: Ts) -> Option<State> {
    let order = &following.order;
    let undone = following.history.iter().any(|event| {
        notice.args.events.iter().any(|told| {
            let of = following.history.iter().find(|one| one.id.as_str() == told);
            of.is_some_and(|of| of.part == event.part && event.undoes == Some(of.seq))
        })
    });
    if undone {
        return Some(State::Suppressed);
    }
    let ends = order.window.ends_at;
    match notice.kind {
        Kind::Confirmed if order.status >= Status::Ready => Some(State::Suppressed),
        Kind::Ready | Kind::Changed if order.status == Status::Cancelled => Some(State::Suppressed),
        // The receipt says what was handed over, and nobody comes for it again.
        Kind::Short | Kind::Moved if order.status >= Status::Fulfilled => Some(State::Suppressed),
        Kind::FarmChanged if is_gone(notice, following) => Some(State::Suppressed),
        Kind::Late | Kind::OnTime if is_old(notice, following) => Some(State::Suppressed),
        Kind::Changed
        | Kind::Short
        | Kind::Late
        | Kind::OnTime
        | Kind::Moved
        | Kind::FarmChanged
        | Kind::Confirmed
        | Kind::OutForDelivery
            if now >= ends =>
        {
            Some(State::Expired)
        }
        Kind::Ready if now >= ends.plus(GRACE) => Some(State::Expired),
        _ => None,
    }
}

/// The farm has said something newer, or nobody waits for it any more.
fn is_old(notice: &Notice, following: &Following) -> bool {
    let told = |late: &&Late| notice.args.events.iter().any(|id| late.id.as_str() == id);
    let Some(told) = following.late.iter().find(told) else {
        return true;
    };
    let of_farm = |late: &&Late| late.farm == told.farm;
    let last = following.late.iter().rfind(of_farm);
    let mut own = following.order.parts.iter();
    let waits = own.any(|part| part.farm.id == told.farm && part.status < Status::Missed);
    !waits || last.is_some_and(|last| last.id != told.id)
}

/// Nothing is left for this farm to do.
fn is_gone(notice: &Notice, following: &Following) -> bool {
    let own = |part: &&FarmOrder| Some(&part.farm.id) == notice.farm.as_ref();
    let mut own = following.order.parts.iter().filter(own);
    own.all(|part| part.status == Status::Cancelled)
}

/// Until its order's farms have all answered, a confirmation waits no longer than this.
pub const ANSWERS_WAIT: Duration = Duration::from_mins(30);
/// Notices are kept for a year: by then nobody looks for them, and they hold names and addresses.
pub const KEPT: Duration = Duration::from_hours(24 * 365);
/// A page of the list.
pub const PAGE: i64 = 40;
/// The count says no more than `99+`: it is taken with every page.
pub const COUNTED: i64 = 100;

/// Moves when a person's notices do.
pub fn topic(person: &str) -> String {
    format!("notices/{person}")
}
