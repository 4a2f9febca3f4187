//! Moves prepared orders to and fro, so that whoever watches one has something to hear.

use crate::http::{Client, set_status, undo};
use crate::process::Result;
use crate::server::Market;

/// The version of every prepared order. Even ones are as prepared, odd ones a step further.
pub const FIRST: i64 = 2;

pub struct Steps<'a> {
    client: Client,
    market: &'a Market,
}

/// Of the prepared orders, which are counted from 1.
pub fn order(number: u32) -> String {
    format!("bench_{number:06}")
}

impl<'a> Steps<'a> {
    pub async fn new(market: &'a Market) -> Result<Self> {
        Ok(Self {
            client: Client::connect(&market.host).await?,
            market,
        })
    }

    /// From one version to the next.
    pub async fn next(&mut self, order: &str, version: i64) -> Result<i64> {
        let (host, token) = (&self.market.host, &self.market.bench_token);
        let ask = if version % 2 == 0 {
            set_status(host, order, token, "PREPARING")
        } else {
            undo(host, order, token, version)
        };
        let answer = self.client.send(&ask).await?;
        match answer.json()["version"].as_i64() {
            Some(now) if answer.status == 200 && now == version + 1 => Ok(now),
            _ => Err(format!("unexpected answer to a change: {}", answer.words()).into()),
        }
    }
}
