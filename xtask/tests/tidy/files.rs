//! Rules about files: length, first line, names of migrations, paths named in documents.

use crate::source::File;
use crate::{assert_none, files};
use std::collections::BTreeSet;

const LONGEST: usize = 500;

fn short_files(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.is_production()) {
        // Tests at the end of a file do not make it harder to find one's way in it.
        let code = file.production();
        let used = code.lines().filter(|(_, line)| !line.trim().is_empty());
        let lines = used.last().map_or(0, |(line, _)| line);
        if lines > LONGEST {
            let words = format!(
                "{lines} lines: part the file by what its functions are about ({LONGEST} at most)"
            );
            found.push(file.at(LONGEST, &words));
        }
    }
    found
}

fn modules_say_what_they_are(files: &[File]) -> Vec<String> {
    let heads = files.iter().filter(|file| file.is_production());
    let heads =
        heads.filter(|file| file.path.ends_with("/mod.rs") || file.path.ends_with("/lib.rs"));
    let silent = heads.filter(|file| {
        !file.text.starts_with("//!") && !file.text.starts_with("#![doc = include_str!")
    });
    silent
        .map(|file| file.at(1, "begin with `//!` and say what this is for"))
        .collect()
}

fn equal_migrations(files: &[File]) -> Vec<String> {
    let names = |engine: &str| -> BTreeSet<String> {
        let mark = format!("/migrations/{engine}/");
        files
            .iter()
            .filter(|file| file.path.contains(&mark))
            .map(|file| file.path.replace(&mark, "/migrations/*/"))
            .collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    sqlite
        .symmetric_difference(&postgres)
        .map(|path| format!("{path}:1: exists for one engine only: add its twin"))
        .collect()
}

/// Where the checkout's own paths begin; `src/x.rs` alone could be anywhere.
const ROOTS: [&str; 7] = [
    "crates/", "xtask/", "docs/", "load/", "e2e/", ".ci/", "infra/",
];

fn documented_paths_exist(files: &[File]) -> Vec<String> {
    let exists = |path: &str| {
        let folder = format!("{}/", path.trim_end_matches('/'));
        files
            .iter()
            .any(|file| file.path == path || file.path.starts_with(&folder))
    };
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| ["ARCHITECTURE.md", "README.md"].contains(&&*file.path))
    {
        for (number, line) in file.text.lines().enumerate() {
            for word in line
                .split('`')
                .skip(1)
                .step_by(2)
                .flat_map(str::split_whitespace)
            {
                let path = word.trim_end_matches(['.', ',', ':', ';']);
                let is_path = ROOTS.iter().any(|root| path.starts_with(root));
                if is_path && !path.contains(['*', '{', '<', '…']) && !exists(path) {
                    found.push(file.at(
                        number + 1,
                        &format!("{path} does not exist: name what took its place"),
                    ));
                }
            }
        }
    }
    found
}

/// Written in two halves, or this very file would be found.
const OURS_ONLY: [&str; 2] = [concat!("/wo", "rk/"), concat!("/tmp/bash", "_jobs")];

fn no_path_of_one_machine(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            let absolute = |path: &&&str| {
                let mut places = line.match_indices(**path);
                places.any(|(at, _)| {
                    !line[..at].ends_with(|letter: char| {
                        letter.is_alphanumeric() || "}._-".contains(letter)
                    })
                })
            };
            if let Some(path) = OURS_ONLY.iter().find(absolute) {
                found.push(file.at(
                    number + 1,
                    &format!("{path} exists on one machine only: use a path from the root"),
                ));
            }
        }
    }
    found
}

/// What git writes where two sides changed one place. The compiler reads no documents.
fn no_half_merged_file(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
                found.push(file.at(number + 1, "a conflict was committed with its marks"));
            }
        }
    }
    found
}

/// OpenSSL and its kin need C libraries or long builds; ring does what we need.
const UNWANTED: [&str; 4] = ["openssl-sys", "native-tls", "aws-lc-sys", "aws-lc-rs"];

