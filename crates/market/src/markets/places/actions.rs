//! What a manager does with places.
use super::{model::Place, store};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, Result},
};

pub async fn create(app: &App, who: &Caller, place: &Place) -> Result<()> {
    let tx = app.db.write().await?;
    store::insert(&tx, &who.market.id, place).await?;
    let added = Did::new(Verb::PlaceAdded, place.id.as_str()).became(facts::place(place));
    note(app, &tx, who, added).await?;
    Ok(tx.commit().await?)
}

pub async fn edit(app: &App, who: &Caller, place: &Place) -> Result<()> {
    let tx = app.db.write().await?;
    let before = store::find(&tx, &who.market.id, &place.id).await?;
    if !store::update(&tx, &who.market.id, place).await? {
        let now = store::find(&tx, &who.market.id, &place.id).await?;
        tx.discard().await?;
        return Err(now.map_or(Error::NotFound, |now| Error::Stale { now: now.version }));
    }
    let was = before.as_ref().map(facts::place).unwrap_or_default();
    let changed = Did::new(Verb::PlaceChanged, place.id.as_str());
    note(app, &tx, who, changed.changed(was, facts::place(place))).await?;
    Ok(tx.commit().await?)
}
