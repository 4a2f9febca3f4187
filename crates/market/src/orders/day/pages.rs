//! The page of a market's day: exceptions first, then the farms, then who comes when.
use askama::Template;

use super::model::{FarmLine, Late, Overview};
use crate::{
    kernel::{money::Money, time::Ts},
    markets::model::Market,
    pages::{Shell, Theme, formats, render},
    words::Words,
};

pub struct DayPage {
    w: Words,
    title: String,
    where_and_when: String,
    is_empty: bool,
    figures: Vec<(String, String)>,
    todo: Vec<Todo>,
    farms: Vec<Row>,
    sums: Row,
    windows: Vec<Bar>,
}

struct Todo {
    says: String,
    more: String,
    url: String,
    go: String,
}

struct Row {
    name: String,
    url: String,
    is_late: bool,
    /// Words of the column, what stands there, whether it is nothing.
    cells: Vec<(String, String, bool)>,
}

struct Bar {
    hours: String,
    place: String,
    /// Of a hundred.
    part: i64,
    says: String,
}

#[derive(Template)]
#[template(path = "orders/day/pages.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a DayPage,
}

#[derive(Template)]
#[template(path = "orders/day/pages.html", block = "figures")]
struct Figures<'a> {
    page: &'a DayPage,
}

#[derive(Template)]
#[template(path = "orders/day/pages.html", block = "day")]
struct Part<'a> {
    page: &'a DayPage,
}

impl DayPage {
    pub fn new(overview: &Overview, market: &Market, w: Words, now: Ts) -> Self {
        let money = |minor| formats::money(Money::new(minor, market.currency), w);
        let late = overview.late(now);
        let date = overview.day.as_ref().map(|day| &day.date);
        let title = match date.and_then(|date| formats::day(date)) {
            Some(date) => formats::date(date, w),
            None => w.say("orders-day-title").into_owned(),
        };
        let figure = |key: &str, value: String| (w.say(key).into_owned(), value);
        let is_late = |farm: &FarmLine| late.iter().any(|(late, _)| late.id == farm.id);
        let farms = overview.farms.iter();
        Self {
            w,
            title,
            where_and_when: where_and_when(overview, w),
            is_empty: overview.farms.is_empty(),
            figures: vec![
                figure("orders-day-orders", overview.orders.to_string()),
                figure("orders-day-ready", overview.ready.to_string()),
                figure("orders-day-late", late.len().to_string()),
                figure("orders-day-cash", money(overview.cash())),
            ],
            todo: todo(overview, &late, w),
            farms: farms
                .map(|farm| row(farm, is_late(farm), money(farm.cash), w))
                .collect(),
            sums: sums(overview, money(overview.cash()), w),
            windows: windows(overview, w),
        }
    }

    pub fn title(&self) -> String {
        self.title.clone()
    }

    /// For those who listen.
    pub fn sentence(&self) -> String {
        self.w.say_n("orders-day-need-you", self.todo.len())
    }

