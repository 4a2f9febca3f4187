//! A manager's pages of market days.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions,
    form::{self, About},
    model::{Day, Step, Window},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result, Say},
    http::{
        body::{Form, Query},
        guard::Manager,
        page::{self, Look},
    },
    kernel::ids::DayId,
    markets::{
        model::DayStatus,
        pages::{self, ListPage, Section},
        places::{self, model::Place},
    },
    pages::inputs::{Answers, Button, FormPage, Problems, compare},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/days", get(list))
        .route("/market/days/new", get(blank).post(create))
        .route("/market/days/{id}", get(show).post(edit))
        .route("/market/days/{id}/status", post(step))
}

async fn list(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let (now, w, market) = (app.now(), look.words, &who.market);
    let read = app.db.read_fresh().await?;
    let ahead = store::list_ahead(&read, &market.id, now).await?;
    let over = store::list_over(&read, &market.id, now).await?;
    let from = over.last().map_or(now, |day| day.ends_at);
    let windows = store::list_windows_from(&read, &market.id, from).await?;
    let orders = store::count_orders_from(&read, &market.id, from).await?;
    drop(read);
    let row = |day: &Day| {
        let own: Vec<&Window> = windows.iter().filter(|w| w.day == day.id).collect();
        let count = orders.iter().find(|(id, _)| *id == day.id);
        pages::day_row(day, &own, count.map_or(0, |count| count.1), market, w)
    };
    let mut links = vec![(
        "/market/days/new".to_owned(),
        w.say("markets-day-new").into_owned(),
    )];
    if !(ahead.is_empty() && over.is_empty()) {
        links.push((
            "/market/days/new?copy=last".to_owned(),
            w.say("markets-day-copy").into_owned(),
        ));
    }
    let sections = [(ahead, "markets-days-ahead"), (over, "markets-days-over")]
        .into_iter()
        .filter(|(days, _)| !days.is_empty())
        .map(|(days, title)| Section {
            title: w.say(title).into_owned(),
            rows: days.iter().map(row).collect(),
        });
    let shell = look.shell(&who, now);
    Ok(page::html(
        ListPage {
            shell: &shell,
            w,
            title: w.say("markets-days").into_owned(),
            links,
            sections: sections.collect(),
            empty: w.say("markets-days-none").into_owned(),
        }
        .html(),
    ))
}

#[derive(Deserialize)]
struct CopyQuery {
    copy: Option<String>,
}

async fn blank(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<CopyQuery>,
) -> Result<Html<String>> {
    let market = &who.market;
    let read = app.db.read_fresh().await?;
    let places = places::store::list(&read, &market.id).await?;
    let last = match query.copy {
        Some(_) => store::find_last(&read, &market.id).await?,
        None => None,
    };
    let answers = match &last {
        Some(day) => {
            let windows = store::list_windows(&read, &market.id, &day.id).await?;
            form::a_week_later(day, &windows, &market.zone, app.now())
        }
        None => Answers::default(),
    };
    drop(read);
    let page = new_page(&app, &who, &look, &places, &answers, &Problems::default());
    Ok(page::html(page))
}

fn new_page(
    app: &App,
    who: &Caller,
    look: &Look,
    places: &[Place],
    answers: &Answers,
    problems: &Problems,
) -> String {
    let (w, now) = (look.words, app.now());
    let about = About {
        zone: &who.market.zone,
        now,
        places,
        day: None,
    };
    // Without a place there is nothing to choose: that comes first.
    let groups = if places.is_empty() {
        Vec::new()
    } else {
        form::groups(w, &about, answers)
    };
    let refused = places
        .is_empty()
        .then(|| w.say("markets-day-needs-place").into_owned());
    let back = if places.is_empty() {
        (
            "/market/places/new".to_owned(),
            w.say("markets-place-new").into_owned(),
        )
    } else {
        (
            "/market/days".to_owned(),
            w.say("markets-days").into_owned(),
        )
    };
    FormPage {
        shell: &look.shell(who, now),
        w,
        title: w.say("markets-day-new").into_owned(),
        lead: w.say_a("markets-day-new-lead", &who.market.zone_name),
        back: Some(back),
        refused,
        buttons: Vec::new(),
        action: "/market/days/new".to_owned(),
        hidden: Vec::new(),
        groups,
        go: w.say("markets-day-create").into_owned(),
        problems,
    }
    .html()
}

