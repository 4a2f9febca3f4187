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
        text: quoted_printable(&raw),
    }
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
