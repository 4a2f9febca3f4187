//! Every mail in every language, and the page.
use super::*;
use crate::{
    kernel::{
        ids::{FarmId, FarmOrderId, FeeId, LineId, MarketId, NoticeId, OrderId},
        money::{Currency, Money},
        qty::Qty,
        time::Ts,
    },
    notices::model::{Args, Changed, Channel, Moved, State},
    orders::model::{Fee, OrderLine, PricedBy, sample as orders},
    pages::{
        letter::{Letter, one_line},
        sample,
    },
    words::Lang,
};

const LINK: &str = "https://market.example/t/0123456789abcdef0123456789abcdef?a=1&b=2";

/// The kinds that go by mail.
const MAILED: [Kind; 16] = [
    Kind::Moved,
    Kind::Placed,
    Kind::Confirmed,
    Kind::Ready,
    Kind::OutForDelivery,
    Kind::Missed,
    Kind::Receipt,
    Kind::Cancelled,
    Kind::Corrected,
    Kind::FarmNew,
    Kind::FarmCancelled,
    Kind::Changed,
    Kind::Short,
    Kind::Late,
    Kind::OnTime,
    Kind::FarmChanged,
];

fn now() -> Ts {
    sample::at("2026-11-27T18:40")
}

fn hours(starts: &str, ends: &str) -> Hours {
    Hours {
        starts: starts.to_owned(),
        ends: ends.to_owned(),
        place: "Riverside Square".to_owned(),
    }
}

fn notice(kind: Kind) -> Notice {
    let farm = matches!(
        kind,
        Kind::FarmNew | Kind::FarmCancelled | Kind::FarmChanged
    );
    let lines = matches!(kind, Kind::Changed | Kind::Short | Kind::FarmChanged);
    let changed = |product: &str, unit: &str, from, to| Changed {
        product: product.to_owned(),
        unit: unit.to_owned(),
        from: Qty::thousandths(from),
        to: Qty::thousandths(to),
        farm: if kind == Kind::Short {
            "Hill Row Farm"
        } else {
            ""
        }
        .to_owned(),
    };
    Notice {
        id: NoticeId::new("ntc_1"),
        market: MarketId::new("mkt_1"),
        order: OrderId::new("ord_1"),
        farm: farm.then(|| FarmId::new("frm_rosa")),
        kind,
        event: "evt_1".to_owned(),
        person: "usr_1".to_owned(),
        channel: Channel::Email,
        name: "Imogen Hart".to_owned(),
        address: Some("imogen@example.org".to_owned()),
        lang: "en".to_owned(),
        args: Args {
            code: "FM-7Q4K2D".to_owned(),
            farms: if farm {
                vec!["Hill Row Farm".to_owned()]
            } else {
                vec!["Hill Row Farm".to_owned(), "Marsh Lane Dairy".to_owned()]
            },
            waiting: usize::from(kind == Kind::Confirmed),
            reason: Some("OUT_OF_STOCK".to_owned()),
            minutes: 20,
            whole: false,
            events: vec!["evt_1".to_owned()],
            changed: if lines {
                vec![
                    changed("Carrots", "bunch", 2000, 1000),
                    changed("Crown Prince squash", "kg", 1500, 0),
                ]
            } else {
                Vec::new()
            },
            moved: (kind == Kind::Moved).then(|| Moved {
                was: hours("09:00", "11:00"),
                now: hours("09:30", "11:30"),
            }),
        },
        state: State::Due,
        attempts: 0,
        created_at: now(),
        read_at: None,
    }
}

fn line(farm: &str, n: usize, product: &str, by: PricedBy) -> OrderLine {
    OrderLine {
        id: LineId::new(format!("lin_{farm}_{n}")),
        part: FarmOrderId::new(format!("fo_{farm}")),
        product: product.to_owned(),
        category: "root".to_owned(),
        unit: if by == PricedBy::Weight {
            "kg"
        } else {
            "bunch"
        }
        .to_owned(),
        price: Money::new(180, Currency::Gbp),
        priced_by: by,
        ordered: Qty::thousandths(2000),
        packed: None,
        estimated: Money::new(360, Currency::Gbp),
        amount: None,
        note: None,
    }
}

