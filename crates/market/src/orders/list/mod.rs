//! All orders of a market, for its managers: found by what is known of them, moved many at once, kept as a file; a
//! filter is kept under a name. Routes: `/market/orders`, `/market/orders/filters`, `/market/orders/filters/forget`,
//! `/market/orders.csv`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
