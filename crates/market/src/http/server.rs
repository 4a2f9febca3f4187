//! The accept loop: HTTP/1.1 with small buffers, a deadline for heads, a cap on connections, a graceful end.
//!
//! Our own and not `axum::serve`, which has no time limit at all and keeps larger buffers for each connection.
use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

use super::{guard::Peer, stalled::Stalled};

/// How many connections there may be and how long each may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    /// Read heads within this, also the silence between two requests of a connection.
    pub head: Duration,
    /// Give up on an end that takes nothing for so long.
    pub stall: Duration,
    /// After the order to stop: requests under way may take this long.
    pub drain: Duration,
}

impl Limits {
    pub const fn new(connections: usize) -> Self {
        Self {
            connections,
            head: Duration::from_secs(20),
            stall: Duration::from_secs(20),
            drain: Duration::from_secs(10),
        }
    }
}

const BUFFER: usize = 16 * 1024;
const HEADERS: usize = 64;

/// Serves until `stop` says true; then no new connection, open requests are finished, streams are told to come back.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stop: watch::Receiver<bool>,
) {
    let seats = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &seats) => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer, seat)) = accepted else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(BUFFER)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(Stalled::new(stream, limits.stall)), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, peer = %peer, "connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    if timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut");
    }
}

/// Waits for a free seat first, so that a flood waits in the kernel's queue and not in our memory.
async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> Option<(
    TcpStream,
    std::net::SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
)> {
    let seat = seats.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, seat)),
        Err(error) => {
            // Out of file descriptors, most likely: do not spin, somebody will leave.
            tracing::warn!(%error, "cannot accept a connection");
            sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
