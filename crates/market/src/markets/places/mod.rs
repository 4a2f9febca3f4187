//! Places where orders are collected. Routes: `/market/places`, `/market/places/new`, `/market/places/{id}`.
pub mod actions;
pub mod form;
pub mod model;
pub mod store;
pub mod web;
