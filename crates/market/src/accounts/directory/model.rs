//! A person as a market's manager sees them.
use crate::kernel::{ids::UserId, role::Role, time::Ts};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    /// At this market, each with the farm it is for.
    pub roles: Vec<(Role, Option<String>)>,
    /// Of this market.
    pub orders: i64,
    /// When a session of theirs was last used, to the hour; `None`: none is open.
    pub used_at: Option<Ts>,
}

/// A manager ends no admin's sessions.
pub fn may_end(own: Option<Role>, theirs: &[Role]) -> bool {
    match own {
        Some(Role::Admin) => true,
        Some(Role::MarketManager) => !theirs.contains(&Role::Admin),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_ends_the_sessions_of_somebody_above() {
        use Role::{Admin, Customer, FarmOwner, MarketManager};
        assert!(may_end(Some(Admin), &[Admin]));
        assert!(may_end(Some(MarketManager), &[MarketManager, FarmOwner]));
        assert!(!may_end(Some(MarketManager), &[FarmOwner, Admin]));
        assert!(!may_end(Some(Customer), &[]) && !may_end(None, &[]));
    }
}
