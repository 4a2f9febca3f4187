//! What a moved window means for its orders, inside the transaction that moves it.
use db::Write;
use outbox::Push;

use super::{jobs::WindowMoved, store};
use crate::{
    app::App,
    kernel::ids::{JobId, MarketId, WindowId},
    orders::model::Hours,
};

/// A new version of every open order in the window, and the job that tells their customers.
pub async fn tell(
    app: &App,
    tx: &Write,
    market: &MarketId,
    window: &WindowId,
    (was, now): (Hours, Hours),
) -> db::Result<()> {
    let at = app.now();
    let id = app.ids.make(JobId::PREFIX, at);
    store::move_orders(tx, market, window, (&id, &was), at).await?;
    let job = WindowMoved {
        market: market.clone(),
        was,
        now,
    };
    let push = Push {
        id: &id,
        key: &id,
        due_at: at.micros(),
        now: at.micros(),
    };
    outbox::push(tx, &job, push).await
}
