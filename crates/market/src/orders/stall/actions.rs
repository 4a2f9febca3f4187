//! A customer says to be there.
use db::Write;
use outbox::Push;

use super::{model::may_arrive, store};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Outage, Result, Say},
    kernel::ids::JobId,
    orders::{
        actions::announce,
        advancing::store as advancing,
        changing::{actions::customer_role, store as changing},
        jobs::OrderChanged,
        model::Order,
        store as orders,
    },
};

/// Said once; a second time it is so already.
pub async fn arrive(app: &App, who: &Caller, id: &str) -> Result<()> {
    let tx = app.db.write().await?;
    match write(app, &tx, who, id).await {
        Ok(Some(mut order)) => {
            tx.commit().await?;
            order.version += 1;
            announce(app, &order);
            Ok(())
        }
        other => {
            tx.discard().await?;
            other.map(|_| ())
        }
    }
}

async fn write(app: &App, tx: &Write, who: &Caller, id: &str) -> Result<Option<Order>> {
    let now = app.now();
    advancing::take(tx, id).await?;
    let order = orders::find(tx, &who.market.id, id).await?;
    let order = order
        .filter(|order| order.id.as_str() == id)
        .ok_or(Error::NotFound)?;
    customer_role(who, &order)?;
    if store::find_arrival(tx, &order.id).await?.is_some() {
        return Ok(None);
    }
    if !may_arrive(&order, now.in_zone(&who.market.zone).date()) {
        return Err(Error::Conflict {
            say: Say::key("orders-here-not-yet"),
            allowed: Vec::new(),
        });
    }
    let won = changing::touch_order(tx, &order, now).await?
        && store::insert_arrival(tx, &order, now).await?;
    if !won {
        return Err(Error::Unavailable(Outage::Silent));
    }
    let id = app.ids.make(JobId::PREFIX, now);
    let job = OrderChanged {
        market: order.market_id.clone(),
        order: order.id.clone(),
        farms: order
            .parts
            .iter()
            .map(|part| part.farm.id.clone())
            .collect(),
        version: order.version + 1,
    };
    let push = Push {
        id: &id,
        key: &id,
        due_at: now.micros(),
        now: now.micros(),
    };
    outbox::push(tx, &job, push).await?;
    Ok(Some(order))
}
