use super::*;
use crate::{
    kernel::ids::MarketId,
    orders::model::{Status, sample},
    pages::sample::market,
};

fn caller(proof: Proof, memberships: &[(Role, Option<&str>)]) -> Caller {
    let memberships = memberships.iter().map(|(role, farm)| Membership {
        role: *role,
        farm: farm.map(FarmId::new),
    });
    Caller {
        market: Arc::new(market()),
        address: [192, 0, 2, 1].into(),
        proof,
        user: Some(User {
            id: UserId::new("usr_1"),
            email: "a@example.org".to_owned(),
            name: "A".to_owned(),
        }),
        memberships: memberships.collect(),
        granted: Vec::new(),
        unread: 0,
        request: String::new(),
    }
}

fn session(memberships: &[(Role, Option<&str>)]) -> Caller {
    caller(Proof::Session("hash".to_owned()), memberships)
}

fn token(scopes: &[Scope]) -> Caller {
    let proof = Proof::Token {
        id: TokenId::new("tok_1"),
        scopes: scopes.to_vec(),
    };
    caller(proof, &[])
}

fn order(customer: Option<&str>) -> Order {
    let parts = ["rosa", "ben"].map(|farm| sample::part(farm, Status::Confirmed));
    Order {
        customer_id: customer.map(UserId::new),
        ..sample::order(parts.to_vec())
    }
}

#[test]
fn how_much_of_an_order_somebody_sees() {
    let rosa = Some("frm_rosa");
    let farm = |name: &str| Some(Audience::Farm(FarmId::new(format!("frm_{name}"))));
    for (roles, expected) in [
        (&[][..], None),
        (&[(Role::Driver, None)], None),
        (&[(Role::FarmStaff, Some("frm_cleo"))], None),
        (&[(Role::FarmStaff, rosa)], farm("rosa")),
        (
            &[
                (Role::FarmOwner, Some("frm_cleo")),
                (Role::FarmStaff, Some("frm_ben")),
            ],
            farm("ben"),
        ),
        (&[(Role::PickupHost, None)], Some(Audience::Market)),
        (&[(Role::MarketManager, None)], Some(Audience::Market)),
        (
            &[(Role::FarmOwner, rosa), (Role::Admin, None)],
            Some(Audience::Market),
        ),
    ] {
        let who = session(roles);
        assert_eq!(who.audience(&order(None)), expected, "{roles:?}");
        // What somebody bought is theirs, whatever they work as; work for the market shows no less.
        let bought = who.audience(&order(Some("usr_1"))).unwrap();
        assert_ne!(bought, Audience::Farm(FarmId::new("frm_rosa")), "{roles:?}");
        let elsewhere = Order {
            market_id: MarketId::new("mkt_2"),
            ..order(Some("usr_1"))
        };
        assert_eq!(who.audience(&elsewhere), None, "{roles:?}");
    }
    let system = caller(Proof::System, &[]);
    assert_eq!(system.audience(&order(None)), Some(Audience::Market));
}

#[test]
fn a_token_is_for_work_and_does_what_its_scopes_say() {
    let reads = token(&[Scope::OrdersRead]);
    assert!(reads.has(Scope::OrdersRead) && !reads.has(Scope::OrdersWrite));
    assert!(session(&[]).has(Scope::OrdersWrite));
    assert_eq!(reads.audience(&order(Some("usr_1"))), None);
    for scope in Scope::ALL {
        assert_eq!(Scope::parse(scope.as_str()), Some(scope));
    }
    assert_eq!(Scope::parse("orders:*"), None);
}

#[test]
fn roles_towards_a_part_are_those_at_its_farm_and_those_towards_the_order() {
    let order = order(Some("usr_1"));
    let mut who = session(&[
        (Role::FarmOwner, Some("frm_rosa")),
        (Role::FarmStaff, Some("frm_ben")),
        (Role::Driver, None),
    ]);
    who.granted.push(order.id.clone());
    let roles = who.roles_for(&order, &order.parts[0]);
    let expected = [Role::FarmOwner, Role::Driver, Role::Customer, Role::Guest];
    assert_eq!(roles, expected);
    assert_eq!(
        who.actor_for(&order, &order.parts[1]).roles[0],
        Role::FarmStaff
    );
    let system = caller(Proof::System, &[(Role::Admin, None)]);
    assert_eq!(system.roles_for(&order, &order.parts[0]), [Role::System]);
}

#[test]
fn everybody_is_counted_by_the_best_that_is_known_of_them() {
    let nobody = |proof| Caller {
        user: None,
        ..caller(proof, &[])
    };
    for (who, key, known) in [
        (token(&[]), "tok_1", true),
        (session(&[]), "usr_1", true),
        (nobody(Proof::Session("hash".to_owned())), "hash", false),
        (nobody(Proof::None), "192.0.2.1", false),
    ] {
        assert_eq!((who.key().as_str(), who.is_known()), (key, known));
        assert_eq!(ended_topic(&who), format!("ended/{key}"));
    }
    let mut guest = nobody(Proof::Session("hash".to_owned()));
    guest.granted.push(OrderId::new("ord_1"));
    assert!(guest.is_known());
}

#[test]
fn sessions_of_those_who_work_here_are_short() {
    let start = Ts::from_micros(0);
    let hours = |n| start.plus(Duration::from_hours(n));
    let farm = Some("frm_rosa");
    for (roles, idle, most) in [
        (&[][..], 720, 2160),
        (&[(Role::FarmStaff, farm)], 12, 336),
        (&[(Role::FarmOwner, farm)], 12, 336),
        (&[(Role::PickupHost, None)], 12, 336),
        (&[(Role::MarketManager, None)], 12, 336),
        (&[(Role::FarmStaff, farm), (Role::Admin, None)], 1, 12),
    ] {
        let life = Life::of(&session(roles).memberships);
        assert_eq!(life.ends(start, start), hours(idle), "{roles:?}");
        assert_eq!(life.ends(start, hours(most - 1)), hours(most), "{roles:?}");
        assert!(life.noted_every() * 60 <= life.idle);
    }
}

#[test]
fn a_device_is_named_by_browser_and_system() {
    for (agent, expected) in [
        (
            "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
            "Firefox, Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 \
             Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("", ""),
        ("something <else>", ""),
    ] {
        assert_eq!(device(agent), expected);
    }
}

#[test]
fn an_address_is_kept_as_mail_knows_it() {
    let normal = |typed| normal_email(typed);
    assert_eq!(
        normal(" Ana@Example.ORG\n").as_deref(),
        Some("ana@example.org")
    );
    for bad in [
        "",
        "ana",
        "ana@localhost",
        "a@[127.0.0.1]",
        "\"a b\"@example.org",
        "a\r\nb@example.org",
    ] {
        assert_eq!(normal(bad), None, "{bad:?}");
    }
}
