//! The cookie that a browser gets when a session is opened for it.
use axum::{http::header, response::Response};

use super::{cookies, security::Event};
use crate::{accounts::model::Opened, app::App};

/// Gives the browser its session.
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
    response
}
