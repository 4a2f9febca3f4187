//! What time does with market days.
use std::time::Duration;

use outbox::{Job, Outcome};
use serde::{Deserialize, Serialize};

use super::days::{actions, store};
use crate::{
    app::App,
    audit::{
        actions::note_as,
        facts,
        model::{Act, Did, Verb},
    },
    error::Result,
    kernel::ids::{DayId, MarketId},
};

/// Opens days whose hour has come and closes those past their cut-off: by what is so, whenever it is asked.
#[derive(Debug, Serialize, Deserialize)]
pub struct LookAtDays {}

impl Job for LookAtDays {
    const KIND: &'static str = "markets.look_at_days";
}

const EVERY: Duration = Duration::from_secs(15);

pub async fn look_at_days(app: &App) -> Result<Outcome> {
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let mut due = store::list_to_open(&read, now).await?;
    due.extend(store::list_to_close(&read, now).await?);
    drop(read);
    for (market, day) in due {
        if let Err(error) = steps(app, &market, &day).await {
            tracing::warn!(market_day.id = %day, ?error, "a market day could not be moved; trying again");
        }
    }
    Ok(Outcome::Again {
        at: now.plus(EVERY).micros(),
    })
}

/// Every step that is due: a day that nobody looked at in its whole time opens and closes at once.
async fn steps(app: &App, market: &MarketId, id: &DayId) -> Result<()> {
    let tx = app.db.write().await?;
    while let Some(day) = store::find(&tx, market, id).await? {
        let Some(step) = day.due(app.now()) else {
            break;
        };
        if !actions::take(app, &tx, market, &day, step).await? {
            break;
        }
        let moved = Did::new(Verb::DayMoved, id.as_str()).became(facts::step(step, &day));
        note_as(&app.ids, app.now(), &tx, &Act::system(market), &moved).await?;
    }
    tx.commit().await?;
    Ok(())
}
