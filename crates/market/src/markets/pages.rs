//! The lists of a market's manager: days, places; and what a day's status is called.
use askama::Template;

use super::{
    days::model::{Day, Step, Window},
    model::{DayStatus, Market},
};
use crate::{
    kernel::time::Ts,
    pages::{Shell, Theme, formats, render},
    words::Words,
};

pub struct Row {
    pub url: String,
    pub title: String,
    pub status: String,
    /// Class of the status: `ok`, `look`, or none.
    pub look: &'static str,
    pub lines: Vec<String>,
}

pub struct Section {
    pub title: String,
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "markets/pages.html")]
pub struct ListPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub title: String,
    pub links: Vec<(String, String)>,
    pub sections: Vec<Section>,
    /// What to do when there is nothing yet.
    pub empty: String,
}

impl ListPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }
}

pub fn status(status: DayStatus, w: Words) -> String {
    let key = match status {
        DayStatus::Draft => "markets-status-draft",
        DayStatus::Scheduled => "markets-status-scheduled",
        DayStatus::Open => "markets-status-open",
        DayStatus::Closed => "markets-status-closed",
        DayStatus::Harvested => "markets-status-harvested",
        DayStatus::Distributed => "markets-status-distributed",
        DayStatus::Settled => "markets-status-settled",
        DayStatus::Cancelled => "markets-status-cancelled",
    };
    w.say(key).into_owned()
}

pub fn step(step: Step, w: Words) -> String {
    let key = match step {
        Step::Schedule => "markets-step-schedule",
        Step::Open => "markets-step-open",
        Step::Close => "markets-step-close",
        Step::Reopen => "markets-step-reopen",
        Step::Cancel => "markets-step-cancel",
        Step::Restore => "markets-step-restore",
    };
    w.say(key).into_owned()
}

/// `Saturday 28 November`.
pub fn date(day: &Day, w: Words) -> String {
    formats::day(&day.date).map_or_else(|| day.date.clone(), |date| formats::date(date, w))
}

fn moment(at: Ts, market: &Market, w: Words) -> String {
    let day = formats::date(formats::day_of(at, &market.zone), w);
    format!("{day}, {}", formats::time(at, &market.zone))
}

/// When a day takes orders: `Orders from … to …`.
pub fn hours(day: &Day, market: &Market, w: Words) -> String {
    w.say_with(
        "markets-day-hours",
        &[
            ("from", moment(day.opens_at, market, w).into()),
            ("to", moment(day.cutoff_at, market, w).into()),
        ],
    )
}

pub fn day_row(day: &Day, windows: &[&Window], orders: i64, market: &Market, w: Words) -> Row {
    let look = match day.status {
        DayStatus::Open => "ok",
        DayStatus::Draft | DayStatus::Cancelled => "look",
        _ => "",
    };
    let mut lines = vec![
        w.say_with("markets-day-orders", &[("n", orders.into())]),
        hours(day, market, w),
    ];
    lines.extend(windows.iter().map(|window| {
        w.say_with(
            "markets-day-window-line",
            &[
                (
                    "hours",
                    formats::window(&window.starts, &window.ends).into(),
                ),
                ("place", window.place_name.as_str().into()),
                ("taken", window.taken.into()),
                ("capacity", window.capacity.into()),
            ],
        )
    }));
    Row {
        url: format!("/market/days/{}", day.id),
        title: date(day, w),
        status: status(day.status, w),
        look,
        lines,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::ids::{DayId, PlaceId, WindowId},
        pages::sample,
        words::Lang,
    };

    #[test]
    fn the_list_of_days_in_every_language() {
        for lang in Lang::ALL {
            let (mut shell, w) = (sample::shell(lang), lang.words());
            shell.here = "/market/days?a=1".to_owned();
            let rows: Vec<Row> = DayStatus::ALL
                .iter()
                .map(|status| {
                    let day = Day {
                        id: DayId::new("day_1"),
                        date: "2026-11-28".to_owned(),
                        status: *status,
                        opens_at: sample::at("2026-11-23T08:00"),
                        cutoff_at: sample::at("2026-11-26T20:00"),
                        planned_cutoff_at: None,
                        ends_at: sample::at("2026-11-28T11:00"),
                        version: 1,
                    };
                    let window = Window {
                        id: WindowId::new("win_1"),
                        day: day.id.clone(),
                        place: PlaceId::new("plc_1"),
                        place_name: "<Square>".to_owned(),
                        starts: "09:00".to_owned(),
                        ends: "11:00".to_owned(),
                        capacity: 40,
                        taken: 3,
                    };
                    day_row(&day, &[&window], 7, &sample::market(), w)
                })
                .collect();
            for step in Step::ALL {
                assert!(!super::step(step, w).contains('{'));
            }
            let page = ListPage {
                shell: &shell,
                w,
                title: w.say("markets-days").into_owned(),
                links: vec![("/market/days/new".to_owned(), "New".to_owned())],
                sections: vec![Section {
                    title: "Ahead".to_owned(),
                    rows,
                }],
                empty: String::new(),
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "&#60;Square&#62;",
                "20:00",
                "9:00–11:00",
                "href=\"/market/days\" aria-current=\"page\"",
            ] {
                assert!(html.contains(part), "no {part} in {html}");
            }
        }
    }
}