fn following(kind: Kind) -> Following {
    let status = match kind {
        Kind::Placed | Kind::FarmNew => Status::Pending,
        Kind::Ready => Status::Ready,
        Kind::OutForDelivery => Status::OutForDelivery,
        Kind::Missed => Status::Missed,
        Kind::Receipt => Status::Fulfilled,
        _ => Status::Confirmed,
    };
    let names = [
        ("rosa", "Hill Row Farm"),
        ("ben", "Marsh Lane Dairy"),
        ("cleo", "Bell Orchard"),
    ];
    let parts = names.map(|(id, name)| {
        let mut part = orders::part(id, status);
        name.clone_into(&mut part.farm.name);
        if kind == Kind::Cancelled && id == "rosa" {
            part.status = Status::Cancelled;
        }
        part
    });
    let mut order = orders::order(parts.to_vec());
    order.customer_name = "Imogen Hart".to_owned();
    "Riverside Square, stall 14".clone_into(&mut order.place.name);
    "Mill Lane, Thornbury".clone_into(&mut order.place.address);
    "2026-11-28".clone_into(&mut order.window.date);
    "09:00".clone_into(&mut order.window.starts);
    "11:00".clone_into(&mut order.window.ends);
    let mut lines = vec![
        line("rosa", 1, "Carrots", PricedBy::Unit),
        line("rosa", 2, "Crown Prince squash", PricedBy::Weight),
        line("ben", 1, "Free-range eggs", PricedBy::Unit),
        line(
            "cleo",
            1,
            "Cox apples from the old trees behind the house",
            PricedBy::Unit,
        ),
    ];
    if kind == Kind::Receipt {
        lines[1].amount = Some(Money::new(340, Currency::Gbp));
        lines[2].packed = Some(Qty::thousandths(0));
        lines[2].amount = Some(Money::new(0, Currency::Gbp));
    }
    Following {
        order,
        lines,
        history: Vec::new(),
        changes: Vec::new(),
        late: Vec::new(),
        fees: vec![Fee {
            id: FeeId::new("fee_1"),
            kind: "market".to_owned(),
            part: None,
            amount: Money::new(50, Currency::Gbp),
        }],
    }
}

fn written(kind: Kind, lang: Lang) -> Letter {
    let notice = notice(kind);
    let mut seen = following(kind);
    if let Some(farm) = &notice.farm {
        seen = seen.seen_by(&crate::orders::model::seen::Audience::Farm(farm.clone()));
    }
    letter(
        &notice,
        &seen,
        &sample::market(),
        lang.words(),
        LINK.to_owned(),
    )
}

#[test]
fn every_mail_in_every_language_is_whole() {
    for lang in Lang::ALL {
        for kind in MAILED {
            let letter = written(kind, lang);
            let (html, text) = (letter.html(), letter.text());
            assert!(
                letter.subject.starts_with("FM-7Q4K2D: "),
                "{}",
                letter.subject
            );
            assert!(letter.subject.chars().count() <= 78, "{}", letter.subject);
            assert!(text.contains(LINK), "{text}");
            assert_eq!(html.matches("href=").count(), 1, "one button: {kind:?}");
            assert!(
                html.contains(&format!("href=\"{}\"", LINK.replace('&', "&#38;"))),
                "{html}"
            );
            assert!(html.starts_with("<!doctype html>") && html.ends_with("</html>"));
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())));
            assert!(html.len() <= 20 * 1024, "{kind:?}: {} bytes", html.len());
            // The style's braces are the only ones.
            let body = html.split("</style>").nth(1).unwrap();
            for whole in [body, text.as_str(), letter.subject.as_str()] {
                assert!(!whole.contains(['{', '}']), "{kind:?}: {whole}");
                for slice in ["notices-", "orders-", "market-"] {
                    assert!(!whole.contains(slice), "{kind:?}: {whole}");
                }
            }
            assert_eq!(
                html.contains("<s>2\u{a0}"),
                matches!(kind, Kind::Changed | Kind::Short | Kind::FarmChanged),
                "{kind:?}: {html}"
            );
            for never in ["<img", "<script", "http://", "src="] {
                assert!(!html.contains(never), "{never} in {kind:?}");
            }
            assert!(!text.contains("\n\n\n"), "{kind:?}: {text}");
            assert!(text.contains("Riverside Market, Mill Lane, Thornbury"));
        }
    }
}

