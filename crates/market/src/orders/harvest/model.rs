//! A day's sums, by place.
use crate::{
    kernel::{ids::ProductId, qty::Qty, time::Ts},
    products::model::place::{ground, walk},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    pub product: ProductId,
    pub name: String,
    pub unit: String,
    pub place: String,
    pub is_chilled: bool,
    /// Of all orders that live.
    pub need: Qty,
    pub orders: i64,
    pub is_done: bool,
    /// What there is, once somebody said so; a tick alone says "as much as was needed then".
    pub have: Option<Qty>,
    /// Of the tick; 0 while there is none.
    pub version: i64,
    pub at: Option<Ts>,
    pub by: Option<String>,
}

impl Sum {
    /// How much is missing of what is needed now: orders may have come after the tick.
    pub fn short(&self) -> Option<Qty> {
        let have = self.have?;
        (have < self.need)
            .then(|| Qty::thousandths(self.need.as_thousandths() - have.as_thousandths()))
    }
}

/// The sums of each ground, as one walks.
pub fn by_place(mut sums: Vec<Sum>) -> Vec<(String, Vec<Sum>)> {
    sums.sort_by_cached_key(|sum| (walk(&sum.place), sum.name.clone()));
    let mut grounds: Vec<(String, Vec<Sum>)> = Vec::new();
    for sum in sums {
        let named = ground(&sum.place).to_owned();
        match grounds.last_mut() {
            Some((last, of)) if *last == named => of.push(sum),
            _ => grounds.push((named, vec![sum])),
        }
    }
    grounds
}

#[cfg(test)]
pub mod sample {
    use super::*;

    pub fn sum(name: &str, place: &str) -> Sum {
        Sum {
            product: ProductId::new(format!("prd_{name}")),
            name: name.to_owned(),
            unit: "bunch".to_owned(),
            place: place.to_owned(),
            is_chilled: false,
            need: Qty::thousandths(22_000),
            orders: 9,
            is_done: false,
            have: None,
            version: 0,
            at: None,
            by: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{sample::sum, *};

    #[test]
    fn sums_are_grouped_as_one_walks() {
        let grounds = by_place(vec![
            sum("Eggs", ""),
            sum("Leeks", "2 Tunnel"),
            sum("Kale", "1 Top field, row 12"),
            sum("Carrots", "1 Top field, row 3"),
        ]);
        let names: Vec<(&str, Vec<&str>)> = grounds
            .iter()
            .map(|(ground, of)| {
                (
                    ground.as_str(),
                    of.iter().map(|sum| sum.name.as_str()).collect(),
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                ("Top field", vec!["Carrots", "Kale"]),
                ("Tunnel", vec!["Leeks"]),
                ("", vec!["Eggs"]),
            ]
        );
    }

    #[test]
    fn what_came_after_the_tick_is_missing() {
        let mut kale = sum("Kale", "");
        assert_eq!(kale.short(), None);
        kale.have = Some(Qty::thousandths(19_000));
        assert_eq!(kale.short(), Some(Qty::thousandths(3000)));
        kale.have = Some(kale.need);
        assert_eq!(kale.short(), None);
    }
}
