//! Who is awaited at the stall, and when a customer may say to be there.
use jiff::civil::Date;

use crate::{
    kernel::{
        ids::{DayId, OrderId},
        time::Ts,
    },
    orders::model::{FarmOrder, Order, Status, Window},
};

/// An order of the day with the boxes that the viewer hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    pub order: OrderId,
    pub code: String,
    pub name: String,
    pub here_at: Option<Ts>,
    pub window: Window,
    pub boxes: Vec<Box>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Box {
    pub farm: String,
    pub status: Status,
    pub version: i64,
}

impl Guest {
    /// Something is still to be handed over.
    pub fn is_awaited(&self) -> bool {
        self.boxes
            .iter()
            .any(|one| one.status.is_open() && one.status != Status::Missed)
    }
}

/// Who stands here first, then by window, then by name.
pub fn awaited(guests: &[Guest]) -> Vec<&Guest> {
    let mut guests: Vec<&Guest> = guests.iter().filter(|guest| guest.is_awaited()).collect();
    guests.sort_by_key(|guest| {
        (
            guest.here_at.is_none(),
            guest.here_at,
            guest.window.starts_at,
            guest.name.to_lowercase(),
        )
    });
    guests
}

/// Those whose name holds what was typed.
pub fn named<'g>(guests: &'g [Guest], typed: &str) -> Vec<&'g Guest> {
    let typed = typed.trim().to_lowercase();
    let holds = |guest: &&Guest| guest.name.to_lowercase().contains(&typed);
    guests.iter().filter(holds).collect()
}

/// The same text for the same state: what a browser has seen.
pub fn digest(guests: &[Guest]) -> String {
    let one = |guest: &Guest| {
        let versions: Vec<String> = guest
            .boxes
            .iter()
            .map(|one| one.version.to_string())
            .collect();
        let here = guest.here_at.is_some();
        format!("{}:{here}:{}", guest.order, versions.join("."))
    };
    let state: Vec<String> = guests.iter().map(one).collect();
    let state = state.join(";");
    crate::kernel::hash::sha256(&state)[..16].to_owned()
}

/// From READY on, on the day itself, a customer may say to be there.
pub fn may_arrive(order: &Order, today: Date) -> bool {
    let ready = |part: &FarmOrder| matches!(part.status, Status::Ready | Status::OutForDelivery);
    order.window.date == today.to_string() && order.parts.iter().any(ready)
}

/// Why an order is not handed over here and now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// It is for another day.
    OtherDay,
    /// None of its boxes is of this farm.
    OtherStall,
}

pub fn elsewhere(order: &Order, day: Option<&DayId>, has_box: bool) -> Option<Elsewhere> {
    if !has_box {
        Some(Elsewhere::OtherStall)
    } else if day != Some(&order.day.id) {
        Some(Elsewhere::OtherDay)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::model::sample::{at, order, part};

    fn guest(name: &str, status: Status, here: Option<u64>) -> Guest {
        Guest {
            order: OrderId::new(name),
            code: name.to_owned(),
            name: name.to_owned(),
            here_at: here.map(at),
            window: order(Vec::new()).window,
            boxes: vec![Box {
                farm: "Rosa".to_owned(),
                status,
                version: 3,
            }],
        }
    }

    #[test]
    fn who_stands_here_comes_first() {
        let guests = [
            guest("Zoe", Status::Ready, None),
            guest("ana", Status::Preparing, None),
            guest("Ben", Status::Ready, Some(9)),
            guest("Cleo", Status::Ready, Some(5)),
            guest("Dan", Status::Fulfilled, Some(1)),
            guest("Eve", Status::Missed, None),
        ];
        let names: Vec<_> = awaited(&guests)
            .iter()
            .map(|guest| guest.name.as_str())
            .collect();
        assert_eq!(names, ["Cleo", "Ben", "ana", "Zoe"]);
        let found: Vec<_> = named(&guests, " AN")
            .iter()
            .map(|guest| guest.name.as_str())
            .collect();
        assert_eq!(found, ["ana", "Dan"]);
        let before = digest(&guests);
        let mut after = guests.to_vec();
        after[0].here_at = Some(at(1));
        assert_ne!(digest(&after), before);
    }

    #[test]
    fn a_customer_is_there_on_the_day_and_once_something_is_ready() {
        let today = |order: &Order| order.window.date.parse::<Date>().unwrap();
        let ready = order(vec![
            part("rosa", Status::Confirmed),
            part("ben", Status::Ready),
        ]);
        assert!(may_arrive(&ready, today(&ready)));
        assert!(!may_arrive(&ready, today(&ready).tomorrow().unwrap()));
        let packed = order(vec![part("rosa", Status::Preparing)]);
        assert!(!may_arrive(&packed, today(&packed)));
        assert_eq!(elsewhere(&ready, Some(&ready.day.id), true), None);
        assert_eq!(elsewhere(&ready, None, true), Some(Elsewhere::OtherDay));
        assert_eq!(
            elsewhere(&ready, Some(&ready.day.id), false),
            Some(Elsewhere::OtherStall)
        );
    }
}
