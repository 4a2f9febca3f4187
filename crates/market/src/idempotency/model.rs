//! A key with the hash of the request it belongs to.
use std::time::Duration;

use crate::kernel::{hash, ids::MarketId};

pub const KEPT: Duration = Duration::from_hours(24);

#[derive(Clone, Debug)]
pub struct Key {
    pub market: MarketId,
    /// Who sent it: a key of one caller says nothing about another's.
    pub caller: String,
    pub key: String,
    pub body_hash: String,
}

impl Key {
    /// `target` and `body` are what a second request must repeat to the letter.
    pub fn new(market: MarketId, caller: String, key: String, target: &str, body: &str) -> Self {
        Self {
            market,
            caller,
            key,
            body_hash: hash::sha256(format!("{target}\n{body}")),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub body_hash: String,
    pub status: i64,
    pub answer: String,
}
