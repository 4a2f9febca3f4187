//! One row of the board: how an order looks to a farm, and every step that may be taken with it.
use crate::{
    kernel::{qty::Qty, time::Ts},
    markets::model::Market,
    orders::{
        model::{
            Ending, Status, Window,
            board::{Board, BoardRow, Trouble},
            guard, undo,
        },
        pages::status,
    },
    pages::formats,
    words::Words,
};

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own on the row"
)]
pub struct Row {
    pub id: String,
    pub name: String,
    pub code: String,
    pub items: String,
    /// `2 bunches Carrots, 1 kg Squash`
    pub goods: String,
    pub window: String,
    pub word: String,
    pub icon: &'static str,
    pub class: &'static str,
    pub note: Option<String>,
    /// The customer stands at the stall.
    pub here: bool,
    /// Why it comes first.
    pub trouble: Option<String>,
    /// What holds it back, if anything does.
    pub held: Option<String>,
    pub error: Option<String>,
    pub version: i64,
    pub next: Option<Step>,
    /// The next step is to hand over, which needs the customer's code: the row opens for it.
    pub hands_over: bool,
    /// Steps that need nothing but a tap.
    pub more: Vec<Step>,
    /// A missed order may still end well: late, or given away.
    pub endings: Vec<Step>,
    pub cancels: bool,
    pub undo: Option<Undo>,
    /// Nothing is left to do.
    pub done: bool,
}

pub struct Step {
    pub to: &'static str,
    pub word: String,
}

pub struct Undo {
    /// Shown above the thumb right after the tap: `Imogen Hart: Packing`.
    pub said: String,
    /// A manager says why.
    pub needs_note: bool,
}

pub fn row(row: &BoardRow, board: &Board, market: &Market, w: Words, now: Ts) -> Row {
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
        goods: goods(row, w),
        window: formats::window_short(&row.window.starts, &row.window.ends),
        word: status::farm_word(status, w),
        icon: status::icon(status),
        class: if status == Status::Pending {
            "look"
        } else {
            status::class(status)
        },
        note: row.part.note.clone(),
        here: row.waits(),
        trouble: row
            .trouble(now)
            .map(|trouble| self::trouble(trouble, row, market, w)),
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
        done: !status.is_open(),
    }
}

fn goods(row: &BoardRow, w: Words) -> String {
    let one = |(product, qty, unit): &(String, Qty, String)| {
        format!("{} {product}", formats::quantity(*qty, unit, w))
    };
    let all: Vec<String> = row.goods.iter().map(one).collect();
    all.join(", ")
}

/// `Not come yet: “Not collected” from 12:00`, while it may still be handed over.
pub fn not_come(status: Status, window: &Window, market: &Market, w: Words) -> Option<String> {
    let waits = matches!(status, Status::Ready | Status::OutForDelivery);
    let at = formats::time(guard::missed_at(window), &market.zone);
    waits.then(|| w.say_a("orders-board-not-come", &at))
}

fn trouble(trouble: Trouble, row: &BoardRow, market: &Market, w: Words) -> String {
    match trouble {
        Trouble::Missed => w.say("orders-board-missed").into_owned(),
        Trouble::CancelledWhilePacking => w.say("orders-board-stop").into_owned(),
        Trouble::NotCome => not_come(row.part.status, &row.window, market, w).unwrap_or_default(),
        Trouble::Late => w.say("orders-board-late").into_owned(),
        Trouble::Short => w.say_n(
            "orders-board-short",
            usize::try_from(row.short).unwrap_or(1),
        ),
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
