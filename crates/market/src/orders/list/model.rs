//! What orders are looked for by, and a line of the list.
use crate::{
    kernel::{
        ids::{DayId, FarmId, OrderId, PlaceId},
        time::Ts,
    },
    orders::model::{Payment, Status},
};

/// Orders moved by one press.
pub const AT_ONCE: usize = 100;

/// Where many orders may be sent at once. What a person at the stall says of one order (handed over, by whom) is not
/// said of many.
pub const GOALS: [Status; 3] = [Status::Preparing, Status::Ready, Status::Cancelled];

/// What became of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// So many parts moved; so many could not.
    Changed(usize, usize),
    Already,
}

/// `None`: any. A status is that of a part, of the farm if one is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    pub farm: Option<FarmId>,
    pub day: Option<DayId>,
    pub place: Option<PlaceId>,
    /// Of a code or a name.
    pub text: String,
}

/// Filters that one person keeps.
pub const KEPT: i64 = 20;

/// A filter under a name, as the list's address holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    pub query: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: OrderId,
    pub code: String,
    pub name: String,
    pub status: Status,
    pub version: i64,
    pub placed_at: Ts,
    pub date: String,
    pub starts: String,
    pub ends: String,
    pub place: String,
    pub payment: Payment,
    /// Each farm and how far it is.
    pub farms: Vec<(String, Status)>,
}

/// Where a page begins: behind this order.
pub fn cursor(text: &str) -> Option<(Ts, OrderId)> {
    let (at, id) = text.split_once('.')?;
    let id = Some(id).filter(|id| crate::kernel::ids::is_well_formed(id))?;
    Some((Ts::from_micros(at.parse().ok()?), OrderId::new(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_or_refused() {
        let read = cursor("12.ord_1");
        assert_eq!(read, Some((Ts::from_micros(12), OrderId::new("ord_1"))));
        for bad in ["", "12", "x.ord_1", "12.", "12.a b"] {
            assert_eq!(cursor(bad), None, "{bad}");
        }
    }
}
