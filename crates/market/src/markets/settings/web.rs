//! A manager's page of the market's settings.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::{actions, form, store};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        guard::Manager,
        page::{self, Look},
    },
    markets::{self, model::Market},
    pages::inputs::{Answers, FormPage, Problems, compare},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/market/settings", get(show).post(edit))
}

async fn form_page(
    app: &App,
    who: &Caller,
    look: &Look,
    answers: &Answers,
    problems: &Problems,
    newest: Option<&Market>,
) -> Result<String> {
    let w = look.words;
    let read = app.db.read_fresh().await?;
    let has_orders = store::has_orders(&read, &who.market.id).await?;
    drop(read);
    let mut groups = vec![form::basics(w, answers, !has_orders)];
    groups.extend(form::charges(w, answers));
    if let Some(now) = newest {
        groups = compare(groups, &form::filled(now), w);
    }
    let lead = if has_orders {
        let currency = who.market.currency.code();
        w.say_a("markets-set-lead-orders", currency)
    } else {
        w.say("markets-set-lead").into_owned()
    };
    Ok(FormPage {
        shell: &look.shell(who, app.now()),
        w,
        title: w.say("markets-settings").into_owned(),
        lead,
        back: None,
        refused: newest.map(|_| w.say("market-form-stale").into_owned()),
        buttons: Vec::new(),
        action: "/market/settings".to_owned(),
        hidden: vec![(
            "version".to_owned(),
            newest.unwrap_or(&who.market).version.to_string(),
        )],
        groups,
        go: w.say("markets-set-save").into_owned(),
        problems,
    }
    .html())
}

/// As the database has it: another instance may have changed it a moment ago.
async fn find(app: &App, who: &Caller) -> Result<Market> {
    let read = app.db.read_fresh().await?;
    let mut markets = markets::store::list(&read).await?.into_iter();
    markets
        .find(|market| market.id == who.market.id)
        .ok_or(Error::NotFound)
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let (answers, problems) = (form::filled(&who.market), Problems::default());
    let html = form_page(&app, &who, &look, &answers, &problems, None).await?;
    Ok(page::html(html))
}

async fn edit(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Form(answers, _): Form<Answers>,
) -> Result<Response> {
    let problems = match form::read(&who.market, &answers) {
        Ok(after) => match actions::edit(&app, &who, &after).await {
            Ok(()) => return Ok(Redirect::to("/market/settings?saved=yes").into_response()),
            Err(Error::Invalid(fields)) => Problems::from(fields),
            Err(Error::Stale { .. }) => {
                let now = find(&app, &who).await?;
                let none = Problems::default();
                let html = form_page(&app, &who, &look, &answers, &none, Some(&now)).await?;
                return Ok((StatusCode::PRECONDITION_FAILED, page::html(html)).into_response());
            }
            Err(error) => return Err(error),
        },
        Err(problems) => problems,
    };
    let html = form_page(&app, &who, &look, &answers, &problems, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
}
