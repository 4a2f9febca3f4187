//! Rules about the tests: none is switched off, none waits for time to pass.

use crate::source::{File, Source};
use crate::{assert_none, files};

const UNFINISHED: [&str; 3] = ["#[ignore", "todo!(", "unimplemented!("];

/// In tests a sleep is a guess; where there is no other way, a comment gives the reason.
const REASON: &str = "// reason:";

fn nothing_is_switched_off(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        for (line, code) in Source::parse(&file.text).lines() {
            for word in UNFINISHED.iter().filter(|word| code.contains(**word)) {
                found.push(file.at(line, &format!("`{word}`: finish it or delete it")));
            }
        }
    }
    found
}

fn no_sleep(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.is_rust() && file.path.starts_with("crates/"))
    {
        let production = if file.is_production() {
            file.production().code
        } else {
            String::new()
        };
        let production: Vec<&str> = production.lines().collect();
        let text: Vec<&str> = file.text.lines().collect();
        for (line, code) in Source::parse(&file.text).lines() {
            let in_product = production
                .get(line - 1)
                .is_some_and(|same| !same.trim().is_empty());
            let reasoned = text[line.saturating_sub(2)..line]
                .iter()
                .any(|near| near.contains(REASON));
            if code.contains("sleep(") && !in_product && !reasoned {
                found.push(file.at(
                    line,
                    "a test that sleeps: wait for the thing itself, or say `// reason: …`",
                ));
            }
        }
    }
    found
}

#[test]
fn no_test_is_switched_off() {
    assert_none(&nothing_is_switched_off(&files()));
}

#[test]
fn a_planted_ignored_test_is_seen() {
    let text = format!(
        "#[test]\n{}]\nfn a() {{ {}) }} // {}\n",
        UNFINISHED[0], UNFINISHED[1], UNFINISHED[2]
    );
    let found = nothing_is_switched_off(&[File::new("crates/db/tests/it.rs", &text)]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with("crates/db/tests/it.rs:2: "),
        "{found:?}"
    );
}

#[test]
fn no_test_sleeps() {
    assert_none(&no_sleep(&files()));
}

#[test]
fn a_planted_sleep_is_seen() {
    let text = "fn a() { sleep(one); }\n#[cfg(test)]\nmod tests {\n  fn b() { sleep(one); }\n  // reason: a lease ends by the wall clock\n  fn c() { sleep(one); }\n}\n";
    let planted = [
        File::new("crates/db/src/a.rs", text),
        File::new("crates/db/tests/it.rs", "fn d() { sleep(one); }"),
    ];
    let found = no_sleep(&planted);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("crates/db/src/a.rs:4: "), "{found:?}");
}
