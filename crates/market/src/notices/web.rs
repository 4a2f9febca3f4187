//! The page of notices, marking them as read, and the stream that moves the count.
use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    actions::{self, Which},
    model::{self, COUNTED, Notice, PAGE},
    pages::{self, List},
    store,
};
use crate::{
    accounts::model::{Caller, ended_topic},
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{self, SignedIn},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    kernel::{
        ids::{NoticeId, UserId},
        time::Ts,
    },
    words::Words,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/notifications", get(show))
        .route("/notifications/read", post(read))
        .route("/notifications/events", get(events))
}

#[derive(Deserialize)]
struct PageQuery {
    /// The keyset of the last notice on the page before.
    before: Option<String>,
}

async fn show(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Query(query): Query<PageQuery>,
) -> Result<Html<String>> {
    let after = match &query.before {
        Some(text) => Some(cursor(text)?),
        None => None,
    };
    let later = after.is_some();
    let (list, version) = list(&app, &who, look.words, after).await?;
    let shell = look.shell(&who, app.now());
    // Only the first page grows while it is open.
    let shell = if later {
        shell
    } else {
        shell.live("/notifications/events?list=1", &version)
    };
    Ok(page::html(list.render_page(&shell)))
}

fn cursor(text: &str) -> Result<(Ts, NoticeId)> {
    let bad = || Error::invalid("before", "notices-bad-cursor");
    let (at, id) = text.split_once('.').ok_or_else(bad)?;
    if !NoticeId::names(id) || id.len() > 64 {
        return Err(bad());
    }
    let at = at.parse().map_err(|_bad: std::num::ParseIntError| bad())?;
    Ok((Ts::from_micros(at), NoticeId::new(id)))
}

fn person(who: &Caller) -> Result<&UserId> {
    Ok(&who.user.as_ref().ok_or(Error::Unauthenticated)?.id)
}

/// A page of the list, and the version of what it shows.
async fn list(
    app: &App,
    who: &Caller,
    words: Words,
    after: Option<(Ts, NoticeId)>,
) -> Result<(List, String)> {
    let person = person(who)?;
    let market = &who.market;
    let later = after.is_some();
    let (at, id) = after.unwrap_or((Ts::from_micros(i64::MAX), NoticeId::new("")));
    let read = app.db.read_fresh().await?;
    let after = (at, id.as_str());
    let mut notices = store::list_page(&read, &market.id, person, after, PAGE + 1).await?;
    let unread = store::count_unread(&read, &market.id, person, COUNTED).await?;
    drop(read);
    let more = i64::try_from(notices.len()).is_ok_and(|n| n > PAGE);
    if more {
        notices.pop();
    }
    let older = notices.last().filter(|_| more).map(|last| {
        format!(
            "/notifications?before={}.{}",
            last.created_at.micros(),
            last.id
        )
    });
    let version = version(unread, notices.first());
    let list = List::new(&notices, unread, older, later, market, words, app.now());
    Ok((list, version))
}

fn version(unread: i64, newest: Option<&Notice>) -> String {
    format!(
        "{unread}.{}",
        newest.map_or("", |newest| newest.id.as_str())
    )
}

#[derive(Deserialize)]
struct ReadForm {
    /// One notice; without it all.
    id: Option<String>,
    /// When the page was made.
    until: Option<i64>,
}

async fn read(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    Form(form, _): Form<ReadForm>,
) -> Result<Redirect> {
    let which = match form.id {
        Some(id) => Which::One(NoticeId::new(id)),
        None => Which::AllUntil(form.until.map_or(app.now(), Ts::from_micros)),
    };
    actions::mark_read(&app, &who, &which).await?;
    Ok(Redirect::to("/notifications"))
}

#[derive(Deserialize)]
struct EventsQuery {
    /// Also the list, for its own page.
    list: Option<String>,
    /// What the browser has seen.
    after: Option<String>,
}

async fn events(
    State(app): State<Arc<App>>,
    SignedIn(who): SignedIn,
    look: Look,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let topic = app.cluster.subscribe(&model::topic(person(&who)?.as_str()));
    let seat = app.seats.take(
        &who.key(),
        &limits::network(who.address),
        app.config.lifts_limits_for(who.address),
    )?;
    let ended = app.cluster.subscribe(&ended_topic(&who));
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok());
    let source = Watch {
        words: look.words,
        list: query.list.is_some(),
        seen: last.map(str::to_owned).or(query.after).unwrap_or_default(),
        app: app.clone(),
        who,
    };
    let live = Live::new(topic, ended, app.stop.clone(), seat);
    Ok(live::respond(live, source).into_response())
}

/// One open page of one person.
struct Watch {
    app: Arc<App>,
    who: Caller,
    words: Words,
    list: bool,
    seen: String,
}

impl Source for Watch {
    async fn look(&mut self, _: u64) -> Option<Option<Bytes>> {
        match self.frame().await {
            Ok(frame) => Some(frame),
            Err(error) => {
                tracing::warn!(?error, "a count of notices could not be shown");
                None
            }
        }
    }

    async fn still_may(&mut self) -> bool {
        guard::still_good(&self.app, &self.who, None).await
    }
}

impl Watch {
    async fn frame(&mut self) -> Result<Option<Bytes>> {
        let person = person(&self.who)?;
        let market = &self.who.market.id;
        let read = self.app.db.read_fresh().await?;
        let unread = store::count_unread(&read, market, person, COUNTED).await?;
        drop(read);
        let mut parts = vec![(
            "unread".to_owned(),
            crate::pages::unread(unread, self.words),
        )];
        let mut now = unread.to_string();
        if self.list {
            let (list, version) = list(&self.app, &self.who, self.words, None).await?;
            parts.push(("notices".to_owned(), list.render_list()));
            now = version;
        }
        if now == self.seen {
            return Ok(None);
        }
        let count = |text: &str| text.split('.').next().and_then(|n| n.parse::<i64>().ok());
        // Said when there is more, not when something was read.
        let say = if count(&self.seen).is_none_or(|before| before < unread) {
            pages::unread(unread, self.words)
        } else {
            String::new()
        };
        let frame = page::frame(&now, "", &say, parts);
        self.seen = now;
        Ok(Some(frame))
    }
}
