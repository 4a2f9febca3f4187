//! Two markets with the same farms and the same kinds of people. Everybody has a token and a session, whose secrets
//! are made of their names.
use std::time::Duration;

use db::{Db, Write};
use jiff::tz::TimeZone;
use market::{
    accounts::{
        model::{Caller, Scope, User},
        store::{self as accounts, NewToken},
    },
    farms::{
        self,
        model::{Farm, FarmStatus},
    },
    kernel::{
        hash,
        ids::{DayId, FarmId, MarketId, OrderId, PlaceId, ProductId, TokenId, WindowId},
        money::Currency,
        role::Role,
        time::Ts,
    },
    markets::{
        model::{Fees, Market},
        store::{self as markets, NewDay, NewPlace, NewWindow},
    },
    orders::model::{PricedBy, Window},
    products::{self, model::Product},
};

use super::{
    CUTOFF, Client, FARMS, OrderBuilder, TestApp, TestOrder, WINDOW_ENDS, client::Proof, ts,
    user_id,
};

/// Appended to every id of the second market.
pub const TAILS: [&str; 2] = ["", "_two"];
const LIFE: Duration = Duration::from_hours(24 * 100);
const STAFF: [(&str, Role); 4] = [
    ("manager", Role::MarketManager),
    ("host", Role::PickupHost),
    ("driver", Role::Driver),
    ("admin", Role::Admin),
];
const CUSTOMERS: [&str; 2] = ["ana", "carl"];

/// One of the two markets.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub app: &'a TestApp,
    pub tail: &'static str,
    nth: usize,
}

impl<'a> Side<'a> {
    pub fn new(app: &'a TestApp, nth: usize) -> Self {
        Self {
            app,
            tail: TAILS[nth],
            nth,
        }
    }

    pub fn market(self) -> &'a Market {
        &self.app.markets[self.nth]
    }

    pub fn order(self) -> OrderBuilder<'a> {
        OrderBuilder::new(self)
    }

    pub fn farm_id(self, farm: &str) -> FarmId {
        assert!(FARMS.contains(&farm), "no farm {farm}");
        FarmId::new(format!("frm_{farm}{}", self.tail))
    }

    pub fn farmer(self, farm: &str) -> Client {
        self.by_token(farm)
    }

    pub fn colleague(self, farm: &str) -> Client {
        self.by_token(&format!("{farm}_staff"))
    }

    pub fn person(self, name: &str) -> Client {
        self.by_token(name)
    }

    pub fn customer(self, name: &str) -> Client {
        self.by_session(name)
    }

    pub async fn guest(self, order: &TestOrder) -> Client {
        let secret = format!("guest of {}", order.id);
        let now = self.app.now();
        let hash = hash::sha256(&secret);
        let tx = self.app.app.db.write().await.expect("a transaction");
        accounts::insert_session(&tx, &hash, None, now, now.plus(LIFE))
            .await
            .expect("a session");
        let order = OrderId::new(&order.id);
        accounts::grant_order(&tx, &hash, &self.market().id, &order, 1, now)
            .await
            .expect("a grant");
        tx.commit().await.expect("committed");
        self.client(Proof::Session(secret))
    }

    /// A manager as actions see one, for races that no request can be made to lose.
    pub fn manager_in_person(self) -> Caller {
        Caller {
            market: self.app.markets[self.nth].clone(),
            address: [192, 0, 2, 7].into(),
            proof: market::accounts::model::Proof::None,
            user: None,
            memberships: Vec::new(),
            granted: Vec::new(),
            unread: 0,
            request: String::new(),
        }
    }

    pub fn stranger(self) -> Client {
        self.client(Proof::None)
    }

    pub fn by_token(self, name: &str) -> Client {
        self.client(Proof::Token(token_of(name, self.tail)))
    }

    pub fn by_session(self, name: &str) -> Client {
        self.client(Proof::Session(session_of(name, self.tail)))
    }

    pub fn client(self, proof: Proof) -> Client {
        let host = match self.nth {
            0 => "market.test".to_owned(),
            _ => format!("{}.market.test", self.market().slug),
        };
        Client::new(self.app.router.clone(), host, proof)
    }
}

fn token_of(name: &str, tail: &str) -> String {
    format!("token-{name}{tail}")
}

fn session_of(name: &str, tail: &str) -> String {
    format!("session-{name}{tail}")
}

pub async fn seed(db: &Db, now: Ts) {
    let tx = db.write().await.expect("a transaction");
    for (nth, tail) in TAILS.into_iter().enumerate() {
        one_market(&tx, nth, tail, now).await.expect("a market");
    }
    tx.commit().await.expect("committed");
}

