//! What must hold before a transition, beside who asks and where the part stands.
use std::time::Duration;

use super::{Ending, FarmOrder, Method, Order, Payment, Reason, Window, code};
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
            Self::WindowOver => now >= missed_at(&order.window),
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

/// When what nobody collected in that window counts as missed.
pub fn missed_at(window: &Window) -> Ts {
    window.ends_at.plus(GRACE)
}

/// When the platform itself has to look at a part that has stood at `status` since `since`.
pub fn due_at(order: &Order, status: super::Status, since: Ts) -> Option<Ts> {
    use super::Status::{Fulfilled, OutForDelivery, Pending, Ready};
    match status {
        Pending => Some(order.day.cutoff_at),
        Ready | OutForDelivery => Some(missed_at(&order.window)),
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

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Status,
            sample::{CUTOFF, WINDOW_ENDS, at, order, part},
        },
        *,
    };

    fn holds(guard: Guard, order: &Order, ask: &Ask, minute: u64) -> bool {
        guard.holds(order, &order.parts[0], ask, at(minute))
    }

    #[test]
    fn times_are_compared_at_their_edges() {
        let order = order(vec![part("rosa", Status::Ready)]);
        let ask = Ask::default();
        // The part's last step was at minute 10.
        for (guard, minute, expected) in [
            (Guard::BeforeCutoff, CUTOFF - 1, true),
            (Guard::BeforeCutoff, CUTOFF, false),
            (Guard::WindowAhead, WINDOW_ENDS - 1, true),
            (Guard::WindowAhead, WINDOW_ENDS, false),
            (Guard::WindowOver, WINDOW_ENDS + 59, false),
            (Guard::WindowOver, WINDOW_ENDS + 60, true),
            (Guard::TwoDaysSince, 10 + 48 * 60 - 1, false),
            (Guard::TwoDaysSince, 10 + 48 * 60, true),
        ] {
            assert_eq!(
                holds(guard, &order, &ask, minute),
                expected,
                "{guard:?} at {minute}"
            );
        }
    }

    #[test]
    fn money_that_is_sure_is_enough() {
        let mut order = order(vec![part("rosa", Status::Pending)]);
        let ask = Ask::default();
        for payment in Payment::ALL {
            order.payment = *payment;
            let (ok, expired) = match payment {
                Payment::Authorized | Payment::Captured | Payment::PayAtPickup => (true, false),
                Payment::Failed | Payment::Expired => (false, true),
                Payment::Awaiting | Payment::Voided => (false, false),
            };
            assert_eq!(holds(Guard::PaymentOk, &order, &ask, 0), ok, "{payment:?}");
            assert_eq!(
                holds(Guard::PaymentExpired, &order, &ask, 0),
                expired,
                "{payment:?}"
            );
        }
    }

    #[test]
    fn what_somebody_brings_is_looked_at() {
        let order = order(vec![part("rosa", Status::Ready)]);
        let nothing = Ask::default();
        let code = |code: &str| Ask {
            shown_code: Some(code.to_owned()),
            ..Ask::default()
        };
        let without = Ask {
            handed_over_without_code: Some("I know her".to_owned()),
            ..Ask::default()
        };
        let late = Ask {
            ending: Some(Ending::Late),
            ..Ask::default()
        };
        let reason = Ask {
            reason: Some(Reason::Other),
            ..Ask::default()
        };
        for (guard, ask, expected) in [
            (Guard::Proof, &nothing, false),
            (Guard::Proof, &code("fm-7q4k2d"), true),
            (Guard::Proof, &code("FM-7Q4K2E"), false),
            (Guard::Proof, &code(""), false),
            (Guard::Proof, &without, true),
            (Guard::Ending, &nothing, false),
            (Guard::Ending, &late, true),
            (Guard::Reason, &nothing, false),
            (Guard::Reason, &reason, true),
        ] {
            assert_eq!(holds(guard, &order, ask, 0), expected, "{guard:?} {ask:?}");
        }
    }

    #[test]
    fn the_way_of_handing_over_decides_which_rows_there_are() {
        let ask = Ask::default();
        for method in Method::ALL {
            let mut order = order(vec![part("rosa", Status::Preparing)]);
            order.parts[0].method = *method;
            for (guard, own) in [
                (Guard::Delivery, Method::Delivery),
                (Guard::OwnStall, Method::OwnStall),
            ] {
                assert_eq!(guard.fits(*method), *method == own);
                assert_eq!(holds(guard, &order, &ask, 0), *method == own);
            }
            assert!(Guard::Proof.fits(*method));
        }
    }

    #[test]
    fn one_line_without_its_weight_is_enough() {
        let mut order = order(vec![part("rosa", Status::Preparing)]);
        let ask = Ask::default();
        assert!(holds(Guard::Weighed, &order, &ask, 0));
        order.parts[0].unweighed = 1;
        assert!(!holds(Guard::Weighed, &order, &ask, 0));
    }

    #[test]
    fn what_falls_due_is_due_when_its_guard_holds() {
        let order = order(vec![part("rosa", Status::Ready)]);
        for status in Status::ALL {
            let due = due_at(&order, *status, at(10));
            assert_eq!(due.is_some(), due_step(*status).is_some(), "{status:?}");
        }
        assert_eq!(due_at(&order, Status::Pending, at(10)), Some(at(CUTOFF)));
        for status in [Status::Ready, Status::OutForDelivery] {
            assert_eq!(due_at(&order, status, at(10)), Some(at(WINDOW_ENDS + 60)));
            assert!(holds(
                Guard::WindowOver,
                &order,
                &Ask::default(),
                WINDOW_ENDS + 60
            ));
        }
        assert_eq!(
            due_at(&order, Status::Fulfilled, at(10)),
            Some(at(10 + 48 * 60))
        );
    }
}
