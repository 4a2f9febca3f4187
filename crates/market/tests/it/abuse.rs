//! Those who are slow, mute, many or greedy: each is gone in its time, and everybody else is answered meanwhile.
use std::{
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use futures_util::{future::join_all, stream};
use market::http::server::Limits;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use crate::{
    server::{Server, rest},
    support::TestApp,
    wire::{Ask, DEADLINE, send},
};

const SHORT: Duration = Duration::from_millis(300);
const MANY: usize = 20;

fn short(limits: &mut Limits) {
    (limits.head, limits.body, limits.stall) = (SHORT, SHORT, SHORT);
}

/// The product, with patience for no more than an instant.
async fn product() -> (TestApp, Server) {
    let app = TestApp::new().await;
    let server = Server::start(app.router.clone(), short).await;
    (app, server)
}

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.to).await.unwrap()
}

/// Writes a piece at a time until the other end has had enough; what it said.
async fn drip(socket: TcpStream, piece: &str) -> String {
    let (mut read, mut write) = socket.into_split();
    let mut beat = interval(SHORT / 6);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said = Vec::new();
    let slow = async {
        tokio::select! {
            _ = read.read_to_end(&mut said) => {}
            () = async {
                loop {
                    beat.tick().await;
                    // Refused once the other end has closed: reading then ends too.
                    let _ = write.write_all(piece.as_bytes()).await;
                }
            } => {}
        }
    };
    timeout(DEADLINE, slow)
        .await
        .expect("one who is slow stays for ever");
    String::from_utf8_lossy(&said).into_owned()
}

/// While the attack goes on good customers come one after another, and each is answered.
async fn meanwhile<T>(server: &Server, path: &str, attack: impl Future<Output = T>) -> T {
    let mut attack = std::pin::pin!(attack);
    let mut answered = 0;
    loop {
        let mut good = std::pin::pin!(send(server.to, Ask::get(path, "market.test")));
        tokio::select! {
            biased;
            answer = &mut good => {
                assert_eq!(answer.status, 200, "{answer:?}");
                answered += 1;
            }
            done = &mut attack => {
                if answered == 0 {
                    // Whoever came meanwhile is answered, though the attack was over sooner.
                    assert_eq!(good.await.status, 200);
                }
                return done;
            }
        }
    }
}

