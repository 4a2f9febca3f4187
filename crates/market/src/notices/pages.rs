//! What is told, in words: the mails, the page of notices, the count in the head of every page.
mod letter;
mod list;
#[cfg(test)]
mod tests;

pub use letter::letter;
pub use list::{List, unread};

use super::model::{Kind, Notice};
use crate::{
    kernel::qty::Qty,
    orders::model::{Following, Hours, Payment, Reason, Status},
    pages::{formats, letter::one_line},
    words::Words,
};

/// So many lines are told in sentences; of more there is the table.
const FEW: usize = 3;

/// The sentences of one notice, for the mail and for the list.
pub struct Sayings<'a> {
    notice: &'a Notice,
    w: Words,
    farms: String,
}

impl<'a> Sayings<'a> {
    pub fn new(notice: &'a Notice, w: Words) -> Self {
        let farms: Vec<String> = notice
            .args
            .farms
            .iter()
            .map(|farm| one_line(farm))
            .collect();
        let farms: Vec<&str> = farms.iter().map(String::as_str).collect();
        Self {
            notice,
            w,
            farms: formats::list(&farms, w),
        }
    }

    /// What happened, in a few words.
    pub fn heading(&self) -> String {
        let key = match self.notice.kind {
            Kind::Placed => "notices-placed",
            Kind::Confirmed => "notices-confirmed",
            Kind::Preparing => "notices-preparing",
            Kind::Ready => "notices-ready",
            Kind::OutForDelivery => "notices-out",
            Kind::Missed | Kind::FarmMissed | Kind::ManagerMissed => "notices-missed",
            Kind::Receipt | Kind::FarmCollected => "notices-receipt",
            Kind::Cancelled if self.notice.args.whole => "notices-cancelled",
            Kind::Cancelled => "notices-cancelled-part",
            Kind::FarmCancelled | Kind::ManagerCancelled => "notices-cancelled-farm",
            Kind::Corrected => "notices-corrected",
            Kind::Changed => "notices-changed",
            Kind::Short => "notices-short",
            Kind::Late => "notices-late",
            Kind::OnTime => "notices-on-time",
            Kind::Moved => "notices-moved",
            Kind::FarmChanged if self.is_packed() => "notices-farm-packed",
            Kind::FarmNew => "notices-farm-new",
            Kind::FarmChanged if self.is_lines() => "notices-farm-lines",
            Kind::FarmChanged => "notices-farm-changed",
        };
        self.w.say(key).into_owned()
    }

    /// One sentence with the farms in it.
    pub fn lead(&self) -> String {
        let key = match self.notice.kind {
            Kind::Placed => "notices-placed-lead",
            Kind::Confirmed => "notices-confirmed-lead",
            Kind::Preparing => "notices-preparing-lead",
            Kind::Ready => "notices-ready-lead",
            Kind::OutForDelivery => "notices-out-lead",
            Kind::Missed => "notices-missed-lead",
            Kind::Receipt => "notices-receipt-lead",
            Kind::Corrected => "notices-corrected-lead",
            Kind::Changed => "notices-changed-lead",
            Kind::Short if self.notice.args.changed.len() <= FEW => {
                return format!("{}.", self.changed());
            }
            Kind::Short => "notices-short-lead",
            Kind::Late => {
                let args = [
                    ("farm", self.farms.as_str().into()),
                    ("n", self.notice.args.minutes.into()),
                ];
                return format!("{}.", self.w.say_with("orders-late-note", &args));
            }
            Kind::OnTime => {
                return format!("{}.", self.w.say_a("orders-late-not", &self.farms));
            }
            Kind::Moved => return self.moved(),
            Kind::FarmChanged if self.is_packed() => "notices-farm-packed-lead",
            Kind::FarmNew => "notices-farm-new-lead",
            Kind::FarmChanged if self.is_lines() => "notices-farm-lines-lead",
            Kind::FarmChanged => "notices-farm-changed-lead",
            Kind::FarmCollected => "notices-farm-collected-lead",
            Kind::FarmMissed | Kind::ManagerMissed => "notices-farm-missed-lead",
            Kind::Cancelled | Kind::FarmCancelled | Kind::ManagerCancelled => {
                return self.with_reason();
            }
        };
        self.w.say_a(key, &self.farms)
    }

    /// When and where now, and what it was.
    fn moved(&self) -> String {
        let hours = |hours: &Hours| {
            let place = one_line(&hours.place);
            format!("{}, {place}", formats::window(&hours.starts, &hours.ends))
        };
        let moved = self.notice.args.moved.as_ref();
        let (was, now) = moved.map_or_else(Default::default, |moved| {
            (hours(&moved.was), hours(&moved.now))
        });
        let args = [("was", was.into()), ("now", now.into())];
        self.w.say_with("notices-moved-lead", &args)
    }

