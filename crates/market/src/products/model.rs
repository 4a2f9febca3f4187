//! A product, when it can be had, and how much of it somebody may order.
pub mod place;
pub mod rights;
pub mod slug;
pub mod typed;

use jiff::civil::{Date, Weekday};

use crate::{
    kernel::{
        ids::{FarmId, ProductId},
        qty::Qty,
    },
    orders::model::{PricedBy, wire_words},
};

/// The groups of the shop, in its order; each has pictures of its own.
pub const CATEGORIES: [&str; 7] = ["leaf", "root", "fruit", "fungi", "dairy", "bread", "pantry"];
/// What one of a product is called; each has words of its own (`orders-unit-…`).
pub const UNITS: [&str; 18] = [
    "kg", "litre", "bunch", "bag", "block", "bottle", "box", "dozen", "each", "four", "head",
    "jar", "loaf", "pack", "piece", "pot", "punnet", "six",
];
/// The fourteen that have to be named on a label in Great Britain and the European Union.
pub const ALLERGENS: [&str; 14] = [
    "celery",
    "crustaceans",
    "eggs",
    "fish",
    "gluten",
    "lupin",
    "milk",
    "molluscs",
    "mustard",
    "nuts",
    "peanuts",
    "sesame",
    "soya",
    "sulphites",
];
pub const DIETS: [&str; 5] = ["organic", "vegetarian", "vegan", "gluten-free", "raw"];

/// No line of an order is larger than a thousand of the sold unit.
pub const MOST: Qty = Qty::thousandths(1_000_000);
/// Nor dearer, per unit, than this many minor units.
pub const DEAREST: i64 = 10_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub farm: FarmId,
    /// Of its page; unique in its market.
    pub slug: String,
    pub name: String,
    pub description: String,
    /// One of [`CATEGORIES`].
    pub category: String,
    /// One of [`UNITS`].
    pub unit: String,
    /// Of one unit.
    pub price_minor: i64,
    pub priced_by: PricedBy,
    /// Tax in basis points; whether it is inside the price is the market's choice.
    pub tax_bp: i64,
    /// `None`: not counted.
    pub stock: Option<Qty>,
    /// What can be ordered are multiples of this.
    pub step: Qty,
    /// What one unit holds, for the price to compare.
    pub content: Option<Content>,
    pub season: Option<Season>,
    /// Weekdays of the market days on which it is offered; none: all.
    pub days: Vec<Weekday>,
    pub allergens: Vec<String>,
    pub diets: Vec<String>,
    pub is_sold_out: bool,
    /// Taken out of the shop; orders keep it.
    pub is_hidden: bool,
    pub version: i64,
    /// Where it grows or is kept, `2 Top field, row 4`: its farm walks and packs in that order. Customers do not see it.
    pub place: String,
    pub is_chilled: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Thousandths of a kilogram or litre.
    pub qty: Qty,
    pub unit: ContentUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentUnit {
    Kilogram,
    Litre,
}

wire_words!(ContentUnit { Kilogram "kg", Litre "l", });

/// From one day of the year to another, both included; may run over the new year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// Month and day.
    pub from: (i8, i8),
    pub to: (i8, i8),
}

impl Season {
    /// `MM-DD`; the twenty-ninth of February is a day.
    pub fn parse_day(text: &str) -> Option<(i8, i8)> {
        let date: Date = format!("2024-{text}").parse().ok()?;
        (text.len() == 5).then(|| (date.month(), date.day()))
    }

    pub fn day_text((month, day): (i8, i8)) -> String {
        format!("{month:02}-{day:02}")
    }

    pub fn holds(self, date: Date) -> bool {
        let day = (date.month(), date.day());
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }
}

pub const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Whether a product can be had on a market day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// How much is left; `None`: not counted.
    Yes(Option<Qty>),
    SoldOut,
    OutOfSeason,
    OtherDays,
}

/// How a count is given: as it stands in the field, or one step up or down from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    Set,
    More,
    Less,
}

/// Why a quantity cannot be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongQty {
    /// Zero or less.
    None,
    TooMuch,
    /// No multiple of the product's step.
    Step(Qty),
}

impl Product {
    /// A product with nothing but what every product has: not counted, in whole units, all year.
    pub fn plain(
        id: ProductId,
        farm: FarmId,
        name: &str,
        category: &str,
        unit: &str,
        price_minor: i64,
    ) -> Self {
        Self {
            slug: id.as_str().to_owned(),
            id,
            farm,
            name: name.to_owned(),
            description: String::new(),
            category: category.to_owned(),
            unit: unit.to_owned(),
            price_minor,
            priced_by: PricedBy::Unit,
            tax_bp: 0,
            stock: None,
            step: Qty::thousandths(1000),
            content: None,
            season: None,
            days: Vec::new(),
            allergens: Vec::new(),
            diets: Vec::new(),
            is_sold_out: false,
            is_hidden: false,
            version: 1,
            place: String::new(),
            is_chilled: false,
        }
    }

    /// `date` is the market day's, local to the market.
    pub fn offer(&self, date: Date) -> Offer {
        if self.season.is_some_and(|season| !season.holds(date)) {
            Offer::OutOfSeason
        } else if !self.days.is_empty() && !self.days.contains(&date.weekday()) {
            Offer::OtherDays
        } else if self.is_sold_out
            || self.is_hidden
            || self.stock.is_some_and(|left| left < self.step)
        {
            Offer::SoldOut
        } else {
            Offer::Yes(self.stock)
        }
    }

