//! Personal API tokens: made, listed and ended by their person. The secret is shown once and kept only as a hash.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
