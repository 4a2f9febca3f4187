//! What is not as it was ordered.
use crate::{
    kernel::{money::Money, time::Ts},
    orders::{
        model::{Following, OrderLine, PricedBy, Status, seen::Audience},
        pages::history,
    },
    pages::formats,
    words::Words,
};

pub struct Note {
    pub class: &'static str,
    pub title: String,
    pub text: String,
}

/// What is not as it was ordered: farms that cancelled, items that came short, what was not collected.
pub fn notes(following: &Following, audience: &Audience, w: Words, now: Ts) -> Vec<Note> {
    let mut notes = Vec::new();
    for part in &following.order.parts {
        let farm = part.farm.name.as_str();
        if let Some(late) = following.late_now(part, now) {
            notes.push(Note {
                class: "",
                title: late_says(farm, late.minutes, w),
                text: w.say("orders-late-more").into_owned(),
            });
        }
        let lines = || following.lines.iter().filter(|line| line.part == part.id);
        if part.status == Status::Cancelled {
            let event = following
                .history
                .iter()
                .rev()
                .find(|event| event.part == part.id);
            let reason = event
                .and_then(|event| event.reason)
                .map(|reason| history::reason_to(audience, reason, w));
            // The customer and the market cancel, too; a farm is named as the one who did only when it did.
            let key = if event.is_some_and(|event| event.role.is_farm()) {
                "orders-note-cancelled"
            } else {
                "orders-note-cancelled-for"
            };
            let title = w.say_a(key, farm);
            notes.push(Note {
                class: "bad",
                title,
                text: reason.unwrap_or_default(),
            });
        } else if part.status == Status::Missed {
            let title = w.say_a("orders-note-missed", farm);
            notes.push(Note {
                class: "",
                title,
                text: String::new(),
            });
        } else {
            notes.extend(lines().filter_map(|line| short(line, farm, w)));
        }
    }
    notes
}

fn late_says(farm: &str, minutes: i64, w: Words) -> String {
    let args = [("farm", farm.into()), ("n", minutes.into())];
    w.say_with("orders-late-note", &args)
}

fn short(line: &OrderLine, farm: &str, w: Words) -> Option<Note> {
    let packed = line
        .packed
        .filter(|packed| *packed < line.ordered && line.priced_by == PricedBy::Unit)?;
    let off = line.estimated.minor - line.counts().minor;
    let off = Money::new(off, line.estimated.currency);
    let key = if packed.as_thousandths() == 0 {
        "orders-note-none"
    } else {
        "orders-note-short"
    };
    let title = w.say_with(
        key,
        &[
            ("product", line.product.as_str().into()),
            ("got", formats::quantity(packed, &line.unit, w).into()),
            (
                "asked",
                formats::quantity(line.ordered, &line.unit, w).into(),
            ),
        ],
    );
    let text = if off.minor > 0 {
        w.say_with(
            "orders-note-off",
            &[
                ("farm", farm.into()),
                ("off", formats::money(off, w).into()),
            ],
        )
    } else {
        farm.to_owned()
    };
    Some(Note {
        class: "",
        title,
        text,
    })
}
