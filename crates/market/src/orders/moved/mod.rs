//! A window was given other hours or another place: its orders' pages show it, and whoever follows them is told so.
//! Table: `order_moves`. Job: `orders.window_moved`.
pub mod actions;
pub mod jobs;
pub mod store;
