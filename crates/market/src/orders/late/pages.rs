//! Which windows there are, what their customers know, and the form that tells them.
use askama::Template;

use super::model::{MINUTES, MOST, Message, Waiting, current, said};
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    pages::{Shell, Theme, formats, render},
    words::Words,
};

/// What somebody asked of the page.
#[derive(Default)]
pub struct Ask<'a> {
    /// The field and why.
    pub refused: Option<(&'static str, String)>,
    /// Window and minutes, as they were sent.
    pub chosen: (String, String),
    /// The window, the minutes, and the key of sending it.
    pub preview: Option<(&'a Waiting, i64, String)>,
}

struct Told {
    window: String,
    says: String,
    at: String,
    key: String,
    title: String,
}

/// A choice: value, words, whether it is chosen.
type Choice = (String, String, bool);

struct Preview {
    window: String,
    minutes: i64,
    key: String,
    title: String,
    says: String,
    goes_to: String,
}

pub struct LatePage {
    w: Words,
    farm: String,
    farm_name: String,
    day: String,
    refused: Option<(&'static str, String)>,
    told: Vec<Told>,
    windows: Vec<Choice>,
    minutes: Vec<Choice>,
    left: String,
    preview: Option<Preview>,
}

#[derive(Template)]
#[template(path = "orders/late/late.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a LatePage,
}

impl LatePage {
    /// `farm` is slug and name; `lists` who waits, and what was told that day.
    pub fn new(
        farm: (&str, &str),
        date: Option<&str>,
        lists: (&[Waiting], &[Message]),
        ask: Ask<'_>,
        market: &Market,
        w: Words,
        now: Ts,
    ) -> Self {
        let (waiting, messages) = lists;
        let today = formats::day_of(now, &market.zone);
        let day = date.and_then(formats::day);
        let day = day.map(|day| formats::capital(&formats::when_full(day, today, w)));
        let told = waiting.iter().filter_map(|one| {
            let message = current(messages, &one.window)?;
            Some(told(one, message, market, w))
        });
        let chosen =
            |value: &str, sent: &str, first: bool| value == sent || (sent.is_empty() && first);
        let (window, minutes) = &ask.chosen;
        let windows = waiting.iter().enumerate().map(|(nth, one)| {
            let is = chosen(one.window.as_str(), window, nth == 0);
            (one.window.to_string(), title(one, w), is)
        });
        let choices = MINUTES.iter().map(|n| {
            let is = chosen(&n.to_string(), minutes, *n == 20);
            (
                n.to_string(),
                w.say_with("orders-late-by", &[("n", (*n).into())]),
                is,
            )
        });
        Self {
            w,
            farm: farm.0.to_owned(),
            farm_name: farm.1.to_owned(),
            day: day.unwrap_or_default(),
            refused: ask.refused,
            told: told.collect(),
            windows: windows.collect(),
            minutes: choices.collect(),
            left: w.say_n("orders-late-left", MOST.saturating_sub(said(messages))),
            preview: ask.preview.map(|(one, minutes, key)| Preview {
                window: one.window.to_string(),
                minutes,
                key,
                title: title(one, w),
                says: says(farm.1, minutes, w),
                goes_to: goes_to(one.customers, w),
            }),
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }
}

/// What customers read.
pub fn says(farm: &str, minutes: i64, w: Words) -> String {
    let args = [("farm", farm.into()), ("n", minutes.into())];
    w.say_with("orders-late-note", &args)
}

fn goes_to(customers: i64, w: Words) -> String {
    w.say_n(
        "orders-late-goes-to",
        usize::try_from(customers).unwrap_or(0),
    )
}

fn title(one: &Waiting, w: Words) -> String {
    let window = formats::window(&one.starts, &one.ends);
    let customers = usize::try_from(one.customers).unwrap_or(0);
    format!(
        "{window}, {}, {}",
        one.place,
        w.say_n("orders-late-customers", customers)
    )
}

fn told(one: &Waiting, message: &Message, market: &Market, w: Words) -> Told {
    let late = [("n", message.minutes.into())];
    let customers = usize::try_from(message.told).unwrap_or(0);
    let at = [
        ("a", formats::time(message.at, &market.zone).into()),
        ("b", w.say_n("orders-late-customers", customers).into()),
    ];
    Told {
        window: one.window.to_string(),
        title: formats::window(&one.starts, &one.ends),
        says: w.say_with("orders-late-by", &late),
        at: w.say_with("orders-late-told", &at),
        key: format!("{}.ontime", message.id),
    }
}
