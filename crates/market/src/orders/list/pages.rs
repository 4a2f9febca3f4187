//! The managers' list of orders: filters, lines to tick, what became of each.
use askama::Template;

use super::model::{Done, GOALS, Kept, Line};
use crate::{
    error::{Error, FieldError},
    farms::model::Farm,
    kernel::time::Ts,
    markets::{days::model::Day, model::Market, places::model::Place},
    orders::{
        model::{Reason, Status},
        pages::{history, status},
    },
    pages::{Shell, Theme, formats, inputs::Answers, render, sheet::Sheet},
    words::Words,
};

/// What there is to choose from.
pub struct Options {
    pub farms: Vec<Farm>,
    pub ahead: Vec<Day>,
    pub over: Vec<Day>,
    pub places: Vec<Place>,
}

/// An order and what became of it.
pub struct Told {
    code: String,
    says: String,
    is_bad: bool,
}

#[derive(Template)]
#[template(path = "orders/list/pages.html")]
pub struct ListPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub market: &'a Market,
    pub now: Ts,
    pub answers: Answers,
    pub options: Options,
    /// What the reader keeps, by name.
    pub kept: Vec<Kept>,
    pub rows: Vec<Line>,
    /// Where the next page begins.
    pub older: Option<String>,
    pub results: &'a [Told],
    pub wrong: &'a [FieldError],
    /// Typed for a filter and refused.
    pub name: &'a str,
    pub done: Option<usize>,
}

struct Row<'a> {
    line: &'a Line,
    word: String,
    class: &'static str,
    collect: String,
    farms: String,
    placed: String,
    machine: String,
}

struct Select {
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
}

impl ListPage<'_> {
    pub fn html(&self) -> String {
        render(self)
    }

    fn says_done(&self) -> Option<String> {
        self.done.map(|n| self.w.say_n("orders-list-done", n))
    }

    fn query(&self) -> String {
        query(&self.answers)
    }

    fn errors(&self) -> Vec<(&'static str, String)> {
        let wrong = self.wrong.iter();
        wrong
            .map(|wrong| (wrong.field, self.w.tell(&wrong.say)))
            .collect()
    }

    /// The one whose list this is.
    fn kept_here(&self) -> Option<&Kept> {
        let here = self.query();
        self.kept.iter().find(|kept| kept.query == here)
    }

    /// A filter that nobody keeps yet can be kept, and a name that was refused can be mended.
    fn may_keep(&self) -> bool {
        let is_refused = self.wrong.iter().any(|wrong| wrong.field == "name");
        is_refused || (!self.query().is_empty() && self.kept_here().is_none())
    }

    /// The errands of a market day and what the reader keeps, one press each.
    fn presets(&self) -> Vec<(String, String, bool)> {
        let here = self.kept_here();
        let errands = [
            ("", "orders-list-all"),
            ("CONFIRMED", "orders-list-to-pack"),
            ("READY", "orders-list-is-ready"),
            ("MISSED", "orders-list-missed"),
        ];
        let chip = |(status, key): (&str, &str)| {
            let with = self
                .answers
                .clone()
                .without("status")
                .with("status", status);
            let url = format!("/market/orders?{}", query(&with));
            (
                url,
                self.w.say(key).into_owned(),
                here.is_none() && self.answers.get("status") == status,
            )
        };
        let kept = self.kept.iter().map(|kept| {
            let url = format!("/market/orders?{}", kept.query);
            (url, kept.name.clone(), here == Some(kept))
        });
        errands.into_iter().map(chip).chain(kept).collect()
    }

    fn selects(&self) -> Vec<Select> {
        let w = self.w;
        let statuses = Status::ALL.iter();
        let days = self.options.ahead.iter().chain(&self.options.over);
        let date = |day: &Day| {
            formats::day(&day.date).map_or_else(|| day.date.clone(), |date| formats::date(date, w))
        };
        let farms = self.options.farms.iter();
        let places = self.options.places.iter();
        vec![
            self.select(
                "status",
                "orders-list-status",
                statuses
                    .map(|to| (to.as_str().to_owned(), status::farm_word(*to, w)))
                    .collect(),
            ),
            self.select(
                "farm",
                "orders-list-farm",
                farms
                    .map(|farm| (farm.id.to_string(), farm.name.clone()))
                    .collect(),
            ),
            self.select(
                "day",
                "orders-list-day",
                days.map(|day| (day.id.to_string(), date(day))).collect(),
            ),
            self.select(
                "place",
                "orders-list-place",
                places
                    .map(|place| (place.id.to_string(), place.name.clone()))
                    .collect(),
            ),
        ]
    }

    fn select(&self, name: &'static str, key: &str, mut options: Vec<(String, String)>) -> Select {
        options.insert(
            0,
            (String::new(), self.w.say("orders-list-any").into_owned()),
        );
        Select {
            name,
            label: self.w.say(key).into_owned(),
            options,
        }
    }

    fn list(&self) -> Vec<Row<'_>> {
        self.rows.iter().map(|line| self.row(line)).collect()
    }

    fn row<'a>(&self, line: &'a Line) -> Row<'a> {
        let w = self.w;
        let date = formats::day(&line.date)
            .map_or_else(|| line.date.clone(), |date| formats::date(date, w));
        let hours = formats::window(&line.starts, &line.ends);
        let farms = line.farms.iter();
        let farms = farms.map(|(name, at)| format!("{name}: {}", status::farm_word(*at, w)));
        Row {
            line,
            word: status::farm_word(line.status, w),
            class: status::class(line.status),
            collect: format!("{date}, {hours}, {}", line.place),
            farms: farms.collect::<Vec<_>>().join(" · "),
            placed: formats::moment(line.placed_at, self.now, &self.market.zone, w),
            machine: formats::machine(line.placed_at, &self.market.zone),
        }
    }

    fn goals(&self) -> Vec<(&'static str, String)> {
        let goals = GOALS.into_iter();
        goals
            .map(|to| (to.as_str(), status::farm_word(to, self.w)))
            .collect()
    }

    fn reasons(&self) -> Vec<(&'static str, String)> {
        let reasons = Reason::ALL.iter();
        reasons
            .map(|reason| (reason.as_str(), history::reason(*reason, self.w)))
            .collect()
    }
}

