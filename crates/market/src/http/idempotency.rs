//! The header `Idempotency-Key`.
use axum::http::HeaderMap;

use crate::{
    accounts::model::Caller,
    error::{Error, Result},
    idempotency::model::Key,
    kernel::line,
};

/// The key a request brings, if it brings one; `target` and `text` are what a second one must repeat.
pub fn key(who: &Caller, headers: &HeaderMap, target: &str, text: &str) -> Result<Option<Key>> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match key.to_str().ok().and_then(|key| line::line(key, 200).ok()) {
        Some(key) => Ok(Some(Key::new(
            who.market.id.clone(),
            who.key(),
            key,
            target,
            text,
        ))),
        None => Err(Error::invalid("Idempotency-Key", "orders-bad-key")),
    }
}
