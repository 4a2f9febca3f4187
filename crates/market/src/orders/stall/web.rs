//! The stall on a phone, and the customer's "I am here".
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    actions,
    model::{Guest, digest, elsewhere, named},
    pages::{Asked, CheckinPage, MorePage, Sheet},
    store,
};
use crate::{
    accounts::model::{Caller, ended_topic},
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{self, Changer, FarmStaff, StallStaff},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{
        ids::{FarmId, is_well_formed},
        line,
    },
    markets::{self, model::MarketDay},
    orders::{
        actions::{Answer, Goal, Keep, Outcome, Wish, advance, farm_topic},
        board, desk, following, links,
        model::{Status, board::BoardFarm, code, guard::Ask, seen::Audience},
        store as orders,
    },
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/orders/{id}/here", post(here))
        .route("/farm/checkin", get(show).post(collect))
        .route("/farm/checkin/events", get(events))
        .route("/farm/more", get(more))
}

/// Back to the order's page, which says that the farms know.
async fn here(
    State(app): State<Arc<App>>,
    Changer(who): Changer,
    Path(id): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::PLACE)?;
    actions::arrive(&app, &who, &id).await?;
    Ok(Redirect::to(&format!("/orders/{id}/track")).into_response())
}

#[derive(Deserialize)]
struct StallQuery {
    farm: Option<String>,
    q: Option<String>,
    /// `name`: found in a list, so that no code was shown.
    by: Option<String>,
    after: Option<String>,
}

/// One farm's stall, or the market's, and who comes there.
struct Stall {
    farm: Option<BoardFarm>,
    day: Option<MarketDay>,
    guests: Vec<Guest>,
}

/// A farm's team hands over its own boxes; managers and hosts those of all, unless they ask for one farm.
async fn find(app: &App, who: &Caller, farm: Option<&str>) -> Result<Stall> {
    let read = app.db.read_fresh().await?;
    let farm = farm.filter(|slug| !slug.is_empty());
    let whole = who.manages().is_some() || who.hosts();
    let (farm, day) = if whole && farm.is_none() {
        let day = markets::store::find_next_day(&read, &who.market.id, app.now()).await?;
        (None, day)
    } else {
        let desk = desk::find(app, &read, who, farm, None).await?;
        (Some(desk.farm), desk.day)
    };
    let guests = match &day {
        Some(day) => {
            let farm = farm.as_ref().map(|farm| &farm.id);
            store::list(&read, &who.market.id, &day.id, farm).await?
        }
        None => Vec::new(),
    };
    Ok(Stall { farm, day, guests })
}

async fn show(
    State(app): State<Arc<App>>,
    StallStaff(who): StallStaff,
    look: Look,
    Query(query): Query<StallQuery>,
) -> Result<Response> {
    let stall = find(&app, &who, query.farm.as_deref()).await?;
    let typed = query.q.as_deref().unwrap_or("");
    let by_code = query.by.is_none();
    Ok(page(&app, &who, &look, &stall, (typed, by_code), None)
        .await?
        .into_response())
}

async fn page(
    app: &App,
    who: &Caller,
    look: &Look,
    stall: &Stall,
    (typed, by_code): (&str, bool),
    refused: Option<String>,
) -> Result<axum::response::Html<String>> {
    let (w, now) = (look.words, app.now());
    let sheet = match code::normal(typed) {
        Some(code) => sheet(app, who, stall, &code, w).await?,
        None => None,
    };
    let found = if sheet.is_some() || typed.trim().is_empty() {
        Vec::new()
    } else {
        named(&stall.guests, typed)
    };
    let asked = Asked {
        query: typed,
        by_code,
        refused,
        sheet,
        found,
    };
    let page = made(stall, asked, who, w, now);
    let mut shell = look.shell(who, now);
    if let Some(farm) = &stall.farm {
        let url = format!("/farm/checkin/events?farm={}", farm.slug);
        shell = shell.live(url, &digest(&stall.guests));
    }
    Ok(page::html(page.render(&shell)))
}

fn made(
    stall: &Stall,
    asked: Asked<'_>,
    who: &Caller,
    w: Words,
    now: crate::kernel::time::Ts,
) -> CheckinPage {
    let farm = stall
        .farm
        .as_ref()
        .map(|farm| (farm.slug.as_str(), farm.name.as_str()));
    let day = stall.day.as_ref().map(|day| day.date.as_str());
    CheckinPage::new(farm, day, &stall.guests, asked, &who.market, w, now)
}

/// The order with that code, with the boxes that are handed over here; of another stall's only where it is.
async fn sheet(
    app: &App,
    who: &Caller,
    stall: &Stall,
    code: &str,
    w: Words,
) -> Result<Option<Sheet>> {
    let read = app.db.read_fresh().await?;
    let found = links::store::find_by_code(&read, &who.market.id, code).await?;
    let Some((id, ..)) = found else {
        return Ok(None);
    };
    let following = following::store::find(&read, &who.market.id, &id)
        .await?
        .ok_or(Error::NotFound)?;
    let here = store::find_arrival(&read, &id).await?;
    drop(read);
    let audience = match &stall.farm {
        Some(farm) => Audience::Farm(farm.id.clone()),
        None => Audience::Market,
    };
    let mut following = following.seen_by(&audience);
    let has_box = !following.order.parts.is_empty();
    if !has_box {
        following.order.customer_name = String::new();
    }
    let day = stall.day.as_ref().map(|day| &day.id);
    let elsewhere = elsewhere(&following.order, day, has_box);
    Ok(Some(Sheet::new(
        &following,
        &audience,
        here.filter(|_| has_box),
        elsewhere.as_ref(),
        &who.market,
        w,
    )))
}