    /// The same for a list, where the lead stands beside it.
    fn listed(&self) -> String {
        if self.notice.kind == Kind::Short && self.notice.args.changed.len() <= FEW {
            return String::new();
        }
        self.changed()
    }

    fn is_packed(&self) -> bool {
        self.notice
            .args
            .changed
            .iter()
            .any(|one| !one.farm.is_empty())
    }

    /// The customer changed lines: not the other thing that changes an order for a farm, a new date.
    fn is_lines(&self) -> bool {
        !self.notice.args.changed.is_empty()
    }

    /// The lines that are other than they were, as one sentence; empty when there are none.
    pub fn changed(&self) -> String {
        if self.is_packed() {
            let packed = self.notice.args.changed.iter().map(|one| {
                let what = (&*one_line(&one.product), &*one_line(&one.unit));
                formats::packed(&one_line(&one.farm), what, one.from, one.to, self.w)
            });
            return packed.collect::<Vec<_>>().join(". ");
        }
        let lines: Vec<String> = self
            .notice
            .args
            .changed
            .iter()
            .map(|one| {
                let (from, to) = (
                    self.quantity(one.from, &one.unit),
                    self.quantity(one.to, &one.unit),
                );
                let product = one_line(&one.product);
                self.w.say_with(
                    "orders-changed-line",
                    &[
                        ("product", product.into()),
                        ("from", from.into()),
                        ("to", to.into()),
                    ],
                )
            })
            .collect();
        lines.join(", ")
    }

    fn quantity(&self, qty: Qty, unit: &str) -> String {
        if qty.as_thousandths() == 0 {
            return self.w.say("orders-changed-none").into_owned();
        }
        formats::quantity(qty, &one_line(unit), self.w)
    }

    fn with_reason(&self) -> String {
        let reason = self.notice.args.reason().map(|reason| {
            let to_customer = self.notice.kind == Kind::Cancelled;
            self.w.say(reason_key(reason, to_customer)).into_owned()
        });
        match reason {
            Some(reason) => self.w.say_with(
                "notices-cancelled-lead",
                &[("a", self.farms.as_str().into()), ("reason", reason.into())],
            ),
            None => self.w.say_a("notices-cancelled-no-reason", &self.farms),
        }
    }

    /// What follows from it, as the order stands now.
    fn more(&self, seen: &Following, day: &str) -> Vec<String> {
        let w = self.w;
        match self.notice.kind {
            Kind::Placed => vec![w.say("notices-placed-more").into_owned()],
            Kind::Confirmed if self.notice.args.waiting > 0 => {
                vec![w.say_n("notices-confirmed-waiting", self.notice.args.waiting)]
            }
            Kind::Ready => {
                let later = seen
                    .order
                    .parts
                    .iter()
                    .filter(|part| part.status < Status::Ready);
                match later.count() {
                    0 => Vec::new(),
                    later => vec![w.say_n("notices-ready-later", later)],
                }
            }
            Kind::Missed => vec![w.say("notices-missed-more").into_owned()],
            Kind::Late => vec![w.say("orders-late-more").into_owned()],
            Kind::Short => vec![w.say("notices-short-more").into_owned()],
            Kind::Cancelled => {
                let money = match seen.order.payment {
                    Payment::Captured => "notices-cancelled-paid",
                    Payment::Authorized => "notices-cancelled-reserved",
                    _ => "notices-cancelled-unpaid",
                };
                let mut more = vec![w.say(money).into_owned()];
                if !self.notice.args.whole {
                    more.push(w.say("notices-cancelled-rest").into_owned());
                }
                more
            }
            Kind::FarmNew => vec![w.say_a("notices-farm-new-more", day)],
            Kind::FarmCancelled => vec![w.say("notices-farm-cancelled-more").into_owned()],
            _ => Vec::new(),
        }
    }
}

const fn reason_key(reason: Reason, to_customer: bool) -> &'static str {
    match reason {
        Reason::CustomerRequest if to_customer => "orders-reason-customer-you",
        Reason::CustomerRequest => "orders-reason-customer",
        Reason::FarmDeclined => "orders-reason-farm",
        Reason::OutOfStock => "orders-reason-stock",
        Reason::Weather => "orders-reason-weather",
        Reason::PaymentFailed => "orders-reason-payment",
        Reason::NoShow => "orders-reason-no-show",
        Reason::MarketCancelled => "orders-reason-market",
        Reason::Fraud => "orders-reason-fraud",
        Reason::Other => "orders-reason-other",
    }
}
