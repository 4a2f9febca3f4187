//! A farm's day at a glance: one row for each order, one tap to the next step, everything else behind the row.
pub(in crate::orders) mod row;
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

    fn shows(self, row: &BoardRow, now: Ts) -> bool {
        let status = row.part.status;
        match self {
            Self::All => true,
            Self::New => matches!(status, Status::Pending),
            Self::ToPack => matches!(status, Status::Confirmed),
            Self::Packing => matches!(status, Status::Preparing),
            Self::Ready => matches!(status, Status::Ready | Status::OutForDelivery),
            Self::Collected => matches!(status, Status::Fulfilled | Status::Completed),
            Self::Problem => row.trouble(now).is_some(),
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

/// Which rows, and whether several are chosen at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub show: Filter,
    /// Only those of this window.
    pub window: Option<String>,
    /// Ticks instead of taps: `Some(true)` has ticked all.
    pub pick: Option<bool>,
    /// However many there are.
    pub whole: bool,
}

impl From<Filter> for View {
    fn from(show: Filter) -> Self {
        Self {
            show,
            window: None,
            pick: None,
            whole: false,
        }
    }
}

impl View {
    /// What stands behind `?farm=` in an address.
    pub fn query(&self) -> String {
        let window = self.window.as_ref().map(|id| format!("&window={id}"));
        let pick = match self.pick {
            Some(true) => "&pick=all",
            Some(false) => "&pick=some",
            None => "",
        };
        let whole = if self.whole { "&whole=yes" } else { "" };
        format!(
            "&show={}{}{pick}{whole}",
            self.show.as_str(),
            window.unwrap_or_default()
        )
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut view = self.clone();
        change(&mut view);
        view.query()
    }
}

/// More rows than these wait behind a link.
const AT_ONCE: usize = 100;

pub struct BoardPage {
    w: Words,
    farm: Choice,
    farms: Vec<Choice>,
    /// `Sat 28 Nov`, `today, Saturday 28 November`; empty without a day.
    day_short: String,
    day: String,
    view: View,
    chips: Vec<Chip>,
    windows: Vec<Chip>,
    rows: Vec<Row>,
    /// Rows that wait behind "show all".
    hidden: usize,
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
    filter: String,
    url: String,
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

fn address(farm: &str, query: &str) -> String {
    format!("/farm/board?farm={farm}{query}")
}

/// A filter that would show nothing is left out, but for the one that is on and the one that shows all.
fn chips(board: &Board, view: &View, w: Words, now: Ts) -> Vec<Chip> {
    let count = |filter: Filter| {
        let rows = board.rows.iter();
        rows.filter(|row| filter.shows(row, now)).count()
    };
    Filter::ALL
        .into_iter()
        .map(|filter| Chip {
            filter: filter.as_str().to_owned(),
            url: address(&board.farm.slug, &view.with(|view| view.show = filter)),
            word: filter.word(w),
            count: count(filter),
            current: filter == view.show,
        })
        .filter(|chip| chip.count > 0 || chip.current || chip.filter == "all")
        .collect()
}

/// Where a day has several windows, each can be looked at by itself; the one that is on leads back to all.
fn windows(board: &Board, view: &View) -> Vec<Chip> {
    let mut chips: Vec<Chip> = Vec::new();
    let mut rows: Vec<&BoardRow> = board.rows.iter().collect();
    rows.sort_by(|a, b| {
        (a.window.starts_at, &a.window.id).cmp(&(b.window.starts_at, &b.window.id))
    });
    for row in rows {
        let id = row.window.id.to_string();
        if let Some(last) = chips.last_mut()
            && last.filter == id
        {
            last.count += 1;
            continue;
        }
        let current = view.window.as_ref() == Some(&id);
        let to = (!current).then(|| id.clone());
        chips.push(Chip {
            url: address(&board.farm.slug, &view.with(|view| view.window = to)),
            word: formats::window_short(&row.window.starts, &row.window.ends),
            count: 1,
            current,
            filter: id,
        });
    }
    chips.retain(|chip| chip.count > 0);
    if chips.len() > 1 { chips } else { Vec::new() }
}

/// A row that was just changed stays where it is, so that its undo is not gone with the tap.
const LINGERS: std::time::Duration = std::time::Duration::from_mins(2);

/// The rows to be shown, and how many more wait behind "show all".
fn shown(
    board: &Board,
    view: &View,
    named: Option<&FarmOrderId>,
    market: &Market,
    w: Words,
    now: Ts,
) -> (Vec<Row>, usize) {
    let lingers =
        |row: &&BoardRow| now.since(row.part.last.at) < LINGERS && row.may_undo(&board.viewer, now);
    let in_window = |row: &&BoardRow| {
        let window = view.window.as_deref();
        window.is_none_or(|id| row.window.id.as_str() == id)
    };
    let rows = board.rows.iter().filter(in_window);
    let rows =
        rows.filter(|row| view.show.shows(row, now) || lingers(row) || named == Some(&row.id));
    let mut rows: Vec<&BoardRow> = rows.collect();
    let room = if view.whole { usize::MAX } else { AT_ONCE };
    let hidden = rows.len().saturating_sub(room);
    rows.truncate(room);
    let rows = rows.into_iter().map(|one| row(one, board, market, w, now));
    (rows.collect(), hidden)
}

impl BoardPage {
    /// `refused` is the sentence that belongs to the row of that id.
    pub fn new(
        board: &Board,
        market: &Market,
        w: Words,
        now: Ts,
        view: impl Into<View>,
        refused: Option<(&FarmOrderId, String)>,
    ) -> Self {
        let view = view.into();
        let day = board.day.as_ref().and_then(|day| formats::day(&day.date));
        let today = formats::day_of(now, &market.zone);
        let named = refused.as_ref().map(|(id, _)| *id);
        let (mut rows, hidden) = shown(board, &view, named, market, w, now);
        if let Some((id, text)) = refused
            && let Some(row) = rows.iter_mut().find(|row| row.id == id.as_str())
        {
            row.error = Some(text);
        }
        let told = |row: &BoardRow| {
            if row.waits() {
                return w.say_a("orders-board-here-now", &row.customer_name);
            }
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
            chips: chips(board, &view, w, now),
            windows: windows(board, &view),
            view,
            rows,
            hidden,
            versions: board
                .rows
                .iter()
                .map(|row| (row.id.clone(), row.stamp()))
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
        if same && !before.is_empty() && self.rows.len() == self.versions.len() {
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

    /// The same board with something changed.
    fn url(&self, change: impl FnOnce(&mut View)) -> String {
        address(&self.farm.slug, &self.view.with(change))
    }

    fn all(&self) -> String {
        address(&self.farm.slug, &View::from(Filter::All).query())
    }

    fn of_farm(&self, farm: &str) -> String {
        address(farm, &View::from(self.view.show).query())
    }

    /// Ticks instead of taps, or back again.
    fn several(&self) -> String {
        self.url(|view| view.pick = view.pick.is_none().then_some(false))
    }

    /// All ticked, or none.
    fn others(&self) -> String {
        self.url(|view| view.pick = Some(view.pick == Some(false)))
    }

    fn whole(&self) -> String {
        self.url(|view| view.whole = true)
    }

    /// Sent twice it is one: each order's own version makes the key its own.
    fn key(&self) -> String {
        let rows = self.versions.iter();
        let state: Vec<String> = rows.map(|(id, stamp)| format!("{id}.{stamp}")).collect();
        let state = state.join(";");
        crate::kernel::hash::sha256(&state)[..24].to_owned()
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
