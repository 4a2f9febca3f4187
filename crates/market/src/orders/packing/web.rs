//! One order on a farm's phone: the page, its ticks, what was short.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions::{self, Got},
    model::{PackLine, by_place},
    pages::{OrderPage, Preview, Seen},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::FarmStaff,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{
        ids::LineId,
        line,
        qty::{self, Qty},
    },
    orders::{
        desk, following,
        model::{FarmOrder, board::BoardRow, seen::Audience},
    },
    products::model::typed::counted,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/orders/{id}", get(show))
        .route("/farm/orders/{id}/tick", post(tick))
        .route("/farm/orders/{id}/short", get(preview).post(short))
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    let seen = find(&app, &who, &id).await?;
    Ok(page(&app, &who, &look, &seen, None).into_response())
}

fn page(
    app: &App,
    who: &Caller,
    look: &Look,
    seen: &Seen,
    refused: Option<String>,
) -> axum::response::Html<String> {
    let now = app.now();
    let page = OrderPage::new(seen, &who.market, look.words, now, refused);
    page::html(page.render(&look.shell(who, now)))
}

/// The page again with the sentence that says why not.
pub async fn refused(
    app: &App,
    who: &Caller,
    look: &Look,
    id: &str,
    status: StatusCode,
    sentence: String,
) -> Result<Response> {
    let seen = find(app, who, id).await?;
    Ok((status, page(app, who, look, &seen, Some(sentence))).into_response())
}

/// All that the page shows, as the farm may see it.
async fn find(app: &App, who: &Caller, id: &str) -> Result<Seen> {
    let read = app.db.read_fresh().await?;
    let (order, part) = actions::find(&read, who, id).await?;
    let following = following::store::find(&read, &who.market.id, &order.id)
        .await?
        .ok_or(Error::NotFound)?;
    let mut lines = store::list_lines(&read, &part.id).await?;
    by_place(&mut lines);
    let contact = store::find_contact(&read, &who.market.id, &order.id).await?;
    let (email, phone) = contact.ok_or(Error::NotFound)?;
    let farms = crate::farms::store::list(&read, &who.market.id).await?;
    let slug = farms.iter().find(|farm| farm.id == part.farm.id);
    let slug = slug.map(|farm| farm.slug.clone());
    let desk = desk::find(app, &read, who, slug.as_deref(), None).await?;
    drop(read);
    let row = BoardRow {
        id: part.id.clone(),
        order_id: order.id.clone(),
        code: order.code.clone(),
        customer_name: order.customer_name.clone(),
        items: i64::try_from(lines.len()).unwrap_or(0),
        short: 0,
        here: false,
        goods: Vec::new(),
        part: part.clone(),
        window: order.window.clone(),
        cutoff_at: order.day.cutoff_at,
        payment: order.payment,
    };
    let audience = Audience::Farm(part.farm.id.clone());
    Ok(Seen {
        following: following.seen_by(&audience),
        part,
        lines,
        email,
        phone,
        board: desk.board(vec![row]),
    })
}

fn key(who: &Caller, typed: &str, target: &str, text: &str) -> Result<Key> {
    let key = line::line(typed, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    Ok(Key::new(
        who.market.id.clone(),
        who.key(),
        key,
        target,
        text,
    ))
}

#[derive(Deserialize)]
struct TickForm {
    line: String,
    /// `yes` or `no`.
    done: String,
    /// The line's, as it was seen.
    version: i64,
    key: String,
}

async fn tick(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Form(form, text): Form<TickForm>,
) -> Result<Response> {
    let done = match form.done.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid("done", "market-bad-form")),
    };
    let target = format!("POST /farm/orders/{id}/tick");
    let key = key(&who, &form.key, &target, &text)?;
    let line = LineId::new(&form.line);
    let ticked = actions::tick(&app, &who, &id, &line, (done, form.version), &key).await;
    answer(&app, &who, &look, &id, &line, ticked).await
}

