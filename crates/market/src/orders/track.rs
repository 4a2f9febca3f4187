//! Following one order: the page, its stream, its link, the look-up for strangers. HTML handlers.
use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use bytes::Bytes;
use serde::Deserialize;

use super::{
    actions::order_topic,
    following, frames,
    jobs::SendOrderLink,
    links,
    model::{Following, code, seen::Audience},
    pages::{self, TrackPage},
    store,
};
use crate::{
    accounts::{
        self,
        model::{Caller, normal_email},
    },
    app::App,
    error::{Error, Result},
    http::{
        body::{Form, Query},
        guard::{self, Follower, Reader, Visitor},
        limits,
        live::{self, Live, Source},
        page::{self, Look},
    },
    kernel::{
        hash,
        ids::{JobId, OrderId},
    },
    words::Lang,
};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/orders/{id}/track", get(track))
        .route("/orders/{id}/events", get(events))
        .route("/t/{token}", get(open_link))
        .route("/c/{code}", get(by_code))
        .route("/C/{code}", get(by_code))
        .route("/track", get(look_up_form).post(look_up))
}

/// No right and no such order give the same answer: 404 with the look-up form.
async fn track(
    State(app): State<Arc<App>>,
    Follower(who): Follower,
    look: Look,
    Path(id): Path<String>,
) -> Result<Response> {
    let read = app.db.read_fresh().await?;
    let found = following::store::find(&read, &who.market.id, &OrderId::new(id)).await?;
    drop(read);
    let Some((following, audience)) =
        found.and_then(|f| who.audience(&f.order).map(|audience| (f, audience)))
    else {
        let html = pages::look_up(&look, &who.market, &pages::LookUp::NotFound);
        return Ok(private(
            (StatusCode::NOT_FOUND, page::html(html)).into_response(),
        ));
    };
    let following = following.seen_by(&audience);
    let now = app.now();
    let page = TrackPage::new(
        &following,
        &who.market,
        &audience,
        look.words,
        now,
        &code_url(&app, &who, &following),
    );
    let shell = look.shell(&who, now).live(
        format!("/orders/{}/events", following.order.id),
        &following.order.version,
    );
    Ok(private(
        page::html(page.render_page(&shell)).into_response(),
    ))
}

/// What the QR says: the code's own address, in capitals, so that the picture is small.
fn code_url(app: &App, who: &Caller, following: &Following) -> String {
    format!("{}/c/{}", app.base_url(&who.market), following.order.code).to_uppercase()
}

/// What a phone's camera opens from the ticket. The code gives no right: whoever may see the order is led to it,
/// anybody else to the look-up form with the code filled in.
async fn by_code(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(typed): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::LOOK_UP)?;
    let code = code::normal(&typed).ok_or(Error::NotFound)?;
    let read = app.db.read_fresh().await?;
    if let Some((id, ..)) = links::store::find_by_code(&read, &who.market.id, &code).await?
        && let Some(order) = store::find(&read, &who.market.id, id.as_str()).await?
        && let Some(audience) = who.audience(&order)
    {
        // Whoever works at a stall has it shown to be handed over.
        if audience != Audience::Customer && who.works_at_a_stall() {
            let path = format!("/farm/checkin?q={}", order.code);
            return Ok(private(Redirect::to(&path).into_response()));
        }
        return Ok(private(
            Redirect::to(&format!("/orders/{id}/track")).into_response(),
        ));
    }
    drop(read);
    let filled = pages::LookUp::Wrong {
        code,
        email: String::new(),
        bad_code: false,
        bad_email: false,
    };
    let html = pages::look_up(&look, &who.market, &filled);
    Ok(private(page::html(html).into_response()))
}

fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    response
}

#[derive(Deserialize)]
struct After {
    after: Option<i64>,
}

