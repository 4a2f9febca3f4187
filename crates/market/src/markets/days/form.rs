//! The form of a market day: what it shows, and what becomes of what was typed.
use jiff::{
    Span,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::model::{Day, Plan, PlannedWindow, Window, instant};
use crate::{
    error::Say,
    kernel::{
        ids::{PlaceId, WindowId},
        time::{self, Ts},
    },
    markets::places::model::Place,
    pages::{
        formats,
        inputs::{Answers, Group, Input, Problems},
    },
    words::Words,
};

/// Empty rows for windows on the form of a new day, and below those a day has.
pub const NEW_ROWS: usize = 3;
const MORE_ROWS: usize = 2;
/// More than any form shows.
const ROWS: usize = 24;
const CAPACITY: std::ops::RangeInclusive<i64> = 1..=100_000;

/// What the form is about.
pub struct About<'a> {
    pub zone: &'a TimeZone,
    pub now: Ts,
    pub places: &'a [Place],
    /// A day that is there already, with its windows.
    pub day: Option<(&'a Day, &'a [Window])>,
}

impl About<'_> {
    pub fn rows(&self) -> usize {
        self.day
            .map_or(NEW_ROWS, |(_, windows)| windows.len() + MORE_ROWS)
    }
}

fn field(row: usize, name: &str) -> String {
    format!("w{row}_{name}")
}

/// The hidden inputs that say which window a row is.
pub fn row_ids(windows: &[Window]) -> Vec<(String, String)> {
    let rows = windows.iter().enumerate();
    rows.map(|(nth, window)| (field(nth + 1, "id"), window.id.as_str().to_owned()))
        .collect()
}

/// `2026-11-26T20:00`, as `datetime-local` has it.
fn local(at: Ts, zone: &TimeZone) -> String {
    formats::machine(at, zone)
}

/// A day as it is.
pub fn filled(day: &Day, windows: &[Window], zone: &TimeZone) -> Answers {
    let mut answers = Answers::default()
        .with("date", &day.date)
        .with("opens", local(day.opens_at, zone))
        .with("cutoff", local(day.cutoff_at, zone));
    for (nth, window) in windows.iter().enumerate() {
        let row = nth + 1;
        answers = answers
            .with(field(row, "id"), window.id.as_str())
            .with(field(row, "place"), window.place.as_str())
            .with(field(row, "from"), &window.starts)
            .with(field(row, "to"), &window.ends)
            .with(field(row, "capacity"), window.capacity.to_string());
    }
    answers
}

fn is_empty(answers: &Answers, row: usize) -> bool {
    let mut names = ["from", "to", "capacity"].iter();
    names.all(|name| answers.get(&field(row, name)).is_empty())
}

/// What was typed, in the rows of the windows as they are now: a window that somebody else removed is a new one, one
/// that was added meanwhile is as it was made.
pub fn moved(typed: &Answers, day: &Day, windows: &[Window], zone: &TimeZone) -> Answers {
    let of_row = |name: &str| {
        let rest = name.strip_prefix('w').unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
    };
    let as_is = filled(day, windows, zone);
    let mut answers = typed.clone();
    answers.0.retain(|(name, _)| !of_row(name));
    let copy = |mut answers: Answers, from: &Answers, row: usize, to: usize| {
        for name in ["place", "from", "to", "capacity", "remove"] {
            let value = from.get(&field(row, name));
            if !value.is_empty() {
                answers = answers.with(field(to, name), value);
            }
        }
        answers
    };
    let mut new = windows.len();
    let mut seen = Vec::new();
    for row in 1..=ROWS {
        let id = typed.get(&field(row, "id"));
        let own = windows.iter().position(|window| window.id.as_str() == id);
        if let Some(own) = own {
            seen.push(own);
            answers = copy(answers, typed, row, own + 1);
        } else if !is_empty(typed, row) {
            new += 1;
            answers = copy(answers, typed, row, new);
        }
    }
    for own in (0..windows.len()).filter(|own| !seen.contains(own)) {
        answers = copy(answers, &as_is, own + 1, own + 1);
    }
    answers
}

