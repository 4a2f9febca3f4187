//! The forms of the set-up's steps.
use jiff::civil::{Time, Weekday};

use super::model::Weekly;
use crate::{
    accounts::model::normal_email,
    kernel::line,
    pages::{
        formats,
        inputs::{Answers, Group, Input, Problems},
    },
    words::Words,
};

const NAME: usize = 80;
/// Cut-offs up to this many days before.
const DAYS_BEFORE: std::ops::RangeInclusive<i64> = 0..=6;
const CAPACITY: std::ops::RangeInclusive<i64> = 1..=100_000;

/// What most markets do, to be changed.
pub fn usual_week() -> Answers {
    Answers::default()
        .with("weekday", "6")
        .with("from", "09:00")
        .with("to", "12:00")
        .with("days_before", "2")
        .with("cutoff", "20:00")
        .with("capacity", "60")
}

pub fn owner(w: Words, answers: &Answers) -> Group {
    let inputs = vec![
        Input::new(
            "text",
            "name",
            w.say("setup-owner-name"),
            answers.get("name"),
        )
        .autocomplete("name"),
        Input::new(
            "email",
            "email",
            w.say("setup-owner-email"),
            answers.get("email"),
        )
        .hint(w.say("setup-owner-email-hint"))
        .autocomplete("email"),
    ];
    Group {
        legend: None,
        inputs,
    }
}

/// Name and address of the owner.
pub fn read_owner(answers: &Answers) -> Result<(String, String), Problems> {
    let mut problems = Problems::default();
    let name = line::line(answers.get("name"), NAME);
    if name.is_err() {
        problems.add("name", "setup-owner-bad-name");
    }
    let email = normal_email(answers.get("email"));
    if email.is_none() {
        problems.add("email", "setup-owner-bad-email");
    }
    match (name, email) {
        (Ok(name), Some(email)) => Ok((name, email)),
        _ => Err(problems),
    }
}

pub fn week(w: Words, answers: &Answers) -> Group {
    let weekdays = (1..=7).map(|n: i64| {
        let word = w.say_with("market-weekday", &[("n", n.into())]);
        (n.to_string(), formats::capital(&word))
    });
    let before = DAYS_BEFORE.map(|n| {
        let words = w.say_with("setup-week-days-before", &[("n", n.into())]);
        (n.to_string(), words)
    });
    let get = |name| answers.get(name);
    let inputs = vec![
        Input::select(
            "weekday",
            w.say("setup-week-weekday"),
            get("weekday"),
            weekdays.collect(),
        ),
        Input::new("time", "from", w.say("setup-week-from"), get("from")),
        Input::new("time", "to", w.say("setup-week-to"), get("to")),
        Input::new(
            "number",
            "capacity",
            w.say("setup-week-capacity"),
            get("capacity"),
        ),
        Input::select(
            "days_before",
            w.say("setup-week-cutoff-day"),
            get("days_before"),
            before.collect(),
        ),
        Input::new("time", "cutoff", w.say("setup-week-cutoff"), get("cutoff")),
    ];
    Group {
        legend: Some(w.say("setup-week").into_owned()),
        inputs,
    }
}

pub fn read_week(answers: &Answers) -> Result<Weekly, Problems> {
    let mut problems = Problems::default();
    let weekday = answers
        .get("weekday")
        .parse::<i8>()
        .ok()
        .and_then(|n| Weekday::from_monday_one_offset(n).ok());
    if weekday.is_none() {
        problems.add("weekday", "setup-week-bad-weekday");
    }
    let mut hour = |name: &str| {
        let time = answers.get(name).parse::<Time>().ok();
        if time.is_none() {
            problems.add(name, "setup-week-bad-time");
        }
        time
    };
    let (from, to, cutoff) = (hour("from"), hour("to"), hour("cutoff"));
    let within = |name: &str, range: &std::ops::RangeInclusive<i64>| {
        let number = answers.get(name).parse::<i64>().ok();
        number.filter(|number| range.contains(number))
    };
    let (days_before, capacity) = (
        within("days_before", &DAYS_BEFORE),
        within("capacity", &CAPACITY),
    );
    if days_before.is_none() {
        problems.add("days_before", "setup-week-bad-cutoff");
    }
    if capacity.is_none() {
        problems.add("capacity", "setup-week-bad-capacity");
    }
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        problems.add("to", "setup-week-ends-early");
    }
    if let (Some(from), Some(cutoff), Some(0)) = (from, cutoff, days_before)
        && cutoff > from
    {
        problems.add("cutoff", "setup-week-bad-cutoff");
    }
    match (weekday, from, to, cutoff, days_before, capacity) {
        (Some(weekday), Some(from), Some(to), Some(cutoff), Some(days_before), Some(capacity))
            if problems.is_empty() =>
        {
            Ok(Weekly {
                weekday,
                from,
                to,
                days_before,
                cutoff,
                capacity,
            })
        }
        _ => Err(problems),
    }
}
