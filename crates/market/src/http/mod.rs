//! The way in: accept loop, router, guards, and what every answer has in common.
//!
//! `server` accepts · `host` finds the market · `guard` says who may · `csrf`, `headers`, `limits` protect, `security` tells of it ·
//! `body` reads · `answer` writes for programs, `described` and `developers` describe what they may do · `problem` turns errors into pages or problem documents · `assets` and `health` serve themselves ·
//! `offline` is for phones without a connection.
pub mod answer;
pub mod assets;
pub mod body;
mod components;
pub mod cookies;
pub mod described;
pub mod developers;
pub mod download;
pub mod endless;
pub mod error_page;
pub mod guard;
pub mod headers;
pub mod health;
pub mod home;
pub mod host;
pub mod idempotency;
pub mod limits;
pub mod live;
pub mod multipart;
pub mod offline;
pub mod page;
pub mod problem;
pub mod request;
pub mod router;
pub mod security;
pub mod server;
pub mod session;
pub mod stalled;
