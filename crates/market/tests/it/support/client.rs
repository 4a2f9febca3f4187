//! One caller of the router, with what proves who it is, and the answers it gets.
use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, header},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use market::http::guard::Peer;
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[derive(Clone, Debug)]
pub enum Proof {
    None,
    Token(String),
    Session(String),
}

#[derive(Clone)]
pub struct Client {
    router: Router,
    host: String,
    proof: Proof,
    address: SocketAddr,
    headers: Vec<(&'static str, String)>,
}

impl Client {
    pub fn new(router: Router, host: String, proof: Proof) -> Self {
        Self {
            router,
            host,
            proof,
            address: ([192, 0, 2, 7], 4711).into(),
            headers: Vec::new(),
        }
    }

    /// The same caller with one more header in every request.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The same caller under another Host.
    #[must_use]
    pub fn at_host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    #[must_use]
    pub fn from(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    pub fn request(&self, method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host);
        request = match &self.proof {
            Proof::None => request,
            Proof::Token(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            Proof::Session(secret) => request
                .header(header::COOKIE, format!("s={secret}"))
                .header("sec-fetch-site", "same-origin"),
        };
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let mut request = request.body(body.into()).expect("a request");
        request.extensions_mut().insert(Peer(self.address));
        request
    }

    /// An internal error fails the test wherever it appears.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let what = format!("{} {}", request.method(), request.uri());
        let response = self.router.clone().oneshot(request).await;
        let Ok(response) = response;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole answer").to_bytes();
        let answer = Answer {
            what,
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
        };
        assert_ne!(answer.status, 500, "{answer:?}");
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, Body::empty()))
            .await
    }

    pub async fn json(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = self.request(method, path, body);
        let kind = header::HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.send(request).await
    }

    /// A form, as a page sends it.
    pub async fn post_form(&self, path: &str, form: &str) -> Answer {
        let mut request = self.request(Method::POST, path, form.to_owned());
        let kind = header::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.send(request).await
    }

    /// `id` is an order or one of its parts.
    pub async fn put(&self, id: impl AsRef<str>, body: Value) -> Answer {
        self.put_text(id, &body.to_string()).await
    }

    pub async fn put_text(&self, id: impl AsRef<str>, body: &str) -> Answer {
        let path = format!("/api/orders/{}/status", id.as_ref());
        self.json(Method::PUT, &path, body.to_owned()).await
    }

    pub async fn put_status(&self, id: impl AsRef<str>, status: &str) -> Answer {
        self.put(id, json!({ "status": status })).await
    }

    pub async fn cancel(&self, id: impl AsRef<str>, reason: &str) -> Answer {
        self.put(id, json!({ "status": "CANCELLED", "reason": reason }))
            .await
    }

    pub async fn undo(&self, id: impl AsRef<str>, body: Value) -> Answer {
        let path = format!("/api/orders/{}/undo", id.as_ref());
        self.json(Method::POST, &path, body.to_string()).await
    }

    pub async fn order(&self, id: impl AsRef<str>) -> Answer {
        self.get(&format!("/api/orders/{}", id.as_ref())).await
    }
}

#[derive(Clone)]
pub struct Answer {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} {}", self.what, self.status, self.text())
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("visible ASCII"))
    }

    #[track_caller]
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// What a hidden field of the page's form holds.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let text = self.text();
        let value = text.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let value = value.unwrap_or_else(|| panic!("no {name}: {self:?}"));
        value.split('"').next().unwrap_or("").to_owned()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        self.value()
    }

    /// A success that changed something, and one that did not.
    #[track_caller]
    pub fn changed(&self, expected: bool) -> Value {
        let body = self.ok();
        assert_eq!(body["changed"], expected, "{self:?}");
        body
    }

    /// A problem document (RFC 9457) with all the fields it must have.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.value();
        assert_eq!(body["type"], "about:blank", "{self:?}");
        assert_eq!(body["status"], status, "{self:?}");
        assert_eq!(body["code"], code, "{self:?}");
        for field in ["title", "detail", "request_id"] {
            let text = body[field].as_str().unwrap_or("");
            assert!(!text.is_empty(), "no {field}: {self:?}");
        }
        assert_eq!(body["request_id"], self.header("x-request-id"));
        body
    }

    /// A refusal that is about one field.
    #[track_caller]
    pub fn refused_field(&self, field: &str, code: &str) -> Value {
        let body = self.refused(422, code);
        assert_eq!(body["errors"][0]["field"], field, "{self:?}");
        assert_eq!(body["errors"][0]["code"], code, "{self:?}");
        body
    }
}
