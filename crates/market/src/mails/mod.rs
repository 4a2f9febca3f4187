//! Mails as a market's manager sees them: each one that the platform sends, who gets it and when, and how it looks.
//!
//! A slice that writes mails keeps an example of each in its `examples.rs`; `all` lists them, and a test there reads the
//! sources for one that was forgotten. Routes: `/market/mails`, `/market/mails/{name}`, `/market/mails/{name}/html`.
//! Jobs: `mails.example` sends one of them to whoever asked.
pub mod actions;
pub mod all;
pub mod jobs;
pub mod pages;
pub mod web;
