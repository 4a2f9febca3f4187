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
    pages::inputs::{Answers, FormPage, Problems},
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
) -> Result<String> {
    let w = look.words;
    let read = app.db.read_fresh().await?;
    let has_orders = store::has_orders(&read, &who.market.id).await?;
    drop(read);
    let mut groups = vec![form::basics(w, answers, !has_orders)];
    groups.extend(form::charges(w, answers));
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
        back: Some((
            "/market/days".to_owned(),
            w.say("markets-days").into_owned(),
        )),
        refused: None,
        buttons: Vec::new(),
        action: "/market/settings".to_owned(),
        hidden: Vec::new(),
        groups,
        go: w.say("markets-set-save").into_owned(),
        problems,
    }
    .html())
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let (answers, problems) = (form::filled(&who.market), Problems::default());
    let html = form_page(&app, &who, &look, &answers, &problems).await?;
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
            Ok(()) => return Ok(Redirect::to("/market/settings").into_response()),
            Err(Error::Invalid(fields)) => Problems::from(fields),
            Err(error) => return Err(error),
        },
        Err(problems) => problems,
    };
    let html = form_page(&app, &who, &look, &answers, &problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response())
}
