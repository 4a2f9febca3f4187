//! A small HTTP/1.1 client: one connection kept alive, one request at a time. It does
//! what measuring needs and no more, so that its own cost stays out of the figures.

use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// `name=value` of the cookie it sets.
    pub fn cookie(&self) -> Option<&str> {
        self.header("set-cookie")?.split(';').next()
    }

    /// What a hidden field of the page's form holds; the product's own pages only, this reads no other HTML.
    pub fn field(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.body);
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split('"').next()?.to_owned())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The first words of the answer, for an error message.
    pub fn words(&self) -> String {
        let text: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(300)
            .collect();
        format!("{} {text}", self.status)
    }
}

/// The bytes of a request; `host` is `address:port`.
pub fn request(method: &str, host: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let kind = if body.is_empty() {
        String::new()
    } else {
        let length = body.len();
        format!("Content-Type: application/json\r\nContent-Length: {length}\r\n")
    };
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
    format!("{head}Authorization: Bearer {token}\r\n{kind}\r\n{body}").into_bytes()
}

/// The same request with an `Idempotency-Key`.
pub fn keyed(request: &[u8], key: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(request);
    text.replacen("\r\n", &format!("\r\nIdempotency-Key: {key}\r\n"), 1)
        .into_bytes()
}

/// The bytes that a browser sends for a link, or for a form where there is one; `cookie` may be empty.
pub fn browse(host: &str, path: &str, cookie: &str, form: Option<&str>) -> Vec<u8> {
    let method = if form.is_some() { "POST" } else { "GET" };
    let cookie = match cookie {
        "" => String::new(),
        pair => format!("Cookie: {pair}\r\n"),
    };
    let kind = form.map_or_else(String::new, |form| {
        let length = form.len();
        format!(
            "Origin: http://{host}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"
        )
    });
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n");
    let body = form.unwrap_or_default();
    format!("{head}{cookie}{kind}\r\n{body}").into_bytes()
}

pub fn set_status(host: &str, order: &str, token: &str, status: &str) -> Vec<u8> {
    let body = format!("{{\"status\":\"{status}\"}}");
    request(
        "PUT",
        host,
        &format!("/api/orders/{order}/status"),
        token,
        &body,
    )
}

/// Takes the last step back of an order that was seen at `version`.
pub fn undo(host: &str, order: &str, token: &str, version: i64) -> Vec<u8> {
    let body = format!("{{\"expected_version\":{version}}}");
    request(
        "POST",
        host,
        &format!("/api/orders/{order}/undo"),
        token,
        &body,
    )
}

pub fn track(host: &str, order: &str, token: &str) -> Vec<u8> {
    request("GET", host, &format!("/orders/{order}/track"), token, "")
}

impl Client {
    pub async fn connect(host: &str) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a request and reads its whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await?;
        let head = self.read_until(b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&head).into_owned();
        let status = head
            .get(9..12)
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| broken("a status line"))?;
        let chunked = header(&head, "transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"));
        let body = if chunked {
            self.chunks().await?
        } else {
            let length = header(&head, "content-length")
                .and_then(|value| value.parse().ok())
                .unwrap_or(0);
            self.take(length).await?
        };
        Ok(Answer { status, head, body })
    }

    async fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.read_until(b"\r\n").await?;
            let text = String::from_utf8_lossy(&line);
            let size = text
                .split(';')
                .next()
                .map(str::trim)
                .unwrap_or_default()
                .to_owned();
            let size = usize::from_str_radix(&size, 16).map_err(Error::other)?;
            body.extend(self.take(size).await?);
            self.read_until(b"\r\n").await?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    async fn read_until(&mut self, end: &[u8]) -> Result<Vec<u8>> {
        loop {
            let found = self
                .buffer
                .windows(end.len())
                .position(|window| window == end);
            if let Some(at) = found {
                return self.take(at + end.len()).await;
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("the answer has no {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each request on one connection with the next text.
    async fn serve(answers: Vec<&'static str>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in answers {
                let mut one = [0; 4096];
                let _ = stream.read(&mut one).await;
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        host
    }

    #[tokio::test]
    async fn reads_both_kinds_of_body_on_one_connection_and_notices_its_end() {
        let host = serve(vec![
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"a\"",
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
        ])
        .await;
        let mut client = Client::connect(&host).await.unwrap();
        let ask = track(&host, "one", "t");
        let first = client.send(&ask).await.unwrap();
        assert_eq!(
            (first.status, first.body.as_slice()),
            (200, b"{\"a\"".as_slice())
        );
        let second = client.send(&ask).await.unwrap();
        assert_eq!(second.words(), "404 abcd");
        assert_eq!(client.send(&ask).await.unwrap().status, 204);
        assert!(client.send(&ask).await.is_err());
    }

    #[tokio::test]
    async fn keeps_what_a_browser_would() {
        let host = serve(vec![
            "HTTP/1.1 303 See Other\r\nLocation: /orders/Ord_1/thanks\r\nset-cookie: s=aB3; Path=/; HttpOnly\r\n\
             content-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 41\r\n\r\n<input type=hidden name=\"key\" value=\"K1\">\n",
        ])
        .await;
        let mut client = Client::connect(&host).await.unwrap();
        let form = browse(&host, "/cart", "", Some("more=x"));
        let text = String::from_utf8(form.clone()).unwrap();
        assert!(text.starts_with("POST /cart HTTP/1.1\r\n") && text.ends_with("\r\n\r\nmore=x"));
        assert!(text.contains("\r\nContent-Length: 6\r\n") && !text.contains("Cookie"));
        let answer = client.send(&form).await.unwrap();
        assert_eq!(answer.header("location"), Some("/orders/Ord_1/thanks"));
        assert_eq!(answer.cookie(), Some("s=aB3"));
        let link = browse(&host, "/cart", "s=aB3", None);
        let text = String::from_utf8(link.clone()).unwrap();
        assert!(text.contains("\r\nCookie: s=aB3\r\n") && !text.contains("Content-"));
        let page = client.send(&link).await.unwrap();
        assert_eq!(page.field("key").as_deref(), Some("K1"));
        assert_eq!((page.field("total"), page.cookie()), (None, None));
    }
}
