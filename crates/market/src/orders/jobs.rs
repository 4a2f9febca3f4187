//! What the outbox does for orders: hints to watchers, what falls due, links by mail.
use std::time::Duration;

use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::{
    actions::{self, Goal, Wish, farm_topic, market_topic, order_topic},
    links,
    model::{code, guard},
    pages, store,
};
use crate::{
    accounts::model::{Caller, Proof, normal_email},
    app::App,
    error::{Error, Result},
    http::limits,
    kernel::ids::{FarmId, FarmOrderId, MarketId, OrderId},
    words::Lang,
};

/// Written in the transaction of the change, once per status event.
#[derive(Debug, Serialize, Deserialize)]
pub struct StatusChanged {
    pub market: MarketId,
    pub order: OrderId,
    pub part: FarmOrderId,
    pub farm: FarmId,
    pub seq: i64,
    pub version: i64,
}

impl Job for StatusChanged {
    const KIND: &'static str = "order.status_changed";
}

/// Lines were changed, or somebody is there; written in the transaction of the change.
#[derive(Debug, Serialize, Deserialize)]
pub struct OrderChanged {
    pub market: MarketId,
    pub order: OrderId,
    pub farms: Vec<FarmId>,
    pub version: i64,
}

impl Job for OrderChanged {
    const KIND: &'static str = "order.changed";
}

/// Looks for parts that time alone moves: confirmed at the cut-off, missed after the window, completed in the end.
#[derive(Debug, Serialize, Deserialize)]
pub struct LookAtDue {}

impl Job for LookAtDue {
    const KIND: &'static str = "orders.look_at_due";
}

/// Somebody gave a code and an address; if they belong together, the order's link goes to that address.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendOrderLink {
    pub market: MarketId,
    pub code: String,
    pub email: String,
    pub lang: String,
}

impl Job for SendOrderLink {
    const KIND: &'static str = "orders.send_link";
}

/// The hint again, for watchers that the process which made the change could not reach any more.
pub fn status_changed(app: &App, job: &StatusChanged) -> Outcome {
    app.cluster.publish(
        &order_topic(job.order.as_str()),
        u64::try_from(job.version).unwrap_or(0),
    );
    app.cluster.bump(&farm_topic(&job.farm));
    app.cluster.bump(&market_topic(&job.market));
    Outcome::Done
}

/// The same hints for a change of lines.
pub fn order_changed(app: &App, job: &OrderChanged) -> Outcome {
    app.cluster.publish(
        &order_topic(job.order.as_str()),
        u64::try_from(job.version).unwrap_or(0),
    );
    for farm in &job.farms {
        app.cluster.bump(&farm_topic(farm));
    }
    app.cluster.bump(&market_topic(&job.market));
    Outcome::Done
}

/// How many due parts one run looks at; more are taken by the next, at once.
const AT_ONCE: i64 = 200;
const EVERY: Duration = Duration::from_secs(15);
/// A part that is due but may not go (an unpaid order at the cut-off) is looked at again after this.
const LATER: Duration = Duration::from_mins(10);

pub async fn look_at_due(app: &App) -> Result<Outcome> {
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let due = store::list_due(&read, now, AT_ONCE).await?;
    drop(read);
    let more = i64::try_from(due.len()).unwrap_or(0) == AT_ONCE;
    for (market, part) in due {
        if let Err(error) = step(app, &market, &part).await {
            tracing::warn!(farm_order.id = %part, ?error, "a due step could not be taken; trying later");
            postpone(app, &part, Some(now.plus(LATER))).await?;
        }
    }
    let next = if more { now } else { now.plus(EVERY) };
    Ok(Outcome::Again { at: next.micros() })
}

async fn step(app: &App, market: &MarketId, id: &FarmOrderId) -> Result<()> {
    let read = app.db.read_fresh().await?;
    let order = store::find(&read, market, id.as_str())
        .await?
        .ok_or(Error::NotFound)?;
    drop(read);
    let part = order.part(id).ok_or(Error::NotFound)?;
    let due = guard::due_at(&order, part.status, part.last.at);
    // The window was moved, or somebody was faster: what was written down is corrected.
    if due.is_none_or(|due| due > app.now()) {
        return postpone(app, id, due).await;
    }
    let Some(to) = guard::due_step(part.status) else {
        return postpone(app, id, None).await;
    };
    let wish = Wish {
        to: Goal::Status(to),
        ask: guard::Ask::default(),
        farm: None,
        expected_version: Some(part.version),
    };
    let market = app.market(market).ok_or(Error::NotFound)?;
    actions::advance(app, &Caller::system(market), id.as_str(), &wish, None)
        .await
        .map(|_| ())
}

async fn postpone(
    app: &App,
    part: &FarmOrderId,
    due: Option<crate::kernel::time::Ts>,
) -> Result<()> {
    let tx = app.db.write().await?;
    store::postpone(&tx, part, due).await?;
    Ok(tx.commit().await?)
}

pub async fn send_order_link(app: &App, job_id: &str, job: &SendOrderLink) -> Result<Outcome> {
    let (Some(code), Some(email)) = (code::normal(&job.code), normal_email(&job.email)) else {
        return Ok(Outcome::Done);
    };
    let market = app.market(&job.market).ok_or(Error::NotFound)?;
    let read = app.db.read_fresh().await?;
    let found = links::store::find_by_code(&read, &market.id, &code).await?;
    drop(read);
    let Some((order, generation, to, name)) = found.filter(|(_, _, to, _)| *to == email) else {
        return Ok(Outcome::Done);
    };
    if limits::count_key(app, &to, limits::MAIL_TO).is_err() {
        tracing::info!(order.id = %order, "the link was asked for too often and is not sent again");
        return Ok(Outcome::Done);
    }
    let words = Lang::kept(&job.lang).words();
    let link = app.order_link(&market, order.as_str(), generation);
    let letter = pages::link_mail(words, &market, &code, &name, &link);
    app.send_mail(job_id, &to, &name, &market, &letter).await?;
    Ok(Outcome::Done)
}

impl Caller {
    /// The platform itself: no person, no proof, the role SYSTEM.
    fn system(market: std::sync::Arc<crate::markets::model::Market>) -> Self {
        Self {
            market,
            address: [127, 0, 0, 1].into(),
            proof: Proof::System,
            user: None,
            memberships: Vec::new(),
            granted: Vec::new(),
            unread: 0,
            request: String::new(),
        }
    }
}
