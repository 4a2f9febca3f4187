//! Every state for every audience; what must be read there and what must not.
mod over;

use super::*;
use crate::{
    kernel::ids::FarmId,
    orders::{model::StatusEvent, pages::sample},
    pages,
    words::Lang,
};
use Status::{
    Cancelled, Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing, Ready,
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
    assert!(page.ticket.as_ref().unwrap().qr.is_none());
    assert!(html(&page).contains("<h2 class=\"vh\" id=\"h-collect\">Collection</h2>"));
    let done = self::page(&[Completed], &Audience::Customer, Lang::En);
    assert!(
        done.ticket.is_none()
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
        let ticket = page.ticket.unwrap();
        assert!(ticket.map_url.is_none() && ticket.address == "Mill Lane, Thornbury");
        assert!(!page.totals.label.is_empty());
    }
}

#[test]
fn staff_read_whose_order_it_is_in_every_state() {
    for first in Status::ALL {
        let page = page(
            &[*first],
            &Audience::Farm(FarmId::new("frm_hill")),
            Lang::En,
        );
        assert!(page.advice.starts_with("For Imogen Hart."), "{first:?}");
    }
}

#[test]
fn names_and_notes_are_words_not_markup() {
    let bad = "<script>alert(1)</script>";
    let mut following = sample::following(&[Ready, Cancelled, Confirmed]);
    bad.clone_into(&mut following.order.customer_name);
    bad.clone_into(&mut following.order.place.name);
    following.order.place.map_url = Some(format!("https://map.example.org/\">{bad}"));
    for part in &mut following.order.parts {
        bad.clone_into(&mut part.farm.name);
        part.note = Some(bad.to_owned());
    }
    for line in &mut following.lines {
        bad.clone_into(&mut line.product);
    }
    for event in &mut following.history {
        event.actor_name = event.from.map(|_| bad.to_owned());
        event.note = Some(bad.to_owned());
    }
    let market = pages::sample::market();
    for audience in [Audience::Customer, Audience::Market] {
        let w = Lang::En.words();
        let page = TrackPage::new(
            &following,
            &market,
            &audience,
            w,
            sample::now(),
            "HTTPS://X",
        );
        let html = html(&page);
        // The page's own script is the only one.
        assert_eq!(html.matches("<script").count(), 1);
        assert!(html.contains("&#60;script&#62;alert"));
        for (name, part) in page.render_parts() {
            assert!(!part.contains("<script"), "{name}");
        }
    }
}
