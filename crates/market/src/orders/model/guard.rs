//! What must hold before a transition, beside who asks and where the part stands.
use std::time::Duration;

use super::{Ending, FarmOrder, Method, Order, Payment, Reason, code};
use crate::kernel::time::Ts;

/// After the window's end, until an order that nobody collected counts as missed.
pub const GRACE: Duration = Duration::from_hours(1);
/// From hand-over until the order is completed by itself.
pub const COMPLETES_AFTER: Duration = Duration::from_hours(48);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Captured, authorised, or to be paid when collected.
    PaymentOk,
    PaymentExpired,
    /// Every line priced by weight has been weighed; all other lines count as packed in full.
    Weighed,
    Delivery,
    OwnStall,
    /// The code the customer shows, or a named override.
    Proof,
    WindowOver,
    WindowAhead,
    Ending,
    TwoDaysSince,
    BeforeCutoff,
    Reason,
}

/// What somebody asks for, beside the status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    pub reason: Option<Reason>,
    pub note: Option<String>,
    /// The order's code, as the customer shows it.
    pub shown_code: Option<String>,
    /// Why it is handed over without the code; who says so is the actor.
    pub handed_over_without_code: Option<String>,
    pub ending: Option<Ending>,
}

impl Guard {
    pub fn holds(self, order: &Order, part: &FarmOrder, ask: &Ask, now: Ts) -> bool {
        match self {
            Self::PaymentOk => {
                matches!(
                    order.payment,
                    Payment::Captured | Payment::Authorized | Payment::PayAtPickup
                )
            }
            Self::PaymentExpired => matches!(order.payment, Payment::Expired | Payment::Failed),
            Self::Weighed => part.unweighed == 0,
            Self::Delivery => part.method == Method::Delivery,
            Self::OwnStall => part.method == Method::OwnStall,
            Self::Proof => {
                ask.shown_code
                    .as_deref()
                    .is_some_and(|shown| code::same(shown, &order.code))
                    || ask.handed_over_without_code.is_some()
            }
            Self::WindowOver => now >= order.window.ends_at.plus(GRACE),
            Self::WindowAhead => now < order.window.ends_at,
            Self::Ending => ask.ending.is_some(),
            Self::TwoDaysSince => now >= part.last.at.plus(COMPLETES_AFTER),
            Self::BeforeCutoff => now < order.day.cutoff_at,
            Self::Reason => ask.reason.is_some(),
        }
    }

    /// Whether a row with this guard is for parts handed over in this way at all.
    pub fn fits(self, method: Method) -> bool {
        match self {
            Self::Delivery => method == Method::Delivery,
            Self::OwnStall => method == Method::OwnStall,
            _ => true,
        }
    }

    /// The key of the sentence that says what is missing, and the field it is about.
    pub const fn says(self) -> (&'static str, &'static str) {
        match self {
            Self::PaymentOk => ("orders-guard-payment", "status"),
            Self::PaymentExpired => ("orders-guard-payment-expired", "status"),
            Self::Weighed => ("orders-guard-weighed", "status"),
            Self::Delivery => ("orders-guard-delivery", "status"),
            Self::OwnStall => ("orders-guard-own-stall", "status"),
            Self::Proof => ("orders-guard-proof", "code"),
            Self::WindowOver => ("orders-guard-window-over", "status"),
            Self::WindowAhead => ("orders-guard-window-ahead", "status"),
            Self::Ending => ("orders-guard-ending", "ending"),
            Self::TwoDaysSince => ("orders-guard-two-days", "status"),
            Self::BeforeCutoff => ("orders-guard-cutoff", "status"),
            Self::Reason => ("orders-guard-reason", "reason"),
        }
    }
}

/// When the platform itself has to look at a part that has stood at `status` since `since`.
pub fn due_at(order: &Order, status: super::Status, since: Ts) -> Option<Ts> {
    use super::Status::{Fulfilled, OutForDelivery, Pending, Ready};
    match status {
        Pending => Some(order.day.cutoff_at),
        Ready | OutForDelivery => Some(order.window.ends_at.plus(GRACE)),
        Fulfilled => Some(since.plus(COMPLETES_AFTER)),
        _ => None,
    }
}

/// What falls due there.
pub const fn due_step(status: super::Status) -> Option<super::Status> {
    use super::Status::{Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Ready};
    match status {
        Pending => Some(Confirmed),
        Ready | OutForDelivery => Some(Missed),
        Fulfilled => Some(Completed),
        _ => None,
    }
}
