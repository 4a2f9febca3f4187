//! The house rules, each a test in plain `cargo test`. A rule is a function from files to
//! complaints; beside each stands a test that plants a violation, since a rule that finds
//! nothing might simply be blind.

mod attacks;
mod files;
mod layers;
mod paths;
mod source;
mod sql;
mod tests_too;
mod words;

use source::File;
use std::path::Path;

/// Fails with all complaints at once, each with its place and what to do.
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn files() -> Vec<File> {
    source::read(root())
}

fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

#[test]
fn the_rules_are_given_something_to_read() {
    let all = files();
    let production = all.iter().filter(|file| file.is_production()).count();
    assert!(
        production >= 10,
        "only {production} production files were found"
    );
}
