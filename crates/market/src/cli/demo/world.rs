//! Makes the demo's world, or finds the one that an earlier run made in the same database.
use std::time::Duration;

use db::{Db, Write};
use jiff::{ToSpan as _, civil::Time, tz::TimeZone};

use super::{goods, is_demo};
use crate::{
    accounts::{
        model::{Scope, User},
        store::{self as accounts, NewLink, NewToken},
    },
    cli::args::DemoArgs,
    farms::{
        self,
        model::{Farm, FarmStatus},
    },
    kernel::{
        hash::{self, LinkKey},
        ids::{
            DayId, FarmId, Ids, LinkId, MarketId, OrderId, PlaceId, ProductId, TokenId, UserId,
            WindowId,
        },
        money::Currency,
        qty::Qty,
        role::Role,
        time::{Clock, Ts, instant},
    },
    markets::{
        model::{Fees, Market},
        store::{self as markets, NewDay, NewPlace, NewWindow},
    },
    orders::model::{Day, Place, PricedBy, Window},
    products::{self, model::Product},
};

mod checkout;
mod fill;

pub struct World<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub key: &'a LinkKey,
}

/// The ways in, one for each kind of person.
pub struct Doors {
    pub order: OrderId,
    pub customer: String,
    pub farmer: String,
    pub manager: String,
    pub second_market: String,
}

/// The order that --load-test and --live know by name.
pub const FOLLOWED: &str = "ord_demo_followed";
pub const TEST_ORDER: &str = "test_order_123";
pub const TEST_TOKEN: &str = "test_token";
pub const BENCH_TOKEN: &str = "bench_token";
/// Of the products in turn, in thousandths: plenty, few, very few.
const STOCK: [i64; 7] = [60_000, 18_000, 4_000, 90_000, 12_000, 45_000, 3_000];
const DOORS_LIVE: Duration = Duration::from_hours(24 * 7);

/// One market with all that orders of it need.
pub struct Stage {
    pub market: Market,
    pub days: [StageDay; 2],
    pub farms: Vec<(Farm, User, Vec<Product>)>,
}

/// The day that was a week ago, and the one ahead.
pub struct StageDay {
    pub day: Day,
    pub place: Place,
    pub windows: [Window; 2],
}

