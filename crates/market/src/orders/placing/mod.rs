//! Placing an order: what it costs, and everything of it written in one transaction with the stock and the place it takes.
pub mod actions;
pub mod api;
pub mod rows;
pub mod store;
