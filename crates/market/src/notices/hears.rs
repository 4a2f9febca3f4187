//! Who hears of what: the table, as data. Pure: an event and the order's history in, what is to be told out.
pub mod packed;

use super::model::{ANSWERS_WAIT, Channel, Kind, Moved};
use crate::{
    kernel::{
        ids::{FarmId, FarmOrderId},
        time::Ts,
    },
    orders::model::{FarmOrder, Following, LineChange, Method, Status, StatusEvent},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    Customer,
    Farm(FarmId),
    Managers,
}

/// One thing to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tell {
    pub kind: Kind,
    pub to: To,
    pub channels: &'static [Channel],
    /// What makes it one: equal for events that are told together.
    pub event: String,
    /// The parts it is about.
    pub parts: Vec<FarmOrderId>,
    /// The events it tells of.
    pub events: Vec<String>,
    /// Not now: when the others have answered, and then at the latest.
    pub waits_until: Option<Ts>,
    /// A correction is told only to whom this event was told.
    pub corrects: Option<String>,
    /// Other hours, or another place.
    pub moved: Option<Moved>,
}

const BOTH: &[Channel] = &[Channel::Email, Channel::InApp];
const IN_APP: &[Channel] = &[Channel::InApp];

#[derive(Clone, Copy)]
enum Who {
    Customer,
    Farm,
    Managers,
}

/// What must hold for a row, beside the status.
#[derive(Clone, Copy)]
enum When {
    Always,
    /// The order is placed.
    First,
    /// A farm answered, and something is left to be told of.
    Answered,
    /// All of a place that is still to come is there.
    LastReady,
    /// Brought to the customer.
    Brought,
    /// Nothing is waited for any more.
    Settled,
    WasMissed,
    ByFarm,
    NotByFarm,
    ByFarmAfterCutoff,
}

/// What several events are told as.
#[derive(Clone, Copy)]
enum As {
    Itself,
    Order,
    Farm,
    /// Those of one transaction that lead to the same status.
    Together,
    /// All that stand ready at a place, with the last of them.
    Ready,
    /// All that ended so, with the last of them.
    Settled,
}

/// The statuses an event leads to; the kind; who, by what; when; as what.
type Row = (&'static [Status], Kind, Who, &'static [Channel], When, As);

/// The key of what is told, and the events in it.
type Told = (String, Vec<String>);

use Status::{Cancelled, Confirmed, Fulfilled, Missed, OutForDelivery, Pending, Preparing, Ready};

/// COMPLETED tells nobody: payouts and reviews, which would be told of, are not there.
#[rustfmt::skip]
const TABLE: [Row; 17] = [
    (&[Pending],          Kind::Placed,           Who::Customer, BOTH,   When::First,             As::Order),
    (&[Pending],          Kind::FarmNew,          Who::Farm,     BOTH,   When::First,             As::Farm),
    (ANSWERS,             Kind::Confirmed,        Who::Customer, BOTH,   When::Answered,          As::Order),
    (&[Preparing],        Kind::Preparing,        Who::Customer, IN_APP, When::Always,            As::Itself),
    (&[Ready, Cancelled], Kind::Ready,            Who::Customer, BOTH,   When::LastReady,         As::Ready),
    (&[Ready],            Kind::Ready,            Who::Customer, IN_APP, When::Brought,           As::Itself),
    (&[Ready],            Kind::FarmChanged,      Who::Farm,     IN_APP, When::WasMissed,         As::Itself),
    (&[OutForDelivery],   Kind::OutForDelivery,   Who::Customer, BOTH,   When::Always,            As::Itself),
    (&[Missed],           Kind::Missed,           Who::Customer, BOTH,   When::Settled,           As::Settled),
    (&[Missed],           Kind::FarmMissed,       Who::Farm,     IN_APP, When::Always,            As::Itself),
    (&[Missed],           Kind::ManagerMissed,    Who::Managers, IN_APP, When::Settled,           As::Settled),
    (&[Fulfilled],        Kind::Receipt,          Who::Customer, BOTH,   When::Settled,           As::Settled),
    (&[Fulfilled],        Kind::FarmCollected,    Who::Farm,     IN_APP, When::Always,            As::Itself),
    (&[Cancelled],        Kind::Cancelled,        Who::Customer, BOTH,   When::Always,            As::Together),
    (&[Cancelled],        Kind::FarmCancelled,    Who::Farm,     BOTH,   When::NotByFarm,         As::Itself),
    // Whoever cancelled knows; the rest of the team reads it.
    (&[Cancelled],        Kind::FarmCancelled,    Who::Farm,     IN_APP, When::ByFarm,            As::Itself),
    (&[Cancelled],        Kind::ManagerCancelled, Who::Managers, IN_APP, When::ByFarmAfterCutoff, As::Itself),
];

const ANSWERS: &[Status] = &[Confirmed, Preparing, Ready, Cancelled];

