//! Answers for programs.
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use crate::error::{Error, Result};

pub fn json(status: StatusCode, view: &impl Serialize) -> Result<Response> {
    let json = serde_json::to_string(view).map_err(Error::internal)?;
    Ok(json_text(status, json))
}

/// Of JSON that is written down already.
pub fn json_text(status: StatusCode, json: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}