/// The same local hours a week later, or as many weeks as it takes to lie ahead.
pub fn a_week_later(day: &Day, windows: &[Window], zone: &TimeZone, now: Ts) -> Answers {
    let mut answers = filled(day, windows, zone);
    answers.0.retain(|(name, _)| !name.ends_with("_id"));
    let (date, opens, cutoff) = (
        day.date.parse::<Date>().ok(),
        day.opens_at.in_zone(zone).datetime(),
        day.planned_cutoff().in_zone(zone).datetime(),
    );
    // Ten years of weeks: a market that slept longer types its date.
    for weeks in 1..520 {
        let span = Span::new().weeks(weeks);
        let (Some(Ok(date)), Ok(opens), Ok(cutoff)) = (
            date.map(|date| date.checked_add(span)),
            opens.checked_add(span),
            cutoff.checked_add(span),
        ) else {
            break;
        };
        if time::instant(cutoff, zone).is_some_and(|cutoff| cutoff > now) {
            for (name, value) in &mut answers.0 {
                match name.as_str() {
                    "date" => *value = date.to_string(),
                    "opens" => *value = opens.strftime("%Y-%m-%dT%H:%M").to_string(),
                    "cutoff" => *value = cutoff.strftime("%Y-%m-%dT%H:%M").to_string(),
                    _ => {}
                }
            }
            break;
        }
    }
    answers
}

/// The inputs with what was typed or is so.
pub fn groups(w: Words, about: &About<'_>, answers: &Answers) -> Vec<Group> {
    let mut when = Vec::new();
    if about.day.is_none() {
        when.push(Input::new(
            "date",
            "date",
            w.say("markets-day-date"),
            answers.get("date"),
        ));
    }
    when.push(
        Input::new(
            "datetime-local",
            "opens",
            w.say("markets-day-opens"),
            answers.get("opens"),
        )
        .hint(w.say("markets-day-opens-hint")),
    );
    when.push(
        Input::new(
            "datetime-local",
            "cutoff",
            w.say("markets-day-cutoff"),
            answers.get("cutoff"),
        )
        .hint(w.say("markets-day-cutoff-hint")),
    );
    let mut groups = vec![Group {
        legend: None,
        inputs: when,
    }];
    let typed = (1..=ROWS).rev().find(|row| !is_empty(answers, *row));
    for row in 1..=about.rows().max(typed.unwrap_or(0)) {
        groups.push(window_group(w, about, answers, row));
    }
    if about.day.is_none() {
        let draft = Input::new(
            "checkbox",
            "draft",
            w.say("markets-day-keep-draft"),
            answers.get("draft"),
        );
        groups.push(Group {
            legend: None,
            inputs: vec![draft],
        });
    }
    groups
}

/// Where somebody says yes to what a moved window tells its customers.
pub const TELL: &str = "tell";

pub fn tell_group(w: Words) -> Group {
    let tell = Input::new("checkbox", TELL, w.say("markets-day-tell"), "");
    Group {
        legend: None,
        inputs: vec![tell],
    }
}

fn window_group(w: Words, about: &About<'_>, answers: &Answers, row: usize) -> Group {
    let get = |name| answers.get(&field(row, name));
    let own = about
        .day
        .and_then(|(_, windows)| windows.get(row.checked_sub(1)?));
    let places = about
        .places
        .iter()
        .map(|place| (place.id.as_str().to_owned(), place.name.clone()));
    let mut capacity = Input::new(
        "number",
        &field(row, "capacity"),
        w.say("markets-day-capacity"),
        get("capacity"),
    );
    if let Some(window) = own {
        capacity = capacity.hint(w.say_with("markets-day-taken", &[("n", window.taken.into())]));
    }
    let mut inputs = vec![
        Input::select(
            &field(row, "place"),
            w.say("markets-day-place"),
            get("place"),
            places.collect(),
        ),
        Input::new(
            "time",
            &field(row, "from"),
            w.say("markets-day-from"),
            get("from"),
        ),
        Input::new(
            "time",
            &field(row, "to"),
            w.say("markets-day-to"),
            get("to"),
        ),
        capacity,
    ];
    if own.is_some_and(|window| window.taken == 0) {
        inputs.push(Input::new(
            "checkbox",
            &field(row, "remove"),
            w.say("markets-day-remove"),
            get("remove"),
        ));
    }
    if own.is_none() {
        inputs = inputs.into_iter().map(Input::optional).collect();
    }
    let legend = match own {
        Some(_) => w.say_with("markets-day-window", &[("n", row.into())]),
        None => w.say("markets-day-window-new").into_owned(),
    };
    Group {
        legend: Some(legend),
        inputs,
    }
}

