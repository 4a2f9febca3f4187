//! The managers' page of people.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{Html, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use super::{actions, pages::PeoplePage, store};
use crate::{
    app::App,
    error::Result,
    http::{
        body::{Form, Query},
        guard::Manager,
        page::{self, Look},
    },
    kernel::{ids::UserId, like},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/market/users", get(show))
        .route("/market/users/sessions", post(end_sessions))
}

const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
struct PeopleQuery {
    q: String,
    after: String,
    /// Whose sessions were ended by the press before.
    ended: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    look: Look,
    Query(query): Query<PeopleQuery>,
) -> Result<Html<String>> {
    let read = app.db.read_fresh().await?;
    let pattern = like::pattern(&query.q);
    let market = &who.market.id;
    let mut people = store::list_page(&read, market, &pattern, &query.after, PAGE + 1).await?;
    drop(read);
    let more = i64::try_from(people.len()).is_ok_and(|n| n > PAGE);
    if more {
        people.pop();
    }
    let older = people.last().filter(|_| more).map(|last| last.id.clone());
    let html = PeoplePage {
        shell: &look.shell(&who, app.now()),
        w: look.words,
        market: &who.market,
        now: app.now(),
        own: who.manages(),
        q: &query.q,
        people,
        older,
        is_ended: query.ended.is_some(),
    }
    .html();
    Ok(page::html(html))
}

#[derive(Deserialize)]
struct EndForm {
    user: String,
}

async fn end_sessions(
    State(app): State<Arc<App>>,
    Manager(who): Manager,
    Form(form, _): Form<EndForm>,
) -> Result<Redirect> {
    actions::end_sessions(&app, &who, &UserId::new(form.user)).await?;
    Ok(Redirect::to("/market/users?ended=yes"))
}
