//! What people see of their own account.
use std::time::Duration;

use crate::{accounts::model::User, kernel::time::Ts};

/// Without a password, what matters can be changed this long after signing in.
pub const RECENT: Duration = Duration::from_mins(10);
/// So much of a session's hash names it to its own person.
const HANDLE: usize = 16;

pub struct Profile {
    pub user: User,
    pub has_password: bool,
    pub version: i64,
    pub sessions: Vec<OpenSession>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    pub hash: String,
    pub created_at: Ts,
    pub used_at: Ts,
    /// Empty when the browser named none.
    pub device: String,
}

impl OpenSession {
    pub fn handle(&self) -> &str {
        self.hash.get(..HANDLE).unwrap_or(&self.hash)
    }
}
