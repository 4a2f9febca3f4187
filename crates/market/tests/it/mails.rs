//! Every mail in every language, with the longest names and more lines than a mail has room for.
use market::{
    accounts::{
        self,
        passwords::pages as passwords,
        profile::pages as profile,
        team::{model::Invitation, pages as team},
    },
    kernel::{
        ids::{FarmId, InvitationId, MarketId, NoticeId, OrderId, UserId},
        qty::Qty,
        role::Role,
    },
    notices::{
        self,
        model::{Args, Changed, Channel, Kind, Notice, State},
    },
    orders::{
        self,
        model::{Following, Status, seen::Audience},
    },
    pages::letter::Letter,
    words::{Lang, Words},
};

use crate::support::TestApp;

const BASE: &str = "http://market.test/";
const CODE: &str = "FM-7Q4K2D";
const LONG: &str =
    "Extraordinarily long-named heritage beetroot of the Ffestiniog valley, unwashed, late";

/// An order of three farms whose lines do not fit into a mail.
async fn large(app: &TestApp, status: Status) -> Following {
    let order = app.order().farms(["rosa", "ben", "cleo"]).at(status);
    let order = order.unweighed("rosa").by("ana").place().await;
    let id = OrderId::new(&order.id);
    let read = app.read().await;
    let found = orders::store::find_following(&read, &app.market().id, &id).await;
    let mut following = found.expect("readable").expect("there");
    for part in &mut following.order.parts {
        part.farm.name = format!("{LONG} farm of {}", part.farm.name);
    }
    let lines = following.lines.clone();
    following.lines = (0..60)
        .map(|n| {
            let mut line = lines[n % lines.len()].clone();
            line.product = format!("{LONG} {n}");
            line
        })
        .collect();
    following.order.place.name = LONG.to_owned();
    following.order.place.address = LONG.to_owned();
    following
}

fn notice(kind: Kind, following: &Following) -> Notice {
    let farm = kind.as_str().starts_with("farm.");
    let changed = |n: i64| Changed {
        product: format!("{LONG} {n}"),
        unit: "bunch".to_owned(),
        from: Qty::thousandths(12_000),
        to: Qty::thousandths(n * 1000),
    };
    let lines = matches!(kind, Kind::Changed | Kind::FarmChanged);
    let farms = following.order.parts.iter();
    Notice {
        id: NoticeId::new("ntc_1"),
        market: MarketId::new("mkt_riverside"),
        order: following.order.id.clone(),
        farm: farm.then(|| FarmId::new("frm_rosa")),
        kind,
        event: "evt_1".to_owned(),
        person: "usr_ana".to_owned(),
        channel: Channel::Email,
        name: LONG.to_owned(),
        address: Some(format!("{}@example.org", "a".repeat(60))),
        lang: String::new(),
        args: Args {
            code: CODE.to_owned(),
            farms: farms.map(|part| part.farm.name.clone()).collect(),
            waiting: 2,
            reason: Some("OUT_OF_STOCK".to_owned()),
            whole: false,
            events: vec!["evt_1".to_owned()],
            changed: (0..if lines { 40 } else { 0 }).map(changed).collect(),
        },
        state: State::Due,
        attempts: 0,
        created_at: following.order.placed_at,
        read_at: None,
    }
}

fn of_accounts(app: &TestApp, w: Words) -> Vec<Letter> {
    let market = app.market();
    let url = format!("{BASE}x/0123456789abcdef0123456789abcdef");
    let invitation = Invitation {
        id: InvitationId::new("inv_1"),
        farm: FarmId::new("frm_rosa"),
        farm_name: LONG.to_owned(),
        email: "new@example.org".to_owned(),
        role: Role::FarmStaff,
        invited_by: UserId::new("usr_rosa"),
        inviter: LONG.to_owned(),
        expires_at: app.now(),
    };
    vec![
        accounts::pages::sign_in_mail(w, market, LONG, &url),
        passwords::sign_up_mail(w, market, LONG, &url),
        passwords::already_there_mail(w, market, LONG, &url),
        passwords::reset_mail(w, market, LONG, &url),
        passwords::password_changed_mail(w, market, LONG, &url),
        passwords::address_changed_mail(w, market, LONG),
        profile::email_mail(w, market, LONG, &url),
        team::invitation_mail(w, market, &invitation, LONG, &url),
    ]
}

