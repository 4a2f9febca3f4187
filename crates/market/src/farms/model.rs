//! A farm of a market.
use crate::{kernel::ids::FarmId, orders::model::wire_words};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farm {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
    pub town: String,
    /// Paragraphs of plain text.
    pub story: String,
    pub status: FarmStatus,
    /// What customers are told while it is paused.
    pub paused_reason: Option<String>,
    pub version: i64,
}

/// Only an approved farm sells; its products are hidden otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FarmStatus {
    Applied,
    Approved,
    Paused,
}

wire_words!(FarmStatus { Applied "APPLIED", Approved "APPROVED", Paused "PAUSED", });

impl FarmStatus {
    /// Whether customers see the farm's products and may order them.
    pub const fn sells(self) -> bool {
        matches!(self, Self::Approved)
    }
}

impl Farm {
    pub fn new(id: FarmId, slug: &str, name: &str, status: FarmStatus) -> Self {
        Self {
            id,
            slug: slug.to_owned(),
            name: name.to_owned(),
            town: String::new(),
            story: String::new(),
            status,
            paused_reason: None,
            version: 1,
        }
    }
}
