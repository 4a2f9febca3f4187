//! Who is asking, by what proof, with which roles.
use std::{net::IpAddr, sync::Arc, time::Duration};

use crate::{
    kernel::{
        ids::{FarmId, OrderId, TokenId, UserId},
        role::Role,
        time::Ts,
    },
    markets::model::Market,
    orders::model::{FarmOrder, Order, decide::Actor, seen::Audience, wire_words},
};

/// A mailed link's life.
pub const LINK_LIVES: Duration = Duration::from_mins(15);
/// An API token lives a year at most.
pub const TOKEN_LIVES_AT_MOST: Duration = Duration::from_hours(24 * 366);

/// Characters of a person's name.
pub const NAME_LENGTH: usize = 100;

/// What a mailed link is good for, and for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    Reset,
    Email,
}

wire_words!(Purpose { SignIn "SIGN_IN", Reset "RESET", Email "EMAIL", });

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub role: Role,
    pub farm: Option<FarmId>,
}

/// What an API token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    OrdersRead,
    OrdersWrite,
    ProductsWrite,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::OrdersRead, Self::OrdersWrite, Self::ProductsWrite];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::ProductsWrite => "products:write",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }
}

/// How somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    None,
    /// The platform itself, which takes the steps that fall due; no request can be this.
    System,
    /// The session's hash.
    Session(String),
    Token {
        id: TokenId,
        scopes: Vec<Scope>,
    },
}

/// Whoever sent this request, towards the market its Host names.
#[derive(Clone, Debug)]
pub struct Caller {
    pub market: Arc<Market>,
    pub address: IpAddr,
    pub proof: Proof,
    pub user: Option<User>,
    pub memberships: Vec<Membership>,
    /// Orders whose links this session has opened and which are still good.
    pub granted: Vec<OrderId>,
    /// Notices this person has not read here, counted to 100; read with the session.
    pub unread: i64,
    /// The id of the request; empty for what no request asked for.
    pub request: String,
}

impl Caller {
    /// Somebody known: by account, token or an order's link.
    pub fn is_known(&self) -> bool {
        self.user.is_some() || !self.granted.is_empty()
    }

    /// A session may do whatever its person may; a token only what its scopes say.
    pub fn has(&self, scope: Scope) -> bool {
        match &self.proof {
            Proof::Token { scopes, .. } => scopes.contains(&scope),
            _ => true,
        }
    }

    pub fn manages(&self) -> Option<Role> {
        self.memberships
            .iter()
            .map(|m| m.role)
            .find(|role| role.is_manager())
    }

    /// Whoever may find orders of the day and hand them over.
    pub fn works_at_a_stall(&self) -> bool {
        self.manages().is_some() || self.hosts() || self.farms().next().is_some()
    }

    pub fn hosts(&self) -> bool {
        self.memberships.iter().any(|m| m.role == Role::PickupHost)
    }

    /// The farms whose team this person is on.
    pub fn farms(&self) -> impl Iterator<Item = &FarmId> {
        self.memberships.iter().filter_map(|m| m.farm.as_ref())
    }

    fn is_customer_of(&self, order: &Order) -> bool {
        let account = self
            .user
            .as_ref()
            .is_some_and(|user| order.customer_id.as_ref() == Some(&user.id));
        // A token is its person's work tool: the person's own purchases stay out of it.
        account && !matches!(self.proof, Proof::Token { .. })
    }

    /// The roles of somebody who works for this farm or the market.
    pub fn roles_at(&self, farm: &FarmId) -> Vec<Role> {
        let here = self
            .memberships
            .iter()
            .filter(|m| m.farm.as_ref().is_none_or(|own| own == farm));
        here.map(|m| m.role).collect()
    }

    /// Every role towards this part, the closest first.
    pub fn roles_for(&self, order: &Order, part: &FarmOrder) -> Vec<Role> {
        if self.proof == Proof::System {
            return vec![Role::System];
        }
        let mut roles = self.roles_at(&part.farm.id);
        if self.is_customer_of(order) {
            roles.push(Role::Customer);
        }
        if self.granted.contains(&order.id) {
            roles.push(Role::Guest);
        }
        roles
    }

    pub fn actor_for(&self, order: &Order, part: &FarmOrder) -> Actor {
        Actor {
            id: self.user.as_ref().map(|user| user.id.clone()),
            name: self.user.as_ref().map(|user| user.name.clone()),
            roles: self.roles_for(order, part),
        }
    }

