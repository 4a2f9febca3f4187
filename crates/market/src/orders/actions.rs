//! What people do with orders: one function per intent. Each opens one `Write` and commits once.
//!
//! A lost race drops the transaction, reads and decides again, three times at most; the later tries take the order's
//! row first, so they cannot lose again. An answer that was decided inside a `Write` waits for its group (`discard`).
use db::{Read, Write};

use super::{
    advancing::store as advancing,
    model::{
        Order, Status,
        decide::{Change, Decision, Refused, decide, returns_stock},
        guard::Ask,
        undo,
    },
    placing::store as placing,
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Outage, Result, Say},
    idempotency::{self, model::Key},
    kernel::{
        ids::{EventId, FarmId, FarmOrderId, MarketId},
        time::Ts,
    },
};

/// What a caller wants of an order.
#[derive(Clone, Debug)]
pub struct Wish {
    pub to: Goal,
    pub ask: Ask,
    /// Narrows a parent's id to one farm's part.
    pub farm: Option<FarmId>,
    /// The version, as the caller saw it, of the thing the URL names.
    pub expected_version: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    Status(Status),
    Undo,
}

/// What became of each part the wish was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Changed,
    Already,
    Refused(Refused),
}

pub type Fates = Vec<(FarmOrderId, Fate)>;
type Changes = Vec<(EventId, Change)>;

#[derive(Clone, Debug)]
pub struct Outcome {
    /// The whole order as it stands now.
    pub order: Order,
    pub fates: Fates,
}

impl Outcome {
    pub fn changed(&self) -> bool {
        self.fates.iter().any(|(_, fate)| *fate == Fate::Changed)
    }

    /// Nothing moved, and not everything is there already: why not.
    pub fn refused(&self) -> Option<Error> {
        let refused = self
            .fates
            .iter()
            .any(|(_, fate)| matches!(fate, Fate::Refused(_)));
        (!self.changed() && refused).then(|| refuse(&self.fates))
    }
}

/// An answer of this run, or the kept one of the run that had the same key.
#[derive(Debug)]
pub enum Answer {
    Now(Box<Outcome>),
    Kept(String),
}

/// Where the answer of the first run of an idempotency key is kept, and how it is written down.
#[derive(Clone, Copy)]
pub struct Keep<'a> {
    pub key: &'a Key,
    pub answer: &'a (dyn Fn(&Outcome) -> String + Send + Sync),
}

const TRIES: usize = 3;

/// Sets a status, or takes the last step back.
pub async fn advance(
    app: &App,
    who: &Caller,
    id: &str,
    wish: &Wish,
    keep: Option<Keep<'_>>,
) -> Result<Answer> {
    // One statement, unless a kept answer is looked for too.
    let read = match keep {
        Some(_) => app.db.read_fresh().await?,
        None => app.db.read_one().await?,
    };
    let planned = plan(app, &read, who, id, wish, keep).await?;
    drop(read);
    match planned {
        Plan::Answer(answer) => return answer,
        Plan::Go(go) => {
            let tx = app.db.write().await?;
            if let Some(outcome) = write(app, tx, *go, keep).await? {
                return Ok(Answer::Now(Box::new(outcome)));
            }
        }
    }
    for _ in 1..TRIES {
        let tx = app.db.write().await?;
        advancing::take(&tx, id).await?;
        match plan(app, &tx, who, id, wish, keep).await? {
            Plan::Answer(answer) => {
                tx.discard().await?;
                return answer;
            }
            Plan::Go(go) => {
                if let Some(outcome) = write(app, tx, *go, keep).await? {
                    return Ok(Answer::Now(Box::new(outcome)));
                }
            }
        }
    }
    tracing::warn!(order.id = id, "lost every race for this order");
    Err(Error::Unavailable(Outage::Silent))
}

enum Plan {
    Answer(Result<Answer>),
    Go(Box<Go>),
}

/// Decided, ready to be written.
struct Go {
    before: Order,
    after: Order,
    changes: Changes,
    fates: Fates,
    now: Ts,
}

async fn plan(
    app: &App,
    read: &Read,
    who: &Caller,
    id: &str,
    wish: &Wish,
    keep: Option<Keep<'_>>,
) -> Result<Plan> {
    let now = app.now();
    if let Some(keep) = keep
        && let Some(kept) = idempotency::store::find(read, keep.key).await?
    {
        return Ok(Plan::Answer(if kept.body_hash == keep.key.body_hash {
            Ok(Answer::Kept(kept.answer))
        } else {
            Err(Error::invalid("Idempotency-Key", "orders-key-reused"))
        }));
    }
    let Some(order) = store::find(read, &who.market.id, id).await? else {
        return Ok(Plan::Answer(Err(Error::NotFound)));
    };
    Ok(match judge(app, who, id, wish, order, now) {
        Ok(Judged::Answer(outcome)) => Plan::Answer(Ok(Answer::Now(outcome))),
        Ok(Judged::Go(go)) => Plan::Go(go),
        Err(error) => Plan::Answer(Err(error)),
    })
}

