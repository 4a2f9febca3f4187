//! Who has to do with a market, for its managers: found by name or address, with their roles here. People of other
//! markets are not there. Routes: `/market/users`, `/market/users/sessions`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
