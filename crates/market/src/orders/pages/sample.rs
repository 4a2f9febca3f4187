//! Orders in every state, for the tests of the pages.
use crate::{
    kernel::{
        ids::{
            DayId, EventId, FarmId, FarmOrderId, FeeId, LineId, MarketId, OrderId, PlaceId, UserId,
            WindowId,
        },
        money::{Currency, Money},
        qty::Qty,
        role::Role,
        time::Ts,
    },
    markets::model::MarketDay,
    orders::model::{
        Day, Farm, FarmOrder, Fee, Following, Method, Order, OrderLine, Payment, Place, PricedBy,
        Reason, Status, StatusEvent, Step, Window,
        board::{Board, BoardFarm, BoardRow},
        decide::Actor,
        status,
    },
    pages::sample::at,
};

pub fn now() -> Ts {
    at("2026-11-28T06:52")
}

const FARMS: [(&str, &str, &str); 3] = [
    ("frm_hill", "Hill Row Farm", "Ana Ferris"),
    ("frm_marsh", "Marsh Lane Dairy", "Dev Marsh"),
    ("frm_bell", "Bell Orchard", "Ines Bell"),
];

pub fn window() -> Window {
    Window {
        id: WindowId::new("win_1"),
        date: "2026-11-28".to_owned(),
        starts: "09:00".to_owned(),
        ends: "11:00".to_owned(),
        starts_at: at("2026-11-28T09:00"),
        ends_at: at("2026-11-28T11:00"),
    }
}

fn money(minor: i64) -> Money {
    Money::new(minor, Currency::Gbp)
}

pub fn part(n: usize, state: Status) -> FarmOrder {
    let (id, name, _) = FARMS[n % 3];
    FarmOrder {
        id: FarmOrderId::new(format!("fo_{n}")),
        farm: Farm {
            id: FarmId::new(id),
            name: name.to_owned(),
        },
        method: Method::Pickup,
        status: state,
        version: 3,
        note: (n == 1).then(|| "Leave the mud on <please>.".to_owned()),
        unweighed: 0,
        last: Step {
            seq: 2,
            from: Some(Status::Confirmed),
            role: Role::FarmOwner,
            at: at("2026-11-28T06:48"),
            undoes: None,
        },
    }
}

pub fn order(states: &[Status]) -> Order {
    Order {
        id: OrderId::new("ord_1"),
        market_id: MarketId::new("mkt_1"),
        code: "FM-7Q4K2D".to_owned(),
        customer_id: None,
        customer_name: "Imogen Hart".to_owned(),
        status: status::parent(states.iter().copied()),
        version: 7,
        placed_at: at("2026-11-26T18:21"),
        changed_at: now(),
        payment: Payment::PayAtPickup,
        currency: Currency::Gbp,
        day: Day {
            id: DayId::new("day_1"),
            cutoff_at: at("2026-11-26T20:00"),
        },
        window: window(),
        place: Place {
            id: PlaceId::new("plc_1"),
            name: "Riverside Square, stall 14".to_owned(),
            address: "Mill Lane, Thornbury".to_owned(),
            access: Some("Step-free from the car park.".to_owned()),
            map_url: Some("https://map.example.org/?q=1&z=2".to_owned()),
        },
        here_at: None,
        parts: states
            .iter()
            .enumerate()
            .map(|(n, state)| part(n, *state))
            .collect(),
    }
}

type Goods = (
    &'static str,
    &'static str,
    i64,
    PricedBy,
    i64,
    Option<i64>,
    i64,
    Option<i64>,
);

const GOODS: [Goods; 8] = [
    (
        "Carrots",
        "bunch",
        180,
        PricedBy::Unit,
        2000,
        None,
        360,
        None,
    ),
    ("Leeks", "kg", 320, PricedBy::Unit, 750, None, 240, None),
    (
        "Crown Prince squash",
        "kg",
        250,
        PricedBy::Weight,
        1400,
        Some(1360),
        350,
        Some(340),
    ),
    (
        "Free-range eggs",
        "six",
        190,
        PricedBy::Unit,
        2000,
        Some(1000),
        380,
        Some(190),
    ),
    (
        "Whole milk",
        "litre",
        165,
        PricedBy::Unit,
        2000,
        None,
        330,
        None,
    ),
    (
        "Marsh Blue",
        "kg",
        1900,
        PricedBy::Weight,
        200,
        None,
        380,
        None,
    ),
    (
        "Cox apples",
        "kg",
        260,
        PricedBy::Unit,
        1500,
        None,
        390,
        None,
    ),
    (
        "Heather honey",
        "jar",
        680,
        PricedBy::Unit,
        1000,
        Some(0),
        680,
        Some(0),
    ),
];

