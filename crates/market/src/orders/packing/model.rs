//! What a farm packs of an order, line by line, and what less of it costs.
use crate::{
    kernel::{
        ids::{LineId, ProductId},
        qty::Qty,
        time::Ts,
    },
    orders::model::{
        PricedBy, Status,
        bill::{line_amount, line_tax},
    },
    products::model::place::walk,
};

/// Weighed goods may be this much more than was ordered, in percent: nobody pays for a whole other squash.
const MOST_OVER: i64 = 125;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackLine {
    pub id: LineId,
    pub product: ProductId,
    pub name: String,
    pub unit: String,
    pub place: String,
    pub is_chilled: bool,
    pub ordered: Qty,
    /// `None`: as ordered, as far as anybody knows.
    pub packed: Option<Qty>,
    pub price_minor: i64,
    pub priced_by: PricedBy,
    pub tax_bp: i64,
    pub estimated_minor: i64,
    pub amount_minor: Option<i64>,
    pub tax_minor: i64,
    /// What is in the box instead.
    pub note: Option<String>,
    /// When it was ticked off, and by whom.
    pub packed_at: Option<Ts>,
    pub packed_by: Option<String>,
    pub version: i64,
}

impl PackLine {
    pub fn counts(&self) -> i64 {
        self.amount_minor.unwrap_or(self.estimated_minor)
    }

    /// What goes into the box.
    pub fn quantity(&self) -> Qty {
        self.packed.unwrap_or(self.ordered)
    }

    pub const fn is_ticked(&self) -> bool {
        self.packed_at.is_some()
    }

    pub fn is_short(&self) -> bool {
        self.priced_by == PricedBy::Unit && self.packed.is_some_and(|packed| packed < self.ordered)
    }

    pub fn is_unweighed(&self) -> bool {
        self.priced_by == PricedBy::Weight && self.amount_minor.is_none()
    }
}

/// In the order in which a farm walks past them.
pub fn by_place(lines: &mut [PackLine]) {
    lines.sort_by_cached_key(|line| (walk(&line.place), line.name.clone()));
}

/// Whether its farm may still tick, and say that there is less.
pub const fn is_open(status: Status) -> bool {
    matches!(
        status,
        Status::Pending | Status::Confirmed | Status::Preparing | Status::Ready
    )
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Collected, missed or cancelled.
    Closed,
    NoSuchLine,
    NotWeighed,
    /// More than this is not what was ordered.
    TooMuch(Qty),
    /// Nothing is left of the whole part: that is a cancellation.
    NothingLeft,
    TooLarge,
}

/// A line with another packed quantity, and what that makes of the part's sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picked {
    pub line: PackLine,
    pub got: Qty,
    pub amount_minor: i64,
    pub tax_minor: i64,
    /// Of all lines of the part.
    pub sum_before: i64,
    pub sum_after: i64,
}

impl Picked {
    /// Amount and tax of each line of the part as they are then.
    pub fn sums<'l>(&'l self, lines: &'l [PackLine]) -> impl Iterator<Item = (i64, i64)> + 'l {
        lines.iter().map(|line| {
            if line.id == self.line.id {
                (self.amount_minor, self.tax_minor)
            } else {
                (line.counts(), line.tax_minor)
            }
        })
    }
}

