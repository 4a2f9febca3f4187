//! Where an order is, when it can be had, what to do. A part of the page and the page are one template: they cannot
//! drift apart.
mod headline;
mod notes;
#[cfg(test)]
mod tests;
mod ticket;

use askama::Template;

use self::{
    headline::{Collect, advice, collect, headline},
    notes::{Note, notes},
    ticket::{Ticket, ticket},
};
use super::{
    history::{self, Day},
    items::{self, Card, Totals},
    status,
};
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    orders::{
        changing::model::is_open,
        model::{Following, Status, seen::Audience},
    },
    pages::{Shell, Theme, art::Badge, render},
    words::Words,
};

pub struct TrackPage {
    w: Words,
    code: String,
    headline: String,
    collect: Option<Collect>,
    /// What to do, after when to come.
    advice: String,
    farms: Vec<FarmSteps>,
    notes: Vec<Note>,
    /// None once there is nothing left to collect.
    ticket: Option<Ticket>,
    days: Vec<Day>,
    cards: Vec<Card>,
    totals: Totals,
    newest: String,
    customer: bool,
    /// Where its customer can change it, while they may.
    change: Option<String>,
}

struct FarmSteps {
    name: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    /// One to five; 0 for a part that was cancelled, which has no bar.
    step: usize,
    label: String,
    steps: Vec<(bool, String)>,
}

#[derive(Template)]
#[template(path = "orders/pages/track.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a TrackPage,
}

macro_rules! parts {
    ($($name:ident $block:literal,)*) => {
        $(
            #[derive(Template)]
            #[template(path = "orders/pages/track.html", block = $block)]
            struct $name<'a> {
                page: &'a TrackPage,
            }
        )*

        impl TrackPage {
            /// The parts of the page that may change, by the name of their place.
            pub fn render_parts(&self) -> Vec<(String, String)> {
                vec![$(($block.to_owned(), render(&$name { page: self })),)*]
            }
        }
    };
}
parts! { Now "now", Farms "farms", Notes "notes", TicketPart "ticket", HistoryPart "history", Items "items", }

impl TrackPage {
    /// `following` as its audience may see it; `code_url` is what the QR code says.
    pub fn new(
        following: &Following,
        market: &Market,
        audience: &Audience,
        w: Words,
        now: Ts,
        code_url: &str,
    ) -> Self {
        let order = &following.order;
        Self {
            w,
            code: order.code.clone(),
            headline: headline(order, w),
            collect: collect(order, audience, market, w, now),
            advice: advice(order, audience, market, w, now),
            farms: order
                .parts
                .iter()
                .map(|part| farm_steps(&part.farm.name, part.status, w))
                .collect(),
            notes: notes(following, audience, w, now),
            ticket: ticket(following, audience, market, w, now, code_url),
            days: history::days(following, market, audience, w, now),
            cards: items::cards(following, market, w, now),
            totals: items::totals(following, audience, w),
            newest: history::newest(following, audience, w).unwrap_or_default(),
            customer: *audience == Audience::Customer,
            change: (*audience == Audience::Customer && is_open(order, now))
                .then(|| format!("/orders/{}/change", order.id)),
        }
    }

    pub fn render_page(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    pub fn title(&self) -> String {
        self.w.say_with(
            "orders-track-title",
            &[
                ("now", self.headline.as_str().into()),
                ("code", self.code.as_str().into()),
            ],
        )
    }

    /// One sentence for the polite live region: what happened, then where that leaves the order.
    pub fn sentence(&self) -> String {
        if self.newest.is_empty() {
            return format!("{}.", self.headline);
        }
        format!("{}. {}.", self.newest, self.headline)
    }

    fn badges(&self) -> impl Iterator<Item = &Badge> {
        self.cards.iter().map(|card| &card.badge)
    }
}

fn farm_steps(name: &str, now: Status, w: Words) -> FarmSteps {
    let (word, step) = (status::customer_word(now, w), status::step(now));
    let steps = status::STEPS.iter().enumerate().map(|(at, name)| {
        let key = match (at + 1).cmp(&step) {
            std::cmp::Ordering::Less => "orders-step-done",
            std::cmp::Ordering::Equal => "orders-step-now",
            std::cmp::Ordering::Greater => "orders-step-to-come",
        };
        (at < step, w.say_a(key, &status::customer_word(*name, w)))
    });
    FarmSteps {
        steps: steps.collect(),
        label: w.say_with("orders-step-of", &[("a", name.into()), ("n", step.into())]),
        name: name.to_owned(),
        word,
        icon: status::icon(now),
        class: status::class(now),
        step,
    }
}
