//! A farm's board: its orders of one day and what the viewer may do with each.
use std::fmt::Write as _;

use super::{FarmOrder, Payment, Status, Window, decide::Actor, transitions, undo};
use crate::{
    kernel::{
        hash,
        ids::{FarmId, FarmOrderId, OrderId},
        time::Ts,
    },
    markets::model::MarketDay,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    pub farm: BoardFarm,
    /// All the viewer may switch to, this one included.
    pub farms: Vec<BoardFarm>,
    /// `None` while the market has no day at all.
    pub day: Option<MarketDay>,
    pub rows: Vec<BoardRow>,
    pub viewer: Actor,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardFarm {
    pub id: FarmId,
    pub slug: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRow {
    pub id: FarmOrderId,
    pub order_id: OrderId,
    pub code: String,
    pub customer_name: String,
    pub items: i64,
    pub part: FarmOrder,
    pub window: Window,
    pub cutoff_at: Ts,
    pub payment: Payment,
}

impl BoardRow {
    /// The steps the viewer may take, forward ones first, cancelling last.
    pub fn steps(&self, viewer: &Actor) -> Vec<Status> {
        transitions::allowed(&self.part, &viewer.roles)
    }

    /// The one step a tap takes: what usually comes next.
    pub fn next(&self, viewer: &Actor) -> Option<Status> {
        use Status::{Confirmed, Fulfilled, Pending, Preparing, Ready};
        let usual = match self.part.status {
            Pending => [Confirmed, Preparing],
            Confirmed => [Preparing, Ready],
            Preparing => [Ready, Fulfilled],
            Ready => [Fulfilled, Fulfilled],
            _ => return None,
        };
        let steps = self.steps(viewer);
        usual.into_iter().find(|to| steps.contains(to))
    }

    /// Whether the viewer may take the last step back without a word.
    pub fn may_undo(&self, viewer: &Actor, now: Ts) -> bool {
        undo::undo(&self.part, viewer, None, now).is_ok()
    }
}

impl Board {
    /// The same text for the same state: what a browser has seen.
    pub fn digest(&self) -> String {
        let state = self.rows.iter().fold(String::new(), |mut state, row| {
            let _ = write!(state, "{}:{};", row.id, row.part.version);
            state
        });
        hash::sha256(&state)[..16].to_owned()
    }
}
