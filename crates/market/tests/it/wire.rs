//! HTTP/1.1 written and read by hand over a real socket: what a client library hides can be sent and seen.
use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// Whatever does not happen within this does not happen.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// A request, head line and headers as they are written.
#[derive(Clone)]
pub struct Ask {
    head: String,
    body: String,
}

impl Ask {
    pub fn new(method: &str, path: &str, host: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n"),
            body: String::new(),
        }
    }

    pub fn get(path: &str, host: &str) -> Self {
        Self::new("GET", path, host)
    }

    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        for piece in [name, ": ", value, "\r\n"] {
            self.head += piece;
        }
        self
    }

    #[must_use]
    pub fn body(mut self, kind: &str, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self.header("content-type", kind)
            .header("content-length", &body.len().to_string())
    }

    fn bytes(&self) -> String {
        format!("{}\r\n{}", self.head, self.body)
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `name=value` of the cookie that was set.
    pub fn cookie(&self) -> String {
        let cookie = self.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// One request on a connection of its own, read to its end.
pub async fn send(to: SocketAddr, ask: Ask) -> Answer {
    let ask = ask.header("connection", "close");
    let whole = async {
        let mut answer = Stream::open(to, &ask).await;
        let mut body = Vec::new();
        while let Some(piece) = answer.piece().await {
            body.extend(piece);
        }
        Answer {
            body,
            ..answer.head
        }
    };
    timeout(DEADLINE, whole)
        .await
        .expect("an answer without end")
}

/// Bytes as they are, and whatever comes back until the other end closes.
pub async fn raw(to: SocketAddr, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(to).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    let mut back = Vec::new();
    let read = timeout(DEADLINE, socket.read_to_end(&mut back)).await;
    // A connection that is cut has said what it had to say.
    let _ = read.expect("the other end neither answers nor closes");
    String::from_utf8_lossy(&back).into_owned()
}

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: String,
}

impl Event {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.data).unwrap()
    }
}

/// An answer whose body is still coming.
pub struct Stream {
    socket: BufReader<TcpStream>,
    pub head: Answer,
    chunked: bool,
    left: usize,
    text: String,
}

impl Stream {
    pub async fn open(to: SocketAddr, ask: &Ask) -> Self {
        let mut socket = BufReader::new(TcpStream::connect(to).await.unwrap());
        socket.write_all(ask.bytes().as_bytes()).await.unwrap();
        let first = line(&mut socket).await.expect("no answer");
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut head = Answer {
            status: status.unwrap_or_else(|| panic!("not an answer: {first}")),
            headers: Vec::new(),
            body: Vec::new(),
        };
        while let Some(line) = line(&mut socket).await.filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').unwrap();
            head.headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let chunked = head.header("transfer-encoding") == Some("chunked");
        let left = head
            .header("content-length")
            .map_or(0, |n| n.parse().unwrap());
        Self {
            socket,
            head,
            chunked,
            left,
            text: String::new(),
        }
    }

    /// The next piece of the body; `None` at its end, however it came.
    async fn piece(&mut self) -> Option<Vec<u8>> {
        let size = if self.chunked {
            let line = line(&mut self.socket).await?;
            usize::from_str_radix(&line, 16).ok()?
        } else {
            std::mem::take(&mut self.left)
        };
        if size == 0 {
            return None;
        }
        let mut piece = vec![0; size];
        let read = timeout(DEADLINE, self.socket.read_exact(&mut piece)).await;
        read.expect("the body does not come").ok()?;
        if self.chunked {
            line(&mut self.socket).await?;
        }
        Some(piece)
    }

    /// The next event; `None` when the stream has ended.
    pub async fn event(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let event = event(block);
                self.text = rest.to_owned();
                if event != Event::default() {
                    return Some(event);
                }
            }
            let piece = self.piece().await?;
            self.text += &String::from_utf8(piece).unwrap();
        }
    }
}

fn event(block: &str) -> Event {
    let mut event = Event::default();
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim_start().to_owned();
        match field {
            "id" => event.id = value,
            "event" => event.name = value,
            "data" => event.data = value,
            "retry" => assert_eq!(value, "2000"),
            other => panic!("unknown field {other}"),
        }
    }
    event
}

async fn line(socket: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = timeout(DEADLINE, socket.read_line(&mut line)).await;
    let read = read.expect("the other end is silent").ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
