//! The table, read against the table of the specification, transition by transition.
use super::*;
use crate::{
    kernel::{
        ids::{EventId, FarmOrderId},
        role::Role,
    },
    orders::model::{
        Reason,
        sample::{CUTOFF, at, order, part},
    },
};

/// An order of these farms, with what happened to it: farm, where to, by whom, in which version of the order.
struct Story {
    following: Following,
}

impl Story {
    fn of<const N: usize>(farms: [&str; N]) -> Self {
        let parts = farms.map(|farm| part(farm, Pending)).to_vec();
        let order = order(parts);
        let mut story = Self {
            following: Following {
                order,
                lines: Vec::new(),
                history: Vec::new(),
                changes: Vec::new(),
                late: Vec::new(),
                fees: Vec::new(),
            },
        };
        for farm in farms {
            story.step_at(farm, None, Pending, Role::Customer, 1, None);
        }
        story
    }

    /// The next step of a farm's part, a version of its own.
    fn then(mut self, farm: &str, to: Status, role: Role) -> Self {
        let version = self
            .following
            .history
            .iter()
            .map(|event| event.order_version)
            .max();
        let version = version.unwrap_or(0) + 1;
        let from = self.stands(farm);
        self.step_at(farm, Some(from), to, role, version, None);
        self
    }

    /// The same version as the last step: one transaction.
    fn and(mut self, farm: &str, to: Status, role: Role) -> Self {
        let version = self
            .following
            .history
            .last()
            .map_or(1, |event| event.order_version);
        let from = self.stands(farm);
        self.step_at(farm, Some(from), to, role, version, None);
        self
    }

    fn undo(mut self, farm: &str) -> Self {
        let id = FarmOrderId::new(format!("fo_{farm}"));
        let last = self
            .following
            .history
            .iter()
            .rfind(|event| event.part == id)
            .unwrap()
            .clone();
        let version = self.following.history.last().unwrap().order_version + 1;
        let back = last.from.unwrap();
        self.step_at(
            farm,
            Some(last.to),
            back,
            last.role,
            version,
            Some(last.seq),
        );
        self
    }

    fn stands(&self, farm: &str) -> Status {
        let id = FarmOrderId::new(format!("fo_{farm}"));
        self.following.order.part(&id).unwrap().status
    }

    fn step_at(
        &mut self,
        farm: &str,
        from: Option<Status>,
        to: Status,
        role: Role,
        order_version: i64,
        undoes: Option<i64>,
    ) {
        let id = FarmOrderId::new(format!("fo_{farm}"));
        let seq = self
            .following
            .history
            .iter()
            .filter(|event| event.part == id)
            .count()
            + 1;
        let minute = u64::try_from(order_version).unwrap();
        self.following.history.push(StatusEvent {
            id: EventId::new(format!("evt_{order_version}_{farm}")),
            part: id.clone(),
            seq: i64::try_from(seq).unwrap(),
            from,
            to,
            actor_id: None,
            actor_name: None,
            role,
            reason: (to == Cancelled).then_some(Reason::OutOfStock),
            note: None,
            undoes,
            at: at(minute),
            order_version,
        });
        let part = self
            .following
            .order
            .parts
            .iter_mut()
            .find(|part| part.id == id)
            .unwrap();
        part.status = to;
    }

    fn method(mut self, farm: &str, method: Method) -> Self {
        let id = FarmOrderId::new(format!("fo_{farm}"));
        let part = self
            .following
            .order
            .parts
            .iter_mut()
            .find(|part| part.id == id)
            .unwrap();
        part.method = method;
        self
    }

    fn tells_at(&self, event: usize) -> Vec<Tell> {
        who_hears(&self.following.history[event], &self.following)
    }

    /// What the last event is told as.
    fn tells(&self) -> Vec<Tell> {
        self.tells_at(self.following.history.len() - 1)
    }

    /// `kind>who:channels`, in the table's sequence.
    fn heard(&self) -> Vec<String> {
        self.tells().iter().map(words).collect()
    }
}

fn words(tell: &Tell) -> String {
    let to = match &tell.to {
        To::Customer => "C".to_owned(),
        To::Farm(farm) => farm.as_str().replacen("frm_", "F:", 1),
        To::Managers => "M".to_owned(),
    };
    let by: Vec<&str> = tell
        .channels
        .iter()
        .map(|channel| channel.as_str())
        .collect();
    format!("{}>{to} {}", tell.kind.as_str(), by.join("+"))
}

const FARM: Role = Role::FarmOwner;