/// What this event is told as, to whom. A step that was taken back meanwhile is told to nobody.
pub fn who_hears(event: &StatusEvent, following: &Following) -> Vec<Tell> {
    let taken_back =
        |later: &StatusEvent| later.part == event.part && later.undoes == Some(event.seq);
    if following.history.iter().any(taken_back) {
        return Vec::new();
    }
    let Some(undoes) = event.undoes else {
        return tells(event, following);
    };
    let undone = |one: &&StatusEvent| one.part == event.part && one.seq == undoes;
    let undone = following.history.iter().find(undone);
    undone
        .map(|undone| Tell {
            kind: Kind::Corrected,
            to: To::Customer,
            channels: BOTH,
            event: event.id.to_string(),
            parts: vec![event.part.clone()],
            events: vec![event.id.to_string()],
            waits_until: None,
            corrects: Some(undone.id.to_string()),
            moved: None,
        })
        .into_iter()
        .collect()
}

/// A customer changed lines, in this version of the order: the customer reads what it came to, and each farm its own.
pub fn who_hears_of_change(version: i64, following: &Following) -> Vec<Tell> {
    let order = &following.order;
    let is_of = |change: &LineChange| change.order_version == version && !change.is_pick();
    let tell = |kind: Kind, to: To, event: String, of: &dyn Fn(&FarmOrder) -> bool| {
        let parts = order.parts.iter().filter(|part| of(part));
        let parts: Vec<FarmOrderId> = parts.map(|part| part.id.clone()).collect();
        let changes = following
            .changes
            .iter()
            .filter(|change| is_of(change) && parts.contains(&change.part));
        let events: Vec<String> = changes.map(|change| change.id.to_string()).collect();
        (!events.is_empty()).then_some(Tell {
            kind,
            to,
            channels: BOTH,
            event,
            parts,
            events,
            waits_until: None,
            corrects: None,
            moved: None,
        })
    };
    let id = &order.id;
    let changed = |part: &FarmOrder| {
        let of_it = |change: &LineChange| is_of(change) && change.part == part.id;
        following.changes.iter().any(of_it)
    };
    let customer = tell(
        Kind::Changed,
        To::Customer,
        format!("{id}@{version}"),
        &changed,
    );
    let mut farms: Vec<&FarmId> = order.parts.iter().map(|part| &part.farm.id).collect();
    farms.dedup();
    let farms = farms.into_iter().filter_map(|farm| {
        let own = |part: &FarmOrder| &part.farm.id == farm && changed(part);
        let event = format!("{id}@{version}/{farm}");
        tell(Kind::FarmChanged, To::Farm(farm.clone()), event, &own)
    });
    customer.into_iter().chain(farms).collect()
}

/// The confirmation that has waited long enough: for an order of which some farms have not answered.
pub fn confirmed_so_far(following: &Following) -> Option<Tell> {
    let event = following
        .history
        .iter()
        .rfind(|event| event.from == Some(Pending) && event.to != Cancelled)?;
    tells(event, following)
        .into_iter()
        .find(|tell| tell.kind == Kind::Confirmed)
        .map(|tell| Tell {
            waits_until: None,
            ..tell
        })
}

fn tells(event: &StatusEvent, following: &Following) -> Vec<Tell> {
    let Some(step) = Step::new(event, following) else {
        return Vec::new();
    };
    TABLE
        .iter()
        .filter(|(to, _, _, _, when, _)| to.contains(&event.to) && step.holds(*when))
        .map(|row| step.tell(row))
        .collect()
}

/// One event, with every part as it stood then.
struct Step<'a> {
    event: &'a StatusEvent,
    following: &'a Following,
    part: &'a FarmOrder,
    then: Vec<(&'a FarmOrder, Status)>,
}

impl<'a> Step<'a> {
    fn new(event: &'a StatusEvent, following: &'a Following) -> Option<Self> {
        let part = following.order.part(&event.part)?;
        let stood = |part: &FarmOrder| {
            let past = |one: &&StatusEvent| {
                one.part == part.id && one.order_version <= event.order_version
            };
            let last = following
                .history
                .iter()
                .filter(past)
                .max_by_key(|one| one.seq);
            last.map_or(part.status, |one| one.to)
        };
        let parts = following.order.parts.iter();
        Some(Self {
            event,
            following,
            part,
            then: parts.map(|part| (part, stood(part))).collect(),
        })
    }

    fn holds(&self, when: When) -> bool {
        match when {
            When::Always => true,
            When::First => self.event.from.is_none(),
            When::Answered => self.is_answer(),
            When::LastReady => self.is_last_ready(),
            When::Brought => point(self.part) == Point::Home,
            When::Settled => self.living().all(|(_, then)| *then >= Missed),
            When::WasMissed => self.event.from == Some(Missed),
            When::ByFarm => self.event.role.is_farm(),
            When::NotByFarm => !self.event.role.is_farm(),
            When::ByFarmAfterCutoff => {
                self.event.role.is_farm() && self.event.at >= self.following.order.day.cutoff_at
            }
        }
    }

    fn tell(&self, &(_, kind, who, channels, _, told_as): &Row) -> Tell {
        let (event, events) = self.told(told_as);
        let waits = kind == Kind::Confirmed && self.is_waiting();
        Tell {
            kind,
            to: match who {
                Who::Customer => To::Customer,
                Who::Farm => To::Farm(self.part.farm.id.clone()),
                Who::Managers => To::Managers,
            },
            channels,
            parts: self.parts_of(kind, &events),
            event,
            events,
            waits_until: waits.then(|| self.event.at.plus(ANSWERS_WAIT)),
            corrects: None,
            moved: None,
        }
    }

