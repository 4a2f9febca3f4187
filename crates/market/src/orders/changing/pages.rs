//! The page on which a customer changes an order.
use askama::Template;

use super::model::{ChangeLine, is_untouched};
use crate::{
    kernel::{money::Money, time::Ts},
    markets::model::Market,
    orders::model::Order,
    pages::{Shell, Theme, formats},
    words::Words,
};

pub struct Group {
    pub farm: String,
    pub lines: Vec<Line>,
    /// Its farm packs already.
    pub is_closed: bool,
}

pub struct Line {
    pub id: String,
    pub name: String,
    pub detail: String,
    /// As it stands in the field.
    pub quantity: String,
    pub unit: String,
    pub step: String,
}

#[derive(Template)]
#[template(path = "orders/changing/change.html")]
pub struct ChangePage<'a> {
    pub shell: &'a Shell,
    pub w: Words,
    pub order: &'a Order,
    pub until: String,
    pub groups: Vec<Group>,
    pub errors: Vec<(&'static str, String)>,
}

/// What was typed goes back into the fields.
pub fn groups(
    order: &Order,
    lines: &[ChangeLine],
    typed: &[(String, String)],
    market: &Market,
    w: Words,
) -> Vec<Group> {
    let one = |line: &ChangeLine| {
        let price = formats::money(Money::new(line.price_minor, market.currency), w);
        let kept = typed.iter().find(|(id, _)| id == line.id.as_str());
        Line {
            id: line.id.to_string(),
            name: line.name.clone(),
            detail: format!("{price}{}", formats::per(&line.unit, w)),
            quantity: kept.map_or_else(|| line.ordered.plain(), |(_, typed)| typed.clone()),
            unit: formats::per(&line.unit, w)
                .trim_start_matches('/')
                .to_owned(),
            step: line.step.plain(),
        }
    };
    let of = |part: &crate::orders::model::FarmOrder| Group {
        farm: part.farm.name.clone(),
        lines: lines
            .iter()
            .filter(|line| line.part == part.id)
            .map(one)
            .collect(),
        is_closed: !is_untouched(part.status),
    };
    order.parts.iter().map(of).collect()
}

pub fn until(order: &Order, market: &Market, now: Ts, w: Words) -> String {
    formats::moment(order.day.cutoff_at, now, &market.zone, w)
}
