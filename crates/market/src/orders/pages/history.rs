//! What happened to an order, by day, newest first: who, when, in words.
use crate::{
    kernel::{role::Role, time::Ts},
    markets::model::Market,
    orders::model::{Following, Order, Reason, Status, StatusEvent, seen::Audience},
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

/// One line for events of one transaction that say the same of several farms.
pub fn days(
    following: &Following,
    market: &Market,
    audience: &Audience,
    w: Words,
    now: Ts,
) -> Vec<Day> {
    let today = formats::day_of(now, &market.zone);
    let mut days: Vec<(jiff::civil::Date, Day)> = Vec::new();
    for group in groups(&following.history).into_iter().rev() {
        let Some(first) = group.first() else { continue };
        let entry = Entry {
            time: formats::time(first.at, &market.zone),
            machine: formats::machine(first.at, &market.zone),
            class: class(first),
            text: text(&following.order, &group, audience, w),
            who: who(&group, audience, w),
        };
        let date = formats::day_of(first.at, &market.zone);
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
    let group = groups(&following.history).pop()?;
    Some(text(&following.order, &group, audience, w))
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
