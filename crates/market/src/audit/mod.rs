//! Audit: who did what to which thing. An act writes its entry in its own transaction (`actions::note`); a change of an
//! order's status is its own entry, the row in `status_events`.
//!
//! Tables: `audit_entries`, `audit_seals`. Jobs: `audit.seal` chains the hashes of both kinds of rows, each minute.
//! Routes: `/market/audit`, `/market/audit.csv`. Command: `market verify audit`.
//! Entries hold ids and never a person's name or address, so that a person can be erased and the chain still holds; of a
//! status event everything but its free note is sealed, for the same reason.
pub mod actions;
pub mod check;
pub mod facts;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
pub mod web;