#[tokio::test]
async fn slow_heads() {
    let (app, server) = product().await;
    let begun = Instant::now();
    let heads = (0..MANY).map(|_| async {
        let mut socket = connect(&server).await;
        socket.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        drip(socket, "m").await
    });
    for said in meanwhile(&server, "/shop", join_all(heads)).await {
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 408"),
            "{said}"
        );
    }
    // They wrote all the time: it is the whole head that has a limit, not its silences.
    assert!(begun.elapsed() >= SHORT);
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn silent_connections() {
    let (app, server) = product().await;
    let opens = [
        "",
        "G",
        "GET / HTTP/1.1\r\n",
        // What a caller of HTTP/2 says first.
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\r\n\r\n",
        // As TLS begins.
        "\u{16}\u{3}\u{1}",
    ];
    let silent = opens.iter().cycle().take(MANY).map(|open| {
        let server = &server;
        async move {
            let mut socket = connect(server).await;
            socket.write_all(open.as_bytes()).await.unwrap();
            rest(&mut socket).await
        }
    });
    for said in meanwhile(&server, "/shop", join_all(silent)).await {
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
    server.end().await;
    app.finish().await;
}

const POST: &str = "POST /login HTTP/1.1\r\nhost: market.test\r\ncontent-type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn bodies_that_never_come() {
    let (app, server) = product().await;
    for body in [
        "content-length: 1000\r\n\r\nemail=a",
        "content-length: 1\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n5\r\nemail\r\n",
    ] {
        let mute = (0..MANY).map(|_| async {
            let mut socket = connect(&server).await;
            let ask = format!("{POST}{body}");
            socket.write_all(ask.as_bytes()).await.unwrap();
            rest(&mut socket).await
        });
        for said in meanwhile(&server, "/shop", join_all(mute)).await {
            assert!(said.starts_with("HTTP/1.1 408 "), "{body:?}: {said}");
            assert!(said.contains("took too long to arrive"), "{said}");
        }
    }
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn bodies_that_come_a_letter_at_a_time() {
    let app = TestApp::with(|config| config.http.answer_seconds = 2).await;
    let server = Server::start(app.router.clone(), short).await;
    let slow = (0..MANY).map(|_| async {
        let mut socket = connect(&server).await;
        let ask = format!("{POST}content-length: 1000\r\n\r\n");
        socket.write_all(ask.as_bytes()).await.unwrap();
        drip(socket, "e").await
    });
    for said in meanwhile(&server, "/shop", join_all(slow)).await {
        // Which of the two limits comes first is chance: a letter may be late on a busy machine.
        let ended = ["HTTP/1.1 503 ", "HTTP/1.1 408 "];
        assert!(ended.iter().any(|start| said.starts_with(start)), "{said}");
    }
    server.end().await;
    app.finish().await;
}

/// How many there are of something.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

struct One(Count);

impl Count {
    fn one(&self) -> One {
        self.0.fetch_add(1, SeqCst);
        One(self.clone())
    }

    fn now(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

/// A stream without end at `/`, counted, and a page.
fn endless(count: &Count) -> Router {
    let count = count.clone();
    let handler = move || {
        let one = count.one();
        let piece = Bytes::from(vec![b'x'; 1024]);
        let stream = stream::repeat_with(move || {
            let _kept = &one;
            Ok::<_, io::Error>(piece.clone())
        });
        async { Body::from_stream(stream) }
    };
    Router::new()
        .route("/", get(handler))
        .route("/page", get(|| async { "hello" }))
}

/// Lets the other tasks work until something holds.
async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, wait)
        .await
        .expect("it does not come to hold");
}

async fn ask_and_never_read(server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut socket = socket.connect(server.to).await.unwrap();
    let ask = b"GET / HTTP/1.1\r\nhost: market.test\r\n\r\n";
    socket.write_all(ask).await.unwrap();
    socket
}

#[tokio::test]
async fn streams_that_nobody_reads() {
    let count = Count::default();
    let server = Server::start(endless(&count), short).await;
    let sockets = join_all((0..MANY).map(|_| ask_and_never_read(&server))).await;
    until(|| count.now() == MANY).await;
    meanwhile(&server, "/page", until(|| count.now() == 0)).await;
    drop(sockets);
    server.end().await;
}

#[tokio::test]
async fn more_connections_than_seats() {
    let app = TestApp::new().await;
    let server = Server::start(app.router.clone(), |limits| {
        short(limits);
        limits.connections = 3;
    })
    .await;
    // Five times all seats are taken by those who say nothing; whoever is good waits and is answered.
    let mut silent = join_all((0..15).map(|_| connect(&server))).await;
    let answer = send(server.to, Ask::get("/shop", "market.test")).await;
    assert_eq!(answer.status, 200);
    for socket in &mut silent {
        assert_eq!(rest(socket).await, "");
    }
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn heads_that_are_too_large() {
    let (app, server) = product().await;
    let long = "y".repeat(70 * 1024);
    let lines = "x: y\r\n".repeat(101);
    for (head, statuses) in [
        (
            format!("GET / HTTP/1.1\r\nx: {long}\r\n\r\n"),
            ["431", "431"],
        ),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), ["414", "431"]),
        (format!("GET / HTTP/1.1\r\n{lines}\r\n"), ["431", "431"]),
    ] {
        let large = (0..MANY).map(|_| async {
            let mut socket = connect(&server).await;
            // Cut while it still writes.
            let _ = socket.write_all(head.as_bytes()).await;
            let mut said = Vec::new();
            let read = timeout(DEADLINE, socket.read_to_end(&mut said)).await;
            let _ = read.expect("it stays for ever");
            String::from_utf8(said).unwrap()
        });
        for said in meanwhile(&server, "/shop", join_all(large)).await {
            let status = said.split(' ').nth(1);
            // An answer that crosses with what is still sent may be lost on its way.
            assert!(
                status.is_none_or(|status| statuses.contains(&status)),
                "{said}"
            );
            assert!(said.matches("HTTP/1.1 ").count() <= 1);
        }
    }
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn a_pipeline_is_answered_in_order_or_dropped_when_nobody_reads() {
    let (app, server) = product().await;
    let mut socket = connect(&server).await;
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: market.test\r\n\r\n");
    let mut asks = (ask("/livez") + &ask("/nowhere")).repeat(50);
    asks += "GET /livez HTTP/1.1\r\nhost: market.test\r\nconnection: close\r\n\r\n";
    socket.write_all(asks.as_bytes()).await.unwrap();
    let said = rest(&mut socket).await;
    let statuses: Vec<_> = said.match_indices("HTTP/1.1 ").collect();
    assert_eq!(statuses.len(), 101);
    for (nth, (at, _)) in statuses.into_iter().enumerate() {
        let status = &said[at + 9..at + 12];
        assert_eq!(status, if nth % 2 == 0 { "200" } else { "404" }, "{nth}");
    }

    let greedy = (0..MANY).map(|_| async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut socket = socket.connect(server.to).await.unwrap();
        let ask = b"GET /shop HTTP/1.1\r\nhost: market.test\r\n\r\n";
        // As fast as the other end takes it, without reading an answer.
        while socket.write_all(ask).await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    let greedy = timeout(DEADLINE, join_all(greedy));
    let ended = meanwhile(&server, "/livez", greedy).await;
    ended.expect("it goes on for ever");
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn half_closed_sockets() {
    let count = Count::default();
    let (app, server) = product().await;
    let endless = Server::start(endless(&count), short).await;
    let whole = format!("{POST}content-length: 5\r\n\r\nemail");
    for (ask, expected) in [
        ("GET / HTTP/1.1\r\nho".to_owned(), ["cut", "400"]),
        (
            format!("{POST}content-length: 50\r\n\r\nemail"),
            ["cut", "400"],
        ),
        (whole, ["cut", "422"]),
    ] {
        let half = (0..MANY).map(|_| async {
            let mut socket = connect(&server).await;
            socket.write_all(ask.as_bytes()).await.unwrap();
            socket.shutdown().await.unwrap();
            rest(&mut socket).await
        });
        for said in meanwhile(&server, "/shop", join_all(half)).await {
            let status = said.split(' ').nth(1).unwrap_or("cut");
            assert!(expected.contains(&status), "{ask:?}: {said}");
        }
    }
    // A stream ends with its caller, who said so or was cut off.
    let mut sockets = join_all((0..MANY).map(|_| ask_and_never_read(&endless))).await;
    until(|| count.now() == MANY).await;
    for (nth, socket) in sockets.iter_mut().enumerate() {
        if nth % 2 == 0 {
            socket.shutdown().await.unwrap();
        } else {
            socket.set_zero_linger().unwrap();
        }
    }
    drop(sockets.split_off(MANY / 2));
    meanwhile(&endless, "/page", until(|| count.now() == 0)).await;
    endless.end().await;
    server.end().await;
    app.finish().await;
}
