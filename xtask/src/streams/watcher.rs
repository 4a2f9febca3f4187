//! One open live page: a connection on which events come.

use crate::http::request;
use crate::process::Result;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

pub struct Watcher {
    socket: TcpStream,
    /// What came and is not over.
    rest: Vec<u8>,
}

/// What a watcher hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Beat,
    /// The whole frame of this version was there at that moment.
    Version(i64, Instant),
}

const PATIENCE: Duration = Duration::from_secs(20);

fn ask(host: &str, order: &str, token: &str, seen: i64) -> Vec<u8> {
    request(
        "GET",
        host,
        &format!("/orders/{order}/events?after={seen}"),
        token,
        "",
    )
}

impl Watcher {
    /// Of a page that shows the order at version `seen`; returns when the stream has begun.
    pub async fn open(host: &str, order: &str, token: &str, seen: i64) -> Result<Self> {
        let mut socket = TcpStream::connect(host).await?;
        socket.write_all(&ask(host, order, token, seen)).await?;
        let mut watcher = Self {
            socket,
            rest: Vec::new(),
        };
        timeout(PATIENCE, watcher.begin())
            .await
            .map_err(|elapsed| format!("a stream does not begin: {elapsed}"))??;
        Ok(watcher)
    }

    async fn begin(&mut self) -> Result {
        while find(&self.rest, b"retry: ").is_none() {
            self.fill().await?;
        }
        if !self.rest.starts_with(b"HTTP/1.1 200 ") {
            let words = String::from_utf8_lossy(&self.rest);
            let line = words.lines().next().unwrap_or_default();
            return Err(format!("a stream begins with: {line}").into());
        }
        self.take(b"\n\n");
        Ok(())
    }

    /// The next thing that comes; an error when the stream ends.
    pub async fn next(&mut self) -> Result<Heard> {
        loop {
            if let Some(event) = self.take(b"\n\n") {
                if find(&event, b"event: beat").is_some() {
                    return Ok(Heard::Beat);
                }
                let now = Instant::now();
                if let Some(version) = version(&event) {
                    return Ok(Heard::Version(version, now));
                }
            } else {
                self.fill().await?;
            }
        }
    }

    async fn fill(&mut self) -> Result {
        if self.socket.read_buf(&mut self.rest).await? == 0 {
            return Err("a stream ended".into());
        }
        Ok(())
    }

    fn take(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        let at = find(&self.rest, end)?;
        let rest = self.rest.split_off(at + end.len());
        Some(std::mem::replace(&mut self.rest, rest))
    }
}

/// Asks for a stream and never reads: the least of room for what comes.
pub async fn never_reads(host: &str, order: &str, token: &str) -> Result<TcpStream> {
    let address: SocketAddr = host.parse()?;
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let mut socket = socket.connect(address).await?;
    // The first thing that comes is the order as it stands, which is more than there is room for.
    socket.write_all(&ask(host, order, token, 0)).await?;
    Ok(socket)
}

/// Of an event, which the length of its chunk stands before.
fn version(event: &[u8]) -> Option<i64> {
    let text = event.get(find(event, b"id: ")? + 4..)?;
    let end = text.iter().position(|byte| *byte == b'\n')?;
    std::str::from_utf8(text.get(..end)?).ok()?.parse().ok()
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn events_are_told_apart_however_they_are_cut() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let told = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nd\r\nretry: 2000\n\n\r\n\
                    14\r\nevent: beat\ndata:\n\n\r\n1a\r\nid: 12\ndata: {\"id\": \"7\"}\n\n\r\n0\r\n\r\n";
        let serve = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            for piece in told.as_bytes().chunks(7) {
                socket.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
        };
        let hear = async {
            let mut watcher = Watcher::open(&host, "o", "t", 2).await.unwrap();
            assert_eq!(watcher.next().await.unwrap(), Heard::Beat);
            let heard = watcher.next().await.unwrap();
            assert!(matches!(heard, Heard::Version(12, _)), "{heard:?}");
            assert!(watcher.next().await.is_err());
        };
        tokio::join!(serve, hear);
    }

    #[tokio::test]
    async fn a_refusal_is_no_stream() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let serve = async {
            let (mut socket, _) = listener.accept().await.unwrap();
            let refusal = b"HTTP/1.1 429 Too Many Requests\r\n\r\nretry: later";
            socket.write_all(refusal).await.unwrap();
        };
        let (opened, ()) = tokio::join!(Watcher::open(&host, "o", "t", 2), serve);
        assert!(opened.is_err());
    }
}
