//! What is shown at the stall, as long as there is something to collect there.
use crate::{
    kernel::{money::Money, time::Ts},
    markets::model::Market,
    orders::{
        model::{Following, Status, seen::Audience},
        pages::{items, status},
        stall::model::may_arrive,
    },
    pages::{
        formats,
        qr::{self, Qr},
    },
    words::Words,
};

pub struct Ticket {
    pub qr: Option<Qr>,
    pub when: String,
    pub window: String,
    pub place: String,
    pub address: String,
    pub pay: Option<(String, String)>,
    pub map_url: Option<String>,
    /// Where the customer says to be there.
    pub arrive: Option<String>,
    /// Said: the farms know.
    pub arrived: Option<String>,
}

pub fn ticket(
    following: &Following,
    audience: &Audience,
    market: &Market,
    w: Words,
    now: Ts,
    code_url: &str,
) -> Option<Ticket> {
    let order = &following.order;
    if !status::is_awaited(order) {
        return None;
    }
    let customer = *audience == Audience::Customer;
    // From the first part that is ready to the last one that is handed over.
    let to_show = order.parts.iter().any(|part| {
        matches!(
            part.status,
            Status::Ready | Status::OutForDelivery | Status::Fulfilled | Status::Completed
        )
    });
    let today = formats::day_of(now, &market.zone);
    let day = formats::day(&order.window.date).map(|day| formats::when_full(day, today, w));
    let (sum, open) = items::total(following);
    let due = Money::new(sum.minor - following.settled().minor, sum.currency);
    let sum = formats::money(due, w);
    let pays = !matches!(audience, Audience::Farm(_));
    let may = customer && may_arrive(order, today);
    let address = match &order.place.access {
        Some(access) => format!("{}. {access}", order.place.address),
        None => order.place.address.clone(),
    };
    Some(Ticket {
        arrive: (may && order.here_at.is_none()).then(|| format!("/orders/{}/here", order.id)),
        arrived: order
            .here_at
            .filter(|_| may)
            .map(|at| w.say_a("orders-here-known", &formats::time(at, &market.zone))),
        qr: (customer && to_show).then(|| qr::qr(code_url)).flatten(),
        when: w.say_a("orders-ticket-when", &day.unwrap_or_default()),
        window: formats::window(&order.window.starts, &order.window.ends),
        place: order.place.name.clone(),
        address,
        pay: pays.then(|| {
            let sum = if open {
                w.say_a("orders-about", &sum)
            } else {
                sum
            };
            (items::pay_label(following, audience, w), sum)
        }),
        map_url: order
            .place
            .map_url
            .clone()
            .filter(|url| url.starts_with("https://") || url.starts_with("geo:")),
    })
}
