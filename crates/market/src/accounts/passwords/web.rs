//! Signing up and in by password, and a new password by a mailed link. HTML handlers.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions,
    pages::{self, Ask, Typed},
    store,
};
use crate::{
    accounts::{
        self,
        model::{Caller, Opened, Purpose, Works, normal_email},
        pages::{Login, login},
        web::device,
    },
    app::App,
    error::{Error, FieldError, Result, Say},
    http::{
        body::Form,
        guard::Visitor,
        limits,
        page::{self, Look},
        security::Event,
        session,
    },
    kernel::{hash, line},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/login/password", post(sign_in))
        .route("/signup", get(sign_up_form).post(sign_up))
        .route("/signup/{token}", get(confirm_form).post(confirm))
        .route("/reset", get(reset_ask_form).post(reset_ask))
        .route("/reset/{token}", get(reset_form).post(reset))
}

pub fn unprocessable(html: String) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response()
}

/// The form again, with what is wrong with it or what has to be proved first.
pub fn refused(error: &Error, html: String) -> Response {
    let status = match error {
        Error::Unproved(_) => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    (status, page::html(html)).into_response()
}

fn gone(html: String) -> Response {
    (StatusCode::NOT_FOUND, page::html(html)).into_response()
}

/// Where somebody begins who has just come in.
pub fn welcome(app: &App, opened: &Opened) -> Response {
    let to = match opened.works {
        Works::Market => "/market",
        Works::Farm => "/farm/board",
        Works::Stall => "/farm/checkin",
        Works::Nowhere => "/",
    };
    session::give(app, Redirect::to(to).into_response(), opened)
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    #[serde(default)]
    password: String,
}

async fn sign_in(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    headers: HeaderMap,
    Form(form, _): Form<SignInForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    let shell = look.shell(&who, app.now());
    let wrong = |form: SignInForm, field, key| {
        let error = Error::invalid(field, key);
        Ok(unprocessable(login(
            &shell,
            &Login::Wrong(form.email, error),
        )))
    };
    let Some(email) = normal_email(&form.email) else {
        return wrong(form, "email", "accounts-login-bad-email");
    };
    if form.password.is_empty() {
        return wrong(form, "password", "accounts-login-no-password");
    }
    let device = device(&app, &headers, &look);
    actions::count_try(&app, &who, &email, &device).await?;
    match actions::sign_in(&app, &who, &email, &form.password, &device).await? {
        Some(opened) => Ok(welcome(&app, &opened)),
        None => wrong(form, "password", "accounts-login-wrong").map(|mut response| {
            response.extensions_mut().insert(Event::SignInRefused);
            response
        }),
    }
}

async fn sign_up_form(State(app): State<Arc<App>>, Visitor(who): Visitor, look: Look) -> Response {
    let shell = look.shell(&who, app.now());
    page::html(pages::sign_up(&shell, &Typed::default(), None)).into_response()
}

#[derive(Deserialize)]
struct SignUpForm {
    name: String,
    email: String,
    password: String,
}

/// The same words and the same work for every address.
async fn sign_up(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<SignUpForm>,
) -> Result<Response> {
    let done = try_sign_up(&app, &who, &look, &form).await;
    let shell = look.shell(&who, app.now());
    match done {
        Ok(email) => Ok(page::html(pages::sign_up_sent(&shell, &email)).into_response()),
        Err(error @ Error::Invalid(_)) => {
            let typed = Typed {
                name: form.name,
                email: form.email,
            };
            Ok(unprocessable(pages::sign_up(&shell, &typed, Some(&error))))
        }
        Err(error) => Err(error),
    }
}

async fn try_sign_up(app: &App, who: &Caller, look: &Look, form: &SignUpForm) -> Result<String> {
    let mut errors = Vec::new();
    let mut wrong = |field, key| {
        errors.push(FieldError {
            field,
            say: Say::key(key),
        });
    };
    let name = line::line(&form.name, accounts::model::NAME_LENGTH);
    if name.is_err() {
        wrong("name", "accounts-name-bad");
    }
    let email = normal_email(&form.email);
    if email.is_none() {
        wrong("email", "accounts-login-bad-email");
    }
    let (name, email) = (name.unwrap_or_default(), email.unwrap_or_default());
    match actions::check(&form.password, who, &email, &name) {
        Err(Error::Invalid(more)) => errors.extend(more),
        other => other?,
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    limits::count(app, who, limits::SIGN_UP)?;
    actions::sign_up(app, who, &email, &name, &form.password, look.lang).await?;
    Ok(email)
}

/// Shows a button and changes nothing: mail scanners fetch links.
async fn confirm_form(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    let read = app.db.read_fresh().await?;
    let market = &who.market.id;
    let found =
        store::find_sign_up_by_link(&read, market, &hash::sha256(&token), app.now()).await?;
    drop(read);
    let shell = look.shell(&who, app.now());
    Ok(match found {
        Some(sign_up) => {
            page::html(pages::confirm(&shell, &sign_up.name, &sign_up.email)).into_response()
        }
        None => gone(pages::old_sign_up(&shell)),
    })
}

async fn confirm(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    match actions::confirm(&app, &who, &token, &device(&app, &headers, &look)).await {
        Ok(opened) => Ok(welcome(&app, &opened)),
        Err(Error::NotFound) => Ok(gone(pages::old_sign_up(&look.shell(&who, app.now())))),
        Err(error) => Err(error),
    }
}

async fn reset_ask_form(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
) -> Response {
    let shell = look.shell(&who, app.now());
    page::html(pages::reset_ask(&shell, Ask::Empty, "", None)).into_response()
}

#[derive(Deserialize)]
struct AskForm {
    email: String,
}

async fn reset_ask(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<AskForm>,
) -> Result<Response> {
    let shell = look.shell(&who, app.now());
    let Some(email) = normal_email(&form.email) else {
        let error = Error::invalid("email", "accounts-login-bad-email");
        let html = pages::reset_ask(&shell, Ask::Empty, &form.email, Some(&error));
        return Ok(unprocessable(html));
    };
    limits::count(&app, &who, limits::RESET)?;
    actions::ask_for_reset(&app, &who, &email, look.lang).await?;
    Ok(page::html(login(&shell, &Login::Sent(email))).into_response())
}

async fn reset_form(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    show_reset(&app, &who, &look, &token, None).await
}

async fn show_reset(
    app: &App,
    who: &Caller,
    look: &Look,
    token: &str,
    wrong: Option<&Error>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let token = hash::sha256(token);
    let found = store::find_link(&read, &who.market.id, &token, Purpose::Reset, app.now()).await?;
    drop(read);
    let shell = look.shell(who, app.now());
    let Some(link) = found else {
        return Ok(gone(pages::reset_ask(&shell, Ask::OldLink, "", None)));
    };
    let html = pages::reset_form(&shell, &link.user.name, &link.user.email, wrong);
    Ok(if wrong.is_some() {
        unprocessable(html)
    } else {
        page::html(html).into_response()
    })
}

#[derive(Deserialize)]
struct ResetForm {
    #[serde(default)]
    password: String,
}

async fn reset(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(form, _): Form<ResetForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    let device = device(&app, &headers, &look);
    match actions::reset(&app, &who, &token, &form.password, look.lang, &device).await {
        Ok(opened) => Ok(welcome(&app, &opened)),
        Err(error @ (Error::NotFound | Error::Invalid(_))) => {
            show_reset(&app, &who, &look, &token, Some(&error)).await
        }
        Err(error) => Err(error),
    }
}
