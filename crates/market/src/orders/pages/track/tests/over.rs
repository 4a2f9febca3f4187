//! What is cancelled, missed or done.
use super::*;
use crate::{kernel::role::Role, orders::model::Reason};

#[test]
fn what_is_over_asks_nobody_to_come_or_to_pay() {
    for states in [
        &[Cancelled, Cancelled][..],
        &[Missed, Completed],
        &[Completed, Completed],
        &[Fulfilled],
    ] {
        for audience in [Audience::Customer, Audience::Market] {
            let page = page(states, &audience, Lang::En);
            let whole = html(&page);
            assert!(page.ticket.is_none(), "{states:?}");
            for asked in ["Collect today", "Open map", "To pay", "9:00–11:00"] {
                assert!(!whole.contains(asked), "{asked} for {states:?}");
            }
            // The place of the ticket stays, for a step that is taken back.
            assert!(whole.contains("<div data-part=\"ticket\"></div>"));
        }
    }
    for states in [&[Missed, Ready][..], &[Fulfilled, Confirmed]] {
        let page = page(states, &Audience::Customer, Lang::En);
        assert!(page.ticket.is_some() && html(&page).contains("To pay at the stall"));
        assert!(page.ticket.as_ref().unwrap().qr.is_some(), "{states:?}");
    }
}

#[test]
fn a_cancelled_order_adds_up_and_a_cancelled_part_does_not_count() {
    let all = html(&page(&[Cancelled], &Audience::Customer, Lang::En));
    assert!(all.contains("£0.00") && !all.contains("Market fee") && !all.contains("0 items"));
    let one = html(&page(&[Cancelled, Ready], &Audience::Customer, Lang::En));
    assert!(one.contains("<s>£3.60</s>") && one.contains("<td class=\"amt\">£3.30</td>"));
    assert!(one.contains("Market fee"));
}

#[test]
fn a_farm_is_said_to_have_cancelled_only_when_it_did() {
    use Audience::{Customer, Market};
    let (farm, market, guest) = (Role::FarmOwner, Role::MarketManager, Role::Guest);
    let (weather, other, asked) = (Reason::Weather, Reason::Other, Reason::CustomerRequest);
    let by_farm = [
        "Hill Row Farm cancelled its part",
        "Hill Row Farm cancelled<",
    ];
    let for_farm = [
        "Cancelled: Hill Row Farm</p>",
        "Cancelled: Hill Row Farm<span",
    ];
    let by_you = [
        "Cancelled: Hill Row Farm</p>",
        "You cancelled Hill Row Farm<",
    ];
    says(
        &cancelled_by(farm, weather, &Customer),
        by_farm,
        "Weather. Ana<",
    );
    says(
        &cancelled_by(farm, weather, &Market),
        by_farm,
        "Weather. Ana Ferris",
    );
    says(
        &cancelled_by(market, other, &Customer),
        for_farm,
        "Another reason. The market<",
    );
    says(
        &cancelled_by(market, other, &Market),
        for_farm,
        "Another reason. Ana Ferris",
    );
    says(
        &cancelled_by(guest, asked, &Customer),
        by_you,
        "You asked for it<",
    );
    says(
        &cancelled_by(guest, asked, &Market),
        for_farm,
        "The customer asked for it. ",
    );
}

fn says(html: &str, titles: [&str; 2], who: &str) {
    for text in titles.into_iter().chain([who]) {
        assert!(html.contains(text), "{text} in {html}");
    }
}

fn cancelled_by(role: Role, reason: Reason, audience: &Audience) -> String {
    let mut following = sample::following(&[Cancelled, Ready]);
    for event in following
        .history
        .iter_mut()
        .filter(|event| event.to == Cancelled)
    {
        (event.role, event.reason) = (role, Some(reason));
    }
    let (market, w) = (pages::sample::market(), Lang::En.words());
    html(&TrackPage::new(
        &following,
        &market,
        audience,
        w,
        sample::now(),
        "HTTPS://X",
    ))
}
