//! The cookie that a browser gets when a session is opened for it.
use axum::{http::header, response::Response};

use super::cookies;
use crate::{accounts::model::Opened, app::App};

/// Gives the browser its session.
pub fn give(app: &App, mut response: Response, opened: &Opened) -> Response {
    let seconds = opened.ends.since(app.now()).as_secs();
    if let Some(cookie) = cookies::session(app.config.https(), &opened.secret, seconds) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
