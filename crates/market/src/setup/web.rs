//! The set-up's pages. Whoever holds the link may take its steps; the last page is a manager's.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{actions, form, model::Step, pages, store};
use crate::{
    accounts::model::{Caller, Opened},
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::{Manager, Visitor},
        limits,
        page::{self, Look},
        session,
    },
    kernel::{hash, ids::PlaceId},
    markets::{places, settings::form as settings},
    pages::inputs::{Answers, Button, FormPage, Problems},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/setup", get(hint))
        .route("/setup/done", get(done))
        .route("/setup/{token}", get(show).post(take))
}

async fn hint(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Response {
    if app.markets.setting_up().is_none() {
        return Redirect::to("/").into_response();
    }
    page::html(pages::waiting(&look.shell(&who, app.now()))).into_response()
}

async fn done(State(app): State<Arc<App>>, Manager(who): Manager, look: Look) -> Html<String> {
    page::html(pages::done(&look.shell(&who, app.now())))
}

/// The step a good link leads to.
async fn step_of(app: &App, token: &str) -> Result<Option<Step>> {
    let read = app.db.read_fresh().await?;
    let good = store::is_link_good(&read, &hash::sha256(token), app.now()).await?;
    let step = store::find_step(&read).await?;
    Ok(step.filter(|step| good && *step != Step::Done))
}

/// Another step's form, a link that is too old, a set-up that is over.
fn no_link(app: &App, who: &Caller, look: &Look) -> Response {
    let shell = look.shell(who, app.now());
    let html = match app.markets.setting_up() {
        Some(_) => pages::old_link(&shell),
        None => pages::over(&shell),
    };
    (StatusCode::NOT_FOUND, page::html(html)).into_response()
}

async fn show(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    let Some(step) = step_of(&app, &token).await? else {
        return Ok(no_link(&app, &who, &look));
    };
    let answers = match step {
        // Until it was named, its zone is nobody's choice.
        Step::Market => settings::filled(&who.market)
            .without("zone")
            .without("name")
            .without("lang")
            .with("lang", look.lang.tag()),
        Step::Place => form::usual_week().with("address", &who.market.address),
        Step::Owner | Step::Done => Answers::default(),
    };
    let html = step_page(
        &app,
        &who,
        &look,
        &token,
        step,
        &answers,
        &Problems::default(),
    );
    Ok(page::html(html).into_response())
}

fn step_page(
    app: &App,
    who: &Caller,
    look: &Look,
    token: &str,
    step: Step,
    answers: &Answers,
    problems: &Problems,
) -> String {
    let w = look.words;
    let (title, groups, go) = match step {
        Step::Market => (
            "setup-market",
            vec![settings::basics(w, answers, true)],
            "setup-next",
        ),
        Step::Owner => ("setup-owner", vec![form::owner(w, answers)], "setup-next"),
        Step::Place | Step::Done => (
            "setup-place",
            vec![places::form::group(w, answers), form::week(w, answers)],
            "setup-finish",
        ),
    };
    let action = format!("/setup/{token}");
    let hidden = vec![("step".to_owned(), step.as_str().to_owned())];
    let mut buttons = Vec::new();
    if step == Step::Place {
        let mut skips = hidden.clone();
        skips.push(("skip".to_owned(), "on".to_owned()));
        buttons.push(Button {
            action: action.clone(),
            hidden: skips,
            text: w.say("setup-skip").into_owned(),
            look: "",
        });
    }
    FormPage {
        shell: &look.shell(who, app.now()),
        w,
        title: w.say(title).into_owned(),
        lead: w.say_n("setup-step", step.number()),
        back: None,
        refused: None,
        buttons,
        action,
        hidden,
        groups,
        go: w.say(go).into_owned(),
        problems,
    }
    .html()
}

async fn take(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    let Some(step) = step_of(&app, &token).await? else {
        return Ok(no_link(&app, &who, &look));
    };
    let here = format!("/setup/{token}");
    // Sent twice, or from a page of before: the step that is next is shown.
    if answers.get("step") != step.as_str() {
        return Ok(Redirect::to(&here).into_response());
    }
    let problems = match take_step(&app, &who, &token, step, &answers).await {
        Ok(Ok(taken)) => return Ok(after(&app, &here, step, taken.as_ref())),
        Ok(Err(problems)) => problems,
        Err(Error::Invalid(fields)) => Problems::from(fields),
        Err(Error::NotFound) => return Ok(no_link(&app, &who, &look)),
        Err(error) => return Err(error),
    };
    let html = step_page(&app, &who, &look, &token, step, &answers, &problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
}

/// Reads and takes one step; the owner's opens a session.
async fn take_step(
    app: &App,
    who: &Caller,
    token: &str,
    step: Step,
    answers: &Answers,
) -> Result<std::result::Result<Option<Opened>, Problems>> {
    match step {
        Step::Market => {
            let mut problems = Problems::default();
            let market = settings::read_basics(&who.market, answers, &mut problems);
            if !problems.is_empty() {
                return Ok(Err(problems));
            }
            actions::name_market(app, who, token, &market).await?;
        }
        Step::Owner => match form::read_owner(answers) {
            Ok((name, email)) => {
                let opened = actions::make_owner(app, who, token, &name, &email).await?;
                return Ok(Ok(Some(opened)));
            }
            Err(problems) => return Ok(Err(problems)),
        },
        Step::Place | Step::Done if !answers.get("skip").is_empty() => {
            actions::finish(app, who, token, None).await?;
        }
        Step::Place | Step::Done => {
            let id = PlaceId::new(app.ids.make(PlaceId::PREFIX, app.now()));
            let place = places::form::read(id.clone(), answers);
            let week = form::read_week(answers);
            let (place, week) = match (place, week) {
                (Ok(place), Ok(week)) => (place, week),
                (place, week) => {
                    let mut problems = place.err().unwrap_or_default();
                    problems.0.extend(week.err().unwrap_or_default().0);
                    return Ok(Err(problems));
                }
            };
            let plan = week.next(&id, &who.market.zone, app.now());
            let plan = plan.ok_or_else(|| Error::invalid("cutoff", "setup-week-bad-cutoff"))?;
            actions::finish(app, who, token, Some((&place, &plan))).await?;
        }
    }
    Ok(Ok(None))
}

/// On to the next step; after the last one, the manager's page.
fn after(app: &App, here: &str, step: Step, opened: Option<&Opened>) -> Response {
    let to = if step.next() == Step::Done {
        "/setup/done"
    } else {
        here
    };
    let response = Redirect::to(to).into_response();
    match opened {
        Some(opened) => session::give(app, response, opened),
        None => response,
    }
}
