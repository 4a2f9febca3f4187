//! Reading the checkout, and just enough Rust to tell code from strings and comments.

use std::fs;
use std::path::Path;

/// The names of a slice's files.
const ROLES: [&str; 7] = ["model", "store", "actions", "web", "api", "pages", "jobs"];

pub struct File {
    /// From the checkout's root, with `/`.
    pub path: String,
    pub text: String,
}

/// All text files of the checkout, without what .gitignore names at its root.
pub fn read(root: &Path) -> Vec<File> {
    let ignored = fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let ignored: Vec<&str> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('/'))
        .collect();
    let mut files = Vec::new();
    walk(root, "", &ignored, &mut files);
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn walk(root: &Path, folder: &str, ignored: &[&str], files: &mut Vec<File>) {
    for entry in fs::read_dir(root.join(folder))
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() {
            name.clone()
        } else {
            format!("{folder}/{name}")
        };
        let skip = |pattern: &&str| match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == **pattern,
        };
        if name == ".git" || ignored.iter().any(skip) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(root, &path, ignored, files);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            files.push(File { path, text });
        }
    }
}

impl File {
    #[cfg(test)]
    pub fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub fn is_rust(&self) -> bool {
        self.path.strip_suffix(".rs").is_some()
    }

    /// Part of the product: `crates/*/src`, without files that hold tests only.
    pub fn is_production(&self) -> bool {
        let mut parts = self.path.split('/');
        let inside = parts.next() == Some("crates") && parts.nth(1) == Some("src");
        inside
            && self.is_rust()
            && !self.path.ends_with("/tests.rs")
            && !self.path.contains("/tests/")
    }

    /// The place in the market crate: `orders/store.rs` of `crates/market/src/orders/store.rs`.
    pub fn in_market(&self) -> Option<&str> {
        self.is_production()
            .then(|| self.path.strip_prefix("crates/market/src/"))
            .flatten()
    }

    /// First folder inside the market crate: a slice, or kernel, http, cli, config.
    pub fn part(&self) -> Option<&str> {
        self.in_market()?.split_once('/').map(|(part, _)| part)
    }

    /// What the file does in its slice: `store` for `orders/store.rs`, `orders/store/find.rs`
    /// and `orders/placing/store.rs`; any other file goes by its own name.
    pub fn role(&self) -> Option<&str> {
        let path = self.in_market()?.strip_suffix(".rs")?;
        let known = path.split('/').find(|part| ROLES.contains(part));
        known.or_else(|| path.split('/').next_back())
    }

    /// The production code, parted; `#[cfg(test)]` items are blanked out.
    pub fn production(&self) -> Source {
        let mut source = Source::parse(&self.text);
        source.blank_tests();
        source
    }

    pub fn at(&self, line: usize, words: &str) -> String {
        format!("{}:{line}: {words}", self.path)
    }
}

pub struct Text {
    pub line: usize,
    pub value: String,
    /// Where its opening quote stands in `Source::code`.
    pub start: usize,
}

/// Code with its strings and comments blanked (newlines stay), and the strings aside.
pub struct Source {
    pub code: String,
    pub strings: Vec<Text>,
}

