//! Money: integer minor units and an ISO 4217 currency. Sums are checked; nothing is ever rounded here.

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
    fn a_currency_is_found_by_its_code() {
        for currency in Currency::ALL {
            assert_eq!(Currency::parse(currency.code()), Some(currency));
            assert_eq!(currency.symbol().chars().count(), 1);
        }
        assert_eq!(Currency::parse("XXX"), None);
    }
}