impl World<'_> {
    pub async fn ensure(&self, args: &DemoArgs) -> db::Result<Doors> {
        let now = self.clock.now();
        let tx = self.db.write().await?;
        if !is_demo(&tx).await? {
            self.build(&tx, args, now).await?;
            markets::set_setting(&tx, "demo", "yes").await?;
        }
        let doors = self.doors(&tx, now).await?;
        tx.commit().await?;
        Ok(doors)
    }

    async fn build(&self, tx: &Write, args: &DemoArgs, now: Ts) -> db::Result<()> {
        let riverside = self.stage(tx, &riverside(), &goods::RIVERSIDE, now).await?;
        let harbour = self.stage(tx, &harbour(), &goods::HARBOUR, now).await?;
        let manager = person("usr_demo_manager", "Grace Okoro", "grace@example.org");
        accounts::insert_user(tx, &manager, now).await?;
        for market in [&riverside.market, &harbour.market] {
            accounts::insert_membership(tx, &manager.id, &market.id, Role::MarketManager, None)
                .await?;
        }
        fill::orders(self, tx, &riverside, now, 48).await?;
        fill::orders(self, tx, &harbour, now, 11).await?;
        fill::followed(self, tx, &riverside, now).await?;
        if args.load_test {
            self.load_test(tx, &riverside, args.orders, now).await?;
        }
        markets::count_places_taken(tx).await?;
        Ok(())
    }

    async fn stage(
        &self,
        tx: &Write,
        market: &Market,
        seeds: &[goods::FarmSeed],
        now: Ts,
    ) -> db::Result<Stage> {
        markets::insert(tx, market, now).await?;
        let place = Place {
            id: PlaceId::new(format!("plc_{}", market.slug)),
            name: if market.is_default {
                "Riverside Square, stall 14"
            } else {
                "Muelle Viejo, puesto 3"
            }
            .to_owned(),
            address: market.address.clone(),
            access: Some(
                if market.is_default {
                    "Step-free from the car park."
                } else {
                    "Sin escalones."
                }
                .to_owned(),
            ),
            map_url: Some(format!(
                "https://www.openstreetmap.org/search?query={}",
                market.address.replace([' ', ','], "+")
            )),
        };
        let new = NewPlace {
            id: &place.id,
            market: &market.id,
            name: &place.name,
            address: &place.address,
            access: place.access.as_deref(),
            map_url: place.map_url.as_deref(),
        };
        markets::insert_place(tx, &new).await?;
        let past = day(tx, market, &place, now, -7).await?;
        let ahead = day(tx, market, &place, now, 0).await?;
        // Its orders stay open while the next day's are closed.
        day(tx, market, &place, now, 7).await?;
        let mut farms = Vec::new();
        for seed in seeds {
            farms.push(farm(tx, market, seed, now).await?);
        }
        Ok(Stage {
            market: market.clone(),
            days: [past, ahead],
            farms,
        })
    }

    /// Links that open without a mail and stay good while the demo runs.
    async fn doors(&self, tx: &Write, now: Ts) -> db::Result<Doors> {
        let farmer = self.door(tx, "usr_hill-row", &riverside().id, now).await?;
        let manager = self
            .door(tx, "usr_demo_manager", &riverside().id, now)
            .await?;
        Ok(Doors {
            order: OrderId::new(FOLLOWED),
            customer: self.key.token("order", FOLLOWED, 1),
            farmer,
            manager,
            second_market: harbour().slug,
        })
    }

    async fn door(&self, tx: &Write, user: &str, market: &MarketId, now: Ts) -> db::Result<String> {
        let id = LinkId::new(Ids::Random.make(LinkId::PREFIX, now));
        let token = self.key.token("sign-in", id.as_str(), 1);
        let link = NewLink {
            id: &id,
            market,
            user: &UserId::new(user),
            hash: &hash::sha256(&token),
            reusable: true,
            now,
            expires_at: now.plus(DOORS_LIVE),
        };
        accounts::insert_link(tx, &link).await?;
        Ok(token)
    }

    /// The order and the token that the load test's command line names, and the benchmarks' orders.
    async fn load_test(&self, tx: &Write, stage: &Stage, orders: i64, now: Ts) -> db::Result<()> {
        let (farm, user, _) = &stage.farms[0];
        fill::test_order(self, tx, stage, now).await?;
        token(tx, &stage.market.id, &user.id, &farm.id, TEST_TOKEN, now).await?;
        if orders > 0 {
            let seed = goods::FarmSeed {
                slug: "bench",
                name: "Bench Farm",
                person: ("Bo Bench", "bo@bench.example.org"),
                products: &[goods::ProductSeed(
                    "Bench carrots",
                    "root",
                    "bunch",
                    180,
                    false,
                )],
            };
            let (farm, user, products) = self::farm(tx, &stage.market, &seed, now).await?;
            token(tx, &stage.market.id, &user.id, &farm.id, BENCH_TOKEN, now).await?;
            fill::bench(self, tx, stage, &farm.id, &products[0].id, orders, now).await?;
            checkout::prepare(tx, stage, now).await?;
        }
        Ok(())
    }
}

async fn token(
    tx: &Write,
    market: &MarketId,
    user: &UserId,
    farm: &FarmId,
    secret: &str,
    now: Ts,
) -> db::Result<()> {
    let id = TokenId::new(format!("tok_{secret}"));
    let token = NewToken {
        id: &id,
        market,
        user,
        farm: Some(farm),
        name: "Load test",
        hash: &hash::sha256(secret),
        scopes: &Scope::ALL,
        now,
        expires_at: now.plus(DOORS_LIVE),
    };
    accounts::insert_token(tx, &token).await
}

fn person(id: &str, name: &str, email: &str) -> User {
    User {
        id: UserId::new(id),
        email: email.to_owned(),
        name: name.to_owned(),
    }
}

