//! Farms: who grows what the market sells, and whether they may sell now.
//!
//! Table: `farms`. Events: none. Routes: `/farms/new`, `/farm/settings`, `/market/farms…`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
