//! A market's day at a glance, for its managers: what needs somebody first, then the farms, the money, the windows.
//! Routes: `/market`, `/market/events`.
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
