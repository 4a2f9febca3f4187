//! A window as somebody who orders sees it.
use jiff::civil::Date;

use super::{Day, Place, Window};
use crate::kernel::time::Ts;

/// A window as it stands for a new order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub window: Window,
    pub place: Place,
    pub day: Day,
    /// The market day's, local to the market.
    pub date: Date,
    pub opens_at: Ts,
    /// The day is neither a draft nor closed nor cancelled.
    pub sells: bool,
    /// Places still free.
    pub left: i64,
}
