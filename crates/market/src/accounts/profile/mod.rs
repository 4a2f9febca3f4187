//! A person's own page: name, password, address, and where they are signed in.
pub mod actions;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
