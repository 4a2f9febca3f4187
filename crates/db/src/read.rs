//! The door for reading.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use crate::{
    Bind, Engine, Error, FromRow, Result,
    count::{self, Count},
    lite,
    lite::Each,
    pg,
};

/// A connection to read on: all its statements see one state, fixed by the first of them.
/// Dropping it ends the snapshot and gives the connection back.
pub struct Read {
    pub(crate) session: Session,
    pub(crate) count: Arc<Count>,
    /// For `read_one`: whether its statement has been used.
    single: Option<AtomicBool>,
}

pub(crate) enum Session {
    Lite(lite::Session),
    Pg(pg::Session),
}

impl Read {
    pub(crate) fn new(session: Session, count: Arc<Count>) -> Read {
        Read {
            session,
            count,
            single: None,
        }
    }

    pub(crate) fn single(session: Session, count: Arc<Count>) -> Read {
        Read {
            single: Some(AtomicBool::new(false)),
            ..Read::new(session, count)
        }
    }

    /// The first row, if there is one.
    pub async fn one<T: FromRow>(
        &self,
        sql: &'static str,
        args: &[&dyn Bind],
    ) -> Result<Option<T>> {
        let mut first = None;
        self.statement(sql, args, &mut |row| {
            first = Some(T::from_row(row)?);
            Ok(false)
        })
        .await?;
        Ok(first)
    }

    /// All rows.
    pub async fn all<T: FromRow>(&self, sql: &'static str, args: &[&dyn Bind]) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.statement(sql, args, &mut |row| {
            rows.push(T::from_row(row)?);
            Ok(true)
        })
        .await?;
        Ok(rows)
    }

    pub fn engine(&self) -> Engine {
        match self.session {
            Session::Lite(_) => Engine::Sqlite,
            Session::Pg(_) => Engine::Postgres,
        }
    }

    pub(crate) async fn statement(
        &self,
        sql: &'static str,
        args: &[&dyn Bind],
        each: Each<'_>,
    ) -> Result<u64> {
        if let Some(used) = &self.single
            && used.swap(true, SeqCst)
        {
            return Err(Error::SecondStatement);
        }
        count::one(&self.count.statements);
        match &self.session {
            Session::Lite(session) => session.statement(sql, args, each),
            Session::Pg(session) => session.statement(sql, args, each).await,
        }
    }
}
