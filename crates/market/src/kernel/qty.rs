//! Quantities in thousandths of a unit: 750 g of leeks sold by the kilogram are 750, two bunches are 2000.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Qty(i64);

impl Qty {
    pub const fn thousandths(n: i64) -> Self {
        Self(n)
    }

    pub const fn as_thousandths(self) -> i64 {
        self.0
    }
}

impl db::Bind for Qty {
    fn bind(&self) -> db::Value<'_> {
        db::Value::Int(self.0)
    }
}

impl db::Load for Qty {
    fn load(value: db::Value<'_>) -> db::Result<Self> {
        i64::load(value).map(Self)
    }
}
