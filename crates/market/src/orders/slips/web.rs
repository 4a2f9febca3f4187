//! Slips and labels of a day.
use std::sync::Arc;

use axum::{Router, extract::State, response::IntoResponse as _, response::Response, routing::get};
use serde::Deserialize;

use super::{
    pages::{Kind, Paper, PrintPage},
    store::{self, PartLine},
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::Result,
    http::{
        body::Query,
        guard::FarmStaff,
        page::{self, Look},
    },
    orders::{
        desk,
        model::{Status, board::BoardRow},
        packing::model::{PackLine, by_place},
        store as orders,
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/slips", get(slips))
        .route("/farm/labels", get(labels))
}

#[derive(Deserialize)]
struct DayQuery {
    farm: Option<String>,
    /// A local date; without it the day at work.
    day: Option<String>,
    /// Only this part.
    order: Option<String>,
}

async fn slips(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<DayQuery>,
) -> Result<Response> {
    respond(&app, &who, &look, &query, Kind::Slips).await
}

async fn labels(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<DayQuery>,
) -> Result<Response> {
    respond(&app, &who, &look, &query, Kind::Labels).await
}

/// What is still to be packed or handed over; one that is asked for by name is printed whatever became of it.
fn is_wanted(row: &BoardRow, query: &DayQuery) -> bool {
    match &query.order {
        Some(id) => row.id.as_str() == id,
        None => !matches!(
            row.part.status,
            Status::Cancelled | Status::Fulfilled | Status::Completed
        ),
    }
}

async fn respond(
    app: &App,
    who: &Caller,
    look: &Look,
    query: &DayQuery,
    kind: Kind,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let (farm, day) = (query.farm.as_deref(), query.day.as_deref());
    let desk = desk::find(app, &read, who, farm, day).await?;
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    if let Some(day) = &desk.day {
        rows = orders::list_board(&read, &desk.farm.id, &day.id).await?;
        lines = store::list_lines(&read, &desk.farm.id, &day.id).await?;
    }
    drop(read);
    let base = app.base_url(&who.market);
    let papers: Vec<Paper> = rows
        .into_iter()
        .filter(|row| is_wanted(row, query))
        .map(|row| {
            let mine = lines.iter().filter(|PartLine(part, _)| *part == row.id);
            let mut mine: Vec<PackLine> = mine.map(|PartLine(_, line)| line.clone()).collect();
            by_place(&mut mine);
            Paper {
                url: format!("{base}/c/{}", row.code).to_uppercase(),
                row,
                lines: mine,
            }
        })
        .collect();
    let page = PrintPage::new(kind, &desk.farm, desk.day.as_ref(), &papers, look.words);
    let shell = look.shell(who, app.now());
    Ok(page::html(page.render(&shell)).into_response())
}
