//! The words every slice speaks: ids, money, quantities, time, roles, one-line texts.
//!
//! Nothing here knows a slice, a web framework or a statement; the only outside names are `db`'s value
//! traits, what hashing needs and how a schema is written.
pub mod cell;
pub mod decimal;
pub mod hash;
pub mod ids;
pub mod like;
pub mod line;
pub mod money;
pub mod password;
pub mod qty;
pub mod role;
pub mod schema;
pub mod time;
