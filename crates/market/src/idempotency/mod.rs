//! Kept answers: a request sent again with the same `Idempotency-Key` gets the first run's answer.
//!
//! Table: `idempotency_keys`. A key belongs to its caller and to the body it first came with; it is written in the
//! transaction of the effect, so there is never one without the other, and is kept for 24 hours.
pub mod model;
pub mod store;
