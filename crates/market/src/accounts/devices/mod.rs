//! Browsers in which a person has signed in before. Such a device opens nothing; it only keeps a stranger's wrong tries
//! from holding up the account's owner, who is counted by the device instead.
pub mod model;
pub mod store;
