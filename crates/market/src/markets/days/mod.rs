//! Market days and their windows. Routes: `/market/days`, `/market/days/new`, `/market/days/{id}`,
//! `/market/days/{id}/status`.
pub mod actions;
pub mod form;
pub mod model;
pub mod store;
pub mod web;
