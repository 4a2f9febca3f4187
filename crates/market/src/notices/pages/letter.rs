//! A mail: one layout, what each kind puts into it.
use askama::Template;

use super::{Sayings, one_line};
use crate::{
    kernel::money::Money,
    markets::model::Market,
    notices::model::{Kind, Notice},
    orders::model::{Following, OrderLine, Payment, PricedBy, Status},
    pages::{formats, render},
    words::Words,
};

/// One mail, ready to be written in both forms.
pub struct Letter {
    w: Words,
    /// Begins with the order's code.
    pub subject: String,
    /// What a list of mails shows beside the subject.
    preheader: String,
    market: String,
    address: String,
    heading: String,
    lead: Vec<String>,
    when: Option<When>,
    code_label: String,
    code: String,
    button: String,
    url: String,
    cards: Vec<Card>,
    rows: Vec<(String, String)>,
    sum: Option<(String, String)>,
    note: String,
    /// Why somebody gets it.
    why: String,
}

struct When {
    label: String,
    window: String,
    place: String,
    address: String,
}

struct Card {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    product: String,
    detail: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "notices/pages/letter.html")]
struct Html<'a> {
    l: &'a Letter,
}

#[derive(Template)]
#[template(path = "notices/pages/letter.txt", escape = "none")]
struct Text<'a> {
    l: &'a Letter,
}

impl Letter {
    pub fn html(&self) -> String {
        render(&Html { l: self })
    }

    pub fn text(&self) -> String {
        render(&Text { l: self }) + "\n"
    }

    fn shows_sums(&self) -> bool {
        !self.cards.is_empty() || self.sum.is_some()
    }
}

/// What of the order a kind of mail shows beside its sentences.
struct Shows {
    when: bool,
    lines: bool,
    sum: bool,
}

const fn shows(kind: Kind) -> Shows {
    let (when, lines, sum) = match kind {
        Kind::Placed => (true, true, true),
        Kind::FarmNew => (true, true, false),
        Kind::Ready | Kind::OutForDelivery => (true, false, true),
        Kind::Receipt => (false, true, true),
        Kind::Confirmed | Kind::Corrected => (true, false, false),
        _ => (false, false, false),
    };
    Shows { when, lines, sum }
}

/// `seen` is the order as the person may see it.
pub fn letter(notice: &Notice, seen: &Following, market: &Market, w: Words, url: String) -> Letter {
    let shows = shows(notice.kind);
    let when = when(seen, w);
    let for_farm = notice.farm.is_some();
    let sayings = Sayings::new(notice, w);
    let heading = sayings.heading();
    let day = day(seen, w);
    let preheader = match notice.kind {
        Kind::Cancelled | Kind::FarmCancelled | Kind::Missed | Kind::Receipt => sayings.lead(),
        _ => format!("{}, {}, {}", when.label, when.window, when.place),
    };
    let code = one_line(&notice.args.code);
    let still_to_come = seen.order.parts.iter().any(|part| part.status.is_open());
    let partly = notice.kind == Kind::Cancelled && still_to_come;
    let mut lead = vec![sayings.lead()];
    lead.extend(sayings.more(seen, &day));
    if for_farm {
        lead.push(w.say_a("notices-mail-for", &first_name(&seen.order.customer_name)));
    }
    let why = if for_farm {
        "notices-mail-why-farm"
    } else {
        "notices-mail-why"
    };
    Letter {
        w,
        subject: format!("{code}: {heading}"),
        preheader,
        market: one_line(&market.name),
        address: one_line(&market.address),
        heading,
        lead,
        when: (shows.when || partly).then_some(when),
        code_label: w
            .say(if for_farm || !still_to_come {
                "notices-mail-code-none"
            } else {
                "notices-mail-code"
            })
            .into_owned(),
        code,
        button: w.say(button(notice.kind)).into_owned(),
        url,
        cards: if shows.lines {
            cards(seen, w)
        } else {
            Vec::new()
        },
        rows: if shows.lines && !for_farm {
            fees(seen, w)
        } else {
            Vec::new()
        },
        sum: (shows.sum || partly).then(|| sum(seen, w)),
        note: if shows.sum {
            note(seen, w)
        } else {
            String::new()
        },
        why: w.say_a(why, notice.address.as_deref().unwrap_or_default()),
    }
}

const fn button(kind: Kind) -> &'static str {
    match kind {
        Kind::Ready | Kind::OutForDelivery => "notices-mail-show-code",
        Kind::FarmNew | Kind::FarmCancelled => "notices-mail-open",
        Kind::Missed => "notices-mail-possible",
        _ => "notices-mail-follow",
    }
}

