//! The form, what would be sent, and sending it.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    actions,
    model::{MINUTES, Message, Waiting},
    pages::{Ask, LatePage},
    store,
};
use crate::{
    accounts::model::Caller,
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::FarmStaff,
        page::{self, Look},
    },
    idempotency::model::Key,
    kernel::{ids::JobId, ids::WindowId, line},
    orders::desk::{self, Desk},
};

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/farm/late", get(show).post(tell))
}

#[derive(Deserialize)]
struct LateQuery {
    farm: Option<String>,
    /// With these two: what would be sent.
    window: Option<String>,
    minutes: Option<String>,
}

struct Found {
    desk: Desk,
    waiting: Vec<Waiting>,
    messages: Vec<Message>,
}

async fn find(app: &App, who: &Caller, farm: Option<&str>) -> Result<Found> {
    let read = app.db.read_fresh().await?;
    let desk = desk::find(app, &read, who, farm, None).await?;
    let (waiting, messages) = match &desk.day {
        Some(day) => (
            store::list_waiting(&read, &who.market.id, &desk.farm.id, &day.id, app.now()).await?,
            store::list_messages(&read, &desk.farm.id, &day.id).await?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    Ok(Found {
        desk,
        waiting,
        messages,
    })
}

async fn show(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Query(query): Query<LateQuery>,
) -> Result<Response> {
    let found = find(&app, &who, query.farm.as_deref()).await?;
    let (Some(window), Some(minutes)) = (&query.window, &query.minutes) else {
        return Ok(page(&app, &who, &look, &found, Ask::default()).into_response());
    };
    let checked = late_by(minutes).and_then(|minutes| {
        actions::may_say(&found.messages)?;
        Ok((actions::named(&found.waiting, window)?, minutes))
    });
    let (window, minutes) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            return Ok(refused(
                &app,
                &who,
                &look,
                &found,
                (window, minutes),
                &error,
            ));
        }
    };
    let key = app.ids.make(JobId::PREFIX, app.now());
    let ask = Ask {
        preview: Some((window, minutes, key)),
        ..Ask::default()
    };
    Ok(page(&app, &who, &look, &found, ask).into_response())
}

fn page(app: &App, who: &Caller, look: &Look, found: &Found, ask: Ask<'_>) -> Html<String> {
    let now = app.now();
    let date = found.desk.day.as_ref().map(|day| day.date.as_str());
    let farm = (found.desk.farm.slug.as_str(), found.desk.farm.name.as_str());
    let lists = (&*found.waiting, &*found.messages);
    let page = LatePage::new(farm, date, lists, ask, &who.market, look.words, now);
    page::html(page.render(&look.shell(who, now)))
}

/// The form again, with what was chosen and the reason at its field.
fn refused(
    app: &App,
    who: &Caller,
    look: &Look,
    found: &Found,
    (window, minutes): (&str, &str),
    error: &Error,
) -> Response {
    let field = match error {
        Error::Invalid(fields) => fields.first().map_or("minutes", |one| one.field),
        _ => "minutes",
    };
    let ask = Ask {
        refused: Some((field, look.words.tell(&error.say()))),
        chosen: (window.to_owned(), minutes.to_owned()),
        preview: None,
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::CONFLICT);
    (status, page(app, who, look, found, ask)).into_response()
}

fn late_by(typed: &str) -> Result<i64> {
    let minutes = typed.parse().ok().filter(|one| MINUTES.contains(one));
    minutes.ok_or_else(|| Error::invalid("minutes", "orders-late-minutes-bad"))
}

#[derive(Deserialize)]
struct LateForm {
    farm: String,
    window: String,
    /// 0: on time after all.
    minutes: String,
    key: String,
}

async fn tell(
    State(app): State<Arc<App>>,
    FarmStaff(who): FarmStaff,
    look: Look,
    Form(form, text): Form<LateForm>,
) -> Result<Response> {
    let found = find(&app, &who, Some(&form.farm)).await?;
    let key = line::line(&form.key, 100).map_err(|_bad| Error::invalid("key", "orders-bad-key"))?;
    let (caller, target) = (who.key(), "POST /farm/late");
    let key = Key::new(who.market.id.clone(), caller, key, target, &text);
    let day = found.desk.day.as_ref().ok_or(Error::NotFound)?;
    let minutes = match form.minutes.as_str() {
        "0" => Ok(0),
        typed => late_by(typed),
    };
    let done = match minutes {
        Ok(minutes) => {
            let (farm, window) = (&found.desk.farm.id, WindowId::new(&form.window));
            actions::tell(&app, &who, farm, day, (&window, minutes), &key).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let back = format!("/farm/late?farm={}", found.desk.farm.slug);
            Ok(Redirect::to(&back).into_response())
        }
        Err(error @ Error::Invalid(_)) => {
            let chosen = (&*form.window, &*form.minutes);
            Ok(refused(&app, &who, &look, &found, chosen, &error))
        }
        Err(error) => Err(error),
    }
}
