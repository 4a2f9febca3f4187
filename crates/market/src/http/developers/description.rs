//! The description of the API (OpenAPI 3.1): what the slices say of their routes, and what holds for all of them.
use std::{sync::LazyLock, time::Duration};

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::reading::{self, OPERATIONS};
use crate::{
    cart,
    error::{Error, Outage, Say},
    http::{cookies, described, problem},
    kernel::hash,
    orders, products,
    words::Lang,
};

/// The document, how it is sent, and its tag.
pub struct Description {
    pub value: Value,
    pub text: String,
    pub etag: String,
}

static PLAIN: LazyLock<Description> = LazyLock::new(|| Description::new(false));
static SECURE: LazyLock<Description> = LazyLock::new(|| Description::new(true));

/// With https the session's cookie has another name.
pub fn of(https: bool) -> &'static Description {
    if https { &SECURE } else { &PLAIN }
}

#[derive(OpenApi)]
#[openapi(
    paths(super::document),
    components(schemas(described::Problem)),
    info(
        title = "Farmers market",
        version = "1",
        description = "JSON over HTTP. Ids are opaque texts of 1 to 64 visible ASCII characters. Times are RFC 3339 \
            in UTC. An order's amounts are integer minor units (`price_minor`) in its `currency`, its quantities \
            thousandths of the unit; a product's numbers are texts such as `2.40`. Somebody who is no party to an \
            order gets the same 404 as for an order that does not exist. Changes are additive: read what you know \
            and ignore the rest. A list has `next` while there is more: send it back as `after`. Every answer has \
            an id in `X-Request-Id`; errors are problem documents (RFC 9457)."
    ),
    tags(
        (name = "Orders", description = "Buying, following, and moving an order from step to step."),
        (name = "Products", description = "What is in the shop, and what a farm changes in its own part of it."),
        (name = "Cart", description = "A browser's cart, by its session."),
        (name = "About", description = "The API itself."),
    )
)]
struct Described;

impl Description {
    fn new(https: bool) -> Self {
        let mut all = Described::openapi();
        for slice in [
            orders::api::describe(),
            orders::placing::api::describe(),
            orders::changing::api::describe(),
            orders::bulk::api::describe(),
            products::api::describe(),
            cart::api::describe(),
        ] {
            all.merge(slice);
        }
        let mut value = serde_json::to_value(&all).unwrap_or_default();
        value["servers"] = json!([{ "url": "/" }]);
        common(&mut value["components"], https);
        let root = value.clone();
        for path in values(&mut value["paths"]) {
            for (method, operation) in path.as_object_mut().into_iter().flatten() {
                if OPERATIONS.contains(&method.as_str()) {
                    finish(&root, operation);
                }
            }
        }
        let text = value.to_string();
        let etag = format!("\"{}\"", &hash::sha256(&text)[..16]);
        Self { value, text, etag }
    }
}

fn values(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value
        .as_object_mut()
        .into_iter()
        .flatten()
        .map(|(_, value)| value)
}

/// What a status means, and an error that has it: its document is the example.
fn refusals() -> [(&'static str, Error); 11] {
    let refused = |status, key| Error::Refused {
        status,
        say: Say::key(key),
    };
    [
        (
            "It cannot be read: the address, or a body that is not JSON.",
            Error::Unreadable(
                Say::key("market-bad-json").with("problem", "expected value at line 1 column 1"),
            ),
        ),
        (
            "No proof of who it is, or one that is not good (any more); also a token where only a session counts.",
            Error::Unauthenticated,
        ),
        (
            "Known, without the right; or a browser's request that comes from another site.",
            Error::Forbidden(Say::key("market-scope").with("scope", "orders:write")),
        ),
        (
            "Not there, or none of one's own: the same answer.",
            Error::NotFound,
        ),
        (
            "Not possible as things stand. Of a step: `allowed` lists those that are possible.",
            Error::Conflict {
                say: Say::key("orders-cannot-go")
                    .with("from", "READY")
                    .with("to", "CONFIRMED"),
                allowed: vec!["FULFILLED", "CANCELLED"],
            },
        ),
        (
            "Somebody changed it meanwhile; `version` is the one it has now.",
            Error::Stale { now: 5 },
        ),
        ("Larger than 256 KB.", refused(413, "market-error-413")),
        ("Not `application/json`.", refused(415, "market-error-415")),
        (
            "Something in it is not right: `errors` says what, field by field.",
            Error::invalid("status", "orders-unknown-status"),
        ),
        (
            "Too often from one address; `Retry-After` says when to come back.",
            Error::TooMany {
                retry_after: Duration::from_secs(20),
            },
        ),
        (
            "It could not be done now and nothing was changed: a part of the platform does not answer or has too much to \
             do (`market-error-503`), the disk is full (`market-error-full`), it could not be saved \
             (`market-error-unsaved`). Only `market-error-doubt` does not know: it was changed or not, never half. With \
             an `Idempotency-Key` the same request can be sent again in each case.",
            Error::Unavailable(Outage::Silent),
        ),
    ]
}

/// The answers, headers and proofs that operations refer to.
fn common(components: &mut Value, https: bool) {
    components["headers"] = json!({
        "RequestId": {
            "description": "The id of this request, for whoever looks into the log.",
            "required": true,
            "schema": { "type": "string", "maxLength": 64 }
        },
        "RetryAfter": {
            "description": "Seconds.",
            "required": true,
            "schema": { "type": "integer", "minimum": 1 }
        },
        "WwwAuthenticate": { "required": true, "schema": { "type": "string" } }
    });
    components["securitySchemes"] = json!({
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "`Authorization: Bearer TOKEN`. A token belongs to a person, one market, perhaps one farm, \
                and has scopes (`orders:read`, `orders:write`, `products:write`) and an end. Whoever works for a farm \
                makes one on the page of their account. A request that brings one is judged by it alone."
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookies::session_name(https),
            "description": "A browser's session."
        }
    });
    for (meaning, error) in refusals() {
        let status = error.status();
        let example = problem::document(&error, Lang::En.words(), "req_01k9x5w6v7");
        let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
        match status {
            401 => headers["WWW-Authenticate"] = header("WwwAuthenticate"),
            429 | 503 => headers["Retry-After"] = header("RetryAfter"),
            _ => {}
        }
        components["responses"][described::response_name(status)] = json!({
            "description": meaning,
            "headers": headers,
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "example": example
            } }
        });
    }
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// What no operation has to say by itself: 503, the id of the request, and examples put together from its fields'.
fn finish(root: &Value, operation: &mut Value) {
    let answers = &mut operation["responses"];
    answers["503"] =
        json!({ "$ref": format!("#/components/responses/{}", described::response_name(503)) });
    for answer in values(answers) {
        if answer.get("$ref").is_none() {
            answer["headers"]["X-Request-Id"] = header("RequestId");
            exemplify(root, answer);
        }
    }
    if operation.get("requestBody").is_some() {
        operation["requestBody"]["required"] = json!(true);
        exemplify(root, &mut operation["requestBody"]);
    }
}

fn exemplify(root: &Value, with_content: &mut Value) {
    if with_content.get("content").is_none() {
        return;
    }
    for media in values(&mut with_content["content"]) {
        if media.get("example").is_none() {
            media["example"] = reading::example(root, &media["schema"]);
        }
    }
}
