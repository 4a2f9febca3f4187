//! Saying that a window runs late, or not any more.
use db::Write;
use outbox::Push;
use serde_json::json;

use super::{
    jobs::LateTold,
    model::{MOST, Message, Waiting, current, said},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        model::{Did, Verb},
    },
    error::{Error, Result},
    idempotency::{self, model::Key},
    kernel::ids::{FarmId, JobId, LateId, WindowId},
    markets::model::MarketDay,
    orders::packing::actions::is_kept,
};

/// `minutes` late, or with 0 on time after all. What is so already is not told again.
pub async fn tell(
    app: &App,
    who: &Caller,
    farm: &FarmId,
    day: &MarketDay,
    (window, minutes): (&WindowId, i64),
    key: &Key,
) -> Result<()> {
    let tx = app.db.write().await?;
    match write(app, &tx, who, farm, day, (window, minutes), key).await {
        Ok(true) => {
            tx.commit().await?;
            app.jobs_wait.notify_one();
            Ok(())
        }
        other => {
            tx.discard().await?;
            other.map(|_| ())
        }
    }
}

/// The window somebody named, if anybody waits in it.
pub fn named<'w>(waiting: &'w [Waiting], window: &str) -> Result<&'w Waiting> {
    let found = waiting.iter().find(|one| one.window.as_str() == window);
    found.ok_or_else(|| Error::invalid("window", "orders-late-nobody"))
}

/// Whether one more delay may be told today.
pub fn may_say(messages: &[Message]) -> Result<()> {
    if said(messages) < MOST {
        return Ok(());
    }
    Err(Error::invalid("minutes", "orders-late-often"))
}

/// `false`: it is so already.
async fn write(
    app: &App,
    tx: &Write,
    who: &Caller,
    farm: &FarmId,
    day: &MarketDay,
    (window, minutes): (&WindowId, i64),
    key: &Key,
) -> Result<bool> {
    let (market, now) = (&who.market.id, app.now());
    store::take_farm(tx, farm).await?;
    if is_kept(tx, key).await? {
        return Ok(false);
    }
    let messages = store::list_messages(tx, farm, &day.id).await?;
    let before = current(&messages, window);
    if before.map_or(0, |before| before.minutes) == minutes {
        return Ok(false);
    }
    let waiting = store::list_waiting(tx, market, farm, &day.id, now).await?;
    let told = if minutes > 0 {
        may_say(&messages)?;
        named(&waiting, window.as_str())?.customers
    } else {
        0
    };
    let message = Message {
        id: LateId::new(app.ids.make(LateId::PREFIX, now)),
        window: window.clone(),
        minutes,
        told,
        at: now,
    };
    store::insert(tx, (market, farm, &day.id), &message).await?;
    let since = before.filter(|_| minutes == 0).map(|before| &before.id);
    store::insert_orders(tx, &message.id, farm, window, since).await?;
    store::touch_orders(tx, &message.id, now).await?;
    let verb = if minutes > 0 {
        Verb::FarmLate
    } else {
        Verb::FarmOnTime
    };
    let facts = |minutes: Option<i64>| json!({ "window": window.as_str(), "minutes": minutes });
    let deed = Did::new(verb, farm.as_str());
    let deed = deed.changed(facts(before.map(|one| one.minutes)), facts(Some(minutes)));
    note(app, tx, who, deed.at(farm)).await?;
    let id = app.ids.make(JobId::PREFIX, now);
    let job = LateTold {
        market: market.clone(),
        farm: farm.clone(),
        message: message.id,
    };
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, &job, push).await?;
    idempotency::store::insert(tx, key, 200, "{}", now).await?;
    Ok(true)
}
