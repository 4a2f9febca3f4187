//! What orders look like: followed by a customer, worked on by a farm, looked up by a stranger.
mod board;
pub mod history;
mod items;
mod lookup;
mod mine;
#[cfg(test)]
mod sample;
pub mod status;
mod track;

pub use board::{BoardPage, Filter};
pub use lookup::{LookUp, link_mail, look_up, look_up_form};
pub use mine::my_orders;
pub use track::TrackPage;