#[test]
fn a_placed_order_lists_everything_and_later_mails_do_not_repeat_it() {
    let placed = written(Kind::Placed, Lang::En);
    for form in [placed.html(), placed.text()] {
        for what in [
            "Hill Row Farm",
            "Marsh Lane Dairy",
            "Bell Orchard",
            "Carrots",
            "Crown Prince squash",
            "Free-range eggs",
            "£0.50",
            "about £14.90",
            "9:00–11:00",
            "Riverside Square, stall 14",
            "Mill Lane, Thornbury",
            "Collect Saturday 28\u{a0}November",
        ] {
            assert!(form.contains(what), "{what} is not in {form}");
        }
    }
    for kind in [
        Kind::Confirmed,
        Kind::Ready,
        Kind::Missed,
        Kind::Cancelled,
        Kind::Corrected,
    ] {
        let later = written(kind, Lang::En);
        assert!(
            !later.text().contains("Carrots") && !later.html().contains("Carrots"),
            "{kind:?}"
        );
    }
    let receipt = written(Kind::Receipt, Lang::En).text();
    assert!(
        receipt.contains("£3.40") && receipt.contains("Was £14.90 when ordered."),
        "{receipt}"
    );
    let ready = written(Kind::Ready, Lang::En).text();
    assert!(
        ready.contains("To pay at the stall: about £14.90"),
        "{ready}"
    );
    let cancelled = written(Kind::Cancelled, Lang::En).text();
    assert!(cancelled.contains("Reason: Out of stock.") && cancelled.contains("You pay nothing"));
    assert!(cancelled.contains("The rest of the order stands."));
}

#[test]
fn a_farm_reads_of_its_own_part_and_no_more_of_the_customer_than_it_needs() {
    let mail = written(Kind::FarmNew, Lang::En);
    for form in [mail.html(), mail.text()] {
        assert!(
            form.contains("Carrots") && form.contains("Imogen H."),
            "{form}"
        );
        for not in ["Free-range eggs", "Marsh Lane Dairy", "£0.50", "Hart"] {
            assert!(!form.contains(not), "{not} in {form}");
        }
    }
}

#[test]
fn names_cannot_write_headers_nor_html() {
    let evil = "x\r\nBcc: eve@example.org\r\n\r\n<img src=x onerror=alert(1)>\u{202e}{{ 7*7 }}";
    let mut market = sample::market();
    market.name = evil.to_owned();
    market.address = evil.to_owned();
    for kind in MAILED {
        let mut notice = notice(kind);
        notice.args.farms = vec![evil.to_owned()];
        notice.args.code = format!("FM-1{evil}");
        let mut seen = following(kind);
        seen.order.customer_name = evil.to_owned();
        seen.order.place.name = evil.to_owned();
        for part in &mut seen.order.parts {
            part.farm.name = evil.to_owned();
        }
        for line in &mut seen.lines {
            line.product = evil.to_owned();
            line.unit = evil.to_owned();
        }
        let letter = letter(&notice, &seen, &market, Lang::En.words(), LINK.to_owned());
        assert!(
            !letter.subject.chars().any(char::is_control),
            "{:?}",
            letter.subject
        );
        let (html, text) = (letter.html(), letter.text());
        assert!(
            !html.contains("<img") && !html.contains('\u{202e}'),
            "{html}"
        );
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        let name = one_line(&market.name);
        assert!(courier::Address::new(Some(&name), "a@example.org").is_ok());
    }
    assert_eq!(one_line(" a\r\n b\u{0} "), "a   b");
}

#[test]
fn every_kind_has_words_for_the_list() {
    for lang in Lang::ALL {
        let notices: Vec<Notice> = Kind::ALL.iter().map(|kind| notice(*kind)).collect();
        let older = Some("/notifications?before=1.ntc_1".to_owned());
        let list = |notices: &[Notice], unread| {
            List::new(
                notices,
                unread,
                older.clone(),
                true,
                &sample::market(),
                lang.words(),
                now(),
            )
        };
        let page = list(&notices, 2).render_page(&sample::shell(lang));
        sample::check(&page);
        assert_eq!(page.matches("FM-7Q4K2D").count(), 1, "one order, one group");
        assert_eq!(page.matches("<li class=\"new\">").count(), Kind::ALL.len());
        assert!(page.contains("/notifications?before=1.ntc_1"));
        let empty = list(&[], 0).render_page(&sample::shell(lang));
        sample::check(&empty);
        assert!(!empty.contains("/notifications/read"));
        for n in [0, 1, 5] {
            assert!(!unread(n, lang.words()).contains('{'));
        }
    }
}
