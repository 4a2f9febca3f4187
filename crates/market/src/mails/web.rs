//! A manager's pages of the platform's mails.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    actions, all,
    pages::{ListPage, MailPage},
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::Query,
        guard::Manager,
        headers,
        page::{self, Look},
    },
    pages::example::{Example, Scene},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/mails", get(list))
        .route("/market/mails/{name}", get(show).post(send_test))
        .route("/market/mails/{name}/html", get(show_html))
}

fn find(app: &App, who: &Caller, look: &Look, name: &str) -> Result<Example> {
    let base = app.base_url(&who.market);
    let scene = scene(app, who, look, &base);
    all::find(&scene, name).ok_or(Error::NotFound)
}

fn scene<'a>(app: &App, who: &'a Caller, look: &Look, base: &'a str) -> Scene<'a> {
    Scene {
        w: look.words,
        market: &who.market,
        base,
        now: app.now(),
    }
}

async fn list(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
) -> Result<Html<String>> {
    let base = app.base_url(&who.market);
    let html = ListPage {
        shell: &look.shell(&who, app.now()),
        w: look.words,
        all: all::all(&scene(&app, &who, &look, &base)),
    }
    .html();
    Ok(page::html(html))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MailQuery {
    /// Set by the press before.
    sent: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Path(name): Path<String>,
    look: Look,
    Query(query): Query<MailQuery>,
) -> Result<Response> {
    let mail = find(&app, &who, &look, &name)?;
    let html = MailPage {
        shell: &look.shell(&who, app.now()),
        w: look.words,
        market: &who.market.name,
        from: &app.config.mail.from,
        me: who.user.as_ref().map_or("", |user| &user.email),
        mail,
        is_sent: query.sent.is_some(),
    }
    .html();
    let policy = [(header::CONTENT_SECURITY_POLICY, headers::FRAMES)];
    Ok((policy, page::html(html)).into_response())
}

/// The mail alone, as it would be read: no script, no form, and whatever it links to stays in its frame.
async fn show_html(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Path(name): Path<String>,
    look: Look,
) -> Result<Response> {
    let mail = find(&app, &who, &look, &name)?;
    let policy = [(header::CONTENT_SECURITY_POLICY, headers::FRAMED)];
    Ok((policy, page::html(mail.letter.html())).into_response())
}

async fn send_test(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Path(name): Path<String>,
    look: Look,
) -> Result<Redirect> {
    let mail = find(&app, &who, &look, &name)?;
    actions::send_test(&app, &who, mail.name, look.lang).await?;
    let lang = look.lang.tag();
    Ok(Redirect::to(&format!(
        "/market/mails/{}?lang={lang}&sent=yes",
        mail.name
    )))
}