async fn create(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let places = places::store::list(&read, &who.market.id).await?;
    drop(read);
    let about = About {
        zone: &who.market.zone,
        now: app.now(),
        places: &places,
        day: None,
    };
    let status = if answers.get("draft").is_empty() {
        DayStatus::Scheduled
    } else {
        DayStatus::Draft
    };
    let problems = match form::read(&about, &answers) {
        Ok(plan) => match actions::create(&app, &who, &plan, status).await {
            Ok(id) => return Ok(Redirect::to(&format!("/market/days/{id}")).into_response()),
            Err(Error::Invalid(fields)) => Problems::from(fields),
            Err(error) => return Err(error),
        },
        Err(problems) => problems,
    };
    let html = new_page(&app, &who, &look, &places, &answers, &problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
}

/// A day with all that its form needs.
struct Shown {
    day: Day,
    windows: Vec<Window>,
    places: Vec<Place>,
}

async fn find(app: &App, who: &Caller, id: &DayId) -> Result<Shown> {
    let market = &who.market.id;
    let read = app.db.read_fresh().await?;
    let day = store::find(&read, market, id).await?;
    Ok(Shown {
        day: day.ok_or(Error::NotFound)?,
        windows: store::list_windows(&read, market, id).await?,
        places: places::store::list(&read, market).await?,
    })
}

fn about<'a>(app: &App, who: &'a Caller, shown: &'a Shown) -> About<'a> {
    About {
        zone: &who.market.zone,
        now: app.now(),
        places: &shown.places,
        day: Some((&shown.day, &shown.windows)),
    }
}

/// What the form says beside the day as it is.
#[derive(Default)]
struct Told<'a> {
    typed: Option<(&'a Answers, &'a Problems)>,
    refused: Option<String>,
    /// Somebody else changed the day: what differs stands at its input.
    is_stale: bool,
}

fn day_page(app: &App, who: &Caller, look: &Look, shown: &Shown, told: Told<'_>) -> String {
    let (w, now, day) = (look.words, app.now(), &shown.day);
    let Told {
        typed,
        refused,
        is_stale,
    } = told;
    let as_is = form::filled(day, &shown.windows, &who.market.zone);
    let none = Problems::default();
    let (answers, problems) = typed.unwrap_or((&as_is, &none));
    let about = about(app, who, shown);
    let version = ("version".to_owned(), day.version.to_string());
    let button = |step: Step| Button {
        action: format!("/market/days/{}/status", day.id),
        hidden: vec![
            ("step".to_owned(), step.as_str().to_owned()),
            version.clone(),
        ],
        text: pages::step(step, w),
        look: if step == Step::Cancel { "bad" } else { "" },
    };
    let mut hidden = vec![version.clone()];
    hidden.extend(form::row_ids(&shown.windows));
    let groups = if day.status.is_editable() {
        let mut groups = form::groups(w, &about, answers);
        if problems.0.iter().any(|(field, _)| field == form::TELL) {
            groups.push(form::tell_group(w));
        }
        if is_stale {
            compare(groups, &as_is, w)
        } else {
            groups
        }
    } else {
        Vec::new()
    };
    let state = pages::status(day.status, w);
    FormPage {
        shell: &look.shell(who, now),
        w,
        title: pages::date(day, w),
        lead: format!("{state}. {}", pages::hours(day, &who.market, w)),
        back: Some((
            "/market/days".to_owned(),
            w.say("markets-days").into_owned(),
        )),
        refused,
        buttons: day.steps(now).into_iter().map(button).collect(),
        action: format!("/market/days/{}", day.id),
        hidden,
        groups,
        go: w.say("markets-day-save").into_owned(),
        problems,
    }
    .html()
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<DayId>,
) -> Result<Html<String>> {
    let shown = find(&app, &who, &id).await?;
    Ok(page::html(day_page(
        &app,
        &who,
        &look,
        &shown,
        Told::default(),
    )))
}

