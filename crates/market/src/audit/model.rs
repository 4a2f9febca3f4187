//! An act: who, by what way, did what to which thing.
use serde_json::Value;

use crate::{
    accounts::model::{Caller, Membership, Proof},
    kernel::{
        ids::{FarmId, MarketId, UserId},
        role::Role,
        time::Ts,
    },
    orders::model::wire_words,
};

/// What was done. The part before the dot is the kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    MarketChanged,
    DayAdded,
    DayChanged,
    DayMoved,
    PlaceAdded,
    PlaceChanged,
    FarmApplied,
    FarmDescribed,
    FarmApproved,
    FarmDeclined,
    FarmPaused,
    FarmResumed,
    FarmLate,
    FarmOnTime,
    ProductAdded,
    ProductChanged,
    TeamInvited,
    TeamWithdrawn,
    TeamJoined,
    TeamRemoved,
    TokenMade,
    TokenRevoked,
    AccountMade,
    AccountRenamed,
    AccountPassword,
    AccountEmail,
    AccountClosed,
    AccountReopened,
    SessionBegun,
    SessionEnded,
    SessionsEnded,
    OrderChanged,
    OrderPicked,
    MailTested,
    SetupLink,
    SetupMarket,
    SetupOwner,
    SetupDone,
}

wire_words!(Verb {
    MarketChanged "market.changed",
    DayAdded "day.added", DayChanged "day.changed", DayMoved "day.moved",
    PlaceAdded "place.added", PlaceChanged "place.changed",
    FarmApplied "farm.applied", FarmDescribed "farm.described", FarmApproved "farm.approved",
    FarmDeclined "farm.declined", FarmPaused "farm.paused", FarmResumed "farm.resumed",
    FarmLate "farm.late", FarmOnTime "farm.on_time",
    ProductAdded "product.added", ProductChanged "product.changed",
    TeamInvited "team.invited", TeamWithdrawn "team.withdrawn", TeamJoined "team.joined", TeamRemoved "team.removed",
    TokenMade "token.made", TokenRevoked "token.revoked",
    AccountMade "account.made", AccountRenamed "account.renamed", AccountPassword "account.password",
    AccountEmail "account.email", AccountClosed "account.closed", AccountReopened "account.reopened",
    SessionBegun "session.begun", SessionEnded "session.ended", SessionsEnded "session.all_ended",
    OrderChanged "order.changed", OrderPicked "order.picked",
    MailTested "mail.tested",
    SetupLink "setup.link", SetupMarket "setup.market", SetupOwner "setup.owner", SetupDone "setup.done",
});

/// The verb of a row in `status_events`.
pub const STATUS: &str = "order.status";

/// What proved who it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Nothing,
    Session,
    Token,
    System,
    Cli,
}

wire_words!(Via {
    Nothing "NOTHING", Session "SESSION", Token "TOKEN", System "SYSTEM", Cli "CLI",
});

/// Who acts, and from where. A guard makes it, as part of the caller; jobs and commands make their own.
#[derive(Clone, Debug)]
pub struct Act<'a> {
    pub market: &'a MarketId,
    pub actor: Option<&'a UserId>,
    pub role: Role,
    pub via: Via,
    pub address: String,
    pub request: &'a str,
}

impl<'a> Act<'a> {
    pub fn of(who: &'a Caller, farm: Option<&FarmId>) -> Self {
        let via = match who.proof {
            Proof::None => Via::Nothing,
            Proof::System => Via::System,
            Proof::Session(_) => Via::Session,
            Proof::Token { .. } => Via::Token,
        };
        let at_farm = farm.and_then(|farm| who.roles_at(farm).into_iter().next());
        let any = who.memberships.first().map(|held| held.role);
        let plain = match (&who.user, via) {
            (_, Via::System) => Role::System,
            (Some(_), _) => Role::Customer,
            (None, _) => Role::Guest,
        };
        Self {
            market: &who.market.id,
            actor: who.user.as_ref().map(|user| &user.id),
            role: at_farm.or(who.manages()).or(any).unwrap_or(plain),
            via,
            address: who.address.to_string(),
            request: &who.request,
        }
    }

    /// The platform itself: what falls due by time.
    pub fn system(market: &'a MarketId) -> Self {
        Self::unasked(market, Via::System, Role::System)
    }

    /// Whoever may run commands beside the database may do anything.
    pub fn cli(market: &'a MarketId) -> Self {
        Self::unasked(market, Via::Cli, Role::Admin)
    }

    fn unasked(market: &'a MarketId, via: Via, role: Role) -> Self {
        Self {
            market,
            actor: None,
            role,
            via,
            address: String::new(),
            request: "",
        }
    }
}

/// What was done to what. `Null`: nothing to say of it.
#[derive(Clone, Debug)]
pub struct Did<'a> {
    pub verb: Verb,
    pub thing: &'a str,
    pub was: Value,
    pub became: Value,
    /// Whoever it was, where the caller was nobody yet.
    pub person: Option<&'a UserId>,
    pub role: Option<Role>,
    pub farm: Option<&'a FarmId>,
}

impl<'a> Did<'a> {
    pub const fn new(verb: Verb, thing: &'a str) -> Self {
        Self {
            verb,
            thing,
            was: Value::Null,
            became: Value::Null,
            person: None,
            role: None,
            farm: None,
        }
    }

    #[must_use]
    pub fn became(mut self, became: Value) -> Self {
        self.became = became;
        self
    }

