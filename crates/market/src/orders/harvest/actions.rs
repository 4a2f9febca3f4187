//! Ticking off what is cut.
use db::Write;

use super::store::{self, Tick};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    idempotency::model::Key,
    kernel::{
        ids::{FarmId, ProductId},
        qty::Qty,
    },
    markets::model::MarketDay,
    orders::packing::actions::is_kept,
};

/// What somebody says of a product of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub product: ProductId,
    pub done: bool,
    /// `None`: as much as is needed.
    pub have: Option<Qty>,
    pub version: i64,
}

pub async fn tick(
    app: &App,
    who: &Caller,
    farm: &FarmId,
    day: &MarketDay,
    said: &Said,
    key: &Key,
) -> Result<()> {
    let tx = app.db.write().await?;
    match write(app, &tx, who, farm, day, said, key).await {
        Ok(true) => Ok(tx.commit().await?),
        other => {
            tx.discard().await?;
            other.map(|_| ())
        }
    }
}

/// `false`: it is so already.
async fn write(
    app: &App,
    tx: &Write,
    who: &Caller,
    farm: &FarmId,
    day: &MarketDay,
    said: &Said,
    key: &Key,
) -> Result<bool> {
    if is_kept(tx, key).await? {
        return Ok(false);
    }
    let sums = store::list(tx, farm, &day.id).await?;
    let mut mine = sums.iter().filter(|sum| sum.product == said.product);
    let sum = mine.next().ok_or(Error::NotFound)?;
    let need = mine.fold(sum.need.as_thousandths(), |need, other| {
        need.saturating_add(other.need.as_thousandths())
    });
    let have = match (said.done, said.have) {
        (true, None) => Some(Qty::thousandths(need)),
        (_, have) => have,
    };
    if sum.is_done == said.done && sum.have == have {
        return Ok(false);
    }
    let now = app.now();
    let tick = Tick {
        market: &who.market.id,
        farm,
        day: &day.id,
        product: &said.product,
        done: said.done,
        have,
        version: said.version,
        actor: who.user.as_ref().map(|user| &user.id),
        at: now,
    };
    if !store::set(tx, &tick).await? {
        return Err(Error::Stale { now: sum.version });
    }
    crate::idempotency::store::insert(tx, key, 200, "{}", now).await?;
    Ok(true)
}
