//! Every mail of this slice, about one made-up order of two farms.
use std::time::Duration;

use super::{
    model::{Args, Changed, Channel, Kind, Moved, Notice, State},
    pages,
};
use crate::{
    kernel::{
        ids::{
            DayId, FarmId, FarmOrderId, FeeId, LineId, NoticeId, OrderId, PlaceId, UserId, WindowId,
        },
        money::Money,
        qty::Qty,
        role::Role,
        time::{self, Ts},
    },
    orders::model::{
        Day, Farm, FarmOrder, Fee, Following, Hours, Method, Order, OrderLine, Payment, Place,
        PricedBy, Reason, Status, Step, Window, seen::Audience, status,
    },
    pages::{
        example::{CUSTOMER, CUSTOMER_EMAIL, Example, FARM, OTHER_FARM, PLACE, STREET, Scene, To},
        formats,
    },
};

pub fn examples(scene: &Scene<'_>) -> Vec<Example> {
    let example = |kind: &Kind| {
        let when = when(*kind)?;
        let notice = notice(*kind, scene);
        let whole = following(*kind, scene);
        let (to, seen, url) = match &notice.farm {
            Some(farm) => (
                To::Farm,
                whole.seen_by(&Audience::Farm(farm.clone())),
                scene.link("/farm/orders"),
            ),
            None => (To::Customer, whole, scene.link("/t")),
        };
        Some(Example {
            name: kind.as_str(),
            to,
            when,
            letter: pages::letter(&notice, &seen, scene.market, scene.w, url),
        })
    };
    Kind::ALL.iter().filter_map(example).collect()
}

/// `None`: it goes by no mail.
const fn when(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Placed => "mails-when-placed",
        Kind::Confirmed => "mails-when-confirmed",
        Kind::Ready => "mails-when-ready",
        Kind::OutForDelivery => "mails-when-out",
        Kind::Missed => "mails-when-missed",
        Kind::Receipt => "mails-when-receipt",
        Kind::Cancelled => "mails-when-cancelled",
        Kind::Changed => "mails-when-changed",
        Kind::Short => "mails-when-short",
        Kind::Late => "mails-when-late",
        Kind::OnTime => "mails-when-on-time",
        Kind::Moved => "mails-when-moved",
        Kind::Corrected => "mails-when-corrected",
        Kind::FarmNew => "mails-when-farm-new",
        Kind::FarmChanged => "mails-when-farm-changed",
        Kind::FarmCancelled => "mails-when-farm-cancelled",
        Kind::Preparing
        | Kind::FarmCollected
        | Kind::FarmMissed
        | Kind::ManagerMissed
        | Kind::ManagerCancelled => return None,
    })
}

const OWN: &str = "example";
const OTHER: &str = "example_other";

fn farm_id(farm: &str) -> FarmId {
    FarmId::new(format!("frm_{farm}"))
}

fn part_id(farm: &str) -> FarmOrderId {
    FarmOrderId::new(format!("fo_{farm}"))
}

fn hours(starts: &str, ends: &str) -> Hours {
    Hours {
        starts: starts.to_owned(),
        ends: ends.to_owned(),
        place: PLACE.to_owned(),
    }
}

fn notice(kind: Kind, scene: &Scene<'_>) -> Notice {
    use Kind::{
        Cancelled, Changed as LinesChanged, Corrected, FarmCancelled, FarmChanged, FarmNew, Late,
        OnTime, Short,
    };
    let for_farm = matches!(kind, FarmNew | FarmCancelled | FarmChanged);
    let of_one = for_farm || matches!(kind, Cancelled | Corrected | Late | OnTime | Short);
    let has_lines = matches!(kind, LinesChanged | Short | FarmChanged);
    let farms: &[&str] = if of_one { &[FARM] } else { &[FARM, OTHER_FARM] };
    let changed = |product: &str, unit: &str, from, to| Changed {
        product: scene.w.say(product).into_owned(),
        unit: unit.to_owned(),
        from: Qty::thousandths(from),
        to: Qty::thousandths(to),
        farm: if kind == Short { FARM } else { "" }.to_owned(),
    };
    Notice {
        id: NoticeId::new("ntc_example"),
        market: scene.market.id.clone(),
        order: OrderId::new("ord_example"),
        farm: for_farm.then(|| farm_id(OWN)),
        kind,
        event: "evt_example".to_owned(),
        person: "usr_example".to_owned(),
        channel: Channel::Email,
        name: CUSTOMER.to_owned(),
        address: Some(CUSTOMER_EMAIL.to_owned()),
        lang: scene.w.lang().tag().to_owned(),
        args: Args {
            code: scene.code(),
            farms: farms.iter().map(|name| (*name).to_owned()).collect(),
            waiting: 0,
            reason: Some(Reason::OutOfStock.as_str().to_owned()),
            minutes: 20,
            whole: false,
            events: Vec::new(),
            changed: if has_lines {
                vec![
                    changed("mails-example-carrots", "bunch", 2000, 1000),
                    changed("mails-example-squash", "kg", 1500, 0),
                ]
            } else {
                Vec::new()
            },
            moved: (kind == Kind::Moved).then(|| Moved {
                was: hours("08:30", "10:30"),
                now: hours("09:00", "11:00"),
            }),
        },
        state: State::Due,
        attempts: 0,
        created_at: scene.now,
        read_at: None,
    }
}

