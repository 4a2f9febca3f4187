//! A product as somebody typed it, and what that means. Every field is judged, so that all that is wrong is said at once.
use super::{
    ALLERGENS, CATEGORIES, Content, ContentUnit, DEAREST, DIETS, MOST, Product, Season, UNITS,
    WEEKDAYS,
};
use crate::kernel::{
    decimal,
    line::{line, note},
    money,
    qty::{self, Counted, Qty},
};
use jiff::civil::Weekday;

pub const LONGEST_NAME: usize = 80;
pub const LONGEST_DESCRIPTION: usize = 2000;
pub const LONGEST_PLACE: usize = 60;
/// A field and the key of the words that say what is wrong with it.
pub type Wrong = (&'static str, &'static str);

/// More than a million of anything is a slip of the finger.
const MOST_STOCK: Qty = Qty::thousandths(1_000_000_000);
const STEPS_FINE: [Qty; 4] = [
    Qty::thousandths(1000),
    Qty::thousandths(500),
    Qty::thousandths(250),
    Qty::thousandths(100),
];
const STEPS_WHOLE: [Qty; 8] = [
    Qty::thousandths(1000),
    Qty::thousandths(2000),
    Qty::thousandths(3000),
    Qty::thousandths(4000),
    Qty::thousandths(5000),
    Qty::thousandths(6000),
    Qty::thousandths(10_000),
    Qty::thousandths(12_000),
];

/// By weight and volume to the thousandth, everything else in whole ones: nobody buys half an egg.
pub fn counted(unit: &str) -> Counted {
    match unit {
        "kg" | "litre" => Counted::Fine,
        _ => Counted::Whole,
    }
}

/// What may be chosen as a step.
pub fn steps(counted: Counted) -> &'static [Qty] {
    match counted {
        Counted::Fine => &STEPS_FINE,
        Counted::Whole => &STEPS_WHOLE,
    }
}

/// How much is left, as typed; nothing is "not counted".
pub fn stock(text: &str, unit: &str) -> Result<Option<Qty>, Wrong> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let counted = counted(unit);
    match qty::parse(text, counted) {
        Ok(qty) if qty <= MOST_STOCK => Ok(Some(qty)),
        _ if counted == Counted::Whole => Err(("stock", "products-bad-stock-whole")),
        _ => Err(("stock", "products-bad-stock")),
    }
}

/// The one value of the box for goods that are kept cold.
pub const CHILLED: &str = "yes";

/// Texts as they stand in a form. Where something has a usual value, an empty text is that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub name: String,
    pub description: String,
    pub category: String,
    pub unit: String,
    pub price: String,
    pub tax: String,
    /// Of a new product only; afterwards it is counted by itself.
    pub stock: String,
    pub step: String,
    pub content: String,
    pub content_unit: String,
    pub season_from: String,
    pub season_to: String,
    pub days: Vec<String>,
    pub allergens: Vec<String>,
    pub diets: Vec<String>,
    /// `None`: as it is kept; programs do not know of it.
    pub place: Option<String>,
    /// `yes`, or nothing; `None` as above.
    pub chilled: Option<Vec<String>>,
}

/// What a product's page says, checked; neither its stock nor whether it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub description: String,
    pub category: String,
    pub unit: String,
    pub price_minor: i64,
    pub tax_bp: i64,
    pub step: Qty,
    pub content: Option<Content>,
    pub season: Option<Season>,
    pub days: Vec<Weekday>,
    pub allergens: Vec<String>,
    pub diets: Vec<String>,
    pub place: Option<String>,
    pub is_chilled: Option<bool>,
}

impl Details {
    #[must_use]
    pub fn of(self, product: &Product) -> Product {
        Product {
            name: self.name,
            description: self.description,
            category: self.category,
            unit: self.unit,
            price_minor: self.price_minor,
            tax_bp: self.tax_bp,
            step: self.step,
            content: self.content,
            season: self.season,
            days: self.days,
            allergens: self.allergens,
            diets: self.diets,
            place: self.place.unwrap_or_else(|| product.place.clone()),
            is_chilled: self.is_chilled.unwrap_or(product.is_chilled),
            ..product.clone()
        }
    }
}

/// Collects what is wrong; a field that is wrong has its empty value meanwhile.
#[derive(Default)]
struct Judge(Vec<Wrong>);

impl Judge {
    fn take<T: Default>(&mut self, field: &'static str, key: &'static str, got: Option<T>) -> T {
        got.unwrap_or_else(|| {
            self.0.push((field, key));
            T::default()
        })
    }

    /// The known words among `typed`, in the list's order, each once.
    fn known(
        &mut self,
        field: &'static str,
        key: &'static str,
        list: &[&str],
        typed: &[String],
    ) -> Vec<String> {
        if typed.iter().any(|word| !list.contains(&&**word)) {
            self.0.push((field, key));
        }
        let chosen = list.iter().filter(|word| typed.iter().any(|t| t == *word));
        chosen.map(|word| (*word).to_owned()).collect()
    }
}

