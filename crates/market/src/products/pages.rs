//! What a farm sees of its products: all of them with their stock, and one of them to be changed.
mod form;
mod list;

pub use form::{FormPage, Newest};
pub use list::{ListPage, Refused, Viewer};
