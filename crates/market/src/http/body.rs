//! Bodies and queries, read strictly: what is wrong is said in the one error form, nothing is guessed.
use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;
use tower_http::timeout::TimeoutError;

use crate::{
    app::App,
    error::{Error, FieldError, Say},
};

/// A JSON body of `T`, and its text.
pub struct Json<T>(pub T, pub String);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Self, Error> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
            return Err(Error::Refused {
                status: 415,
                say: Say::key("market-error-415"),
            });
        }
        let text = text(request, state).await?;
        if depth(&text) > DEEPEST {
            let say = Say::key("market-bad-json").with("problem", "nested too deeply");
            return Err(Error::Unreadable(say));
        }
        // serde would take an array for a struct's fields in their order.
        if text.trim_start().starts_with('[') {
            let say = Say::key("market-bad-field").with("problem", "expected an object");
            return Err(Error::Invalid(vec![FieldError { field: "body", say }]));
        }
        match serde_json::from_str(&text) {
            Ok(value) => Ok(Self(value, text)),
            Err(error) if error.is_data() => Err(Error::Invalid(vec![FieldError {
                field: "body",
                say: said(&error, &text),
            }])),
            Err(error) => Err(Error::Unreadable(
                Say::key("market-bad-json").with("problem", error.to_string()),
            )),
        }
    }
}

/// No body of ours is nested deeper than a list of objects.
const DEEPEST: usize = 16;

/// How many brackets of a JSON text are open at once, at most; those inside strings do not count.
fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let (mut inside, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'{' | b'[' if !inside => {
                open += 1;
                deepest = deepest.max(open);
            }
            b'}' | b']' if !inside => open = open.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// What of a body cannot be used, with the field's name as far as it is known.
fn said(error: &serde_json::Error, text: &str) -> Say {
    let problem = error.to_string();
    let named = |start: &str| problem.strip_prefix(start)?.split('`').next();
    for (start, key) in [
        ("unknown field `", "market-unknown-field"),
        ("missing field `", "market-missing-field"),
        ("duplicate field `", "market-twice-field"),
    ] {
        if let Some(field) = named(start) {
            return Say::key(key).with("field", field);
        }
    }
    match last_name(text, error.line(), error.column()) {
        Some(field) => Say::key("market-wrong-kind").with("field", field),
        None => Say::key("market-bad-field").with("problem", problem),
    }
}

/// The name of the value that ends there: the last one before it.
fn last_name(text: &str, line: usize, column: usize) -> Option<&str> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let read = text.get(..before.checked_add(column)?.min(text.len()))?;
    let end = read.rfind("\":").max(read.rfind("\" :"))?;
    let name = read.get(..end)?.rsplit('"').next()?;
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

/// A form body of `T`, and its text.
pub struct Form<T>(pub T, pub String);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Form<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Self, Error> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Error::Refused {
                status: 415,
                say: Say::key("market-error-415-form"),
            });
        }
        let text = text(request, state).await?;
        let uri = format!("/?{text}").parse::<axum::http::Uri>();
        let form = uri
            .ok()
            .and_then(|uri| axum::extract::Query::<T>::try_from_uri(&uri).ok());
        match form {
            Some(form) => Ok(Self(form.0, text)),
            None => Err(Error::Invalid(vec![FieldError {
                field: "body",
                say: Say::key("market-bad-form"),
            }])),
        }
    }
}

async fn text(request: Request, state: &Arc<App>) -> Result<String, Error> {
    String::from_request(request, state)
        .await
        .map_err(|rejection| {
            use axum::response::IntoResponse as _;
            if fell_silent(&rejection) {
                return Error::Refused {
                    status: 408,
                    say: Say::key("market-error-408"),
                };
            }
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Error::Refused {
                    status: 413,
                    say: Say::key("market-error-413"),
                },
                _ => Error::Unreadable(Say::key("market-bad-text")),
            }
        })
}

/// Whether the body stopped coming; the accept loop (`server.rs`) has the clock.
fn fell_silent(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(<dyn std::error::Error>::is::<TimeoutError>)
}

/// A query string of `T`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Error> {
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(query) => Ok(Self(query.0)),
            Err(rejection) => Err(Error::Invalid(vec![FieldError {
                field: "query",
                say: Say::key("market-bad-field").with("problem", rejection.body_text()),
            }])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_is_counted_outside_of_strings() {
        for (text, expected) in [
            ("", 0),
            ("7", 0),
            ("{}[]{}", 1),
            (r#"{"a":[{"b":1},{"c":[]}]}"#, 4),
            (r#"{"a":"[[[[\"{{{"}"#, 1),
            (r#"{"a":"\\","b":[["#, 3),
            ("]]]][", 1),
        ] {
            assert_eq!(depth(text), expected, "{text}");
        }
    }
}
