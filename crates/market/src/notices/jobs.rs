//! From one event to its notices, and from a notice to its mail.
//!
//! Notices and the mark of the event's job are one transaction; the unique key makes a second run of it harmless. A mail
//! is sent at least once, under the notice's id as its Message-ID, and never again once it was taken over.
use std::collections::BTreeSet;

use courier::Email;
use futures_util::future::try_join_all;
use outbox::{Claimed, Job, Outcome, Push};
use serde::{Deserialize, Serialize};

use super::{
    hears::{self, Tell, packed},
    model::{self, Channel, Kind, Notice, State},
    pages, store,
    told::{Hearers, hearers, notices_of, tells_of},
};
use crate::{
    app::App,
    error::{Error, Result},
    http::limits,
    kernel::{
        ids::{JobId, MarketId, NoticeId, OrderId},
        time::Ts,
    },
    orders::{
        self,
        jobs::{OrderChanged, StatusChanged},
        model::{Following, seen::Audience},
    },
    words::Lang,
};

/// Sends one notice by mail.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendNotice {
    pub market: MarketId,
    pub notice: NoticeId,
}

impl Job for SendNotice {
    const KIND: &'static str = "notices.send";
}

/// A confirmation has waited long enough for the farms that have not answered.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmAnyway {
    pub market: MarketId,
    pub order: OrderId,
}

impl Job for ConfirmAnyway {
    const KIND: &'static str = "notices.confirmed";
}

/// What a farm packed otherwise has waited for what else it packs so.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailPacked {
    pub market: MarketId,
    pub order: OrderId,
    /// The order's version with the first of them.
    pub since: i64,
}

impl Job for MailPacked {
    const KIND: &'static str = "notices.packed";
}

/// One status event: the hint to watchers, and what people are told of it.
pub async fn status_changed(app: &App, claimed: &Claimed, job: &StatusChanged) -> Result<Outcome> {
    let done = orders::jobs::status_changed(app, job);
    let read = app.db.read_fresh().await?;
    let Some(following) = orders::following::store::find(&read, &job.market, &job.order).await?
    else {
        return Ok(done);
    };
    let event =
        |event: &&orders::model::StatusEvent| event.part == job.part && event.seq == job.seq;
    let Some(event) = following.history.iter().find(event) else {
        return Ok(done);
    };
    let tells = hears::who_hears(event, &following);
    if tells.is_empty() {
        return Ok(done);
    }
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}

/// Lines of an order changed, by the customer or by who packs them: the hint to watchers, and who is told of it.
pub async fn order_changed(app: &App, claimed: &Claimed, job: &OrderChanged) -> Result<Outcome> {
    let done = orders::jobs::order_changed(app, job);
    let read = app.db.read_fresh().await?;
    let following = orders::following::store::find(&read, &job.market, &job.order).await?;
    let Some(following) = following else {
        return Ok(done);
    };
    let mut tells = hears::who_hears_of_change(job.version, &following);
    tells.extend(packed::who_hears(job.version, &following));
    if tells.is_empty() {
        return Ok(done);
    }
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}

pub async fn confirm_anyway(app: &App, claimed: &Claimed, job: &ConfirmAnyway) -> Result<Outcome> {
    let read = app.db.read_fresh().await?;
    let following = orders::following::store::find(&read, &job.market, &job.order).await?;
    let Some(following) = following else {
        return Ok(Outcome::Done);
    };
    let Some(confirmed) = hears::confirmed_so_far(&following) else {
        return Ok(Outcome::Done);
    };
    let tells = [confirmed];
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}

pub async fn mail_packed(app: &App, claimed: &Claimed, job: &MailPacked) -> Result<Outcome> {
    let read = app.db.read_fresh().await?;
    let following = orders::following::store::find(&read, &job.market, &job.order).await?;
    let Some(following) = following else {
        return Ok(Outcome::Done);
    };
    let Some(mail) = packed::mail(job.since, &following) else {
        return Ok(Outcome::Done);
    };
    let tells = [Tell {
        waits_until: None,
        ..mail
    }];
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}

/// What is told later, and when at the latest.
#[derive(Clone, Copy)]
enum Later {
    Confirmed(Ts),
    /// Those since this version of the order.
    Packed(i64, Ts),
}

/// What is to be written of some tells.
struct Plan {
    notices: Vec<Notice>,
    later: Option<Later>,
    /// Mails not begun of a step that was taken back.
    taken_back: Vec<NoticeId>,
    /// Packing is no news once it is over.
    is_ready: bool,
}

