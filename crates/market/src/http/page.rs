//! How somebody wants to see pages: language and colours, from the address, a cookie or the browser.
use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{Extensions, HeaderMap, HeaderValue, Uri, header, request::Parts},
    middleware::Next,
    response::{Html, Response},
};
use bytes::Bytes;
use serde::Serialize;

use super::cookies;
use crate::{
    accounts::model::Caller,
    app::App,
    kernel::time::Ts,
    pages::{Person, Shell, Theme},
    words::{Lang, Words},
};

/// Put into requests where the pseudo-locale may be asked for.
#[derive(Clone, Copy)]
pub struct Pseudo;

fn has_pseudo(extensions: &Extensions) -> bool {
    extensions.get::<Pseudo>().is_some()
}

const YEAR: u64 = 365 * 24 * 3600;

/// Language, colours and address of one request.
#[derive(Clone, Debug)]
pub struct Look {
    pub lang: Lang,
    pub words: Words,
    pub theme: Theme,
    /// Path and query.
    pub here: String,
}

impl Look {
    pub fn of(headers: &HeaderMap, uri: &Uri, extensions: &Extensions) -> Self {
        let asked = |tag: &str| Lang::asked(tag, has_pseudo(extensions));
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let lang = query(uri, "lang")
            .and_then(asked)
            .or_else(|| cookies::find(headers, "lang").and_then(asked))
            .unwrap_or_else(|| accepted.map(Lang::accept).unwrap_or_default());
        let theme = query(uri, "theme")
            .and_then(Theme::parse)
            .or_else(|| cookies::find(headers, "theme").and_then(Theme::parse))
            .unwrap_or_default();
        let here = uri
            .path_and_query()
            .map_or("/", |here| here.as_str())
            .to_owned();
        Self {
            lang,
            words: lang.words(),
            theme,
            here,
        }
    }

    pub fn shell(&self, who: &Caller, now: Ts) -> Shell {
        let person = who.user.as_ref().map(|user| Person {
            name: user.name.clone(),
            works: who.manages().is_some() || who.farms().next().is_some(),
            manages: who.manages().is_some(),
            unread: who.unread,
        });
        let shell =
            Shell::new(&who.market, self.words, self.theme, &self.here, now).kept_for(&who.proof);
        // A page with a stream of its own puts it in this one's place.
        let shell = match &person {
            Some(person) => shell.live("/notifications/events", &person.unread),
            None => shell,
        };
        shell.signed_in(person)
    }
}

fn query<'u>(uri: &'u Uri, name: &str) -> Option<&'u str> {
    uri.query()?
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

impl<S: Send + Sync> FromRequestParts<S> for Look {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &parts.uri, &parts.extensions))
    }
}

/// `?lang=` and `?theme=` are remembered, so that a choice works without JavaScript.
pub async fn remember(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let chosen = [
        query(request.uri(), "lang")
            .and_then(|tag| Lang::asked(tag, has_pseudo(request.extensions())))
            .map(|lang| ("lang", lang.tag())),
        query(request.uri(), "theme")
            .and_then(Theme::parse)
            .map(|theme| ("theme", theme.as_str())),
    ];
    let mut response = next.run(request).await;
    // What anybody may keep must not bring one person's choice to another.
    let kept = response.headers().get(header::CACHE_CONTROL);
    if kept.is_some_and(|kept| kept.as_bytes().starts_with(b"public")) {
        return response;
    }
    for (name, value) in chosen.into_iter().flatten() {
        // Not HttpOnly: the page's own switch writes the same cookie.
        let secure = if app.config.https() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={YEAR}{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

pub const fn html(text: String) -> Html<String> {
    Html(text)
}

#[derive(Serialize)]
struct Frame<'a> {
    version: &'a str,
    title: &'a str,
    say: &'a str,
    parts: serde_json::Map<String, serde_json::Value>,
}

/// One event of a live stream: the parts of a page that may have changed, and one sentence for those who listen.
pub fn frame(version: &str, title: &str, say: &str, parts: Vec<(String, String)>) -> Bytes {
    let parts = parts
        .into_iter()
        .map(|(name, html)| (name, html.into()))
        .collect();
    let json = serde_json::to_string(&Frame {
        version,
        title,
        say,
        parts,
    })
    .unwrap_or_default();
    Bytes::from(format!("id: {version}\ndata: {json}\n\n"))
}
