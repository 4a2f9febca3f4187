//! A form with a file in it (RFC 7578), as browsers send it: small, whole in memory, texts only.
use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};

use crate::{
    app::App,
    error::{Error, Say},
};

/// Fields and the texts of files, by name, in their order.
pub struct Multipart(pub Vec<(String, String)>);

impl Multipart {
    /// The first that is not empty; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        let found = self
            .0
            .iter()
            .find(|(field, text)| field == name && !text.is_empty());
        found.map_or("", |(_, text)| text)
    }
}

impl FromRequest<Arc<App>> for Multipart {
    type Rejection = Error;

    async fn from_request(request: Request, state: &Arc<App>) -> Result<Self, Error> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let boundary = kind.and_then(boundary).map(str::to_owned);
        let boundary = boundary.ok_or_else(|| Error::Refused {
            status: 415,
            say: Say::key("market-error-415-form"),
        })?;
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_large| Error::Refused {
                status: 413,
                say: Say::key("market-error-413"),
            })?;
        let text = std::str::from_utf8(&body)
            .map_err(|_other| Error::Unreadable(Say::key("market-bad-text")))?;
        parts(text, &boundary)
            .map(Self)
            .ok_or_else(|| Error::Unreadable(Say::key("market-bad-form")))
    }
}

fn boundary(kind: &str) -> Option<&str> {
    let (kind, rest) = kind.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = rest.trim().strip_prefix("boundary=")?.trim_matches('"');
    (!boundary.is_empty() && boundary.len() <= 70).then_some(boundary)
}

/// `None`: not written as it has to be.
fn parts(text: &str, boundary: &str) -> Option<Vec<(String, String)>> {
    let mark = format!("\r\n--{boundary}");
    let text = text.strip_prefix(&mark[2..])?;
    let mut found = Vec::new();
    for part in text.split(&*mark) {
        let part = match part.strip_prefix("\r\n") {
            Some(part) => part,
            None if part.starts_with("--") => return Some(found),
            None => return None,
        };
        let (head, body) = part.split_once("\r\n\r\n")?;
        found.push((name(head)?.to_owned(), body.to_owned()));
    }
    None
}

fn name(head: &str) -> Option<&str> {
    let disposition = head.lines().find(|line| {
        let start = line.get(..20).unwrap_or("");
        start.eq_ignore_ascii_case("content-disposition:")
    })?;
    let (_, rest) = disposition.split_once("; name=\"")?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_read() {
        let text = "--x\r\nContent-Disposition: form-data; name=\"farm\"\r\n\r\nrosa\r\n--x\r\n\
                    content-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
                    id,name\r\n1,--x\r\n\r\n--x--\r\n";
        let parts = parts(text, "x").expect("parts");
        let parts = Multipart(parts);
        assert_eq!(parts.get("farm"), "rosa");
        assert_eq!(parts.get("file"), "id,name\r\n1,--x\r\n");
        assert_eq!(parts.get("none"), "");
    }

    #[test]
    fn what_is_not_written_right_is_refused() {
        for bad in [
            "",
            "--x\r\n",
            "--y\r\n\r\n",
            "--xContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
            "--x\r\nContent-Type: text/plain\r\n\r\nb\r\n--x--",
        ] {
            assert_eq!(parts(bad, "x"), None, "{bad:?}");
        }
        assert_eq!(boundary("multipart/form-data; boundary=\"ab\""), Some("ab"));
        for bad in [
            "text/plain",
            "multipart/form-data",
            "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=",
        ] {
            assert_eq!(boundary(bad), None, "{bad}");
        }
    }
}
