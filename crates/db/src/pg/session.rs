//! A PostgreSQL connection in use. Statements are sent in the order in which they are first polled, without waiting
//! for each other's answers, so that those joined by `try_join!` leave in one packet; BEGIN travels with the first.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
    time::Duration,
};

use deadpool_postgres::{ClientWrapper, Object};
use futures_util::{FutureExt, TryStreamExt};
use tokio::{
    sync::{Mutex, Notify},
    time::timeout,
};
use tokio_postgres::RowStream;

use crate::{Bind, Error, Result, Row, lite::Each, row::Source};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One statement without BEGIN.
    Single,
    /// Every statement sees what the first one saw.
    Snapshot,
    Write,
}

pub(crate) struct Session {
    /// None only while it is dropped.
    client: Option<Object>,
    kind: Kind,
    limit: Duration,
    /// Held from preparing to sending: keeps the order of statements although preparing takes a round trip.
    order: Mutex<()>,
    /// BEGIN has been sent.
    begun: AtomicBool,
    /// A statement was sent, or may have been, whose answer was not waited for.
    cut: AtomicBool,
    /// Statements whose answer is waited for.
    waiting: AtomicUsize,
    /// The first error: what every later statement and the commit answer.
    failed: OnceLock<Error>,
    /// Rung when a statement has ended in any way.
    ended: Notify,
}

/// Counts a statement as waiting; dropped before `land`, its answer was not waited for.
struct Flight<'s> {
    session: &'s Session,
    landed: bool,
}

impl Flight<'_> {
    fn land(mut self) {
        self.landed = true;
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if !self.landed {
            self.session.cut.store(true, SeqCst);
        }
        self.session.waiting.fetch_sub(1, SeqCst);
        self.session.ended.notify_waiters();
    }
}

impl Session {
    pub(super) fn new(client: Object, kind: Kind, limit: Duration) -> Session {
        Session {
            client: Some(client),
            kind,
            limit,
            order: Mutex::new(()),
            begun: AtomicBool::new(false),
            cut: AtomicBool::new(false),
            waiting: AtomicUsize::new(0),
            failed: OnceLock::new(),
            ended: Notify::new(),
        }
    }

    pub fn client(&self) -> Result<&ClientWrapper> {
        self.client.as_deref().ok_or(Error::Closed)
    }

    /// Runs a statement; the answer is the number of rows it changed.
    pub async fn statement(
        &self,
        sql: &'static str,
        args: &[&dyn Bind],
        each: Each<'_>,
    ) -> Result<u64> {
        if let Some(first) = self.failed.get() {
            return Err(first.clone());
        }
        self.waiting.fetch_add(1, SeqCst);
        let flight = Flight {
            session: self,
            landed: false,
        };
        // On the heap, or every caller's future would be kilobytes large for an engine that it may not even use.
        let exchange = Box::pin(self.exchange(sql, args, each));
        let error = match timeout(self.limit, exchange).await {
            Ok(Err(error)) if error.spoils() => {
                flight.land();
                error
            }
            Ok(answer) => {
                flight.land();
                return answer;
            }
            Err(_) => Error::Timeout("a statement"),
        };
        if matches!(error, Error::Interrupted) {
            return Err(self.cause().await);
        }
        let _ = self.failed.set(error.clone());
        self.ended.notify_waiters();
        Err(error)
    }

    /// The error because of which PostgreSQL refused a statement: another statement's, whose answer came before but
    /// whose future may be polled after.
    async fn cause(&self) -> Error {
        loop {
            let mut ended = pin!(self.ended.notified());
            ended.as_mut().enable();
            if let Some(first) = self.failed.get() {
                return first.clone();
            }
            if self.waiting.load(SeqCst) == 0 {
                return Error::Interrupted;
            }
            ended.await;
        }
    }

