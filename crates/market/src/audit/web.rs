//! A manager's page of what was done, and the same as a file.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    model::{Filter, STATUS, Shown, tail_from},
    pages::{self, AuditPage},
    store,
};
use crate::{
    accounts::{
        self,
        model::{Caller, normal_email},
    },
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        body::Query,
        download,
        guard::Manager,
        page::{self, Look},
    },
    kernel::{ids, time},
    pages::{formats, inputs::Answers},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/audit", get(show))
        .route("/market/audit.csv", get(file))
}

const PAGE: i64 = 50;
/// Lines of a file at most; a shorter period has fewer.
const FILE: i64 = 10_000;
/// What is shown when nobody says from when.
const DAYS: i64 = 30;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct AuditQuery {
    /// An id or an address.
    actor: String,
    verb: String,
    thing: String,
    /// Days of the market, both included.
    from: String,
    to: String,
    /// Where the page before ended.
    before: String,
}

impl AuditQuery {
    fn answers(&self) -> Answers {
        Answers::default()
            .with("actor", &self.actor)
            .with("verb", &self.verb)
            .with("thing", &self.thing)
            .with("from", &self.from)
            .with("to", &self.to)
    }
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<AuditQuery>,
) -> Result<Response> {
    let (filter, wrong) = match filter(&app, &who, &query).await {
        Ok(filter) => (Some(filter), Vec::new()),
        Err(Error::Invalid(wrong)) => (None, wrong),
        Err(error) => return Err(error),
    };
    let mut rows = match &filter {
        Some(filter) => find(&app, &who, filter, PAGE + 1).await?,
        None => Vec::new(),
    };
    let more = i64::try_from(rows.len()).is_ok_and(|n| n > PAGE);
    if more {
        rows.pop();
    }
    let older = rows
        .last()
        .filter(|_| more)
        .map(|last| last.tail().to_owned());
    let status = if wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let html = AuditPage {
        shell: &look.shell(&who, app.now()),
        w: look.words,
        market: &who.market,
        now: app.now(),
        answers: query.answers(),
        wrong: &wrong,
        rows,
        older,
    }
    .html();
    Ok((status, page::html(html)).into_response())
}

async fn file(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Query(query): Query<AuditQuery>,
) -> Result<Response> {
    let filter = filter(&app, &who, &query).await?;
    let rows = find(&app, &who, &filter, FILE).await?;
    Ok(download::csv("audit.csv", pages::sheet(&rows)))
}

async fn filter(app: &App, who: &Caller, query: &AuditQuery) -> Result<Filter> {
    let mut wrong = Vec::new();
    let from = day(&query.from, "from", &mut wrong);
    let to = day(&query.to, "to", &mut wrong);
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let zone = &who.market.zone;
    let today = formats::day_of(app.now(), zone);
    let from = from.unwrap_or_else(|| today.saturating_sub(jiff::Span::new().days(DAYS)));
    let from = time::instant(from.at(0, 0, 0, 0), zone);
    let until = to.and_then(|to| time::instant(to.tomorrow().ok()?.at(0, 0, 0, 0), zone));
    // Behind every id: their tails are hexadecimal.
    let mut before = until.map_or_else(|| "g".to_owned(), tail_from);
    if ids::is_well_formed(&query.before) && query.before < before {
        before.clone_from(&query.before);
    }
    Ok(Filter {
        actor: actor(app, &query.actor).await?,
        verb: query.verb.trim().to_owned(),
        thing: query.thing.trim().to_owned(),
        from: from.map_or_else(String::new, tail_from),
        before,
    })
}

fn day(typed: &str, field: &'static str, wrong: &mut Vec<FieldError>) -> Option<jiff::civil::Date> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let day = typed.parse().ok();
    if day.is_none() {
        let say = Say::key("audit-bad-day");
        wrong.push(FieldError { field, say });
    }
    day
}

/// Nobody's address finds as little as an address of somebody who did nothing here.
async fn actor(app: &App, typed: &str) -> Result<String> {
    let typed = typed.trim();
    if !typed.contains('@') {
        return Ok(typed.to_owned());
    }
    let Some(email) = normal_email(typed) else {
        return Ok(NOBODY.to_owned());
    };
    let read = app.db.read_one().await?;
    let user = accounts::store::find_user_by_email(&read, &email).await?;
    Ok(user.map_or_else(|| NOBODY.to_owned(), |user| user.id.to_string()))
}

const NOBODY: &str = "-";

/// Entries and status events, merged by the time in their ids, newest first.
async fn find(app: &App, who: &Caller, filter: &Filter, limit: i64) -> Result<Vec<Shown>> {
    let market = &who.market.id;
    let read = app.db.read_fresh().await?;
    let mut rows = Vec::new();
    if filter.verb != STATUS {
        rows = store::list_entries(&read, market, filter, limit).await?;
    }
    if filter.verb.is_empty() || filter.verb == STATUS {
        rows.extend(store::list_events(&read, market, filter, limit).await?);
    }
    rows.sort_by(|a, b| b.tail().cmp(a.tail()));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}
