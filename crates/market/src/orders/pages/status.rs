//! How a status looks: the word for each side of the counter, the box that fills, the step of five.
pub use crate::pages::names::farm_word;
use crate::{
    orders::model::{Order, Status},
    words::Words,
};

/// What a customer reads.
pub fn customer_word(status: Status, w: Words) -> String {
    w.say(match status {
        Status::Pending => "orders-status-placed",
        Status::Confirmed => "orders-status-confirmed",
        Status::Preparing => "orders-status-being-packed",
        Status::Ready => "orders-status-ready",
        Status::OutForDelivery => "orders-status-on-its-way",
        Status::Missed => "orders-status-missed",
        Status::Fulfilled => "orders-status-collected",
        Status::Completed => "orders-status-complete",
        Status::Cancelled => "orders-status-cancelled",
    })
    .into_owned()
}

/// The verb on the button that leads there.
pub fn verb(to: Status, w: Words) -> String {
    w.say(match to {
        Status::Pending | Status::Confirmed => "orders-do-confirm",
        Status::Preparing => "orders-do-pack",
        Status::Ready => "orders-do-ready",
        Status::OutForDelivery => "orders-do-send-out",
        Status::Missed => "orders-do-missed",
        Status::Fulfilled => "orders-do-hand-over",
        Status::Completed => "orders-do-complete",
        Status::Cancelled => "orders-do-cancel",
    })
    .into_owned()
}

/// Empty, open, half, full: the name of the icon.
pub const fn icon(status: Status) -> &'static str {
    match status {
        Status::Pending => "new",
        Status::Confirmed => "box",
        Status::Preparing => "half",
        Status::Ready | Status::OutForDelivery | Status::Fulfilled | Status::Completed => "full",
        Status::Missed => "alert",
        Status::Cancelled => "gone",
    }
}

/// Green for done, red with a sign for a problem; yellow asks a farm to look at what is new.
pub const fn class(status: Status) -> &'static str {
    match status {
        Status::Ready | Status::OutForDelivery | Status::Fulfilled | Status::Completed => "ok",
        Status::Missed => "bad",
        _ => "",
    }
}

/// Something is still to be had at the stall: what was missed is not, though it is not settled either.
pub fn is_awaited(order: &Order) -> bool {
    order
        .parts
        .iter()
        .any(|part| part.status.is_open() && part.status != Status::Missed)
}

/// One to five; none for what was given up.
pub const fn step(status: Status) -> usize {
    match status {
        Status::Cancelled => 0,
        Status::Pending => 1,
        Status::Confirmed => 2,
        Status::Preparing => 3,
        Status::Ready | Status::OutForDelivery | Status::Missed => 4,
        Status::Fulfilled | Status::Completed => 5,
    }
}

/// The names of the five steps.
pub const STEPS: [Status; 5] = [
    Status::Pending,
    Status::Confirmed,
    Status::Preparing,
    Status::Ready,
    Status::Fulfilled,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn every_status_has_words_for_both_sides_and_no_code_word_is_shown() {
        for lang in Lang::ALL {
            for status in Status::ALL {
                for text in [
                    customer_word(*status, lang.words()),
                    farm_word(*status, lang.words()),
                    verb(*status, lang.words()),
                ] {
                    assert!(!text.contains('{') && text != status.as_str(), "{text}");
                }
                assert!(step(*status) <= STEPS.len() && !icon(*status).is_empty());
                assert!(matches!(class(*status), "" | "ok" | "bad"));
            }
        }
    }
}
