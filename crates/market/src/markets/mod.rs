//! Markets: who runs the stalls, in which currency and time zone, on which days, where.
//!
//! Tables: `markets`, `pickup_places`, `market_days`, `windows`, `settings`. Jobs: `markets.look_at_days`. Routes:
//! `/market/days…`, `/market/places…`, `/market/settings`; a request's market comes from its Host header
//! (`http/host.rs`), out of those that `known.rs` holds in memory.
pub mod days;
pub mod jobs;
pub mod known;
pub mod model;
pub mod pages;
pub mod places;
pub mod settings;
pub mod store;

pub use known::Markets;