/// The filter as an address holds it.
pub fn query(answers: &Answers) -> String {
    let pairs = answers.0.iter().filter(|(_, value)| !value.is_empty());
    let pairs = pairs.map(|(name, value)| format!("{name}={}", formats::in_query(value)));
    pairs.collect::<Vec<_>>().join("&")
}

pub fn result(code: String, result: &Result<Done, Error>, w: Words) -> Told {
    let says = match result {
        Ok(Done::Changed(_, 0)) => w.say("orders-list-moved").into_owned(),
        Ok(Done::Changed(n, left)) => w.say_with(
            "orders-list-moved-part",
            &[("n", (*n).into()), ("left", (*left).into())],
        ),
        Ok(Done::Already) => w.say("orders-list-already").into_owned(),
        // Statuses in the words of the API are for programs.
        Err(Error::Conflict { .. } | Error::Stale { .. }) => {
            w.say("orders-list-elsewhere").into_owned()
        }
        Err(error) => w.tell(&error.say()),
    };
    Told {
        code,
        says,
        is_bad: result.is_err(),
    }
}

pub fn sheet(rows: &[Line]) -> String {
    let mut sheet = Sheet::new(&[
        "code",
        "status",
        "placed_at",
        "name",
        "date",
        "from",
        "to",
        "place",
        "payment",
        "farms",
        "id",
    ]);
    for line in rows {
        let farms = line.farms.iter();
        let farms = farms.map(|(name, at)| format!("{name}: {}", at.as_str()));
        let farms = farms.collect::<Vec<_>>().join("; ");
        let placed = line.placed_at.rfc3339();
        sheet.row([
            &*line.code,
            line.status.as_str(),
            &placed,
            &line.name,
            &line.date,
            &line.starts,
            &line.ends,
            &line.place,
            line.payment.as_str(),
            &farms,
            line.id.as_str(),
        ]);
    }
    sheet.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Say,
        kernel::ids::{FarmId, OrderId},
        orders::model::Payment,
        pages::sample::{self, at},
        words::Lang,
    };

    fn line() -> Line {
        Line {
            id: OrderId::new("ord_1"),
            code: "FM-7Q4K2D".to_owned(),
            name: "=<Ana>".to_owned(),
            status: Status::Ready,
            version: 4,
            placed_at: at("2026-11-26T08:00"),
            date: "2026-11-28".to_owned(),
            starts: "09:00".to_owned(),
            ends: "11:00".to_owned(),
            place: "Square".to_owned(),
            payment: Payment::PayAtPickup,
            farms: vec![("Rosa".to_owned(), Status::Ready)],
        }
    }

    #[test]
    fn lines_filters_and_results_in_every_language() {
        for lang in Lang::ALL {
            let (shell, w) = (sample::shell(lang), lang.words());
            let conflict = Error::Stale { now: 5 };
            let results = [
                Ok(Done::Changed(2, 0)),
                Ok(Done::Changed(1, 1)),
                Ok(Done::Already),
                Err(conflict),
                Err(Error::NotFound),
            ]
            .map(|one| result("FM-1".to_owned(), &one, w));
            let wrong = [FieldError {
                field: "to",
                say: Say::key("orders-list-no-goal"),
            }];
            let farm = Farm::new(
                FarmId::new("frm_1"),
                "one",
                "One & Two",
                crate::farms::model::FarmStatus::Approved,
            );
            let page = ListPage {
                shell: &shell,
                w,
                market: &sample::market(),
                now: at("2026-11-28T06:52"),
                answers: Answers::default().with("status", "READY").with("q", "a&b"),
                options: Options {
                    farms: vec![farm],
                    ahead: Vec::new(),
                    over: Vec::new(),
                    places: Vec::new(),
                },
                rows: vec![line()],
                older: Some("1.ord_1".to_owned()),
                kept: vec![Kept {
                    name: "Late <us>".to_owned(),
                    query: "status=READY&q=a%26b".to_owned(),
                }],
                results: &results,
                wrong: &wrong,
                name: "",
                done: Some(2),
            };
            let html = page.html();
            sample::check(&html);
            for part in [
                "&#60;Ana&#62;",
                "value=\"ord_1:4\"",
                "<option value=\"READY\" selected>",
                "href=\"#to\"",
                "q=a%26b",
                "9:00–11:00, Square",
                "aria-current=\"true\">Late &#60;us&#62;</a>",
                "One &#38; Two",
            ] {
                assert!(html.contains(part), "no {part} in {html}");
            }
        }
    }

    #[test]
    fn a_file_has_a_line_for_each_and_no_formula() {
        let text = sheet(&[line()]);
        assert!(text.contains("FM-7Q4K2D,READY,"), "{text}");
        assert!(
            text.contains(",'=<Ana>,2026-11-28,09:00,11:00,Square,PAY_AT_PICKUP,Rosa: READY,ord_1"),
            "{text}"
        );
    }
}
