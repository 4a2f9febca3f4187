//! What orders look like: followed by a customer, worked on by a farm, looked up by a stranger.
pub(in crate::orders) mod board;
pub mod history;
pub(in crate::orders) mod items;
mod lookup;
mod mine;
#[cfg(test)]
pub(in crate::orders) mod sample;
pub mod status;
mod track;

pub use board::{BoardPage, Filter, View};
pub use lookup::{LookUp, link_mail, look_up, look_up_form};
pub use mine::my_orders;
pub use track::TrackPage;