type Heard = (&'static [Status], &'static [&'static str]);

/// The way of one farm's part, and who hears of its last step by what.
const ROWS: [Heard; 13] = [
    (&[Confirmed], &["order.confirmed>C EMAIL+IN_APP"]),
    // A small farm skips a step: the answer is told all the same.
    (
        &[Preparing],
        &["order.confirmed>C EMAIL+IN_APP", "order.preparing>C IN_APP"],
    ),
    (&[Confirmed, Preparing], &["order.preparing>C IN_APP"]),
    (
        &[Confirmed, Preparing, Ready],
        &["order.ready>C EMAIL+IN_APP"],
    ),
    (&[Ready], &["order.ready>C EMAIL+IN_APP"]),
    (
        &[Ready, OutForDelivery],
        &["order.out_for_delivery>C EMAIL+IN_APP"],
    ),
    (
        &[Ready, Fulfilled],
        &[
            "order.receipt>C EMAIL+IN_APP",
            "farm.order_collected>F:rosa IN_APP",
        ],
    ),
    (
        &[Ready, Missed],
        &[
            "order.missed>C EMAIL+IN_APP",
            "farm.order_missed>F:rosa IN_APP",
            "market.order_missed>M IN_APP",
        ],
    ),
    (
        &[Ready, Missed, Ready],
        &[
            "order.ready>C EMAIL+IN_APP",
            "farm.order_changed>F:rosa IN_APP",
        ],
    ),
    (
        &[Ready, Missed, Fulfilled],
        &[
            "order.receipt>C EMAIL+IN_APP",
            "farm.order_collected>F:rosa IN_APP",
        ],
    ),
    (
        &[Ready, Missed, Cancelled],
        &[
            "order.cancelled>C EMAIL+IN_APP",
            "farm.order_cancelled>F:rosa IN_APP",
        ],
    ),
    (
        &[Cancelled],
        &[
            "order.cancelled>C EMAIL+IN_APP",
            "farm.order_cancelled>F:rosa IN_APP",
        ],
    ),
    (&[Ready, Fulfilled, Status::Completed], &[]),
];

/// One farm, one step: the rows of the specification.
#[test]
fn who_hears_of_each_transition() {
    let way = |to: &[Status]| {
        let mut story = Story::of(["rosa"]);
        for to in to {
            story = story.then("rosa", *to, if *to == Missed { Role::System } else { FARM });
        }
        story
    };
    let placed = Story::of(["rosa"]);
    assert_eq!(
        placed.heard(),
        [
            "order.placed>C EMAIL+IN_APP",
            "farm.order_new>F:rosa EMAIL+IN_APP"
        ]
    );
    for (steps, expected) in ROWS {
        assert_eq!(way(steps).heard(), expected, "{steps:?}");
    }
}

#[test]
fn a_farm_hears_of_a_cancellation_that_is_not_its_own_and_managers_of_a_late_one() {
    for (role, farm) in [
        (Role::Customer, "farm.order_cancelled>F:rosa EMAIL+IN_APP"),
        (
            Role::MarketManager,
            "farm.order_cancelled>F:rosa EMAIL+IN_APP",
        ),
        (Role::System, "farm.order_cancelled>F:rosa EMAIL+IN_APP"),
        (Role::FarmStaff, "farm.order_cancelled>F:rosa IN_APP"),
    ] {
        let story = Story::of(["rosa"]).then("rosa", Cancelled, role);
        assert_eq!(
            story.heard(),
            ["order.cancelled>C EMAIL+IN_APP", farm],
            "{role:?}"
        );
        let mut late = story;
        late.following.history[1].at = at(CUTOFF);
        let told = late
            .heard()
            .contains(&"market.order_cancelled>M IN_APP".to_owned());
        assert_eq!(told, role.is_farm(), "{role:?}");
    }
}

#[test]
fn placing_is_one_mail_for_the_customer_and_one_for_each_farm() {
    let story = Story::of(["rosa", "ben"]);
    let (first, second) = (story.tells_at(0), story.tells_at(1));
    assert_eq!(first[0].event, second[0].event);
    assert_eq!(first[0].parts.len(), 2);
    assert_ne!(first[1].event, second[1].event);
    assert_eq!(
        (first[1].event.as_str(), first[1].parts.len()),
        ("ord_1/frm_rosa", 1)
    );
}

#[test]
fn confirmed_is_told_once_when_all_have_answered() {
    let story = Story::of(["rosa", "ben", "cleo"]).then("rosa", Confirmed, FARM);
    let first = &story.tells()[0];
    assert_eq!(first.kind, Kind::Confirmed);
    assert_eq!(first.waits_until, Some(at(2).plus(ANSWERS_WAIT)));
    let story = story.then("ben", Cancelled, FARM);
    assert!(
        !story.heard().concat().contains("confirmed"),
        "{:?}",
        story.heard()
    );
    // After half an hour it is told of those who did.
    let anyway = confirmed_so_far(&story.following).unwrap();
    assert_eq!((anyway.waits_until, anyway.parts.len()), (None, 1));
    let story = story.then("cleo", Preparing, FARM);
    let last = &story.tells()[0];
    assert_eq!((last.kind, last.waits_until), (Kind::Confirmed, None));
    assert_eq!(last.event, first.event);
    assert_eq!(last.parts.len(), 2);
    // The last to answer may also do it by declining.
    let declined = Story::of(["rosa", "ben"])
        .then("rosa", Confirmed, FARM)
        .then("ben", Cancelled, FARM);
    assert_eq!(declined.heard()[0], "order.confirmed>C EMAIL+IN_APP");
    let nobody = Story::of(["rosa"]).then("rosa", Cancelled, FARM);
    assert!(confirmed_so_far(&nobody.following).is_none());
    let ready = Story::of(["rosa"]).then("rosa", Ready, FARM);
    assert!(confirmed_so_far(&ready.following).is_none());
}

#[test]
fn ready_is_told_with_the_last_of_a_place() {
    let story = Story::of(["rosa", "ben"])
        .then("rosa", Confirmed, FARM)
        .then("ben", Confirmed, FARM)
        .then("rosa", Ready, FARM);
    assert_eq!(story.heard(), Vec::<String>::new());
    let all = story.then("ben", Ready, FARM);
    let ready = &all.tells()[0];
    assert_eq!(ready.events, ["evt_5_ben", "evt_4_rosa"]);
    assert_eq!((ready.event.as_str(), ready.parts.len()), ("evt_5_ben", 2));
    // What is last may also be that the other does not come.
    let gone = Story::of(["rosa", "ben"])
        .then("rosa", Ready, FARM)
        .then("ben", Cancelled, FARM);
    let ready = gone
        .tells()
        .into_iter()
        .find(|tell| tell.kind == Kind::Ready)
        .unwrap();
    assert_eq!(ready.event, "evt_2_rosa");
    // A part that was ready before it was cancelled completes nothing.
    let late = all.then("ben", Cancelled, FARM);
    assert!(late.tells().iter().all(|tell| tell.kind != Kind::Ready));
}

#[test]
fn each_place_has_its_own_message_and_what_is_brought_none_by_mail() {
    let story = Story::of(["rosa", "ben", "cleo"])
        .method("ben", Method::OwnStall)
        .method("cleo", Method::Delivery)
        .then("rosa", Ready, FARM);
    let heard = |story: &Story| {
        let ready = story
            .tells()
            .into_iter()
            .find(|tell| tell.kind == Kind::Ready);
        ready.map(|tell| (tell.event.clone(), tell.channels))
    };
    assert_eq!(heard(&story), Some(("evt_2_rosa".to_owned(), BOTH)));
    let story = story.then("ben", Ready, FARM);
    assert_eq!(heard(&story), Some(("evt_3_ben".to_owned(), BOTH)));
    let story = story.then("cleo", Ready, FARM);
    assert_eq!(heard(&story), Some(("evt_4_cleo".to_owned(), IN_APP)));
}

#[test]
fn steps_of_one_transaction_are_told_as_one() {
    let ready = Story::of(["rosa", "ben"])
        .then("rosa", Ready, Role::MarketManager)
        .and("ben", Ready, Role::MarketManager);
    let (one, other) = (ready.tells_at(2), ready.tells_at(3));
    assert_eq!(one[0].event, other[0].event);
    let gone = Story::of(["rosa", "ben"])
        .then("rosa", Cancelled, Role::Customer)
        .and("ben", Cancelled, Role::Customer);
    let (one, other) = (gone.tells_at(2), gone.tells_at(3));
    assert_eq!((&one[0].event, one[0].parts.len()), (&other[0].event, 2));
    // Each farm hears of its own.
    assert_ne!(one[1].event, other[1].event);
}

#[test]
fn receipt_and_missed_wait_for_the_last_part() {
    let story = Story::of(["rosa", "ben"])
        .then("rosa", Ready, FARM)
        .then("ben", Ready, FARM)
        .then("rosa", Fulfilled, FARM);
    assert_eq!(story.heard(), ["farm.order_collected>F:rosa IN_APP"]);
    let collected = story.then("ben", Fulfilled, FARM);
    let receipt = &collected.tells()[0];
    assert_eq!((receipt.kind, receipt.parts.len()), (Kind::Receipt, 2));
    let missed = Story::of(["rosa", "ben"])
        .then("rosa", Ready, FARM)
        .then("ben", Ready, FARM)
        .then("rosa", Missed, Role::System);
    assert_eq!(missed.heard(), ["farm.order_missed>F:rosa IN_APP"]);
    let both = missed.then("ben", Missed, Role::System);
    assert_eq!(both.tells()[0].parts.len(), 2);
}

#[test]
fn an_undo_is_told_to_whom_the_step_was_and_the_step_to_nobody_any_more() {
    let story = Story::of(["rosa"])
        .then("rosa", Confirmed, FARM)
        .then("rosa", Ready, FARM)
        .undo("rosa");
    assert_eq!(story.tells_at(2), []);
    let undo = story.tells();
    assert_eq!(undo.len(), 1);
    assert_eq!(undo[0].kind, Kind::Corrected);
    assert_eq!(undo[0].corrects.as_deref(), Some("evt_3_rosa"));
    assert_eq!(undo[0].event, "evt_4_rosa");
    // Done again it is told again, as something new.
    let again = story.then("rosa", Ready, FARM);
    assert_eq!(again.tells()[0].event, "evt_5_rosa");
}
