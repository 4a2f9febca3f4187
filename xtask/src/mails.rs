//! `cargo x mails`: every mail in real Chromium, light and dark, on a narrow phone and a wide window, for people to
//! look at. The mails are those of the tests, which write them where this asks them to.

use crate::process::{Result, root, run as run_open};
use crate::setup;
use std::fs;
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {}

pub fn run(_args: &Args) -> Result {
    setup::browser_driver()?;
    let folder = root().join("target/mails");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut tests = Command::new("cargo");
    tests
        .args([
            "test",
            "--quiet",
            "-p",
            "market",
            "--test",
            "it",
            "--",
            "mails::every",
        ])
        .current_dir(root())
        .env("MARKET_MAILS", &folder);
    run_open(&mut tests)?;
    let mut pictures = Command::new("node");
    pictures
        .current_dir(root().join("e2e"))
        .env("CHROMIUM", "/usr/bin/chromium")
        .arg("mails.mjs")
        .arg(&folder);
    run_open(&mut pictures)
}
