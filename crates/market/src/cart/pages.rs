//! The cart and the three steps of the checkout, and the page after them.
use askama::Template;

use super::model::{Cart, CartLine, Change};
use crate::{
    kernel::{ids::FarmId, money::Money, time::Ts},
    markets::model::{Market, Payer},
    orders::model::{
        Order, PricedBy,
        bill::{Bill, Trouble},
        opening::Opening,
    },
    pages::{
        Shell, Theme,
        art::{Badge, Defs},
        formats,
        wares::{Lead, Tile, lead, tile},
    },
    shop::model::Open,
    words::Words,
};

/// Field and what was wrong with it.
pub type Errors = Vec<(&'static str, String)>;

/// One farm's lines.
pub struct Group {
    pub farm: String,
    pub slug: String,
    pub badge: Option<Badge>,
    pub sum: String,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub tile: Tile,
    pub amount: String,
    /// `2 × £1.80`
    pub detail: String,
    /// What has become of it since it was put in.
    pub change: Option<String>,
}

pub struct Totals {
    pub items: String,
    pub goods: String,
    pub fees: Vec<(String, String)>,
    pub total: String,
    /// Some of it is weighed first.
    pub is_about: bool,
}

/// What the cart's pages are made of.
pub struct View {
    pub defs: Defs,
    pub groups: Vec<Group>,
    pub totals: Totals,
    pub has_price_change: bool,
    pub has_trouble: bool,
    /// In minor units: what the customer says yes to.
    pub total_minor: i64,
}

pub fn view(cart: &Cart, bill: &Bill, open: &Open, market: &Market, w: Words) -> View {
    let date = match open {
        Open::Now(selling) => Some(selling.date),
        _ => None,
    };
    let farms = cart.lines.iter().map(|line| &line.item.farm);
    let mut defs = Defs::of(farms.map(|farm| (farm.id.as_str(), farm.name.as_str())));
    let changes: Vec<Option<Change>> = cart
        .lines
        .iter()
        .map(|line| date.and_then(|date| line.change(date)))
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    for (line, change) in cart.lines.iter().zip(&changes) {
        let farm = &line.item.farm;
        let made = one(line, *change, date, &mut defs, market, w);
        match groups.last_mut() {
            Some(group) if group.slug == farm.slug => group.lines.push(made),
            _ => groups.push(Group {
                farm: farm.name.clone(),
                slug: farm.slug.clone(),
                badge: defs.badge(farm.id.as_str()).cloned(),
                sum: farm_sum(bill, &farm.id, market, w),
                lines: vec![made],
            }),
        }
    }
    View {
        defs,
        groups,
        totals: totals(bill, market, w),
        has_price_change: changes
            .iter()
            .any(|change| matches!(change, Some(Change::Price { .. }))),
        has_trouble: changes
            .iter()
            .any(|change| matches!(change, Some(Change::Trouble(_)))),
        total_minor: bill.total,
    }
}

fn farm_sum(bill: &Bill, farm: &FarmId, market: &Market, w: Words) -> String {
    let sum = formats::money(Money::new(bill.farm_goods(farm), market.currency), w);
    let weighed = bill
        .of_farm(farm)
        .any(|line| line.item.product.priced_by == PricedBy::Weight);
    about(sum, weighed, w)
}

fn about(sum: String, is_about: bool, w: Words) -> String {
    if is_about {
        w.say_a("orders-about", &sum)
    } else {
        sum
    }
}

fn one(
    line: &CartLine,
    change: Option<Change>,
    date: Option<jiff::civil::Date>,
    defs: &mut Defs,
    market: &Market,
    w: Words,
) -> Line {
    let item = &line.item;
    let art = defs.art(&item.product);
    let ware = crate::shop::model::Ware {
        product: item.product.clone(),
        farm: item.farm.clone(),
    };
    let tile = tile(&ware, date, Some(item.qty), art, market, w);
    let amount = Money::new(item.amount().unwrap_or(0), market.currency);
    Line {
        detail: format!("{} {}", tile.price, tile.unit),
        amount: about(
            formats::money(amount, w),
            item.product.priced_by == PricedBy::Weight,
            w,
        ),
        change: change.map(|change| say_change(line, change, market, w)),
        tile,
    }
}

fn say_change(line: &CartLine, change: Change, market: &Market, w: Words) -> String {
    let name = line.item.product.name.as_str();
    let money = |minor| formats::money(Money::new(minor, market.currency), w);
    match change {
        Change::Price { was, now } => w.say_with(
            "cart-price",
            &[
                ("product", name.into()),
                ("now", money(now).into()),
                ("was", money(was).into()),
            ],
        ),
        Change::Trouble(trouble) => match trouble {
            Trouble::Gone => w.say_a("cart-gone", name),
            Trouble::OutOfSeason => w.say_a("cart-season", name),
            Trouble::OtherDays => w.say_a("cart-days", name),
            Trouble::SoldOut => w.say_a("cart-sold-out", name),
            Trouble::Short(left) => {
                let left = formats::quantity(left, &line.item.product.unit, w);
                w.say_with(
                    "cart-short",
                    &[("product", name.into()), ("left", left.into())],
                )
            }
            Trouble::Wrong(_) => {
                let step = formats::quantity(line.item.product.step, &line.item.product.unit, w);
                w.say_with(
                    "cart-step",
                    &[("product", name.into()), ("step", step.into())],
                )
            }
        },
    }
}

pub fn totals(bill: &Bill, market: &Market, w: Words) -> Totals {
    let money = |minor| formats::money(Money::new(minor, market.currency), w);
    let mut fees: Vec<(&str, i64)> = Vec::new();
    for fee in bill.fees.iter().filter(|fee| fee.payer == Payer::Customer) {
        match fees.iter_mut().find(|(kind, _)| *kind == fee.kind) {
            Some((_, sum)) => *sum = sum.saturating_add(fee.amount),
            None => fees.push((fee.kind, fee.amount)),
        }
    }
    let is_about = bill.is_about();
    Totals {
        items: w.say_with(
            "cart-items",
            &[
                ("n", bill.lines.len().into()),
                ("farms", bill.farms().len().into()),
            ],
        ),
        goods: about(money(bill.goods), is_about, w),
        fees: fees
            .into_iter()
            .map(|(kind, sum)| (formats::fee(kind, w), money(sum)))
            .collect(),
        total: money(bill.total),
        is_about,
    }
}

#[derive(Template)]
#[template(path = "cart/pages/cart.html")]
pub struct CartPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub lead: Lead,
    pub view: Option<View>,
    pub errors: Errors,
}

