//! Writing down a new order with its parts, lines and first events. The demo uses it; the checkout will.
pub mod store;
