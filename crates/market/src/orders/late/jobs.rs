//! From one message to the orders it is about.
use outbox::Job;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    app::App,
    error::Result,
    kernel::ids::{FarmId, LateId, MarketId, OrderId},
    orders::actions::{farm_topic, market_topic, order_topic},
};

/// A farm said to be late, or not any more; written in the transaction that says so.
#[derive(Debug, Serialize, Deserialize)]
pub struct LateTold {
    pub market: MarketId,
    pub farm: FarmId,
    pub message: LateId,
}

impl Job for LateTold {
    const KIND: &'static str = "orders.late_told";
}

/// The hints to whoever watches those orders; which they are.
pub async fn late_told(app: &App, job: &LateTold) -> Result<Vec<OrderId>> {
    let read = app.db.read_fresh().await?;
    let orders = store::list_orders(&read, &job.message).await?;
    drop(read);
    for (order, version) in &orders {
        let version = u64::try_from(*version).unwrap_or(0);
        app.cluster.publish(&order_topic(order.as_str()), version);
    }
    app.cluster.bump(&farm_topic(&job.farm));
    app.cluster.bump(&market_topic(&job.market));
    Ok(orders.into_iter().map(|(order, _)| order).collect())
}
