//! What to cut and fetch for a day: a sum per product, in the order in which one walks past it, with ticks that stay.
//!
//! Table: `harvest_ticks`. Routes: `/farm/harvest`, `/farm/harvest.csv`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
