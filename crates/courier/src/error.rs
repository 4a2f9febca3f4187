//! The one error of this crate; each text ends in what to do.

use std::path::PathBuf;

/// Why a message was not taken over, or an address not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the sender's or recipient's name {0}; correct the name")]
    Name(&'static str),
    #[error("the e-mail address {0}; correct the address")]
    Address(&'static str),
    #[error("the subject {0}; shorten it to one plain line")]
    Subject(&'static str),
    #[error(
        "the message id {0:?} cannot name a file; use up to 100 letters, digits, '-', '_' and single dots"
    )]
    Id(String),
    #[error("the message could not be put together: {0}; report it as a bug")]
    Build(#[from] lettre::error::Error),
    #[error("could not write {}: {source}; make the folder writable and see that its disk has room", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("could not print the message: {0}; send standard output somewhere that takes it")]
    Console(#[source] std::io::Error),
    /// The same message would be refused again.
    #[error(
        "{server} refused the message: {answer}; correct the address or ask whoever runs the server"
    )]
    Refused { server: String, answer: String },
    /// The message may go through later.
    #[error(
        "{server} did not take the message over: {problem}; see that the server is up and mail.smtp is right"
    )]
    Unavailable { server: String, problem: String },
}

impl Error {
    /// Whether the same message would fail again, however often it is sent.
    pub const fn is_permanent(&self) -> bool {
        !matches!(
            self,
            Self::Folder { .. } | Self::Console(_) | Self::Unavailable { .. }
        )
    }
}
