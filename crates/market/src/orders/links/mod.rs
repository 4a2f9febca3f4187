//! The ways to an order for whoever has no account: its link, its code with an address, a session that opened its link.
pub mod store;
