//! Who may do what with a farm's products.
use crate::kernel::role::Role;

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Say how much there is, or that there is none: whoever stands in the field.
    Count,
    /// Add a product, change its price, take it out of the shop.
    Edit,
}

/// `roles` are those towards the product's farm.
pub fn may(deed: Deed, roles: &[Role]) -> bool {
    roles.iter().any(|role| match deed {
        Deed::Count => role.is_farm() || role.is_manager(),
        Deed::Edit => matches!(role, Role::FarmOwner | Role::FarmManager) || role.is_manager(),
    })
}

/// Whether the farm's products concern somebody at all; to anybody else an unsold one is not there.
pub fn is_party(roles: &[Role]) -> bool {
    may(Deed::Count, roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_team_counts_and_those_who_answer_for_it_edit() {
        use Role::{Admin, FarmManager, FarmOwner, FarmStaff, MarketManager};
        for role in Role::ALL {
            let counts = [FarmOwner, FarmManager, FarmStaff, MarketManager, Admin];
            let edits = [FarmOwner, FarmManager, MarketManager, Admin];
            assert_eq!(
                may(Deed::Count, &[role]),
                counts.contains(&role),
                "{role:?}"
            );
            assert_eq!(may(Deed::Edit, &[role]), edits.contains(&role), "{role:?}");
            assert_eq!(is_party(&[role]), counts.contains(&role), "{role:?}");
        }
        assert!(may(Deed::Edit, &[Role::Driver, FarmOwner]));
        assert!(!may(Deed::Count, &[]) && !is_party(&[]));
    }
}
