//! Requests that no client library would send, and what must come back.

use super::Finding;
use super::target::Target;
use crate::process::Result;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A head or body in pieces, and the statuses that are an answer to it; `cut` is none at all.
struct Case {
    attack: &'static str,
    bytes: String,
    expected: &'static [&'static str],
}

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

pub fn attack(target: &Target) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for case in heads(&target.host)
        .into_iter()
        .chain(paths(&target.host))
        .chain(bodies(&target.host))
    {
        let said = exchange(&target.host, case.bytes.as_bytes())?;
        let came = status(&said).to_owned();
        let answers = said.matches("HTTP/1.1 ").count();
        let leaks = ["root:", "[package]", "panicked", "sqlite"]
            .iter()
            .any(|word| said.contains(word));
        findings.push(Finding {
            fine: case.expected.contains(&&*came) && answers <= 1 && !leaks,
            came: if answers > 1 {
                format!("{came}, {answers} answers")
            } else {
                came
            },
            attack: case.attack.to_owned(),
        });
    }
    // After all that it still answers whoever means well.
    let said = get(&target.host, "/readyz", "")?;
    findings.push(Finding {
        attack: "control: a good request afterwards".to_owned(),
        came: status(&said).to_owned(),
        fine: status(&said) == "200",
    });
    Ok(findings)
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn heads(host: &str) -> Vec<Case> {
    let case = |attack, lines: String, expected| Case {
        attack,
        bytes: format!("{lines}connection: close\r\n\r\n"),
        expected,
    };
    let get = |more: &str| format!("GET / HTTP/1.1\r\nhost: {host}\r\n{more}");
    let many = (0..120).fold(String::new(), |all, n| all + &format!("x-{n}: y\r\n"));
    vec![
        case("no Host", "GET / HTTP/1.1\r\n".to_owned(), &["400"]),
        case(
            "two Hosts, the same",
            get(&format!("host: {host}\r\n")),
            &["400"],
        ),
        case(
            "two Hosts, one foreign",
            get("host: evil.example\r\n"),
            &["400"],
        ),
        case(
            "Host evil.example",
            "GET / HTTP/1.1\r\nhost: evil.example\r\n".to_owned(),
            &["421"],
        ),
        case(
            "Host with a foreign end",
            format!("GET / HTTP/1.1\r\nhost: {host}.evil.example\r\n"),
            &["421"],
        ),
        case(
            "a foreign absolute address",
            format!("GET http://evil.example/ HTTP/1.1\r\nhost: {host}\r\n"),
            &["400"],
        ),
        case("120 headers", get(&many), &["431", "400"]),
        case(
            "a header of 64 kB",
            get(&format!("x: {}\r\n", "y".repeat(64 * 1024))),
            &["431", "400", "cut"],
        ),
        case("a header without a colon", get("bad header\r\n"), &["400"]),
        case(
            "a header folded over two lines",
            get("x: a\r\n b\r\n"),
            &["400"],
        ),
        case(
            "a space before the colon",
            get("transfer-encoding : chunked\r\n"),
            &["400"],
        ),
        case("NUL in a header", get("x: a\0b\r\n"), &["400"]),
        case(
            "X-Forwarded-Host, -Proto: no redirect, no HSTS",
            get("x-forwarded-host: evil.example\r\nx-forwarded-proto: https\r\n"),
            &["200"],
        ),
        case(
            "TRACE",
            format!("TRACE / HTTP/1.1\r\nhost: {host}\r\n"),
            &["405"],
        ),
        case(
            "CONNECT",
            format!("CONNECT {host} HTTP/1.1\r\nhost: {host}\r\n"),
            &["400", "404", "405"],
        ),
        case("no request at all", "GARBAGE\r\n".to_owned(), &["400"]),
        case(
            "HTTP/2 without asking",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
            &["400", "cut"],
        ),
        Case {
            attack: "line feeds alone: one answer at most",
            bytes: format!(
                "GET /livez HTTP/1.1\nhost: {host}\nconnection: close\n\nGET /livez HTTP/1.1\nhost: {host}\n\n"
            ),
            expected: &["400", "200"],
        },
    ]
}

