//! The complete transition table, as data. `matrix.snap` beside this file is its picture, checked by a test.
use super::{FarmOrder, Status, guard::Guard};
use crate::kernel::role::Role;

pub struct Transition {
    pub from: &'static [Status],
    pub to: Status,
    pub who: &'static [Role],
    /// All must hold.
    pub guards: &'static [Guard],
}

use Role::{
    Admin, Customer, Driver, FarmManager, FarmOwner, FarmStaff, Guest, MarketManager, PickupHost,
    System,
};
use Status::{
    Cancelled, Completed, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing, Ready,
};

/// Forward skips are legal for staff: a small farm never presses PREPARING. COMPLETED and CANCELLED are final.
pub const TABLE: &[Transition] = &[
    Transition {
        from: &[Pending],
        to: Confirmed,
        who: &[FarmOwner, FarmManager, FarmStaff, System],
        guards: &[Guard::PaymentOk],
    },
    Transition {
        from: &[Pending, Confirmed],
        to: Preparing,
        who: &[FarmOwner, FarmManager, FarmStaff, MarketManager, Admin],
        guards: &[Guard::PaymentOk],
    },
    Transition {
        from: &[Pending, Confirmed, Preparing],
        to: Ready,
        who: &[FarmOwner, FarmManager, FarmStaff, MarketManager, Admin],
        guards: &[Guard::Weighed],
    },
    Transition {
        from: &[Ready],
        to: OutForDelivery,
        who: &[FarmOwner, FarmManager, FarmStaff, Driver],
        guards: &[Guard::Delivery],
    },
    Transition {
        from: &[Ready, OutForDelivery],
        to: Fulfilled,
        who: &[FarmOwner, FarmManager, FarmStaff, PickupHost, Driver],
        guards: &[Guard::Proof],
    },
    Transition {
        from: &[Preparing],
        to: Fulfilled,
        who: &[FarmOwner, FarmManager, FarmStaff],
        guards: &[Guard::OwnStall, Guard::Weighed, Guard::Proof],
    },
    Transition {
        from: &[Ready, OutForDelivery],
        to: Missed,
        who: &[System],
        guards: &[Guard::WindowOver],
    },
    Transition {
        from: &[Ready, OutForDelivery],
        to: Missed,
        who: &[Driver],
        guards: &[],
    },
    Transition {
        from: &[Missed],
        to: Ready,
        who: &[FarmOwner, FarmManager, FarmStaff, MarketManager, Admin],
        guards: &[Guard::WindowAhead],
    },
    Transition {
        from: &[Missed],
        to: Fulfilled,
        who: &[FarmOwner, FarmManager, FarmStaff, MarketManager, Admin],
        guards: &[Guard::Ending],
    },
    Transition {
        from: &[Fulfilled],
        to: Completed,
        who: &[Admin],
        guards: &[],
    },
    Transition {
        from: &[Fulfilled],
        to: Completed,
        who: &[System],
        guards: &[Guard::TwoDaysSince],
    },
    Transition {
        from: &[Pending, Confirmed],
        to: Cancelled,
        who: &[Customer, Guest],
        guards: &[Guard::BeforeCutoff, Guard::Reason],
    },
    Transition {
        from: &[Pending, Confirmed, Preparing, Ready],
        to: Cancelled,
        who: &[FarmOwner, FarmManager, FarmStaff],
        guards: &[Guard::Reason],
    },
    Transition {
        from: &[Pending, Confirmed, Preparing, Ready, OutForDelivery],
        to: Cancelled,
        who: &[MarketManager, Admin],
        guards: &[Guard::Reason],
    },
    Transition {
        from: &[Missed],
        to: Cancelled,
        who: &[
            Customer,
            Guest,
            FarmOwner,
            FarmManager,
            FarmStaff,
            MarketManager,
            Admin,
        ],
        guards: &[Guard::Reason],
    },
    Transition {
        from: &[Pending, Confirmed],
        to: Cancelled,
        who: &[System],
        guards: &[Guard::PaymentExpired, Guard::Reason],
    },
];

/// The row that lets `role` go from `from` to `to`.
pub fn find(from: Status, to: Status, role: Role) -> Option<&'static Transition> {
    TABLE
        .iter()
        .find(|row| row.to == to && row.from.contains(&from) && row.who.contains(&role))
}

/// The row that lets `role` take this part to `to`: a row for another way of handing over is none.
pub fn find_for(part: &FarmOrder, to: Status, role: Role) -> Option<&'static Transition> {
    find(part.status, to, role).filter(|row| row.guards.iter().all(|guard| guard.fits(part.method)))
}

/// Where any of `roles` may take this part, in the order of the statuses.
pub fn allowed(part: &FarmOrder, roles: &[Role]) -> Vec<Status> {
    Status::ALL
        .iter()
        .copied()
        .filter(|to| {
            roles
                .iter()
                .any(|role| find_for(part, *to, *role).is_some())
        })
        .collect()
}

/// Whether any of `roles` may ever set `to`: if not, asking for it is forbidden, whatever the order's status.
pub fn may_ever(to: Status, roles: &[Role]) -> bool {
    TABLE
        .iter()
        .any(|row| row.to == to && row.who.iter().any(|role| roles.contains(role)))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// All 9 × 9 × 10 cells: a dot is a refusal, a letter a role that may.
    fn matrix() -> String {
        let mut out = String::new();
        for from in Status::ALL {
            for to in Status::ALL {
                let who: Vec<String> = Role::ALL
                    .into_iter()
                    .filter_map(|role| find(*from, *to, role).map(|row| (role, row)))
                    .map(|(role, row)| match row.guards {
                        [] => role.as_str().to_owned(),
                        guards => format!("{} {guards:?}", role.as_str()),
                    })
                    .collect();
                let who = if who.is_empty() {
                    "-".to_owned()
                } else {
                    who.join(", ")
                };
                let _ = writeln!(out, "{} -> {}: {who}", from.as_str(), to.as_str());
            }
        }
        out
    }

    #[test]
    fn the_whole_matrix() {
        insta::with_settings!({ snapshot_path => "." , prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("matrix", matrix());
        });
    }

    #[test]
    fn final_statuses_lead_nowhere_and_nothing_leads_back_to_pending() {
        for role in Role::ALL {
            for status in [Status::Completed, Status::Cancelled] {
                assert!(
                    Status::ALL
                        .iter()
                        .all(|to| find(status, *to, role).is_none())
                );
            }
            assert!(!may_ever(Status::Pending, &[role]));
        }
    }

    #[test]
    fn no_row_is_ambiguous() {
        for from in Status::ALL {
            for to in Status::ALL {
                for role in Role::ALL {
                    let rows = TABLE
                        .iter()
                        .filter(|row| {
                            row.to == *to && row.from.contains(from) && row.who.contains(&role)
                        })
                        .count();
                    assert!(
                        rows <= 1,
                        "{from:?} -> {to:?} by {role:?} stands in {rows} rows"
                    );
                }
            }
        }
    }

    #[test]
    fn a_customer_may_only_cancel() {
        for role in [Role::Customer, Role::Guest] {
            let reach: Vec<_> = Status::ALL
                .iter()
                .filter(|to| may_ever(**to, &[role]))
                .collect();
            assert_eq!(reach, [&Status::Cancelled]);
        }
    }
}
