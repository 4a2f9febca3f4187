//! What whoever runs the installation does with a person's account: signs it out everywhere, closes it, opens it again.
//!
//! A person belongs to no market, so no market's manager may: it is done on the command line.
pub mod actions;
pub mod jobs;
pub mod store;
