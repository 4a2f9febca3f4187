//! What a manager changes about the market itself.
use jiff::civil::{Date, Time};

use super::store;
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, Result},
    kernel::time::{self, Ts},
    markets::{
        days::{self, model::instant},
        known,
        model::Market,
    },
    orders,
};

/// Takes effect at once, here and in every other instance.
pub async fn edit(app: &App, who: &Caller, after: &Market) -> Result<()> {
    let tx = app.db.write().await?;
    if !store::update(&tx, after).await? {
        let now = store::find_version(&tx, &after.id).await?;
        tx.discard().await?;
        if let Some(now) = now.filter(|now| *now != after.version) {
            return Err(Error::Stale { now });
        }
        return Err(Error::invalid("currency", "markets-set-currency-fixed"));
    }
    if after.zone_name != who.market.zone_name {
        keep_local_hours(&tx, &who.market, after, app.now()).await?;
    }
    let changed = Did::new(Verb::MarketChanged, after.id.as_str());
    let changed = changed.changed(facts::market(&who.market), facts::market(after));
    note(app, &tx, who, changed).await?;
    tx.commit().await?;
    known::changed(app).await
}

/// In another zone the same local hours are other instants: what lies ahead is as it was announced.
pub async fn keep_local_hours(
    tx: &db::Write,
    before: &Market,
    after: &Market,
    now: Ts,
) -> Result<()> {
    let moved = |at: Ts| time::instant(at.in_zone(&before.zone).datetime(), &after.zone);
    let windows = store::list_windows_ahead(tx, &after.id, now).await?;
    for day in days::store::list_ahead(tx, &after.id, now).await? {
        let mut ends = None;
        for (id, _, date, from, to) in windows.iter().filter(|window| window.1 == day.id) {
            let at = |hour: &str| {
                let (date, hour) = (date.parse::<Date>().ok()?, hour.parse::<Time>().ok()?);
                instant(date, hour, &after.zone)
            };
            if let (Some(starts_at), Some(ends_at)) = (at(from), at(to)) {
                store::move_window(tx, &after.id, id, starts_at, ends_at).await?;
                ends = ends.max(Some(ends_at));
            }
        }
        let ends = ends.or_else(|| moved(day.ends_at));
        if let (Some(opens), Some(cutoff), Some(ends)) =
            (moved(day.opens_at), moved(day.cutoff_at), ends)
        {
            store::move_day(tx, &after.id, &day.id, opens, cutoff, ends).await?;
        }
        orders::advancing::store::look_again(tx, &after.id, &day.id, now).await?;
    }
    Ok(())
}