    /// How much of this order the caller may see; `None`: not a party.
    pub fn audience(&self, order: &Order) -> Option<Audience> {
        if order.market_id != self.market.id {
            return None;
        }
        if self.proof == Proof::System || self.manages().is_some() || self.hosts() {
            return Some(Audience::Market);
        }
        if self.is_customer_of(order) || self.granted.contains(&order.id) {
            return Some(Audience::Customer);
        }
        let farm = self
            .farms()
            .find(|farm| order.parts.iter().any(|part| part.farm.id == **farm))?;
        Some(Audience::Farm(farm.clone()))
    }

    /// What limits and idempotency keys are counted by.
    pub fn key(&self) -> String {
        match (&self.proof, &self.user) {
            (Proof::Token { id, .. }, _) => id.to_string(),
            (_, Some(user)) => user.id.to_string(),
            (Proof::Session(hash), None) => hash.clone(),
            (Proof::None | Proof::System, None) => self.address.to_string(),
        }
    }
}

/// How long a session lives: the more its person may do, the shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// After its last use.
    pub idle: Duration,
    /// However much it is used.
    pub most: Duration,
}

impl Life {
    /// A customer's or a guest's.
    pub const CUSTOMER: Self = Self::hours(24 * 30, 24 * 90);
    /// Somebody's who works for a farm or the market.
    pub const STAFF: Self = Self::hours(12, 24 * 14);
    pub const ADMIN: Self = Self::hours(1, 12);

    const fn hours(idle: u64, most: u64) -> Self {
        Self {
            idle: Duration::from_hours(idle),
            most: Duration::from_hours(most),
        }
    }

    /// By what the person may do now: a role that was given since shortens the session too.
    pub fn of(memberships: &[Membership]) -> Self {
        if memberships.iter().any(|held| held.role == Role::Admin) {
            Self::ADMIN
        } else if memberships.is_empty() {
            Self::CUSTOMER
        } else {
            Self::STAFF
        }
    }

    /// When a session ends that is not used again.
    pub fn ends(&self, created_at: Ts, used_at: Ts) -> Ts {
        used_at.plus(self.idle).min(created_at.plus(self.most))
    }

    /// How often the last use of a session is written down: seldom, yet soon enough for its idle time to be true.
    pub fn noted_every(&self) -> Duration {
        (self.idle / 60).min(Duration::from_hours(1))
    }
}

/// An address as it is kept and compared: trimmed, lower case. `None` if mail cannot go there.
pub fn normal_email(typed: &str) -> Option<String> {
    let email = typed.trim().to_lowercase();
    courier::Address::new(None, &email).ok().map(|_| email)
}

/// Moves when this caller's proof ends: streams listen to it.
pub fn ended_topic(who: &Caller) -> String {
    format!("ended/{}", who.key())
}

/// The same for all sessions of a person: each stream ends, and those that still may come back.
pub fn ended_topic_of(user: &UserId) -> String {
    format!("ended/{user}")
}

/// Browser and system as a `User-Agent` names them, `Firefox, Android`; empty when it names neither.
pub fn device(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        let named = names.iter().find(|(mark, _)| agent.contains(mark));
        named.map(|(_, name)| *name)
    };
    // Each names those it descends from: the youngest first.
    let browser = find(&[
        ("Firefox/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("FxiOS/", "Firefox"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    let parts: Vec<&str> = browser.into_iter().chain(system).collect();
    parts.join(", ")
}

/// A session's secret, to be given to the browser and to nobody else.
pub struct Opened {
    pub secret: String,
    /// The longest it can live, and its cookie with it: when it ends before, the server says so.
    pub ends: Ts,
    /// Its person works for a farm or the market.
    pub works: bool,
    /// Whose it is; nobody's if it follows an order or holds a cart.
    pub user: Option<UserId>,
    /// The secret by which this browser is known from now on, where somebody has signed in.
    pub device: Option<String>,
}

impl Opened {
    /// A guest's.
    pub fn guest(secret: String, now: Ts) -> Self {
        Self {
            secret,
            ends: now.plus(Life::CUSTOMER.most),
            works: false,
            user: None,
            device: None,
        }
    }
}

#[cfg(test)]
mod tests {
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
}
