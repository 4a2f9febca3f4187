//! What is on sale, and until when.
use jiff::civil::Date;

use crate::{
    kernel::time::Ts,
    orders::model::{bill::FarmName, opening::Opening},
    products::model::Product,
};

/// Products on one page.
pub const PAGE: i64 = 24;

/// A product in the shop, with its farm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ware {
    pub product: Product,
    pub farm: FarmName,
}

/// The market day the shop sells for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selling {
    pub date: Date,
    pub cutoff_at: Ts,
    /// From the first window's beginning to the last one's end, `09:00` and `13:00`.
    pub from: String,
    pub to: String,
    /// The only place, if there is just one.
    pub place: Option<String>,
}

/// What the shop can say about when it sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Open {
    Now(Selling),
    /// Orders are taken again at that moment.
    Later(Ts),
    No,
}

impl Selling {
    /// The day whose orders close next, of the windows that take orders now.
    pub fn next(openings: &[Opening]) -> Option<Self> {
        let first = openings
            .iter()
            .min_by_key(|opening| opening.day.cutoff_at)?;
        let same: Vec<&Opening> = openings
            .iter()
            .filter(|o| o.day.id == first.day.id)
            .collect();
        let from = same.iter().map(|opening| &opening.window.starts).min()?;
        let to = same.iter().map(|opening| &opening.window.ends).max()?;
        let place = &first.place;
        let only = same.iter().all(|opening| opening.place.id == place.id);
        Some(Self {
            date: first.date,
            cutoff_at: first.day.cutoff_at,
            from: from.clone(),
            to: to.clone(),
            place: only.then(|| place.name.clone()),
        })
    }
}