/// What was typed at the first step.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub name: String,
    pub email: String,
    pub phone: String,
}

#[derive(Template)]
#[template(path = "cart/pages/details.html")]
pub struct DetailsPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub view: View,
    pub typed: &'a Typed,
    pub errors: Errors,
    pub signed_in: bool,
}

impl DetailsPage<'_> {
    fn error(&self, field: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, text)| text.as_str())
    }
}

/// A window as a card to choose.
pub struct Choice {
    pub id: String,
    pub day: String,
    pub hours: String,
    pub place: String,
    pub address: String,
    /// `4 places left`, `Full`.
    pub left: String,
    pub is_full: bool,
    pub is_chosen: bool,
}

/// So few free places are said.
const FEW: i64 = 10;

pub fn choices(
    openings: &[Opening],
    cart: &Cart,
    market: &Market,
    now: Ts,
    w: Words,
) -> Vec<Choice> {
    let today = formats::day_of(now, &market.zone);
    let open = openings.iter().filter(|opening| opening.left > 0).count();
    openings
        .iter()
        .map(|opening| Choice {
            id: opening.window.id.to_string(),
            day: formats::capital(&formats::when_full(
                formats::day(&opening.window.date).unwrap_or(opening.date),
                today,
                w,
            )),
            hours: formats::window(&opening.window.starts, &opening.window.ends),
            place: opening.place.name.clone(),
            address: opening.place.address.clone(),
            left: match opening.left {
                0 => w.say("cart-full-window").into_owned(),
                n if n <= FEW => w.say_n("cart-left", usize::try_from(n).unwrap_or(0)),
                _ => String::new(),
            },
            is_full: opening.left < 1,
            is_chosen: opening.left > 0
                && (cart.window.as_ref() == Some(&opening.window.id) || open == 1),
        })
        .collect()
}

/// A note for one farm.
pub struct Note {
    pub farm: String,
    pub name: String,
    pub text: String,
}

#[derive(Template)]
#[template(path = "cart/pages/pickup.html")]
pub struct PickupPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub view: View,
    pub choices: Vec<Choice>,
    pub notes: Vec<Note>,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "cart/pages/confirm.html")]
pub struct ConfirmPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub view: View,
    pub cart: &'a Cart,
    pub when: String,
    pub hours: String,
    pub place: &'a str,
    pub address: &'a str,
    pub until: String,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "cart/pages/thanks.html")]
pub struct ThanksPage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub order: &'a Order,
    pub when: String,
    pub hours: String,
    pub until: String,
}

/// The words over the cart.
pub fn cart_lead(open: &Open, market: &Market, now: Ts, w: Words) -> Lead {
    let lead = lead(open, market, now, w);
    Lead {
        text: if lead.is_open { lead.title } else { lead.text },
        title: w.say("cart-title").into_owned(),
        mark: String::new(),
        is_open: lead.is_open,
    }
}
