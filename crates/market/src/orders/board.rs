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
    model::{
        Ending, Reason, Status,
        board::{Board, BoardFarm},
        decide::Actor,
        guard::Ask,
    },
    pages::{BoardPage, Filter},
    store,
};
use crate::{
    accounts::model::{Caller, ended_topic},
    app::App,
    error::{Error, Result},
    farms,
    http::{
        body::{Form, Query},
        guard::{self, FarmStaff},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{ids::FarmOrderId, line},
    markets,
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
    /// What the browser has seen.
    after: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<BoardQuery>,
) -> Result<Response> {
    let board = find(&app, &who, query.farm.as_deref()).await?;
    let filter = Filter::parse(query.show.as_deref());
    Ok(page(&app, &who, &look, &board, filter, None).into_response())
}

fn page(
    app: &App,
    who: &Caller,
    look: &Look,
    board: &Board,
    filter: Filter,
    refused: Option<(&FarmOrderId, String)>,
) -> axum::response::Html<String> {
    let now = app.now();
    let url = format!(
        "/farm/board/events?farm={}&show={}",
        board.farm.slug,
        filter.as_str()
    );
    let shell = look.shell(who, now).live(url, &board.digest());
    page::html(
        BoardPage::new(board, &who.market, look.words, now, filter, refused).render_page(&shell),
    )
}

/// The board of the farm asked for; a farm that is not the viewer's to see is not there.
async fn find(app: &App, who: &Caller, slug: Option<&str>) -> Result<Board> {
    let read = app.db.read_fresh().await?;
    let mine = |farm: &farms::model::Farm| {
        who.manages().is_some() || who.farms().any(|own| *own == farm.id)
    };
    let farms: Vec<BoardFarm> = farms::store::list(&read, &who.market.id)
        .await?
        .into_iter()
        .filter(mine)
        .map(|farm| BoardFarm {
            id: farm.id,
            slug: farm.slug,
            name: farm.name,
        })
        .collect();
    let farm = farms
        .iter()
        .find(|farm| slug.is_none_or(|slug| farm.slug == slug));
    let farm = farm.ok_or(Error::NotFound)?.clone();
    let day = markets::store::find_day_at_work(&read, &who.market.id, &farm.id, app.now()).await?;
    let rows = match &day {
        Some(day) => {
            let mut rows = store::list_board(&read, &farm.id, &day.id).await?;
            let goods = store::list_goods(&read, &farm.id, &day.id).await?;
            for (part, product, qty, unit) in goods {
                if let Some(row) = rows.iter_mut().find(|row| row.id == part) {
                    row.goods.push((product, qty, unit));
                }
            }
            rows
        }
        None => Vec::new(),
    };
    let viewer = Actor {
        id: who.user.as_ref().map(|user| user.id.clone()),
        name: who.user.as_ref().map(|user| user.name.clone()),
        roles: who.roles_at(&farm.id),
    };
    Ok(Board {
        farm,
        farms,
        day,
        rows,
        viewer,
    })
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
        Err(error @ (Error::Internal { .. } | Error::Unavailable | Error::NotFound)) => Err(error),
        Err(error) => refused(&app, &who, &look, &form, &error, live).await,
    }
}

fn back(form: &StepForm) -> String {
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
    let board = find(
        app,
        who,
        form.farm.as_deref().filter(|slug| !slug.is_empty()),
    )
    .await?;
    let filter = Filter::parse(form.show.as_deref());
    let row = FarmOrderId::new(&form.order);
    Ok((
        status,
        page(app, who, look, &board, filter, Some((&row, sentence))),
    )
        .into_response())
}

/// Statuses in the board's own words, not in those of the API.
fn sentence(words: Words, error: &Error) -> String {
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
    let seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
        .or(query.after);
    let source = Watch {
        words: look.words,
        filter: Filter::parse(query.show.as_deref()),
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
    filter: Filter,
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
            .map(|row| (row.id.clone(), row.part.version))
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
            self.filter,
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