/// Never "tomorrow": nobody knows when a mail is read.
fn day(seen: &Following, w: Words) -> String {
    let day = formats::day(&seen.order.window.date);
    day.map(|day| formats::date(day, w)).unwrap_or_default()
}

fn when(seen: &Following, w: Words) -> When {
    let (window, place) = (&seen.order.window, &seen.order.place);
    When {
        label: w.say_a("notices-mail-collect", &day(seen, w)),
        window: formats::window(&window.starts, &window.ends),
        place: one_line(&place.name),
        address: one_line(&place.address),
    }
}

/// A farm learns whom it packs for, not more: `Imogen H.`
fn first_name(name: &str) -> String {
    let name = one_line(name);
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {initial}."),
        None => first.to_owned(),
    }
}

fn lives(seen: &Following, line: &OrderLine) -> bool {
    seen.order
        .part(&line.part)
        .is_some_and(|part| part.status != Status::Cancelled)
}

fn cards(seen: &Following, w: Words) -> Vec<Card> {
    let living = seen
        .order
        .parts
        .iter()
        .filter(|part| part.status != Status::Cancelled);
    living
        .map(|part| Card {
            name: one_line(&part.farm.name),
            lines: seen
                .lines
                .iter()
                .filter(|line| line.part == part.id)
                .map(|one| line(one, w))
                .collect(),
        })
        .collect()
}

fn line(line: &OrderLine, w: Words) -> Line {
    let quantity = line.packed.unwrap_or(line.ordered);
    let price = formats::money(line.price, w);
    let price = if line.unit == "kg" {
        format!("{price}/kg")
    } else {
        price
    };
    let open = is_open(line);
    let key = match (quantity.as_thousandths(), line.priced_by) {
        (0, _) => "orders-line-none",
        (_, PricedBy::Weight) if open => "orders-line-about",
        (_, PricedBy::Weight) => "orders-line-weighed",
        _ => "orders-line",
    };
    let quantity = formats::quantity(quantity, &one_line(&line.unit), w);
    Line {
        product: one_line(&line.product),
        detail: w.say_with(key, &[("qty", quantity.into()), ("price", price.into())]),
        amount: about(line.counts(), open, w),
    }
}

fn is_open(line: &OrderLine) -> bool {
    line.priced_by == PricedBy::Weight && line.amount.is_none()
}

fn about(amount: Money, open: bool, w: Words) -> String {
    let amount = formats::money(amount, w);
    if open {
        w.say_a("orders-about", &amount)
    } else {
        amount
    }
}

fn fees(seen: &Following, w: Words) -> Vec<(String, String)> {
    seen.living_fees()
        .map(|fee| (formats::fee(&fee.kind, w), formats::money(fee.amount, w)))
        .collect()
}

/// What lives of it, by `of`, with the fees; sums that do not fit are left out rather than wrapped.
fn add(seen: &Following, of: impl Fn(&OrderLine) -> Money) -> Money {
    let lines = seen.lines.iter().filter(|line| lives(seen, line)).map(of);
    let fees = seen.living_fees().map(|fee| fee.amount);
    let zero = Money::new(0, seen.order.currency);
    lines
        .chain(fees)
        .fold(zero, |sum, amount| sum.checked_add(amount).unwrap_or(sum))
}

fn has_open(seen: &Following) -> bool {
    seen.lines
        .iter()
        .any(|line| is_open(line) && lives(seen, line))
}

fn sum(seen: &Following, w: Words) -> (String, String) {
    let awaited = seen.order.parts.iter().any(|part| part.status.is_open());
    let label = w.say(match seen.order.payment {
        Payment::PayAtPickup if awaited => "orders-pay-stall",
        Payment::PayAtPickup => "orders-pay-total",
        Payment::Captured => "orders-pay-paid",
        Payment::Authorized => "orders-pay-reserved",
        Payment::Awaiting => "orders-pay-awaiting",
        Payment::Failed | Payment::Expired => "orders-pay-failed",
        Payment::Voided => "orders-pay-voided",
    });
    (
        label.into_owned(),
        about(add(seen, OrderLine::counts), has_open(seen), w),
    )
}

/// What is not final yet, and how far it went from what was ordered.
fn note(seen: &Following, w: Words) -> String {
    let mut note = Vec::new();
    if has_open(seen) {
        note.push(w.say("orders-sum-open").into_owned());
    }
    let first = add(seen, |line| line.estimated);
    if first != add(seen, OrderLine::counts) {
        note.push(w.say_a("orders-sum-was", &formats::money(first, w)));
    }
    note.join(" ")
}
