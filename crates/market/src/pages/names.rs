//! The words of what a product can be: its category, allergens, diets and units; and of where an order stands.
use super::formats;
use crate::{orders::model::Status, products::model::UNITS, words::Words};

pub fn category(category: &str, w: Words) -> String {
    let key = match category {
        "leaf" => "products-category-leaf",
        "root" => "products-category-root",
        "fruit" => "products-category-fruit",
        "fungi" => "products-category-fungi",
        "dairy" => "products-category-dairy",
        "bread" => "products-category-bread",
        _ => "products-category-pantry",
    };
    w.say(key).into_owned()
}

pub fn allergen(allergen: &str, w: Words) -> String {
    let key = match allergen {
        "celery" => "products-allergen-celery",
        "crustaceans" => "products-allergen-crustaceans",
        "eggs" => "products-allergen-eggs",
        "fish" => "products-allergen-fish",
        "gluten" => "products-allergen-gluten",
        "lupin" => "products-allergen-lupin",
        "milk" => "products-allergen-milk",
        "molluscs" => "products-allergen-molluscs",
        "mustard" => "products-allergen-mustard",
        "nuts" => "products-allergen-nuts",
        "peanuts" => "products-allergen-peanuts",
        "sesame" => "products-allergen-sesame",
        "soya" => "products-allergen-soya",
        _ => "products-allergen-sulphites",
    };
    w.say(key).into_owned()
}

pub fn diet(diet: &str, w: Words) -> String {
    let key = match diet {
        "organic" => "products-diet-organic",
        "vegetarian" => "products-diet-vegetarian",
        "vegan" => "products-diet-vegan",
        "gluten-free" => "products-diet-gluten-free",
        _ => "products-diet-raw",
    };
    w.say(key).into_owned()
}

/// Units to choose from, by their words. Two that read the same are one, `current` before the other.
pub fn units(current: &str, w: Words) -> Vec<(&'static str, String)> {
    let mut units: Vec<(&'static str, String)> = Vec::new();
    for unit in UNITS {
        let word = formats::unit(unit, w);
        match units.iter_mut().find(|(_, known)| *known == word) {
            Some(known) if unit == current => known.0 = unit,
            Some(_) => {}
            None => units.push((unit, word)),
        }
    }
    units
}

/// What a farm reads: what there is to do.
pub fn farm_word(status: Status, w: Words) -> String {
    w.say(match status {
        Status::Pending => "orders-status-new",
        Status::Confirmed => "orders-status-to-pack",
        Status::Preparing => "orders-status-packing",
        Status::Ready => "orders-status-ready",
        Status::OutForDelivery => "orders-status-on-its-way",
        Status::Missed => "orders-status-missed",
        Status::Fulfilled => "orders-status-collected",
        Status::Completed => "orders-status-complete",
        Status::Cancelled => "orders-status-cancelled",
    })
    .into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        products::model::{ALLERGENS, CATEGORIES, DIETS},
        words::Lang,
    };

    #[test]
    fn everything_that_can_be_chosen_has_a_word_of_its_own() {
        for lang in Lang::ALL {
            let w = lang.words();
            let different = |words: Vec<String>| {
                assert!(words.iter().all(|word| !word.contains('{')), "{words:?}");
                let count = words.len();
                assert_eq!(words.into_iter().collect::<BTreeSet<_>>().len(), count);
            };
            different(CATEGORIES.map(|one| category(one, w)).to_vec());
            different(ALLERGENS.map(|one| allergen(one, w)).to_vec());
            different(DIETS.map(|one| diet(one, w)).to_vec());
            for current in UNITS {
                let units = units(current, w);
                assert!(units.iter().any(|(unit, _)| *unit == current), "{current}");
                different(units.into_iter().map(|unit| unit.1).collect());
            }
        }
    }
}
