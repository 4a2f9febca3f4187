//! Farms and what they grow.
//!
//! Tables: `farms`, `products`. Events: none. Routes: none yet.
pub mod model;
pub mod store;
