//! A job as a row: pushed in the caller's transaction, claimed by a runner, read by a handler.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::store;

/// What is to be done, as data.
pub trait Job: Serialize + DeserializeOwned + Send + Sync {
    /// The name in the rows; it outlives the Rust type, so it is never reused for another shape.
    const KIND: &'static str;
}

/// The row around a job.
#[derive(Debug, Clone, Copy)]
pub struct Push<'a> {
    pub id: &'a str,
    /// Unique per kind: what makes a second push of the same thing impossible.
    pub key: &'a str,
    pub due_at: i64,
    pub now: i64,
}

/// Adds a job to the caller's transaction, with one INSERT.
///
/// A key that exists already for this kind is [`db::Error::Unique`].
pub async fn push<J: Job>(tx: &db::Write, job: &J, push: Push<'_>) -> db::Result<()> {
    let payload = encode(job)?;
    store::insert(tx, J::KIND, &payload, push).await
}

/// Adds a job unless its key exists already for this kind; true when it was added.
pub async fn push_once<J: Job>(tx: &db::Write, job: &J, push: Push<'_>) -> db::Result<bool> {
    let payload = encode(job)?;
    store::insert_once(tx, J::KIND, &payload, push).await
}

/// The payload of a row, for who writes it inside a larger statement of their own.
///
/// Statements joined with a push share one error type, so a failure is told in the database's terms.
pub fn encode<J: Job>(job: &J) -> db::Result<String> {
    serde_json::to_string(job).map_err(|error| db::Error::Decode {
        column: "payload".to_owned(),
        wanted: "a job that serialises",
        got: error.to_string(),
    })
}

/// One row, leased to the runner that holds this value.
#[derive(Debug)]
pub struct Claimed {
    pub id: String,
    pub kind: String,
    pub key: String,
    pub payload: String,
    pub due_at: i64,
    /// Counts this one too: 1 at the first try.
    pub attempts: i64,
    pub lease_until: i64,
    pub(crate) unreadable: AtomicBool,
}

impl Claimed {
    /// The payload as its type.
    ///
    /// When it cannot be read the runner buries the row whatever the handler answers:
    /// the same bytes will not be readable later.
    pub fn job<J: Job>(&self) -> Result<J> {
        if self.kind != J::KIND {
            return Err(Error::Kind {
                id: self.id.clone(),
                kind: J::KIND,
                found: self.kind.clone(),
            });
        }
        serde_json::from_str(&self.payload).map_err(|source| {
            self.unreadable.store(true, Ordering::Relaxed);
            Error::Payload {
                id: self.id.clone(),
                kind: J::KIND,
                source,
            }
        })
    }
}

/// Marks a job done in the handler's own transaction, so that effect and mark commit together.
///
/// False means that the lease was lost and another runner has the row: drop the transaction.
/// The handler answers [`crate::Outcome::Finished`] after its commit.
pub async fn finish(tx: &db::Write, job: &Claimed, now: i64) -> db::Result<bool> {
    store::mark_done(tx, job, now).await
}