enum Judged {
    Answer(Box<Outcome>),
    Go(Box<Go>),
}

/// The pure part: the checks in the order the API promises them.
fn judge(app: &App, who: &Caller, id: &str, wish: &Wish, order: Order, now: Ts) -> Result<Judged> {
    let targets = targets(who, &order, id, wish.farm.as_ref())?;
    let decisions: Vec<(FarmOrderId, Decision)> = targets
        .into_iter()
        .filter_map(|id| {
            order
                .part(&id)
                .map(|part| (id.clone(), one(&order, part, who, wish, now)))
        })
        .collect();
    if decisions
        .iter()
        .all(|(_, d)| matches!(d, Decision::No(Refused::NoRight)))
    {
        return Err(Error::Forbidden(Say::key("orders-forbidden")));
    }
    let goes = |decision: &Decision| matches!(decision, Decision::Go(_));
    if !decisions.iter().any(|(_, d)| goes(d))
        && decisions.iter().any(|(_, d)| *d == Decision::Already)
    {
        // Before the version: it may be the retry of a request whose answer was lost.
        let (fates, _) = fates_of(app, decisions, now);
        return Ok(Judged::Answer(Box::new(Outcome { order, fates })));
    }
    check_version(&order, id, wish)?;
    let (fates, changes) = fates_of(app, decisions, now);
    if changes.is_empty() {
        return Err(refuse(&fates));
    }
    let plain: Vec<Change> = changes.iter().map(|(_, change)| change.clone()).collect();
    let after = order.after(&plain);
    Ok(Judged::Go(Box::new(Go {
        before: order,
        after,
        changes,
        fates,
        now,
    })))
}

/// What becomes of each part, and the changes to be written.
fn fates_of(app: &App, decisions: Vec<(FarmOrderId, Decision)>, now: Ts) -> (Fates, Changes) {
    let mut changes = Vec::new();
    let mut fates = Vec::new();
    for (id, decision) in decisions {
        fates.push((
            id,
            match decision {
                Decision::Already => Fate::Already,
                Decision::No(refused) => Fate::Refused(refused),
                Decision::Go(change) => {
                    changes.push((EventId::new(app.ids.make(EventId::PREFIX, now)), change));
                    Fate::Changed
                }
            },
        ));
    }
    (fates, changes)
}

/// Whether the caller may ask for this at all. A request with a wrong field is refused for that only after it: a
/// stranger must not learn by a 422 that the order is there.
pub async fn check_right(
    app: &App,
    who: &Caller,
    id: &str,
    wish: &Wish,
    goal_is_known: bool,
) -> Result<()> {
    let read = app.db.read_fresh().await?;
    let order = store::find(&read, &who.market.id, id)
        .await?
        .ok_or(Error::NotFound)?;
    let now = app.now();
    let may = targets(who, &order, id, wish.farm.as_ref())?
        .iter()
        .filter_map(|id| order.part(id))
        .any(|part| one(&order, part, who, wish, now) != Decision::No(Refused::NoRight));
    if may || !goal_is_known {
        Ok(())
    } else {
        Err(Error::Forbidden(Say::key("orders-forbidden")))
    }
}

fn one(
    order: &Order,
    part: &super::model::FarmOrder,
    who: &Caller,
    wish: &Wish,
    now: Ts,
) -> Decision {
    let actor = who.actor_for(order, part);
    match wish.to {
        Goal::Status(to) => decide(order, part, to, &actor, &wish.ask, now),
        Goal::Undo => match undo::undo(part, &actor, wish.ask.note.as_deref(), now) {
            Ok(change) => Decision::Go(change),
            Err(refused) => Decision::No(refused),
        },
    }
}

/// The parts a wish is about: the one named, a farm's own, or all. Nobody learns of a part they may not see.
fn targets(
    who: &Caller,
    order: &Order,
    id: &str,
    farm: Option<&FarmId>,
) -> Result<Vec<FarmOrderId>> {
    let audience = who.audience(order).ok_or(Error::NotFound)?;
    let seen = order.clone().seen_by(&audience);
    let parts: Vec<FarmOrderId> = seen
        .parts
        .iter()
        .filter(|part| order.id.as_str() == id || part.id.as_str() == id)
        .filter(|part| farm.is_none_or(|farm| part.farm.id == *farm))
        .map(|part| part.id.clone())
        .collect();
    if parts.is_empty() {
        Err(Error::NotFound)
    } else {
        Ok(parts)
    }
}

fn check_version(order: &Order, id: &str, wish: &Wish) -> Result<()> {
    let now = match order.parts.iter().find(|part| part.id.as_str() == id) {
        Some(part) => part.version,
        None => order.version,
    };
    match wish.expected_version {
        Some(seen) if seen != now => Err(Error::Stale { now }),
        None if wish.to == Goal::Undo => {
            Err(Error::invalid("expected_version", "orders-undo-version"))
        }
        _ => Ok(()),
    }
}

