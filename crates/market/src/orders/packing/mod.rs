//! One order as its farm packs it: each line ticked off by whoever packed it, less where there is less.
//!
//! Tables: `order_lines` (packed quantity, tick, note), `order_changes`. Job: `order.changed`.
//! Routes: `/farm/orders/{id}`, `/farm/orders/{id}/tick`, `/farm/orders/{id}/short`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
