//! Markets: who runs the stalls, in which currency and time zone, on which days, where.
//!
//! Tables: `markets`, `pickup_places`, `market_days`, `windows`, `settings`. Events: none. Routes: none yet; a request's
//! market comes from its Host header (`http/host.rs`).
pub mod model;
pub mod store;
