//! What was ordered, farm by farm, and what it costs.
use crate::{
    kernel::{money::Money, time::Ts},
    markets::model::Market,
    orders::model::{FarmOrder, Following, OrderLine, Payment, PricedBy, Status, seen::Audience},
    pages::{
        art::{self, Badge},
        formats,
    },
    words::Words,
};

use super::status;

pub struct Card {
    pub badge: Badge,
    pub name: String,
    /// `Ready since 6:48`
    pub since: String,
    pub note: Option<String>,
    pub lines: Vec<Line>,
    pub cancelled: bool,
}

pub struct Line {
    pub product: String,
    /// What was ordered, when it is not what was packed.
    pub was: Option<String>,
    pub detail: String,
    /// What is in the box instead.
    pub instead: Option<String>,
    pub amount: String,
}

pub struct Totals {
    /// Items and fees.
    pub rows: Vec<(String, String)>,
    pub label: String,
    pub note: String,
    pub sum: String,
    /// How many lines are still to be had: `8 items`; empty when none is.
    pub items: String,
}

pub fn cards(following: &Following, market: &Market, w: Words, now: Ts) -> Vec<Card> {
    let parts = &following.order.parts;
    let badges = art::badges(
        parts
            .iter()
            .map(|part| (part.farm.id.as_str(), part.farm.name.as_str())),
    );
    parts
        .iter()
        .zip(badges)
        .map(|(part, badge)| Card {
            badge,
            name: part.farm.name.clone(),
            since: since(part, market, w, now),
            note: part.note.clone(),
            lines: following
                .lines
                .iter()
                .filter(|line| line.part == part.id)
                .map(|line| self::line(line, w))
                .collect(),
            cancelled: part.status == Status::Cancelled,
        })
        .collect()
}

fn since(part: &FarmOrder, market: &Market, w: Words, now: Ts) -> String {
    let moment = formats::moment(part.last.at, now, &market.zone, w);
    let status = status::customer_word(part.status, w);
    w.say_with(
        "orders-since",
        &[("status", status.into()), ("moment", moment.into())],
    )
}

fn line(line: &OrderLine, w: Words) -> Line {
    let by_weight = line.priced_by == PricedBy::Weight;
    let open = by_weight && line.amount.is_none();
    let quantity = line.packed.unwrap_or(line.ordered);
    let amount = formats::money(line.counts(), w);
    let price = formats::money(line.price, w);
    // Weighed goods are priced by the kilogram; all others by whatever one of them is.
    let price = if line.unit == "kg" {
        format!("{price}/kg")
    } else {
        price
    };
    let args = [
        ("qty", formats::quantity(quantity, &line.unit, w).into()),
        ("price", price.into()),
    ];
    let key = match (quantity.as_thousandths(), by_weight, open) {
        (0, ..) => "orders-line-none",
        (_, _, true) => "orders-line-about",
        (_, true, false) => "orders-line-weighed",
        _ => "orders-line",
    };
    Line {
        product: line.product.clone(),
        was: line
            .packed
            .filter(|packed| !by_weight && *packed != line.ordered)
            .map(|_| formats::quantity(line.ordered, &line.unit, w)),
        detail: w.say_with(key, &args),
        instead: line
            .note
            .as_deref()
            .map(|note| w.say_a("orders-pack-instead", note)),
        amount: if open {
            w.say_a("orders-about", &amount)
        } else {
            amount
        },
    }
}

fn lives(following: &Following, line: &OrderLine) -> bool {
    following
        .order
        .part(&line.part)
        .is_some_and(|part| part.status != Status::Cancelled)
}

/// What counts: lines of parts that live. Sums that do not fit are left out rather than wrapped.
pub fn sum(following: &Following, of: impl Fn(&OrderLine) -> Money) -> Money {
    let zero = Money::new(0, following.order.currency);
    following
        .lines
        .iter()
        .filter(|line| lives(following, line))
        .map(of)
        .fold(zero, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}

/// Items and fees together, and whether a line is still to be weighed.
pub fn total(following: &Following) -> (Money, bool) {
    let items = sum(following, OrderLine::counts);
    let all = following
        .living_fees()
        .fold(items, |sum, fee| sum.checked_add(fee.amount).unwrap_or(sum));
    let open = following.lines.iter().any(|line| {
        line.priced_by == PricedBy::Weight && line.amount.is_none() && lives(following, line)
    });
    (
        if following.order.status == Status::Cancelled {
            Money::new(0, items.currency)
        } else {
            all
        },
        open,
    )
}

/// How it is paid, in the words before the sum.
pub fn pay_label(following: &Following, audience: &Audience, w: Words) -> String {
    let order = &following.order;
    w.say(match order.payment {
        _ if matches!(audience, Audience::Farm(_)) => "orders-pay-farm",
        Payment::PayAtPickup if status::is_awaited(order) => "orders-pay-stall",
        Payment::PayAtPickup => "orders-pay-total",
        Payment::Captured => "orders-pay-paid",
        Payment::Authorized => "orders-pay-reserved",
        Payment::Awaiting => "orders-pay-awaiting",
        Payment::Failed | Payment::Expired => "orders-pay-failed",
        Payment::Voided => "orders-pay-voided",
    })
    .into_owned()
}

pub fn totals(following: &Following, audience: &Audience, w: Words) -> Totals {
    let about = |amount: Money, open: bool| {
        let amount = formats::money(amount, w);
        if open {
            w.say_a("orders-about", &amount)
        } else {
            amount
        }
    };
    let (all, open) = total(following);
    // A cancelled order costs nothing: rows that do not add up to that would only raise questions.
    let cancelled = following.order.status == Status::Cancelled;
    let fees: Vec<_> = following.living_fees().filter(|_| !cancelled).collect();
    let mut rows = Vec::new();
    if !fees.is_empty() {
        let items = sum(following, OrderLine::counts);
        rows.push((w.say("orders-sum-items").into_owned(), about(items, open)));
    }
    for fee in fees {
        rows.push((formats::fee(&fee.kind, w), formats::money(fee.amount, w)));
    }
    let first = following.first();
    let settled = following.settled();
    if settled.minor > 0 {
        rows.push((
            w.say("orders-sum-settled").into_owned(),
            formats::money(Money::new(-settled.minor, settled.currency), w),
        ));
    }
    let mut note = Vec::new();
    if open {
        note.push(w.say("orders-sum-open").into_owned());
    }
    if first != all {
        note.push(w.say_a("orders-sum-was", &formats::money(first, w)));
    }
    let living = following.lines.iter().filter(|line| lives(following, line));
    let living = living.count();
    Totals {
        rows,
        label: pay_label(following, audience, w),
        note: note.join(" "),
        sum: formats::money(Money::new(all.minor - settled.minor, all.currency), w),
        items: if living > 0 {
            w.say_n("orders-items", living)
        } else {
            String::new()
        },
    }
}
