//! What a market is called, where and when it lives, what it charges. Route: `/market/settings`.
pub mod actions;
pub mod form;
pub mod model;
pub mod store;
pub mod web;