    pub fn render_page(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    /// The parts that change while the page is open.
    pub fn render_parts(&self) -> Vec<(String, String)> {
        vec![
            ("figures".to_owned(), render(&Figures { page: self })),
            ("day".to_owned(), render(&Part { page: self })),
        ]
    }

    fn columns(&self) -> Vec<String> {
        let cells = self.sums.cells.iter();
        cells.map(|cell| cell.0.clone()).collect()
    }
}

fn where_and_when(overview: &Overview, w: Words) -> String {
    let mut places: Vec<&str> = overview.spans.iter().map(|span| &*span.place).collect();
    places.dedup();
    let first = overview.spans.first().map(|span| &span.starts);
    let last = overview.spans.iter().map(|span| &span.ends).max();
    match (first, last) {
        (Some(first), Some(last)) => format!(
            "{}, {}",
            formats::list(&places, w),
            formats::window(first, last)
        ),
        _ => String::new(),
    }
}

fn todo(overview: &Overview, late: &[(&FarmLine, Late)], w: Words) -> Vec<Todo> {
    let mut todo = Vec::new();
    if overview.applied > 0 {
        todo.push(Todo {
            says: w.say_with("orders-day-applied", &[("n", overview.applied.into())]),
            more: w.say("orders-day-applied-more").into_owned(),
            url: "/market/farms".to_owned(),
            go: w.say("orders-day-applied-go").into_owned(),
        });
    }
    for (farm, how) in late {
        let key = match how {
            Late::NotBegun => "orders-day-not-begun",
            Late::NotPacked => "orders-day-not-packed",
        };
        let left = farm.to_pack + farm.packing;
        todo.push(Todo {
            says: w.say_with(
                key,
                &[("farm", farm.name.as_str().into()), ("n", left.into())],
            ),
            more: w.say_with(
                "orders-day-of",
                &[
                    ("ready", (farm.ready + farm.done).into()),
                    ("all", farm.all().into()),
                ],
            ),
            url: format!("/farm/board?farm={}", farm.slug),
            go: w.say("orders-day-board").into_owned(),
        });
    }
    let day = overview.day.as_ref().map_or("", |day| day.id.as_str());
    for farm in overview.farms.iter().filter(|farm| farm.missed > 0) {
        todo.push(Todo {
            says: w.say_with(
                "orders-day-missed",
                &[
                    ("farm", farm.name.as_str().into()),
                    ("n", farm.missed.into()),
                ],
            ),
            more: w.say("orders-day-missed-more").into_owned(),
            url: format!("/market/orders?status=MISSED&farm={}&day={day}", farm.id),
            go: w.say("orders-day-who").into_owned(),
        });
    }
    todo
}

fn cells(counts: [i64; 5], cash: String, w: Words) -> Vec<(String, String, bool)> {
    let keys = [
        "orders-status-to-pack",
        "orders-status-packing",
        "orders-status-ready",
        "orders-status-missed",
        "orders-status-collected",
    ];
    let counts = keys.into_iter().zip(counts);
    let mut cells: Vec<_> = counts
        .map(|(key, n)| (w.say(key).into_owned(), n.to_string(), n == 0))
        .collect();
    cells.push((w.say("orders-day-cash-due").into_owned(), cash, false));
    cells
}

fn row(farm: &FarmLine, is_late: bool, cash: String, w: Words) -> Row {
    let counts = [
        farm.to_pack,
        farm.packing,
        farm.ready,
        farm.missed,
        farm.done,
    ];
    Row {
        name: farm.name.clone(),
        url: format!("/farm/board?farm={}", farm.slug),
        is_late,
        cells: cells(counts, cash, w),
    }
}

fn sums(overview: &Overview, cash: String, w: Words) -> Row {
    let sum = |of: fn(&FarmLine) -> i64| overview.farms.iter().map(of).sum();
    let counts = [
        sum(|farm| farm.to_pack),
        sum(|farm| farm.packing),
        sum(|farm| farm.ready),
        sum(|farm| farm.missed),
        sum(|farm| farm.done),
    ];
    Row {
        name: w.say_n("orders-day-farms", overview.farms.len()),
        url: String::new(),
        is_late: false,
        cells: cells(counts, cash, w),
    }
}

fn windows(overview: &Overview, w: Words) -> Vec<Bar> {
    let bar = |span: &super::model::Span| Bar {
        hours: formats::window(&span.starts, &span.ends),
        place: span.place.clone(),
        part: (span.taken * 100 / span.capacity.max(1)).min(100),
        says: w.say_with(
            "orders-day-taken",
            &[
                ("taken", span.taken.into()),
                ("capacity", span.capacity.into()),
            ],
        ),
    };
    overview.spans.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::ids::{DayId, FarmId},
        orders::day::model::{self, Day, Span},
        orders::model::Status,
        pages::sample::{self, at},
        words::Lang,
    };

    fn overview() -> Overview {
        let id = FarmId::new("frm_1");
        let count = |status, n| (id.clone(), "one".to_owned(), "<One>".to_owned(), status, n);
        Overview {
            day: Some(Day {
                id: DayId::new("day_1"),
                date: "2026-11-28".to_owned(),
            }),
            spans: vec![Span {
                place: "Square".to_owned(),
                starts: "09:00".to_owned(),
                ends: "11:00".to_owned(),
                starts_at: at("2026-11-28T09:00"),
                capacity: 40,
                taken: 10,
            }],
            farms: model::farms(
                vec![count(Status::Confirmed, 3), count(Status::Missed, 1)],
                &[(id.clone(), 1250)],
            ),
            orders: 4,
            ready: 0,
            cash_of_none: 50,
            applied: 0,
        }
    }

    #[test]
    fn exceptions_come_first_in_every_language() {
        for lang in Lang::ALL {
            let shell = sample::shell(lang);
            let (w, market) = (lang.words(), sample::market());
            let page = DayPage::new(&overview(), &market, w, at("2026-11-28T08:45"));
            let html = page.render_page(&shell);
            sample::check(&html);
            let at = |part: &str| {
                html.find(part)
                    .unwrap_or_else(|| panic!("no {part} in {html}"))
            };
            assert!(at("class=\"todo\"") < at("<table") && at("<table") < at("class=\"win\""));
            for part in [
                "&#60;One&#62;",
                "href=\"/farm/board?farm=one\"",
                "href=\"/market/orders?status=MISSED&#38;farm=frm_1&#38;day=day_1\"",
                "width=\"25\"",
                "9:00–11:00",
            ] {
                at(part);
            }
            if lang == Lang::En {
                assert!(html.contains("£12.50") && html.contains("£13.00"), "{html}");
            }
            assert_eq!(page.render_parts().len(), 2);
            assert!(!page.sentence().contains('{') && !page.title().is_empty());
        }
    }

    #[test]
    fn a_market_without_a_day_is_told_what_to_do() {
        let shell = sample::shell(Lang::En);
        let page = DayPage::new(
            &Overview::default(),
            &sample::market(),
            Lang::En.words(),
            at("2026-11-28T08:45"),
        );
        let html = page.render_page(&shell);
        sample::check(&html);
        assert!(html.contains("href=\"/market/days\""), "{html}");
        assert!(!html.contains("<table"), "{html}");
    }
}
