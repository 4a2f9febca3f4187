//! Which lines change, by how much, and what that costs. A part that loses its last line is cancelled instead.
use crate::{
    kernel::{
        ids::{FarmOrderId, LineId, ProductId},
        qty::Qty,
        time::Ts,
    },
    orders::model::{
        Order, PricedBy, Status,
        bill::{line_amount, line_tax},
    },
    products::model::{MOST, WrongQty},
};

/// A line as it stands, with what its product allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLine {
    pub id: LineId,
    pub part: FarmOrderId,
    pub product: ProductId,
    pub name: String,
    pub unit: String,
    pub ordered: Qty,
    pub packed: Option<Qty>,
    pub price_minor: i64,
    pub priced_by: PricedBy,
    pub tax_bp: i64,
    pub amount_minor: i64,
    pub tax_minor: i64,
    pub step: Qty,
}

/// One line's new quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub line: ChangeLine,
    pub to: Qty,
    pub amount_minor: i64,
    pub tax_minor: i64,
}

impl Edit {
    /// What of the product's stock it takes; negative: gives back.
    pub fn takes(&self) -> i64 {
        self.to.as_thousandths() - self.line.ordered.as_thousandths()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    pub edits: Vec<Edit>,
    /// Parts of which nothing is left.
    pub emptied: Vec<FarmOrderId>,
}

impl Edits {
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.emptied.is_empty()
    }

    /// Parts that stay and have other lines now.
    pub fn parts(&self) -> Vec<&FarmOrderId> {
        let mut parts: Vec<&FarmOrderId> = self.edits.iter().map(|edit| &edit.line.part).collect();
        parts.sort();
        parts.dedup();
        parts
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The cut-off has passed.
    Late,
    NoSuchLine,
    /// One line stands in it twice: which quantity is meant?
    Twice(String),
    /// Its farm packs already, or it is over.
    Packing(String),
    Quantity(String, WrongQty),
    TooLarge,
}

/// Whether a customer may still change something of this order.
pub fn is_open(order: &Order, now: Ts) -> bool {
    now < order.day.cutoff_at && order.parts.iter().any(|part| is_untouched(part.status))
}

pub const fn is_untouched(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Confirmed)
}

pub fn edits(
    order: &Order,
    lines: &[ChangeLine],
    wanted: &[(LineId, Qty)],
    tax_included: bool,
    now: Ts,
) -> Result<Edits, Wrong> {
    if now >= order.day.cutoff_at {
        return Err(Wrong::Late);
    }
    let mut edits = Vec::new();
    for (id, to) in wanted {
        let line = lines
            .iter()
            .find(|line| line.id == *id)
            .ok_or(Wrong::NoSuchLine)?;
        if wanted.iter().filter(|(other, _)| other == id).count() > 1 {
            return Err(Wrong::Twice(line.name.clone()));
        }
        if line.ordered == *to {
            continue;
        }
        let part = order.part(&line.part).ok_or(Wrong::NoSuchLine)?;
        if !is_untouched(part.status) || line.packed.is_some() {
            return Err(Wrong::Packing(line.name.clone()));
        }
        edits.push(edit(line, *to, tax_included)?);
    }
    let left = |part: &FarmOrderId| {
        lines.iter().filter(|line| line.part == *part).any(|line| {
            let edit = edits.iter().find(|edit| edit.line.id == line.id);
            edit.is_none_or(|edit| edit.to.as_thousandths() > 0)
        })
    };
    let mut emptied: Vec<FarmOrderId> = edits
        .iter()
        .map(|edit| edit.line.part.clone())
        .filter(|part| !left(part))
        .collect();
    emptied.sort();
    emptied.dedup();
    edits.retain(|edit| !emptied.contains(&edit.line.part));
    Ok(Edits { edits, emptied })
}

