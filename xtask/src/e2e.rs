//! `cargo x e2e` and `cargo x perf`: real Chromium against a real server. The scripts in
//! e2e/ start the server themselves; here it is built and they are told where it lies.
//! `cargo x types` reads the modules that browsers get, and needs neither; `cargo x lighthouse`
//! judges a release build as a phone would meet it.

use crate::process::{Result, build_market, root, run as run_open};
use crate::setup;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args, Default)]
pub struct Args {
    /// Every page at three widths, in four looks and both languages, and the slow journeys
    #[arg(long)]
    full: bool,
    /// Only tests whose name holds this
    #[arg(long)]
    only: Option<String>,
}

#[derive(clap::Args)]
pub struct PerfArgs {}

pub fn run(args: &Args) -> Result {
    let journeys = journeys()?;
    setup::browser_driver()?;
    let binary = build_market(false)?;
    let mut command = node(&binary);
    command.arg("--test");
    if let Some(name) = &args.only {
        command.arg(format!("--test-name-pattern={name}"));
    }
    if args.full {
        command.env("E2E_FULL", "1");
    }
    run_open(command.args(journeys))
}

/// Named one by one: what `node --test` makes of a folder differs from version to version.
fn journeys() -> Result<Vec<PathBuf>> {
    let folder = root().join("e2e/tests");
    let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.retain(|path| {
        path.extension()
            .is_some_and(|kind| kind == "mjs" || kind == "js")
    });
    found.sort();
    if found.is_empty() {
        return Err(format!("{} holds no journey to run", folder.display()).into());
    }
    Ok(found)
}

#[derive(clap::Args)]
pub struct TypesArgs {}

/// A page and its worker are two worlds with other globals.
pub fn types(_args: &TypesArgs) -> Result {
    setup::browser_driver()?;
    for world in ["types/page.json", "types/worker.json"] {
        let mut compiler = Command::new("node_modules/.bin/tsc");
        compiler.current_dir(root().join("e2e"));
        run_open(compiler.args(["--project", world]))?;
    }
    Ok(())
}

#[derive(clap::Args)]
pub struct LighthouseArgs {
    /// Only pages of these names
    names: Vec<String>,
}

pub fn lighthouse(args: &LighthouseArgs) -> Result {
    setup::browser_driver()?;
    setup::lighthouse()?;
    let binary = build_market(true)?;
    run_open(node(&binary).arg("lighthouse/run.mjs").args(&args.names))
}

pub fn perf(_args: &PerfArgs) -> Result {
    setup::browser_driver()?;
    let binary = build_market(true)?;
    run_open(node(&binary).arg("perf.mjs"))
}

fn node(binary: &Path) -> Command {
    let mut command = Command::new("node");
    command.current_dir(root().join("e2e"));
    command
        .env("CHROMIUM", "/usr/bin/chromium")
        .env("MARKET_BIN", binary);
    command
}
