//! Products as tiles, and when the shop sells.
use jiff::civil::Date;

use super::{art::Art, formats};
use crate::{
    kernel::{ids::ProductId, money::Money, qty::Qty, time::Ts},
    markets::model::Market,
    orders::model::PricedBy,
    products::model::{Offer, Product},
    shop::model::{Open, Selling, Ware},
    words::Words,
};

/// One product in the grid.
pub struct Tile {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    pub farm: String,
    pub art: Art,
    pub price: String,
    /// `per bunch`
    pub unit: String,
    /// `£6.00/kg`, or the step.
    pub compare: String,
    pub stock: String,
    pub is_low: bool,
    /// Can be put in the cart now.
    pub can_buy: bool,
    /// What is in the cart already.
    pub qty: Option<String>,
}

/// From so few of the sold unit on, the number is said.
const SAID: i64 = 24_000;
const LOW: i64 = 5_000;

pub fn tile(
    ware: &Ware,
    date: Option<Date>,
    held: Option<Qty>,
    art: Art,
    market: &Market,
    w: Words,
) -> Tile {
    let product = &ware.product;
    let money = |minor| formats::money(Money::new(minor, market.currency), w);
    let (stock, is_low, can_buy) = stock(product, date, w);
    Tile {
        id: product.id.clone(),
        slug: product.slug.clone(),
        name: product.name.clone(),
        farm: ware.farm.name.clone(),
        art,
        price: money(product.price_minor),
        unit: formats::per(&product.unit, w),
        compare: compare(product, market, w),
        stock,
        is_low,
        can_buy,
        qty: held.map(|qty| formats::quantity(qty, &product.unit, w)),
    }
}

/// `3 left`, `Plenty`, `Sold out`; whether it is few; whether it can be bought.
fn stock(product: &Product, date: Option<Date>, w: Words) -> (String, bool, bool) {
    let say = |key: &'static str| w.say(key).into_owned();
    match date.map(|date| product.offer(date)) {
        None => (String::new(), false, false),
        Some(Offer::OutOfSeason) => (say("shop-stock-season"), false, false),
        Some(Offer::OtherDays) => (say("shop-stock-days"), false, false),
        Some(Offer::SoldOut) => (say("shop-stock-out"), false, false),
        Some(Offer::Yes(Some(left))) if left.as_thousandths() <= SAID => {
            let left_words = formats::quantity(left, &product.unit, w);
            (
                w.say_a("shop-stock-left", &left_words),
                left.as_thousandths() <= LOW,
                true,
            )
        }
        Some(Offer::Yes(_)) => (say("shop-stock-plenty"), false, true),
    }
}

fn compare(product: &Product, market: &Market, w: Words) -> String {
    if let Some((minor, unit)) = product.unit_price() {
        let price = formats::money(Money::new(minor, market.currency), w);
        return format!("{price}/{}", unit.as_str());
    }
    if product.priced_by == PricedBy::Weight {
        return w.say("shop-weighed").into_owned();
    }
    if product.step.as_thousandths() == 1000 {
        String::new()
    } else {
        w.say_a(
            "shop-steps",
            &formats::quantity(product.step, &product.unit, w),
        )
    }
}

/// `Order by Thursday 20:00 for Saturday`, in its parts.
pub struct Lead {
    pub title: String,
    /// The part of the title that matters most.
    pub mark: String,
    pub text: String,
    pub is_open: bool,
}

impl Lead {
    /// The title in three: before the mark, the mark, after it.
    pub fn parts(&self) -> (&str, &str, &str) {
        let found = Some(self.mark.as_str()).filter(|mark| !mark.is_empty());
        match found.and_then(|mark| self.title.split_once(mark)) {
            Some((before, after)) => (before, &self.mark, after),
            None => (&self.title, "", ""),
        }
    }
}

pub fn lead(open: &Open, market: &Market, now: Ts, w: Words) -> Lead {
    let today = formats::day_of(now, &market.zone);
    match open {
        Open::Now(selling) => {
            let by = formats::moment(selling.cutoff_at, now, &market.zone, w);
            let day = formats::when(selling.date, today, w);
            let title = w.say_with(
                "shop-order-by",
                &[("by", by.as_str().into()), ("day", day.into())],
            );
            Lead {
                title,
                mark: by,
                text: collect(selling, today, w),
                is_open: true,
            }
        }
        Open::Later(at) => Lead {
            title: w.say("shop-closed").into_owned(),
            mark: String::new(),
            text: w.say_a("shop-opens", &formats::moment(*at, now, &market.zone, w)),
            is_open: false,
        },
        Open::No => Lead {
            title: w.say("shop-closed").into_owned(),
            mark: String::new(),
            text: w.say("shop-no-day").into_owned(),
            is_open: false,
        },
    }
}

fn collect(selling: &Selling, today: Date, w: Words) -> String {
    let day = formats::when_full(selling.date, today, w);
    let hours = formats::window(&selling.from, &selling.to);
    let at = [("day", day.into()), ("hours", hours.into())];
    match &selling.place {
        Some(place) => {
            let [day, hours] = at;
            w.say_with(
                "shop-collect-at",
                &[day, hours, ("place", place.as_str().into())],
            )
        }
        None => w.say_with("shop-collect", &at),
    }
}