/// Reads what was typed. Every mistake is named at its input.
pub fn read(about: &About<'_>, answers: &Answers) -> Result<Plan, Problems> {
    let mut problems = Problems::default();
    let date = read_date(about, answers, &mut problems);
    let opens_at = read_moment(about, answers, "opens", &mut problems);
    let cutoff_at = read_moment(about, answers, "cutoff", &mut problems);
    if let (Some(opens), Some(cutoff)) = (opens_at, cutoff_at) {
        if cutoff <= opens {
            problems.add("cutoff", "markets-day-cutoff-early");
        } else if about.day.is_none() && cutoff <= about.now {
            problems.add("cutoff", "markets-day-cutoff-past");
        }
    }
    let (windows, removed) = date.map_or_else(Default::default, |date| {
        read_windows(about, answers, date, &mut problems)
    });
    let first = windows.iter().map(|window| window.starts_at).min();
    let ends_at = windows.iter().map(|window| window.ends_at).max();
    if first.is_none() && problems.is_empty() {
        problems.add("w1_from", "markets-day-no-window");
    }
    if let (Some(first), Some(cutoff)) = (first, cutoff_at)
        && cutoff > first
    {
        problems.add("cutoff", "markets-day-cutoff-late");
    }
    match (date, opens_at, cutoff_at, ends_at) {
        (Some(date), Some(opens_at), Some(cutoff_at), Some(ends_at)) if problems.is_empty() => {
            Ok(Plan {
                date,
                opens_at,
                cutoff_at,
                ends_at,
                windows,
                removed,
            })
        }
        _ => Err(problems),
    }
}

fn read_date(about: &About<'_>, answers: &Answers, problems: &mut Problems) -> Option<Date> {
    if let Some((day, _)) = about.day {
        return day.date.parse().ok();
    }
    let date = answers.get("date").parse::<Date>().ok();
    match date {
        None => problems.add("date", "markets-day-bad-date"),
        Some(date) if date < formats::day_of(about.now, about.zone) => {
            problems.add("date", "markets-day-date-past");
        }
        Some(_) => {}
    }
    date
}

fn read_moment(
    about: &About<'_>,
    answers: &Answers,
    name: &str,
    problems: &mut Problems,
) -> Option<Ts> {
    let typed = answers.get(name).parse::<DateTime>().ok();
    let at = typed.and_then(|typed| time::instant(typed, about.zone));
    if at.is_none() {
        problems.add(name, "markets-day-bad-moment");
    }
    at
}

fn read_windows(
    about: &About<'_>,
    answers: &Answers,
    date: Date,
    problems: &mut Problems,
) -> (Vec<PlannedWindow>, Vec<WindowId>) {
    let (mut planned, mut removed) = (Vec::new(), Vec::new());
    for row in 1..=ROWS {
        let own = about
            .day
            .and_then(|(_, windows)| windows.get(row.checked_sub(1)?))
            // Somebody else removed a window meanwhile: the version tells so, a mix-up of rows must not.
            .filter(|window| answers.get(&field(row, "id")) == window.id.as_str());
        let get = |name| answers.get(&field(row, name));
        let empty = is_empty(answers, row);
        match own {
            Some(window) if !get("remove").is_empty() => {
                if window.taken > 0 {
                    problems.add(field(row, "capacity"), "markets-day-window-has-orders");
                }
                removed.push(window.id.clone());
            }
            None if empty => {}
            _ => planned.extend(read_window(about, answers, date, row, own, problems)),
        }
    }
    (planned, removed)
}

fn read_window(
    about: &About<'_>,
    answers: &Answers,
    date: Date,
    row: usize,
    own: Option<&Window>,
    problems: &mut Problems,
) -> Option<PlannedWindow> {
    let get = |name| answers.get(&field(row, name));
    let place = PlaceId::new(get("place"));
    let known = about.places.iter().any(|known| known.id == place);
    if !known {
        problems.add(field(row, "place"), "markets-day-bad-place");
    }
    let mut hour = |name| {
        let time = get(name).parse::<Time>().ok();
        if time.is_none() {
            problems.add(field(row, name), "markets-day-bad-time");
        }
        time
    };
    let (from, to) = (hour("from"), hour("to"));
    let at = |time: Option<Time>| time.and_then(|time| instant(date, time, about.zone));
    let (starts_at, ends_at) = (at(from), at(to));
    if let (Some(starts), Some(ends)) = (starts_at, ends_at)
        && ends <= starts
    {
        problems.add(field(row, "to"), "markets-day-ends-early");
    }
    let capacity = get("capacity")
        .parse::<i64>()
        .ok()
        .filter(|n| CAPACITY.contains(n));
    match (capacity, own) {
        (None, _) => problems.add(field(row, "capacity"), "markets-day-bad-capacity"),
        (Some(capacity), Some(own)) if capacity < own.taken => problems.say(
            field(row, "capacity"),
            Say::key("markets-day-capacity-taken").with("n", own.taken.to_string()),
        ),
        _ => {}
    }
    let text = |time: Time| time.strftime("%H:%M").to_string();
    Some(PlannedWindow {
        id: own.map(|own| own.id.clone()),
        place,
        starts: text(from?),
        ends: text(to?),
        starts_at: starts_at?,
        ends_at: ends_at?,
        capacity: capacity?,
    })
}