impl Typed {
    /// What a form begins with; `mark` stands before decimals.
    pub fn of(product: &Product, mark: char) -> Self {
        let written = |number: String| number.replace('.', &mark.to_string());
        let named = |day: &Weekday| WEEKDAYS.iter().find(|(_, known)| known == day);
        let season = |end: fn(Season) -> (i8, i8)| {
            let day = product.season.map(|season| Season::day_text(end(season)));
            day.unwrap_or_default()
        };
        Self {
            name: product.name.clone(),
            description: product.description.clone(),
            category: product.category.clone(),
            unit: product.unit.clone(),
            price: written(money::plain(product.price_minor)),
            tax: written(decimal::shortest(product.tax_bp, 2)),
            stock: product
                .stock
                .map(|qty| written(qty.plain()))
                .unwrap_or_default(),
            // One of a list, not a number to be typed.
            step: product.step.plain(),
            content: product
                .content
                .map(|content| written(content.qty.plain()))
                .unwrap_or_default(),
            content_unit: product
                .content
                .map(|content| content.unit.as_str().to_owned())
                .unwrap_or_default(),
            season_from: season(|season| season.from),
            season_to: season(|season| season.to),
            days: product
                .days
                .iter()
                .filter_map(named)
                .map(|(name, _)| (*name).to_owned())
                .collect(),
            allergens: product.allergens.clone(),
            diets: product.diets.clone(),
            place: Some(product.place.clone()),
            chilled: Some(
                product
                    .is_chilled
                    .then(|| CHILLED.to_owned())
                    .into_iter()
                    .collect(),
            ),
        }
    }

    pub fn check(&self) -> Result<Details, Vec<Wrong>> {
        let mut judge = Judge::default();
        let listed = |list: &[&str], word: &str| list.contains(&word).then(|| word.to_owned());
        let name = line(&self.name, LONGEST_NAME).ok();
        let price = money::parse_minor(&self.price).ok();
        let details = Details {
            name: judge.take("name", "products-bad-name", name),
            description: judge.take("description", "products-bad-description", self.text()),
            category: judge.take(
                "category",
                "products-bad-category",
                listed(&CATEGORIES, &self.category),
            ),
            unit: judge.take("unit", "products-bad-unit", listed(&UNITS, &self.unit)),
            price_minor: judge.take(
                "price",
                "products-bad-price",
                price.filter(|minor| (1..=DEAREST).contains(minor)),
            ),
            tax_bp: judge.take("tax", "products-bad-tax", self.tax_bp()),
            step: self.step(&mut judge),
            content: self.content(&mut judge),
            season: self.season(&mut judge),
            days: self.days(&mut judge),
            allergens: judge.known(
                "allergens",
                "products-bad-allergens",
                &ALLERGENS,
                &self.allergens,
            ),
            diets: judge.known("diets", "products-bad-diets", &DIETS, &self.diets),
            place: self.place(&mut judge),
            is_chilled: self
                .chilled
                .as_ref()
                .map(|chosen| chosen.iter().any(|word| word == CHILLED)),
        };
        if judge.0.is_empty() {
            Ok(details)
        } else {
            Err(judge.0)
        }
    }

    fn text(&self) -> Option<String> {
        if self.description.trim().is_empty() {
            return Some(String::new());
        }
        note(&self.description, LONGEST_DESCRIPTION).ok()
    }

    fn place(&self, judge: &mut Judge) -> Option<String> {
        let typed = self.place.as_deref()?.trim();
        if typed.is_empty() {
            return Some(String::new());
        }
        let place = line(typed, LONGEST_PLACE).ok();
        Some(judge.take("place", "products-bad-place", place))
    }

    fn tax_bp(&self) -> Option<i64> {
        if self.tax.trim().is_empty() {
            return Some(0);
        }
        let bp = decimal::parse(&self.tax, 2).ok()?;
        (bp <= 10_000).then_some(bp)
    }

    fn step(&self, judge: &mut Judge) -> Qty {
        let one = Qty::thousandths(1000);
        if self.step.trim().is_empty() {
            return one;
        }
        let counted = counted(&self.unit);
        let step = qty::parse(&self.step, counted).ok();
        let step = step.filter(|step| steps(counted).contains(step));
        step.unwrap_or_else(|| {
            judge.0.push(match counted {
                Counted::Fine => ("step", "products-bad-step"),
                Counted::Whole => ("step", "products-bad-step-whole"),
            });
            one
        })
    }

    fn content(&self, judge: &mut Judge) -> Option<Content> {
        if self.content.trim().is_empty() {
            return None;
        }
        let qty = qty::parse(&self.content, Counted::Fine).ok();
        let qty = qty.filter(|qty| qty.as_thousandths() > 0 && *qty <= MOST);
        let unit = ContentUnit::parse(&self.content_unit);
        if qty.is_none() {
            judge.0.push(("content", "products-bad-content"));
        }
        if unit.is_none() {
            judge.0.push(("content_unit", "products-bad-content-unit"));
        }
        qty.zip(unit).map(|(qty, unit)| Content { qty, unit })
    }

    fn season(&self, judge: &mut Judge) -> Option<Season> {
        let (from, to) = (self.season_from.trim(), self.season_to.trim());
        if from.is_empty() && to.is_empty() {
            return None;
        }
        let mut day = |field, text: &str| {
            let day = Season::parse_day(text);
            if day.is_none() {
                judge.0.push((field, "products-bad-season"));
            }
            day
        };
        let (from, to) = (day("season_from", from), day("season_to", to));
        from.zip(to).map(|(from, to)| Season { from, to })
    }

    fn days(&self, judge: &mut Judge) -> Vec<Weekday> {
        let names = WEEKDAYS.map(|(name, _)| name);
        let chosen = judge.known("days", "products-bad-days", &names, &self.days);
        let on = |(name, _): &&(&str, Weekday)| chosen.iter().any(|day| day == name);
        WEEKDAYS.iter().filter(on).map(|(_, day)| *day).collect()
    }
}

#[cfg(test)]
mod tests;
