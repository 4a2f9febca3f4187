//! The accept loop with callers who are slow, mute, many or hostile.
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{Extension, Router, body::Body, response::Response, routing::get};
use bytes::Bytes;
use futures_util::stream;
use market::http::{
    endless::Endless,
    server::{self, Limits},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, broadcast, oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

use crate::{
    support::TestApp,
    wire::{Ask, DEADLINE, Stream, raw, send},
};

const SHORT: Duration = Duration::from_millis(200);

pub struct Server {
    pub to: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(router: Router, change: impl FnOnce(&mut Limits)) -> Self {
        let http = market::config::load(None, [], &[]).unwrap().config.http;
        let mut limits = Limits::of(&http);
        change(&mut limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let to = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(server::serve(listener, router, limits, stopped));
        Self { to, stop, task }
    }

    pub async fn end(self) {
        self.stop.send_replace(true);
        timeout(DEADLINE, self.task)
            .await
            .expect("it does not end")
            .unwrap();
    }
}

/// What is left of a connection when the server is done with it.
pub async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(DEADLINE, socket.read_to_end(&mut bytes)).await;
    let _ = read.expect("the connection is not closed");
    String::from_utf8(bytes).unwrap()
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

#[tokio::test]
async fn who_does_not_finish_a_head_is_cut_off() {
    let server = Server::start(hello(), |limits| limits.head = SHORT).await;
    for begun in ["", "GET / HTTP/1.1\r\nhost: mark"] {
        let mut socket = TcpStream::connect(server.to).await.unwrap();
        socket.write_all(begun.as_bytes()).await.unwrap();
        let said = rest(&mut socket).await;
        assert!(!said.contains("200"), "{said}");
    }
    // Nor does a connection stay open for ever between two requests.
    let mut socket = TcpStream::connect(server.to).await.unwrap();
    socket
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let said = rest(&mut socket).await;
    assert!(
        said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\nhello"),
        "{said}"
    );
    server.end().await;
}

#[tokio::test]
async fn who_takes_nothing_is_dropped_with_all_that_was_meant_for_them() {
    struct Told(Option<oneshot::Sender<()>>);
    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.take().unwrap().send(());
        }
    }
    for is_live in [false, true] {
        let (tell, told) = oneshot::channel();
        let flood = Arc::new(std::sync::Mutex::new(Some(Told(Some(tell)))));
        let handler = move || {
            let told = flood.lock().unwrap().take();
            let piece = Bytes::from(vec![b'x'; 64 * 1024]);
            let endless = stream::repeat_with(move || {
                let _kept = &told;
                Ok::<_, std::io::Error>(piece.clone())
            });
            async move {
                let mut response = Response::new(Body::from_stream(endless));
                if is_live {
                    response.extensions_mut().insert(Endless);
                }
                response
            }
        };
        let router = Router::new().route("/", get(handler));
        let server = Server::start(router, |limits| limits.stall = SHORT).await;
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut socket = socket.connect(server.to).await.unwrap();
        socket
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .unwrap();
        // Not a byte is read, and the body is given up all the same.
        timeout(DEADLINE, told)
            .await
            .expect("it waits for ever")
            .unwrap();
        server.end().await;
    }
}