async fn farm(
    tx: &Write,
    market: &Market,
    seed: &goods::FarmSeed,
    now: Ts,
) -> db::Result<(Farm, User, Vec<Product>)> {
    let id = FarmId::new(format!("frm_{}", seed.slug));
    let farm = Farm {
        town: market
            .address
            .split(", ")
            .last()
            .unwrap_or_default()
            .to_owned(),
        ..Farm::new(id, seed.slug, seed.name, FarmStatus::Approved)
    };
    farms::store::insert(tx, &market.id, &farm, now).await?;
    let user = person(&format!("usr_{}", seed.slug), seed.person.0, seed.person.1);
    accounts::insert_user(tx, &user, now).await?;
    accounts::insert_membership(tx, &user.id, &market.id, Role::FarmOwner, Some(&farm.id)).await?;
    let mut grown = Vec::new();
    for (i, seed) in seed.products.iter().enumerate() {
        let id = ProductId::new(format!("prd_{}_{i}", farm.slug));
        let product = Product {
            priced_by: if seed.4 {
                PricedBy::Weight
            } else {
                PricedBy::Unit
            },
            step: Qty::thousandths(if seed.2 == "kg" { 250 } else { 1000 }),
            stock: Some(Qty::thousandths(STOCK[i % STOCK.len()])),
            slug: products::model::searchable(seed.0)
                .replace(", ", "-")
                .replace(' ', "-"),
            ..Product::plain(id, farm.id.clone(), seed.0, seed.1, seed.2, seed.3)
        };
        products::store::insert(tx, &market.id, &product, &farm.name, now).await?;
        grown.push(product);
    }
    Ok((farm, user, grown))
}

/// A market day `offset` days from the next one: today if there is time enough, else tomorrow.
async fn day(
    tx: &Write,
    market: &Market,
    place: &Place,
    now: Ts,
    offset: i64,
) -> db::Result<StageDay> {
    let local = now.in_zone(&market.zone);
    let today = local.hour() < 17;
    let first = if today { (local.hour() + 2).max(9) } else { 9 };
    let date = local
        .date()
        .saturating_add(i32::from(!today).days())
        .saturating_add(offset.days());
    let at = |hour: i8| {
        let time = Time::new(hour, 0, 0, 0).unwrap_or_default();
        instant(date.to_datetime(time), &market.zone).unwrap_or(now)
    };
    let day = Day {
        id: DayId::new(format!("day_{}_{date}", market.slug)),
        cutoff_at: at(first).minus(Duration::from_hours(1)),
    };
    let new = NewDay {
        id: &day.id,
        market: &market.id,
        date: &date.to_string(),
        opens_at: day.cutoff_at.minus(Duration::from_hours(24 * 14)),
        cutoff_at: day.cutoff_at,
        ends_at: at(first + 4),
    };
    markets::insert_day(tx, &new).await?;
    let window = |n: i8| Window {
        id: WindowId::new(format!("win_{}_{date}_{n}", market.slug)),
        date: date.to_string(),
        starts: format!("{:02}:00", first + 2 * n),
        ends: format!("{:02}:00", first + 2 * n + 2),
        starts_at: at(first + 2 * n),
        ends_at: at(first + 2 * n + 2),
    };
    let windows = [window(0), window(1)];
    for window in &windows {
        let new = NewWindow {
            market: &market.id,
            day: &day.id,
            place: &place.id,
            window,
            capacity: 60,
        };
        markets::insert_window(tx, &new).await?;
    }
    Ok(StageDay {
        day,
        place: place.clone(),
        windows,
    })
}

fn riverside() -> Market {
    Market {
        id: MarketId::new("mkt_riverside"),
        slug: "riverside".to_owned(),
        name: "Riverside Market".to_owned(),
        address: "Mill Lane, Thornbury".to_owned(),
        currency: Currency::Gbp,
        zone_name: "Europe/London".to_owned(),
        zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
        code_prefix: "FM".to_owned(),
        lang: "en".to_owned(),
        is_default: true,
        tax_included: true,
        version: 1,
        fees: Fees {
            order_minor: 50,
            ..Fees::NONE
        },
    }
}

fn harbour() -> Market {
    Market {
        id: MarketId::new("mkt_harbour"),
        slug: "harbour".to_owned(),
        name: "Mercado del Puerto".to_owned(),
        address: "Muelle Viejo, Cádiz".to_owned(),
        currency: Currency::Eur,
        zone_name: "Europe/Madrid".to_owned(),
        zone: TimeZone::get("Europe/Madrid").unwrap_or(TimeZone::UTC),
        code_prefix: "MP".to_owned(),
        lang: "en".to_owned(),
        is_default: false,
        tax_included: true,
        version: 1,
        fees: Fees {
            order_minor: 50,
            ..Fees::NONE
        },
    }
}
