//! The shop: what customers see of products and farms. Reads only.
//!
//! Routes: `/`, `/shop`, `/p/{slug}`, `/farms`, `/farms/{slug}`.
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
