//! What each kind of notice puts into its mail.
use super::Sayings;
use crate::{
    kernel::money::Money,
    markets::model::Market,
    notices::model::{Kind, Notice},
    orders::model::{Following, OrderLine, Payment, PricedBy, Status},
    pages::{
        formats,
        letter::{Card, Change, Changes, Letter, Line, MOST_CHANGES, MOST_LINES, When, one_line},
    },
    words::Words,
};

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
        Kind::Changed | Kind::Short => (false, false, true),
        Kind::Confirmed | Kind::Corrected | Kind::Late | Kind::OnTime | Kind::Moved => {
            (true, false, false)
        }
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
    let preheader = preheader(notice.kind, &sayings, &when);
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
    let label = if for_farm || !still_to_come {
        "notices-mail-code-none"
    } else {
        "notices-mail-code"
    };
    let (cards, more) = if shows.lines {
        shortened(cards(seen, w), w)
    } else {
        (Vec::new(), String::new())
    };
    Letter {
        preheader,
        lead,
        when: (shows.when || partly).then_some(when),
        code: Some((w.say(label).into_owned(), code.clone())),
        button: Some((w.say(button(notice.kind)).into_owned(), url)),
        changes: changes(notice, &sayings),
        items: w.say("notices-mail-items").into_owned(),
        cards,
        more,
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
        ..Letter::new(w, market, &format!("{code}: {heading}"), &heading)
    }
}

/// What a list of mails shows beside the subject: the news, or when and where.
fn preheader(kind: Kind, sayings: &Sayings<'_>, when: &When) -> String {
    match kind {
        Kind::Cancelled
        | Kind::FarmCancelled
        | Kind::Missed
        | Kind::Receipt
        | Kind::Short
        | Kind::Late
        | Kind::OnTime
        | Kind::Moved => sayings.lead(),
        Kind::Changed | Kind::FarmChanged => sayings.changed(),
        _ => format!("{}, {}, {}", when.label, when.window, when.place),
    }
}

fn changes(notice: &Notice, sayings: &Sayings<'_>) -> Option<Changes> {
    let w = sayings.w;
    let say = |key: &str| w.say(key).into_owned();
    let changed = &notice.args.changed;
    (!changed.is_empty()).then(|| Changes {
        title: say("notices-mail-changes"),
        more: and_more(changed.len().saturating_sub(MOST_CHANGES), w),
        heads: [
            say("notices-mail-product"),
            say("notices-mail-before"),
            say("notices-mail-now"),
        ],
        rows: changed
            .iter()
            .take(MOST_CHANGES)
            .map(|one| Change {
                product: one_line(&one.product),
                from: sayings.quantity(one.from, &one.unit),
                to: sayings.quantity(one.to, &one.unit),
            })
            .collect(),
    })
}

/// What a mail has room for.
fn shortened(mut cards: Vec<Card>, w: Words) -> (Vec<Card>, String) {
    let (mut room, mut over) = (MOST_LINES, 0);
    for card in &mut cards {
        over += card.lines.len().saturating_sub(room);
        card.lines.truncate(room);
        room -= card.lines.len();
    }
    (cards, and_more(over, w))
}

fn and_more(over: usize, w: Words) -> String {
    if over == 0 {
        String::new()
    } else {
        w.say_n("notices-mail-more", over)
    }
}

const fn button(kind: Kind) -> &'static str {
    match kind {
        Kind::Ready | Kind::OutForDelivery => "notices-mail-show-code",
        Kind::FarmNew | Kind::FarmChanged | Kind::FarmCancelled => "notices-mail-open",
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
    let all = add(seen, OrderLine::counts);
    let due = Money::new(all.minor - seen.settled().minor, all.currency);
    (label.into_owned(), about(due, has_open(seen), w))
}

/// What is not final yet, and how far it went from what was ordered.
fn note(seen: &Following, w: Words) -> String {
    let mut note = Vec::new();
    if has_open(seen) {
        note.push(w.say("orders-sum-open").into_owned());
    }
    let first = seen.first();
    if first != add(seen, OrderLine::counts) {
        note.push(w.say_a("orders-sum-was", &formats::money(first, w)));
    }
    note.join(" ")
}
