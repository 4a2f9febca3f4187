//! Accounts with a password: signing up, signing in by it, setting a new one by a mailed link.
//!
//! Whoever signs up is nobody until the mailed link is used: a person in `users` has always proved the address.
pub mod actions;
pub mod jobs;
pub mod pages;
pub mod store;
pub mod web;
