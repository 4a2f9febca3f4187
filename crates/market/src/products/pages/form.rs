//! One product to be changed, or a new one: the first of a farm is three fields, the rest waits behind them.
use askama::Template;

use crate::{
    farms::model::Farm,
    kernel::qty::{Counted, Qty},
    pages::{Shell, Theme, formats, names, render},
    products::model::{
        ALLERGENS, CATEGORIES, ContentUnit, DIETS, Product, WEEKDAYS,
        typed::{CHILLED, LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_PLACE, Typed, Wrong, steps},
    },
    words::{Lang, Words},
};

/// What a product is by now, when it was changed by somebody else since its form was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest(pub Typed);

pub struct FormPage<'a> {
    pub w: Words,
    pub farm: &'a Farm,
    pub typed: &'a Typed,
    /// Of a new one: sent twice it is one product.
    pub key: &'a str,
    /// As it is kept; `None` for a new one.
    pub product: Option<&'a Product>,
    /// A farm's first: short.
    pub is_first: bool,
    pub wrong: &'a [Wrong],
    pub newest: Option<&'a Newest>,
}

#[derive(Template)]
#[template(path = "products/pages/form.html")]
struct Whole<'a> {
    shell: &'a Shell,
    w: Words,
    page: &'a FormPage<'a>,
}

/// A box to be ticked or a line of a list.
struct Choice {
    value: String,
    word: String,
    on: bool,
}

/// In the order of the form.
const LABELS: [(&str, &str); 17] = [
    ("name", "products-f-name"),
    ("price", "products-f-price"),
    ("unit", "products-f-unit"),
    ("category", "products-f-category"),
    ("stock", "products-f-stock"),
    ("step", "products-f-step"),
    ("place", "products-f-place"),
    ("chilled", "products-f-chilled"),
    ("description", "products-f-description"),
    ("content", "products-f-content"),
    ("content_unit", "products-f-content-unit"),
    ("season_from", "products-f-season-from"),
    ("season_to", "products-f-season-to"),
    ("days", "products-f-days"),
    ("allergens", "products-f-allergens"),
    ("diets", "products-f-diets"),
    ("tax", "products-f-tax"),
];

