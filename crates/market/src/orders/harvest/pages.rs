//! What to cut, how much, in which order.
use askama::Template;

use super::model::Sum;
use crate::{
    kernel::{qty::Qty, time::Ts},
    markets::model::{Market, MarketDay},
    orders::{model::board::BoardFarm, packing::pages::split},
    pages::{Shell, Theme, formats, render},
    products::model::place,
    words::Words,
};

pub struct Row {
    pub product: String,
    pub name: String,
    pub number: String,
    pub unit: String,
    pub spot: String,
    pub is_chilled: bool,
    pub is_done: bool,
    pub short: Option<String>,
    /// `9 orders`
    pub orders: String,
    pub who: Option<String>,
    pub version: i64,
    pub label: String,
    /// As it stands in the field.
    pub have: String,
    /// Of the need and the tick that were seen: orders may come in between.
    pub seen: String,
}

pub struct Ground {
    pub name: String,
    pub count: String,
    pub rows: Vec<Row>,
}

pub struct HarvestPage {
    w: Words,
    farm: String,
    farm_name: String,
    date: String,
    day: String,
    so_far: String,
    /// Whether orders may still come.
    state: String,
    grounds: Vec<Ground>,
    refused: Option<String>,
}

#[derive(Template)]
#[template(path = "orders/harvest/harvest.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a HarvestPage,
}

impl HarvestPage {
    #[expect(clippy::too_many_arguments, reason = "all that one page shows")]
    pub fn new(
        farm: &BoardFarm,
        day: Option<&MarketDay>,
        orders: i64,
        grounds: Vec<(String, Vec<Sum>)>,
        market: &Market,
        w: Words,
        now: Ts,
        refused: Option<String>,
    ) -> Self {
        let today = formats::day_of(now, &market.zone);
        let date = day.and_then(|day| formats::day(&day.date));
        let orders = w.say_n("orders-board-orders", usize::try_from(orders).unwrap_or(0));
        let state = day.map(|day| {
            if now < day.cutoff_at {
                let until = formats::moment(day.cutoff_at, now, &market.zone, w);
                let args = [("until", until.into()), ("orders", orders.clone().into())];
                w.say_with("orders-harvest-not-final", &args)
            } else {
                w.say_a("orders-harvest-final", &orders)
            }
        });
        let all = || grounds.iter().flat_map(|(_, sums)| sums);
        let done = all().filter(|sum| sum.is_done).count();
        let args = [("done", done.into()), ("n", all().count().into())];
        Self {
            w,
            farm: farm.slug.clone(),
            farm_name: farm.name.clone(),
            date: day.map(|day| day.date.clone()).unwrap_or_default(),
            day: date
                .map(|date| formats::when_full(date, today, w))
                .unwrap_or_default(),
            so_far: w.say_with("orders-harvest-so-far", &args),
            state: state.unwrap_or_default(),
            grounds: grounds
                .into_iter()
                .map(|(name, sums)| Ground {
                    name: if name.is_empty() {
                        w.say("orders-harvest-nowhere").into_owned()
                    } else {
                        name
                    },
                    count: w.say_n("orders-harvest-things", sums.len()),
                    rows: sums.iter().map(|sum| row(sum, market, w, now)).collect(),
                })
                .collect(),
            refused,
        }
    }

    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }
}

fn row(sum: &Sum, market: &Market, w: Words, now: Ts) -> Row {
    let need = formats::quantity(sum.need, &sum.unit, w);
    let (number, unit) = split(&need);
    let short = sum.short();
    let who = sum.at.map(|at| {
        let at = formats::moment(at, now, &market.zone, w);
        match &sum.by {
            Some(name) => format!("{name}, {at}"),
            None => at,
        }
    });
    Row {
        product: sum.product.to_string(),
        name: sum.name.clone(),
        number,
        unit,
        spot: place::spot(&sum.place).to_owned(),
        is_chilled: sum.is_chilled,
        is_done: sum.is_done,
        short: short.map(|qty| {
            w.say_a(
                "orders-harvest-short",
                &formats::quantity(qty, &sum.unit, w),
            )
        }),
        orders: w.say_n(
            "orders-board-orders",
            usize::try_from(sum.orders).unwrap_or(0),
        ),
        who,
        version: sum.version,
        label: w.say_a("orders-harvest-have", &need),
        have: sum
            .have
            .filter(|_| short.is_some())
            .map_or_else(String::new, Qty::plain),
        seen: format!("{}.{}", sum.version, sum.need.as_thousandths()),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::model::{by_place, sample::sum},
        *,
    };
    use crate::{orders::pages::sample, pages, words::Lang};

    #[test]
    fn the_list_says_how_far_it_is_and_whether_more_may_come() {
        let board = sample::board(&[], &[]);
        let mut kale = sum("Kale <b>", "1 Top field, row 12");
        kale.is_done = true;
        kale.have = Some(Qty::thousandths(19_000));
        kale.at = Some(sample::now());
        kale.by = Some("Ana".to_owned());
        let market = pages::sample::market();
        for lang in Lang::ALL {
            let page = |now| {
                let page = HarvestPage::new(
                    &board.farm,
                    board.day.as_ref(),
                    14,
                    by_place(vec![kale.clone(), sum("Eggs", "")]),
                    &market,
                    lang.words(),
                    now,
                    Some("Not <so>.".to_owned()),
                );
                let html = page.render(&pages::sample::shell(lang));
                pages::sample::check(&html);
                html
            };
            let before = page(pages::sample::at("2026-11-26T12:00"));
            let after = page(sample::now());
            assert_ne!(before, after);
            if lang == Lang::En {
                assert!(
                    before.contains("Final at 20:00, 14 orders so far"),
                    "{before}"
                );
                assert!(after.contains("Final, 14 orders"), "{after}");
                assert!(after.contains("3\u{a0}bunches short"), "{after}");
                assert!(after.contains("Kale &#60;b&#62;") && after.contains("Ana, 6:52"));
            }
        }
    }
}