pub fn picked(
    status: Status,
    lines: &[PackLine],
    id: &LineId,
    got: Qty,
    tax_included: bool,
) -> Result<Picked, Wrong> {
    if !is_open(status) {
        return Err(Wrong::Closed);
    }
    let line = lines.iter().find(|line| line.id == *id);
    let line = line.ok_or(Wrong::NoSuchLine)?;
    let most = match line.priced_by {
        PricedBy::Unit => line.ordered,
        PricedBy::Weight => Qty::thousandths(line.ordered.as_thousandths() * MOST_OVER / 100),
    };
    if got > most {
        return Err(Wrong::TooMuch(most));
    }
    let others = lines.iter().filter(|other| other.id != line.id);
    if got.as_thousandths() <= 0 && !others.clone().any(|other| other.quantity() > got) {
        return Err(Wrong::NothingLeft);
    }
    let amount_minor = line_amount(line.price_minor, got).ok_or(Wrong::TooLarge)?;
    let tax_minor = line_tax(amount_minor, line.tax_bp, tax_included).ok_or(Wrong::TooLarge)?;
    let rest = others
        .map(PackLine::counts)
        .try_fold(0_i64, i64::checked_add)
        .ok_or(Wrong::TooLarge)?;
    Ok(Picked {
        line: line.clone(),
        got,
        amount_minor,
        tax_minor,
        sum_before: rest.checked_add(line.counts()).ok_or(Wrong::TooLarge)?,
        sum_after: rest.checked_add(amount_minor).ok_or(Wrong::TooLarge)?,
    })
}

#[cfg(test)]
pub mod sample {
    use super::*;

    pub fn line(n: usize, name: &str, place: &str) -> PackLine {
        PackLine {
            id: LineId::new(format!("lin_{n}")),
            product: ProductId::new(format!("prd_{n}")),
            name: name.to_owned(),
            unit: "bunch".to_owned(),
            place: place.to_owned(),
            is_chilled: false,
            ordered: Qty::thousandths(3000),
            packed: None,
            price_minor: 200,
            priced_by: PricedBy::Unit,
            tax_bp: 0,
            estimated_minor: 600,
            amount_minor: Some(600),
            tax_minor: 0,
            note: None,
            packed_at: None,
            packed_by: None,
            version: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{sample::line, *};

    fn lines() -> Vec<PackLine> {
        let squash = PackLine {
            priced_by: PricedBy::Weight,
            unit: "kg".to_owned(),
            amount_minor: None,
            ..line(2, "Squash", "Barn")
        };
        vec![line(1, "Carrots", "1 Field"), squash]
    }

    fn pick(n: usize, got: i64) -> Result<Picked, Wrong> {
        let id = LineId::new(format!("lin_{n}"));
        picked(
            Status::Preparing,
            &lines(),
            &id,
            Qty::thousandths(got),
            true,
        )
    }

    #[test]
    fn less_costs_less() {
        let two = pick(1, 2000).unwrap();
        assert_eq!(
            (two.amount_minor, two.sum_before, two.sum_after),
            (400, 1200, 1000)
        );
        let sums: Vec<_> = two.sums(&lines()).collect();
        assert_eq!(sums, [(400, 0), (600, 0)]);
        assert_eq!(pick(1, 0).unwrap().sum_after, 600);
    }

    #[test]
    fn weighed_goods_may_be_a_little_more() {
        assert_eq!(pick(2, 3750).unwrap().amount_minor, 750);
        assert_eq!(pick(2, 3751), Err(Wrong::TooMuch(Qty::thousandths(3750))));
        assert!(lines()[1].is_unweighed() && !lines()[1].is_short());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(pick(1, 3001), Err(Wrong::TooMuch(Qty::thousandths(3000))));
        assert_eq!(pick(9, 1000), Err(Wrong::NoSuchLine));
        let alone = [line(1, "Carrots", "")];
        let id = LineId::new("lin_1");
        let none = Qty::thousandths(0);
        assert_eq!(
            picked(Status::Ready, &alone, &id, none, true),
            Err(Wrong::NothingLeft)
        );
        for over in [Status::Fulfilled, Status::Cancelled, Status::Missed] {
            assert_eq!(
                picked(over, &alone, &id, none, true),
                Err(Wrong::Closed),
                "{over:?}"
            );
        }
    }

    #[test]
    fn lines_come_as_one_walks() {
        let mut lines = vec![
            line(1, "Squash", ""),
            line(2, "Leeks", "2 Tunnel"),
            line(3, "Carrots", "1 Field, row 10"),
            line(4, "Beetroot", "1 Field, row 9"),
        ];
        by_place(&mut lines);
        let names: Vec<_> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["Beetroot", "Carrots", "Leeks", "Squash"]);
    }
}
