//! A row of one's own orders.
use crate::{
    kernel::{ids::OrderId, time::Ts},
    orders::model::Status,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyOrder {
    pub id: OrderId,
    pub code: String,
    pub status: Status,
    pub placed_at: Ts,
    /// `2026-11-28`, local to the market, and from when to when.
    pub date: String,
    pub starts: String,
    pub ends: String,
}
