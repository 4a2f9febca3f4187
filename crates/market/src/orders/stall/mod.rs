//! At the stall: a customer says "I am here", staff find the order and hand it over, and see who has not come.
//!
//! Table: `arrivals`. Job: `order.changed`.
//! Routes: `/orders/{id}/here`, `/farm/checkin`, `/farm/checkin/events`, `/farm/more`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
