//! What can go wrong with a row of the outbox.

/// Why a job could not be pushed, claimed, read or marked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error(transparent)]
    Db(#[from] db::Error),
    #[error("could not read the payload of job {id} as {kind}: {source}")]
    Payload {
        id: String,
        kind: &'static str,
        source: serde_json::Error,
    },
    #[error("job {id} is of kind {found}, read as {kind}")]
    Kind {
        id: String,
        kind: &'static str,
        found: String,
    },
}

/// The result of most functions here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A handler may use `?` on this crate's errors: its own error is a text.
impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}