impl FormPage<'_> {
    pub fn render(&self, shell: &Shell) -> String {
        render(&Whole {
            shell,
            w: self.w,
            page: self,
        })
    }

    fn title(&self) -> String {
        match self.product {
            Some(product) => product.name.clone(),
            None if self.is_first => self.w.say("products-new-first").into_owned(),
            None => self.w.say("products-new").into_owned(),
        }
    }

    fn action(&self) -> String {
        match self.product {
            Some(product) => format!("/farm/products/{}", product.id),
            None => "/farm/products/new".to_owned(),
        }
    }

    /// Back to the list, at the product's row.
    fn back(&self) -> String {
        let row = self.product.map(|product| format!("#prd-{}", product.id));
        format!(
            "/farm/products?farm={}{}",
            self.farm.slug,
            row.unwrap_or_default()
        )
    }

    fn label(&self, field: &str) -> String {
        let key = LABELS.iter().find(|(name, _)| *name == field);
        key.map(|(_, key)| self.w.say(key).into_owned())
            .unwrap_or_default()
    }

    fn error(&self, field: &str) -> Option<String> {
        let wrong = self.wrong.iter().find(|(name, _)| *name == field);
        wrong.map(|(_, key)| self.w.say(key).into_owned())
    }

    /// Every error with the field it leads to, in the form's order.
    fn errors(&self) -> Vec<(&'static str, String)> {
        LABELS
            .iter()
            .filter_map(|(field, _)| Some((*field, self.error(field)?)))
            .collect()
    }

    /// Whether what waits behind the first fields has to be seen.
    fn is_open(&self) -> bool {
        !self.is_first || self.newest.is_some() || !self.wrong.is_empty()
    }

    /// The newest value, where it is another one than was typed.
    fn now(&self, field: &str) -> Option<String> {
        let Newest(newest) = self.newest?;
        let (now, typed) = (self.shown(field, newest), self.shown(field, self.typed));
        if now == typed {
            return None;
        }
        let now = if now.is_empty() {
            self.w.say("products-empty").into_owned()
        } else {
            now
        };
        Some(self.w.say_a("products-now", &now))
    }

    fn shown(&self, field: &str, typed: &Typed) -> String {
        let words = |choices: Vec<Choice>| {
            let on = choices.into_iter().filter(|choice| choice.on);
            on.map(|choice| choice.word).collect::<Vec<_>>().join(", ")
        };
        match field {
            "unit" | "category" | "step" | "content_unit" | "days" | "allergens" | "diets"
            | "chilled" => words(self.choices_of(field, typed)),
            _ => text_of(field, typed).to_owned(),
        }
    }

    fn value(&self, field: &str) -> &str {
        text_of(field, self.typed)
    }

    fn choices(&self, field: &str) -> Vec<Choice> {
        self.choices_of(field, self.typed)
    }

    fn choices_of(&self, field: &str, typed: &Typed) -> Vec<Choice> {
        let w = self.w;
        let one = |value: &str, word: String, chosen: &str| Choice {
            value: value.to_owned(),
            word,
            on: value == chosen,
        };
        let some = |value: &str, word: String, chosen: &[String]| Choice {
            value: value.to_owned(),
            word,
            on: chosen.iter().any(|one| one == value),
        };
        match field {
            "unit" => {
                let units = names::units(&typed.unit, w).into_iter();
                units
                    .map(|(unit, word)| one(unit, word, &typed.unit))
                    .collect()
            }
            "category" => CATEGORIES
                .map(|each| one(each, names::category(each, w), &typed.category))
                .into(),
            "step" => self.steps(&typed.step),
            "content_unit" => ContentUnit::ALL
                .iter()
                .map(|unit| {
                    let unit = unit.as_str();
                    let word = formats::unit(if unit == "l" { "litre" } else { unit }, w);
                    one(unit, word, &typed.content_unit)
                })
                .collect(),
            "days" => WEEKDAYS
                .map(|(name, day)| some(name, formats::weekday(day, w), &typed.days))
                .into(),
            "chilled" => vec![some(
                CHILLED,
                w.say("products-f-chilled-yes").into_owned(),
                typed.chilled.as_deref().unwrap_or_default(),
            )],
            "allergens" => ALLERGENS
                .map(|each| some(each, names::allergen(each, w), &typed.allergens))
                .into(),
            _ => DIETS
                .map(|each| some(each, names::diet(each, w), &typed.diets))
                .into(),
        }
    }

    /// The finest first; one is both a fine and a whole step.
    fn steps(&self, chosen: &str) -> Vec<Choice> {
        let mut all: Vec<Qty> = [Counted::Fine, Counted::Whole]
            .into_iter()
            .flat_map(steps)
            .copied()
            .collect();
        all.sort_unstable();
        all.dedup();
        let chosen = if chosen.is_empty() { "1" } else { chosen };
        all.into_iter()
            .map(|step| Choice {
                value: step.plain(),
                word: self.number(step),
                on: step.plain() == chosen,
            })
            .collect()
    }

    fn number(&self, qty: Qty) -> String {
        match self.w.lang() {
            Lang::En | Lang::Pseudo => qty.plain(),
            Lang::Es => qty.plain().replace('.', ","),
        }
    }
}

fn text_of<'t>(field: &str, typed: &'t Typed) -> &'t str {
    match field {
        "name" => &typed.name,
        "description" => &typed.description,
        "price" => &typed.price,
        "tax" => &typed.tax,
        "stock" => &typed.stock,
        "content" => &typed.content,
        "season_from" => &typed.season_from,
        "season_to" => &typed.season_to,
        "place" => typed.place.as_deref().unwrap_or(""),
        _ => "",
    }
}

#[cfg(test)]
mod tests;
