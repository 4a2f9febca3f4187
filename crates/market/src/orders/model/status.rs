//! The nine statuses and the parent's status as a pure function of its parts.
use super::wire_words;

/// In the order of the parent's rule: the parent shows the lowest of its living parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    Pending,
    Confirmed,
    Preparing,
    Ready,
    OutForDelivery,
    Missed,
    Fulfilled,
    Completed,
    Cancelled,
}

wire_words!(Status {
    Pending "PENDING", Confirmed "CONFIRMED", Preparing "PREPARING", Ready "READY",
    OutForDelivery "OUT_FOR_DELIVERY", Missed "MISSED", Fulfilled "FULFILLED", Completed "COMPLETED",
    Cancelled "CANCELLED",
});

impl Status {
    /// Not yet handed over, not given up.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Fulfilled | Self::Completed | Self::Cancelled)
    }
}

/// Cancelled parts are ignored; the parent shows the lowest of the rest; none left = CANCELLED.
pub fn parent(parts: impl IntoIterator<Item = Status>) -> Status {
    parts
        .into_iter()
        .filter(|status| *status != Status::Cancelled)
        .min()
        .unwrap_or(Status::Cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Cancelled, Completed, Confirmed, Fulfilled, Missed, Pending, Preparing, Ready};

    #[test]
    fn the_parent_shows_the_lowest_living_part() {
        for (parts, expected) in [
            (vec![Ready, Preparing, Confirmed], Confirmed),
            (vec![Ready, Cancelled], Ready),
            (vec![Cancelled, Cancelled], Cancelled),
            (vec![], Cancelled),
            (vec![Missed, Fulfilled], Missed),
            (vec![Ready, Missed], Ready),
            (vec![Completed, Fulfilled], Fulfilled),
            (vec![Pending, Completed], Pending),
        ] {
            assert_eq!(parent(parts.iter().copied()), expected, "{parts:?}");
        }
    }

    #[test]
    fn every_status_is_found_by_its_wire_name() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(*status));
        }
        assert_eq!(Status::parse("ready"), None);
    }
}