fn no_unwanted_dependency(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path == "Cargo.lock") {
        for (number, line) in file.text.lines().enumerate() {
            let name = line
                .strip_prefix("name = ")
                .map(|name| name.trim_matches('"'));
            if let Some(name) = name.filter(|name| UNWANTED.contains(name)) {
                let words = format!("{name} came in: `cargo tree -i {name}` tells through what");
                found.push(file.at(number + 1, &words));
            }
        }
    }
    found
}

#[test]
fn files_stay_short() {
    assert_none(&short_files(&files()));
}

#[test]
fn a_planted_long_file_is_seen() {
    let long = "fn a() {}\n".repeat(LONGEST + 1);
    let tested = format!("fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
    let planted =
        ["crates/db/src/a.rs", "crates/db/tests/it.rs"].map(|path| File::new(path, &long));
    let found = short_files(&planted);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("crates/db/src/a.rs:500: 501 lines"),
        "{found:?}"
    );
    assert_none(&short_files(&[File::new("crates/db/src/b.rs", &tested)]));
}

#[test]
fn every_module_begins_with_what_it_is_for() {
    assert_none(&modules_say_what_they_are(&files()));
}

#[test]
fn a_planted_silent_module_is_seen() {
    let planted = ["mod.rs", "lib.rs", "store.rs"]
        .map(|name| File::new(&format!("crates/db/src/x/{name}"), "use a;\n"));
    assert_eq!(modules_say_what_they_are(&planted).len(), 2);
}

#[test]
fn both_engines_have_the_same_migrations() {
    assert_none(&equal_migrations(&files()));
}

#[test]
fn a_planted_lonely_migration_is_seen() {
    let planted = [
        "sqlite/0001_a.sql",
        "postgres/0001_a.sql",
        "postgres/0002_b.sql",
    ];
    let planted = planted.map(|path| File::new(&format!("crates/market/migrations/{path}"), ""));
    let found = equal_migrations(&planted);
    assert_eq!(
        found,
        ["crates/market/migrations/*/0002_b.sql:1: exists for one engine only: add its twin"]
    );
}

#[test]
fn paths_in_the_documents_exist() {
    assert_none(&documented_paths_exist(&files()));
}

#[test]
fn a_planted_dead_path_is_seen() {
    let text = "`crates/db/src/lib.rs` and `crates/db`\n`crates/gone/src/lib.rs`, `crates/*/src`, crates/prose, `orders/gone.rs`\n";
    let planted = [
        File::new("ARCHITECTURE.md", text),
        File::new("crates/db/src/lib.rs", ""),
    ];
    let found = documented_paths_exist(&planted);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("ARCHITECTURE.md:2: crates/gone/src/lib.rs"),
        "{found:?}"
    );
}

#[test]
fn nothing_names_a_path_of_one_machine() {
    assert_none(&no_path_of_one_machine(&files()));
}

#[test]
fn a_planted_path_of_one_machine_is_seen() {
    let text = format!("fine: farm{}\n\"{}x\"\n", OURS_ONLY[0], OURS_ONLY[0]);
    let found = no_path_of_one_machine(&[File::new("docs/a.md", &text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("docs/a.md:2: "), "{found:?}");
}

#[test]
fn no_conflict_was_committed() {
    assert_none(&no_half_merged_file(&files()));
}

#[test]
fn a_planted_conflict_is_seen() {
    let text = "one\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n";
    let found = no_half_merged_file(&[File::new("docs/a.md", text)]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn nothing_unwanted_is_built() {
    assert_none(&no_unwanted_dependency(&files()));
}

#[test]
fn a_planted_unwanted_dependency_is_seen() {
    let text = "[[package]]\nname = \"openssl-sys\"\n[[package]]\nname = \"openssl-probe\"\n";
    let found = no_unwanted_dependency(&[File::new("Cargo.lock", text)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("Cargo.lock:2: openssl-sys"),
        "{found:?}"
    );
}
