//! The managers' list of orders.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions::{self, Moved},
    model::{Filter, GOALS, Kept, Line, cursor},
    pages::{self, ListPage, Options, Told},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, FieldError, Result},
    farms,
    http::{
        body::{Form, Query},
        download,
        guard::Manager,
        page::{self, Look},
    },
    kernel::{
        ids::{DayId, FarmId, OrderId, PlaceId},
        line,
        time::Ts,
    },
    markets::{days, places},
    orders::{
        actions::{Goal, Wish},
        model::{Reason, Status, guard::Ask},
        store as orders,
    },
    pages::inputs::Answers,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/orders", get(show).post(bulk))
        .route("/market/orders/filters", post(keep))
        .route("/market/orders/filters/forget", post(forget))
        .route("/market/orders.csv", get(file))
}

const PAGE: i64 = 50;
/// Characters of a filter's name at most.
const NAME: usize = 40;
/// Lines of a file at most.
const FILE: i64 = 10_000;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ListQuery {
    status: String,
    farm: String,
    day: String,
    place: String,
    q: String,
    after: String,
    /// How many were moved by the press before.
    done: Option<usize>,
}

impl ListQuery {
    fn filter(&self) -> Filter {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Filter {
            status: Status::parse(&self.status),
            farm: some(&self.farm).map(FarmId::new),
            day: some(&self.day).map(DayId::new),
            place: some(&self.place).map(PlaceId::new),
            text: self.q.clone(),
        }
    }

    fn answers(&self) -> Answers {
        Answers::default()
            .with("status", &self.status)
            .with("farm", &self.farm)
            .with("day", &self.day)
            .with("place", &self.place)
            .with("q", &self.q)
    }
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let html = list_page(&app, &who, &look, &query, &[], NOTHING_WRONG).await?;
    Ok(page::html(html).into_response())
}

/// The fields that were refused, and the name typed for a filter.
const NOTHING_WRONG: (&[FieldError], &str) = (&[], "");

async fn list_page(
    app: &App,
    who: &Caller,
    look: &Look,
    query: &ListQuery,
    results: &[Told],
    (wrong, name): (&[FieldError], &str),
) -> Result<String> {
    let market = &who.market.id;
    let read = app.db.read_fresh().await?;
    let mut rows = find(&read, who, query, PAGE + 1).await?;
    let options = Options {
        farms: farms::store::list(&read, market).await?,
        ahead: days::store::list_ahead(&read, market, app.now()).await?,
        over: days::store::list_over(&read, market, app.now()).await?,
        places: places::store::list(&read, market).await?,
    };
    let kept = match &who.user {
        Some(user) => store::list_filters(&read, market, &user.id).await?,
        None => Vec::new(),
    };
    drop(read);
    let more = i64::try_from(rows.len()).is_ok_and(|n| n > PAGE);
    if more {
        rows.pop();
    }
    let older = rows.last().filter(|_| more);
    let older = older.map(|last| format!("{}.{}", last.placed_at.micros(), last.id));
    Ok(ListPage {
        shell: &look.shell(who, app.now()),
        w: look.words,
        market: &who.market,
        now: app.now(),
        answers: query.answers(),
        options,
        kept,
        rows,
        older,
        results,
        wrong,
        name,
        done: query.done,
    }
    .html())
}

async fn find(db: &db::Read, who: &Caller, query: &ListQuery, limit: i64) -> Result<Vec<Line>> {
    let newest = (Ts::from_micros(i64::MAX), OrderId::new(""));
    let after = if query.after.is_empty() {
        newest
    } else {
        cursor(&query.after).ok_or_else(|| Error::invalid("after", "orders-list-bad-cursor"))?
    };
    let filter = query.filter();
    Ok(store::list_page(db, &who.market.id, &filter, (after.0, &after.1), limit).await?)
}