/// Back to the line it was about; a refusal is said on the page as it stands now.
async fn answer(
    app: &App,
    who: &Caller,
    look: &Look,
    id: &str,
    line: &LineId,
    done: Result<()>,
) -> Result<Response> {
    let error = match done {
        Ok(()) => {
            return Ok(Redirect::to(&format!("/farm/orders/{id}#l-{line}")).into_response());
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. } | Error::Stale { .. })) => error,
        Err(error) => return Err(error),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let sentence = match &error {
        Error::Stale { .. } => look.words.say("orders-board-moved").into_owned(),
        other => look.words.tell(&other.say()),
    };
    refused(app, who, look, id, status, sentence).await
}

#[derive(Deserialize)]
struct GotQuery {
    line: Option<String>,
    got: Option<String>,
    note: Option<String>,
}

/// What somebody typed, checked as far as it goes without the rest of the order.
fn typed(
    lines: &[PackLine],
    line: Option<&str>,
    got: Option<&str>,
    note: Option<&str>,
) -> Result<(LineId, Qty, Option<String>)> {
    let named = |one: &&PackLine| Some(one.id.as_str()) == line;
    let line = lines.iter().find(named);
    let line = line.ok_or_else(|| Error::invalid("line", "orders-pack-no-line"))?;
    let got = got.unwrap_or("").trim();
    let qty = qty::parse(got, counted(&line.unit));
    let qty = qty.map_err(|_bad| Error::invalid("got", "orders-pack-number"))?;
    let note = match note.map(str::trim).filter(|note| !note.is_empty()) {
        Some(note) => Some(
            line::line(note, 200).map_err(|_bad| Error::invalid("note", "orders-pack-note-bad"))?,
        ),
        None => None,
    };
    Ok((line.id.clone(), qty, note))
}

/// What would come of it: nothing is written yet.
async fn preview(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Query(query): Query<GotQuery>,
) -> Result<Response> {
    let seen = find(&app, &who, &id).await?;
    let (line, got, note) = (
        query.line.as_deref(),
        query.got.as_deref(),
        query.note.as_deref(),
    );
    let checked = typed(&seen.lines, line, got, note).and_then(|(line, qty, note)| {
        Ok((
            actions::preview(&who, &seen.part, &seen.lines, &line, qty)?,
            note,
        ))
    });
    let (picked, note) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
            let sentence = look.words.tell(&error.say());
            return Ok((status, page(&app, &who, &look, &seen, Some(sentence))).into_response());
        }
    };
    let preview = Preview::new(&seen, &picked, note, &who.market, look.words);
    Ok(page::html(preview.render(&look.shell(&who, app.now()))).into_response())
}

#[derive(Deserialize)]
struct GotForm {
    line: String,
    got: String,
    note: Option<String>,
    /// The part's, as it was seen.
    version: i64,
    key: String,
}

async fn short(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Path(id): Path<String>,
    Form(form, text): Form<GotForm>,
) -> Result<Response> {
    let target = format!("POST /farm/orders/{id}/short");
    let key = key(&who, &form.key, &target, &text)?;
    let line = LineId::new(&form.line);
    let done = save(&app, &who, &id, &form, &key).await;
    answer(&app, &who, &look, &id, &line, done).await
}

async fn save(app: &App, who: &Caller, id: &str, form: &GotForm, key: &Key) -> Result<()> {
    let read = app.db.read_fresh().await?;
    let (_, part): (_, FarmOrder) = actions::find(&read, who, id).await?;
    let lines = store::list_lines(&read, &part.id).await?;
    drop(read);
    let note = form.note.as_deref();
    let (line, qty, note) = typed(&lines, Some(&form.line), Some(&form.got), note)?;
    let got = Got {
        line,
        qty,
        note,
        version: form.version,
    };
    actions::pick(app, who, id, &got, key).await
}
