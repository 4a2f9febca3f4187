//! Where the whole order stands, when to come, what to do: three short sentences.
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    orders::{
        model::{Order, Status, seen::Audience},
        pages::status,
    },
    pages::formats,
    words::Words,
};

/// `Collect today, Saturday, 9:00–11:00`: the window is the one thing in yellow.
pub struct Collect {
    pub before: String,
    pub window: String,
}

/// Some living part has one of these statuses: the sentence for one farm, for all farms, for some of them.
const SOME: [(&[Status], [&str; 3]); 5] = [
    (
        &[Status::Missed],
        [
            "orders-now-missed",
            "orders-now-missed",
            "orders-now-missed-some",
        ],
    ),
    (
        &[Status::Fulfilled, Status::Completed],
        [
            "orders-now-collected",
            "orders-now-collected",
            "orders-now-collected-some",
        ],
    ),
    (
        &[Status::Ready],
        [
            "orders-now-ready",
            "orders-now-ready-all",
            "orders-now-ready-some",
        ],
    ),
    (
        &[Status::Preparing],
        [
            "orders-now-packing",
            "orders-now-packing-all",
            "orders-now-packing-some",
        ],
    ),
    (
        &[Status::Confirmed],
        [
            "orders-now-confirmed",
            "orders-now-confirmed-all",
            "orders-now-confirmed-some",
        ],
    ),
];

/// The parent's state in the words of one line: the first row whose statuses some living part has. Each row has a
/// sentence for an order of one farm, for all farms, and for some of them.
pub fn headline(order: &Order, w: Words) -> String {
    use Status::{Completed, OutForDelivery, Ready};
    let living: Vec<Status> = order
        .parts
        .iter()
        .map(|part| part.status)
        .filter(|status| *status != Status::Cancelled)
        .collect();
    let n = living.len();
    let count = |of: &[Status]| living.iter().filter(|status| of.contains(status)).count();
    let on_its_way = count(&[OutForDelivery]) > 0 && count(&[OutForDelivery, Ready]) == n;
    let (m, key) = if n == 0 {
        (0, "orders-now-cancelled")
    } else if count(&[Completed]) == n {
        (n, "orders-now-complete")
    } else if on_its_way {
        (n, "orders-now-on-its-way")
    } else if let Some((of, keys)) = SOME.into_iter().find(|(of, _)| count(of) > 0) {
        let m = count(of);
        (
            m,
            if n == 1 {
                keys[0]
            } else if n == m {
                keys[1]
            } else {
                keys[2]
            },
        )
    } else {
        (n, "orders-now-placed")
    };
    w.say_with(key, &[("m", m.into()), ("n", n.into())])
}

pub fn collect(
    order: &Order,
    audience: &Audience,
    market: &Market,
    w: Words,
    now: Ts,
) -> Option<Collect> {
    if !status::is_awaited(order) {
        return None;
    }
    let today = formats::day_of(now, &market.zone);
    let when = formats::day(&order.window.date).map(|day| formats::when(day, today, w))?;
    let key = if *audience == Audience::Customer {
        "orders-collect-you"
    } else {
        "orders-collect"
    };
    Some(Collect {
        before: w.say_a(key, &when),
        window: formats::window(&order.window.starts, &order.window.ends),
    })
}

/// Staff read first whose order it is; then everybody what to do, or that nothing is left to do.
pub fn advice(order: &Order, audience: &Audience, market: &Market, w: Words, now: Ts) -> String {
    let customer = *audience == Audience::Customer;
    let next = next(order, customer, market, w, now);
    if customer {
        return next;
    }
    let whose = w.say_a("orders-advice-staff", &order.customer_name);
    if next.is_empty() {
        whose
    } else {
        format!("{whose} {next}")
    }
}

fn next(order: &Order, customer: bool, market: &Market, w: Words, now: Ts) -> String {
    let count = |of: Status| order.parts.iter().filter(|part| part.status == of).count();
    if order.status == Status::Cancelled {
        return w.say("orders-advice-cancelled").into_owned();
    }
    if count(Status::Missed) > 0 {
        return if customer {
            w.say_a("orders-advice-missed", &market.name)
        } else {
            String::new()
        };
    }
    if !status::is_awaited(order) {
        let last = order.parts.iter().map(|part| part.last.at).max();
        let moment = last
            .map(|at| formats::moment(at, now, &market.zone, w))
            .unwrap_or_default();
        return w.say_a("orders-advice-collected", &moment);
    }
    if !customer {
        return String::new();
    }
    let waiting = order
        .parts
        .iter()
        .filter(|part| part.status < Status::Ready)
        .count();
    match (count(Status::Ready), waiting) {
        (0, _) => String::new(),
        (_, 0) => w.say("orders-advice-ready").into_owned(),
        (_, waiting) => w.say_n("orders-advice-waiting", waiting),
    }
}
