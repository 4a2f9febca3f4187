//! `cargo x test`: all that must be green before a change lands, from a bare machine on.

use crate::process::{Result, cargo, run as run_open};
use crate::{attack, coverage, e2e, setup};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Args {
    /// Only the tests, on SQLite, without coverage
    #[arg(long)]
    fast: bool,
    /// Leave out the browser
    #[arg(long)]
    no_e2e: bool,
}

pub fn run(args: &Args) -> Result {
    if args.fast {
        return run_open(&mut cargo(&["test", "--workspace"]));
    }
    let mut steps = Steps(Vec::new());
    let result = all(&mut steps, args.no_e2e);
    steps.print();
    result
}

fn all(steps: &mut Steps, no_e2e: bool) -> Result {
    steps.take("setup", || setup::run(&setup::Args {}))?;
    steps.take("format", || {
        run_open(&mut cargo(&["fmt", "--all", "--check"]))
    })?;
    steps.take("lints", || {
        run_open(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.take("types of the scripts", || e2e::types(&e2e::TypesArgs {}))?;
    steps.take("tests on SQLite", || coverage::sqlite(&[]))?;
    steps.take("tests on PostgreSQL", || coverage::postgres(&[]))?;
    steps.take("coverage", || coverage::report(false))?;
    // Its tests ran above.
    steps.take("attacks on the wire", attack::black_box)?;
    if !no_e2e {
        steps.take("browser", || e2e::run(&e2e::Args::default()))?;
    }
    Ok(())
}

struct Steps(Vec<(&'static str, Duration, bool)>);

impl Steps {
    fn take(&mut self, name: &'static str, step: impl FnOnce() -> Result) -> Result {
        println!("\n━━ {name}");
        let since = Instant::now();
        let result = step();
        self.0.push((name, since.elapsed(), result.is_ok()));
        result
    }

    fn print(&self) {
        println!("\n{:<22}{:>8}", "step", "seconds");
        for (name, took, fine) in &self.0 {
            let word = if *fine { "" } else { "  FAILED" };
            println!("{name:<22}{:>8.1}{word}", took.as_secs_f64());
        }
        let whole: Duration = self.0.iter().map(|(_, took, _)| *took).sum();
        println!("{:<22}{:>8.1}", "all", whole.as_secs_f64());
    }
}
