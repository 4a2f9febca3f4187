//! One wish against one farm's part: already so, a change, or a refusal that says what to do.
use super::{
    FarmOrder, Order, Reason, Status,
    guard::{Ask, Guard},
    status, transitions,
};
use crate::kernel::{
    ids::{FarmOrderId, UserId},
    role::Role,
    time::Ts,
};

/// Who asks, with every role that person has towards this part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: Option<UserId>,
    /// Its display name, for the answer; history keeps only the id.
    pub name: Option<String>,
    pub roles: Vec<Role>,
}

/// A change of one part, ready to be written. `version` and `seq` are those it was decided on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub part: FarmOrderId,
    pub version: i64,
    pub from: Status,
    pub to: Status,
    /// The history entry's number.
    pub seq: i64,
    pub actor_id: Option<UserId>,
    pub role: Role,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub undoes: Option<i64>,
    pub at: Ts,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// None of the actor's roles may ever set this status.
    NoRight,
    CannotGo {
        from: Status,
        to: Status,
        allowed: Vec<Status>,
    },
    Guard(Guard),
    NothingToUndo,
    UndoTooLate,
    NoteRequired,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Already,
    Go(Change),
    No(Refused),
}

/// The order of the checks: the right, already there, the transition, its guards.
pub fn decide(
    order: &Order,
    part: &FarmOrder,
    to: Status,
    actor: &Actor,
    ask: &Ask,
    now: Ts,
) -> Decision {
    let roles = &actor.roles[..];
    if !transitions::may_ever(to, roles) {
        return Decision::No(Refused::NoRight);
    }
    if part.status == to {
        return Decision::Already;
    }
    let mut missing = None;
    for role in roles {
        let Some(row) = transitions::find_for(part, to, *role) else {
            continue;
        };
        match row
            .guards
            .iter()
            .find(|guard| !guard.holds(order, part, ask, now))
        {
            None => return Decision::Go(change(part, to, actor, *role, ask, now)),
            Some(guard) => missing = missing.or(Some(*guard)),
        }
    }
    Decision::No(match missing {
        Some(guard) => Refused::Guard(guard),
        None => Refused::CannotGo {
            from: part.status,
            to,
            allowed: transitions::allowed(part, roles),
        },
    })
}

fn change(part: &FarmOrder, to: Status, actor: &Actor, role: Role, ask: &Ask, now: Ts) -> Change {
    let note = match (&ask.note, &ask.handed_over_without_code) {
        (_, Some(why)) if to == Status::Fulfilled => Some(why.clone()),
        (note, _) => note.clone(),
    };
    Change {
        part: part.id.clone(),
        version: part.version,
        from: part.status,
        to,
        seq: part.last.seq + 1,
        actor_id: actor.id.clone(),
        role,
        reason: if to == Status::Cancelled {
            ask.reason
        } else {
            None
        },
        note,
        undoes: None,
        at: now,
    }
}

impl Order {
    /// The order as it stands after `changes`, all of one transaction: the version rises by one.
    #[must_use]
    pub fn after(&self, changes: &[Change]) -> Self {
        let mut order = self.clone();
        for change in changes {
            if let Some(part) = order.parts.iter_mut().find(|part| part.id == change.part) {
                part.status = change.to;
                part.version += 1;
                part.last = super::Step {
                    seq: change.seq,
                    from: Some(change.from),
                    role: change.role,
                    at: change.at,
                    undoes: change.undoes,
                };
                order.changed_at = change.at;
            }
        }
        if !changes.is_empty() {
            order.version += 1;
            order.status = status::parent(order.parts.iter().map(|part| part.status));
        }
        order
    }
}