impl Plan {
    fn new(
        app: &App,
        following: &Following,
        tells: &[Tell],
        hearers: &Hearers,
        now: Ts,
    ) -> Option<Self> {
        let at_once = || tells.iter().filter(|tell| tell.waits_until.is_none());
        let corrected = at_once().filter_map(|tell| tell.corrects.as_deref());
        let plan = Self {
            notices: at_once()
                .flat_map(|tell| notices_of(app, following, tell, hearers, now))
                .collect(),
            later: tells.iter().find_map(|tell| {
                let due = tell.waits_until?;
                Some(match packed::since(tell, following) {
                    Some(since) => Later::Packed(since, due),
                    None => Later::Confirmed(due),
                })
            }),
            taken_back: corrected
                .flat_map(|event| {
                    hearers
                        .told
                        .iter()
                        .filter(move |told| tells_of(told, event))
                })
                .filter(|told| told.state == State::Due)
                .map(|told| told.id.clone())
                .collect(),
            is_ready: at_once().any(|tell| tell.kind == Kind::Ready),
        };
        let nothing = plan.notices.is_empty() && plan.later.is_none() && plan.taken_back.is_empty();
        (!nothing).then_some(plan)
    }

    /// Notices and the jobs of their mails; those that were not there before.
    async fn write(
        &self,
        app: &App,
        tx: &db::Write,
        following: &Following,
        now: Ts,
    ) -> db::Result<Vec<&Notice>> {
        let order = &following.order;
        for id in &self.taken_back {
            store::suppress(tx, id).await?;
        }
        if self.is_ready {
            store::supersede(tx, &order.id, Kind::Preparing).await?;
        }
        let added =
            try_join_all(self.notices.iter().map(|notice| store::insert(tx, notice))).await?;
        let added = self.notices.iter().zip(added);
        let added: Vec<&Notice> = added
            .filter_map(|(notice, added)| added.then_some(notice))
            .collect();
        for notice in added.iter().filter(|notice| notice.state == State::Due) {
            let job = SendNotice {
                market: notice.market.clone(),
                notice: notice.id.clone(),
            };
            push(app, tx, &job, notice.id.as_str(), now, now).await?;
        }
        self.push_later(app, tx, following, now).await?;
        Ok(added)
    }

    async fn push_later(
        &self,
        app: &App,
        tx: &db::Write,
        following: &Following,
        now: Ts,
    ) -> db::Result<bool> {
        let order = &following.order;
        let (market, id) = (order.market_id.clone(), order.id.clone());
        match self.later {
            None => Ok(false),
            Some(Later::Confirmed(due)) => {
                let job = ConfirmAnyway { market, order: id };
                push(app, tx, &job, order.id.as_str(), due, now).await
            }
            Some(Later::Packed(since, due)) => {
                let key = format!("{id}@{since}");
                let job = MailPacked {
                    market,
                    order: id,
                    since,
                };
                push(app, tx, &job, &key, due, now).await
            }
        }
    }
}

/// Notices, the jobs of their mails and the mark of this job, in one transaction; then the hints.
pub(super) async fn tell(
    app: &App,
    claimed: &Claimed,
    following: &Following,
    tells: &[Tell],
    hearers: &Hearers,
) -> Result<Outcome> {
    let now = app.now();
    let Some(plan) = Plan::new(app, following, tells, hearers, now) else {
        return Ok(Outcome::Done);
    };
    let tx = app.db.write().await?;
    let added = plan.write(app, &tx, following, now).await?;
    if !outbox::finish(&tx, claimed, now.micros()).await? {
        // Another runner has the job by now: what it writes counts.
        tx.discard().await?;
        return Ok(Outcome::Finished);
    }
    tx.commit().await?;
    let shown = added
        .iter()
        .filter(|notice| notice.channel == Channel::InApp);
    for person in shown
        .map(|notice| notice.person.as_str())
        .collect::<BTreeSet<_>>()
    {
        app.cluster.bump(&model::topic(person));
    }
    app.jobs_wait.notify_one();
    Ok(Outcome::Finished)
}

/// One job for each of many, under its key: what goes wrong with one is no other's matter. They and the mark of the job
/// that makes them are one transaction.
pub(super) async fn one_each<J: Job>(
    app: &App,
    claimed: &Claimed,
    jobs: impl Iterator<Item = (String, J)>,
) -> Result<Outcome> {
    let now = app.now();
    let tx = app.db.write().await?;
    for (key, job) in jobs {
        push(app, &tx, &job, &key, now, now).await?;
    }
    if !outbox::finish(&tx, claimed, now.micros()).await? {
        tx.discard().await?;
        return Ok(Outcome::Finished);
    }
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(Outcome::Finished)
}

