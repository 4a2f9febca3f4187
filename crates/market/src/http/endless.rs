//! A live stream leaves hyper once its head is sent: hyper's two buffers are more than all the rest of it needs while it
//! waits, and ten thousand wait at a time.
//!
//! The body is kept back and hyper is given one that never has anything. When that one is asked for the first time the
//! head is written; when it is sent too, the connection's task takes socket and body and writes the chunks itself.
use std::{
    convert::Infallible,
    io,
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use hyper::body::Frame;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Put into a response's extensions by whoever answers with a stream that is open for minutes.
#[derive(Clone, Copy)]
pub struct Endless;

/// The body that one connection keeps back.
#[derive(Clone, Default)]
pub struct Kept(Arc<Inner>);

#[derive(Default)]
struct Inner {
    body: Mutex<Option<Body>>,
    /// The head is written.
    begun: AtomicBool,
}

impl Kept {
    /// What hyper is given to answer with.
    pub fn instead(&self, mut response: Response) -> Response {
        if response.extensions_mut().remove::<Endless>().is_none() {
            return response;
        }
        // Nothing can follow it on this connection.
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
        let nothing = Body::new(Nothing(self.clone()));
        let body = std::mem::replace(response.body_mut(), nothing);
        *self.body() = Some(body);
        response
    }

    /// The body, when hyper has written its head.
    fn begun(&self) -> Option<Body> {
        if self.0.begun.load(Ordering::Acquire) {
            return self.body().take();
        }
        None
    }

    fn body(&self) -> std::sync::MutexGuard<'_, Option<Body>> {
        self.0.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Nothing(Kept);

impl hyper::body::Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.0.begun.store(true, Ordering::Release);
        Poll::Pending
    }
}

/// hyper's part of a connection: until it is over, or a stream has begun on it. `waits` says whether something that
/// hyper wrote still waits for the socket.
pub async fn served<C, E>(
    mut connection: Pin<&mut C>,
    kept: &Kept,
    waits: &AtomicBool,
    stop: impl Future,
    finish: impl Fn(Pin<&mut C>),
) -> Result<Option<Body>, E>
where
    C: Future<Output = Result<(), E>>,
{
    let mut stop = pin!(stop);
    let mut stopped = false;
    std::future::poll_fn(|cx| {
        if !stopped && stop.as_mut().poll(cx).is_ready() {
            stopped = true;
            finish(connection.as_mut());
        }
        match connection.as_mut().poll(cx) {
            Poll::Ready(ended) => Poll::Ready(ended.map(|()| None)),
            Poll::Pending if waits.load(Ordering::Acquire) => Poll::Pending,
            Poll::Pending => match kept.begun() {
                Some(body) => Poll::Ready(Ok(Some(body))),
                None => Poll::Pending,
            },
        }
    })
    .await
}

/// The rest of it: each frame a chunk, until the body ends or the caller goes.
pub async fn write<S: AsyncRead + AsyncWrite + Unpin>(mut io: S, body: Body) -> io::Result<()> {
    let mut frames = body.into_data_stream();
    let mut word = [0];
    loop {
        let frame = tokio::select! {
            biased;
            frame = frames.next() => frame,
            // It hung up; or it talks where there is nothing to say, and is not served any further.
            _ = io.read(&mut word) => return Ok(()),
        };
        match frame {
            // One without a byte would be the last.
            Some(Ok(data)) if data.is_empty() => {}
            Some(Ok(data)) => {
                let size = Bytes::from(format!("{:x}\r\n", data.len()));
                let mut chunk = size.chain(data).chain(&b"\r\n"[..]);
                io.write_all_buf(&mut chunk).await?;
            }
            // Without the last chunk, so that nobody takes it for whole.
            Some(Err(error)) => return Err(io::Error::other(error)),
            None => {
                io.write_all(b"0\r\n\r\n").await?;
                return io.shutdown().await;
            }
        }
    }
}
