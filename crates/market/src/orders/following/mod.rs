//! All that the page of one order shows, read in two statements.
pub mod store;
