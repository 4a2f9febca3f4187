//! Accounts: people, what they may do, and how they prove who they are.
//!
//! Tables: `users`, `memberships`, `sessions`, `session_orders`, `api_tokens`, `sign_in_links`, `sign_ups`,
//! `invitations`, `known_devices`.
//! Jobs: `accounts.send_sign_in_link`, `accounts.send_sign_up`, `accounts.send_reset`, `accounts.send_letter`,
//! `accounts.send_email_link`, `accounts.send_invitation`, `accounts.access_ended`.
//! Routes: `/login`, `/login/link/{token}`, `/login/password`, `/logout`, `/signup`, `/reset`,
//! `/account`, `/account/tokens`, `/farm/team`, `/invite/{token}`, `/market/users`.
pub mod actions;
pub mod devices;
pub mod directory;
pub mod examples;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod passwords;
pub mod people;
pub mod profile;
pub mod store;
pub mod team;
pub mod tokens;
pub mod web;
