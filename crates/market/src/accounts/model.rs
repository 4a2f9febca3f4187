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

    /// The roles of somebody who works for this farm or the market. Whoever manages the market may stand at its
    /// hand-over: a small market has no other host.
    pub fn roles_at(&self, farm: &FarmId) -> Vec<Role> {
        let here = self
            .memberships
            .iter()
            .filter(|m| m.farm.as_ref().is_none_or(|own| own == farm));
        let mut roles: Vec<Role> = here.map(|m| m.role).collect();
        if self.manages().is_some() && !roles.contains(&Role::PickupHost) {
            roles.push(Role::PickupHost);
        }
        roles
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

/// Where somebody's work begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Works {
    Market,
    Farm,
    /// Hands over for all farms.
    Stall,
    Nowhere,
}

impl Works {
    pub fn of(memberships: &[Membership]) -> Self {
        let any = |is: fn(Role) -> bool| memberships.iter().any(|m| is(m.role));
        if any(Role::is_manager) {
            Self::Market
        } else if memberships.iter().any(|m| m.farm.is_some()) {
            Self::Farm
        } else if any(|role| role == Role::PickupHost) {
            Self::Stall
        } else {
            Self::Nowhere
        }
    }
}

/// A session's secret, to be given to the browser and to nobody else.
pub struct Opened {
    pub secret: String,
    /// The longest it can live, and its cookie with it: when it ends before, the server says so.
    pub ends: Ts,
    pub works: Works,
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
            works: Works::Nowhere,
            user: None,
            device: None,
        }
    }
}

#[cfg(test)]
mod tests;
