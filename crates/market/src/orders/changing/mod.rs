//! What a customer changes before the cut-off: how much of a line, a line, the whole order.
//!
//! Table: `order_changes`. Job: `order.changed`. Routes: `/orders/{id}/change`, `/orders/{id}/cancel`,
//! `PUT /api/orders/{id}/lines`.
pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