async fn bulk(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<ListQuery>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let moved = match wish(&query, &answers) {
        Ok(wish) => actions::move_all(&app, &who, &picked(&answers), &wish).await,
        Err(error) => Err(error),
    };
    let moved = match moved {
        Ok(moved) => moved,
        Err(error) => return refused(&app, &who, &look, &query, error, "").await,
    };
    if moved.iter().all(|moved| moved.result.is_ok()) {
        let url = format!(
            "/market/orders?{}&done={}",
            pages::query(&query.answers()),
            moved.len()
        );
        return Ok(Redirect::to(&url).into_response());
    }
    let results = results(&app, &who, &look, moved).await?;
    let html = list_page(&app, &who, &look, &query, &results, NOTHING_WRONG).await?;
    Ok((StatusCode::CONFLICT, page::html(html)).into_response())
}

/// The list again, with what was wrong and the name that was typed for a filter.
async fn refused(
    app: &App,
    who: &Caller,
    look: &Look,
    query: &ListQuery,
    error: Error,
    typed: &str,
) -> Result<Response> {
    let Error::Invalid(wrong) = error else {
        return Err(error);
    };
    let html = list_page(app, who, look, query, &[], (&wrong, typed)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
}

/// The filter of this address under a name, for the person who asks.
async fn keep(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<ListQuery>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let here = pages::query(&query.answers());
    let typed = answers.get("name");
    let kept = match line::line(typed, NAME) {
        Ok(name) => {
            let kept = Kept {
                name,
                query: here.clone(),
            };
            actions::keep_filter(&app, &who, &kept).await
        }
        Err(_bad) => Err(Error::invalid("name", "orders-list-keep-name")),
    };
    match kept {
        Ok(()) => Ok(Redirect::to(&format!("/market/orders?{here}")).into_response()),
        Err(error) => refused(&app, &who, &look, &query, error, typed).await,
    }
}

async fn forget(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Query(query): Query<ListQuery>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    actions::forget_filter(&app, &who, answers.get("name")).await?;
    let here = pages::query(&query.answers());
    Ok(Redirect::to(&format!("/market/orders?{here}")).into_response())
}

/// The orders ticked, each with the version that was seen.
fn picked(answers: &Answers) -> Vec<(OrderId, i64)> {
    let ticked = answers.0.iter().filter(|(name, _)| name == "order");
    let read = ticked.filter_map(|(_, value)| {
        let (id, version) = value.rsplit_once(':')?;
        Some((OrderId::new(id), version.parse().ok()?))
    });
    read.collect()
}

fn wish(query: &ListQuery, answers: &Answers) -> Result<Wish> {
    let to = Status::parse(answers.get("to"))
        .filter(|to| GOALS.contains(to))
        .ok_or_else(|| Error::invalid("to", "orders-list-no-goal"))?;
    let reason = Reason::parse(answers.get("reason"));
    if to == Status::Cancelled && reason.is_none() {
        return Err(Error::invalid("reason", "orders-list-no-reason"));
    }
    Ok(Wish {
        to: Goal::Status(to),
        ask: Ask {
            reason: reason.filter(|_| to == Status::Cancelled),
            ..Ask::default()
        },
        // With a farm chosen, only its part of each order moves.
        farm: query.filter().farm,
        expected_version: None,
    })
}

async fn results(app: &App, who: &Caller, look: &Look, moved: Vec<Moved>) -> Result<Vec<Told>> {
    let read = app.db.read_fresh().await?;
    let mut results = Vec::new();
    for moved in moved {
        let order = orders::find(&read, &who.market.id, moved.id.as_str()).await?;
        let code = order.map_or_else(|| moved.id.to_string(), |order| order.code);
        results.push(pages::result(code, &moved.result, look.words));
    }
    Ok(results)
}

async fn file(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let rows = find(&read, &who, &query, FILE).await?;
    drop(read);
    Ok(download::csv("orders.csv", pages::sheet(&rows)))
}