/// Whether others can buy what a cancelled part had taken: while the day still sells, and unless there is none of it.
pub fn returns_stock(change: &Change, cutoff_at: Ts) -> bool {
    use super::Reason::{FarmDeclined, OutOfStock, Weather};
    let gone = matches!(change.reason, Some(FarmDeclined | OutOfStock | Weather));
    change.to == Status::Cancelled && !gone && change.at < cutoff_at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            sample::{CUTOFF, actor, at, order, part},
            undo,
        },
        *,
    };
    use Role::{Admin, Customer, FarmOwner, FarmStaff, MarketManager, System};
    use Status::{Cancelled, Confirmed, Fulfilled, Pending, Preparing, Ready};

    fn decided(from: Status, to: Status, roles: &[Role], ask: &Ask, minute: u64) -> Decision {
        let order = order(vec![part("rosa", from)]);
        decide(&order, &order.parts[0], to, &actor(roles), ask, at(minute))
    }

    fn because(reason: Reason) -> Ask {
        Ask {
            reason: Some(reason),
            ..Ask::default()
        }
    }

    #[test]
    fn the_right_comes_before_everything() {
        let ask = Ask::default();
        for from in Status::ALL {
            let decision = decided(*from, Ready, &[Customer], &ask, 20);
            assert_eq!(decision, Decision::No(Refused::NoRight), "{from:?}");
            assert_eq!(
                decided(*from, Ready, &[], &ask, 20),
                Decision::No(Refused::NoRight)
            );
        }
    }

    #[test]
    fn already_there_comes_before_transition_and_guards() {
        let ask = Ask::default();
        assert_eq!(
            decided(Cancelled, Cancelled, &[FarmOwner], &ask, 20),
            Decision::Already
        );
        assert_eq!(
            decided(Confirmed, Confirmed, &[System], &ask, 20),
            Decision::Already
        );
    }

    #[test]
    fn a_refusal_says_what_is_missing_or_where_one_may_go() {
        let ask = Ask::default();
        assert_eq!(
            decided(Confirmed, Cancelled, &[FarmOwner], &ask, 20),
            Decision::No(Refused::Guard(Guard::Reason))
        );
        assert_eq!(
            decided(Confirmed, Cancelled, &[Customer], &ask, CUTOFF),
            Decision::No(Refused::Guard(Guard::BeforeCutoff))
        );
        assert_eq!(
            decided(Ready, Preparing, &[MarketManager], &ask, 20),
            Decision::No(Refused::CannotGo {
                from: Ready,
                to: Preparing,
                allowed: vec![Cancelled],
            })
        );
    }

    #[test]
    fn the_closest_role_that_may_is_the_one_that_did() {
        let ask = because(Reason::OutOfStock);
        let did = |roles: &[Role], minute| match decided(Confirmed, Cancelled, roles, &ask, minute)
        {
            Decision::Go(change) => Some(change.role),
            _ => None,
        };
        assert_eq!(did(&[FarmStaff, Customer], 20), Some(FarmStaff));
        assert_eq!(did(&[Customer, FarmStaff], 20), Some(Customer));
        // One role's guard does not bind another role.
        assert_eq!(did(&[Customer, FarmStaff], CUTOFF), Some(FarmStaff));
        assert_eq!(did(&[Customer], CUTOFF), None);
    }

    #[test]
    fn a_change_holds_what_history_needs() {
        let ask = Ask {
            note: Some("by the door".to_owned()),
            ..because(Reason::Weather)
        };
        let Decision::Go(change) = decided(Confirmed, Preparing, &[FarmOwner], &ask, 20) else {
            panic!("it may go");
        };
        let expected = Change {
            part: FarmOrderId::new("fo_rosa"),
            version: 5,
            from: Confirmed,
            to: Preparing,
            seq: 4,
            actor_id: Some(UserId::new("usr_1")),
            role: FarmOwner,
            // Why an order was cancelled, and nothing else.
            reason: None,
            note: Some("by the door".to_owned()),
            undoes: None,
            at: at(20),
        };
        assert_eq!(change, expected);
        let Decision::Go(change) = decided(Confirmed, Cancelled, &[FarmOwner], &ask, 20) else {
            panic!("it may go");
        };
        assert_eq!(change.reason, Some(Reason::Weather));
    }

    #[test]
    fn why_there_was_no_code_is_the_note_of_a_hand_over_only() {
        let ask = Ask {
            note: Some("note".to_owned()),
            handed_over_without_code: Some("I know her".to_owned()),
            ..Ask::default()
        };
        for (from, to, note) in [(Ready, Fulfilled, "I know her"), (Confirmed, Ready, "note")] {
            let Decision::Go(change) = decided(from, to, &[FarmOwner], &ask, 20) else {
                panic!("it may go");
            };
            assert_eq!(change.note.as_deref(), Some(note));
        }
    }

    #[test]
    fn changes_of_one_transaction_raise_the_orders_version_once() {
        let before = order(vec![part("rosa", Confirmed), part("ben", Confirmed)]);
        let changes: Vec<Change> = before
            .parts
            .iter()
            .map(|part| {
                let ask = Ask::default();
                match decide(&before, part, Ready, &actor(&[MarketManager]), &ask, at(20)) {
                    Decision::Go(change) => change,
                    other => panic!("{other:?}"),
                }
            })
            .collect();
        let after = before.after(&changes);
        assert_eq!((after.version, after.status), (10, Ready));
        assert_eq!(after.changed_at, at(20));
        for part in &after.parts {
            assert_eq!((part.version, part.last.seq, part.status), (6, 4, Ready));
            assert_eq!(part.last.from, Some(Confirmed));
            assert_eq!(part.last.role, MarketManager);
        }
        let one = before.after(&changes[..1]);
        assert_eq!((one.version, one.status), (10, Confirmed));
        assert_eq!(one.parts[1], before.parts[1]);
        assert_eq!(before.after(&[]), before);
    }

    fn any_role() -> impl Strategy<Value = Role> {
        prop::sample::select(Role::ALL.to_vec())
    }

    /// Somebody's wish: which part, where to (`None` = back), as whom, how many minutes later.
    fn any_wish() -> impl Strategy<Value = (usize, Option<Status>, Role, u64)> {
        let goal = prop::option::weighted(0.8, prop::sample::select(Status::ALL.to_vec()));
        (0..2_usize, goal, any_role(), 0..20_u64)
    }

    proptest! {
        #[test]
        fn whatever_people_wish_the_order_stays_one(wishes in prop::collection::vec(any_wish(), 0..60)) {
            let ask = Ask {
                shown_code: Some("fm7q4k2d".to_owned()),
                ..because(Reason::Other)
            };
            let mut order = order(vec![part("rosa", Pending), part("ben", Confirmed)]);
            let mut now = 20;
            for (nth, goal, role, minutes) in wishes {
                now += minutes;
                let part = &order.parts[nth];
                let actor = actor(&[role]);
                let change = match goal {
                    Some(to) => match decide(&order, part, to, &actor, &ask, at(now)) {
                        Decision::Go(change) => change,
                        _ => continue,
                    },
                    None => match undo::undo(part, &actor, Some("back"), at(now)) {
                        Ok(change) => change,
                        Err(_) => continue,
                    },
                };
                prop_assert!(!matches!(part.status, Status::Completed | Cancelled), "final");
                prop_assert_eq!(change.from, part.status);
                prop_assert_eq!(change.seq, part.last.seq + 1);
                prop_assert!(goal.is_none() || change.from < change.to || part.status == Status::Missed);
                let after = order.after(&[change]);
                prop_assert_eq!(after.version, order.version + 1);
                let lowest = status::parent(after.parts.iter().map(|part| part.status));
                prop_assert_eq!(after.status, lowest);
                order = after;
            }
        }
    }

    #[test]
    fn an_admin_may_whatever_a_manager_may() {
        for from in Status::ALL {
            for to in Status::ALL {
                let manager = transitions::find(*from, *to, MarketManager).is_some();
                let admin = transitions::find(*from, *to, Admin).is_some();
                assert!(admin || !manager, "{from:?} -> {to:?}");
            }
        }
    }
}
