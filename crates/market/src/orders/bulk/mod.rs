//! The same step for many orders: one transaction each, and for each what became of it.
//!
//! Routes: `/farm/board/bulk`, `POST /api/orders/status`.
pub mod api;
pub mod pages;
pub mod web;