async fn push<J: Job>(
    app: &App,
    tx: &db::Write,
    job: &J,
    key: &str,
    due: Ts,
    now: Ts,
) -> db::Result<bool> {
    let push = Push {
        id: &app.ids.make(JobId::PREFIX, now),
        key,
        due_at: due.micros(),
        now: now.micros(),
    };
    outbox::push_once(tx, job, push).await
}

/// Sends one mail, unless it is over, overtaken, or too late.
pub async fn send(app: &App, claimed: &Claimed, job: &SendNotice) -> Result<Outcome> {
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let Some(notice) = store::find(&read, &job.market, &job.notice).await? else {
        return Ok(Outcome::Done);
    };
    if notice.state.is_over() {
        return Ok(Outcome::Done);
    }
    let following = orders::following::store::find(&read, &notice.market, &notice.order).await?;
    let customer = store::find_customer(&read, &notice.market, &notice.order).await?;
    drop(read);
    let (following, (_, generation)) = (
        following.ok_or(Error::NotFound)?,
        customer.ok_or(Error::NotFound)?,
    );
    if let Some(state) = model::overtaken(&notice, &following, now) {
        return end(app, claimed, &notice, state, None).await;
    }
    if floods(app, &notice) {
        let why = Some("more orders than mails to one address in an hour");
        return end(app, claimed, &notice, State::Suppressed, why).await;
    }
    let mail = match mail_of(app, &notice, following, generation) {
        Ok(mail) => mail,
        Err(error) => return failed(app, claimed, &notice, &error).await,
    };
    let tx = app.db.write().await?;
    if !store::begin(&tx, &notice.id).await? {
        tx.discard().await?;
        return Ok(Outcome::Done);
    }
    tx.commit().await?;
    match app.courier.send(&mail).await {
        Ok(_) => end(app, claimed, &notice, State::Accepted, None).await,
        Err(error) if error.is_permanent() || claimed.attempts >= outbox::TRIES => {
            failed(app, claimed, &notice, &error).await
        }
        Err(error) => Err(Error::internal(error)),
    }
}

async fn failed(
    app: &App,
    claimed: &Claimed,
    notice: &Notice,
    error: &courier::Error,
) -> Result<Outcome> {
    tracing::error!(notice.id = %notice.id, order.id = %notice.order, %error, "a mail could not be sent");
    end(
        app,
        claimed,
        notice,
        State::Failed,
        Some(&error.to_string()),
    )
    .await
}

/// What became of it and the mark of its job, together.
async fn end(
    app: &App,
    claimed: &Claimed,
    notice: &Notice,
    state: State,
    problem: Option<&str>,
) -> Result<Outcome> {
    let now = app.now();
    let tx = app.db.write().await?;
    store::end(&tx, &notice.id, state, problem, now).await?;
    // When the lease is lost the state still counts: what was sent was sent.
    outbox::finish(&tx, claimed, now.micros()).await?;
    tx.commit().await?;
    Ok(Outcome::Finished)
}

/// Whoever orders as a guest gives any address: it gets no more mails of new orders than of links.
fn floods(app: &App, notice: &Notice) -> bool {
    let guest = notice.address.as_deref() == Some(notice.person.as_str());
    notice.kind == Kind::Placed
        && notice.attempts == 0
        && guest
        && limits::count_key(app, &notice.person, limits::MAIL_TO).is_err()
}

fn mail_of(
    app: &App,
    notice: &Notice,
    following: Following,
    generation: i64,
) -> std::result::Result<Email, courier::Error> {
    let market = app.market(&notice.market);
    let market = market.ok_or(courier::Error::Name("is of a market that is not there"))?;
    let words = Lang::kept(&notice.lang).words();
    let (seen, link) = match &notice.farm {
        Some(farm) => (
            following.seen_by(&Audience::Farm(farm.clone())),
            format!("{}/farm/orders/{}", app.base_url(&market), notice.order),
        ),
        None => (
            following,
            app.order_link(&market, notice.order.as_str(), generation),
        ),
    };
    let letter = pages::letter(notice, &seen, &market, words, link);
    let address = notice.address.as_deref().unwrap_or_default();
    app.mail(notice.id.as_str(), address, &notice.name, &market, &letter)
}
