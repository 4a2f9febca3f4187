//! The last step of an error: a page for people, a problem document (RFC 9457) for programs, one line for operators.
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    error_page,
    host::At,
    page::{self, Look},
    request::RequestId,
};
use crate::{
    app::App,
    error::{Error, Outage, Say},
    pages::Shell,
    words::Words,
};

/// Carried by a response until the layer below knows language and form.
#[derive(Clone)]
struct Carried(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Internal { source, at } = &self {
            tracing::error!(error = %source, at = %at, "internal error");
        }
        let mut response = status(self.status()).into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

pub async fn layer(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let look = Look::of(request.headers(), request.uri(), request.extensions());
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(String::new, |id| id.0.clone());
    let head = request.method() == Method::HEAD;
    let reads = request.method().is_safe();
    let json = request.uri().path().starts_with("/api/") || is_program(&request);
    let response = next.run(request).await;
    let Some(error) = error_of(&response, reads) else {
        return response;
    };
    let mut answer = if json || head {
        problem(&error, look.words, &id)
    } else {
        // A Host that names no market gets the default one's page.
        let at = response.extensions().get::<At>();
        let market = at
            .map(|at| at.market.clone())
            .or_else(|| app.markets.default());
        match market {
            Some(market) => {
                let shell = Shell::new(&market, look.words, look.theme, &look.here, app.now());
                // Of tokens only programs are told.
                let text = match &*error {
                    Error::Unauthenticated => look.words.say("market-error-401-page").into_owned(),
                    other => look.words.tell(&other.say()),
                };
                page::html(error_page::render(&shell, error.status(), &text, &id)).into_response()
            }
            None => problem(&error, look.words, &id),
        }
    };
    *answer.status_mut() = status(error.status());
    keep_headers(&response, &mut answer, &error);
    answer
}

/// Our own errors, and what the layers below refuse with nothing but a status.
fn error_of(response: &Response, reads: bool) -> Option<Arc<Error>> {
    if let Some(carried) = response.extensions().get::<Carried>() {
        return Some(carried.0.clone());
    }
    let refused = |status, key| {
        Some(Arc::new(Error::Refused {
            status,
            say: Say::key(key),
        }))
    };
    let plain = !response.headers().contains_key(header::CONTENT_TYPE)
        || response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain {
        return None;
    }
    match response.status().as_u16() {
        400 => refused(400, "market-error-400"),
        403 => refused(403, "market-error-403-site"),
        404 => Some(Arc::new(Error::NotFound)),
        405 => refused(405, "market-error-405"),
        408 => refused(408, "market-error-408"),
        413 => refused(413, "market-error-413"),
        415 => refused(415, "market-error-415"),
        500 => refused(500, "market-error-500"),
        // The time limit's answer: what was cut off may have been in its COMMIT.
        503 if reads => Some(Arc::new(Error::Unavailable(Outage::Silent))),
        503 => Some(Arc::new(Error::Unavailable(Outage::InDoubt))),
        _ => None,
    }
}

/// Whoever asks for JSON or a stream, or comes by a token, and does not ask for a page.
fn is_program(request: &Request) -> bool {
    let headers = request.headers();
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let asks = accept.contains("json") || accept.contains("event-stream");
    (asks || headers.contains_key(header::AUTHORIZATION)) && !accept.contains("text/html")
}

/// RFC 9457, with the fields our clients need: `code` (stable), `allowed`, `errors`, `version`, `request_id`.
pub fn document(error: &Error, words: Words, id: &str) -> Value {
    let status = error.status();
    let mut body = json!({
        "type": "about:blank",
        "title": error_page::title(words, status),
        "status": status,
        "detail": words.tell(&error.say()),
        "code": error.say().key,
        "request_id": id,
    });
    match error {
        Error::Conflict { allowed, .. } => body["allowed"] = json!(allowed),
        Error::Stale { now } => body["version"] = json!(now),
        Error::Invalid(fields) => {
            let errors: Vec<Value> = fields
                .iter()
                .map(|f| json!({ "field": f.name(), "code": f.say.key, "detail": words.tell(&f.say) }))
                .collect();
            body["errors"] = json!(errors);
        }
        _ => {}
    }
    body
}

fn problem(error: &Error, words: Words, id: &str) -> Response {
    (
        [(header::CONTENT_TYPE, "application/problem+json")],
        document(error, words, id).to_string(),
    )
        .into_response()
}

fn keep_headers(from: &Response, to: &mut Response, error: &Error) {
    let headers = to.headers_mut();
    if let Some(allow) = from.headers().get(header::ALLOW) {
        headers.insert(header::ALLOW, allow.clone());
    }
    match error {
        Error::Unauthenticated => {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"market\""),
            );
        }
        Error::TooMany { retry_after } => {
            headers.insert(
                header::RETRY_AFTER,
                HeaderValue::from(retry_after.as_secs().max(1)),
            );
        }
        Error::Unavailable(outage) => {
            // Room on a disk is not made in seconds.
            let seconds = if *outage == Outage::Full { 30 } else { 5 };
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        _ => {}
    }
}
