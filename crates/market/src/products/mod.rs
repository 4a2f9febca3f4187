//! Products: what a farm sells, by which unit, at which price, on which days, and how much of it is left.
//!
//! Table: `products`. Stock is counted in thousandths of the sold unit and is taken in the transaction of the order.
//! Routes: `/farm/products…`, `/api/products…`.
pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod sheets;
pub mod store;
pub mod view;
pub mod web;
