//! A cart, and what has become of its lines since they were put in.
use std::time::Duration;

use jiff::civil::Date;

use crate::{
    accounts::model::{Caller, Proof},
    kernel::ids::{CartId, FarmId, UserId, WindowId},
    orders::model::bill::{Item, Trouble},
};

/// A cart nobody touches for so long is thrown away.
pub const KEPT: Duration = Duration::from_hours(24 * 30);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cart {
    pub id: CartId,
    /// Of the order it becomes: the same key twice is one order.
    pub key: String,
    pub window: Option<WindowId>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub lines: Vec<CartLine>,
    pub notes: Vec<(FarmId, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    pub item: Item,
    /// The price when it was put in, or last accepted.
    pub seen_price: i64,
}

/// Something a customer has to know, and decide, before the line can be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Price { was: i64, now: i64 },
    Trouble(Trouble),
}

impl CartLine {
    pub fn change(&self, date: Date) -> Option<Change> {
        let now = self.item.product.price_minor;
        if let Some(trouble) = self.item.trouble(date) {
            Some(Change::Trouble(trouble))
        } else if now != self.seen_price {
            Some(Change::Price {
                was: self.seen_price,
                now,
            })
        } else {
            None
        }
    }
}

impl Cart {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn note(&self, farm: &FarmId) -> Option<&str> {
        self.notes
            .iter()
            .find(|(id, _)| id == farm)
            .map(|(_, note)| note.as_str())
    }
}

/// Whose cart it is; `None` for somebody without a session, who has none yet.
pub fn owner(who: &Caller) -> Option<String> {
    match (&who.user, &who.proof) {
        (Some(user), _) => Some(of_user(&user.id)),
        (None, Proof::Session(hash)) => Some(of_session(hash)),
        _ => None,
    }
}

pub fn of_user(id: &UserId) -> String {
    format!("user:{id}")
}

pub fn of_session(hash: &str) -> String {
    format!("session:{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::{ids::ProductId, qty::Qty},
        orders::model::bill::FarmName,
        products::model::Product,
    };

    #[test]
    fn a_line_says_what_has_changed() {
        let farm = FarmId::new("frm_1");
        let mut line = CartLine {
            item: Item {
                product: Product::plain(
                    ProductId::new("prd_1"),
                    farm.clone(),
                    "Leeks",
                    "leaf",
                    "bunch",
                    200,
                ),
                farm: FarmName {
                    id: farm,
                    slug: "rosa".to_owned(),
                    name: "Rosa".to_owned(),
                    sells: true,
                },
                qty: Qty::thousandths(2000),
            },
            seen_price: 200,
        };
        let saturday = "2026-11-28".parse().unwrap();
        assert_eq!(line.change(saturday), None);
        line.seen_price = 180;
        assert_eq!(
            line.change(saturday),
            Some(Change::Price { was: 180, now: 200 })
        );
        line.item.product.is_sold_out = true;
        assert_eq!(
            line.change(saturday),
            Some(Change::Trouble(Trouble::SoldOut)),
            "before its price"
        );
    }
}
