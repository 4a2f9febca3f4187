//! What happened to an order, by day, newest first: who, when, in words.
use crate::{
    kernel::{qty::Qty, role::Role, time::Ts},
    markets::model::Market,
    orders::model::{Following, LineChange, Order, Reason, Status, StatusEvent, seen::Audience},
    pages::formats,
    words::Words,
};

use super::status;

pub struct Day {
    pub title: String,
    pub entries: Vec<Entry>,
}

pub struct Entry {
    pub time: String,
    /// For the `datetime` attribute.
    pub machine: String,
    pub class: &'static str,
    pub text: String,
    /// Who did it and why; empty when there is nothing to add.
    pub who: String,
}

/// One line for what one transaction did.
pub fn days(
    following: &Following,
    market: &Market,
    audience: &Audience,
    w: Words,
    now: Ts,
) -> Vec<Day> {
    let today = formats::day_of(now, &market.zone);
    let mut days: Vec<(jiff::civil::Date, Day)> = Vec::new();
    for did in all(following).into_iter().rev() {
        let Some(at) = did.at() else { continue };
        let entry = Entry {
            time: formats::time(at, &market.zone),
            machine: formats::machine(at, &market.zone),
            class: did.class(),
            text: did.text(&following.order, audience, w),
            who: did.who(audience, w),
        };
        let date = formats::day_of(at, &market.zone);
        match days.last_mut() {
            Some((last, day)) if *last == date => day.entries.push(entry),
            _ => {
                let title = formats::capital(&formats::when_full(date, today, w));
                days.push((
                    date,
                    Day {
                        title,
                        entries: vec![entry],
                    },
                ));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}

/// The newest change as one sentence, for those who listen.
pub fn newest(following: &Following, audience: &Audience, w: Words) -> Option<String> {
    let did = all(following).pop()?;
    if let Some(late) = following.late.last()
        && late.order_version > did.version()
        && let Some(part) = (following.order.parts.iter()).find(|part| part.farm.id == late.farm)
    {
        let farm = part.farm.name.as_str();
        return Some(match late.minutes {
            0 => w.say_a("orders-late-not", farm),
            n => w.say_with(
                "orders-late-note",
                &[("farm", farm.into()), ("n", n.into())],
            ),
        });
    }
    Some(did.text(&following.order, audience, w))
}

/// What one transaction did: steps that say the same of several farms, or changes of lines.
enum Did<'a> {
    Steps(Vec<&'a StatusEvent>),
    Lines(Vec<&'a LineChange>),
}

/// Oldest first. Of a change that took out a farm's last line, the lines come before the cancellation.
fn all(following: &Following) -> Vec<Did<'_>> {
    let lines = following.changes.iter().filter(|line| line.from != line.to);
    let lines: Vec<&LineChange> = lines.collect();
    let mut all: Vec<Did<'_>> = lines
        .chunk_by(|a, b| a.order_version == b.order_version)
        .map(|lines| Did::Lines(lines.to_vec()))
        .collect();
    all.extend(groups(&following.history).into_iter().map(Did::Steps));
    all.sort_by_key(Did::version);
    all
}

impl Did<'_> {
    fn version(&self) -> i64 {
        match self {
            Self::Steps(steps) => steps.first().map_or(0, |step| step.order_version),
            Self::Lines(lines) => lines.first().map_or(0, |line| line.order_version),
        }
    }

    fn at(&self) -> Option<Ts> {
        match self {
            Self::Steps(steps) => steps.first().map(|step| step.at),
            Self::Lines(lines) => lines.first().map(|line| line.at),
        }
    }

    fn class(&self) -> &'static str {
        match self {
            Self::Steps(steps) => steps.first().map_or("", |step| class(step)),
            Self::Lines(_) => "look",
        }
    }

    fn text(&self, order: &Order, audience: &Audience, w: Words) -> String {
        match self {
            Self::Steps(steps) => text(order, steps, audience, w),
            Self::Lines(lines) => changed(order, lines, audience, w),
        }
    }

    fn who(&self, audience: &Audience, w: Words) -> String {
        match self {
            Self::Steps(steps) => who(steps, audience, w),
            // The sentence says who changed or packed them.
            Self::Lines(_) => String::new(),
        }
    }
}

fn changed(order: &Order, lines: &[&LineChange], audience: &Audience, w: Words) -> String {
    let quantity = |qty: Qty, unit: &str| match qty.as_thousandths() {
        0 => w.say("orders-changed-none").into_owned(),
        _ => formats::quantity(qty, unit, w),
    };
    let line = |line: &&LineChange| {
        let (from, to) = (
            quantity(line.from, &line.unit),
            quantity(line.to, &line.unit),
        );
        w.say_with(
            "orders-changed-line",
            &[
                ("product", line.product.as_str().into()),
                ("from", from.into()),
                ("to", to.into()),
            ],
        )
    };
    if lines.iter().any(|line| line.is_pick()) {
        let picked = lines.iter().map(|line| picked(order, line, w));
        return picked.collect::<Vec<_>>().join(". ");
    }
    let lines: Vec<String> = lines.iter().map(line).collect();
    let lines = lines.join(", ");
    if *audience == Audience::Customer {
        return w.say_a("orders-did-change-you", &lines);
    }
    let name = order.customer_name.as_str();
    w.say_with(
        "orders-did-change",
        &[("a", name.into()), ("lines", lines.into())],
    )
}

fn picked(order: &Order, line: &LineChange, w: Words) -> String {
    let farm = order.part(&line.part).map_or("", |part| &part.farm.name);
    formats::packed(farm, (&line.product, &line.unit), line.from, line.to, w)
}

fn groups(history: &[StatusEvent]) -> Vec<Vec<&StatusEvent>> {
    let mut groups: Vec<Vec<&StatusEvent>> = Vec::new();
    for event in history {
        // An order is placed once, however many farms it goes to.
        let same = |other: &StatusEvent| {
            (event.from.is_none() && other.from.is_none())
                || (other.order_version == event.order_version
                    && other.to == event.to
                    && other.undoes.is_some() == event.undoes.is_some())
        };
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| same(first)) => group.push(event),
            _ => groups.push(vec![event]),
        }
    }
    groups
}

