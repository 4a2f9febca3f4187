//! The team's page and the invitation's. HTML handlers.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions,
    model::{GIVEN, may_see},
    pages::{self, Page},
    store,
};
use crate::{
    accounts::{
        self,
        model::{Caller, normal_email},
        passwords::web::{unprocessable, welcome},
        web::device,
    },
    app::App,
    error::{Error, Result, Say},
    farms::{self, model::Farm},
    http::{
        body::{Form, Query},
        guard::{FarmStaff, Visitor},
        limits,
        page::{self, Look},
    },
    kernel::{
        ids::{self, InvitationId, UserId},
        role::Role,
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/farm/team", get(show).post(invite))
        .route("/farm/team/remove", post(remove))
        .route("/invite/{token}", get(invitation).post(accept))
}

/// The farms whose team the caller may change; the one asked for, else the first.
async fn choose(app: &App, who: &Caller, slug: Option<&str>) -> Result<(Vec<Farm>, Farm)> {
    let read = app.db.read_fresh().await?;
    let farms = farms::store::list(&read, &who.market.id).await?;
    drop(read);
    let farms: Vec<Farm> = farms
        .into_iter()
        .filter(|farm| may_see(&who.roles_at(&farm.id)))
        .collect();
    if farms.is_empty() {
        return Err(Error::Forbidden(Say::key("accounts-team-forbidden")));
    }
    let slug = slug.filter(|slug| !slug.is_empty());
    let farm = farms
        .iter()
        .find(|farm| slug.is_none_or(|slug| farm.slug == slug));
    let farm = farm.ok_or(Error::NotFound)?.clone();
    Ok((farms, farm))
}

#[derive(Deserialize)]
struct ShowQuery {
    farm: Option<String>,
    done: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<ShowQuery>,
) -> Result<Response> {
    let found = choose(&app, &who, query.farm.as_deref()).await?;
    let done = pages::done(query.done.as_deref());
    let html = render(&app, &who, &look, found, ("", ""), None, done).await?;
    Ok(page::html(html).into_response())
}

async fn render(
    app: &App,
    who: &Caller,
    look: &Look,
    (farms, farm): (Vec<Farm>, Farm),
    typed: (&str, &str),
    wrong: Option<&Error>,
    done: Option<&'static str>,
) -> Result<String> {
    let now = app.now();
    let market = &who.market.id;
    let read = app.db.read_fresh().await?;
    let members = store::list_members(&read, market, &farm.id).await?;
    let invitations = store::list_invitations(&read, market, &farm.id, now).await?;
    drop(read);
    let farms: Vec<_> = farms.into_iter().map(|f| (f.slug, f.name)).collect();
    let page = Page {
        shell: &look.shell(who, now),
        market: &who.market,
        farms: &farms,
        farm: &farm.slug,
        farm_name: &farm.name,
        me: who.user.as_ref().map(|user| &user.id),
        roles: &who.roles_at(&farm.id),
        members: &members,
        invitations: &invitations,
        typed,
        wrong,
        done,
    };
    Ok(page.html())
}

fn back(farm: &Farm, done: &str) -> Response {
    Redirect::to(&format!("/farm/team?farm={}&done={done}", farm.slug)).into_response()
}

#[derive(Deserialize)]
struct InviteForm {
    farm: Option<String>,
    email: String,
    role: String,
}

async fn invite(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(form, _): Form<InviteForm>,
) -> Result<Response> {
    let (farms, farm) = choose(&app, &who, form.farm.as_deref()).await?;
    let role = Role::parse(&form.role).filter(|role| GIVEN.contains(role));
    let done = match (normal_email(&form.email), role) {
        (Some(email), Some(role)) => actions::invite(&app, &who, &farm.id, &email, role).await,
        (None, _) => Err(Error::invalid("email", "accounts-login-bad-email")),
        (_, None) => Err(Error::invalid("role", "accounts-team-bad-role")),
    };
    match done {
        Ok(()) => Ok(back(&farm, "invited")),
        Err(error @ Error::Invalid(_)) => {
            let typed = (form.email.as_str(), form.role.as_str());
            let found = (farms, farm);
            let html = render(&app, &who, &look, found, typed, Some(&error), None).await?;
            Ok(unprocessable(html))
        }
        Err(error) => Err(error),
    }
}

#[derive(Deserialize)]
struct RemoveForm {
    farm: Option<String>,
    user: Option<String>,
    invitation: Option<String>,
}

/// A member, or an invitation that nobody has accepted yet.
async fn remove(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    Form(form, _): Form<RemoveForm>,
) -> Result<Response> {
    let (_, farm) = choose(&app, &who, form.farm.as_deref()).await?;
    let id = form.user.as_ref().or(form.invitation.as_ref());
    if !id.is_some_and(|id| ids::is_well_formed(id)) {
        return Err(Error::NotFound);
    }
    match (form.user, form.invitation) {
        (Some(user), _) => {
            let user = UserId::new(user);
            actions::remove(&app, &who, &farm.id, &user).await?;
            let left = who.user.is_some_and(|own| own.id == user);
            Ok(if left {
                Redirect::to("/account?done=left").into_response()
            } else {
                back(&farm, "removed")
            })
        }
        (None, Some(id)) => {
            actions::withdraw(&app, &who, &farm.id, &InvitationId::new(id)).await?;
            Ok(back(&farm, "withdrawn"))
        }
        (None, None) => Err(Error::NotFound),
    }
}

/// Shows a button and changes nothing: mail scanners fetch links.
async fn invitation(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    show_invitation(&app, &who, &look, &token, "", None).await
}

async fn show_invitation(
    app: &App,
    who: &Caller,
    look: &Look,
    token: &str,
    typed: &str,
    wrong: Option<&Error>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let found = actions::find(app, &read, who, token).await?;
    let there = match &found {
        Some(found) => accounts::store::find_user_by_email(&read, &found.email).await?,
        None => None,
    };
    drop(read);
    let shell = look.shell(who, app.now());
    let Some(found) = found else {
        let html = page::html(pages::old_invitation(&shell));
        return Ok((StatusCode::NOT_FOUND, html).into_response());
    };
    let another = actions::is_for_another(who, &found);
    let html = pages::invitation(&shell, &found, there.is_none(), another, typed, wrong);
    Ok(if wrong.is_some() {
        unprocessable(html)
    } else {
        page::html(html).into_response()
    })
}

#[derive(Deserialize)]
struct AcceptForm {
    #[serde(default)]
    name: String,
}

async fn accept(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(form, _): Form<AcceptForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::SIGN_IN)?;
    match actions::accept(
        &app,
        &who,
        &token,
        &form.name,
        &device(&app, &headers, &look),
    )
    .await
    {
        Ok(opened) => Ok(welcome(&app, &opened)),
        Err(error @ (Error::NotFound | Error::Invalid(_))) => {
            show_invitation(&app, &who, &look, &token, &form.name, Some(&error)).await
        }
        Err(error) => Err(error),
    }
}
