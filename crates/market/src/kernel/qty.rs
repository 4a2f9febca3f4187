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

    /// A plain decimal number with up to three decimals, a point before them; no sign but a minus, no exponent.
    pub fn parse_plain(text: &str) -> Option<Self> {
        let (minus, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |digits| (true, digits));
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole) || !plain(rest) || rest.len() > 3 {
            return None;
        }
        let rest: i64 = format!("{rest:0<3}").parse().ok()?;
        let all = whole
            .parse::<i64>()
            .ok()?
            .checked_mul(1000)?
            .checked_add(rest)?;
        Some(Self(if minus { -all } else { all }))
    }

    /// As a decimal number without zeros at its end, for machines and error texts: `2`, `0.25`.
    pub fn plain(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        let rest = format!("{rest:03}");
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{rest}")
        }
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
}
