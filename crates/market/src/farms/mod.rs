//! Farms: who grows what the market sells, and whether they may sell now.
//!
//! Table: `farms`. Events: none. Routes: none yet.
pub mod model;
pub mod store;
