//! A farm's day at a glance: one row for each order, one tap to the next step, everything else behind the row.
mod row;
#[cfg(test)]
mod tests;

use askama::Template;

use self::row::{Row, row};
use super::status;
use crate::{
    kernel::{ids::FarmOrderId, time::Ts},
    markets::model::Market,
    orders::model::{
        Reason, Status,
        board::{Board, BoardFarm, BoardRow},
    },
    pages::{Shell, Theme, formats, render},
    words::Words,
};

/// Which rows to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    All,
    New,
    ToPack,
    Packing,
    Ready,
    Collected,
    Problem,
}

impl Filter {
    pub const ALL: [Self; 7] = [
        Self::All,
        Self::New,
        Self::ToPack,
        Self::Packing,
        Self::Ready,
        Self::Collected,
        Self::Problem,
    ];

    /// The value of `?show=`; anything else shows all.
    pub fn parse(text: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|filter| Some(filter.as_str()) == text)
            .unwrap_or(Self::All)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::ToPack => "to-pack",
            Self::Packing => "packing",
            Self::Ready => "ready",
            Self::Collected => "collected",
            Self::Problem => "problem",
        }
    }

    const fn shows(self, status: Status) -> bool {
        match self {
            Self::All => true,
            Self::New => matches!(status, Status::Pending),
            Self::ToPack => matches!(status, Status::Confirmed),
            Self::Packing => matches!(status, Status::Preparing),
            Self::Ready => matches!(status, Status::Ready | Status::OutForDelivery),
            Self::Collected => matches!(status, Status::Fulfilled | Status::Completed),
            Self::Problem => matches!(status, Status::Missed),
        }
    }

    fn word(self, w: Words) -> String {
        w.say(match self {
            Self::All => "orders-show-all",
            Self::New => "orders-status-new",
            Self::ToPack => "orders-status-to-pack",
            Self::Packing => "orders-status-packing",
            Self::Ready => "orders-status-ready",
            Self::Collected => "orders-show-collected",
            Self::Problem => "orders-show-problem",
        })
        .into_owned()
    }
}

pub struct BoardPage {
    w: Words,
    farm: Choice,
    farms: Vec<Choice>,
    /// `Sat 28 Nov`, `today, Saturday 28 November`; empty without a day.
    day_short: String,
    day: String,
    show: Filter,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    /// Of all rows, in their order: what a viewer's browser is compared with.
    versions: Vec<(FarmOrderId, i64)>,
    /// What there is to say of each of `versions`.
    told: Vec<String>,
}

struct Choice {
    slug: String,
    name: String,
}

struct Chip {
    filter: &'static str,
    word: String,
    count: usize,
    current: bool,
}

#[derive(Template)]
#[template(path = "orders/pages/board.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a BoardPage,
}

#[derive(Template)]
#[template(path = "orders/pages/board.html", block = "head")]
struct Head<'a> {
    page: &'a BoardPage,
}

#[derive(Template)]
#[template(path = "orders/pages/board.html", block = "filters")]
struct Filters<'a> {
    page: &'a BoardPage,
}

#[derive(Template)]
#[template(path = "orders/pages/board.html", block = "list")]
struct List<'a> {
    page: &'a BoardPage,
}

#[derive(Template)]
#[template(path = "orders/pages/board_row.html")]
struct RowPart<'a> {
    page: &'a BoardPage,
    row: &'a Row,
}

fn choice(farm: &BoardFarm) -> Choice {
    Choice {
        slug: farm.slug.clone(),
        name: farm.name.clone(),
    }
}

/// A filter that would show nothing is left out, but for the one that is on and the one that shows all.
fn chips(board: &Board, show: Filter, w: Words) -> Vec<Chip> {
    let count = |filter: Filter| {
        let rows = board.rows.iter();
        rows.filter(|row| filter.shows(row.part.status)).count()
    };
    Filter::ALL
        .into_iter()
        .map(|filter| Chip {
            filter: filter.as_str(),
            word: filter.word(w),
            count: count(filter),
            current: filter == show,
        })
        .filter(|chip| chip.count > 0 || chip.current || chip.filter == "all")
        .collect()
}

/// A row that was just changed stays where it is, so that its undo is not gone with the tap.
const LINGERS: std::time::Duration = std::time::Duration::from_mins(2);

