//! Notices: who is told what of an order, once, by mail and on the page of notices.
//!
//! Tables: `notices`. Jobs: `order.status_changed` and `order.changed` (written by orders, expanded here), `notices.send`,
//! `notices.confirmed`, `notices.packed`, `notices.late`,
//! `notices.moved`. Routes: `/notifications`, `/notifications/read`, `/notifications/events`.
pub mod actions;
pub mod examples;
pub mod hears;
pub mod jobs;
pub mod late;
pub mod model;
pub mod moved;
pub mod pages;
pub mod store;
pub mod told;
pub mod web;
