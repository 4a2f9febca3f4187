//! What the benchmark's guests buy: forty products of four farms, of which there is always more, and a day with eight
//! windows that never fill.
use std::time::Duration;

use db::Write;
use jiff::{ToSpan as _, civil::Time};

use super::{DayId, NewDay, NewWindow, Product, ProductId, Stage, Window, WindowId, person};
use crate::{
    accounts::store as accounts,
    farms::{
        self,
        model::{Farm, FarmStatus},
    },
    kernel::{
        ids::FarmId,
        qty::Qty,
        role::Role,
        time::{Ts, instant},
    },
    markets::store as markets,
    products,
};

const FARMS: usize = 4;
const PRODUCTS: usize = 40;
const WINDOWS: i8 = 8;
const PLENTY: Qty = Qty::thousandths(1_000_000_000);
const PLACES: i64 = 1_000_000;
/// Far enough ahead to take orders whenever it is run.
const AHEAD: i32 = 10;

pub async fn prepare(tx: &Write, stage: &Stage, now: Ts) -> db::Result<()> {
    let market = &stage.market.id;
    for nth in 0..FARMS {
        let slug = format!("checkout-{nth}");
        let name = format!("Bench Farm {}", nth + 1);
        let id = FarmId::new(format!("frm_{slug}"));
        let farm = Farm::new(id, &slug, &name, FarmStatus::Approved);
        farms::store::insert(tx, market, &farm, now).await?;
        let email = format!("{slug}@bench.example.org");
        let user = person(&format!("usr_{slug}"), &name, &email);
        accounts::insert_user(tx, &user, now).await?;
        accounts::insert_membership(tx, &user.id, market, Role::FarmOwner, Some(&farm.id)).await?;
        for nth in (nth..PRODUCTS).step_by(FARMS) {
            let id = ProductId::new(format!("prd_checkout_{nth:02}"));
            let product = Product {
                stock: Some(PLENTY),
                ..Product::plain(
                    id,
                    farm.id.clone(),
                    &format!("Bench goods {nth:02}"),
                    "root",
                    "bunch",
                    180,
                )
            };
            products::store::insert(tx, market, &product, &farm.name, now).await?;
        }
    }
    windows(tx, stage, now).await
}

async fn windows(tx: &Write, stage: &Stage, now: Ts) -> db::Result<()> {
    let market = &stage.market;
    let date = now
        .in_zone(&market.zone)
        .date()
        .saturating_add(AHEAD.days());
    let at = |hour: i8| {
        let time = Time::new(hour, 0, 0, 0).unwrap_or_default();
        instant(date.to_datetime(time), &market.zone).unwrap_or(now)
    };
    let day = DayId::new("day_checkout");
    let new = NewDay {
        id: &day,
        market: &market.id,
        date: &date.to_string(),
        opens_at: now.minus(Duration::from_hours(1)),
        cutoff_at: at(8),
        ends_at: at(9 + WINDOWS),
    };
    markets::insert_day(tx, &new).await?;
    for nth in 0..WINDOWS {
        let window = Window {
            id: WindowId::new(format!("win_checkout_{nth}")),
            date: date.to_string(),
            starts: format!("{:02}:00", 9 + nth),
            ends: format!("{:02}:00", 10 + nth),
            starts_at: at(9 + nth),
            ends_at: at(10 + nth),
        };
        let new = NewWindow {
            market: &market.id,
            day: &day,
            place: &stage.days[1].place.id,
            window: &window,
            capacity: PLACES,
        };
        markets::insert_window(tx, &new).await?;
    }
    Ok(())
}
