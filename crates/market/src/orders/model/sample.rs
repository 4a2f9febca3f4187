//! Orders for the tests of the rules: times in minutes, a cut-off at 100, a window from 200 to 300.
use std::time::Duration;

use super::{
    Day, Farm, FarmOrder, Method, Order, Payment, Place, Status, Step, Window, decide::Actor,
    status,
};
use crate::kernel::{
    ids::{DayId, FarmId, FarmOrderId, MarketId, OrderId, PlaceId, UserId, WindowId},
    money::Currency,
    role::Role,
    time::Ts,
};

pub const CUTOFF: u64 = 100;
pub const WINDOW_ENDS: u64 = 300;

pub fn at(minute: u64) -> Ts {
    Ts::from_micros(0).plus(Duration::from_mins(minute))
}

pub fn part(farm: &str, status: Status) -> FarmOrder {
    FarmOrder {
        id: FarmOrderId::new(format!("fo_{farm}")),
        farm: Farm {
            id: FarmId::new(format!("frm_{farm}")),
            name: farm.to_owned(),
        },
        method: Method::Pickup,
        status,
        version: 5,
        note: None,
        unweighed: 0,
        last: Step {
            seq: 3,
            from: Some(Status::Confirmed),
            role: Role::FarmOwner,
            at: at(10),
            undoes: None,
        },
    }
}

pub fn order(parts: Vec<FarmOrder>) -> Order {
    Order {
        id: OrderId::new("ord_1"),
        market_id: MarketId::new("mkt_1"),
        code: "FM-7Q4K2D".to_owned(),
        customer_id: None,
        customer_name: "Ana".to_owned(),
        status: status::parent(parts.iter().map(|part| part.status)),
        version: 9,
        placed_at: at(0),
        changed_at: at(10),
        payment: Payment::PayAtPickup,
        currency: Currency::Gbp,
        day: Day {
            id: DayId::new("day_1"),
            cutoff_at: at(CUTOFF),
        },
        window: Window {
            id: WindowId::new("win_1"),
            date: "1970-01-01".to_owned(),
            starts: "03:20".to_owned(),
            ends: "05:00".to_owned(),
            starts_at: at(200),
            ends_at: at(WINDOW_ENDS),
        },
        place: Place {
            id: PlaceId::new("plc_1"),
            name: "Square".to_owned(),
            address: "Mill Lane".to_owned(),
            access: None,
            map_url: None,
        },
        here_at: None,
        parts,
    }
}

pub fn actor(roles: &[Role]) -> Actor {
    Actor {
        id: Some(UserId::new("usr_1")),
        name: Some("Ana".to_owned()),
        roles: roles.to_vec(),
    }
}
