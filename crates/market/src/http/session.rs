//! The cookies that a browser gets when a session is opened for it.
use axum::{http::header, response::Response};

use super::{cookies, security::Event};
use crate::{
    accounts::{devices::model::LIVES, model::Opened},
    app::App,
};

/// Gives the browser its session and, where somebody has signed in, what it is known by next time.
pub fn give(app: &App, mut response: Response, opened: &Opened) -> Response {
    let seconds = opened.ends.since(app.now()).as_secs();
    if let Some(cookie) = cookies::session(app.config.https(), &opened.secret, seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if let Some(user) = &opened.user {
        response
            .extensions_mut()
            .insert(Event::SignedIn(user.clone()));
    }
    let device = opened.device.as_deref();
    if let Some(cookie) =
        device.and_then(|secret| cookies::device(app.config.https(), secret, LIVES.as_secs()))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
