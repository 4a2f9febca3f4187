//! A farm's board: its orders of the day, one tap to the next step, live. HTML handlers.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    actions::{self, Goal, Keep, Wish, farm_topic},
    desk,
    model::{Ending, Reason, Status, board::Board, guard::Ask},
    packing,
    pages::{BoardPage, Filter, View},
    store,
};
use crate::{
    accounts::model::{Caller, ended_topic},
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{self, FarmStaff},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{
        ids::{self, FarmOrderId},
        line,
    },
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/board", get(show).post(step))
        .route("/farm/board/events", get(events))
}

#[derive(Deserialize)]
struct BoardQuery {
    /// The farm's slug; without it the viewer's first.
    farm: Option<String>,
    show: Option<String>,
    window: Option<String>,
    /// `some` or `all`: several at once.
    pick: Option<String>,
    whole: Option<String>,
    /// What the browser has seen.
    after: Option<String>,
}

impl BoardQuery {
    fn view(&self) -> View {
        let well_formed = |id: &&String| ids::is_well_formed(id) && !id.contains('&');
        View {
            show: Filter::parse(self.show.as_deref()),
            window: self.window.as_ref().filter(well_formed).cloned(),
            pick: match self.pick.as_deref() {
                Some("all") => Some(true),
                Some(_) => Some(false),
                None => None,
            },
            whole: self.whole.is_some(),
        }
    }
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<BoardQuery>,
) -> Result<Response> {
    let board = find(&app, &who, query.farm.as_deref()).await?;
    Ok(page(&app, &who, &look, &board, &query.view(), None).into_response())
}

fn page(
    app: &App,
    who: &Caller,
    look: &Look,
    board: &Board,
    view: &View,
    refused: Option<(&FarmOrderId, String)>,
) -> axum::response::Html<String> {
    let now = app.now();
    let url = format!(
        "/farm/board/events?farm={}{}",
        board.farm.slug,
        view.query()
    );
    let shell = look.shell(who, now).live(url, &board.digest());
    page::html(
        BoardPage::new(board, &who.market, look.words, now, view.clone(), refused)
            .render_page(&shell),
    )
}

/// The board of the farm asked for, who waits and what is in trouble first; a farm that is not the viewer's to see is not there.
pub async fn find(app: &App, who: &Caller, slug: Option<&str>) -> Result<Board> {
    let read = app.db.read_fresh().await?;
    let desk = desk::find(app, &read, who, slug, None).await?;
    let rows = match &desk.day {
        Some(day) => {
            let mut rows = store::list_board(&read, &desk.farm.id, &day.id).await?;
            let goods = store::list_goods(&read, &desk.farm.id, &day.id).await?;
            for (part, product, qty, unit) in goods {
                if let Some(row) = rows.iter_mut().find(|row| row.id == part) {
                    row.goods.push((product, qty, unit));
                }
            }
            rows
        }
        None => Vec::new(),
    };
    let mut board = desk.board(rows);
    board.sort(app.now());
    Ok(board)
}

#[derive(Deserialize)]
struct StepForm {
    /// The farm's part of an order.
    order: String,
    /// A status, or `UNDO`.
    to: String,
    /// The version the tap was made on.
    version: i64,
    /// The idempotency key of this tap.
    key: String,
    farm: Option<String>,
    show: Option<String>,
    code: Option<String>,
    without_code: Option<String>,
    reason: Option<String>,
    ending: Option<String>,
    note: Option<String>,
    /// `order`: the tap was made on the order's own page, and leads back there.
    back: Option<String>,
}

async fn step(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    headers: HeaderMap,
    Form(form, text): Form<StepForm>,
) -> Result<Response> {
    let wish = wish(&form)?;
    let key = line::line(&form.key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let key = Key::new(
        who.market.id.clone(),
        who.key(),
        key,
        "POST /farm/board",
        &text,
    );
    let answer = |_: &actions::Outcome| "{}".to_owned();
    let keep = Keep {
        key: &key,
        answer: &answer,
    };
    let live = headers
        .get("x-requested-with")
        .is_some_and(|value| value == "live");
    match actions::advance(&app, &who, &form.order, &wish, Some(keep)).await {
        Ok(_) if live => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(_) => Ok(Redirect::to(&back(&form)).into_response()),
        Err(error @ (Error::Internal { .. } | Error::Unavailable(_) | Error::NotFound)) => {
            Err(error)
        }
        Err(error) => refused(&app, &who, &look, &form, &error, live).await,
    }
}

fn back(form: &StepForm) -> String {
    if form.back.as_deref() == Some("order") && ids::is_well_formed(&form.order) {
        return format!("/farm/orders/{}", form.order);
    }
    let clean = |text: &Option<String>| {
        text.as_deref()
            .unwrap_or("")
            .replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "")
    };
    format!(
        "/farm/board?farm={}&show={}#row-{}",
        clean(&form.farm),
        clean(&form.show),
        form.order
            .replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "")
    )
}

