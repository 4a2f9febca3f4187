//! A change of status, written down: state, history and outbox row in one transaction.
pub mod store;
