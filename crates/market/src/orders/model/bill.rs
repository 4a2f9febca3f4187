//! What an order costs. All of it comes from the market's own rows; a caller names products and quantities, no sums.
use super::PricedBy;
use crate::{
    kernel::{ids::FarmId, money::half_up, qty::Qty},
    markets::model::{Market, Payer},
    products::model::{Offer, Product, WrongQty},
};

/// No order has more lines.
pub const MOST_LINES: usize = 100;

/// A product and how much of it, with the farm it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub product: Product,
    pub farm: FarmName,
    pub qty: Qty,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarmName {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
    pub sells: bool,
}

/// Why an item cannot be ordered as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Taken out of the shop, or its farm does not sell now.
    Gone,
    OutOfSeason,
    OtherDays,
    SoldOut,
    /// Less is left than was asked for.
    Short(Qty),
    Wrong(WrongQty),
}

impl Item {
    /// On the market day with this date.
    pub fn trouble(&self, date: jiff::civil::Date) -> Option<Trouble> {
        if !self.farm.sells || self.product.is_hidden {
            return Some(Trouble::Gone);
        }
        if let Err(wrong) = self.product.check_qty(self.qty) {
            return Some(Trouble::Wrong(wrong));
        }
        match self.product.offer(date) {
            Offer::OutOfSeason => Some(Trouble::OutOfSeason),
            Offer::OtherDays => Some(Trouble::OtherDays),
            Offer::SoldOut => Some(Trouble::SoldOut),
            Offer::Yes(Some(left)) if left < self.qty => Some(Trouble::Short(left)),
            Offer::Yes(_) => None,
        }
    }

    /// What the line costs, tax aside; for weighed goods what it will about be.
    pub fn amount(&self) -> Option<i64> {
        line_amount(self.product.price_minor, self.qty)
    }
}

/// Rounded half up, once per line.
pub fn line_amount(price_minor: i64, qty: Qty) -> Option<i64> {
    half_up(
        i128::from(price_minor) * i128::from(qty.as_thousandths()),
        1000,
    )
}

/// The tax of a line's amount: the share inside it, or what comes on top.
pub fn line_tax(amount: i64, tax_bp: i64, included: bool) -> Option<i64> {
    let whole = if included {
        10_000 + i128::from(tax_bp)
    } else {
        10_000
    };
    half_up(i128::from(amount) * i128::from(tax_bp), whole)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedLine {
    pub item: Item,
    pub amount: i64,
    pub tax: i64,
}

/// A fee or, where prices are without it, the tax: a line of its own, counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedFee {
    /// `order`, `farm`, `market` or `tax`.
    pub kind: &'static str,
    pub farm: Option<FarmId>,
    pub payer: Payer,
    pub amount: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// By farm name, then in the order they were put in.
    pub lines: Vec<PricedLine>,
    pub fees: Vec<PricedFee>,
    pub goods: i64,
    /// What the customer pays.
    pub total: i64,
}

impl Bill {
    /// `None` when a sum does not fit.
    pub fn of(market: &Market, mut items: Vec<Item>) -> Option<Self> {
        items.sort_by(|a, b| (&a.farm.name, &a.farm.id).cmp(&(&b.farm.name, &b.farm.id)));
        let mut lines = Vec::with_capacity(items.len());
        let mut goods = 0_i64;
        for item in items {
            let amount = item.amount()?;
            let tax = line_tax(amount, item.product.tax_bp, market.tax_included)?;
            goods = goods.checked_add(amount)?;
            lines.push(PricedLine { item, amount, tax });
        }
        let fees = fees(market, &lines)?;
        let paid = fees.iter().filter(|fee| fee.payer == Payer::Customer);
        let total = paid
            .map(|fee| fee.amount)
            .try_fold(goods, i64::checked_add)?;
        Some(Self {
            lines,
            fees,
            goods,
            total,
        })
    }

    pub fn farms(&self) -> Vec<&FarmName> {
        let mut farms: Vec<&FarmName> = Vec::new();
        for line in &self.lines {
            if farms.last().is_none_or(|last| last.id != line.item.farm.id) {
                farms.push(&line.item.farm);
            }
        }
        farms
    }

    pub fn of_farm(&self, farm: &FarmId) -> impl Iterator<Item = &PricedLine> {
        self.lines
            .iter()
            .filter(move |line| line.item.farm.id == *farm)
    }

