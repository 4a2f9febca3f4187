//! A farm runs late in one window: its customers are told once, and their pages show it until the window ends.
//! Tables: `late_messages`, `late_orders`. Job: `orders.late_told`. Route: `/farm/late`.
pub mod actions;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
