//! One row of an answer, read from left to right.

use crate::{Error, Load, Result, Value, lite, pg};

/// A row of an answer; `col` hands out its columns from left to right.
pub struct Row<'r> {
    source: Source<'r>,
    next: usize,
}

#[derive(Clone, Copy)]
pub(crate) enum Source<'r> {
    Lite(&'r rusqlite::Row<'r>),
    Pg(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) fn new(source: Source<'r>) -> Row<'r> {
        Row { source, next: 0 }
    }

    /// The next column. An error names the column.
    pub fn col<T: Load>(&mut self) -> Result<T> {
        let index = self.next;
        self.next += 1;
        self.value(index)
            .and_then(T::load)
            .map_err(|error| error.in_column(|| self.name(index)))
    }

    /// Passes over columns that this row has no use for.
    pub fn skip(&mut self, columns: usize) {
        self.next += columns;
    }

    fn value(&self, index: usize) -> Result<Value<'r>> {
        match self.source {
            Source::Lite(row) => lite::value(row, index),
            Source::Pg(row) => pg::value(row, index),
        }
    }

    fn name(&self, index: usize) -> String {
        let name = match self.source {
            Source::Lite(row) => row.as_ref().column_name(index).ok().map(str::to_owned),
            Source::Pg(row) => row.columns().get(index).map(|c| c.name().to_owned()),
        };
        name.unwrap_or_else(|| format!("number {}", index + 1))
    }
}

/// Something that is made from a whole row.
pub trait FromRow: Sized + Send {
    fn from_row(row: &mut Row<'_>) -> Result<Self>;
}

macro_rules! tuples {
    ($($name:ident)+) => {
        impl<$($name: Load + Send),+> FromRow for ($($name,)+) {
            fn from_row(row: &mut Row<'_>) -> Result<Self> {
                Ok(($(row.col::<$name>()?,)+))
            }
        }
    };
}

tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);

/// The error of asking for more columns than the row has.
pub(crate) fn no_such_column() -> Error {
    Error::decode("another column", "the end of the row")
}