    async fn exchange(&self, sql: &'static str, args: &[&dyn Bind], each: Each<'_>) -> Result<u64> {
        let mut rows = pin!(self.send(sql, args).await?);
        let mut more = true;
        while let Some(row) = rows.try_next().await? {
            if more {
                more = each(&mut Row::new(Source::Pg(&row)))?;
            }
        }
        Ok(rows.rows_affected().unwrap_or(0))
    }

    async fn send(&self, sql: &'static str, args: &[&dyn Bind]) -> Result<RowStream> {
        let client = self.client()?;
        let turn = self.order.lock().await;
        let statement = client.prepare_cached(sql).await?;
        let values: Vec<_> = args.iter().map(|arg| arg.bind()).collect();
        let mut query = pin!(client.query_raw(&statement, values));
        let begin = match self.kind {
            Kind::Single => None,
            Kind::Snapshot => Some("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            Kind::Write => Some("BEGIN"),
        };
        let mut begin = match begin {
            Some(text) if !self.begun.swap(true, SeqCst) => {
                Some(Box::pin(client.batch_execute(text)))
            }
            _ => None,
        };
        // The first poll of each sends it.
        let begun = match &mut begin {
            Some(begin) => poll_once(begin.as_mut()).await,
            None => Poll::Ready(Ok(())),
        };
        let sent = poll_once(query.as_mut()).await;
        drop(turn);
        match (begun, begin) {
            (Poll::Pending, Some(begin)) => begin.await?,
            (Poll::Ready(answer), _) => answer?,
            (Poll::Pending, None) => {}
        }
        match sent {
            Poll::Ready(answer) => Ok(answer?),
            Poll::Pending => Ok(query.await?),
        }
    }

    pub fn has_begun(&self) -> bool {
        self.begun.load(SeqCst)
    }

    /// A writing statement that is a transaction by itself.
    pub async fn only(mut self, sql: &'static str, args: &[&dyn Bind]) -> Result<u64> {
        self.kind = Kind::Single;
        match self.statement(sql, args, &mut |_| Ok(true)).await {
            // No answer came: it may have been done.
            Err(Error::Closed | Error::Timeout(_)) => Err(Error::InDoubt),
            answer => answer,
        }
    }

    /// PostgreSQL answers ROLLBACK, without an error, to the COMMIT of a transaction that had one: so none is sent.
    pub async fn commit(mut self) -> Result<()> {
        if let Some(first) = self.failed.get() {
            return Err(first.clone());
        }
        if self.cut.load(SeqCst) {
            return Err(Error::Interrupted);
        }
        if !self.begun.load(SeqCst) {
            return Ok(());
        }
        let commit = Box::pin(self.client()?.batch_execute("COMMIT"));
        match timeout(self.limit, commit).await {
            Ok(Ok(())) => {
                self.kind = Kind::Single;
                Ok(())
            }
            // An answer of the server's that is no shutdown: it was rolled back.
            Ok(Err(error)) => match error.into() {
                Error::Closed => Err(Error::InDoubt),
                error => Err(error.of_commit()),
            },
            Err(_) => Err(Error::InDoubt),
        }
    }

    /// Rolls back and, unlike a drop, keeps the connection: for refusals that are no accident.
    pub async fn discard(mut self) -> Result<()> {
        if self.begun.load(SeqCst) {
            let rollback = Box::pin(self.client()?.batch_execute("ROLLBACK"));
            match timeout(self.limit, rollback).await {
                Ok(answer) => answer?,
                Err(_) => return Err(Error::Timeout("a rollback")),
            }
        }
        self.kind = Kind::Single;
        self.failed.take();
        self.cut.store(false, SeqCst);
        Ok(())
    }
}

async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else {
            return;
        };
        let open = self.kind != Kind::Single && self.begun.load(SeqCst);
        let unclean = self.cut.load(SeqCst) || self.failed.get().is_some();
        if unclean || (open && self.kind == Kind::Write) {
            drop(Object::take(client));
        } else if open {
            // Polled once, it is sent; whoever uses the connection next comes behind it.
            let _ = client.batch_execute("COMMIT").now_or_never();
        }
    }
}
