//! Which modules a file names.

use crate::source::Source;

/// Every path that begins with `crate::`, with its line; groups in braces are opened up.
pub fn uses(source: &Source) -> Vec<(usize, Vec<String>)> {
    paths(source, "crate::")
}

pub fn paths(source: &Source, start: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for (at, mark) in source.code.match_indices(start) {
        let before = source.code[..at].chars().next_back().unwrap_or(' ');
        if before.is_alphanumeric() || before == '_' || before == '$' {
            continue;
        }
        let line = source.code[..at].matches('\n').count() + 1;
        for path in open(&source.code[at + mark.len()..]) {
            found.push((line, path));
        }
    }
    found
}

/// `a::{b, c::d}` is a::b and a::c::d.
fn open(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        return branches(inside).into_iter().flat_map(open).collect();
    }
    let end = text
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(text.len());
    let name = text[..end].to_owned();
    let rest = text[end..].trim_start();
    match rest.strip_prefix("::") {
        Some(rest) if !rest.trim_start().starts_with(['<', '*']) => {
            let tails = open(rest).into_iter();
            tails
                .map(|tail| std::iter::once(name.clone()).chain(tail).collect())
                .collect()
        }
        _ => vec![vec![name]],
    }
}

/// The parts between commas, up to the brace that closes the group.
fn branches(inside: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&inside[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inside[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[test]
fn groups_are_opened_up() {
    let source =
        Source::parse("use crate::{a::{self, b}, c};\nfn f() { crate::d::<T>(); xcrate::e }");
    let found: Vec<_> = uses(&source)
        .into_iter()
        .map(|(line, path)| (line, path.join("::")))
        .collect();
    let wanted = [(1, "a::self"), (1, "a::b"), (1, "c"), (2, "d")];
    assert_eq!(found, wanted.map(|(line, path)| (line, path.to_owned())));
}
