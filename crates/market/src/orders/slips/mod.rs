//! What goes on paper: a slip for each order's box, and labels to stick on it.
//!
//! Routes: `/farm/slips`, `/farm/labels`.
pub mod pages;
pub mod store;
pub mod web;
