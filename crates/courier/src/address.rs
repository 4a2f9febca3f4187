//! An e-mail address that lettre and the mail servers behind it can take.

use std::fmt;

use crate::Error;

/// RFC 5321 allows 256 with the angle brackets.
const MAX_EMAIL: usize = 254;
const MAX_NAME: usize = 200;

/// A name and an e-mail address, both checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    name: Option<String>,
    email: lettre::Address,
}

impl Address {
    /// Accepts a display name (blank means none) and an address as people type it.
    pub fn new(name: Option<&str>, email: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.map(check_name).transpose()?.flatten(),
            email: check_email(email)?,
        })
    }

    /// The display name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address alone, `ana@mail.example`.
    pub fn email(&self) -> &str {
        self.email.as_ref()
    }

    /// The part behind the `@`.
    pub fn domain(&self) -> &str {
        self.email.domain()
    }

    pub(crate) fn to_mailbox(&self) -> lettre::message::Mailbox {
        lettre::message::Mailbox::new(self.name.clone(), self.email.clone())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.email),
            None => write!(f, "{}", self.email),
        }
    }
}

fn check_name(name: &str) -> Result<Option<String>, Error> {
    // Before trimming: a line break at the end is an attempt, not a slip.
    if name.chars().any(steers) {
        return Err(Error::Name("holds a control or bidirectional character"));
    }
    if name.len() > MAX_NAME {
        return Err(Error::Name("is longer than 200 bytes"));
    }
    let name = name.trim();
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

fn check_email(email: &str) -> Result<lettre::Address, Error> {
    if email.chars().any(steers) {
        return Err(Error::Address("holds a control or bidirectional character"));
    }
    if email.len() > MAX_EMAIL {
        return Err(Error::Address("is longer than 254 characters"));
    }
    if !email.is_ascii() {
        return Err(Error::Address(
            "holds a character outside ASCII; write its domain in the xn-- form",
        ));
    }
    if email.contains('"') {
        return Err(Error::Address("is quoted, which few servers deliver"));
    }
    // lettre's reason ("Invalid input") tells a person less than the form to follow.
    let parsed: lettre::Address = email
        .parse()
        .map_err(|_reason: lettre::address::AddressError| Error::Address("is not name@domain"))?;
    let domain = parsed.domain();
    // No top-level domain begins with a digit: this is an IP address without its brackets.
    let ends_in_number = domain
        .rsplit('.')
        .next()
        .is_some_and(|top| top.starts_with(|first: char| first.is_ascii_digit()));
    if domain.contains(['[', ']', ':']) || ends_in_number {
        return Err(Error::Address("has an IP address for a domain"));
    }
    if !domain.contains('.') {
        return Err(Error::Address("has a domain without a dot"));
    }
    Ok(parsed)
}

/// Characters that end a header, steer a terminal or reorder what a reader sees.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'
                ..='\u{202E}' | '\u{2066}'..='\u{2069}'
        )
}
