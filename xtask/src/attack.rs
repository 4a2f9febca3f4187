//! `cargo x attack`: the tests that `docs/security.md` names, then the real program attacked over raw sockets, then a
//! search for each secret that was seen in whatever the program wrote.

mod target;
mod wire;

use crate::process::{Result, build_market, capture, cargo, root};
use std::collections::BTreeSet;
use std::fs;
use target::Target;

#[derive(clap::Args)]
pub struct Args {
    /// Leave out the tests: only the program over raw sockets
    #[arg(long)]
    only_wire: bool,
}

pub fn run(args: &Args) -> Result {
    if !args.only_wire {
        tests()?;
    }
    black_box()
}

/// Runs exactly the tests that the list names, and fails when one of them did not run.
fn tests() -> Result {
    let list = fs::read_to_string(root().join("docs/security.md"))?;
    let names = named(&list);
    let mut command = cargo(&[
        "test",
        "--package",
        "market",
        "--test",
        "it",
        "--",
        "--exact",
    ]);
    command.args(&names);
    println!(
        "\n$ cargo test: the {} tests of docs/security.md",
        names.len()
    );
    let told = capture(&mut command).map_err(|error| format!("an attack got through:\n{error}"))?;
    for name in &names {
        if !told.contains(&format!("test {name} ... ok")) {
            return Err(format!("the test {name} did not run").into());
        }
    }
    println!("{} tests: ok", names.len());
    Ok(())
}

fn named(list: &str) -> BTreeSet<String> {
    let words = list.split('`').skip(1).step_by(2);
    words
        .filter(|word| word.contains("::"))
        .map(String::from)
        .collect()
}

/// What came of one attack.
pub struct Finding {
    pub attack: String,
    pub came: String,
    pub fine: bool,
}

/// Some seconds: `cargo x test` runs this part too.
pub fn black_box() -> Result {
    let binary = build_market(false)?;
    let mut target = Target::start(&binary)?;
    target.use_it()?;
    let mut findings = wire::attack(&target)?;
    findings.extend(target.stop_and_search()?);
    print(&findings)
}

fn print(findings: &[Finding]) -> Result {
    println!("\n{:<58}{:<34}", "attack", "what came of it");
    for finding in findings {
        let word = if finding.fine { "ok" } else { "FAILED" };
        println!("{:<58}{:<34}{word}", finding.attack, finding.came);
    }
    let failed = findings.iter().filter(|finding| !finding.fine).count();
    if failed == 0 {
        println!("{} attacks: ok", findings.len());
        return Ok(());
    }
    Err(format!("{failed} of {} attacks got through", findings.len()).into())
}

#[test]
fn the_list_is_read_and_one_failure_fails_all() {
    let list = "| `a::b` `c` |\n| `d::e::f` `cargo x` `a::b` |";
    let names: Vec<_> = named(list).into_iter().collect();
    assert_eq!(names, ["a::b", "d::e::f"]);
    let finding = |fine| Finding {
        attack: "a".into(),
        came: "200".into(),
        fine,
    };
    assert!(print(&[finding(true)]).is_ok());
    assert!(print(&[finding(true), finding(false)]).is_err());
}