fn edit(line: &ChangeLine, to: Qty, tax_included: bool) -> Result<Edit, Wrong> {
    let n = to.as_thousandths();
    let wrong = if n < 0 {
        Some(WrongQty::None)
    } else if to > MOST {
        Some(WrongQty::TooMuch)
    } else if n % line.step.as_thousandths() != 0 {
        Some(WrongQty::Step(line.step))
    } else {
        None
    };
    if let Some(wrong) = wrong {
        return Err(Wrong::Quantity(line.name.clone(), wrong));
    }
    let amount_minor = line_amount(line.price_minor, to).ok_or(Wrong::TooLarge)?;
    let tax_minor = line_tax(amount_minor, line.tax_bp, tax_included).ok_or(Wrong::TooLarge)?;
    Ok(Edit {
        line: line.clone(),
        to,
        amount_minor,
        tax_minor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::model::sample::{CUTOFF, at, order, part};

    fn line(n: usize, farm: &str, ordered: i64) -> ChangeLine {
        ChangeLine {
            id: LineId::new(format!("lin_{n}")),
            part: FarmOrderId::new(format!("fo_{farm}")),
            product: ProductId::new(format!("prd_{n}")),
            name: format!("Leeks {n}"),
            unit: "bunch".to_owned(),
            ordered: Qty::thousandths(ordered),
            packed: None,
            price_minor: 200,
            priced_by: PricedBy::Unit,
            tax_bp: 0,
            amount_minor: ordered / 5,
            tax_minor: 0,
            step: Qty::thousandths(1000),
        }
    }

    fn want(wishes: &[(usize, i64)]) -> Vec<(LineId, Qty)> {
        wishes
            .iter()
            .map(|(n, qty)| (LineId::new(format!("lin_{n}")), Qty::thousandths(*qty)))
            .collect()
    }

    #[test]
    fn a_part_without_lines_is_cancelled_and_the_others_change() {
        let order = order(vec![
            part("rosa", Status::Pending),
            part("ben", Status::Confirmed),
        ]);
        let lines = [
            line(1, "rosa", 2000),
            line(2, "rosa", 1000),
            line(3, "ben", 1000),
        ];
        let now = at(0);
        let found = edits(
            &order,
            &lines,
            &want(&[(1, 3000), (2, 0), (3, 0)]),
            true,
            now,
        )
        .unwrap();
        let changed: Vec<_> = found
            .edits
            .iter()
            .map(|e| (e.line.id.as_str(), e.takes(), e.amount_minor))
            .collect();
        assert_eq!(changed, [("lin_1", 1000, 600), ("lin_2", -1000, 0)]);
        assert_eq!(found.emptied, [FarmOrderId::new("fo_ben")]);
        assert_eq!(found.parts(), [&FarmOrderId::new("fo_rosa")]);
        assert!(
            edits(&order, &lines, &want(&[(1, 2000)]), true, now)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn what_cannot_be_changed_says_why() {
        let order = order(vec![
            part("rosa", Status::Pending),
            part("ben", Status::Preparing),
        ]);
        let mut packed = line(4, "rosa", 1000);
        packed.packed = Some(Qty::thousandths(1000));
        let lines = [line(1, "rosa", 2000), line(3, "ben", 1000), packed];
        let now = at(0);
        let wrong =
            |wishes: &[(usize, i64)]| edits(&order, &lines, &want(wishes), true, now).unwrap_err();
        assert_eq!(wrong(&[(9, 1000)]), Wrong::NoSuchLine);
        assert_eq!(
            wrong(&[(1, 3000), (1, 3000)]),
            Wrong::Twice("Leeks 1".to_owned())
        );
        assert_eq!(wrong(&[(3, 2000)]), Wrong::Packing("Leeks 3".to_owned()));
        assert_eq!(wrong(&[(4, 2000)]), Wrong::Packing("Leeks 4".to_owned()));
        assert_eq!(
            wrong(&[(1, 500)]),
            Wrong::Quantity("Leeks 1".to_owned(), WrongQty::Step(Qty::thousandths(1000)))
        );
        assert_eq!(
            wrong(&[(1, -1000)]),
            Wrong::Quantity("Leeks 1".to_owned(), WrongQty::None)
        );
        assert_eq!(
            wrong(&[(1, i64::MAX)]),
            Wrong::Quantity("Leeks 1".to_owned(), WrongQty::TooMuch)
        );
        let late = order.day.cutoff_at;
        assert_eq!(
            edits(&order, &lines, &want(&[(1, 1000)]), true, late),
            Err(Wrong::Late)
        );
        assert!(is_open(&order, at(CUTOFF - 1)) && !is_open(&order, late));
    }
}
