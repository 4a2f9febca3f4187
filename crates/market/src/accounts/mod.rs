//! Accounts: people, what they may do, and how they prove who they are.
//!
//! Tables: `users`, `memberships`, `sessions`, `session_orders`, `api_tokens`, `sign_in_links`.
//! Jobs: `accounts.send_sign_in_link`. Routes: `/login`, `/login/link/{token}`, `/logout`.
pub mod actions;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
