//! Mails as the courier wrote them.
use std::{fs, path::Path};

#[derive(Clone, Debug)]
pub struct Mail {
    /// Its file's name without `.eml`: the id of the job that sent it.
    pub id: String,
    pub to: String,
    pub subject: String,
    /// Both forms, decoded.
    pub text: String,
}

impl Mail {
    /// The HTML form.
    pub fn html(&self) -> &str {
        let from = self.text.find("<!doctype html>").expect("an HTML form");
        let to = self.text.find("</html>").expect("a whole HTML form");
        &self.text[from..to]
    }

    /// The text form.
    pub fn plain(&self) -> &str {
        let from = self
            .text
            .find("Content-Type: text/plain")
            .expect("a text form");
        let from = from + self.text[from..].find("\r\n\r\n").expect("its head ends");
        let to = from + self.text[from..].find("\r\n--").expect("its end");
        self.text[from..to].trim()
    }

    /// The path of the first link that begins with `prefix`.
    pub fn link(&self, prefix: &str) -> String {
        let at = self.text.find(prefix);
        let at = at.unwrap_or_else(|| panic!("no {prefix} in {}", self.text));
        let end = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | ')');
        self.text[at..].split(end).next().unwrap_or("").to_owned()
    }
}

pub fn read_all(folder: &Path) -> Vec<Mail> {
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut mails: Vec<Mail> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .map(|path| read(&path))
        .collect();
    mails.sort_by(|a, b| a.id.cmp(&b.id));
    mails
}

fn read(path: &Path) -> Mail {
    let raw = fs::read_to_string(path).expect("a readable mail");
    let header = |name: &str| {
        let line = raw.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or("").trim().to_owned()
    };
    Mail {
        id: path.file_stem().unwrap().to_string_lossy().into_owned(),
        to: header("To:"),
        subject: header("Subject:"),
        text: decoded(&raw),
    }
}

/// Each part by the encoding its head names.
fn decoded(raw: &str) -> String {
    let boundary = raw.split("boundary=\"").nth(1);
    let Some(boundary) = boundary.and_then(|rest| rest.split('"').next()) else {
        return quoted_printable(raw);
    };
    let part = |part: &str| {
        let (head, body) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
        let body = if head.contains("Encoding: base64") {
            base64(body)
        } else {
            quoted_printable(body)
        };
        format!("{head}\r\n\r\n{body}\r\n--")
    };
    raw.split(&format!("--{boundary}")).map(part).collect()
}

fn base64(text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let six = |c: u8| LETTERS.iter().position(|letter| *letter == c);
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_usize, 0);
    for value in text.bytes().filter_map(six) {
        (bits, held) = ((bits << 6) | value, held + 6);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held).expect("eight bits"));
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Good enough for what is looked for: soft line ends are joined, `=3D` and its like are decoded.
fn quoted_printable(raw: &str) -> String {
    let joined = raw.replace("=\r\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let decoded = hex.and_then(|two| u8::from_str_radix(two, 16).ok());
        match decoded {
            Some(byte) if *first == b'=' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