/// The board again, with the sentence on the row it is about; for a script just the sentence.
async fn refused(
    app: &App,
    who: &Caller,
    look: &Look,
    form: &StepForm,
    error: &Error,
    live: bool,
) -> Result<Response> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let typed = form.code.as_deref().unwrap_or("").trim();
    let sentence = if typed.is_empty() && error.say().key == "orders-guard-proof" {
        look.words.say("orders-guard-no-code").into_owned()
    } else {
        sentence(look.words, error)
    };
    if live {
        return Ok((
            status,
            [("content-type", "text/html; charset=utf-8")],
            sentence,
        )
            .into_response());
    }
    if form.back.as_deref() == Some("order") {
        return packing::web::refused(app, who, look, &form.order, status, sentence).await;
    }
    let board = find(
        app,
        who,
        form.farm.as_deref().filter(|slug| !slug.is_empty()),
    )
    .await?;
    let view = View::from(Filter::parse(form.show.as_deref()));
    let row = FarmOrderId::new(&form.order);
    Ok((
        status,
        page(app, who, look, &board, &view, Some((&row, sentence))),
    )
        .into_response())
}

/// Statuses in the board's own words, not in those of the API.
pub fn sentence(words: Words, error: &Error) -> String {
    match error {
        Error::Conflict { .. } | Error::Stale { .. } => {
            words.say("orders-board-moved").into_owned()
        }
        other => words.tell(&other.say()),
    }
}

fn wish(form: &StepForm) -> Result<Wish> {
    let text = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let note = |field: &'static str, value: &Option<String>| match text(value) {
        Some(value) => line::note(&value, 500)
            .map(Some)
            .map_err(|_bad| Error::invalid(field, "orders-bad-note")),
        None => Ok(None),
    };
    let to = match form.to.as_str() {
        "UNDO" => Goal::Undo,
        to => Goal::Status(
            Status::parse(to).ok_or_else(|| Error::invalid("to", "orders-unknown-status"))?,
        ),
    };
    Ok(Wish {
        to,
        ask: Ask {
            reason: text(&form.reason).and_then(|text| Reason::parse(&text)),
            note: note("note", &form.note)?,
            shown_code: text(&form.code),
            handed_over_without_code: note("without_code", &form.without_code)?,
            ending: text(&form.ending).and_then(|text| Ending::parse(&text)),
        },
        farm: None,
        expected_version: Some(form.version),
    })
}

async fn events(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<BoardQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let first = find(&app, &who, query.farm.as_deref()).await?;
    let topic = app.cluster.subscribe(&farm_topic(&first.farm.id));
    let seat = app.seats.take(
        &who.key(),
        &limits::network(who.address),
        app.config.lifts_limits_for(who.address),
    )?;
    let ended = app.cluster.subscribe(&ended_topic(&who));
    let view = query.view();
    let seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
        .or(query.after);
    let source = Watch {
        words: look.words,
        view,
        farm: first.farm.slug,
        seen: seen.unwrap_or_default(),
        shown: Vec::new(),
        app: app.clone(),
        who,
    };
    Ok(live::respond(
        Live::new(topic, ended, app.stop.clone(), seat),
        source,
    ))
}

/// One viewer of one board.
struct Watch {
    app: Arc<App>,
    who: Caller,
    words: Words,
    view: View,
    farm: String,
    seen: String,
    /// Rows and versions the viewer has, in their order; empty until the first look.
    shown: Vec<(FarmOrderId, i64)>,
}

impl Source for Watch {
    async fn look(&mut self, _: u64) -> Option<Option<Bytes>> {
        let board = match find(&self.app, &self.who, Some(&self.farm)).await {
            Ok(board) => board,
            Err(error) => {
                tracing::warn!(%error, farm = self.farm, "a board could not be shown the newest state");
                return None;
            }
        };
        let digest = board.digest();
        let shown: Vec<(FarmOrderId, i64)> = board
            .rows
            .iter()
            .map(|row| (row.id.clone(), row.stamp()))
            .collect();
        let before = std::mem::replace(&mut self.shown, shown);
        if digest == self.seen {
            return Some(None);
        }
        let page = BoardPage::new(
            &board,
            &self.who.market,
            self.words,
            self.app.now(),
            self.view.clone(),
            None,
        );
        let parts = page.render_changes(&before);
        let frame = page::frame(&digest, &page.title(), &page.sentence(&before), parts);
        self.seen = digest;
        Some(Some(frame))
    }

    async fn still_may(&mut self) -> bool {
        guard::still_good(&self.app, &self.who, None).await
    }
}
