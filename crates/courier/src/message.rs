//! One e-mail and its form on the wire.

use lettre::Message;
use lettre::message::{MultiPart, SinglePart};

use crate::address::{Address, steers};
use crate::error::Error;

/// Long enough for any sentence; lettre folds it into header lines.
const MAX_SUBJECT: usize = 300;
const MAX_ID: usize = 100;

/// One e-mail, ready to go.
#[derive(Debug, Clone)]
pub struct Email {
    pub from: Address,
    pub to: Address,
    pub subject: String,
    pub text: String,
    /// Shown instead of `text` where the reader's program can.
    pub html: Option<String>,
    /// Unique per message, and the same at every retry of it.
    pub id: String,
}

impl Email {
    /// `<id@the sender's domain>`.
    pub fn message_id(&self) -> String {
        format!("<{}@{}>", self.id, self.from.domain())
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.subject.chars().any(steers) {
            return Err(Error::Subject("holds a control or bidirectional character"));
        }
        if self.subject.len() > MAX_SUBJECT {
            return Err(Error::Subject("is longer than 300 bytes"));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        // A dot at an end or two in a row make neither a Message-ID nor a safe file name.
        let words = self.id.split('.').all(|word| !word.is_empty());
        if !words || self.id.len() > MAX_ID || !self.id.chars().all(plain) {
            return Err(Error::Id(self.id.chars().take(MAX_ID).collect()));
        }
        Ok(())
    }

    pub(crate) fn to_message(&self) -> Result<Message, Error> {
        let builder = Message::builder()
            .from(self.from.to_mailbox())
            .to(self.to.to_mailbox())
            .subject(self.subject.as_str())
            .message_id(Some(self.message_id()));
        let message = match &self.html {
            Some(html) => builder.multipart(MultiPart::alternative_plain_html(
                self.text.clone(),
                html.clone(),
            )),
            None => builder.singlepart(SinglePart::plain(self.text.clone())),
        }?;
        Ok(message)
    }
}
