//! The one error of the product. It carries what people are told and, apart from it, what operators are told.
//!
//! It knows no web framework: `http/problem.rs` turns it into a page or a problem document as the last step.
use std::{panic::Location, time::Duration};

/// A sentence for people: a key of the words and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Say {
    pub key: &'static str,
    pub args: Vec<(&'static str, String)>,
}

impl Say {
    pub const fn key(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

/// A field that is wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub say: Say,
}

impl FieldError {
    /// A body's own field, where the sentence names one.
    pub fn name(&self) -> &str {
        let named = self.say.args.iter().find(|(name, _)| *name == "field");
        named.map_or(self.field, |(_, field)| field)
    }
}

#[derive(Debug)]
pub enum Error {
    /// 400: could not be read at all.
    Unreadable(Say),
    /// 401.
    Unauthenticated,
    /// 403: a party without the right.
    Forbidden(Say),
    /// 403: who somebody is has to be proved once more first; told at a field of the form.
    Unproved(FieldError),
    /// 404: not there, or not a party: the same answer.
    NotFound,
    /// 409 with the steps that are possible.
    Conflict {
        say: Say,
        allowed: Vec<&'static str>,
    },
    /// 412: somebody changed it meanwhile.
    Stale { now: i64 },
    /// 413, 415, 405, 421 …: what the HTTP layer refuses before a handler sees it.
    Refused { status: u16, say: Say },
    /// 422.
    Invalid(Vec<FieldError>),
    /// 429.
    TooMany { retry_after: Duration },
    /// 503: a part of the platform does not answer; nothing was changed.
    Unavailable,
    /// 500.
    Internal {
        source: Box<dyn std::error::Error + Send + Sync>,
        at: &'static Location<'static>,
    },
}

pub type Result<T> = std::result::Result<T, Error>;

/// For operators: what a job's row or a log line says.
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internal { source, at } => write!(f, "{source} (at {at})"),
            other => write!(f, "{} {}", other.status(), other.say().key),
        }
    }
}

impl Error {
    pub fn invalid(field: &'static str, key: &'static str) -> Self {
        Self::Invalid(vec![FieldError {
            field,
            say: Say::key(key),
        }])
    }

    pub const fn unproved(field: &'static str, key: &'static str) -> Self {
        Self::Unproved(FieldError {
            field,
            say: Say::key(key),
        })
    }

    /// What the error says of this field, if it does.
    pub fn at(&self, field: &str) -> Option<&Say> {
        let found = match self {
            Self::Invalid(fields) => fields.iter().find(|error| error.field == field),
            Self::Unproved(error) => (error.field == field).then_some(error),
            _ => None,
        };
        found.map(|error| &error.say)
    }

    #[track_caller]
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal {
            source: source.into(),
            at: Location::caller(),
        }
    }

    pub const fn status(&self) -> u16 {
        match self {
            Self::Unreadable(_) => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden(_) | Self::Unproved(_) => 403,
            Self::NotFound => 404,
            Self::Conflict { .. } => 409,
            Self::Stale { .. } => 412,
            Self::Refused { status, .. } => *status,
            Self::Invalid(_) => 422,
            Self::TooMany { .. } => 429,
            Self::Internal { .. } => 500,
            Self::Unavailable => 503,
        }
    }

    /// The sentence that says what happened and what to do.
    pub fn say(&self) -> Say {
        match self {
            Self::Unreadable(say)
            | Self::Forbidden(say)
            | Self::Conflict { say, .. }
            | Self::Refused { say, .. } => say.clone(),
            Self::Unproved(field) => field.say.clone(),
            Self::Unauthenticated => Say::key("market-error-401"),
            Self::NotFound => Say::key("market-error-404"),
            Self::Stale { now } => Say::key("market-error-412").with("version", now.to_string()),
            Self::Invalid(fields) => fields
                .first()
                .map_or_else(|| Say::key("market-error-422"), |field| field.say.clone()),
            Self::TooMany { retry_after } => Say::key("market-error-429")
                .with("seconds", retry_after.as_secs().max(1).to_string()),
            Self::Unavailable => Say::key("market-error-503"),
            Self::Internal { .. } => Say::key("market-error-500"),
        }
    }
}

impl From<db::Error> for Error {
    #[track_caller]
    fn from(error: db::Error) -> Self {
        if error.is_unavailable() {
            tracing::warn!(%error, "the database does not answer");
            return Self::Unavailable;
        }
        Self::internal(error)
    }
}
