//! A window has other hours or another place: each of its customers hears it once.
use outbox::{Claimed, Job, Outcome};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    error::Result,
    kernel::ids::{MarketId, OrderId},
    notices::{
        hears::{Tell, To},
        jobs::{one_each, tell},
        model::{Channel, Kind, Moved},
        told::hearers,
    },
    orders::{self, model::Status, moved::jobs::WindowMoved},
};

/// Tells the customer of one order.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellMoved {
    pub market: MarketId,
    pub order: OrderId,
    /// The move, by the job that told of it.
    pub id: String,
    pub moved: Moved,
}

impl Job for TellMoved {
    const KIND: &'static str = "notices.moved";
}

pub async fn window_moved(app: &App, claimed: &Claimed, job: &WindowMoved) -> Result<Outcome> {
    let orders = orders::moved::jobs::window_moved(app, &claimed.id, job).await?;
    let one = |order: OrderId| {
        let key = format!("{}/{order}", claimed.id);
        let one = TellMoved {
            market: job.market.clone(),
            order,
            id: claimed.id.clone(),
            moved: Moved {
                was: job.was.clone(),
                now: job.now.clone(),
            },
        };
        (key, one)
    };
    one_each(app, claimed, orders.into_iter().map(one)).await
}

pub async fn tell_moved(app: &App, claimed: &Claimed, job: &TellMoved) -> Result<Outcome> {
    let read = app.db.read_fresh().await?;
    let following = orders::following::store::find(&read, &job.market, &job.order).await?;
    let Some(following) = following else {
        return Ok(Outcome::Done);
    };
    let waits = following
        .order
        .parts
        .iter()
        .filter(|part| part.status < Status::Fulfilled);
    let one = Tell {
        kind: Kind::Moved,
        to: To::Customer,
        channels: &[Channel::Email, Channel::InApp],
        event: format!("{}/{}", job.id, job.order),
        parts: waits.map(|part| part.id.clone()).collect(),
        events: vec![job.id.clone()],
        waits_until: None,
        corrects: None,
        moved: Some(job.moved.clone()),
    };
    if one.parts.is_empty() {
        return Ok(Outcome::Done);
    }
    let tells = [one];
    let hearers = hearers(&read, &job.market, &job.order, &tells).await?;
    drop(read);
    tell(app, claimed, &following, &tells, &hearers).await
}
