//! Money: integer minor units and an ISO 4217 currency. Sums are checked; what has to be rounded is rounded half up.
use super::decimal::{self, BadNumber};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    Eur,
    Gbp,
    Usd,
}

impl Currency {
    pub const ALL: [Self; 3] = [Self::Eur, Self::Gbp, Self::Usd];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Usd => "USD",
        }
    }

    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Eur => "€",
            Self::Gbp => "£",
            Self::Usd => "$",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }
}

impl db::Load for Currency {
    fn load(value: db::Value<'_>) -> db::Result<Self> {
        let code = String::load(value)?;
        Self::parse(&code).ok_or_else(|| db::Error::decode("a currency", &code))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// `None` when the currencies differ or the sum does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self::new(
            self.minor.checked_add(other.minor)?,
            self.currency,
        ))
    }
}

/// `n / d` rounded half up, for `n >= 0` and `d > 0`; `None` when it does not fit.
pub fn half_up(n: i128, d: i128) -> Option<i64> {
    if n < 0 || d <= 0 {
        return None;
    }
    i64::try_from(n.checked_mul(2)?.checked_add(d)? / d.checked_mul(2)?).ok()
}

/// All our currencies have a hundred minor units.
const PLACES: u32 = 2;

/// An amount as people type it, `2.40` or `2,40`, in minor units.
pub fn parse_minor(text: &str) -> Result<i64, BadNumber> {
    decimal::parse(text, PLACES)
}

/// The same amount as a program writes it: `2.40`.
pub fn plain(minor: i64) -> String {
    decimal::fixed(minor, PLACES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_never_wrap_nor_mix_currencies() {
        let ten = Money::new(1000, Currency::Gbp);
        assert_eq!(ten.checked_add(ten), Some(Money::new(2000, Currency::Gbp)));
        assert_eq!(ten.checked_add(Money::new(1, Currency::Eur)), None);
        assert_eq!(ten.checked_add(Money::new(i64::MAX, Currency::Gbp)), None);
    }

    #[test]
    fn half_a_cent_is_a_cent() {
        for (n, d, expected) in [
            (0, 1000, Some(0)),
            (499, 1000, Some(0)),
            (500, 1000, Some(1)),
            (1499, 1000, Some(1)),
            (5, 2, Some(3)),
            (-1, 2, None),
            (1, 0, None),
            (i128::MAX, 1, None),
            (i128::from(i64::MAX) + 1, 1, None),
        ] {
            assert_eq!(half_up(n, d), expected, "{n} / {d}");
        }
    }

    #[test]
    fn an_amount_is_read_as_people_type_it() {
        for (text, expected) in [
            ("2.40", Ok(240)),
            ("2,40", Ok(240)),
            ("2,4", Ok(240)),
            ("100000", Ok(10_000_000)),
            ("0.01", Ok(1)),
            ("0.001", Err(BadNumber::Decimals(2))),
            ("1,000", Err(BadNumber::Decimals(2))),
            ("1,000.00", Err(BadNumber::Form)),
            ("-1", Err(BadNumber::Form)),
            ("1e2", Err(BadNumber::Form)),
            ("£1", Err(BadNumber::Form)),
            ("", Err(BadNumber::Empty)),
            ("92233720368547758.08", Err(BadNumber::Size)),
        ] {
            assert_eq!(parse_minor(text), expected, "{text:?}");
        }
        assert_eq!((plain(240), plain(-5)), ("2.40".into(), "-0.05".into()));
    }

    #[test]
    fn a_currency_is_found_by_its_code() {
        for currency in Currency::ALL {
            assert_eq!(Currency::parse(currency.code()), Some(currency));
            assert_eq!(currency.symbol().chars().count(), 1);
        }
        assert_eq!(Currency::parse("XXX"), None);
    }
}
