//! The farmers market: one order, many farms, followed live.
//!
//! A slice is a folder with the same file names everywhere: `model store actions web api pages jobs`. ARCHITECTURE.md
//! has the map.
pub mod accounts;
pub mod app;
pub mod audit;
pub mod cart;
pub mod cli;
pub mod config;
pub mod error;
pub mod farms;
pub mod http;
pub mod idempotency;
pub mod jobs;
pub mod kernel;
pub mod mails;
pub mod markets;
pub mod migrations;
pub mod notices;
pub mod orders;
pub mod pages;
pub mod products;
pub mod setup;
pub mod shop;
pub mod words;
