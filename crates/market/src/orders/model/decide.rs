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
