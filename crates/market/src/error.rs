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

/// What a 503 can say of the change that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// A part of the platform does not answer, or has too much to do; nothing was changed.
    Silent,
    /// The database's disk has no room; nothing was changed.
    Full,
    /// The COMMIT failed, perhaps for another one's work that it held too; nothing was changed.
    Unsaved,
    /// One of many, behind one that met an outage.
    NotTried,
    /// No answer to the COMMIT came: it was changed or not, never half.
    InDoubt,
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
    /// 503: it could not be done now.
    Unavailable(Outage),
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
            Self::Unavailable(_) => 503,
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
            Self::Unavailable(outage) => Say::key(match outage {
                Outage::Silent => "market-error-503",
                Outage::Full => "market-error-full",
                Outage::Unsaved => "market-error-unsaved",
                Outage::NotTried => "market-error-not-tried",
                Outage::InDoubt => "market-error-doubt",
            }),
            Self::Internal { .. } => Say::key("market-error-500"),
        }
    }
}

impl From<db::Error> for Error {
    #[track_caller]
    fn from(error: db::Error) -> Self {
        let outage = match &error {
            db::Error::Full => Outage::Full,
            db::Error::NotCommitted(_) => Outage::Unsaved,
            db::Error::InDoubt => Outage::InDoubt,
            other if other.is_unavailable() => Outage::Silent,
            _ => return Self::internal(error),
        };
        tracing::warn!(%error, ?outage, "the database could not do it now");
        Self::Unavailable(outage)
    }
}

/// Many wishes, one after the other, each with its own outcome. A fault of ours or an outage is no outcome of one:
/// before anything was done it is the answer to all, and after it those that are left are not tried.
pub struct Outcomes<D> {
    all: Vec<Result<D>>,
    ended: bool,
}

impl<D> Default for Outcomes<D> {
    fn default() -> Self {
        Self {
            all: Vec::new(),
            ended: false,
        }
    }
}

impl<D> Outcomes<D> {
    pub async fn add(&mut self, work: impl Future<Output = Result<D>>) -> Result<()> {
        if self.ended {
            self.all.push(Err(Error::Unavailable(Outage::NotTried)));
            return Ok(());
        }
        let outcome = work.await;
        if let Err(error @ (Error::Internal { .. } | Error::Unavailable(_))) = outcome {
            if !self.all.iter().any(Result::is_ok) {
                return Err(error);
            }
            if let Error::Internal { source, at } = &error {
                tracing::error!(error = %source, %at, "internal error in one of many");
            }
            self.ended = true;
            self.all.push(Err(error));
        } else {
            self.all.push(outcome);
        }
        Ok(())
    }

    pub fn all(self) -> Vec<Result<D>> {
        self.all
    }
}