fn class(event: &StatusEvent) -> &'static str {
    match event.to {
        _ if event.undoes.is_some() => "look",
        Status::Cancelled | Status::Missed => "bad",
        other => status::class(other),
    }
}

fn text(order: &Order, group: &[&StatusEvent], audience: &Audience, w: Words) -> String {
    let Some(event) = group.first() else {
        return String::new();
    };
    let own = matches!(event.role, Role::Customer | Role::Guest) && *audience == Audience::Customer;
    let names: Vec<&str> = group
        .iter()
        .filter_map(|event| order.part(&event.part))
        .map(|part| part.farm.name.as_str())
        .collect();
    let n = names.len().max(1);
    let farms = if n > 1 && n == order.parts.len() {
        w.say_n("orders-all-farms", n)
    } else {
        formats::list(&names, w)
    };
    let args = [("farms", farms.into()), ("n", n.into())];
    if event.undoes.is_some() {
        let status = status::customer_word(event.to, w);
        let [farms, _] = args;
        return w.say_with("orders-did-undo", &[farms, ("status", status.into())]);
    }
    let key = match event.to {
        Status::Pending if own => return w.say("orders-did-place-you").into_owned(),
        Status::Pending => return w.say_a("orders-did-place", &order.customer_name),
        Status::Confirmed => "orders-did-confirm",
        Status::Preparing => "orders-did-pack",
        Status::Ready => "orders-did-ready",
        Status::OutForDelivery => "orders-did-send-out",
        Status::Missed => "orders-did-miss",
        Status::Fulfilled => "orders-did-collect",
        Status::Completed => "orders-did-complete",
        Status::Cancelled if own => "orders-did-cancel-you",
        Status::Cancelled if event.role.is_farm() => "orders-did-cancel",
        // Whoever did it stands below.
        Status::Cancelled => "orders-did-cancel-for",
    };
    w.say_with(key, &args)
}

/// Customers read first names; whoever works here reads whole names and notes.
fn who(group: &[&StatusEvent], audience: &Audience, w: Words) -> String {
    let Some(event) = group.first() else {
        return String::new();
    };
    let mut parts: Vec<String> = event
        .reason
        .map(|reason| reason_to(audience, reason, w))
        .into_iter()
        .collect();
    let mut names: Vec<String> = Vec::new();
    for event in group {
        let name = name(event, audience, w);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    parts.push(formats::list(&names, w));
    if *audience != Audience::Customer {
        parts.extend(event.note.clone());
    }
    parts.retain(|part| !part.is_empty());
    parts.join(". ")
}

fn name(event: &StatusEvent, audience: &Audience, w: Words) -> String {
    let customer = *audience == Audience::Customer;
    match (event.role, &event.actor_name) {
        (Role::Customer | Role::Guest, _) if customer || event.to == Status::Pending => {
            String::new()
        }
        (Role::System, _) => w.say("orders-by-itself").into_owned(),
        (role, _) if role.is_manager() && customer => w.say("orders-by-market").into_owned(),
        (_, Some(name)) if customer => name.split_whitespace().next().unwrap_or("").to_owned(),
        (_, Some(name)) => name.clone(),
        (Role::Customer | Role::Guest, None) => w.say("orders-by-customer").into_owned(),
        (_, None) => String::new(),
    }
}

/// Customers are spoken to, not about.
pub fn reason_to(audience: &Audience, reason: Reason, w: Words) -> String {
    if reason == Reason::CustomerRequest && *audience == Audience::Customer {
        return w.say("orders-reason-customer-you").into_owned();
    }
    self::reason(reason, w)
}

pub fn reason(reason: Reason, w: Words) -> String {
    w.say(match reason {
        Reason::CustomerRequest => "orders-reason-customer",
        Reason::FarmDeclined => "orders-reason-farm",
        Reason::OutOfStock => "orders-reason-stock",
        Reason::Weather => "orders-reason-weather",
        Reason::PaymentFailed => "orders-reason-payment",
        Reason::NoShow => "orders-reason-no-show",
        Reason::MarketCancelled => "orders-reason-market",
        Reason::Fraud => "orders-reason-fraud",
        Reason::Other => "orders-reason-other",
    })
    .into_owned()
}
