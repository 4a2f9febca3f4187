//! The portable types: TEXT, BIGINT, BOOLEAN and their absence.

use std::borrow::Cow;

use crate::{Error, Result};

/// One value on its way into or out of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Bool(bool),
}

impl Value<'_> {
    /// The kind of value, for error messages: never the value itself, which may be about a person.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Text(_) => "TEXT",
            Value::Int(_) => "BIGINT",
            Value::Bool(_) => "BOOLEAN",
        }
    }
}

/// Something that can be an argument of a statement.
pub trait Bind: Sync {
    fn bind(&self) -> Value<'_>;
}

impl Bind for str {
    fn bind(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl Bind for String {
    fn bind(&self) -> Value<'_> {
        Value::Text(Cow::Borrowed(self))
    }
}

impl Bind for i64 {
    fn bind(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Bind for bool {
    fn bind(&self) -> Value<'_> {
        Value::Bool(*self)
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::bind)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Value<'_> {
        (**self).bind()
    }
}

/// Something that can be a column of an answer.
pub trait Load: Sized {
    fn load(value: Value<'_>) -> Result<Self>;
}

impl Load for String {
    fn load(value: Value<'_>) -> Result<String> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            other => Err(Error::decode("TEXT", other.kind())),
        }
    }
}

impl Load for i64 {
    fn load(value: Value<'_>) -> Result<i64> {
        match value {
            Value::Int(number) => Ok(number),
            other => Err(Error::decode("BIGINT", other.kind())),
        }
    }
}

impl Load for bool {
    fn load(value: Value<'_>) -> Result<bool> {
        match value {
            Value::Bool(flag) => Ok(flag),
            // SQLite has no type of its own for BOOLEAN.
            Value::Int(number @ 0..=1) => Ok(number == 1),
            other => Err(Error::decode("BOOLEAN", other.kind())),
        }
    }
}

impl<T: Load> Load for Option<T> {
    fn load(value: Value<'_>) -> Result<Option<T>> {
        match value {
            Value::Null => Ok(None),
            some => T::load(some).map(Some),
        }
    }
}