#[derive(Deserialize)]
struct CollectForm {
    order: String,
    /// The order's, as it was seen.
    version: i64,
    key: String,
    farm: Option<String>,
    code: Option<String>,
    without_code: Option<String>,
}

async fn collect(
    State(app): State<Arc<App>>,
    StallStaff(who): StallStaff,
    look: Look,
    Form(form, text): Form<CollectForm>,
) -> Result<Response> {
    if !is_well_formed(&form.order) {
        return Err(Error::NotFound);
    }
    let stall = find(&app, &who, form.farm.as_deref()).await?;
    let farm = stall.farm.as_ref().map(|farm| farm.id.clone());
    let key = line::line(&form.key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let (caller, target) = (who.key(), "POST /farm/checkin");
    let key = Key::new(who.market.id.clone(), caller, key, target, &text);
    let answer = |outcome: &Outcome| outcome.order.code.clone();
    let keep = Keep {
        key: &key,
        answer: &answer,
    };
    let done = match wish(&form, farm) {
        Ok(wish) => advance(&app, &who, &form.order, &wish, Some(keep)).await,
        Err(error) => Err(error),
    };
    // One farm's box is collected, the others' are not to be had like this: that is no success.
    let done = done.and_then(|done| match done {
        Answer::Now(outcome) => outcome.refused().map_or(Ok(()), Err),
        Answer::Kept(_) => Ok(()),
    });
    let error = match done {
        Ok(()) => {
            let code = code_of(&app, &who, &form.order).await?;
            let slug = stall.farm.map(|farm| farm.slug).unwrap_or_default();
            let back = format!("/farm/checkin?farm={slug}&q={code}");
            return Ok(Redirect::to(&back).into_response());
        }
        Err(error @ (Error::Invalid(_) | Error::Conflict { .. } | Error::Stale { .. })) => error,
        Err(error) => return Err(error),
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    let sentence = board::sentence(look.words, &error);
    let code = code_of(&app, &who, &form.order).await?;
    let asked = (code.as_str(), false);
    let html = page(&app, &who, &look, &stall, asked, Some(sentence)).await?;
    Ok((status, html).into_response())
}

async fn code_of(app: &App, who: &Caller, id: &str) -> Result<String> {
    let read = app.db.read_fresh().await?;
    let order = orders::find(&read, &who.market.id, id).await?;
    let order = order.filter(|order| who.audience(order).is_some());
    Ok(order.ok_or(Error::NotFound)?.code)
}

fn wish(form: &CollectForm, farm: Option<FarmId>) -> Result<Wish> {
    let typed = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let without = match typed(&form.without_code) {
        Some(why) => Some(
            line::note(&why, 200)
                .map_err(|_bad| Error::invalid("without_code", "orders-bad-note"))?,
        ),
        None => None,
    };
    Ok(Wish {
        to: Goal::Status(Status::Fulfilled),
        ask: Ask {
            shown_code: typed(&form.code),
            handed_over_without_code: without,
            ..Ask::default()
        },
        farm,
        expected_version: Some(form.version),
    })
}

async fn events(
    State(app): State<Arc<App>>,
    StallStaff(who): StallStaff,
    look: Look,
    Query(query): Query<StallQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let farm = desk::find(&app, &read, &who, query.farm.as_deref(), None).await?;
    drop(read);
    let topic = app.cluster.subscribe(&farm_topic(&farm.farm.id));
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
        farm: farm.farm.slug,
        seen: seen.unwrap_or_default(),
        app: app.clone(),
        who,
    };
    let live = Live::new(topic, ended, app.stop.clone(), seat);
    Ok(live::respond(live, source))
}

/// One viewer of one stall.
struct Watch {
    app: Arc<App>,
    who: Caller,
    words: Words,
    farm: String,
    seen: String,
}

impl Source for Watch {
    async fn look(&mut self, _: u64) -> Option<Option<Bytes>> {
        let stall = match find(&self.app, &self.who, Some(&self.farm)).await {
            Ok(stall) => stall,
            Err(error) => {
                tracing::warn!(%error, farm = self.farm, "a stall could not be shown the newest state");
                return None;
            }
        };
        let digest = digest(&stall.guests);
        if digest == self.seen {
            return Some(None);
        }
        let asked = Asked {
            query: "",
            by_code: true,
            refused: None,
            sheet: None,
            found: Vec::new(),
        };
        let page = made(&stall, asked, &self.who, self.words, self.app.now());
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

/// What the four tabs have no room for.
async fn more(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<StallQuery>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let desk = desk::find(&app, &read, &who, query.farm.as_deref(), None).await?;
    drop(read);
    let slug = desk.farm.slug;
    let of = |path: &str| format!("{path}?farm={slug}");
    let page = MorePage {
        w: look.words,
        links: vec![
            ("orders-stall-title", of("/farm/checkin")),
            ("orders-late-title", of("/farm/late")),
            ("orders-slip-labels", of("/farm/labels")),
            ("products-title", of("/farm/products")),
            ("orders-work-team", of("/farm/team")),
            ("farms-settings", of("/farm/settings")),
            ("accounts-account-title", "/account".to_owned()),
        ],
        farm: slug,
    };
    Ok(page::html(page.render(&look.shell(&who, app.now()))).into_response())
}
