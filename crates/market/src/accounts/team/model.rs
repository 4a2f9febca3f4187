//! Who may do what with a farm's team.
use std::time::Duration;

use crate::{
    accounts::model::User,
    kernel::{
        ids::{FarmId, InvitationId, UserId},
        role::Role,
        time::Ts,
    },
};

/// Until then an invitation can be accepted, once.
pub const INVITATION_LIVES: Duration = Duration::from_hours(24 * 3);
/// The roles one can be invited to; an owner is made by the market.
pub const GIVEN: [Role; 2] = [Role::FarmStaff, Role::FarmManager];

/// Whether somebody with these roles at a farm may give that role there, or take it away.
pub fn may_give(roles: &[Role], role: Role) -> bool {
    roles.iter().any(|own| match own {
        Role::FarmOwner | Role::MarketManager | Role::Admin => GIVEN.contains(&role),
        Role::FarmManager => role == Role::FarmStaff,
        _ => false,
    })
}

/// Whoever may change the team sees it.
pub fn may_see(roles: &[Role]) -> bool {
    may_give(roles, Role::FarmStaff)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub user: User,
    pub role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub farm: FarmId,
    pub farm_name: String,
    pub email: String,
    pub role: Role,
    pub invited_by: UserId,
    pub inviter: String,
    pub expires_at: Ts,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owners_and_the_market_make_managers_and_nobody_makes_owners() {
        for (role, staff, manager) in [
            (Role::FarmOwner, true, true),
            (Role::FarmManager, true, false),
            (Role::FarmStaff, false, false),
            (Role::PickupHost, false, false),
            (Role::MarketManager, true, true),
            (Role::Admin, true, true),
        ] {
            let roles = [Role::Driver, role];
            assert_eq!(may_give(&roles, Role::FarmStaff), staff, "{role:?}");
            assert_eq!(may_give(&roles, Role::FarmManager), manager, "{role:?}");
            assert_eq!(may_see(&roles), staff, "{role:?}");
            for never in [Role::FarmOwner, Role::Admin, Role::MarketManager] {
                assert!(!may_give(&roles, never));
            }
        }
        assert!(!may_see(&[]));
    }
}