async fn events(
    State(app): State<Arc<App>>,
    Reader(who): Reader,
    look: Look,
    Path(id): Path<String>,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Result<Response> {
    // First the subscription, then the first look: what comes between is not missed.
    let topic = app.cluster.subscribe(&order_topic(&id));
    let read = app.db.read_fresh().await?;
    let order = store::find(&read, &who.market.id, &id)
        .await?
        .ok_or(Error::NotFound)?;
    drop(read);
    let audience = who.audience(&order).ok_or(Error::NotFound)?;
    if order.id.as_str() != id {
        return Err(Error::NotFound);
    }
    let seat = app.seats.take(
        &who.key(),
        &limits::network(who.address),
        app.config.lifts_limits_for(who.address),
    )?;
    let ended = app.cluster.subscribe(&accounts::model::ended_topic(&who));
    let live = Live::new(topic, ended, app.stop.clone(), seat);
    let source = Watch {
        app,
        who,
        lang: look.lang,
        order: order.id,
        audience,
        seen: live::last_seen(&headers, query.after),
    };
    Ok(live::respond(live, source))
}

/// One watcher of one order.
struct Watch {
    app: Arc<App>,
    who: Caller,
    lang: Lang,
    order: OrderId,
    audience: Audience,
    seen: i64,
}

impl Source for Watch {
    async fn look(&mut self, at_least: u64) -> Option<Option<Bytes>> {
        match self.frame(i64::try_from(at_least).unwrap_or(0)).await {
            Ok(frame) => Some(frame),
            Err(error) => {
                tracing::warn!(order.id = %self.order, ?error, "a watcher could not be shown the newest state");
                None
            }
        }
    }

    async fn still_may(&mut self) -> bool {
        guard::still_good(&self.app, &self.who, Some(&self.order)).await
    }
}

impl Watch {
    async fn version(&self) -> Result<i64> {
        let read = self.app.db.read_fresh().await?;
        let found = store::find_version(&read, &self.who.market.id, self.order.as_str()).await?;
        Ok(found.map_or(0, |(_, version)| version))
    }

    async fn frame(&mut self, at_least: i64) -> Result<Option<Bytes>> {
        let app = &self.app;
        let version = if at_least > 0 {
            at_least
        } else {
            self.version().await?
        };
        if version <= self.seen {
            return Ok(None);
        }
        let now = app.now();
        let key = frames::Key {
            order: self.order.clone(),
            version,
            lang: self.lang,
            audience: self.audience.clone(),
            date: now.in_zone(&self.who.market.zone).date().to_string(),
        };
        let make = async {
            let found =
                following::store::find_at_least(&app.db, &self.who.market.id, &self.order, version)
                    .await?;
            let following = found.ok_or(Error::NotFound)?.seen_by(&self.audience);
            let url = code_url(app, &self.who, &following);
            let page = TrackPage::new(
                &following,
                &self.who.market,
                &self.audience,
                self.lang.words(),
                now,
                &url,
            );
            Ok(page::frame(
                &following.order.version.to_string(),
                &page.title(),
                &page.sentence(),
                page.render_parts(),
            ))
        };
        let frame = app
            .frames
            .get(key, make)
            .await
            .map_err(|error| Error::internal(error.to_string()))?;
        self.seen = version;
        Ok(Some(frame))
    }
}

/// The link of a mail: the browser's session may follow this order from now on, and goes to its clean address.
async fn open_link(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Path(token): Path<String>,
) -> Result<Response> {
    limits::count(&app, &who, limits::OPEN_LINK)?;
    let read = app.db.read_fresh().await?;
    let found = links::store::find_by_link(&read, &who.market.id, &hash::sha256(&token)).await?;
    drop(read);
    let Some((order, generation)) = found else {
        let html = pages::look_up(&look, &who.market, &pages::LookUp::OldLink);
        return Ok(private(
            (StatusCode::NOT_FOUND, page::html(html)).into_response(),
        ));
    };
    let opened = accounts::actions::open_order(&app, &who, &order, generation).await?;
    let mut response = Redirect::to(&format!("/orders/{order}/track")).into_response();
    // Only here: the address of this one answer is a secret.
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    Ok(match opened {
        Some(opened) => crate::http::session::give(&app, response, &opened),
        None => response,
    })
}

async fn look_up_form(Visitor(who): Visitor, look: Look) -> Response {
    page::html(pages::look_up(&look, &who.market, &pages::LookUp::Empty)).into_response()
}

#[derive(Deserialize)]
struct LookUpForm {
    code: String,
    email: String,
}

/// Always the same answer: if the two belong together, a mail says the rest.
async fn look_up(
    State(app): State<Arc<App>>,
    Visitor(who): Visitor,
    look: Look,
    Form(form, _): Form<LookUpForm>,
) -> Result<Response> {
    limits::count(&app, &who, limits::LOOK_UP)?;
    let code = code::normal_in(&form.code, &who.market.code_prefix);
    let email = normal_email(&form.email);
    let (Some(code), Some(email)) = (code.clone(), email.clone()) else {
        let wrong = pages::LookUp::Wrong {
            code: form.code,
            email: form.email,
            bad_code: code.is_none(),
            bad_email: email.is_none(),
        };
        let html = pages::look_up(&look, &who.market, &wrong);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page::html(html)).into_response());
    };
    let job = SendOrderLink {
        market: who.market.id.clone(),
        code,
        email,
        lang: look.lang.tag().to_owned(),
    };
    super::actions::ask_for_link(&app, &app.ids.make(JobId::PREFIX, app.now()), &job).await?;
    Ok(page::html(pages::look_up(&look, &who.market, &pages::LookUp::Sent)).into_response())
}