impl Source {
    pub fn parse(text: &str) -> Self {
        let mut source = Self {
            code: String::with_capacity(text.len()),
            strings: Vec::new(),
        };
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let before = source.code.chars().next_back().unwrap_or(' ');
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if let Some((open, close)) = string_at(rest, before) {
                let length = string_end(rest, open, &close);
                let line = source.code.matches('\n').count() + 1;
                let value = rest[open..length]
                    .strip_suffix(&*close)
                    .unwrap_or("")
                    .to_owned();
                source.strings.push(Text {
                    line,
                    value,
                    start: source.code.len(),
                });
                length
            } else if next == '\'' && char_literal(rest).is_some() {
                char_literal(rest).unwrap_or(1)
            } else {
                source.code.push(next);
                rest = &rest[next.len_utf8()..];
                continue;
            };
            source.blank(&rest[..length]);
            rest = &rest[length..];
        }
        source
    }

    fn blank(&mut self, text: &str) {
        self.code.extend(
            text.chars()
                .map(|letter| if letter == '\n' { '\n' } else { ' ' }),
        );
    }

    /// Lines of code with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }

    /// Takes `#[cfg(test)]` and the item behind it out of the code and its strings.
    fn blank_tests(&mut self) {
        const MARK: &str = "#[cfg(test)]";
        while let Some(start) = self.code.find(MARK) {
            let end = start + MARK.len() + item_length(&self.code[start + MARK.len()..]);
            let blanked = self.code[start..end].replace(|letter| letter != '\n', " ");
            self.code.replace_range(start..end, &blanked);
            self.strings
                .retain(|text| text.start < start || text.start >= end);
        }
    }
}

/// Up to the `;` or the closing brace that ends the first item.
fn item_length(code: &str) -> usize {
    let mut depth = 0_i32;
    for (at, letter) in code.char_indices() {
        match letter {
            ';' if depth == 0 => return at + 1,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth <= 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}

/// Where the contents of a string begin, and what closes it.
fn string_at(rest: &str, before: char) -> Option<(usize, String)> {
    if before.is_alphanumeric() || before == '_' {
        return rest.starts_with('"').then(|| (1, "\"".to_owned()));
    }
    let prefix = ["br", "r", "b", "c", "cr", ""].into_iter().find(|prefix| {
        let behind = rest
            .strip_prefix(prefix)
            .map(|behind| behind.trim_start_matches('#'));
        behind.is_some_and(|behind| behind.starts_with('"'))
    })?;
    let hashes = rest[prefix.len()..]
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    if !prefix.contains('r') && hashes > 0 {
        return None;
    }
    let close = if prefix.contains('r') {
        format!("\"{}", "#".repeat(hashes))
    } else {
        "\"".to_owned()
    };
    Some((prefix.len() + hashes + 1, close))
}

fn string_end(rest: &str, open: usize, close: &str) -> usize {
    let raw = rest[..open].contains('r');
    let mut at = open;
    while at < rest.len() {
        if !raw && rest[at..].starts_with('\\') {
            at += 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if rest[at..].starts_with(close) {
            return at + close.len();
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a character literal; a lifetime is none.
fn char_literal(rest: &str) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    let (_, first) = letters.next()?;
    if first != '\\' {
        return letters
            .next()
            .filter(|(_, letter)| *letter == '\'')
            .map(|(at, _)| at + 1);
    }
    letters.next();
    letters
        .find(|(_, letter)| *letter == '\'')
        .map(|(at, _)| at + 1)
}

#[test]
fn code_strings_and_comments_are_told_apart() {
    let text = "let a = \"x // \\\" y\"; // \"no\n/* \"b\" */ fn f<'a>(c: char) { c == '\"'; c == '\\''; r#\"raw \"q\"\"# }\n";
    let source = Source::parse(text);
    let values: Vec<_> = source
        .strings
        .iter()
        .map(|text| (text.line, text.value.as_str()))
        .collect();
    assert_eq!(values, [(1, "x // \\\" y"), (2, "raw \"q\"")]);
    assert!(
        source.code.contains("fn f<'a>(c: char) {"),
        "{}",
        source.code
    );
    assert_eq!(source.code.matches('"').count(), 0);
}

#[test]
fn test_items_are_not_production() {
    let text = "fn a() { \"one\"; }\n#[cfg(test)]\nmod tests {\n fn b() { \"two\"; }\n}\n#[cfg(test)]\nmod more;\nfn c() {}\n";
    let source = File::new("crates/db/src/x.rs", text).production();
    assert_eq!(source.strings.len(), 1);
    let code: Vec<_> = source
        .lines()
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    assert_eq!(
        code.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [1, 8]
    );
}
