//! Undo: its own verb, back to where the last step came from.
//!
//! A late retry of an earlier step can therefore never take READY back: a PUT to an earlier status is refused.
use std::time::Duration;

use super::{
    FarmOrder, Status,
    decide::{Actor, Change, Refused},
};
use crate::kernel::{role::Role, time::Ts};

/// How long the one who did it may take it back without a word.
pub const OWN_UNDO: Duration = Duration::from_mins(15);

/// The three steps that can be taken back.
const UNDOABLE: [Status; 3] = [Status::Ready, Status::Preparing, Status::Fulfilled];

/// A farm's team counts as one role: whoever stands at the stall mends what a colleague tapped.
fn same_role(did: Role, asks: Role) -> bool {
    did == asks || (did.is_farm() && asks.is_farm())
}

pub fn undo(
    part: &FarmOrder,
    actor: &Actor,
    note: Option<&str>,
    now: Ts,
) -> Result<Change, Refused> {
    let manager = actor.roles.iter().copied().find(|role| role.is_manager());
    let same = actor
        .roles
        .iter()
        .copied()
        .find(|role| same_role(part.last.role, *role));
    if manager.is_none()
        && !actor
            .roles
            .iter()
            .any(|role| role.is_farm() || *role == Role::PickupHost)
    {
        return Err(Refused::NoRight);
    }
    let from = match part.last.from {
        Some(from) if UNDOABLE.contains(&part.status) && part.last.undoes.is_none() => from,
        _ => return Err(Refused::NothingToUndo),
    };
    let in_time = now.since(part.last.at) <= OWN_UNDO;
    let role = match (same, manager) {
        (Some(role), _) if in_time => role,
        (_, Some(role)) if note.is_some() => role,
        (_, Some(_)) => return Err(Refused::NoteRequired),
        (Some(_), None) => return Err(Refused::UndoTooLate),
        (None, None) => return Err(Refused::NoRight),
    };
    Ok(Change {
        part: part.id.clone(),
        version: part.version,
        from: part.status,
        to: from,
        seq: part.last.seq + 1,
        actor_id: actor.id.clone(),
        role,
        reason: None,
        note: note.map(str::to_owned),
        undoes: Some(part.last.seq),
        at: now,
    })
}

#[cfg(test)]
mod tests {
    use super::{
        super::sample::{actor, at, part},
        *,
    };
    use Role::{
        Admin, Customer, Driver, FarmManager, FarmOwner, FarmStaff, Guest, MarketManager,
        PickupHost, System,
    };

    /// The step was done by `did` at minute 10.
    fn asked(did: Role, asks: &[Role], note: Option<&str>, minute: u64) -> Result<Role, Refused> {
        let mut part = part("rosa", Status::Ready);
        part.last.role = did;
        undo(&part, &actor(asks), note, at(minute)).map(|change| change.role)
    }

    #[test]
    fn the_same_role_has_fifteen_minutes() {
        for role in [FarmOwner, FarmManager, FarmStaff] {
            for colleague in [FarmOwner, FarmManager, FarmStaff] {
                assert_eq!(asked(role, &[colleague], None, 25), Ok(colleague));
                let late = asked(role, &[colleague], Some("sorry"), 26);
                assert_eq!(late, Err(Refused::UndoTooLate));
            }
        }
        assert_eq!(asked(PickupHost, &[PickupHost], None, 25), Ok(PickupHost));
        assert_eq!(
            asked(MarketManager, &[MarketManager], None, 25),
            Ok(MarketManager)
        );
    }

    #[test]
    fn others_may_not() {
        for role in [Customer, Guest, Driver, System] {
            assert_eq!(asked(role, &[role], Some("x"), 11), Err(Refused::NoRight));
            assert_eq!(
                asked(FarmOwner, &[role], Some("x"), 11),
                Err(Refused::NoRight)
            );
        }
        for (did, asks) in [
            (FarmOwner, PickupHost),
            (PickupHost, FarmOwner),
            (MarketManager, FarmOwner),
            (System, FarmStaff),
        ] {
            assert_eq!(asked(did, &[asks], Some("x"), 11), Err(Refused::NoRight));
        }
        assert_eq!(asked(FarmOwner, &[], None, 11), Err(Refused::NoRight));
    }

    #[test]
    fn a_manager_says_why_and_has_time() {
        for role in [MarketManager, Admin] {
            for minute in [11, 10_000] {
                assert_eq!(
                    asked(FarmOwner, &[role], None, minute),
                    Err(Refused::NoteRequired)
                );
                assert_eq!(asked(FarmOwner, &[role], Some("x"), minute), Ok(role));
            }
            assert_eq!(asked(role, &[role], None, 26), Err(Refused::NoteRequired));
        }
        // A manager who also stands at the stall needs no word in time, and has the manager's way after it.
        let both = [FarmStaff, MarketManager];
        assert_eq!(asked(FarmOwner, &both, None, 25), Ok(FarmStaff));
        assert_eq!(asked(FarmOwner, &both, Some("x"), 26), Ok(MarketManager));
    }

    #[test]
    fn three_steps_can_be_taken_back_once() {
        for status in Status::ALL {
            let part = part("rosa", *status);
            let undone = undo(&part, &actor(&[FarmOwner]), None, at(11));
            assert_eq!(undone.is_ok(), UNDOABLE.contains(status), "{status:?}");
        }
        let mut once = part("rosa", Status::Ready);
        once.last.undoes = Some(2);
        let mut first = part("rosa", Status::Ready);
        first.last.from = None;
        for part in [once, first] {
            let undone = undo(&part, &actor(&[FarmOwner]), None, at(11));
            assert_eq!(undone, Err(Refused::NothingToUndo));
        }
    }

    #[test]
    fn it_is_a_step_of_its_own() {
        let part = part("rosa", Status::Ready);
        let change = undo(&part, &actor(&[FarmOwner]), Some("oops"), at(11)).unwrap();
        let expected = Change {
            part: part.id.clone(),
            version: 5,
            from: Status::Ready,
            to: Status::Confirmed,
            seq: 4,
            actor_id: actor(&[]).id,
            role: FarmOwner,
            reason: None,
            note: Some("oops".to_owned()),
            undoes: Some(3),
            at: at(11),
        };
        assert_eq!(change, expected);
    }
}