impl BoardPage {
    /// `refused` is the sentence that belongs to the row of that id.
    pub fn new(
        board: &Board,
        market: &Market,
        w: Words,
        now: Ts,
        show: Filter,
        refused: Option<(&FarmOrderId, String)>,
    ) -> Self {
        let day = board.day.as_ref().and_then(|day| formats::day(&day.date));
        let today = formats::day_of(now, &market.zone);
        let lingers = |row: &&BoardRow| {
            now.since(row.part.last.at) < LINGERS && row.may_undo(&board.viewer, now)
        };
        let named = |id: &FarmOrderId| refused.as_ref().is_some_and(|(of, _)| *of == id);
        let shown = board
            .rows
            .iter()
            .filter(|row| show.shows(row.part.status) || lingers(row) || named(&row.id));
        let mut rows: Vec<Row> = shown.map(|one| row(one, board, w, now)).collect();
        if let Some((id, text)) = refused
            && let Some(row) = rows.iter_mut().find(|row| row.id == id.as_str())
        {
            row.error = Some(text);
        }
        let told = |row: &BoardRow| {
            format!(
                "{}: {}",
                row.customer_name,
                status::farm_word(row.part.status, w)
            )
        };
        Self {
            w,
            farm: choice(&board.farm),
            farms: board.farms.iter().map(choice).collect(),
            day_short: day
                .map(|day| formats::capital(&formats::date_short(day, w)))
                .unwrap_or_default(),
            day: day
                .map(|day| formats::when_full(day, today, w))
                .unwrap_or_default(),
            show,
            chips: chips(board, show, w),
            rows,
            versions: board
                .rows
                .iter()
                .map(|row| (row.id.clone(), row.part.version))
                .collect(),
            told: board.rows.iter().map(told).collect(),
        }
    }

    pub fn render_page(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    /// What changed since the viewer had `before`. While all rows are shown and their order is the same, only those
    /// that changed; else the list. `before` is empty for a viewer who comes back.
    pub fn render_changes(&self, before: &[(FarmOrderId, i64)]) -> Vec<(String, String)> {
        let mut parts = vec![
            ("head".to_owned(), render(&Head { page: self })),
            ("filters".to_owned(), render(&Filters { page: self })),
        ];
        let same = before
            .iter()
            .map(|(id, _)| id)
            .eq(self.versions.iter().map(|(id, _)| id));
        if same && !before.is_empty() && self.show == Filter::All {
            let changed = self
                .rows
                .iter()
                .zip(&self.versions)
                .zip(before)
                .filter(|((_, now), was)| now.1 != was.1);
            parts.extend(changed.map(|((row, _), _)| {
                (
                    format!("row-{}", row.id),
                    render(&RowPart { page: self, row }),
                )
            }));
        } else {
            parts.push(("list".to_owned(), render(&List { page: self })));
        }
        parts
    }

    pub fn title(&self) -> String {
        let orders = self.w.say_n("orders-board-orders", self.versions.len());
        let title = if self.day.is_empty() {
            orders
        } else {
            format!("{}, {orders}", formats::capital(&self.day))
        };
        format!("{title} – {}", self.farm.name)
    }

    /// One sentence for those who listen: the one row that changed, else how many did.
    pub fn sentence(&self, before: &[(FarmOrderId, i64)]) -> String {
        let known = |id: &FarmOrderId, version: i64| {
            before.iter().any(|(was, at)| was == id && *at == version)
        };
        let told: Vec<&String> = self
            .versions
            .iter()
            .zip(&self.told)
            .filter(|((id, version), _)| !known(id, *version))
            .map(|(_, told)| told)
            .collect();
        match told.as_slice() {
            [] => String::new(),
            [one] => (*one).clone(),
            _ if before.is_empty() => String::new(),
            many => self.w.say_n("orders-board-changed", many.len()),
        }
    }

    #[expect(clippy::unused_self, reason = "templates call it on their page")]
    fn url(&self, farm: &str, show: &str) -> String {
        format!("/farm/board?farm={farm}&show={show}")
    }

    fn reasons(&self) -> Vec<(&'static str, String)> {
        const FARM: [Reason; 4] = [
            Reason::OutOfStock,
            Reason::Weather,
            Reason::CustomerRequest,
            Reason::Other,
        ];
        FARM.into_iter()
            .map(|reason| (reason.as_str(), super::history::reason(reason, self.w)))
            .collect()
    }
}
