//! The account page. HTML handlers.
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
    actions::{self, person},
    pages::{self, Page, Part, Wrong},
    store,
};
use crate::{
    accounts::{
        model::{Caller, NAME_LENGTH, Purpose, normal_email},
        passwords::{self, web::refused},
        team::model::may_see,
        web::signed_out,
    },
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{SignedIn, Visitor},
        limits,
        page::{self, Look},
    },
    kernel::{hash, line},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/account", get(show).post(rename))
        .route("/account/password", post(change_password))
        .route("/account/email", post(change_email))
        .route(
            "/account/email/{token}",
            get(confirm_form).post(confirm_email),
        )
        .route("/account/sessions", post(end_sessions))
}

#[derive(Deserialize)]
struct ShowQuery {
    done: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let done = pages::done(query.done.as_deref());
    let html = account(&app, &who, &look, None, done).await?;
    Ok(page::html(html).into_response())
}

async fn account(
    app: &App,
    who: &Caller,
    look: &Look,
    wrong: Option<Wrong<'_>>,
    done: Option<&'static str>,
) -> Result<String> {
    let (user, this) = person(who)?;
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let profile = store::find_profile(&read, &user.id, now).await?;
    drop(read);
    let profile = profile.ok_or(Error::Unauthenticated)?;
    let page = Page {
        shell: &look.shell(who, now),
        market: &who.market,
        profile: &profile,
        this,
        now,
        team: who.memberships.iter().any(|held| may_see(&[held.role])),
        wrong,
        done,
    };
    Ok(page.html())
}

/// On to the page that says what was done; what is invalid is told in its form.
async fn answer(
    app: &App,
    who: &Caller,
    look: &Look,
    done: Result<()>,
    word: &str,
    (part, typed): (Part, &str),
) -> Result<Response> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/account?done={word}")).into_response()),
        Err(error @ (Error::Invalid(_) | Error::Unproved(_))) => {
            let wrong = Wrong {
                part,
                typed,
                error: &error,
            };
            let html = account(app, who, look, Some(wrong), None).await?;
            Ok(refused(&error, html))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct NameForm {
    name: String,
    version: i64,
}

async fn rename(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Form(form, _): Form<NameForm>,
) -> Result<Response> {
    let done = match line::line(&form.name, NAME_LENGTH) {
        Ok(name) => actions::rename(&app, &who, &name, form.version).await,
        Err(_) => Err(Error::invalid("name", "accounts-name-bad")),
    };
    answer(&app, &who, &look, done, "name", (Part::Name, &form.name)).await
}

#[derive(Deserialize)]
struct PasswordForm {
    #[serde(default)]
    current: String,
    password: String,
}

async fn change_password(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Form(form, _): Form<PasswordForm>,
) -> Result<Response> {
    let done = actions::change_password(&app, &who, &form.current, &form.password, look.lang).await;
    answer(&app, &who, &look, done, "password", (Part::Password, "")).await
}

#[derive(Deserialize)]
struct EmailForm {
    email: String,
    #[serde(default)]
    current: String,
}

async fn change_email(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Form(form, _): Form<EmailForm>,
) -> Result<Response> {
    let done = match normal_email(&form.email) {
        Some(email) => {
            limits::count(&app, &who, limits::RESET)?;
            actions::ask_for_email(&app, &who, &email, &form.current, look.lang).await
        }
        None => Err(Error::invalid("email", "accounts-login-bad-email")),
    };
    let typed = (Part::Email, form.email.as_str());
    answer(&app, &who, &look, done, "email-sent", typed).await
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
    let token = hash::sha256(&token);
    let market = &who.market.id;
    let link =
        passwords::store::find_link(&read, market, &token, Purpose::Email, app.now()).await?;
    drop(read);
    let shell = look.shell(&who, app.now());
    Ok(match link.and_then(|link| Some((link.user, link.email?))) {
        Some((user, email)) => {
            page::html(pages::confirm(&shell, &user.name, &email)).into_response()
        }
        None => gone(&pages::old_link(&shell)),
    })
}

fn gone(html: &str) -> Response {
    (StatusCode::NOT_FOUND, page::html(html.to_owned())).into_response()
}

/// Opens no session: whoever reads the new mailbox has only proved the address.
async fn confirm_email(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    match actions::confirm_email(&app, &who, &token, look.lang).await {
        Ok(user) => {
            let here = who.user.is_some_and(|own| own.id == user.id);
            let to = if here {
                "/account?done=email"
            } else {
                "/login"
            };
            Ok(Redirect::to(to).into_response())
        }
        Err(Error::NotFound) => Ok(gone(&pages::old_link(&look.shell(&who, app.now())))),
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct EndForm {
    /// A session's handle, or `all`.
    end: String,
}

async fn end_sessions(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    Form(form, _): Form<EndForm>,
) -> Result<Response> {
    if form.end == "all" {
        actions::end_sessions(&app, &who).await?;
        return Ok(signed_out(&app));
    }
    actions::end_session(&app, &who, &form.end).await?;
    Ok(Redirect::to("/account?done=session").into_response())
}