/// What holds of every mail.
fn holds(letter: &Letter, lang: Lang) {
    let (html, text) = (letter.html(), letter.text());
    let whole = format!("{}\n{text}\n{html}", letter.subject);
    assert!(
        html.len() <= 20 * 1024,
        "{} bytes: {}",
        html.len(),
        letter.subject
    );
    let subject = letter.subject.trim();
    assert!(
        !subject.is_empty() && !subject.contains(['\n', '\r']),
        "{whole}"
    );
    assert!(subject.chars().count() <= 90, "{subject}");
    // The text form is there and is text.
    assert!(
        text.contains(&letter.why) && text.contains("riverside market, Mill Lane"),
        "{text}"
    );
    assert!(!text.contains(['<', '>']) && !text.contains("&#"), "{text}");
    for lead in &letter.lead {
        assert!(text.contains(lead.as_str()), "{lead} is not in {text}");
    }
    // Links are ours and whole, one at most, and in both forms.
    let links: Vec<&str> = html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(links.len() <= 1, "{links:?}");
    for link in &links {
        assert!(link.starts_with(BASE), "{link}");
        assert!(text.contains(link), "{link} is not in {text}");
    }
    assert!(!html.contains("href=\"/") && !html.contains("<img") && !html.contains("<script"));
    // Everything was said in words, and every placeable had its value.
    let body = html.split("</style>").nth(1).expect("a body");
    for form in [body, &text, subject] {
        assert!(!form.contains(['{', '}']), "{form}");
    }
    assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())));
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(html.contains("prefers-color-scheme:dark") && html.contains("max-width:560px"));
    assert!(
        !letter.preheader.is_empty() && !letter.why.is_empty(),
        "{whole}"
    );
}

#[tokio::test]
async fn every_mail_holds_in_every_language_with_long_names_and_many_lines() {
    let app = TestApp::new().await;
    let (before, after) = (
        large(&app, Status::Confirmed).await,
        large(&app, Status::Fulfilled).await,
    );
    let mut seen = 0;
    for lang in [Lang::En, Lang::Es, Lang::Pseudo] {
        let w = lang.words();
        for letter in of_accounts(&app, w) {
            holds(&letter, lang);
            seen += 1;
        }
        let url = format!("{BASE}t/0123456789abcdef0123456789abcdef");
        let link = orders::pages::link_mail(w, app.market(), CODE, LONG, &url);
        let begins = |letter: &Letter| {
            let subject = letter.subject.trim_start_matches('⟦');
            assert!(subject.starts_with(CODE), "{subject}");
        };
        holds(&link, lang);
        begins(&link);
        for kind in Kind::ALL {
            for following in [&before, &after] {
                let notice = notice(*kind, following);
                let following = match &notice.farm {
                    Some(farm) => following.clone().seen_by(&Audience::Farm(farm.clone())),
                    None => following.clone(),
                };
                let market = app.market();
                let letter = notices::pages::letter(&notice, &following, market, w, url.clone());
                holds(&letter, lang);
                begins(&letter);
                seen += 1;
                let lists = matches!(kind, Kind::Placed | Kind::Receipt);
                let says = lang == Lang::En && lists;
                assert_eq!(letter.text().contains("And 24 more."), says, "{kind:?}");
            }
        }
    }
    assert!(seen >= 3 * (8 + 2 * 17), "{seen}");
    app.finish().await;
}

#[tokio::test]
async fn an_invitation_is_in_the_language_of_who_gets_it_else_the_market_s() {
    let app = TestApp::new().await;
    let rosa = app.here().by_session("rosa").with("accept-language", "en");
    let invite = async |email: &str| {
        let form = format!("farm=rosa&email={email}&role=FARM_STAFF");
        assert_eq!(rosa.post_form("/farm/team", &form).await.status, 303);
        app.run_jobs().await;
        app.mails().pop().expect("a mail")
    };
    app.sql("UPDATE markets SET lang = 'es'", &[]).await;
    market::markets::known::changed(&app.app).await.unwrap();
    let mail = invite("new@example.org").await;
    assert!(mail.html().contains("<html lang=\"es\""), "{mail:?}");
    // Who has signed in on English pages reads English, whatever the market's language is.
    let carl = app.stranger().with("accept-language", "en-GB");
    carl.post_form("/login", "email=carl@example.org").await;
    app.run_jobs().await;
    let mails = app.mails();
    let mail = mails.iter().find(|mail| mail.to.contains("carl")).unwrap();
    let link = mail.link("http://market.test/login/link/");
    let path = link.strip_prefix("http://market.test").unwrap();
    assert_eq!(carl.post_form(path, "").await.status, 303);
    let mail = invite("carl@example.org").await;
    assert!(mail.html().contains("<html lang=\"en\""), "{mail:?}");
    app.finish().await;
}
