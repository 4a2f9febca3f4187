//! One order as its farm works on it: what to pack, what to tell, what comes next.
use askama::Template;

use super::model::{PackLine, Picked, is_open};
use crate::{
    kernel::{money::Money, time::Ts},
    markets::model::Market,
    orders::{
        model::{FarmOrder, Following, PricedBy, Reason, Status, board::Board, seen::Audience},
        pages::{
            board::row::{Row, not_come, row},
            history::{self, Day},
            status,
        },
    },
    pages::{Shell, Theme, formats, render},
    products::model::place,
    words::Words,
};

/// What was read for the page.
pub struct Seen {
    /// As the farm may see it.
    pub following: Following,
    pub part: FarmOrder,
    /// As one walks past them.
    pub lines: Vec<PackLine>,
    pub email: String,
    pub phone: Option<String>,
    /// The farm, and the part as its board's only row.
    pub board: Board,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own on the line"
)]
pub struct Line {
    pub id: String,
    pub name: String,
    /// `3` and `bunches`.
    pub number: String,
    pub unit: String,
    /// `of 5 bunches`, when there was less.
    pub of: Option<String>,
    pub place: String,
    pub is_chilled: bool,
    pub is_done: bool,
    /// Nobody ticked it, and it was packed in full all the same.
    pub is_assumed: bool,
    pub weighs: bool,
    /// `1.36 kg, £3.40`
    pub weighed: Option<String>,
    pub note: Option<String>,
    /// `Ana Ferris, 5:12`
    pub who: Option<String>,
    pub version: i64,
    /// As it stands in the field.
    pub got: String,
    pub label: String,
}

pub struct OrderPage {
    w: Words,
    part: String,
    code: String,
    name: String,
    /// Of the board this was opened from.
    board: String,
    farm: String,
    date: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    window: String,
    place: String,
    sum: String,
    items: String,
    stop: Option<String>,
    note: Option<String>,
    /// Until when it may be collected.
    not_come: Option<String>,
    refused: Option<String>,
    packed: String,
    is_open: bool,
    lines: Vec<Line>,
    email: String,
    phone: Option<String>,
    days: Vec<Day>,
    row: Option<Row>,
}

#[derive(Template)]
#[template(path = "orders/packing/order.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a OrderPage,
}

