//! A farm's day at a glance: one row for each order, one tap to the next step, everything else behind the row.
use askama::Template;

use super::status;
use crate::{
    kernel::{ids::FarmOrderId, time::Ts},
    markets::model::Market,
    orders::model::{
        Ending, Reason, Status,
        board::{Board, BoardFarm, BoardRow},
        undo,
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

struct Row {
    id: String,
    name: String,
    code: String,
    items: String,
    window: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    note: Option<String>,
    /// What holds it back, if anything does.
    held: Option<String>,
    error: Option<String>,
    version: i64,
    next: Option<Step>,
    /// The next step is to hand over, which needs the customer's code: the row opens for it.
    hands_over: bool,
    /// Steps that need nothing but a tap.
    more: Vec<Step>,
    /// A missed order may still end well: late, or given away.
    endings: Vec<Step>,
    cancels: bool,
    undo: Option<Undo>,
    order: String,
    /// Nothing is left to do.
    done: bool,
}

struct Step {
    to: &'static str,
    word: String,
}

struct Undo {
    /// Shown above the thumb right after the tap: `Imogen Hart: Packing`.
    said: String,
    /// A manager says why.
    needs_note: bool,
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

fn row(row: &BoardRow, board: &Board, w: Words, now: Ts) -> Row {
    let (status, viewer) = (row.part.status, &board.viewer);
    let held = row.part.unweighed > 0 && status < Status::Ready;
    let steps: Vec<Status> = row
        .steps(viewer)
        .into_iter()
        .filter(|to| !(held && *to == Status::Ready))
        .collect();
    let next = row.next(viewer).filter(|to| steps.contains(to));
    let hands_over = next == Some(Status::Fulfilled);
    let missed = status == Status::Missed;
    let step = |to: Status| Step {
        to: to.as_str(),
        word: status::verb(to, w),
    };
    let tap =
        |to: &Status| Some(*to) != next && !matches!(to, Status::Cancelled | Status::Fulfilled);
    Row {
        id: row.id.to_string(),
        name: row.customer_name.clone(),
        code: row.code.clone(),
        items: w.say_n("orders-items", usize::try_from(row.items).unwrap_or(0)),
        window: formats::window_short(&row.window.starts, &row.window.ends),
        word: status::farm_word(status, w),
        icon: status::icon(status),
        class: if status == Status::Pending {
            "look"
        } else {
            status::class(status)
        },
        note: row.part.note.clone(),
        held: held.then(|| {
            w.say_n(
                "orders-board-weigh",
                usize::try_from(row.part.unweighed).unwrap_or(0),
            )
        }),
        error: None,
        version: row.part.version,
        next: next.filter(|_| !hands_over).map(step),
        hands_over: steps.contains(&Status::Fulfilled) && !missed,
        more: steps
            .iter()
            .filter(|to| tap(to))
            .map(|to| step(*to))
            .collect(),
        endings: if missed && steps.contains(&Status::Fulfilled) {
            endings(w)
        } else {
            Vec::new()
        },
        cancels: steps.contains(&Status::Cancelled),
        undo: undo_of(row, board, w, now),
        order: row.order_id.to_string(),
        done: !status.is_open(),
    }
}

fn endings(w: Words) -> Vec<Step> {
    [
        (Ending::Late, "orders-end-late"),
        (Ending::Donated, "orders-end-donated"),
    ]
    .into_iter()
    .map(|(ending, key)| Step {
        to: ending.as_str(),
        word: w.say(key).into_owned(),
    })
    .collect()
}

fn undo_of(row: &BoardRow, board: &Board, w: Words, now: Ts) -> Option<Undo> {
    let plain = row.may_undo(&board.viewer, now);
    let noted = || undo::undo(&row.part, &board.viewer, Some("why"), now).is_ok();
    (plain || noted()).then(|| Undo {
        said: format!(
            "{}: {}",
            row.customer_name,
            status::farm_word(row.part.status, w)
        ),
        needs_note: !plain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::role::Role, orders::pages::sample, pages, words::Lang};
    use Status::{Cancelled, Confirmed, Fulfilled, Missed, Pending, Preparing, Ready};

    fn page(board: &Board, show: Filter, lang: Lang) -> BoardPage {
        BoardPage::new(
            board,
            &pages::sample::market(),
            lang.words(),
            sample::now(),
            show,
            None,
        )
    }

    fn html(page: &BoardPage) -> String {
        let shell = pages::sample::shell(page.w.lang())
            .live("/farm/board/events?farm=farm-0&show=all", "abc");
        let html = page.render_page(&shell);
        pages::sample::check(&html);
        html
    }

    #[test]
    fn every_state_for_farm_and_manager_in_every_language() {
        for lang in Lang::ALL {
            for roles in [
                &[Role::FarmOwner][..],
                &[Role::MarketManager],
                &[Role::Admin],
            ] {
                let board = sample::board(Status::ALL, roles);
                for show in Filter::ALL {
                    html(&page(&board, show, lang));
                    assert_eq!(Filter::parse(Some(show.as_str())), show);
                }
            }
        }
        assert_eq!(Filter::parse(Some("x")), Filter::All);
        assert_eq!(Filter::parse(None), Filter::All);
    }

    #[test]
    fn one_tap_takes_the_usual_next_step() {
        let board = sample::board(
            &[Pending, Confirmed, Preparing, Ready, Fulfilled],
            &[Role::FarmStaff],
        );
        let page = page(&board, Filter::All, Lang::En);
        let next: Vec<Option<&str>> = page
            .rows
            .iter()
            .map(|row| row.next.as_ref().map(|step| step.to))
            .collect();
        assert_eq!(
            next,
            [
                Some("CONFIRMED"),
                Some("PREPARING"),
                Some("READY"),
                None,
                None
            ]
        );
        assert!(page.rows[3].hands_over && !page.rows[4].hands_over);
        let html = html(&page);
        for text in [
            "name=\"order\" value=\"fo_1\"",
            "name=\"version\" value=\"3\"",
            "name=\"key\" value=\"fo_1.3.PREPARING\"",
            "name=\"farm\" value=\"farm-0\"",
            "name=\"show\" value=\"all\"",
            "name=\"code\"",
            "name=\"without_code\"",
            "data-undo=\"María del Carmen Echeverría: Packing\"",
            "9–11",
            "Leave the mud on &#60;please&#62;.",
        ] {
            assert!(html.contains(text), "{text} in {html}");
        }
        // One farm has nothing to switch to.
        assert!(!html.contains("?farm=farm-1"));
    }

    #[test]
    fn a_manager_switches_farms_and_says_why_a_step_is_taken_back() {
        let board = sample::board(&[Preparing, Missed, Cancelled], &[Role::MarketManager]);
        let html = html(&page(&board, Filter::All, Lang::En));
        assert!(
            html.contains("/farm/board?farm=farm-1&#38;show=all"),
            "{html}"
        );
        assert!(html.contains("name=\"note\"") && !html.contains("data-undo"));
        assert!(html.contains("value=\"LATE\"") && html.contains("value=\"DONATED\""));
    }

    #[test]
    fn what_has_to_be_weighed_is_said_instead_of_offered() {
        let mut board = sample::board(&[Preparing], &[Role::FarmStaff]);
        board.rows[0].part.unweighed = 2;
        let page = page(&board, Filter::All, Lang::En);
        assert!(page.rows[0].next.is_none());
        assert!(html(&page).contains("To weigh: 2 items"));
    }

    #[test]
    fn a_refusal_stands_on_its_row_whatever_is_shown() {
        let board = sample::board(&[Confirmed, Pending], &[Role::FarmStaff]);
        let id = board.rows[0].id.clone();
        let refused = Some((&id, "Changed <meanwhile>.".to_owned()));
        let market = pages::sample::market();
        let page = BoardPage::new(
            &board,
            &market,
            Lang::En.words(),
            sample::now(),
            Filter::Ready,
            refused,
        );
        let html = html(&page);
        assert!(
            html.contains("queue bad\" data-queue>Changed &#60;meanwhile&#62;.</p>"),
            "{html}"
        );
        assert!(html.contains("<details open>"));
    }

    #[test]
    fn a_row_that_was_just_changed_stays_in_sight() {
        let mut board = sample::board(&[Preparing, Preparing], &[Role::FarmStaff]);
        board.rows[0].part.last.at = sample::now();
        let page = page(&board, Filter::Ready, Lang::En);
        assert_eq!(page.rows.len(), 1);
        // Its own count is of what there really is.
        assert!(
            page.chips
                .iter()
                .any(|chip| chip.filter == "ready" && chip.count == 0)
        );
    }

    #[test]
    fn only_what_changed_is_sent() {
        let mut board = sample::board(&[Confirmed, Confirmed], &[Role::FarmStaff]);
        let before = page(&board, Filter::All, Lang::En).versions;
        board.rows[1].part.version = 4;
        board.rows[1].part.status = Preparing;
        let names = |page: &BoardPage, before: &[(FarmOrderId, i64)]| -> Vec<String> {
            page.render_changes(before)
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        };
        let now = page(&board, Filter::All, Lang::En);
        assert_eq!(names(&now, &before), ["head", "filters", "row-fo_1"]);
        assert_eq!(names(&now, &[]), ["head", "filters", "list"]);
        assert_eq!(
            names(&page(&board, Filter::Packing, Lang::En), &before),
            ["head", "filters", "list"]
        );
        assert_eq!(names(&now, &before[..1]), ["head", "filters", "list"]);
        assert_eq!(now.sentence(&before), "Tomasz Zieliński: Packing");
        assert_eq!(now.sentence(&now.versions), "");
        assert_eq!(now.sentence(&[]), "");
        board.rows[0].part.version = 9;
        assert_eq!(
            page(&board, Filter::All, Lang::En).sentence(&before),
            "2 orders changed"
        );
        // A part is what the page holds at its place.
        let whole = html(&now);
        for (name, part) in now.render_changes(&before) {
            assert!(
                whole.contains(&format!("data-part=\"{name}\">{part}</")),
                "{name}"
            );
        }
    }

    #[test]
    fn an_empty_board_says_what_comes() {
        let mut board = sample::board(&[], &[Role::FarmStaff]);
        let none = html(&page(&board, Filter::All, Lang::En));
        assert!(none.contains("No orders for today, Saturday 28\u{a0}November so far"));
        board.day = None;
        let page = page(&board, Filter::All, Lang::En);
        assert!(html(&page).contains("No market day is planned yet."));
        assert_eq!(page.title(), "0 orders – Hill Row Farm");
        let some = sample::board(&[Confirmed], &[Role::FarmStaff]);
        assert!(
            html(&self::page(&some, Filter::Problem, Lang::En))
                .contains("No order is in this state now.")
        );
    }
}
