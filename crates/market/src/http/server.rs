//! The accept loop: HTTP/1.1 with small buffers, a deadline for heads, a cap on connections, a graceful end.
//!
//! Our own and not `axum::serve`, which has no time limit at all and keeps larger buffers for each connection. Plain
//! `http1` and not a connection that can be upgraded, because a silent one of those lives for ever.
use std::{convert::Infallible, io, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{Method, Version},
};
use hyper::{
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::{net::sockopt, process::Resource};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError, watch},
    time::{Instant, sleep, timeout},
};
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;

use super::{
    endless::{self, Kept},
    guard::Peer,
    stalled::Stalled,
};
use crate::config::Http;

/// How many connections there may be, how much each may say at once and how long it may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    /// Read heads within this, also the silence between two requests of a connection.
    pub head: Duration,
    pub head_bytes: usize,
    pub head_lines: usize,
    /// The silence inside a body.
    pub body: Duration,
    /// Give up on an end that takes nothing for so long.
    pub stall: Duration,
    /// After the order to stop: requests under way may take this long.
    pub drain: Duration,
}

impl Limits {
    pub const fn of(http: &Http) -> Self {
        Self {
            connections: http.connections,
            head: Duration::from_secs(http.head_seconds),
            head_bytes: http.head_bytes,
            head_lines: http.head_lines,
            body: Duration::from_secs(http.body_seconds),
            stall: Duration::from_secs(http.stall_seconds),
            drain: Duration::from_secs(http.drain_seconds),
        }
    }

    /// Asks the system for all the files it lets this process have, and never takes more connections than that:
    /// whoever is inside needs the database's files too.
    #[must_use]
    pub fn within_files(self) -> Self {
        let mut files = rustix::process::getrlimit(Resource::Nofile);
        files.current = files.maximum;
        // Refused, it stays as it was.
        let _ = rustix::process::setrlimit(Resource::Nofile, files);
        let files = rustix::process::getrlimit(Resource::Nofile).current;
        let Some(files) = files.and_then(|files| usize::try_from(files).ok()) else {
            return self;
        };
        let most = files.saturating_sub(OWN_FILES).max(1);
        if most < self.connections {
            tracing::warn!(
                files,
                connections = most,
                "the system allows fewer files than connections are configured (http.connections)"
            );
        }
        Self {
            connections: self.connections.min(most),
            ..self
        }
    }
}

/// For the database, the log, mail and whatever else is no connection.
const OWN_FILES: usize = 64;
/// What the kernel keeps of ours for one who does not read. Without a limit it is megabytes.
const SEND_BUFFER: usize = 64 * 1024;

/// Serves until `stop` says true; then no new connection, open requests are finished, streams are told to come back.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    if let Err(error) = tune(&listener, limits.stall) {
        tracing::warn!(%error, "the sockets keep the system's own limits");
    }
    let seats = Arc::new(Semaphore::new(limits.connections));
    let mut door = Door {
        listener,
        seats: seats.clone(),
        told: None,
    };
    loop {
        let accepted = tokio::select! {
            accepted = door.next() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer, seat)) = accepted else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        tokio::spawn(connection(
            stream,
            peer,
            router.clone(),
            limits,
            stop.clone(),
            seat,
        ));
    }
    drop(door);
    // Whoever is inside has a seat.
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    if timeout(limits.drain, seats.acquire_many(all))
        .await
        .is_err()
    {
        tracing::warn!("some requests did not end in time and were cut");
    }
}

/// Requests one after another. A live stream is the last one: it goes on in a task of its own, which is far smaller.
async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
    seat: OwnedSemaphorePermit,
) {
    let stream = Stalled::new(stream, limits.stall);
    let waits = stream.waits();
    let kept = Kept::default();
    let keeps = kept.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        // Chunks are known since 1.1, and the answer to a HEAD has none.
        let may_stream = request.version() == Version::HTTP_11 && request.method() == Method::GET;
        let mut request: Request = request.map(|body| timed(body, limits.body));
        request.extensions_mut().insert(Peer(peer));
        let (answer, keeps) = (router.clone().oneshot(request), keeps.clone());
        async move {
            let response = answer.await?;
            Ok::<_, Infallible>(if may_stream {
                keeps.instead(response)
            } else {
                response
            })
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .max_headers(limits.head_lines)
        .serve_connection(TokioIo::new(stream), service);
    let stop = stop.wait_for(|stop| *stop);
    let finish = |connection: Pin<&mut _>| http1::Connection::graceful_shutdown(connection);
    let served = endless::served(Pin::new(&mut connection), &kept, &waits, stop, finish);
    match served.await {
        Ok(None) => {}
        Ok(Some(body)) => {
            let stream = connection.into_parts().io.into_inner();
            tokio::spawn(async move {
                if let Err(error) = endless::write(stream, body).await {
                    tracing::debug!(%error, peer = %peer, "stream ended early");
                }
                drop(seat);
            });
        }
        Err(error) => tracing::debug!(%error, peer = %peer, "connection ended early"),
    }
}

/// A body that may not fall silent. Most requests have none, and those cost nothing.
fn timed(body: Incoming, patience: Duration) -> Body {
    if body.is_end_stream() {
        return Body::new(body);
    }
    Body::new(TimeoutBody::new(patience, body))
}

/// Every accepted socket takes this over from the one that listens.
fn tune(listener: &TcpListener, patience: Duration) -> io::Result<()> {
    sockopt::set_socket_send_buffer_size(listener, SEND_BUFFER)?;
    // The kernel itself drops who acknowledges nothing: a phone that is gone, a stream that nobody reads.
    let patience = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    #[cfg(target_os = "linux")]
    sockopt::set_tcp_user_timeout(listener, patience)?;
    let _ = patience;
    Ok(())
}

struct Door {
    listener: TcpListener,
    seats: Arc<Semaphore>,
    /// When the log last heard that all seats are taken.
    told: Option<Instant>,
}

impl Door {
    /// Waits for a free seat first, so that a flood waits in the kernel's queue and not in our memory.
    async fn next(&mut self) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let seat = match Arc::clone(&self.seats).try_acquire_owned() {
            Ok(seat) => seat,
            Err(TryAcquireError::Closed) => return None,
            Err(TryAcquireError::NoPermits) => {
                self.tell();
                Arc::clone(&self.seats).acquire_owned().await.ok()?
            }
        };
        match self.listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, seat)),
            Err(error) => {
                // Out of file descriptors, most likely: do not spin, somebody will leave.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }

    fn tell(&mut self) {
        let now = Instant::now();
        if self
            .told
            .is_none_or(|told| now - told > Duration::from_mins(1))
        {
            self.told = Some(now);
            tracing::warn!("all connections are taken (http.connections); more wait");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn an_accepted_socket_has_the_limits_of_the_one_that_listens() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        tune(&listener, Duration::from_secs(20)).unwrap();
        let _theirs = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (ours, _) = listener.accept().await.unwrap();
        assert_eq!(sockopt::tcp_user_timeout(&ours).unwrap(), 20_000);
        let buffer = sockopt::socket_send_buffer_size(&ours).unwrap();
        // Linux doubles it for its own book-keeping.
        assert!(buffer <= 2 * SEND_BUFFER, "{buffer}");
    }

    #[test]
    fn there_are_never_more_connections_than_files() {
        let http = crate::config::load(None, [], &[]).unwrap().config.http;
        let mut limits = Limits::of(&http);
        limits.connections = usize::MAX;
        let files = limits.within_files().connections;
        assert!(files < usize::MAX);
        limits.connections = 1;
        assert_eq!(limits.within_files().connections, 1);
    }
}
