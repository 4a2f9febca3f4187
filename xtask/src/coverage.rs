//! `cargo x coverage`: the tests on both engines, counted together, and the gate.

use crate::postgres::Postgres;
use crate::process::{Result, capture, cargo, root, run as run_open};
use crate::setup::llvm_tool;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Of the lines in `crates/*/src`, this many of a hundred must run in a test.
const GATE: f64 = 95.0;

#[derive(clap::Args)]
pub struct Args {
    /// Also write pages that show each line, to llvm-cov/html in the target folder
    #[arg(long)]
    html: bool,
    /// Only the tests of this crate; may be given several times
    #[arg(long, short)]
    package: Vec<String>,
}

pub fn run(args: &Args) -> Result {
    sqlite(&args.package)?;
    postgres(&args.package)?;
    report(args.html)
}

pub fn sqlite(packages: &[String]) -> Result {
    run_open(&mut tool(&["clean", "--workspace"])?)?;
    run_open(scope(&mut tool(&["--no-report"])?, packages))
}

/// The same tests again; a private instance lives for as long as they run.
pub fn postgres(packages: &[String]) -> Result {
    let instance = Postgres::start(false)?;
    let mut tests = tool(&["--no-report"])?;
    tests.env("MARKET_TEST_DB", instance.url("postgres"));
    run_open(scope(&mut tests, packages))
}

fn scope<'a>(command: &'a mut Command, packages: &[String]) -> &'a mut Command {
    for package in packages {
        command.args(["--package", package]);
    }
    if packages.is_empty() {
        command.arg("--workspace");
    }
    command
}

pub fn report(html: bool) -> Result {
    // Only the product counts: tests cover themselves, and xtask is a tool.
    let only = ["--ignore-filename-regex", r"(^|/)(xtask|tests|examples)/"];
    let text = capture(tool(&["report", "--json", "--summary-only"])?.args(only))?;
    let crates = sum(&serde_json::from_str(&text)?);
    if html {
        run_open(tool(&["report", "--html"])?.args(only))?;
    }
    println!("\n{:<12}{:>8}{:>9}{:>8}", "crate", "lines", "covered", "%");
    let mut all = Lines::default();
    for (name, lines) in &crates {
        print(name, lines);
        all.count += lines.count;
        all.covered += lines.covered;
    }
    print("all", &all);
    if all.percent() >= GATE {
        return Ok(());
    }
    run_open(tool(&["report"])?.args(only))?;
    Err(format!(
        "{:.2} % of the lines are covered, {GATE} % must be",
        all.percent()
    )
    .into())
}

#[derive(Default)]
struct Lines {
    count: u64,
    covered: u64,
}

impl Lines {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of lines fits a double many times over"
    )]
    fn percent(&self) -> f64 {
        if self.count == 0 {
            return 0.0;
        }
        100.0 * self.covered as f64 / self.count as f64
    }
}

fn print(name: &str, lines: &Lines) {
    println!(
        "{name:<12}{:>8}{:>9}{:>8.2}",
        lines.count,
        lines.covered,
        lines.percent()
    );
}

/// The report's files, added up by the crate they lie in.
fn sum(report: &Value) -> BTreeMap<String, Lines> {
    let mut crates: BTreeMap<String, Lines> = BTreeMap::new();
    for file in report["data"][0]["files"].as_array().into_iter().flatten() {
        let path = file["filename"].as_str().unwrap_or_default();
        let Some((name, rest)) = path
            .rsplit_once("/crates/")
            .and_then(|(_, rest)| rest.split_once('/'))
        else {
            continue;
        };
        if rest.starts_with("src/") {
            let lines = crates.entry(name.to_owned()).or_default();
            lines.count += file["summary"]["lines"]["count"].as_u64().unwrap_or(0);
            lines.covered += file["summary"]["lines"]["covered"].as_u64().unwrap_or(0);
        }
    }
    crates
}

/// cargo-llvm-cov builds into a folder of its own (target/llvm-cov-target).
fn tool(args: &[&str]) -> Result<Command> {
    let mut command = cargo(&["llvm-cov"]);
    command.args(args).current_dir(root());
    command
        .env("LLVM_COV", llvm_tool("llvm-cov")?)
        .env("LLVM_PROFDATA", llvm_tool("llvm-profdata")?);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_by_crate_and_leaves_out_what_is_not_the_product() {
        let file = |name: &str, count: u64, covered: u64| serde_json::json!({"filename": name, "summary": {"lines": {"count": count, "covered": covered}}});
        let report = serde_json::json!({"data": [{"files": [
            file("/a/crates/db/src/lib.rs", 10, 9),
            file("/a/crates/db/src/write/sqlite.rs", 10, 10),
            file("/a/crates/db/tests/it.rs", 50, 0),
            file("/a/xtask/src/main.rs", 50, 0),
        ]}]});
        let crates = sum(&report);
        assert_eq!(crates.len(), 1);
        assert!((crates["db"].percent() - 95.0).abs() < f64::EPSILON);
        assert!(Lines::default().percent() < GATE);
    }
}
