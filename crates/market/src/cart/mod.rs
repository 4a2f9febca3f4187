//! The cart: what somebody means to buy, kept on the server, for guests too.
//!
//! Tables: `carts`, `cart_lines`, `cart_notes`. A cart belongs to a person or, until one signs in, to a session.
//! Routes: `/cart…`, `/checkout…`, `/orders/{id}/thanks`, `/api/cart…`.
pub mod actions;
pub mod api;
pub mod checkout;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
