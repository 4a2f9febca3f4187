//! The first run: from an empty database to a market that takes orders, by one link that the terminal shows.
//!
//! Tables: `setup_links`, and the step in `settings`. Routes: `/setup`, `/setup/{token}`, `/setup/done`. Until the last
//! step is done the start page says that the market is being set up.
pub mod actions;
pub mod form;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