    /// What is left after a tap beside the number `shown`; never below nothing.
    pub fn tapped(&self, shown: Option<Qty>, tap: Tap) -> Option<Qty> {
        let (n, step) = (
            shown.map_or(0, Qty::as_thousandths),
            self.step.as_thousandths(),
        );
        match tap {
            Tap::Set => shown,
            Tap::More => Some(Qty::thousandths(n.saturating_add(step))),
            Tap::Less => Some(Qty::thousandths(n.saturating_sub(step).max(0))),
        }
    }

    pub fn check_qty(&self, qty: Qty) -> Result<(), WrongQty> {
        let (n, step) = (qty.as_thousandths(), self.step.as_thousandths());
        if n <= 0 {
            Err(WrongQty::None)
        } else if qty > MOST {
            Err(WrongQty::TooMuch)
        } else if n % step != 0 {
            Err(WrongQty::Step(self.step))
        } else {
            Ok(())
        }
    }

    /// The price of a kilogram or litre in minor units, where that is another figure than the price itself.
    pub fn unit_price(&self) -> Option<(i64, ContentUnit)> {
        let content = self.content?;
        let held = content.qty.as_thousandths();
        let price = self.price_minor.checked_mul(1000)?;
        Some((
            crate::kernel::money::half_up(price.into(), held.into())?,
            content.unit,
        ))
    }
}

/// Lower-case letters without accents: what is searched for and in.
pub fn searchable(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

/// The letters of the languages we have; others stay as they are.
const fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leeks() -> Product {
        Product::plain(
            ProductId::new("prd_1"),
            FarmId::new("frm_1"),
            "Leeks",
            "leaf",
            "bunch",
            200,
        )
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_season_may_run_over_the_new_year() {
        let summer = Season {
            from: (5, 1),
            to: (9, 30),
        };
        let winter = Season {
            from: (11, 15),
            to: (2, 29),
        };
        for (season, date, holds) in [
            (summer, "2026-05-01", true),
            (summer, "2026-09-30", true),
            (summer, "2026-10-01", false),
            (winter, "2026-11-14", false),
            (winter, "2026-11-15", true),
            (winter, "2027-01-01", true),
            (winter, "2027-02-28", true),
            (winter, "2027-03-01", false),
        ] {
            assert_eq!(season.holds(day(date)), holds, "{season:?} {date}");
        }
        assert_eq!(Season::parse_day("02-29"), Some((2, 29)));
        assert_eq!(Season::day_text((2, 9)), "02-09");
        for bad in ["", "2-9", "02-30", "13-01", "02-2", "ab-cd"] {
            assert_eq!(Season::parse_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_had_says_why() {
        let saturday = day("2026-11-28");
        let mut leeks = leeks();
        assert_eq!(leeks.offer(saturday), Offer::Yes(None));
        leeks.stock = Some(Qty::thousandths(3000));
        assert_eq!(
            leeks.offer(saturday),
            Offer::Yes(Some(Qty::thousandths(3000)))
        );
        leeks.stock = Some(Qty::thousandths(999));
        assert_eq!(
            leeks.offer(saturday),
            Offer::SoldOut,
            "less than a step is nothing"
        );
        leeks.stock = None;
        leeks.is_sold_out = true;
        assert_eq!(leeks.offer(saturday), Offer::SoldOut);
        leeks.days = vec![Weekday::Sunday];
        assert_eq!(leeks.offer(saturday), Offer::OtherDays);
        leeks.season = Some(Season {
            from: (6, 1),
            to: (8, 1),
        });
        assert_eq!(leeks.offer(saturday), Offer::OutOfSeason);
    }

    #[test]
    fn quantities_are_multiples_of_the_step() {
        let mut leeks = leeks();
        let qty = Qty::thousandths;
        for (n, expected) in [
            (1000, Ok(())),
            (1_000_000, Ok(())),
            (0, Err(WrongQty::None)),
            (-1000, Err(WrongQty::None)),
            (i64::MIN, Err(WrongQty::None)),
            (1_001_000, Err(WrongQty::TooMuch)),
            (i64::MAX, Err(WrongQty::TooMuch)),
            (1, Err(WrongQty::Step(qty(1000)))),
        ] {
            assert_eq!(leeks.check_qty(qty(n)), expected, "{n}");
        }
        leeks.step = qty(250);
        assert_eq!(leeks.check_qty(qty(750)), Ok(()));
    }

    #[test]
    fn a_tap_counts_one_step_and_never_below_nothing() {
        let mut leeks = leeks();
        leeks.step = Qty::thousandths(250);
        let qty = |n| Some(Qty::thousandths(n));
        for (shown, tap, expected) in [
            (qty(1000), Tap::Set, qty(1000)),
            (None, Tap::Set, None),
            (qty(1000), Tap::More, qty(1250)),
            (qty(1000), Tap::Less, qty(750)),
            (qty(100), Tap::Less, qty(0)),
            (None, Tap::More, qty(250)),
            (None, Tap::Less, qty(0)),
        ] {
            assert_eq!(leeks.tapped(shown, tap), expected, "{shown:?} {tap:?}");
        }
    }

    #[test]
    fn the_price_to_compare() {
        let mut leeks = leeks();
        assert_eq!(leeks.unit_price(), None);
        leeks.content = Some(Content {
            qty: Qty::thousandths(300),
            unit: ContentUnit::Kilogram,
        });
        assert_eq!(leeks.unit_price(), Some((667, ContentUnit::Kilogram)));
    }

    #[test]
    fn a_search_knows_no_accents() {
        assert_eq!(searchable("Jalapeño, Órganico"), "jalapeno, organico");
    }
}
