//! `cargo x look`: every page in real Chromium, full, empty and wrong, in three widths and each look, for people to
//! look at. A page that sticks out of its window makes it fail.

use crate::process::{Result, build_market, root, run as run_open};
use crate::setup;
use std::fs;
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {
    /// Only pages whose name holds one of these
    names: Vec<String>,
}

pub fn run(args: &Args) -> Result {
    setup::browser_driver()?;
    let binary = build_market(false)?;
    let folder = root().join("target/look");
    if args.names.is_empty() && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut pictures = Command::new("node");
    pictures
        .current_dir(root().join("e2e"))
        .env("CHROMIUM", "/usr/bin/chromium")
        .env("MARKET_BIN", binary)
        .arg("look.mjs")
        .arg(&folder)
        .args(&args.names);
    run_open(&mut pictures)
}
