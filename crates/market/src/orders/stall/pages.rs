//! The stall's page: find one, hand it over, see who is missing.
use askama::Template;

use super::model::{Box, Elsewhere, Guest, awaited};
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    orders::{
        model::{FarmOrder, Following, Status, StatusEvent, seen::Audience},
        pages::{board::row::not_come, items, status},
    },
    pages::{Shell, Theme, formats, render},
    words::Words,
};

pub struct Row {
    name: String,
    code: String,
    window: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    here: Option<String>,
    /// Its window is over: what becomes of it, and when.
    over: Option<String>,
}

/// One box of the order that was found.
pub struct BoxRow {
    farm: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    /// `Collected 9:12, Ana Ferris`
    done: Option<String>,
}

/// The order that was found by its code.
pub struct Sheet {
    id: String,
    code: String,
    name: String,
    window: String,
    place: String,
    boxes: Vec<BoxRow>,
    lines: Vec<(String, String)>,
    pay: (String, String),
    here: Option<String>,
    elsewhere: Option<String>,
    /// Something may be handed over now.
    hands_over: bool,
    version: i64,
    key: String,
}

pub struct CheckinPage {
    w: Words,
    farm: String,
    title: String,
    day: String,
    query: String,
    /// The code proves by itself; found by name, somebody says why.
    by_code: bool,
    refused: Option<String>,
    sheet: Option<Sheet>,
    found: Vec<Row>,
    searched: bool,
    left: Vec<Row>,
    so_many: String,
}

#[derive(Template)]
#[template(path = "orders/stall/checkin.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a CheckinPage,
}

#[derive(Template)]
#[template(path = "orders/stall/checkin.html", block = "left")]
struct Left<'a> {
    page: &'a CheckinPage,
}

pub struct Asked<'a> {
    /// What was typed or scanned.
    pub query: &'a str,
    pub by_code: bool,
    pub refused: Option<String>,
    pub sheet: Option<Sheet>,
    pub found: Vec<&'a Guest>,
}

impl CheckinPage {
    /// `farm` is the slug and name of the one farm whose boxes are shown.
    pub fn new(
        farm: Option<(&str, &str)>,
        date: Option<&str>,
        guests: &[Guest],
        asked: Asked<'_>,
        market: &Market,
        w: Words,
        now: Ts,
    ) -> Self {
        let today = formats::day_of(now, &market.zone);
        let day = date
            .and_then(formats::day)
            .map(|day| formats::when_full(day, today, w));
        let rows = |guests: Vec<&Guest>| -> Vec<Row> {
            guests
                .into_iter()
                .map(|guest| row(guest, market, w, now))
                .collect()
        };
        let left = rows(awaited(guests));
        let many = [("n", left.len().into()), ("of", guests.len().into())];
        Self {
            w,
            so_many: w.say_with("orders-stall-so-many", &many),
            farm: farm.map_or_else(String::new, |(slug, _)| slug.to_owned()),
            title: farm.map_or_else(|| market.name.clone(), |(_, name)| name.to_owned()),
            day: day.map(|day| formats::capital(&day)).unwrap_or_default(),
            query: asked.query.to_owned(),
            by_code: asked.by_code,
            refused: asked.refused,
            searched: !asked.query.trim().is_empty(),
            sheet: asked.sheet,
            found: rows(asked.found),
            left,
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    /// What changes while nobody touches the page.
    pub fn render_parts(&self) -> Vec<(String, String)> {
        let left = render(&Left { page: self });
        vec![("left".to_owned(), left)]
    }

    pub fn title(&self) -> String {
        format!("{}, {}", self.w.say("orders-stall-title"), self.title)
    }

    /// Who came last, for those who listen.
    pub fn sentence(&self) -> String {
        let here = self.left.iter().rfind(|row| row.here.is_some());
        here.map(|row| self.w.say_a("orders-board-here-now", &row.name))
            .unwrap_or_default()
    }
}

fn at(at: Ts, market: &Market) -> String {
    formats::time(at, &market.zone)
}

fn row(guest: &Guest, market: &Market, w: Words, now: Ts) -> Row {
    let open = guest.boxes.iter().map(|one| one.status);
    let least = open.min().unwrap_or(Status::Cancelled);
    let over = |one: &Box| not_come(one.status, &guest.window, market, w);
    let mut over = guest.boxes.iter().filter_map(over);
    Row {
        name: guest.name.clone(),
        code: guest.code.clone(),
        window: formats::window_short(&guest.window.starts, &guest.window.ends),
        word: status::farm_word(least, w),
        icon: status::icon(least),
        class: status::class(least),
        here: guest
            .here_at
            .map(|here| w.say_a("orders-stall-here", &at(here, market))),
        over: over.next().filter(|_| now >= guest.window.ends_at),
    }
}

impl Sheet {
    pub fn new(
        following: &Following,
        audience: &Audience,
        here: Option<Ts>,
        elsewhere: Option<&Elsewhere>,
        market: &Market,
        w: Words,
    ) -> Self {
        let order = &following.order;
        let totals = items::totals(following, audience, w);
        let lines = following.lines.iter().map(|line| {
            let qty = line.packed.unwrap_or(line.ordered);
            (formats::quantity(qty, &line.unit, w), line.product.clone())
        });
        let day = formats::day(&order.window.date).map(|day| formats::date(day, w));
        let window = formats::window(&order.window.starts, &order.window.ends);
        let window = format!("{}, {window}", day.unwrap_or_default());
        let ready =
            |part: &FarmOrder| matches!(part.status, Status::Ready | Status::OutForDelivery);
        let where_else = elsewhere.map(|why| {
            let key = match why {
                Elsewhere::OtherDay => "orders-stall-other-day",
                Elsewhere::OtherStall => "orders-stall-other-stall",
            };
            w.say_with(
                key,
                &[
                    ("window", window.clone().into()),
                    ("place", order.place.name.as_str().into()),
                ],
            )
        });
        Self {
            id: order.id.to_string(),
            code: order.code.clone(),
            name: order.customer_name.clone(),
            place: order.place.name.clone(),
            boxes: order
                .parts
                .iter()
                .map(|part| box_row(part, &following.history, market, w))
                .collect(),
            lines: lines.collect(),
            pay: (totals.label, totals.sum),
            here: here.map(|here| w.say_a("orders-stall-here", &at(here, market))),
            hands_over: elsewhere != Some(&Elsewhere::OtherStall) && order.parts.iter().any(ready),
            elsewhere: where_else,
            window,
            version: order.version,
            key: format!("{}.{}.checkin", order.id, order.version),
        }
    }
}

fn box_row(part: &FarmOrder, history: &[StatusEvent], market: &Market, w: Words) -> BoxRow {
    let done = history
        .iter()
        .rev()
        .find(|event| event.part == part.id && event.to == Status::Fulfilled)
        .filter(|_| matches!(part.status, Status::Fulfilled | Status::Completed));
    BoxRow {
        farm: part.farm.name.clone(),
        word: status::farm_word(part.status, w),
        icon: status::icon(part.status),
        class: status::class(part.status),
        done: done.map(|event| {
            let args = [
                ("at", at(event.at, market).into()),
                ("who", event.actor_name.clone().unwrap_or_default().into()),
            ];
            w.say_with("orders-stall-done", &args)
        }),
    }
}

/// Where everything else of a farm's work is.
pub struct MorePage {
    pub w: Words,
    pub farm: String,
    pub links: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "orders/stall/more.html")]
struct More<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a MorePage,
}

impl MorePage {
    pub fn render(&self, shell: &Shell) -> String {
        render(&More {
            shell,
            w: self.w,
            page: self,
        })
    }
}
