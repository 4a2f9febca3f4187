//! The door for writing.

use std::ops::Deref;

use crate::{Bind, Read, Result, count, read::Session};

/// An open transaction on the writer. Dropped without `commit`, at whatever point, it is rolled back.
///
/// After an error (other than a row that cannot be decoded) the transaction is lost on both engines: every further
/// statement and the commit answer that first error.
#[must_use = "a Write that is dropped is rolled back"]
pub struct Write {
    read: Read,
}

impl Deref for Write {
    type Target = Read;

    fn deref(&self) -> &Read {
        &self.read
    }
}

impl Write {
    pub(crate) fn new(read: Read) -> Write {
        Write { read }
    }

    /// Runs a statement; the answer is the number of rows it changed.
    pub async fn run(&self, sql: &'static str, args: &[&dyn Bind]) -> Result<u64> {
        self.read.statement(sql, args, &mut |_| Ok(true)).await
    }

    /// Returns `Ok` only when the change is durable. `Error::InDoubt` means that no answer came. SQLite: one COMMIT
    /// holds the changes of all that waited for their turn; dropped while it waits, the change may be there or not.
    pub async fn commit(self) -> Result<()> {
        match self.read.session {
            Session::Lite(session) => session.commit().await,
            Session::Pg(session) => session.commit().await,
        }
    }

    /// The last statement, or the only one, and the commit with it. `Ok` only when it is durable. PostgreSQL: an only
    /// statement is its own transaction, one round trip.
    pub async fn finish(self, sql: &'static str, args: &[&dyn Bind]) -> Result<u64> {
        if let Session::Pg(session) = &self.read.session
            && !session.has_begun()
            && let Session::Pg(session) = self.read.session
        {
            count::one(&self.read.count.statements);
            return session.only(sql, args).await;
        }
        let ran = self.run(sql, args).await;
        // Even an error is only answered when what it rests on is committed.
        self.commit().await?;
        ran
    }

    /// Rolls back, and returns when nothing that this transaction saw is uncommitted any more: an answer decided
    /// inside a transaction ("it is already so") may be given after it, and not before.
    pub async fn discard(self) -> Result<()> {
        match self.read.session {
            Session::Lite(session) => session.discard().await,
            Session::Pg(session) => session.discard().await,
        }
    }
}