/// Nothing may change: one part's refusal is the answer.
fn refuse(fates: &[(FarmOrderId, Fate)]) -> Error {
    let refusals = || {
        fates.iter().filter_map(|(_, fate)| match fate {
            Fate::Refused(refused) => Some(refused),
            Fate::Changed | Fate::Already => None,
        })
    };
    refusals()
        .find(|refused| matches!(refused, Refused::CannotGo { .. }))
        .or_else(|| refusals().next())
        .map_or(Error::NotFound, refusal)
}

/// A refusal as the error people see.
pub fn refusal(refused: &Refused) -> Error {
    match refused {
        Refused::NoRight => Error::Forbidden(Say::key("orders-forbidden")),
        Refused::CannotGo { from, to, allowed } => Error::Conflict {
            say: Say::key("orders-cannot-go")
                .with("from", from.as_str())
                .with("to", to.as_str()),
            allowed: allowed.iter().map(|status| status.as_str()).collect(),
        },
        Refused::Guard(guard) => {
            let (key, field) = guard.says();
            Error::invalid(field, key)
        }
        Refused::NothingToUndo => Error::Conflict {
            say: Say::key("orders-nothing-to-undo"),
            allowed: Vec::new(),
        },
        Refused::UndoTooLate => Error::Conflict {
            say: Say::key("orders-undo-too-late"),
            allowed: Vec::new(),
        },
        Refused::NoteRequired => Error::invalid("note", "orders-undo-note"),
    }
}

/// State, history, outbox and kept answer in one transaction; the hint only after it. `None`: lost the race.
async fn write(app: &App, tx: Write, go: Go, keep: Option<Keep<'_>>) -> Result<Option<Outcome>> {
    let outcome = Outcome {
        order: go.after,
        fates: go.fates,
    };
    let won = match (keep, go.changes.as_slice()) {
        (None, [(event, change)]) if change.to != Status::Cancelled => {
            advancing::write_and_commit(tx, &go.before, &outcome.order, event, change, go.now).await
        }
        (keep, changes) => write_all(tx, &go.before, &outcome, changes, go.now, keep).await,
    };
    match won {
        Ok(true) => {
            announce(app, &outcome.order);
            Ok(Some(outcome))
        }
        Ok(false) => Ok(None),
        Err(error) if error.is_retry() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn write_all(
    tx: Write,
    before: &Order,
    outcome: &Outcome,
    changes: &[(EventId, Change)],
    now: Ts,
    keep: Option<Keep<'_>>,
) -> db::Result<bool> {
    let mut won = advancing::write(&tx, before, &outcome.order, changes, now).await?;
    if won {
        give_back(&tx, before, &outcome.order, changes).await?;
    }
    if won && let Some(Keep { key, answer }) = keep {
        won = idempotency::store::insert(&tx, key, 200, &answer(outcome), now).await?;
    }
    if won {
        tx.commit().await?;
    } else {
        tx.discard().await?;
    }
    Ok(won)
}

/// What a cancelled part had taken: its stock while the day still sells, the order's place with its last part.
pub async fn give_back(
    tx: &Write,
    before: &Order,
    after: &Order,
    changes: &[(EventId, Change)],
) -> db::Result<()> {
    for (_, change) in changes {
        if returns_stock(change, before.day.cutoff_at) {
            placing::give_stock_back(tx, &change.part).await?;
        }
    }
    if after.status == Status::Cancelled && before.status != Status::Cancelled {
        placing::give_place_back(tx, &after.window.id).await?;
    }
    Ok(())
}

/// A hint to whoever watches, best effort: the outbox row is the guarantee.
pub fn announce(app: &App, order: &Order) {
    app.cluster.publish(
        &order_topic(order.id.as_str()),
        u64::try_from(order.version).unwrap_or(0),
    );
    for part in &order.parts {
        app.cluster.bump(&farm_topic(&part.farm.id));
    }
    app.cluster.bump(&market_topic(&order.market_id));
    app.jobs_wait.notify_one();
}

pub fn order_topic(id: &str) -> String {
    format!("order/{id}")
}

/// Every change of an order of this market.
pub fn market_topic(id: &MarketId) -> String {
    format!("market/{id}")
}

pub fn farm_topic(id: &FarmId) -> String {
    format!("farm/{id}")
}

/// The code and address somebody typed become a job; whether they belong together is looked up there.
pub async fn ask_for_link(app: &App, id: &str, job: &super::jobs::SendOrderLink) -> Result<()> {
    let now = app.now().micros();
    let tx = app.db.write().await?;
    outbox::push(
        &tx,
        job,
        outbox::Push {
            id,
            key: id,
            due_at: now,
            now,
        },
    )
    .await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}
