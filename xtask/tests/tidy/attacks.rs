//! The list of attacks and the tests that prove it say the same.

use crate::source::{File, Source};
use crate::{assert_none, files};
use std::collections::BTreeSet;

const LIST: &str = "docs/security.md";
const TESTS: &str = "crates/market/tests/it/";

/// `module::name` of each test below [`TESTS`].
fn there_are(files: &[File]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(path) = file.path.strip_prefix(TESTS) else {
            continue;
        };
        let module = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let module = module.replace('/', "::");
        let code = Source::parse(&file.text).code;
        let plain = code.split("#[test]").skip(1);
        for piece in plain.chain(code.split("#[tokio::test").skip(1)) {
            let name = piece.split_once("fn ").map_or("", |pair| pair.1);
            let name = name.split('(').next().unwrap_or("").trim();
            let only_attributes = piece
                .find("fn ")
                .is_some_and(|at| !piece[..at].contains('{'));
            if only_attributes && !name.is_empty() {
                found.insert(format!("{module}::{name}"));
            }
        }
    }
    found
}

/// The tests that the list names, with their lines.
fn named(files: &[File]) -> Vec<(usize, String)> {
    let list = files.iter().find(|file| file.path == LIST);
    let lines = list.map_or("", |file| &file.text).lines().enumerate();
    let words = lines.flat_map(|(nth, line)| {
        let words = line.split('`').skip(1).step_by(2);
        words.map(move |word| (nth + 1, word.to_owned()))
    });
    words.filter(|(_, word)| word.contains("::")).collect()
}

fn attacks_and_tests_agree(files: &[File]) -> Vec<String> {
    let (there, named) = (there_are(files), named(files));
    let mut found = Vec::new();
    for (line, name) in &named {
        if !there.contains(name) {
            found.push(format!("{LIST}:{line}: there is no test {name}"));
        }
    }
    for name in there.iter().filter(|name| name.starts_with("attack::")) {
        if !named.iter().any(|(_, known)| known == name) {
            found.push(format!("{LIST}:1: does not name the test {name}"));
        }
    }
    found
}

#[test]
fn the_list_of_attacks_is_the_list_of_tests() {
    let files = files();
    assert!(named(&files).len() >= 60 && there_are(&files).len() >= 200);
    assert_none(&attacks_and_tests_agree(&files));
}

#[test]
fn a_planted_attack_without_test_and_a_test_without_attack_are_seen() {
    let text =
        "#[tokio::test(flavor = \"x\")]\nasync fn one() {}\n#[test]\nfn two() {}\nfn three() {}\n";
    let planted = [
        File::new("crates/market/tests/it/attack/a.rs", text),
        File::new("crates/market/tests/it/b.rs", text),
        File::new(
            LIST,
            "| `attack::a::one` `b::two` |\n| `b::three` `cargo x` |\n",
        ),
    ];
    let found = attacks_and_tests_agree(&planted);
    assert_eq!(
        found,
        [
            "docs/security.md:2: there is no test b::three",
            "docs/security.md:1: does not name the test attack::a::two"
        ]
    );
}
