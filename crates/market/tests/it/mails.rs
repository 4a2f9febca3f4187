//! Every mail in every language, with the longest names and more lines than a mail has room for.
use std::{env, fs};

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
        model::{Args, Changed, Channel, Kind, Moved, Notice, State},
    },
    orders::{
        self,
        model::{Following, Hours, Status, seen::Audience},
    },
    pages::letter::Letter,
    words::{Lang, Words},
};

use crate::support::TestApp;

const BASE: &str = "http://market.test/";
const CODE: &str = "FM-7Q4K2D";
const LONG: &str =
    "Extraordinarily long-named heritage beetroot of the Ffestiniog valley, unwashed, late";

/// How long names are, and how many lines there are.
#[derive(Clone, Copy)]
struct World {
    name: &'static str,
    person: &'static str,
    product: &'static str,
    place: &'static str,
    lines: usize,
    changes: i64,
}

const USUAL: World = World {
    name: "usual",
    person: "Imogen Hart",
    product: "Crown Prince squash",
    place: "Riverside Square, stall 14",
    lines: 5,
    changes: 2,
};
/// More than fits into a mail.
const LARGE: World = World {
    name: "long",
    person: LONG,
    product: LONG,
    place: LONG,
    lines: 60,
    changes: 40,
};

/// An order of three farms.
async fn order(app: &TestApp, status: Status, world: World) -> Following {
    let order = app.order().farms(["rosa", "ben", "cleo"]).at(status);
    let order = order.unweighed("rosa").by("ana").place().await;
    let id = OrderId::new(&order.id);
    let read = app.read().await;
    let found = orders::following::store::find(&read, &app.market().id, &id).await;
    let mut following = found.expect("readable").expect("there");
    for part in &mut following.order.parts {
        part.farm.name = format!("{} of {}", part.farm.name, world.place);
    }
    let lines = following.lines.clone();
    following.lines = (0..world.lines)
        .map(|n| {
            let mut line = lines[n % lines.len()].clone();
            line.product = format!("{} {n}", world.product);
            line
        })
        .collect();
    world.place.clone_into(&mut following.order.place.name);
    world.place.clone_into(&mut following.order.place.address);
    following
}

fn notice(kind: Kind, following: &Following, world: World) -> Notice {
    let farm = kind.as_str().starts_with("farm.");
    let changed = |n: i64| Changed {
        product: format!("{} {n}", world.product),
        unit: "bunch".to_owned(),
        from: Qty::thousandths(12_000),
        to: Qty::thousandths(n * 1000),
        farm: if kind == Kind::Short { world.place } else { "" }.to_owned(),
    };
    let hours = |starts: &str, ends: &str| Hours {
        starts: starts.to_owned(),
        ends: ends.to_owned(),
        place: world.place.to_owned(),
    };
    let lines = matches!(kind, Kind::Changed | Kind::Short | Kind::FarmChanged);
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
        name: world.person.to_owned(),
        address: Some(format!("{}@example.org", "a".repeat(60))),
        lang: String::new(),
        args: Args {
            code: CODE.to_owned(),
            farms: farms.map(|part| part.farm.name.clone()).collect(),
            waiting: 2,
            reason: Some("OUT_OF_STOCK".to_owned()),
            minutes: 20,
            whole: false,
            events: vec!["evt_1".to_owned()],
            changed: (0..if lines { world.changes } else { 0 })
                .map(changed)
                .collect(),
            moved: (kind == Kind::Moved).then(|| Moved {
                was: hours("09:00", "11:00"),
                now: hours("09:30", "11:30"),
            }),
        },
        state: State::Due,
        attempts: 0,
        created_at: following.order.placed_at,
        read_at: None,
    }
}

fn of_accounts(app: &TestApp, w: Words, world: World) -> Vec<(&'static str, Letter)> {
    let name = world.person;
    let market = app.market();
    let url = format!("{BASE}x/0123456789abcdef0123456789abcdef");
    let invitation = Invitation {
        id: InvitationId::new("inv_1"),
        farm: FarmId::new("frm_rosa"),
        farm_name: world.place.to_owned(),
        email: "new@example.org".to_owned(),
        role: Role::FarmStaff,
        invited_by: UserId::new("usr_rosa"),
        inviter: name.to_owned(),
        expires_at: app.now(),
    };
    vec![
        (
            "sign_in",
            accounts::pages::sign_in_mail(w, market, name, &url),
        ),
        ("sign_up", passwords::sign_up_mail(w, market, name, &url)),
        (
            "known",
            passwords::already_there_mail(w, market, name, &url),
        ),
        ("reset", passwords::reset_mail(w, market, name, &url)),
        (
            "changed",
            passwords::password_changed_mail(w, market, name, &url),
        ),
        ("moved", passwords::address_changed_mail(w, market, name)),
        ("address", profile::email_mail(w, market, name, &url)),
        (
            "invitation",
            team::invitation_mail(w, market, &invitation, name, &url),
        ),
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

/// For `cargo x mails`, which says where: what people look at is what is tested.
#[expect(
    clippy::disallowed_methods,
    reason = "the command has no other way to tell a test"
)]
fn lay_out(name: &str, letter: &Letter) {
    if let Ok(folder) = env::var("MARKET_MAILS") {
        let name = name.replace('.', "_");
        fs::write(format!("{folder}/{name}.html"), letter.html()).expect("a file");
        fs::write(format!("{folder}/{name}.txt"), letter.text()).expect("a file");
    }
}

fn begins_with_code(letter: &Letter) {
    let subject = letter.subject.trim_start_matches('⟦');
    assert!(subject.starts_with(CODE), "{subject}");
}

#[tokio::test]
async fn every_mail_holds_in_every_language_with_long_names_and_many_lines() {
    let app = TestApp::new().await;
    let market = app.market();
    let url = format!("{BASE}t/0123456789abcdef0123456789abcdef");
    let mut seen = 0;
    for (world, lang) in [USUAL, LARGE]
        .into_iter()
        .flat_map(|world| [Lang::En, Lang::Es, Lang::Pseudo].map(|lang| (world, lang)))
    {
        let w = lang.words();
        let name = |what: &str| format!("{}-{what}-{}", world.name, lang.tag());
        let link = orders::pages::link_mail(w, market, CODE, world.person, &url);
        begins_with_code(&link);
        let plain = of_accounts(&app, w, world).into_iter();
        for (what, letter) in plain.chain([("link", link)]) {
            holds(&letter, lang);
            lay_out(&name(what), &letter);
            seen += 1;
        }
        for kind in Kind::ALL {
            let status = match kind {
                Kind::Ready => Status::Ready,
                Kind::OutForDelivery => Status::OutForDelivery,
                Kind::Missed | Kind::FarmMissed | Kind::ManagerMissed => Status::Missed,
                Kind::Receipt | Kind::FarmCollected => Status::Fulfilled,
                _ => Status::Confirmed,
            };
            let whole = order(&app, status, world).await;
            let notice = notice(*kind, &whole, world);
            let following = match &notice.farm {
                Some(farm) => whole.seen_by(&Audience::Farm(farm.clone())),
                None => whole,
            };
            let letter = notices::pages::letter(&notice, &following, market, w, url.clone());
            holds(&letter, lang);
            begins_with_code(&letter);
            lay_out(&name(kind.as_str()), &letter);
            seen += 1;
            if lang == Lang::En && world.lines > 50 && matches!(kind, Kind::Placed | Kind::Receipt)
            {
                assert!(letter.text().contains("And 24 more."), "{kind:?}");
            }
        }
    }
    assert_eq!(seen, 2 * 3 * (9 + Kind::ALL.len()));
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