async fn edit(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<DayId>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let shown = find(&app, &who, &id).await?;
    let version = version(&answers)?;
    if !shown.day.status.is_editable() {
        let told = Told {
            refused: Some(look.words.say("markets-day-fixed").into_owned()),
            ..Told::default()
        };
        let html = day_page(&app, &who, &look, &shown, told);
        return Ok((StatusCode::CONFLICT, page::html(html)).into_response());
    }
    if version != shown.day.version {
        let stale = Err(Error::Stale {
            now: shown.day.version,
        });
        return answer(&app, &who, &look, &id, stale, Some(&answers)).await;
    }
    let plan = match form::read(&about(&app, &who, &shown), &answers) {
        Ok(plan) => plan,
        Err(problems) => {
            let told = Told {
                typed: Some((&answers, &problems)),
                ..Told::default()
            };
            let html = day_page(&app, &who, &look, &shown, told);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response());
        }
    };
    let moved = actions::moved(&plan, &shown.windows, &shown.places);
    let told: i64 = moved.iter().map(|(window, _)| window.taken).sum();
    if told > 0 && answers.get(form::TELL).is_empty() {
        let mut problems = Problems::default();
        let say = Say::key("markets-day-tell-how-many").with("n", told.to_string());
        problems.say(form::TELL, say);
        let told = Told {
            typed: Some((&answers, &problems)),
            ..Told::default()
        };
        let html = day_page(&app, &who, &look, &shown, told);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response());
    }
    let done = actions::edit(&app, &who, &id, version, &plan).await;
    answer(&app, &who, &look, &id, done, Some(&answers)).await
}

async fn step(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<DayId>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let step = Step::parse(answers.get("step"))
        .ok_or_else(|| Error::invalid("step", "markets-day-no-such-step"))?;
    let done = actions::step(&app, &who, &id, version(&answers)?, step).await;
    answer(&app, &who, &look, &id, done, None).await
}

fn version(answers: &Answers) -> Result<i64> {
    answers
        .get("version")
        .parse()
        .ok()
        .ok_or_else(|| Error::invalid("version", "market-bad-form"))
}

/// Back to the day; a refusal is told on its page, with the state as it is now and what was typed.
async fn answer(
    app: &App,
    who: &Caller,
    look: &Look,
    id: &DayId,
    done: Result<()>,
    typed: Option<&Answers>,
) -> Result<Response> {
    let (status, why) = match done {
        Ok(()) => {
            let saved = if typed.is_some() { "?saved=yes" } else { "" };
            let url = format!("/market/days/{id}{saved}");
            return Ok(Redirect::to(&url).into_response());
        }
        Err(Error::Conflict { say, .. }) => (StatusCode::CONFLICT, look.words.tell(&say)),
        Err(Error::Stale { .. }) => {
            let key = if typed.is_some() {
                "market-form-stale"
            } else {
                "market-form-moved"
            };
            let why = look.words.say(key).into_owned();
            (StatusCode::PRECONDITION_FAILED, why)
        }
        Err(error) => return Err(error),
    };
    let shown = find(app, who, id).await?;
    let zone = &who.market.zone;
    let typed = typed.map(|typed| form::moved(typed, &shown.day, &shown.windows, zone));
    let none = Problems::default();
    let told = Told {
        typed: typed.as_ref().map(|typed| (typed, &none)),
        refused: Some(why),
        is_stale: status == StatusCode::PRECONDITION_FAILED,
    };
    let html = day_page(app, who, look, &shown, told);
    Ok((status, page::html(html)).into_response())
}