async fn one_market(tx: &Write, nth: usize, tail: &str, now: Ts) -> db::Result<()> {
    let slug = ["riverside", "harbour"][nth];
    let market = Market {
        id: MarketId::new(format!("mkt_{slug}")),
        slug: slug.to_owned(),
        name: format!("{slug} market"),
        address: "Mill Lane".to_owned(),
        currency: Currency::Gbp,
        zone_name: "Europe/London".to_owned(),
        zone: TimeZone::get("Europe/London").expect("a zone"),
        // The same in both: a code alone says nothing.
        code_prefix: "FM".to_owned(),
        lang: "en".to_owned(),
        is_default: nth == 0,
        tax_included: true,
        fees: Fees::NONE,
        version: 1,
    };
    markets::insert(tx, &market, now).await?;
    day(tx, &market, tail).await?;
    for farm in FARMS {
        grow(tx, &market, farm, tail, now).await?;
    }
    for (name, role) in STAFF {
        person(tx, &market, name, tail, now).await?;
        let user = user_id(name, tail);
        accounts::insert_membership(tx, &user, &market.id, role, None).await?;
    }
    for name in CUSTOMERS {
        person(tx, &market, name, tail, now).await?;
    }
    Ok(())
}

async fn day(tx: &Write, market: &Market, tail: &str) -> db::Result<()> {
    let place = NewPlace {
        id: &PlaceId::new(format!("plc{tail}")),
        market: &market.id,
        name: "Riverside Square",
        address: "Mill Lane 1",
        access: Some("Step-free."),
        map_url: None,
    };
    markets::insert_place(tx, &place).await?;
    let window = window(tail);
    let day = NewDay {
        id: &DayId::new(format!("day{tail}")),
        market: &market.id,
        date: &window.date,
        opens_at: ts("2026-11-23T08:00:00Z"),
        cutoff_at: ts(CUTOFF),
        ends_at: window.ends_at,
    };
    markets::insert_day(tx, &day).await?;
    let new = NewWindow {
        market: &market.id,
        day: day.id,
        place: place.id,
        window: &window,
        capacity: 1000,
    };
    markets::insert_window(tx, &new).await
}

pub fn window(tail: &str) -> Window {
    Window {
        id: WindowId::new(format!("win{tail}")),
        date: "2026-11-28".to_owned(),
        starts: "09:00".to_owned(),
        ends: "11:00".to_owned(),
        starts_at: ts("2026-11-28T09:00:00Z"),
        ends_at: ts(WINDOW_ENDS),
    }
}

/// A farm with an owner, somebody on its staff, and three products, the last of them weighed.
async fn grow(tx: &Write, market: &Market, slug: &str, tail: &str, now: Ts) -> db::Result<()> {
    let id = FarmId::new(format!("frm_{slug}{tail}"));
    let farm = Farm::new(id, slug, &format!("{slug} farm"), FarmStatus::Approved);
    farms::store::insert(tx, &market.id, &farm, now).await?;
    for (n, name) in ["Carrots", "Leeks", "Squash"].into_iter().enumerate() {
        let unit = if n == 2 { "kg" } else { "bunch" };
        let product = Product {
            priced_by: if n == 2 {
                PricedBy::Weight
            } else {
                PricedBy::Unit
            },
            slug: format!("{}-{slug}", name.to_lowercase()),
            ..Product::plain(
                product_id(&farm.id, n),
                farm.id.clone(),
                name,
                "root",
                unit,
                180,
            )
        };
        products::store::insert(tx, &market.id, &product, &farm.name, now).await?;
    }
    for (name, role) in [
        (slug.to_owned(), Role::FarmOwner),
        (format!("{slug}_staff"), Role::FarmStaff),
    ] {
        person(tx, market, &name, tail, now).await?;
        let user = user_id(&name, tail);
        accounts::insert_membership(tx, &user, &market.id, role, Some(&farm.id)).await?;
    }
    Ok(())
}

pub fn product_id(farm: &FarmId, nth: usize) -> ProductId {
    ProductId::new(format!("prd_{farm}_{nth}"))
}

async fn person(tx: &Write, market: &Market, name: &str, tail: &str, now: Ts) -> db::Result<()> {
    let user = User {
        id: user_id(name, tail),
        email: format!("{name}{tail}@example.org"),
        name: format!("{name}{tail} Example"),
    };
    accounts::insert_user(tx, &user, now).await?;
    let session = hash::sha256(session_of(name, tail));
    accounts::insert_session(tx, &session, Some(&user.id), now, now.plus(LIFE)).await?;
    let token = NewToken {
        id: &TokenId::new(format!("tok_{name}{tail}")),
        market: &market.id,
        user: &user.id,
        farm: None,
        name: "Test",
        hash: &hash::sha256(token_of(name, tail)),
        scopes: &Scope::ALL,
        now,
        expires_at: now.plus(LIFE),
    };
    accounts::insert_token(tx, &token).await
}
