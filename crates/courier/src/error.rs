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
}
