//! What a manager does with places.
use super::{model::Place, store};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
};

pub async fn create(app: &App, who: &Caller, place: &Place) -> Result<()> {
    let tx = app.db.write().await?;
    store::insert(&tx, &who.market.id, place).await?;
    Ok(tx.commit().await?)
}

pub async fn edit(app: &App, who: &Caller, place: &Place) -> Result<()> {
    let tx = app.db.write().await?;
    if !store::update(&tx, &who.market.id, place).await? {
        let now = store::find(&tx, &who.market.id, &place.id).await?;
        tx.discard().await?;
        return Err(now.map_or(Error::NotFound, |now| Error::Stale { now: now.version }));
    }
    Ok(tx.commit().await?)
}
