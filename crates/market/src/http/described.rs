//! What the descriptions of many operations have in common: how they refuse, and the header that makes a request
//! repeatable. `developers/description.rs` holds what the names of the refusals stand for.
use std::collections::BTreeMap;

use utoipa::{
    IntoParams, IntoResponses, ToSchema,
    openapi::{RefOr, response::Response, schema::Ref},
};

/// A problem document (RFC 9457): why a request was refused.
#[derive(ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is, `code` which one.
    #[schema(examples("about:blank"))]
    pub r#type: String,
    /// The status in words, in the language of `Accept-Language`.
    #[schema(examples("Something is wrong"))]
    pub title: String,
    #[schema(minimum = 400, maximum = 599, examples(422))]
    pub status: u16,
    /// What happened and what to do, in the language of `Accept-Language`.
    #[schema(examples("There is no such status. The API’s description has them all."))]
    pub detail: String,
    /// Stable: for programs.
    #[schema(examples("orders-unknown-status"))]
    pub code: String,
    /// The same as the header `X-Request-Id`: for whoever asks us about it.
    #[schema(examples("req_01k9x5w6v7"))]
    pub request_id: String,
    /// With 409, of a step: the statuses that are possible from here.
    #[schema(required = false)]
    pub allowed: Vec<String>,
    /// With 412: the version it has now.
    #[schema(required = false, minimum = 0)]
    pub version: i64,
    /// With 422: what is wrong, field by field.
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
}

/// A field that is wrong.
#[derive(ToSchema)]
pub struct FieldProblem {
    #[schema(examples("status"))]
    pub field: String,
    /// Stable: for programs.
    #[schema(examples("orders-unknown-status"))]
    pub code: String,
    /// In the language of `Accept-Language`.
    #[schema(examples("There is no such status. The API’s description has them all."))]
    pub detail: String,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident [$($status:literal)*];)*) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let refused = |status: u16| {
                    let named = Ref::from_response_name(response_name(status));
                    (status.to_string(), RefOr::Ref(named))
                };
                [$($status),*].map(refused).into()
            }
        }
    )*};
}

/// Under this name the answer stands among the components.
pub fn response_name(status: u16) -> String {
    format!("Refused{status}")
}

refusals! {
    /// No proof of who it is, or none that is good.
    Unknown [401];
    /// The same, and somebody known without the right.
    Known [401 403];
    /// Not there, or not a party to it; also an address that cannot be read.
    Missing [400 404];
    /// A query or parameter that is not right.
    Wrong [422];
    /// A body that cannot be taken, or is not right.
    Sent [400 413 415 422];
    /// Not possible as things stand.
    Clash [409];
    /// Somebody changed it meanwhile.
    Stale [412];
    /// Too often.
    Limited [429];
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IdempotencyKey {
    /// A request sent again with the same key gets the first one's answer and changes nothing. Kept for 24 hours; with
    /// another body it is a 422.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 200,
        pattern = "^[!-~]+$",
        required = false
    )]
    pub key: String,
}
