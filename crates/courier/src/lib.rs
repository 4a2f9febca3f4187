#![doc = include_str!("../README.md")]

mod address;
mod console;
mod error;
mod folder;
mod message;
mod smtp;

use std::path::PathBuf;

pub use address::Address;
pub use error::Error;
pub use message::Email;
pub use smtp::{Security, Smtp, SmtpServer};

/// Where e-mails go.
#[derive(Debug, Clone)]
pub enum Courier {
    /// To standard output, in words.
    Console,
    /// Into a folder, one `.eml` file each. The folder is made when it is missing.
    Folder(PathBuf),
    /// To a mail server.
    Smtp(Smtp),
}

/// Proof that a message was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The message's `Message-ID`, with its angle brackets.
    pub message_id: String,
    /// The file, where there is one.
    pub file: Option<PathBuf>,
}

impl Courier {
    /// A courier to a mail server. Nothing is connected before the first message.
    pub fn smtp(server: &SmtpServer) -> Result<Self, Error> {
        Smtp::new(server).map(Self::Smtp)
    }

    /// Hands over one message. The same `id` again is the same message.
    pub async fn send(&self, mail: &Email) -> Result<Receipt, Error> {
        mail.check()?;
        let file = match self {
            Self::Console => {
                console::print(&mut std::io::stdout().lock(), mail)?;
                None
            }
            Self::Folder(folder) => {
                let message = mail.to_message()?;
                Some(folder::write(folder, &mail.id, message.formatted()).await?)
            }
            Self::Smtp(smtp) => {
                smtp.send(mail.to_message()?).await?;
                None
            }
        };
        Ok(Receipt {
            message_id: mail.message_id(),
            file,
        })
    }
}
