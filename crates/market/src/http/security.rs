//! Security events: one line in the log, target `security`, for each that came in and each that was refused.
//!
//! A line names the route, never the path, and a person by id: no secret, no e-mail, nothing that was typed.
use std::sync::{Arc, OnceLock};

use axum::{extract::MatchedPath, http::header, response::Response};
use tracing::{info, warn};

use super::{guard::Peer, limits::network, request::RequestId};
use crate::kernel::ids::UserId;

/// Put on an answer by a handler that knows more than a status says.
#[derive(Clone, Debug)]
pub enum Event {
    SignedIn(UserId),
    SignInRefused,
    SignedOut(UserId),
}

/// Filled by the guard once it knows who asks, read when the answer is there.
#[derive(Clone, Default)]
pub struct Asked(Arc<OnceLock<Option<UserId>>>);

impl Asked {
    pub fn by(&self, user: Option<UserId>) {
        let _ = self.0.set(user);
    }
}

/// What of a request an event tells, kept while it is answered.
pub struct Request {
    id: String,
    method: String,
    route: String,
    from: String,
    bearer: bool,
    asked: Asked,
}

impl Request {
    pub fn of(request: &mut axum::extract::Request, id: &RequestId) -> Self {
        let extensions = request.extensions_mut();
        let asked = Asked::default();
        extensions.insert(asked.clone());
        let route = extensions.get::<MatchedPath>();
        Self {
            id: id.0.clone(),
            route: route.map_or("-".to_owned(), |route| route.as_str().to_owned()),
            from: extensions
                .get::<Peer>()
                .map_or_else(String::new, |peer| network(peer.0.ip())),
            method: request.method().to_string(),
            bearer: request.headers().contains_key(header::AUTHORIZATION),
            asked,
        }
    }

    /// Writes the event, if the answer is one.
    pub fn answered(&self, response: &Response) {
        match response.extensions().get::<Event>() {
            Some(Event::SignedIn(user)) => return self.came("signed_in", user),
            Some(Event::SignedOut(user)) => return self.came("signed_out", user),
            Some(Event::SignInRefused) => return self.refused("sign_in_refused", response),
            None => {}
        }
        if let Some(event) = self.judge(response.status().as_u16()) {
            self.refused(event, response);
        }
    }

    fn judge(&self, status: u16) -> Option<&'static str> {
        match status {
            401 if self.bearer => Some("bad_token"),
            401 => Some("not_signed_in"),
            // Before anybody was asked who they are: the cross-site check.
            403 if self.asked.0.get().is_none() => Some("cross_site"),
            403 => Some("forbidden"),
            // Not there, or not theirs: nobody can tell from the answer, and so neither can this line.
            404 if self.asked.0.get().is_some() && self.route.contains('{') => Some("not_theirs"),
            421 => Some("foreign_host"),
            429 => Some("too_many"),
            _ => None,
        }
    }

    fn came(&self, event: &str, user: &UserId) {
        let Self {
            id, method, route, ..
        } = self;
        info!(target: "security", event, request.id = %id, %method, route, user = %user, from = self.from, "security");
    }

    fn refused(&self, event: &str, response: &Response) {
        let Self {
            id, method, route, ..
        } = self;
        let status = response.status().as_u16();
        let user = self.asked.0.get().and_then(Option::as_ref);
        let user = user.map_or("-", UserId::as_str);
        warn!(target: "security", event, request.id = %id, %method, route, status, user, from = self.from, "security");
    }
}
