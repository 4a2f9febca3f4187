//! Where an order is, when it can be had, what to do. A part of the page and the page are one template: they cannot
//! drift apart.
use askama::Template;

use super::{
    history::{self, Day},
    items::{self, Card, Totals},
    status,
};
use crate::{
    kernel::time::Ts,
    markets::model::Market,
    orders::model::{Following, Order, OrderLine, PricedBy, Status, seen::Audience},
    pages::{
        Shell, Theme,
        art::Badge,
        formats,
        qr::{self, Qr},
        render,
    },
    words::Words,
};

pub struct TrackPage {
    w: Words,
    code: String,
    headline: String,
    collect: Option<Collect>,
    /// What to do, after when to come.
    advice: String,
    farms: Vec<FarmSteps>,
    notes: Vec<Note>,
    ticket: Ticket,
    days: Vec<Day>,
    cards: Vec<Card>,
    totals: Totals,
    newest: String,
    customer: bool,
}

/// `Collect today, Saturday, 9:00–11:00`: the window is the one thing in yellow.
struct Collect {
    before: String,
    window: String,
}

struct FarmSteps {
    name: String,
    word: String,
    icon: &'static str,
    class: &'static str,
    /// One to five; 0 for a part that was cancelled, which has no bar.
    step: usize,
    label: String,
    steps: Vec<(bool, String)>,
}

struct Note {
    class: &'static str,
    title: String,
    text: String,
}

struct Ticket {
    qr: Option<Qr>,
    when: String,
    window: String,
    place: String,
    address: String,
    pay: Option<(String, String)>,
    map_url: Option<String>,
}

#[derive(Template)]
#[template(path = "orders/pages/track.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a TrackPage,
}

macro_rules! parts {
    ($($name:ident $block:literal,)*) => {
        $(
            #[derive(Template)]
            #[template(path = "orders/pages/track.html", block = $block)]
            struct $name<'a> {
                page: &'a TrackPage,
            }
        )*

        impl TrackPage {
            /// The parts of the page that may change, by the name of their place.
            pub fn render_parts(&self) -> Vec<(String, String)> {
                vec![$(($block.to_owned(), render(&$name { page: self })),)*]
            }
        }
    };
}
parts! { Now "now", Farms "farms", Notes "notes", TicketPart "ticket", HistoryPart "history", Items "items", }

impl TrackPage {
    /// `following` as its audience may see it; `code_url` is what the QR code says.
    pub fn new(
        following: &Following,
        market: &Market,
        audience: &Audience,
        w: Words,
        now: Ts,
        code_url: &str,
    ) -> Self {
        let order = &following.order;
        Self {
            w,
            code: order.code.clone(),
            headline: headline(order, w),
            collect: collect(order, audience, market, w, now),
            advice: advice(order, audience, market, w, now),
            farms: order
                .parts
                .iter()
                .map(|part| farm_steps(&part.farm.name, part.status, w))
                .collect(),
            notes: notes(following, w),
            ticket: ticket(following, audience, market, w, now, code_url),
            days: history::days(following, market, audience, w, now),
            cards: items::cards(following, market, w, now),
            totals: items::totals(following, audience, w),
            newest: history::newest(following, audience, w).unwrap_or_default(),
            customer: *audience == Audience::Customer,
        }
    }

