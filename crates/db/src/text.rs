//! `$1` becomes `?1` for SQLite, once per statement text: to SQLite `$1` would be a *named* parameter.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

/// The rewritten texts by address and length of the original: a `'static` text never moves or changes.
static TEXTS: LazyLock<Texts> = LazyLock::new(RwLock::default);
type Texts = RwLock<HashMap<(usize, usize), Arc<str>>>;

pub(crate) fn sqlite(sql: &'static str) -> Arc<str> {
    let key = (sql.as_ptr().addr(), sql.len());
    let known = TEXTS
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
        .cloned();
    known.unwrap_or_else(|| {
        let text: Arc<str> = rewrite(sql).into();
        TEXTS
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key, Arc::clone(&text));
        text
    })
}

/// Leaves string literals, quoted names and comments alone.
pub(crate) fn rewrite(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let end: &str = match (c, chars.peek()) {
            ('\'', _) => "'",
            ('"', _) => "\"",
            ('-', Some('-')) => "\n",
            ('/', Some('*')) => "*/",
            ('$', Some(digit)) if digit.is_ascii_digit() => {
                out.push('?');
                continue;
            }
            _ => {
                out.push(c);
                continue;
            }
        };
        out.push(c);
        let from = out.len();
        for inner in chars.by_ref() {
            out.push(inner);
            if out[from..].ends_with(end) {
                break;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_parameters_are_rewritten() {
        for (text, want) in [
            ("SELECT $1, $12", "SELECT ?1, ?12"),
            ("SELECT '$1', \"$2\", $3", "SELECT '$1', \"$2\", ?3"),
            ("SELECT 'it''s $1', $2", "SELECT 'it''s $1', ?2"),
            ("SELECT 1 -- $1\n, $2", "SELECT 1 -- $1\n, ?2"),
            ("SELECT /* $1 * / */ $2", "SELECT /* $1 * / */ ?2"),
            (
                "SELECT 4 - 2, 4 / $1, 'é' || $2",
                "SELECT 4 - 2, 4 / ?1, 'é' || ?2",
            ),
            ("SELECT '$1", "SELECT '$1"),
            ("SELECT $name, a$", "SELECT $name, a$"),
        ] {
            assert_eq!(rewrite(text), want);
        }
    }

    #[test]
    fn a_text_is_rewritten_once() {
        let text = "SELECT $1 AS only_here";
        assert!(Arc::ptr_eq(&sqlite(text), &sqlite(text)));
    }
}