    pub fn farm_goods(&self, farm: &FarmId) -> i64 {
        self.of_farm(farm)
            .fold(0, |sum, line| sum.saturating_add(line.amount))
    }

    /// Whether a line's final amount is known only after weighing.
    pub fn is_about(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.item.product.priced_by == PricedBy::Weight)
    }
}

/// The fees of one farm's lines, of each farm's, and of the order.
fn fees(market: &Market, lines: &[PricedLine]) -> Option<Vec<PricedFee>> {
    let mut found = Vec::new();
    if lines.is_empty() {
        return Some(found);
    }
    for group in lines.chunk_by(|a, b| a.item.farm.id == b.item.farm.id) {
        let farm = group.first().map(|line| line.item.farm.id.clone());
        let sums = group.iter().map(|line| (line.amount, line.tax));
        found.extend(farm_fees(market, farm, sums)?);
    }
    push(
        &mut found,
        "order",
        None,
        Payer::Customer,
        market.fees.order_minor,
    );
    Some(found)
}

/// The fees that hang on one farm's part: amount and tax of each of its lines.
pub fn farm_fees(
    market: &Market,
    farm: Option<FarmId>,
    lines: impl Iterator<Item = (i64, i64)>,
) -> Option<Vec<PricedFee>> {
    let (mut goods, mut tax) = (0_i64, 0_i64);
    for (amount, part) in lines {
        goods = goods.checked_add(amount)?;
        tax = tax.checked_add(part)?;
    }
    let mut found = Vec::new();
    if !market.tax_included {
        push(&mut found, "tax", farm.clone(), Payer::Customer, tax);
    }
    push(
        &mut found,
        "farm",
        farm.clone(),
        Payer::Customer,
        market.fees.farm_minor,
    );
    let share = half_up(i128::from(goods) * i128::from(market.fees.goods_bp), 10_000)?;
    push(&mut found, "market", farm, market.fees.goods_payer, share);
    Some(found)
}

