//! Who somebody is towards an order. One list for code, API and words.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Customer,
    /// Holds an order's link, has no account.
    Guest,
    FarmOwner,
    FarmManager,
    FarmStaff,
    PickupHost,
    Driver,
    MarketManager,
    Admin,
    /// The platform itself: what falls due by time.
    System,
}

impl Role {
    pub const ALL: [Self; 10] = [
        Self::Customer,
        Self::Guest,
        Self::FarmOwner,
        Self::FarmManager,
        Self::FarmStaff,
        Self::PickupHost,
        Self::Driver,
        Self::MarketManager,
        Self::Admin,
        Self::System,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Guest => "GUEST",
            Self::FarmOwner => "FARM_OWNER",
            Self::FarmManager => "FARM_MANAGER",
            Self::FarmStaff => "FARM_STAFF",
            Self::PickupHost => "PICKUP_HOST",
            Self::Driver => "DRIVER",
            Self::MarketManager => "MARKET_MANAGER",
            Self::Admin => "ADMIN",
            Self::System => "SYSTEM",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The three roles of a farm's team.
    pub const fn is_farm(self) -> bool {
        matches!(self, Self::FarmOwner | Self::FarmManager | Self::FarmStaff)
    }

    /// An admin may do whatever a market's manager may.
    pub const fn is_manager(self) -> bool {
        matches!(self, Self::MarketManager | Self::Admin)
    }
}

impl db::Bind for Role {
    fn bind(&self) -> db::Value<'_> {
        db::Value::Text(self.as_str().into())
    }
}

impl db::Load for Role {
    fn load(value: db::Value<'_>) -> db::Result<Self> {
        let text = String::load(value)?;
        Self::parse(&text).ok_or_else(|| db::Error::decode("a role", &text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("KING"), None);
    }
}