    pub fn render_page(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    pub fn title(&self) -> String {
        self.w.say_with(
            "orders-track-title",
            &[
                ("now", self.headline.as_str().into()),
                ("code", self.code.as_str().into()),
            ],
        )
    }

    /// One sentence for the polite live region: what happened, then where that leaves the order.
    pub fn sentence(&self) -> String {
        if self.newest.is_empty() {
            return format!("{}.", self.headline);
        }
        format!("{}. {}.", self.newest, self.headline)
    }

    fn badges(&self) -> impl Iterator<Item = &Badge> {
        self.cards.iter().map(|card| &card.badge)
    }
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
fn headline(order: &Order, w: Words) -> String {
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

fn is_open(order: &Order) -> bool {
    order
        .parts
        .iter()
        .any(|part| part.status.is_open() && part.status != Status::Missed)
}

fn collect(
    order: &Order,
    audience: &Audience,
    market: &Market,
    w: Words,
    now: Ts,
) -> Option<Collect> {
    if !is_open(order) {
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

fn advice(order: &Order, audience: &Audience, market: &Market, w: Words, now: Ts) -> String {
    let of = |of: Status| order.parts.iter().filter(move |part| part.status == of);
    let last = order.parts.iter().map(|part| part.last.at).max();
    let customer = *audience == Audience::Customer;
    if order.status == Status::Cancelled {
        return w.say("orders-advice-cancelled").into_owned();
    }
    if of(Status::Missed).next().is_some() {
        return if customer {
            w.say_a("orders-advice-missed", &market.name)
        } else {
            String::new()
        };
    }
    if !is_open(order) {
        let moment = last
            .map(|at| formats::moment(at, now, &market.zone, w))
            .unwrap_or_default();
        return w.say_a("orders-advice-collected", &moment);
    }
    if !customer {
        return w.say_a("orders-advice-staff", &order.customer_name);
    }
    let waiting = order
        .parts
        .iter()
        .filter(|part| part.status < Status::Ready)
        .count();
    match (of(Status::Ready).count(), waiting) {
        (0, _) => String::new(),
        (_, 0) => w.say("orders-advice-ready").into_owned(),
        (_, waiting) => w.say_n("orders-advice-waiting", waiting),
    }
}

fn farm_steps(name: &str, now: Status, w: Words) -> FarmSteps {
    let (word, step) = (status::customer_word(now, w), status::step(now));
    let steps = status::STEPS.iter().enumerate().map(|(at, name)| {
        let key = match (at + 1).cmp(&step) {
            std::cmp::Ordering::Less => "orders-step-done",
            std::cmp::Ordering::Equal => "orders-step-now",
            std::cmp::Ordering::Greater => "orders-step-to-come",
        };
        (at < step, w.say_a(key, &status::customer_word(*name, w)))
    });
    FarmSteps {
        steps: steps.collect(),
        label: w.say_with("orders-step-of", &[("a", name.into()), ("n", step.into())]),
        name: name.to_owned(),
        word,
        icon: status::icon(now),
        class: status::class(now),
        step,
    }
}

/// What is not as it was ordered: farms that cancelled, items that came short, what was not collected.
fn notes(following: &Following, w: Words) -> Vec<Note> {
    let mut notes = Vec::new();
    for part in &following.order.parts {
        let farm = part.farm.name.as_str();
        let lines = || following.lines.iter().filter(|line| line.part == part.id);
        if part.status == Status::Cancelled {
            let event = following
                .history
                .iter()
                .rev()
                .find(|event| event.part == part.id);
            let reason = event
                .and_then(|event| event.reason)
                .map(|reason| history::reason(reason, w));
            let title = w.say_a("orders-note-cancelled", farm);
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

fn short(line: &OrderLine, farm: &str, w: Words) -> Option<Note> {
    let packed = line
        .packed
        .filter(|packed| *packed < line.ordered && line.priced_by == PricedBy::Unit)?;
    let off = line.estimated.minor - line.counts().minor;
    let off = crate::kernel::money::Money::new(off, line.estimated.currency);
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

fn ticket(
    following: &Following,
    audience: &Audience,
    market: &Market,
    w: Words,
    now: Ts,
    code_url: &str,
) -> Ticket {
    let order = &following.order;
    let customer = *audience == Audience::Customer;
    let to_show = order
        .parts
        .iter()
        .any(|part| matches!(part.status, Status::Ready | Status::OutForDelivery));
    let today = formats::day_of(now, &market.zone);
    let day = formats::day(&order.window.date).map(|day| formats::when_full(day, today, w));
    let (sum, open) = items::total(following);
    let sum = formats::money(sum, w);
    let pays = order.status != Status::Cancelled && !matches!(audience, Audience::Farm(_));
    let address = match &order.place.access {
        Some(access) => format!("{}. {access}", order.place.address),
        None => order.place.address.clone(),
    };
    Ticket {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::ids::FarmId,
        orders::{model::StatusEvent, pages::sample},
        pages,
        words::Lang,
    };
    use Status::{
        Cancelled, Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing,
        Ready,
    };

    fn page(states: &[Status], audience: &Audience, lang: Lang) -> TrackPage {
        let following = sample::following(states).seen_by(audience);
        TrackPage::new(
            &following,
            &pages::sample::market(),
            audience,
            lang.words(),
            sample::now(),
            "HTTPS://MARKET.EXAMPLE/C/FM-7Q4K2D",
        )
    }

    fn html(page: &TrackPage) -> String {
        let html =
            page.render_page(&pages::sample::shell(page.w.lang()).live("/orders/ord_1/events", &7));
        pages::sample::check(&html);
        html
    }

    #[test]
    fn every_state_for_every_audience_in_every_language() {
        for lang in Lang::ALL {
            for audience in [
                Audience::Customer,
                Audience::Farm(FarmId::new("frm_marsh")),
                Audience::Market,
            ] {
                for first in Status::ALL {
                    for second in Status::ALL {
                        let page = page(&[*first, *second, Confirmed], &audience, lang);
                        let whole = html(&page);
                        for (name, part) in page.render_parts() {
                            assert!(
                                whole.contains(&format!("data-part=\"{name}\">{part}</")),
                                "{name}: {part}"
                            );
                        }
                        assert!(!page.title().contains('{') && !page.sentence().contains('{'));
                    }
                }
            }
        }
    }

    #[test]
    fn the_headline_says_where_the_whole_order_stands() {
        for (states, expected) in [
            (&[Ready, Preparing, Confirmed][..], "1 of 3 farms ready"),
            (&[Ready, Ready, Ready], "All 3 farms ready"),
            (&[Ready, Ready, Cancelled], "All 2 farms ready"),
            (&[Ready], "Ready to collect"),
            (&[Pending, Pending, Pending], "Order placed"),
            (&[Confirmed, Pending, Pending], "1 of 3 farms confirmed"),
            (&[Confirmed, Confirmed, Confirmed], "All 3 farms confirmed"),
            (&[Confirmed], "Confirmed"),
            (&[Preparing, Confirmed, Pending], "1 of 3 farms packing"),
            (&[Preparing], "Being packed"),
            (&[OutForDelivery, Ready, Ready], "On its way"),
            (
                &[Fulfilled, Ready, Confirmed],
                "Collected from 1 of 3 farms",
            ),
            (&[Fulfilled, Completed, Cancelled], "Collected"),
            (&[Completed, Completed], "Order complete"),
            (
                &[Missed, Fulfilled, Cancelled],
                "1 of 2 farms not collected",
            ),
            (&[Missed], "Not collected"),
            (&[Cancelled, Cancelled], "Order cancelled"),
        ] {
            let page = page(states, &Audience::Customer, Lang::En);
            assert_eq!(page.headline, expected, "{states:?}");
            assert!(page.title().starts_with(expected) && page.sentence().contains(expected));
        }
    }

    #[test]
    fn the_customer_sees_everything_and_first_names_only() {
        let html = html(&page(
            &[Ready, Preparing, Confirmed],
            &Audience::Customer,
            Lang::En,
        ));
        for text in [
            "Collect today, Saturday, <em class=\"b n\">9:00–11:00</em>. 2\u{a0}farms are not ready yet.",
            "Free-range eggs: 1\u{a0}box of 6 instead of 2\u{a0}boxes of 6",
            "Marsh Lane Dairy, £1.90 off",
            "You placed the order",
            "All 3 farms confirmed the order",
            "Hill Row Farm is ready<span class=\"s q plain\">Ana</span>",
            "Riverside Square, stall 14",
            "About 200\u{a0}g × £19.00/kg, final after weighing",
            "1.36\u{a0}kg × £2.50/kg, weighed",
            "Not available",
            "about £22.90",
            "Heather honey is not available",
            "href=\"https://map.example.org/?q=1&#38;z=2\"",
            "Leave the mud on &#60;please&#62;.",
            "data-live=\"/orders/ord_1/events\" data-version=\"7\"",
            "QR code for order FM-7Q4K2D",
            "8 items",
            "Market fee",
        ] {
            assert!(html.contains(text), "{text} in {html}");
        }
        assert!(!html.contains("Ferris"));
    }

    #[test]
    fn a_farm_sees_its_own_part_only() {
        let html = html(&page(
            &[Ready, Preparing, Confirmed],
            &Audience::Farm(FarmId::new("frm_marsh")),
            Lang::En,
        ));
        for other in [
            "Hill Row",
            "Carrots",
            "Cox apples",
            "Market fee",
            "QR code",
            "To pay",
        ] {
            assert!(!html.contains(other), "{other}");
        }
        assert!(
            html.contains("Dev Marsh")
                && html.contains("For Imogen Hart.")
                && html.contains("Whole milk")
        );
    }

    #[test]
    fn what_went_wrong_stands_above_the_ticket() {
        let html = html(&page(
            &[Cancelled, Missed, Fulfilled],
            &Audience::Customer,
            Lang::En,
        ));
        assert!(html.contains("Hill Row Farm cancelled its part</p><p>Weather"));
        assert!(html.contains("Not collected: Marsh Lane Dairy"));
        assert!(html.contains("Ask Riverside Market what happens"));
        // Staff read the note of a cancellation, the customer does not.
        assert!(!html.contains("Hail last night"));
        let staff = page(&[Cancelled, Missed, Fulfilled], &Audience::Market, Lang::En);
        assert!(self::html(&staff).contains("Weather. Ana Ferris. Hail last night"));
    }

    #[test]
    fn before_a_farm_is_ready_there_is_no_code_to_scan() {
        let page = page(&[Confirmed], &Audience::Customer, Lang::En);
        assert!(page.ticket.qr.is_none());
        let done = self::page(&[Completed], &Audience::Customer, Lang::En);
        assert!(
            done.ticket.qr.is_none()
                && done.collect.is_none()
                && done.advice.starts_with("Last step 6:48")
        );
    }

    #[test]
    fn a_step_taken_back_is_told_with_the_status_it_leads_to() {
        let mut following = sample::following(&[Confirmed]);
        following.history = vec![
            sample::event(0, 3, Some(Confirmed), Preparing, "2026-11-28T06:31"),
            StatusEvent {
                undoes: Some(3),
                ..sample::event(0, 4, Some(Preparing), Confirmed, "2026-11-28T06:33")
            },
        ];
        let market = pages::sample::market();
        let page = TrackPage::new(
            &following,
            &market,
            &Audience::Customer,
            Lang::En.words(),
            sample::now(),
            "HTTPS://X/C/1",
        );
        assert_eq!(
            page.sentence(),
            "Hill Row Farm: back to “Confirmed”. Confirmed."
        );
        following.history.clear();
        let page = TrackPage::new(
            &following,
            &market,
            &Audience::Customer,
            Lang::En.words(),
            sample::now(),
            "HTTPS://X/C/1",
        );
        assert_eq!(page.sentence(), "Confirmed.");
    }

    #[test]
    fn every_payment_has_its_words() {
        use crate::orders::model::Payment;
        for payment in Payment::ALL {
            let mut following = sample::following(&[Ready]);
            following.order.payment = *payment;
            following.order.place.access = None;
            following.order.place.map_url = Some("javascript:alert(1)".to_owned());
            let market = pages::sample::market();
            let page = TrackPage::new(
                &following,
                &market,
                &Audience::Customer,
                Lang::En.words(),
                sample::now(),
                "HTTPS://X",
            );
            html(&page);
            assert!(page.ticket.map_url.is_none() && !page.totals.label.is_empty());
        }
    }
}