    /// Only what differs is kept.
    #[must_use]
    pub fn changed(mut self, was: Value, became: Value) -> Self {
        (self.was, self.became) = differing(was, became);
        self
    }

    #[must_use]
    pub fn by(mut self, person: &'a UserId, memberships: &[Membership]) -> Self {
        self.person = Some(person);
        let first = memberships.first();
        self.as_role(first.map_or(Role::Customer, |held| held.role))
    }

    #[must_use]
    pub const fn of_person(mut self, person: &'a UserId) -> Self {
        self.person = Some(person);
        self
    }

    #[must_use]
    pub const fn as_role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    #[must_use]
    pub const fn at(mut self, farm: &'a FarmId) -> Self {
        self.farm = Some(farm);
        self
    }
}

fn differing(was: Value, became: Value) -> (Value, Value) {
    let (Value::Object(mut was), Value::Object(mut became)) = (was, became) else {
        return (Value::Null, Value::Null);
    };
    let same: Vec<String> = was
        .iter()
        .filter(|(key, value)| became.get(*key) == Some(*value))
        .map(|(key, _)| key.clone())
        .collect();
    for key in same {
        was.remove(&key);
        became.remove(&key);
    }
    (Value::Object(was), Value::Object(became))
}

/// An entry as it stands in the database, whatever somebody may have made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub market: String,
    pub at: Ts,
    pub actor: Option<String>,
    pub role: String,
    pub verb: String,
    pub thing: String,
    pub was: Option<String>,
    pub became: Option<String>,
    pub via: String,
    pub address: String,
    pub request: String,
}

/// A status event, all but its note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub market: String,
    pub order: String,
    pub part: String,
    pub seq: i64,
    pub from: Option<String>,
    pub to: String,
    pub actor: Option<String>,
    pub role: String,
    pub reason: Option<String>,
    pub undoes: Option<i64>,
    pub at: Ts,
    pub order_version: i64,
}

/// A row to be sealed: its id and the one way to write it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub id: String,
    pub text: String,
}

impl From<Entry> for Leaf {
    fn from(entry: Entry) -> Self {
        let text = serde_json::json!([
            entry.id,
            entry.market,
            entry.at,
            entry.actor,
            entry.role,
            entry.verb,
            entry.thing,
            entry.was,
            entry.became,
            entry.via,
            entry.address,
            entry.request,
        ]);
        Self {
            id: entry.id,
            text: text.to_string(),
        }
    }
}

impl From<Event> for Leaf {
    fn from(event: Event) -> Self {
        let text = serde_json::json!([
            event.id,
            event.market,
            event.order,
            event.part,
            event.seq,
            event.from,
            event.to,
            event.actor,
            event.role,
            event.reason,
            event.undoes,
            event.at,
            event.order_version,
        ]);
        Self {
            id: event.id,
            text: text.to_string(),
        }
    }
}

impl Leaf {
    /// What entries and events are put in order by: the id without its prefix.
    pub fn tail(&self) -> &str {
        self.id.split_once('_').map_or(&*self.id, |(_, tail)| tail)
    }
}

/// Ids of this and no earlier moment are at least this, after their prefix.
pub fn tail_from(at: Ts) -> String {
    format!("{:012x}", at.micros().max(0) / 1000)
}

/// When an id was made; `None` for one that no clock made.
pub fn made_at(id: &str) -> Option<Ts> {
    let (_, tail) = id.split_once('_')?;
    let millis = i64::from_str_radix(tail.get(..12)?, 16).ok()?;
    Some(Ts::from_micros(millis * 1000))
}

/// What is looked for; an empty text is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub actor: String,
    pub verb: String,
    pub thing: String,
    /// Ids from here up to the next, without their prefix.
    pub from: String,
    pub before: String,
}

/// A row of either kind, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub entry: Entry,
    /// Whoever it was, as they are called now.
    pub name: Option<String>,
}

impl Shown {
    pub fn tail(&self) -> &str {
        let id = &*self.entry.id;
        id.split_once('_').map_or(id, |(_, tail)| tail)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kernel::ids::{AuditId, Ids};

    #[test]
    fn only_what_differs_is_kept() {
        let deed = Did::new(Verb::FarmPaused, "frm_1").changed(
            json!({ "name": "Rosa", "status": "APPROVED" }),
            json!({ "name": "Rosa", "status": "PAUSED", "reason": "Flood" }),
        );
        assert_eq!(deed.was, json!({ "status": "APPROVED" }));
        assert_eq!(
            deed.became,
            json!({ "status": "PAUSED", "reason": "Flood" })
        );
    }

    #[test]
    fn an_id_tells_when_it_was_made() {
        let at = Ts::from_micros(1_764_151_200_123_456);
        let id = Ids::counted().make(AuditId::PREFIX, at);
        assert_eq!(made_at(&id), Some(Ts::from_micros(1_764_151_200_123_000)));
        assert!(id.as_str() > &*format!("aud_{}", tail_from(at)));
        for other in ["", "aud", "evt_seed_1", "evt_ord_0193_1_1", "evt_é"] {
            assert_eq!(made_at(other), None, "{other}");
        }
    }

    #[test]
    fn every_verb_names_its_thing() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.as_str()), Some(*verb));
            assert!(verb.as_str().split_once('.').is_some());
        }
        for via in Via::ALL {
            assert_eq!(Via::parse(via.as_str()), Some(*via));
        }
    }
}