fn lines(parts: usize) -> Vec<OrderLine> {
    GOODS
        .iter()
        .enumerate()
        .map(|(n, goods)| {
            let (product, unit, price, priced_by, ordered, packed, estimated, amount) = *goods;
            OrderLine {
                id: LineId::new(format!("lin_{n}")),
                part: FarmOrderId::new(format!("fo_{}", n / 3)),
                product: product.to_owned(),
                category: "root".to_owned(),
                unit: unit.to_owned(),
                price: money(price),
                priced_by,
                ordered: Qty::thousandths(ordered),
                packed: packed.map(Qty::thousandths),
                estimated: money(estimated),
                amount: amount.map(money),
                note: None,
            }
        })
        .filter(|line| (0..parts).any(|n| line.part.as_str() == format!("fo_{n}")))
        .collect()
}

pub fn event(n: usize, version: i64, from: Option<Status>, to: Status, local: &str) -> StatusEvent {
    let role = if from.is_none() {
        Role::Guest
    } else {
        Role::FarmOwner
    };
    StatusEvent {
        id: EventId::new(format!("evt_{n}_{version}")),
        part: FarmOrderId::new(format!("fo_{n}")),
        seq: version,
        from,
        to,
        actor_id: Some(UserId::new("usr_1")),
        actor_name: from.map(|_| FARMS[n % 3].2.to_owned()),
        role,
        reason: (to == Status::Cancelled).then_some(Reason::Weather),
        note: (to == Status::Cancelled).then(|| "Hail last night".to_owned()),
        undoes: None,
        at: at(local),
        order_version: version,
    }
}

fn history(states: &[Status]) -> Vec<StatusEvent> {
    let mut all: Vec<StatusEvent> = (0..states.len())
        .map(|n| event(n, 1, None, Status::Pending, "2026-11-26T18:21"))
        .collect();
    all.extend((0..states.len()).map(|n| {
        event(
            n,
            2,
            Some(Status::Pending),
            Status::Confirmed,
            "2026-11-26T20:04",
        )
    }));
    for (n, state) in states
        .iter()
        .enumerate()
        .filter(|(_, state)| **state != Status::Pending)
    {
        let version = 3 + i64::try_from(n).unwrap();
        all.push(event(
            n,
            version,
            Some(Status::Confirmed),
            *state,
            "2026-11-28T06:48",
        ));
    }
    all
}

pub fn following(states: &[Status]) -> Following {
    Following {
        order: order(states),
        lines: lines(states.len()),
        history: history(states),
        changes: Vec::new(),
        late: Vec::new(),
        fees: vec![
            Fee {
                id: FeeId::new("fee_1"),
                kind: "order".to_owned(),
                part: None,
                amount: money(50),
            },
            Fee {
                id: FeeId::new("fee_2"),
                kind: "bags".to_owned(),
                part: None,
                amount: money(10),
            },
        ],
    }
}

pub fn board(states: &[Status], roles: &[Role]) -> Board {
    let farm = |n: usize| BoardFarm {
        id: FarmId::new(FARMS[n].0),
        slug: format!("farm-{n}"),
        name: FARMS[n].1.to_owned(),
    };
    let manages = roles.iter().any(|role| role.is_manager());
    Board {
        farm: farm(0),
        farms: if manages {
            (0..3).map(farm).collect()
        } else {
            vec![farm(0)]
        },
        day: Some(MarketDay {
            id: DayId::new("day_1"),
            date: "2026-11-28".to_owned(),
            cutoff_at: at("2026-11-26T20:00"),
        }),
        rows: states
            .iter()
            .enumerate()
            .map(|(n, state)| row(n, *state))
            .collect(),
        viewer: Actor {
            id: Some(UserId::new("usr_1")),
            name: None,
            roles: roles.to_vec(),
        },
    }
}

fn row(n: usize, state: Status) -> BoardRow {
    const NAMES: [&str; 5] = [
        "Imogen Hart",
        "Tomasz Zieliński",
        "María del Carmen Echeverría",
        "Owen Bright",
        "Adaeze Okafor",
    ];
    BoardRow {
        id: FarmOrderId::new(format!("fo_{n}")),
        order_id: OrderId::new(format!("ord_{n}")),
        code: format!("FM-7Q4K2{n}"),
        customer_name: NAMES[n % 5].to_owned(),
        items: i64::try_from(n).unwrap() + 1,
        short: 0,
        here: false,
        part: FarmOrder {
            id: FarmOrderId::new(format!("fo_{n}")),
            ..part(n, state)
        },
        window: window(),
        cutoff_at: at("2026-11-26T20:00"),
        payment: Payment::PayAtPickup,
        goods: vec![
            (
                "Carrots".to_owned(),
                Qty::thousandths(2000),
                "bunch".to_owned(),
            ),
            (
                "<Squash>".to_owned(),
                Qty::thousandths(1500),
                "kg".to_owned(),
            ),
        ],
    }
}
