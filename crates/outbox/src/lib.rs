#![doc = include_str!("../README.md")]

mod error;
mod job;
mod mark;
mod runner;
mod store;

pub use error::{Error, Result};
pub use job::{Claimed, Job, Push, encode, finish, push, push_once};
pub use mark::TRIES;
pub use runner::{Handler, Limits, Outcome, Runner};
pub use store::{count_dead, count_due, count_pending, oldest_age, purge};

/// The table `outbox`.
pub const MIGRATION: db::migrate::Migration = db::migrate::Migration {
    name: "0001_outbox",
    sqlite: include_str!("../migrations/sqlite/0001_outbox.sql"),
    postgres: include_str!("../migrations/postgres/0001_outbox.sql"),
};
