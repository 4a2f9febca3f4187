//! Bodies and queries, read strictly: what is wrong is said in the one error form, nothing is guessed.
use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

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
            match rejection.into_response().status() {
                StatusCode::PAYLOAD_TOO_LARGE => Error::Refused {
                    status: 413,
                    say: Say::key("market-error-413"),
                },
                _ => Error::Unreadable(Say::key("market-bad-text")),
            }
        })
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
