//! What a manager does with market days; time's own steps are in `markets/jobs.rs`.
use super::{
    model::{Day, Plan, Step, Window},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    audit::{
        actions::note,
        facts,
        model::{Did, Verb},
    },
    error::{Error, Result, Say},
    kernel::ids::{DayId, MarketId, WindowId},
    markets::{
        model::DayStatus,
        places::{self, model::Place},
    },
    orders::{self, model::Hours},
};

/// A new day with its windows, planned or, as a draft, known to managers only.
pub async fn create(app: &App, who: &Caller, plan: &Plan, status: DayStatus) -> Result<DayId> {
    let tx = app.db.write().await?;
    let id = create_in(app, &tx, &who.market.id, plan, status).await;
    match id {
        Ok(id) => {
            let added = Did::new(Verb::DayAdded, id.as_str()).became(facts::plan(plan));
            note(app, &tx, who, added).await?;
            tx.commit().await?;
            Ok(id)
        }
        Err(error) if error.is_unique("market_days_market_id_local_date_key") => {
            tx.discard().await?;
            Err(Error::invalid("date", "markets-day-date-taken"))
        }
        Err(error) => Err(error.into()),
    }
}

/// The same inside somebody else's transaction.
pub async fn create_in(
    app: &App,
    tx: &db::Write,
    market: &MarketId,
    plan: &Plan,
    status: DayStatus,
) -> db::Result<DayId> {
    let now = app.now();
    let id = DayId::new(app.ids.make(DayId::PREFIX, now));
    store::insert(tx, market, &id, plan, status).await?;
    let date = plan.date.to_string();
    for window in &plan.windows {
        let window_id = WindowId::new(app.ids.make(WindowId::PREFIX, now));
        store::insert_window(tx, market, &id, &window_id, &date, window).await?;
    }
    Ok(id)
}

/// Times and windows of a day. What falls due in its orders is looked at again.
pub async fn edit(app: &App, who: &Caller, id: &DayId, version: i64, plan: &Plan) -> Result<()> {
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let before = store::find(&tx, market, id).await?;
    let windows = store::list_windows(&tx, market, id).await?;
    if !store::update(&tx, market, id, version, plan).await? {
        let day = store::find(&tx, market, id).await?;
        tx.discard().await?;
        return Err(day.map_or(Error::NotFound, |day| Error::Stale { now: day.version }));
    }
    if let Some(refused) = change_windows(app, &tx, market, id, plan).await? {
        tx.discard().await?;
        return Err(refused);
    }
    orders::advancing::store::look_again(&tx, market, id, app.now()).await?;
    let places = places::store::list(&tx, market).await?;
    for (window, hours) in moved(plan, &windows, &places) {
        orders::moved::actions::tell(app, &tx, market, &window.id, hours).await?;
    }
    let was = before.map(|day| facts::day(&day, &windows));
    let changed = Did::new(Verb::DayChanged, id.as_str());
    let changed = changed.changed(was.unwrap_or_default(), facts::plan(plan));
    note(app, &tx, who, changed).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// The windows that orders hold places in and that get other hours or another place, with both.
pub fn moved<'w>(
    plan: &Plan,
    before: &'w [Window],
    places: &[Place],
) -> Vec<(&'w Window, (Hours, Hours))> {
    let hours = |starts: &str, ends: &str, place: &str| Hours {
        starts: starts.to_owned(),
        ends: ends.to_owned(),
        place: place.to_owned(),
    };
    let moved = |was: &'w Window| {
        let mut planned = plan.windows.iter();
        let now = planned.find(|now| now.id.as_ref() == Some(&was.id))?;
        let same = (&now.starts, &now.ends, &now.place) == (&was.starts, &was.ends, &was.place);
        if same || was.taken == 0 {
            return None;
        }
        let place = places.iter().find(|place| place.id == now.place);
        let place = place.map_or(&*was.place_name, |place| &place.name);
        let before = hours(&was.starts, &was.ends, &was.place_name);
        Some((was, (before, hours(&now.starts, &now.ends, place))))
    };
    before.iter().filter_map(moved).collect()
}

/// What orders that came meanwhile forbid, if anything.
async fn change_windows(
    app: &App,
    tx: &db::Write,
    market: &MarketId,
    day: &DayId,
    plan: &Plan,
) -> Result<Option<Error>> {
    let refused = |key| {
        Some(Error::Conflict {
            say: Say::key(key),
            allowed: Vec::new(),
        })
    };
    for id in &plan.removed {
        store::leave_window(tx, market, id).await?;
        if !store::delete_window(tx, market, day, id).await? {
            return Ok(refused("markets-day-window-has-orders"));
        }
    }
    let date = plan.date.to_string();
    for window in &plan.windows {
        if let Some(id) = &window.id {
            if !store::update_window(tx, market, day, id, window).await? {
                return Ok(refused("markets-day-window-filled"));
            }
        } else {
            let id = WindowId::new(app.ids.make(WindowId::PREFIX, app.now()));
            store::insert_window(tx, market, day, &id, &date, window).await?;
        }
    }
    Ok(None)
}

/// One step of a day by its manager.
pub async fn step(app: &App, who: &Caller, id: &DayId, version: i64, step: Step) -> Result<()> {
    let market = &who.market.id;
    let tx = app.db.write().await?;
    let day = store::find(&tx, market, id).await?;
    let refused = match &day {
        None => Some(Error::NotFound),
        Some(day) if day.version != version => Some(Error::Stale { now: day.version }),
        Some(day) => forbidden(app, &tx, market, day, step).await?,
    };
    let (Some(day), None) = (day, &refused) else {
        tx.discard().await?;
        return Err(refused.unwrap_or(Error::NotFound));
    };
    if !take(app, &tx, market, &day, step).await? {
        tx.discard().await?;
        return Err(Error::Stale { now: version + 1 });
    }
    let moved = Did::new(Verb::DayMoved, id.as_str()).became(facts::step(step, &day));
    note(app, &tx, who, moved).await?;
    tx.commit().await?;
    app.jobs_wait.notify_one();
    Ok(())
}

/// Why this step cannot be taken now.
async fn forbidden(
    app: &App,
    tx: &db::Write,
    market: &MarketId,
    day: &Day,
    step: Step,
) -> Result<Option<Error>> {
    let now = app.now();
    let steps = day.steps(now);
    let conflict = |say| {
        Some(Error::Conflict {
            say,
            allowed: steps.iter().map(|step| step.as_str()).collect(),
        })
    };
    if !steps.contains(&step) {
        let late = day.status.after(step).is_some();
        return Ok(conflict(Say::key(if late {
            "markets-day-past-cutoff"
        } else {
            "markets-day-no-such-step"
        })));
    }
    if step == Step::Cancel {
        store::hold_windows(tx, market, &day.id).await?;
        let open = store::count_open_orders(tx, market, &day.id).await?;
        if open > 0 {
            return Ok(conflict(
                Say::key("markets-day-has-open-orders").with("n", open.to_string()),
            ));
        }
    }
    Ok(None)
}

/// Writes a step that is allowed; what falls due at a cut-off that was moved is looked at again. `false`: somebody was
/// faster.
pub async fn take(
    app: &App,
    tx: &db::Write,
    market: &MarketId,
    day: &Day,
    step: Step,
) -> Result<bool> {
    let now = app.now();
    let Some(after) = day.after(step, now) else {
        return Ok(false);
    };
    if after.cutoff_at != day.cutoff_at {
        orders::advancing::store::look_again(tx, market, &day.id, now).await?;
    }
    Ok(store::set_status(tx, market, day, &after).await?)
}
