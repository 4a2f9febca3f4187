//! A farm runs late, or is on time after all: each of its customers hears it once.
use outbox::{Claimed, Job, Outcome};
use serde::{Deserialize, Serialize};

use crate::notices::{
    hears::{Tell, To},
    jobs::{one_each, tell},
    model::{Channel, Kind},
    told::hearers,
};
use crate::{
    app::App,
    error::Result,
    kernel::ids::{LateId, MarketId, OrderId},
    orders::{
        self,
        late::jobs::LateTold,
        model::{Following, Late},
    },
};

/// Tells the customer of one order.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellLate {
    pub market: MarketId,
    pub order: OrderId,
    pub message: LateId,
}

impl Job for TellLate {
    const KIND: &'static str = "notices.late";
}

pub async fn late_told(app: &App, claimed: &Claimed, job: &LateTold) -> Result<Outcome> {
    let orders = orders::late::jobs::late_told(app, job).await?;
    let one = |order: OrderId| {
        let key = format!("{}/{order}", job.message);
        let one = TellLate {
            market: job.market.clone(),
            order,
            message: job.message.clone(),
        };
        (key, one)
    };
    one_each(app, claimed, orders.into_iter().map(one)).await
}

pub async fn tell_late(app: &App, claimed: &Claimed, job: &TellLate) -> Result<Outcome> {
    let read = app.db.read_fresh().await?;
    let following = orders::following::store::find(&read, &job.market, &job.order).await?;
    let Some(following) = following else {
        return Ok(Outcome::Done);
    };
    let Some(one) = who_hears(&job.message, &following) else {
        return Ok(Outcome::Done);
    };
    let tells = [one];
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}

/// The customer; that it is on time after all only who was told that it is not.
fn who_hears(message: &LateId, following: &Following) -> Option<Tell> {
    let nth = following.late.iter().position(|one| one.id == *message)?;
    let (before, rest) = following.late.split_at(nth);
    let late = rest.first()?;
    let part = following
        .order
        .parts
        .iter()
        .find(|part| part.farm.id == late.farm)?;
    let last = |one: &&Late| one.farm == late.farm && one.minutes > 0;
    let corrects = match late.minutes {
        0 => Some(before.iter().rfind(last)?.id.to_string()),
        _ => None,
    };
    Some(Tell {
        kind: if late.minutes > 0 {
            Kind::Late
        } else {
            Kind::OnTime
        },
        to: To::Customer,
        channels: &[Channel::Email, Channel::InApp],
        event: format!("{message}/{}", following.order.id),
        parts: vec![part.id.clone()],
        events: vec![message.to_string()],
        waits_until: None,
        corrects,
        moved: None,
    })
}
