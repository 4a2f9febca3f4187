//! A manager's pages of places.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{actions, form, model::Place, store};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::Manager,
        page::{self, Look},
    },
    kernel::ids::PlaceId,
    markets::pages::{ListPage, Row, Section},
    pages::inputs::{Answers, FormPage, Problems, compare},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/places", get(list))
        .route("/market/places/new", get(blank).post(create))
        .route("/market/places/{id}", get(show).post(edit))
}

async fn list(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let w = look.words;
    let read = app.db.read_fresh().await?;
    let places = store::list(&read, &who.market.id).await?;
    drop(read);
    let row = |place: Place| Row {
        url: format!("/market/places/{}", place.id),
        title: place.name,
        status: String::new(),
        look: "",
        lines: std::iter::once(place.address).chain(place.access).collect(),
    };
    let mut sections = Vec::new();
    if !places.is_empty() {
        sections.push(Section {
            title: w.say("markets-places-all").into_owned(),
            rows: places.into_iter().map(row).collect(),
        });
    }
    let shell = look.shell(&who, app.now());
    Ok(page::html(
        ListPage {
            shell: &shell,
            w,
            title: w.say("markets-places").into_owned(),
            links: vec![(
                "/market/places/new".to_owned(),
                w.say("markets-place-new").into_owned(),
            )],
            sections,
            empty: w.say("markets-places-none").into_owned(),
        }
        .html(),
    ))
}

fn form_page(
    app: &App,
    who: &Caller,
    look: &Look,
    place: Option<&Place>,
    answers: &Answers,
    problems: &Problems,
    is_stale: bool,
) -> String {
    let w = look.words;
    let groups = vec![form::group(w, answers)];
    let groups = match place {
        Some(place) if is_stale => compare(groups, &form::filled(place), w),
        _ => groups,
    };
    FormPage {
        shell: &look.shell(who, app.now()),
        w,
        title: place.map_or_else(
            || w.say("markets-place-new").into_owned(),
            |place| place.name.clone(),
        ),
        lead: String::new(),
        back: Some((
            "/market/places".to_owned(),
            w.say("markets-places").into_owned(),
        )),
        refused: is_stale.then(|| w.say("market-form-stale").into_owned()),
        buttons: Vec::new(),
        action: place.map_or_else(
            || "/market/places/new".to_owned(),
            |place| format!("/market/places/{}", place.id),
        ),
        hidden: place
            .map(|place| ("version".to_owned(), place.version.to_string()))
            .into_iter()
            .collect(),
        groups,
        go: w.say("markets-place-save").into_owned(),
        problems,
    }
    .html()
}

async fn blank(State(app): State<Arc<App>>, Manager(who): Manager, look: Look) -> Html<String> {
    let (answers, problems) = (Answers::default(), Problems::default());
    page::html(form_page(
        &app, &who, &look, None, &answers, &problems, false,
    ))
}

async fn create(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let id = PlaceId::new(app.ids.make(PlaceId::PREFIX, app.now()));
    match form::read(id, &answers) {
        Ok(place) => {
            actions::create(&app, &who, &place).await?;
            Ok(Redirect::to("/market/places").into_response())
        }
        Err(problems) => {
            let html = form_page(&app, &who, &look, None, &answers, &problems, false);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
        }
    }
}

async fn find(app: &App, who: &Caller, id: &PlaceId) -> Result<Place> {
    let read = app.db.read_fresh().await?;
    let place = store::find(&read, &who.market.id, id).await?;
    place.ok_or(Error::NotFound)
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<PlaceId>,
) -> Result<Html<String>> {
    let place = find(&app, &who, &id).await?;
    let (answers, problems) = (form::filled(&place), Problems::default());
    let html = form_page(&app, &who, &look, Some(&place), &answers, &problems, false);
    Ok(page::html(html))
}

async fn edit(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Path(id): Path<PlaceId>,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let before = find(&app, &who, &id).await?;
    match form::read(id, &answers) {
        Ok(place) => match actions::edit(&app, &who, &place).await {
            Ok(()) => Ok(Redirect::to("/market/places").into_response()),
            Err(Error::Stale { .. }) => {
                let now = find(&app, &who, &place.id).await?;
                let none = Problems::default();
                let html = form_page(&app, &who, &look, Some(&now), &answers, &none, true);
                Ok((StatusCode::PRECONDITION_FAILED, page::html(html)).into_response())
            }
            Err(error) => Err(error),
        },
        Err(problems) => {
            let html = form_page(&app, &who, &look, Some(&before), &answers, &problems, false);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
        }
    }
}
