//! The page of one's tokens. HTML handlers; a token itself opens none of them.
use std::{collections::HashMap, sync::Arc};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    actions::{self, Wish},
    pages::{DAYS, Page, Typed},
    store,
};
use crate::{
    accounts::{
        model::{Caller, NAME_LENGTH, Scope},
        passwords::{self, web::refused},
        profile::actions::person,
    },
    app::App,
    error::{Error, FieldError, Result, Say},
    farms,
    http::{
        body::Form,
        guard::SignedIn,
        page::{self, Look},
    },
    kernel::{
        ids::{self, FarmId, TokenId},
        line,
    },
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/account/tokens", get(show).post(make))
        .route("/account/tokens/revoke", post(revoke))
}

async fn show(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
) -> Result<Response> {
    let typed = Typed {
        days: DAYS[1],
        scopes: vec![Scope::OrdersRead],
        ..Typed::default()
    };
    let html = render(&app, &who, &look, typed, None, None).await?;
    Ok(page::html(html).into_response())
}

async fn render(
    app: &App,
    who: &Caller,
    look: &Look,
    typed: Typed,
    secret: Option<&str>,
    wrong: Option<&Error>,
) -> Result<String> {
    let (user, _) = person(who)?;
    let now = app.now();
    let read = app.db.read_fresh().await?;
    let tokens = store::list(&read, &who.market.id, &user.id, now).await?;
    let password = passwords::store::find_password(&read, &user.id).await?;
    let farms = farms::store::list(&read, &who.market.id).await?;
    drop(read);
    let own = farms
        .into_iter()
        .filter(|farm| who.farms().any(|own| *own == farm.id));
    let farms: Vec<_> = own.map(|farm| (farm.id, farm.name)).collect();
    let page = Page {
        shell: &look.shell(who, now),
        market: &who.market,
        tokens: &tokens,
        farms: &farms,
        has_password: password.is_some(),
        email: &user.email,
        now,
        secret,
        typed,
        wrong,
    };
    Ok(page.html())
}

async fn make(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Form(form, _): Form<HashMap<String, String>>,
) -> Result<Response> {
    let text = |name: &str| form.get(name).map_or("", String::as_str);
    let scopes = Scope::ALL.into_iter();
    let typed = Typed {
        name: text("name").to_owned(),
        farm: text("farm").to_owned(),
        days: text("days").parse().unwrap_or(0),
        scopes: scopes
            .filter(|scope| form.contains_key(scope.as_str()))
            .collect(),
    };
    let made = match read(&typed, text("current")) {
        Ok(wish) => actions::make(&app, &who, &wish).await,
        Err(error) => Err(error),
    };
    match made {
        // Shown by this very answer: there is no address at which it could be seen again.
        Ok(secret) => {
            let html = render(&app, &who, &look, Typed::default(), Some(&secret), None).await?;
            Ok(page::html(html).into_response())
        }
        Err(error @ (Error::Invalid(_) | Error::Unproved(_))) => {
            let html = render(&app, &who, &look, typed, None, Some(&error)).await?;
            Ok(refused(&error, html))
        }
        Err(error) => Err(error),
    }
}

fn read(typed: &Typed, current: &str) -> Result<Wish> {
    let mut errors = Vec::new();
    let mut wrong = |field, key| {
        errors.push(FieldError {
            field,
            say: Say::key(key),
        });
    };
    let name = line::line(&typed.name, NAME_LENGTH);
    if name.is_err() {
        wrong("name", "accounts-tokens-bad-name");
    }
    if !DAYS.contains(&typed.days) {
        wrong("days", "accounts-tokens-bad-days");
    }
    if typed.scopes.is_empty() {
        wrong(Scope::ALL[0].as_str(), "accounts-tokens-no-scope");
    }
    match name {
        Ok(name) if errors.is_empty() => Ok(Wish {
            name,
            scopes: typed.scopes.clone(),
            farm: (!typed.farm.is_empty()).then(|| FarmId::new(&typed.farm)),
            days: typed.days,
            current: current.to_owned(),
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

#[derive(Deserialize)]
struct RevokeForm {
    id: String,
}

async fn revoke(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    Form(form, _): Form<RevokeForm>,
) -> Result<Response> {
    if !ids::is_well_formed(&form.id) {
        return Err(Error::NotFound);
    }
    actions::revoke(&app, &who, &TokenId::new(form.id)).await?;
    Ok(Redirect::to("/account/tokens").into_response())
}
