//! A farm's products as a table for spreadsheets: saved, changed there, read back. Reading says what it would do, line
//! by line, before it does it.
//! Routes: `/farm/products.csv`, `/farm/products/import`.
pub mod actions;
pub mod model;
pub mod pages;
pub mod web;
