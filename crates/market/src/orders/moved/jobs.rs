//! From a moved window to its orders.
use outbox::Job;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    app::App,
    error::Result,
    kernel::ids::{MarketId, OrderId},
    orders::{
        actions::{farm_topic, market_topic, order_topic},
        model::Hours,
    },
};

/// Written in the transaction that moves the window.
#[derive(Debug, Serialize, Deserialize)]
pub struct WindowMoved {
    pub market: MarketId,
    pub was: Hours,
    pub now: Hours,
}

impl Job for WindowMoved {
    const KIND: &'static str = "orders.window_moved";
}

/// The hints to whoever watches those orders or has a part in them; which orders they are. `id` is the move's, which is
/// the job's own: whoever orders in the window after it has the new hours and is told nothing.
pub async fn window_moved(app: &App, id: &str, job: &WindowMoved) -> Result<Vec<OrderId>> {
    let read = app.db.read_fresh().await?;
    let orders = store::list_orders(&read, id).await?;
    let farms = store::list_farms(&read, id).await?;
    drop(read);
    for (order, version) in &orders {
        let version = u64::try_from(*version).unwrap_or(0);
        app.cluster.publish(&order_topic(order.as_str()), version);
    }
    for farm in &farms {
        app.cluster.bump(&farm_topic(farm));
    }
    app.cluster.bump(&market_topic(&job.market));
    Ok(orders.into_iter().map(|(order, _)| order).collect())
}
