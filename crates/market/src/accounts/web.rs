//! Signing in by a mailed link, and out.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions,
    devices::model::Device,
    directory,
    model::{self, normal_email},
    pages, passwords, profile, store, team, tokens,
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{
        body::Form,
        cookies,
        guard::Visitor,
        limits,
        page::{self, Look},
        security::Event,
    },
    kernel::hash,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/login", get(form).post(ask))
        .route("/login/link/{token}", get(confirm).post(sign_in))
        .route("/logout", post(sign_out))
        .merge(passwords::web::routes())
        .merge(profile::web::routes())
        .merge(team::web::routes())
        .merge(directory::web::routes())
        .merge(tokens::web::routes())
}

async fn form(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Response {
    page::html(pages::login(
        &look.shell(&who, app.now()),
        &pages::Login::Empty,
    ))
    .into_response()
}

#[derive(Deserialize)]
struct AskForm {
    email: String,
}

/// The same words and the same work for every address: whether it is known is looked up by the job.
async fn ask(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<AskForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    let shell = look.shell(&who, app.now());
    let Some(email) = normal_email(&form.email) else {
        let error = Error::invalid("email", "accounts-login-bad-email");
        let html = pages::login(&shell, &pages::Login::Wrong(form.email, error));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response());
    };
    actions::ask_for_link(&app, &who, &email, look.lang).await?;
    Ok(page::html(pages::login(&shell, &pages::Login::Sent(email))).into_response())
}

/// Shows a button and changes nothing: mail scanners fetch links.
async fn confirm(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    let read = app.db.read_fresh().await?;
    let link = store::find_link(&read, &who.market.id, &hash::sha256(&token), app.now()).await?;
    drop(read);
    let shell = look.shell(&who, app.now());
    let mut response = match link {
        Some((_, user)) => page::html(pages::confirm(&shell, &user.name)).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            page::html(pages::login(&shell, &pages::Login::OldLink)),
        )
            .into_response(),
    };
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    Ok(response)
}

async fn sign_in(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    let opened = match actions::sign_in(&app, &who, &token, &device(&app, &headers, &look)).await {
        Ok(opened) => opened,
        Err(Error::NotFound) => {
            let html = pages::login(&look.shell(&who, app.now()), &pages::Login::OldLink);
            return Ok((StatusCode::NOT_FOUND, page::html(html)).into_response());
        }
        Err(error) => return Err(error),
    };
    Ok(passwords::web::welcome(&app, &opened))
}

/// What a session's person will know it by, and whether it was here before.
pub fn device(app: &App, headers: &HeaderMap, look: &Look) -> Device {
    let agent = headers.get(header::USER_AGENT);
    let secret = cookies::find(headers, cookies::device_name(app.config.https()));
    Device {
        name: model::device(agent.and_then(|agent| agent.to_str().ok()).unwrap_or("")),
        hash: secret.map(hash::sha256),
        lang: look.lang.tag(),
    }
}

async fn sign_out(State(app): State<Arc<App>>, Visitor(who): Visitor) -> Result<Response> {
    actions::sign_out(&app, &who).await?;
    let mut response = signed_out(&app);
    if let Some(user) = who.user {
        response.extensions_mut().insert(Event::SignedOut(user.id));
    }
    Ok(response)
}

/// The browser forgets the session and what it kept.
pub fn signed_out(app: &App) -> Response {
    let mut response = Redirect::to("/").into_response();
    let headers = response.headers_mut();
    if let Some(cookie) = cookies::session(app.config.https(), "", 0) {
        headers.append(header::SET_COOKIE, cookie);
    }
    headers.insert(
        "clear-site-data",
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}