fn push(
    found: &mut Vec<PricedFee>,
    kind: &'static str,
    farm: Option<FarmId>,
    payer: Payer,
    amount: i64,
) {
    if amount > 0 {
        found.push(PricedFee {
            kind,
            farm,
            payer,
            amount,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{kernel::ids::ProductId, markets::model::Fees, pages::sample};

    fn item(farm: &str, price: i64, tax_bp: i64, thousandths: i64) -> Item {
        let id = FarmId::new(format!("frm_{farm}"));
        let mut product = Product::plain(
            ProductId::new("prd_1"),
            id.clone(),
            "Leeks",
            "leaf",
            "kg",
            price,
        );
        product.tax_bp = tax_bp;
        product.step = Qty::thousandths(1);
        Item {
            product,
            farm: FarmName {
                id,
                slug: farm.to_owned(),
                name: farm.to_owned(),
                sells: true,
            },
            qty: Qty::thousandths(thousandths),
        }
    }

    fn market(fees: Fees, tax_included: bool) -> Market {
        Market {
            tax_included,
            fees,
            ..sample::market()
        }
    }

    #[test]
    fn an_order_of_two_farms_adds_up() {
        let fees = Fees {
            goods_bp: 500,
            goods_payer: Payer::Customer,
            order_minor: 50,
            farm_minor: 25,
        };
        let items = vec![
            item("rosa", 333, 0, 1500),
            item("ben", 200, 0, 1000),
            item("rosa", 100, 0, 1000),
        ];
        let bill = Bill::of(&market(fees, true), items).unwrap();
        let amounts: Vec<_> = bill
            .lines
            .iter()
            .map(|line| (line.item.farm.slug.as_str(), line.amount))
            .collect();
        assert_eq!(
            amounts,
            [("ben", 200), ("rosa", 500), ("rosa", 100)],
            "3.33 x 1.5 = 4.995 is 5.00"
        );
        let fees: Vec<_> = bill.fees.iter().map(|fee| (fee.kind, fee.amount)).collect();
        assert_eq!(
            fees,
            [
                ("farm", 25),
                ("market", 10),
                ("farm", 25),
                ("market", 30),
                ("order", 50)
            ]
        );
        assert_eq!((bill.goods, bill.total), (800, 940));
        assert_eq!(bill.farm_goods(&FarmId::new("frm_rosa")), 600);
        assert_eq!(bill.farms().len(), 2);
    }

    #[test]
    fn a_farms_fee_is_not_the_customers() {
        let fees = Fees {
            goods_bp: 1000,
            ..Fees::NONE
        };
        let bill = Bill::of(&market(fees, true), vec![item("rosa", 1000, 0, 1000)]).unwrap();
        assert_eq!(
            (bill.total, bill.fees[0].amount, bill.fees[0].payer),
            (1000, 100, Payer::Farm)
        );
    }

    #[test]
    fn tax_is_inside_or_a_line_of_its_own() {
        let items = || vec![item("rosa", 1050, 500, 1000)];
        let inside = Bill::of(&market(Fees::NONE, true), items()).unwrap();
        assert_eq!(
            (inside.total, inside.lines[0].tax, inside.fees.len()),
            (1050, 50, 0)
        );
        let on_top = Bill::of(&market(Fees::NONE, false), items()).unwrap();
        assert_eq!((on_top.total, on_top.lines[0].tax), (1103, 53));
        assert_eq!((on_top.fees[0].kind, on_top.fees[0].amount), ("tax", 53));
    }

    #[test]
    fn what_cannot_be_had_is_named() {
        let saturday = "2026-11-28".parse().unwrap();
        let mut leeks = item("rosa", 100, 0, 2000);
        assert_eq!(leeks.trouble(saturday), None);
        leeks.product.stock = Some(Qty::thousandths(1500));
        assert_eq!(
            leeks.trouble(saturday),
            Some(Trouble::Short(Qty::thousandths(1500)))
        );
        leeks.product.is_sold_out = true;
        assert_eq!(leeks.trouble(saturday), Some(Trouble::SoldOut));
        leeks.product.days = vec![jiff::civil::Weekday::Monday];
        assert_eq!(leeks.trouble(saturday), Some(Trouble::OtherDays));
        leeks.product.season = Some(crate::products::model::Season {
            from: (5, 1),
            to: (6, 1),
        });
        assert_eq!(leeks.trouble(saturday), Some(Trouble::OutOfSeason));
        leeks.qty = Qty::thousandths(-1);
        assert_eq!(
            leeks.trouble(saturday),
            Some(Trouble::Wrong(WrongQty::None))
        );
        leeks.farm.sells = false;
        assert_eq!(leeks.trouble(saturday), Some(Trouble::Gone));
    }

    #[test]
    fn sums_that_do_not_fit_are_none() {
        let market = market(Fees::NONE, true);
        assert_eq!(
            Bill::of(&market, vec![item("rosa", i64::MAX, 0, 1_000_000)]),
            None
        );
        let most = || item("rosa", i64::MAX, 0, 1000);
        assert_eq!(Bill::of(&market, vec![most(), most()]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn lines_and_fees_add_up_to_the_cent(
            wanted in proptest::collection::vec((0..4_usize, 1..50_000_i64, 0..3000_i64, 1..20_000_i64), 1..12),
            (goods_bp, order_minor, farm_minor) in (0..10_000_i64, 0..500_i64, 0..500_i64),
            customer in any::<bool>(),
            included in any::<bool>(),
        ) {
            let goods_payer = if customer { Payer::Customer } else { Payer::Farm };
            let market = market(Fees { goods_bp, goods_payer, order_minor, farm_minor }, included);
            let farms = ["ana", "ben", "cleo", "rosa"];
            let items = wanted.iter().map(|(f, p, t, q)| item(farms[*f], *p, *t, *q)).collect::<Vec<_>>();
            let bill = Bill::of(&market, items).unwrap();
            let lines: i64 = bill.lines.iter().map(|line| line.amount).sum();
            let paid: i64 = bill.fees.iter().filter(|f| f.payer == Payer::Customer).map(|f| f.amount).sum();
            prop_assert_eq!(bill.goods, lines);
            prop_assert_eq!(bill.total, lines + paid);
            let by_farm: i64 = bill.farms().iter().map(|farm| bill.farm_goods(&farm.id)).sum();
            prop_assert_eq!(by_farm, lines, "no line is lost between farms");
            for line in &bill.lines {
                let exact = i128::from(line.item.product.price_minor) * i128::from(line.item.qty.as_thousandths());
                prop_assert!((i128::from(line.amount) * 1000 - exact).abs() <= 500);
                prop_assert!(line.tax <= line.amount);
            }
        }
    }
}
