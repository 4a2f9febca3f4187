//! What an attacker tries, tried. The list with its numbers is `docs/security.md`; a house rule holds the two together.
//!
//! Routes, callers and well-meant bodies come from `sweep`, whose list of routes is read from the source: what is new
//! there is attacked here without being named again.
mod failures;
mod headers;
mod html;
mod injection;
mod numbers;
mod people;
mod secrets;
mod tenants;
mod watch;

use std::fmt::Write as _;

use serde_json::Value;

use crate::sweep::DECLARED;

/// Every method and route. Signing out comes last: whoever attacks as somebody stays who they are.
fn routes() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = DECLARED.iter().map(|row| (row.0, row.1)).collect();
    all.sort_by_key(|row| row.1 == "/logout");
    all
}

/// A text as one value of a form or an address.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What a page shows where it says so in entities.
fn plain(html: &str) -> String {
    let mut text = html.to_owned();
    for (entity, sign) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, sign);
    }
    text
}

/// The names of a body's fields: of a form's all, of JSON's the texts.
fn fields(route: &str, body: &str) -> Vec<String> {
    if route.starts_with("/api/") {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let fields = body.as_object().into_iter().flatten();
        let texts = fields.filter(|(_, value)| value.is_string());
        return texts.map(|(name, _)| name.clone()).collect();
    }
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, _)| name.to_owned()).collect()
}

/// The body with this text in that field, which may be new to it.
fn with_field(route: &str, body: &str, field: &str, text: &str) -> String {
    if route.starts_with("/api/") {
        let mut body: Value = serde_json::from_str(body).expect("a body");
        body[field] = text.into();
        return body.to_string();
    }
    let start = format!("{field}=");
    let others = body
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with(&start));
    let mine = format!("{start}{}", encoded(text));
    others.chain([mine.as_str()]).collect::<Vec<_>>().join("&")
}
