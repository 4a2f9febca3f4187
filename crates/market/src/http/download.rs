//! Files to keep: never shown as a page of ours, whatever they hold.
use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};

/// `name` is ours, plain ASCII.
pub fn csv(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    (
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
            (
                header::CONTENT_SECURITY_POLICY,
                "default-src 'none'; sandbox",
            ),
            (header::CONTENT_DISPOSITION, &*disposition),
        ],
        text,
    )
        .into_response()
}
