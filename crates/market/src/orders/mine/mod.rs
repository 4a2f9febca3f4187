//! A person's own orders, newest first.
pub mod model;
pub mod store;
pub mod web;