impl OrderPage {
    pub fn new(seen: &Seen, market: &Market, w: Words, now: Ts, refused: Option<String>) -> Self {
        let (order, part) = (&seen.following.order, &seen.part);
        let audience = Audience::Farm(part.farm.id.clone());
        let lines: Vec<Line> = seen
            .lines
            .iter()
            .map(|one| line(one, part.status, market, w, now))
            .collect();
        let done = lines.iter().filter(|line| line.is_done).count();
        let living = part.status != Status::Cancelled;
        let sum = seen.lines.iter().map(PackLine::counts).sum::<i64>();
        let sum = formats::money(Money::new(sum, market.currency), w);
        let is_open = is_open(part.status);
        Self {
            w,
            part: part.id.to_string(),
            code: order.code.clone(),
            name: order.customer_name.clone(),
            board: format!("/farm/board?farm={}#row-{}", seen.board.farm.slug, part.id),
            farm: seen.board.farm.slug.clone(),
            date: order.window.date.clone(),
            word: status::farm_word(part.status, w),
            icon: status::icon(part.status),
            class: status::class(part.status),
            window: formats::window(&order.window.starts, &order.window.ends),
            place: order.place.name.clone(),
            sum: if seen.lines.iter().any(PackLine::is_unweighed) {
                w.say_a("orders-about", &sum)
            } else {
                sum
            },
            items: w.say_n("orders-items", lines.len()),
            stop: (!living).then(|| stop(part, w)),
            note: part.note.clone(),
            not_come: not_come(part.status, &order.window, market, w),
            refused,
            packed: packed(part.status, &seen.lines, done, w),
            is_open,
            lines,
            email: seen.email.clone(),
            phone: seen.phone.clone(),
            days: history::days(&seen.following, market, &audience, w, now),
            row: seen
                .board
                .rows
                .first()
                .map(|one| row(one, &seen.board, market, w, now)),
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    fn reasons(&self) -> Vec<(&'static str, String)> {
        [
            Reason::OutOfStock,
            Reason::Weather,
            Reason::CustomerRequest,
            Reason::Other,
        ]
        .into_iter()
        .map(|reason| (reason.as_str(), history::reason(reason, self.w)))
        .collect()
    }
}

/// A cancelled order that somebody may still be packing.
fn stop(part: &FarmOrder, w: Words) -> String {
    let packing = matches!(
        part.last.from,
        Some(Status::Preparing | Status::Ready | Status::OutForDelivery)
    );
    w.say(if packing {
        "orders-pack-stop-packing"
    } else {
        "orders-pack-stop"
    })
    .into_owned()
}

/// How far it is: `3 of 7 packed`; whoever says ready has packed the rest too.
fn packed(status: Status, lines: &[PackLine], done: usize, w: Words) -> String {
    let short = lines.iter().filter(|line| line.is_short()).count();
    if status < Status::Ready {
        return w.say_with(
            "orders-pack-so-far",
            &[("done", done.into()), ("n", lines.len().into())],
        );
    }
    if short > 0 {
        w.say_n("orders-pack-but", short)
    } else {
        w.say("orders-pack-full").into_owned()
    }
}

/// A number and its unit apart: `3` · `bunches`, `750` · `g`.
pub fn split(text: &str) -> (String, String) {
    let cut = text.find(['\u{a0}', ' ']).unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    let unit = unit.trim_start_matches(['\u{a0}', ' ']);
    (number.to_owned(), unit.to_owned())
}

fn line(line: &PackLine, status: Status, market: &Market, w: Words, now: Ts) -> Line {
    let by_weight = line.priced_by == PricedBy::Weight;
    let shown = if by_weight {
        line.ordered
    } else {
        line.quantity()
    };
    let (number, unit) = split(&formats::quantity(shown, &line.unit, w));
    let ordered = formats::quantity(line.ordered, &line.unit, w);
    let counted = Money::new(line.counts(), market.currency);
    let args = [
        (
            "qty",
            formats::quantity(line.quantity(), &line.unit, w).into(),
        ),
        ("sum", formats::money(counted, w).into()),
    ];
    let who = line.packed_at.map(|at| {
        let at = formats::moment(at, now, &market.zone, w);
        match &line.packed_by {
            Some(name) => format!("{name}, {at}"),
            None => at,
        }
    });
    Line {
        id: line.id.to_string(),
        name: line.name.clone(),
        number,
        unit,
        of: line.is_short().then(|| w.say_a("orders-pack-of", &ordered)),
        place: where_is(&line.place),
        is_chilled: line.is_chilled,
        is_done: line.is_ticked(),
        is_assumed: !line.is_ticked() && (Status::Ready..=Status::Completed).contains(&status),
        weighs: by_weight,
        weighed: (by_weight && line.amount_minor.is_some())
            .then(|| w.say_with("orders-pack-weighed", &args)),
        note: line.note.clone(),
        who,
        version: line.version,
        got: if line.is_unweighed() {
            String::new()
        } else {
            line.quantity().plain()
        },
        label: w.say_a(
            if by_weight {
                "orders-pack-weight"
            } else {
                "orders-pack-got"
            },
            &ordered,
        ),
    }
}

/// `Top field, row 4`.
pub fn where_is(text: &str) -> String {
    let (ground, spot) = (place::ground(text), place::spot(text));
    if spot.is_empty() {
        ground.to_owned()
    } else {
        format!("{ground}, {spot}")
    }
}

/// What a short or weighed line makes of the order, before it is saved.
pub struct Preview {
    w: Words,
    part: String,
    code: String,
    line: String,
    name: String,
    /// `2 bunches of 3 bunches`
    fact: String,
    /// `£2.00 comes off.`
    change: String,
    before: String,
    after: String,
    note: Option<String>,
    got: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "orders/packing/preview.html")]
struct PreviewPage<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a Preview,
}

impl Preview {
    pub fn new(
        seen: &Seen,
        picked: &Picked,
        note: Option<String>,
        market: &Market,
        w: Words,
    ) -> Self {
        let line = &picked.line;
        let money = |minor: i64| formats::money(Money::new(minor, market.currency), w);
        let args = [
            ("got", formats::quantity(picked.got, &line.unit, w).into()),
            (
                "asked",
                formats::quantity(line.ordered, &line.unit, w).into(),
            ),
        ];
        let by = picked.sum_after - picked.sum_before;
        Self {
            w,
            part: seen.part.id.to_string(),
            code: seen.following.order.code.clone(),
            line: line.id.to_string(),
            name: line.name.clone(),
            fact: w.say_with("orders-pack-got-of", &args),
            change: match by.signum() {
                -1 => w.say_a("orders-pack-off", &money(-by)),
                1 => w.say_a("orders-pack-on", &money(by)),
                _ => w.say("orders-pack-same").into_owned(),
            },
            before: money(picked.sum_before),
            after: money(picked.sum_after),
            note,
            got: picked.got.plain(),
            version: seen.part.version,
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&PreviewPage {
            shell,
            w: self.w,
            page: self,
        })
    }
}