#[tokio::test]
async fn no_more_connections_than_seats_and_the_others_wait() {
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = most.clone();
    let handler = move || {
        let (inside, most) = (inside.clone(), most.clone());
        async move {
            most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
            // Everybody else who could be inside comes in meanwhile.
            for _ in 0..200 {
                tokio::task::yield_now().await;
            }
            inside.fetch_sub(1, SeqCst);
            "hello"
        }
    };
    let router = Router::new().route("/", get(handler));
    let server = Server::start(router, |limits| limits.connections = 2).await;
    let asks = (0..12).map(|_| send(server.to, Ask::get("/", "x")));
    for answer in futures_util::future::join_all(asks).await {
        assert_eq!(answer.text(), "hello");
    }
    assert_eq!(counted.load(SeqCst), 2);
    server.end().await;
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_takes_nothing_new() {
    let (entered, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (tell, wait) = (entered.clone(), go.clone());
    let handler = move || {
        let (tell, wait) = (tell.clone(), wait.clone());
        async move {
            tell.add_permits(1);
            wait.acquire().await.unwrap().forget();
            "done"
        }
    };
    let server = Server::start(Router::new().route("/", get(handler)), |_| {}).await;
    let to = server.to;
    let under_way = tokio::spawn(send(to, Ask::get("/", "x")));
    entered.acquire().await.unwrap().forget();
    let mut idle = TcpStream::connect(to).await.unwrap();
    server.stop.send_replace(true);
    assert_eq!(
        rest(&mut idle).await,
        "",
        "an idle connection is closed at once"
    );
    assert!(
        TcpStream::connect(to).await.is_err(),
        "the listener is gone"
    );
    assert!(!server.task.is_finished());
    go.add_permits(1);
    let answer = under_way.await.unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (200, "done"));
    server.end().await;
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut() {
    let entered = Arc::new(Semaphore::new(0));
    let tell = entered.clone();
    let handler = move || {
        tell.add_permits(1);
        std::future::pending::<()>()
    };
    let router = Router::new().route("/", get(handler));
    let server = Server::start(router, |limits| limits.drain = SHORT).await;
    let mut socket = TcpStream::connect(server.to).await.unwrap();
    socket
        .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    entered.acquire().await.unwrap().forget();
    server.end().await;
}

/// The product itself behind a real listener.
/// `/events` is a stream of what is sent to it; `/` says hello.
fn streaming() -> (Router, broadcast::Sender<&'static str>) {
    let (say, _) = broadcast::channel(64);
    let said = say.clone();
    let handler = move || {
        let words = stream::unfold(said.subscribe(), |mut said| async {
            let word = said.recv().await.ok().filter(|word| *word != "end")?;
            Some((Ok::<_, std::io::Error>(word), said))
        });
        async { (Extension(Endless), Body::from_stream(words)) }
    };
    (hello().route("/events", get(handler)), say)
}

/// Lets the other tasks work until so many streams listen.
async fn listeners(say: &broadcast::Sender<&'static str>, count: usize) {
    let wait = async {
        while say.receiver_count() != count {
            tokio::task::yield_now().await;
        }
    };
    timeout(DEADLINE, wait)
        .await
        .expect("it does not come to hold");
}

async fn ask(server: &Server, ask: &str) -> TcpStream {
    let mut socket = TcpStream::connect(server.to).await.unwrap();
    socket.write_all(ask.as_bytes()).await.unwrap();
    socket
}

#[tokio::test]
async fn a_stream_is_written_in_chunks_and_ends_its_connection() {
    let (router, say) = streaming();
    let server = Server::start(router, |_| ()).await;
    // After other requests on the same connection, too.
    let hello = "GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(3);
    let events = "GET /events HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut socket = ask(&server, &(hello + events)).await;
    listeners(&say, 1).await;
    for word in ["one", "", "the second one", "end"] {
        say.send(word).unwrap();
    }
    let said = rest(&mut socket).await;
    let (hellos, stream) = said.rsplit_once("HTTP/1.1 200 OK").unwrap();
    assert_eq!(hellos.matches("\r\n\r\nhello").count(), 3, "{said}");
    let (head, body) = stream.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    assert!(head.contains("connection: close"), "{head}");
    assert_eq!(body, "3\r\none\r\ne\r\nthe second one\r\n0\r\n\r\n");
    server.end().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_caller_who_hangs_up_or_talks() {
    let (router, say) = streaming();
    let server = Server::start(router, |_| ()).await;
    let events = "GET /events HTTP/1.1\r\nhost: x\r\n\r\n";
    let socket = ask(&server, events).await;
    listeners(&say, 1).await;
    drop(socket);
    listeners(&say, 0).await;
    // A second request behind a stream has no answer.
    let mut socket = ask(&server, events).await;
    listeners(&say, 1).await;
    let _ = socket.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    listeners(&say, 0).await;
    let mut said = Vec::new();
    let read = timeout(DEADLINE, socket.read_to_end(&mut said)).await;
    let _ = read.expect("the connection is not closed");
    assert!(!String::from_utf8(said).unwrap().contains("hello"));
    server.end().await;
}

#[tokio::test]
async fn only_what_can_be_written_in_chunks_leaves_the_usual_way() {
    let (router, say) = streaming();
    let server = Server::start(router, |_| ()).await;
    let old = "GET /events HTTP/1.0\r\nhost: x\r\n\r\n";
    let mut socket = ask(&server, old).await;
    listeners(&say, 1).await;
    say.send("one").unwrap();
    say.send("end").unwrap();
    let said = rest(&mut socket).await;
    assert!(!said.contains("chunked"), "{said}");
    assert!(said.ends_with("\r\n\r\none"), "{said}");
    // A head alone, and the connection serves on.
    let head = "HEAD /events HTTP/1.1\r\nhost: x\r\n\r\n";
    let last = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut socket = ask(&server, &format!("{head}{last}")).await;
    let said = rest(&mut socket).await;
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 2, "{said}");
    assert!(said.ends_with("\r\n\r\nhello"), "{said}");
    listeners(&say, 0).await;
    server.end().await;
}

#[tokio::test]
async fn a_stream_behind_a_full_socket_loses_nothing() {
    let (router, say) = streaming();
    let large = "x".repeat(64 * 1024);
    let router = router.route("/large", get(move || async { large }));
    let server = Server::start(router, |_| ()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut socket = socket.connect(server.to).await.unwrap();
    let large = "GET /large HTTP/1.1\r\nhost: x\r\n\r\n".repeat(20);
    let events = "GET /events HTTP/1.1\r\nhost: x\r\n\r\n";
    socket.write_all((large + events).as_bytes()).await.unwrap();
    let (mut read, _write) = socket.into_split();
    let speak = async {
        listeners(&say, 1).await;
        say.send("one").unwrap();
        say.send("end").unwrap();
    };
    let mut said = Vec::new();
    let hear = timeout(DEADLINE, read.read_to_end(&mut said));
    let ((), heard) = tokio::join!(speak, hear);
    heard.expect("it does not end").unwrap();
    let said = String::from_utf8(said).unwrap();
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 21);
    assert!(said.ends_with("\r\n\r\n3\r\none\r\n0\r\n\r\n"));
    server.end().await;
}

async fn product(app: &TestApp) -> Server {
    Server::start(app.router.clone(), |limits| {
        limits.head = Duration::from_secs(1);
    })
    .await
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("cut")
}

#[tokio::test]
async fn heads_that_can_be_read_in_two_ways_are_refused() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    let many = (0..120).fold(String::new(), |all, n| all + &format!("x-{n}: y\r\n"));
    let long = format!("x: {}\r\n", "y".repeat(64 * 1024));
    for (head, expected) in [
        ("GET / HTTP/1.1\r\nhost: market.test\r\n", &["200"][..]),
        ("GET / HTTP/1.1\r\n", &["400"]),
        ("GET / HTTP/1.0\r\n", &["400"]),
        (
            "GET / HTTP/1.1\r\nhost: market.test\r\nhost: market.test\r\n",
            &["400"],
        ),
        (
            "GET / HTTP/1.1\r\nhost: market.test\r\nhost: evil.example\r\n",
            &["400"],
        ),
        ("GET / HTTP/1.1\r\nhost: evil.example\r\n", &["421"]),
        (
            "GET http://evil.example/ HTTP/1.1\r\nhost: market.test\r\n",
            &["400"],
        ),
        (
            "GET http://market.test/ HTTP/1.1\r\nhost: market.test\r\n",
            &["200"],
        ),
        (
            "GET / HTTP/1.1\r\nhost: market.test\r\nbad header\r\n",
            &["400"],
        ),
        (
            "POST /login HTTP/1.1\r\nhost: market.test\r\ncontent-length: 1\r\ncontent-length: 2\r\n",
            &["400"],
        ),
        (
            "POST /login HTTP/1.1\r\nhost: market.test\r\ncontent-length: -1\r\n",
            &["400"],
        ),
        (
            "POST /login HTTP/1.1\r\nhost: market.test\r\ntransfer-encoding: gzip\r\n",
            &["400"],
        ),
        ("TRACE / HTTP/1.1\r\nhost: market.test\r\n", &["405"]),
        (
            "CONNECT market.test:80 HTTP/1.1\r\nhost: market.test:80\r\n",
            &["400", "404", "405", "421"],
        ),
        ("GARBAGE\r\n", &["400"]),
        (
            &format!("GET / HTTP/1.1\r\nhost: market.test\r\n{many}"),
            &["431", "400"],
        ),
        (
            &format!("GET / HTTP/1.1\r\nhost: market.test\r\n{long}"),
            &["431", "400", "cut"],
        ),
    ] {
        let answer = raw(
            server.to,
            format!("{head}connection: close\r\n\r\n").as_bytes(),
        )
        .await;
        let short: String = head.chars().take(120).collect();
        assert!(expected.contains(&status(&answer)), "{short:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.").count(),
            usize::from(status(&answer) != "cut"),
            "{short:?}: {answer}"
        );
    }
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn a_smuggled_second_request_is_none() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    let smuggled = "0\r\n\r\nGET /api/orders HTTP/1.1\r\nhost: market.test\r\n\r\n";
    let both = format!(
        "POST /login HTTP/1.1\r\nhost: market.test\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\ntransfer-encoding: chunked\r\n\r\n{smuggled}",
        smuggled.len()
    );
    let answer = raw(server.to, both.as_bytes()).await;
    assert!(
        !answer.contains("HTTP/1.1 401") && answer.matches("HTTP/1.1 ").count() <= 1,
        "{answer}"
    );
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn a_head_has_no_body_on_the_wire_whatever_its_status() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    for path in [
        "/",
        "/nowhere",
        "/api/orders",
        "/api/nowhere",
        "/livez",
        "/assets/x",
    ] {
        let answer = raw(
            server.to,
            format!("HEAD {path} HTTP/1.1\r\nhost: market.test\r\nconnection: close\r\n\r\n")
                .as_bytes(),
        )
        .await;
        assert!(
            answer.starts_with("HTTP/1.1 ") && answer.ends_with("\r\n\r\n"),
            "{path}: {answer}"
        );
    }
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_refused_before_it_is_read() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    let head = "POST /login HTTP/1.1\r\nhost: market.test\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                content-length: 1000000000\r\n\r\n";
    let mut socket = TcpStream::connect(server.to).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let said = rest(&mut socket).await;
    assert!(said.starts_with("HTTP/1.1 413 "), "{said}");
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn limits_count_the_address_of_the_connection() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    let ask = Ask::new("POST", "/login", "market.test").body(
        "application/x-www-form-urlencoded",
        "email=nobody@example.org",
    );
    for nth in 0..11 {
        let ask = ask
            .clone()
            .header("x-forwarded-for", &format!("198.51.100.{nth}"));
        let answer = send(server.to, ask).await;
        assert_eq!(answer.status, if nth < 10 { 200 } else { 429 });
    }
    assert_eq!(
        app.stranger()
            .post_form("/login", "email=nobody@example.org")
            .await
            .status,
        200
    );
    server.end().await;
    app.finish().await;
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let app = TestApp::new().await;
    let server = product(&app).await;
    let mut socket = TcpStream::connect(server.to).await.unwrap();
    let ask = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    socket.write_all(ask.repeat(3).as_bytes()).await.unwrap();
    let last = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    socket.write_all(last.as_bytes()).await.unwrap();
    let said = rest(&mut socket).await;
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 4, "{said}");
    // A stream and its end are well-formed chunks.
    let order = app.order().place().await;
    let path = format!("/orders/{}/events", order.id);
    let mut stream = Stream::open(
        server.to,
        &Ask::get(&path, "market.test").header("cookie", "s=session-ana"),
    )
    .await;
    assert!(stream.event().await.is_some());
    app.stop();
    assert_eq!(stream.event().await, None);
    server.end().await;
    app.finish().await;
}