fn paths(host: &str) -> Vec<Case> {
    let case = |attack, path: &str, expected| Case {
        attack,
        bytes: format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"),
        expected,
    };
    vec![
        case(
            "/assets/..%2f..%2fCargo.toml",
            "/assets/..%2f..%2fCargo.toml",
            &["400", "404"],
        ),
        case(
            "/assets/../../Cargo.toml",
            "/assets/../../Cargo.toml",
            &["400", "404"],
        ),
        case(
            "/assets/..%5c..%5cCargo.toml",
            "/assets/..%5c..%5cCargo.toml",
            &["400", "404"],
        ),
        case("/assets/%00", "/assets/%00", &["400", "404"]),
        case(
            "/assets/%2fetc%2fpasswd",
            "/assets/%2fetc%2fpasswd",
            &["400", "404"],
        ),
        case("//etc/passwd", "//etc/passwd", &["400", "404"]),
        case("/.git/config", "/.git/config", &["404"]),
        case("/metrics", "/metrics", &["404"]),
        // The demo, which this is, shows its components; the sweep holds that a market of real people does not.
        case("/dev/", "/dev/", &["404"]),
        case("/debug/pprof", "/debug/pprof", &["404"]),
        case("/account/x.css", "/account/x.css", &["404"]),
        case("/orders/%FF/track", "/orders/%FF/track", &["400", "404"]),
        case(
            "/%0d%0aset-cookie:%20s=x",
            "/%0d%0aset-cookie:%20s=x",
            &["400", "404"],
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn bodies(host: &str) -> Vec<Case> {
    let post = |attack, more: String, expected| Case {
        attack,
        bytes: format!("POST /track HTTP/1.1\r\nhost: {host}\r\n{FORM}{more}"),
        expected,
    };
    let second = format!("0\r\n\r\nGET /livez HTTP/1.1\r\nhost: {host}\r\n\r\n");
    vec![
        post(
            "Content-Length with Transfer-Encoding",
            format!(
                "content-length: {}\r\ntransfer-encoding: chunked\r\n\r\n{second}",
                second.len()
            ),
            &["400", "422"],
        ),
        post(
            "two Content-Lengths",
            "content-length: 1\r\ncontent-length: 2\r\n\r\nab".to_owned(),
            &["400"],
        ),
        post(
            "Content-Length: -1",
            "content-length: -1\r\n\r\n".to_owned(),
            &["400"],
        ),
        post(
            "Content-Length: +1",
            "content-length: +1\r\n\r\na".to_owned(),
            &["400"],
        ),
        post(
            "Transfer-Encoding: gzip",
            "transfer-encoding: gzip\r\n\r\n".to_owned(),
            &["400"],
        ),
        post(
            "Transfer-Encoding: chunked, identity",
            format!("transfer-encoding: chunked, identity\r\n\r\n{second}"),
            &["400"],
        ),
        post(
            "a chunk of a wrong size",
            "transfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\nab\r\n0\r\n\r\n"
                .to_owned(),
            &["400", "cut"],
        ),
        post(
            "a body of 1 GB, announced",
            "content-length: 1000000000\r\n\r\n".to_owned(),
            &["413"],
        ),
        post(
            "a body of 300 kB in chunks",
            format!(
                "transfer-encoding: chunked\r\nconnection: close\r\n\r\n493e0\r\n{}\r\n0\r\n\r\n",
                "x".repeat(300_000)
            ),
            &["413", "cut"],
        ),
        post(
            "a form from another site",
            "sec-fetch-site: cross-site\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                .to_owned(),
            &["403"],
        ),
        post(
            "a form with Origin: null",
            "origin: null\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
            &["403"],
        ),
    ]
}

/// Sends bytes as they are; whatever comes back until the other end closes or has been silent for a while.
pub fn exchange(host: &str, bytes: &[u8]) -> Result<String> {
    let mut socket = TcpStream::connect(host)?;
    socket.set_read_timeout(Some(Duration::from_millis(1500)))?;
    socket.set_write_timeout(Some(Duration::from_secs(5)))?;
    // Who has heard enough closes: what is left unsaid does not matter.
    let _ = socket.write_all(bytes);
    let (mut said, mut piece) = (Vec::new(), [0; 16 * 1024]);
    while let Ok(size @ 1..) = socket.read(&mut piece) {
        said.extend(piece.iter().take(size));
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

pub fn get(host: &str, path: &str, headers: &str) -> Result<String> {
    let ask = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{headers}connection: close\r\n\r\n");
    exchange(host, ask.as_bytes())
}

pub fn post(host: &str, path: &str, headers: &str, body: &str) -> Result<String> {
    let kind = if body.starts_with('{') {
        "content-type: application/json\r\n"
    } else {
        FORM
    };
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {host}\r\n{kind}{headers}");
    exchange(
        host,
        format!("{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}").as_bytes(),
    )
}

pub fn status(said: &str) -> &str {
    said.strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .unwrap_or("cut")
}

#[test]
fn an_answer_is_read_by_its_first_line() {
    assert_eq!(status("HTTP/1.1 404 Not Found\r\n"), "404");
    assert_eq!(status(""), "cut");
}