    /// Placed and confirmed are about all who take part, the rest about those whose events are told.
    fn parts_of(&self, kind: Kind, events: &[String]) -> Vec<FarmOrderId> {
        let told = |part: &FarmOrder| {
            let of_it = |id: &String| {
                let is = |one: &StatusEvent| one.part == part.id && one.id.as_str() == id;
                self.following.history.iter().any(is)
            };
            events.iter().any(of_it)
        };
        let chosen = |(part, then): &&(&FarmOrder, Status)| match kind {
            Kind::Placed => true,
            Kind::Confirmed => !matches!(then, Pending | Cancelled),
            _ => told(part),
        };
        self.then
            .iter()
            .filter(chosen)
            .map(|(part, _)| part.id.clone())
            .collect()
    }

    fn living(&self) -> impl Iterator<Item = &(&'a FarmOrder, Status)> {
        self.then.iter().filter(|(_, then)| *then != Cancelled)
    }

    /// A farm answered, and all have who will; or some have, and the rest is waited for.
    fn is_answer(&self) -> bool {
        let answered = self.living().any(|(_, then)| *then != Pending);
        let all_ready = self.living().all(|(_, then)| *then >= Ready);
        let more_to_come = self.event.to == Cancelled && self.is_waiting();
        self.event.from == Some(Pending) && answered && !all_ready && !more_to_come
    }

    fn is_waiting(&self) -> bool {
        self.living().any(|(_, then)| *then == Pending)
    }

    /// At this part's place all that is still to come is there, and something is.
    fn is_last_ready(&self) -> bool {
        let here = || {
            self.living()
                .filter(|(part, _)| point(part) == point(self.part))
        };
        let from = self.event.from;
        let was_awaited = from.is_some_and(|from| from < Ready);
        let again = self.event.to == Ready && from == Some(Missed);
        (was_awaited || again)
            && point(self.part) != Point::Home
            && here().any(|(_, then)| *then == Ready)
            && here().all(|(_, then)| *then >= Ready)
    }

    fn told(&self, as_what: As) -> Told {
        let (order, id) = (&self.following.order.id, self.event.id.to_string());
        match as_what {
            As::Itself => (id.clone(), vec![id]),
            As::Order => (order.to_string(), vec![id]),
            As::Farm => (format!("{order}/{}", self.part.farm.id), vec![id]),
            As::Together => self.together(),
            As::Ready => self.with_the_last(Ready, |part| point(part) == point(self.part)),
            As::Settled => self.with_the_last(self.event.to, |_| true),
        }
    }

    /// Events of one transaction that lead to the same status are one.
    fn together(&self) -> Told {
        let with = |one: &&StatusEvent| {
            one.order_version == self.event.order_version && one.to == self.event.to
        };
        let mut ids: Vec<String> = self
            .following
            .history
            .iter()
            .filter(with)
            .map(|one| one.id.to_string())
            .collect();
        ids.sort_unstable();
        (ids.first().cloned().unwrap_or_default(), ids)
    }

    /// Told with the last of them, whatever made that the last: of each part that stands there, its step to there.
    fn with_the_last(&self, status: Status, here: impl Fn(&FarmOrder) -> bool) -> Told {
        let stands = |(part, then): &&(&FarmOrder, Status)| {
            here(part) && (*then == status || (status, *then) == (Fulfilled, Status::Completed))
        };
        let step_of = |(part, _): &(&FarmOrder, Status)| {
            let to_there = |one: &&StatusEvent| {
                one.part == part.id
                    && one.to == status
                    && one.order_version <= self.event.order_version
            };
            self.following
                .history
                .iter()
                .filter(to_there)
                .max_by_key(|one| one.seq)
        };
        let mut steps: Vec<&StatusEvent> = self
            .then
            .iter()
            .filter(stands)
            .filter_map(step_of)
            .collect();
        steps.sort_by(|a, b| (b.order_version, &a.id).cmp(&(a.order_version, &b.id)));
        let ids: Vec<String> = steps.iter().map(|one| one.id.to_string()).collect();
        match ids.first() {
            Some(first) => (first.clone(), ids),
            None => self.told(As::Itself),
        }
    }
}

/// Where a part is to be had.
#[derive(PartialEq, Eq)]
enum Point<'a> {
    /// The order's pickup place.
    Place,
    Stall(&'a FarmId),
    Home,
}

const fn point(part: &FarmOrder) -> Point<'_> {
    match part.method {
        Method::Pickup => Point::Place,
        Method::OwnStall => Point::Stall(&part.farm.id),
        Method::Delivery => Point::Home,
    }
}

/// How many living farms have not answered.
pub fn waiting(following: &Following) -> usize {
    following
        .order
        .parts
        .iter()
        .filter(|part| part.status == Pending)
        .count()
}

#[cfg(test)]
mod tests;
