//! The page of a market's day, kept right while it is open.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{Html, Response},
    routing::get,
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    model::{self, Overview},
    pages::DayPage,
    store,
};
use crate::{
    accounts::model::{Caller, ended_topic},
    app::App,
    error::Result,
    farms,
    http::{
        body::Query,
        guard::{self, Manager},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    kernel::ids::FarmId,
    orders::actions::market_topic,
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market", get(show))
        .route("/market/events", get(events))
}

/// A day stays on the page this long after its end: what was not collected is settled then.
const AFTER: Duration = Duration::from_hours(12);

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let overview = find(&app, &who).await?;
    let now = app.now();
    let shell = look
        .shell(&who, now)
        .live("/market/events", &overview.digest(now));
    let page = DayPage::new(&overview, &who.market, look.words, now);
    Ok(page::html(page.render_page(&shell)))
}

/// The same number of statements for a day of one order and of a thousand.
async fn find(app: &App, who: &Caller) -> Result<Overview> {
    let market = &who.market.id;
    let read = app.db.read_fresh().await?;
    let day = match store::find_day(&read, market, app.now().minus(AFTER)).await? {
        Some(day) => Some(day),
        None => store::find_last_day(&read, market).await?,
    };
    let applied = farms::store::count_waiting(&read, market).await?;
    let Some(day) = day else {
        return Ok(Overview {
            applied,
            ..Overview::default()
        });
    };
    let spans = store::list_spans(&read, market, &day.id).await?;
    let counts = store::list_counts(&read, market, &day.id).await?;
    let (orders, ready) = store::count_orders(&read, market, &day.id).await?;
    let goods = store::list_cash(&read, market, &day.id).await?;
    let fees = store::list_fees(&read, market, &day.id).await?;
    drop(read);
    let on_top = i64::from(!who.market.tax_included);
    let mut cash: Vec<(FarmId, i64)> = goods
        .into_iter()
        .map(|(farm, price, tax)| (farm, price + tax * on_top))
        .collect();
    let mut cash_of_none = 0;
    for (farm, minor) in fees {
        match farm {
            Some(farm) => cash.push((farm, minor)),
            None => cash_of_none += minor,
        }
    }
    Ok(Overview {
        day: Some(day),
        spans,
        farms: model::farms(counts, &cash),
        orders,
        ready,
        cash_of_none,
        applied,
    })
}

#[derive(Deserialize)]
struct EventsQuery {
    /// What the browser has seen.
    after: Option<String>,
}

async fn events(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let topic = app.cluster.subscribe(&market_topic(&who.market.id));
    let seat = app.seats.take(
        &who.key(),
        &limits::network(who.address),
        app.config.lifts_limits_for(who.address),
    )?;
    let ended = app.cluster.subscribe(&ended_topic(&who));
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let source = Watch {
        words: look.words,
        seen: last.map(str::to_owned).or(query.after).unwrap_or_default(),
        app: app.clone(),
        who,
    };
    let live = Live::new(topic, ended, app.stop.clone(), seat);
    Ok(live::respond(live, source))
}

/// One open page of one manager.
struct Watch {
    app: Arc<App>,
    who: Caller,
    words: Words,
    seen: String,
}

impl Source for Watch {
    async fn look(&mut self, _: u64) -> Option<Option<Bytes>> {
        let overview = match find(&self.app, &self.who).await {
            Ok(overview) => overview,
            Err(error) => {
                tracing::warn!(%error, "a market's day could not be shown the newest state");
                return None;
            }
        };
        let now = self.app.now();
        let digest = overview.digest(now);
        if digest == self.seen {
            return Some(None);
        }
        let page = DayPage::new(&overview, &self.who.market, self.words, now);
        let frame = page::frame(
            &digest,
            &page.title(),
            &page.sentence(),
            page.render_parts(),
        );
        self.seen = digest;
        Some(Some(frame))
    }

    async fn still_may(&mut self) -> bool {
        guard::still_good(&self.app, &self.who, None).await
    }
}
