//! Quantities in thousandths of a unit: 750 g of leeks sold by the kilogram are 750, two bunches are 2000.
use super::decimal::{self, BadNumber};

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

    /// As a program writes it, up to three decimals and a point before them; a minus is read, so that it can be refused
    /// for what it is.
    pub fn parse_plain(text: &str) -> Option<Self> {
        let (minus, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |digits| (true, digits));
        if digits.contains(|c: char| c != '.' && !c.is_ascii_digit()) {
            return None;
        }
        let n = decimal::parse(digits, 3).ok()?;
        Some(Self(if minus { -n } else { n }))
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

/// How a quantity of some unit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Bunches, jars, loaves.
    Whole,
    /// Kilograms, litres: to the thousandth.
    Fine,
}

/// A quantity as people type it, `12`, `12.5` or `12,5`. Three digits behind a comma are refused where they could be
/// meant as thousands: `1,500` kg are 1500 to one reader and one and a half to another.
pub fn parse(text: &str, counted: Counted) -> Result<Qty, BadNumber> {
    let places = match counted {
        Counted::Whole => 0,
        Counted::Fine => 3,
    };
    if let Some((whole, rest)) = text.trim().split_once(',')
        && rest.len() == 3
        && whole.len() <= 3
        && whole.bytes().any(|b| b != b'0')
    {
        return Err(BadNumber::Form);
    }
    let n = decimal::parse(text, places)?;
    let thousandth = match counted {
        Counted::Whole => n.checked_mul(1000),
        Counted::Fine => Some(n),
    };
    thousandth.map(Qty).ok_or(BadNumber::Size)
}

impl Qty {
    pub const fn is_whole(self) -> bool {
        self.0 % 1000 == 0
    }

    /// As a program writes it: `12.5`.
    pub fn plain(self) -> String {
        decimal::shortest(self.0, 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_as_a_plain_number() {
        for (n, expected) in [
            (2000, "2"),
            (250, "0.25"),
            (1001, "1.001"),
            (0, "0"),
            (-1500, "-1.5"),
        ] {
            assert_eq!(Qty::thousandths(n).plain(), expected);
            assert_eq!(Qty::parse_plain(expected), Some(Qty::thousandths(n)));
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "1.2345",
            "1e3",
            "+1",
            "--1",
            " 1",
            "1,5",
            "0x1",
            "9223372036854775807",
            "１",
        ] {
            assert_eq!(Qty::parse_plain(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_quantity_is_read_as_people_type_it() {
        use Counted::{Fine, Whole};
        for (text, counted, expected) in [
            ("12", Whole, Ok(12_000)),
            ("12", Fine, Ok(12_000)),
            ("12.5", Fine, Ok(12_500)),
            ("12,5", Fine, Ok(12_500)),
            ("12.345", Fine, Ok(12_345)),
            ("1234,5", Fine, Ok(1_234_500)),
            ("0,125", Fine, Ok(125)),
            ("0", Fine, Ok(0)),
            ("0", Whole, Ok(0)),
            ("1,500", Fine, Err(BadNumber::Form)),
            ("1,500", Whole, Err(BadNumber::Form)),
            ("1.500", Whole, Err(BadNumber::Decimals(0))),
            ("12.5", Whole, Err(BadNumber::Decimals(0))),
            ("0.1234", Fine, Err(BadNumber::Decimals(3))),
            ("-1", Fine, Err(BadNumber::Form)),
            ("1e1", Fine, Err(BadNumber::Form)),
            ("", Fine, Err(BadNumber::Empty)),
            ("9223372036854775807", Whole, Err(BadNumber::Size)),
            ("9223372036854776", Fine, Err(BadNumber::Size)),
        ] {
            let expected = expected.map(Qty::thousandths);
            assert_eq!(parse(text, counted), expected, "{text:?} {counted:?}");
        }
    }

    #[test]
    fn a_quantity_is_written_as_short_as_it_is_read() {
        for (n, text, whole) in [
            (12_000, "12", true),
            (12_500, "12.5", false),
            (0, "0", true),
        ] {
            let qty = Qty::thousandths(n);
            assert_eq!((qty.plain().as_str(), qty.is_whole()), (text, whole));
        }
    }
}