/// As the order stands when that mail goes.
fn following(kind: Kind, scene: &Scene<'_>) -> Following {
    let status = match kind {
        Kind::Placed | Kind::FarmNew => Status::Pending,
        Kind::Ready => Status::Ready,
        Kind::OutForDelivery => Status::OutForDelivery,
        Kind::Missed => Status::Missed,
        Kind::Receipt => Status::Fulfilled,
        _ => Status::Confirmed,
    };
    let own = if matches!(kind, Kind::Cancelled | Kind::FarmCancelled) {
        Status::Cancelled
    } else {
        status
    };
    let parts = vec![
        part(OWN, FARM, own, scene.now),
        part(OTHER, OTHER_FARM, status, scene.now),
    ];
    let mut lines = lines(scene);
    if kind == Kind::Receipt {
        // The squash was weighed.
        for line in lines.iter_mut().filter(|line| line.amount.is_none()) {
            line.amount = Some(Money::new(375, scene.market.currency));
        }
    }
    Following {
        lines,
        fees: vec![Fee {
            id: FeeId::new("fee_example"),
            kind: "market".to_owned(),
            part: None,
            amount: Money::new(50, scene.market.currency),
        }],
        ..Following::new(order(parts, scene))
    }
}

fn part(farm: &str, name: &str, status: Status, now: Ts) -> FarmOrder {
    FarmOrder {
        id: part_id(farm),
        farm: Farm {
            id: farm_id(farm),
            name: name.to_owned(),
        },
        method: Method::Pickup,
        status,
        version: 1,
        note: None,
        unweighed: 0,
        last: Step {
            seq: 1,
            from: None,
            role: Role::Customer,
            at: now,
            undoes: None,
        },
    }
}

/// Collected in two days, in the morning.
fn order(parts: Vec<FarmOrder>, scene: &Scene<'_>) -> Order {
    let &Scene { market, now, .. } = scene;
    let day = formats::day_of(now.plus(Duration::from_hours(48)), &market.zone);
    let at = |hour| time::instant(day.at(hour, 0, 0, 0), &market.zone).unwrap_or(now);
    Order {
        id: OrderId::new("ord_example"),
        market_id: market.id.clone(),
        code: scene.code(),
        customer_id: Some(UserId::new("usr_example")),
        customer_name: CUSTOMER.to_owned(),
        status: status::parent(parts.iter().map(|part| part.status)),
        version: 1,
        placed_at: now,
        changed_at: now,
        payment: Payment::PayAtPickup,
        currency: market.currency,
        day: Day {
            id: DayId::new("day_example"),
            cutoff_at: now.plus(Duration::from_hours(24)),
        },
        window: Window {
            id: WindowId::new("win_example"),
            date: day.to_string(),
            starts: "09:00".to_owned(),
            ends: "11:00".to_owned(),
            starts_at: at(9),
            ends_at: at(11),
        },
        place: Place {
            id: PlaceId::new("plc_example"),
            name: PLACE.to_owned(),
            address: STREET.to_owned(),
            access: None,
            map_url: None,
        },
        here_at: None,
        parts,
    }
}

fn lines(scene: &Scene<'_>) -> Vec<OrderLine> {
    let money = |minor| Money::new(minor, scene.market.currency);
    let line = |farm: &str, n: usize, product: &str, unit: &str, price, qty, sum| OrderLine {
        id: LineId::new(format!("lin_{farm}_{n}")),
        part: part_id(farm),
        product: scene.w.say(product).into_owned(),
        category: "root".to_owned(),
        unit: unit.to_owned(),
        price: money(price),
        priced_by: if unit == "kg" {
            PricedBy::Weight
        } else {
            PricedBy::Unit
        },
        ordered: Qty::thousandths(qty),
        packed: None,
        estimated: money(sum),
        amount: (unit != "kg").then(|| money(sum)),
        note: None,
    };
    vec![
        line(OWN, 1, "mails-example-carrots", "bunch", 180, 2000, 360),
        line(OWN, 2, "mails-example-squash", "kg", 240, 1500, 360),
        line(OTHER, 1, "mails-example-eggs", "dozen", 420, 1000, 420),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_by_mail_has_an_example_and_nothing_else() {
        for kind in Kind::ALL {
            assert_eq!(when(*kind).is_some(), kind.goes_by_mail(), "{kind:?}");
        }
    }
}
