//! What is told, in words: the mails, the page of notices, the count in the head of every page.
mod letter;
mod list;
#[cfg(test)]
mod tests;

pub use letter::{Letter, letter};
pub use list::{List, unread};

use super::model::{Kind, Notice};
use crate::{
    orders::model::{Following, Payment, Reason, Status},
    pages::formats,
    words::Words,
};

/// A text for a header or one line of a mail: what would end or turn the line becomes a space.
pub fn one_line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = text
        .chars()
        .map(|c| if steers(c) { ' ' } else { c })
        .collect();
    plain.trim().to_owned()
}

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
            Kind::FarmNew => "notices-farm-new",
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
            Kind::FarmNew => "notices-farm-new-lead",
            Kind::FarmChanged => "notices-farm-changed-lead",
            Kind::FarmCollected => "notices-farm-collected-lead",
            Kind::FarmMissed | Kind::ManagerMissed => "notices-farm-missed-lead",
            Kind::Cancelled | Kind::FarmCancelled | Kind::ManagerCancelled => {
                return self.with_reason();
            }
        };
        self.w.say_a(key, &self.farms)
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
