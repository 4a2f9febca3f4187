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
