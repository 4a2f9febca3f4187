//! `cargo x bare`: what somebody with a bare machine meets. A Debian made by debootstrap,
//! an empty home, Rust and a C compiler given, a clone of what is committed; then the
//! README's two commands, word by word.

mod debian;

use crate::postgres::on_path;
use crate::process::{Guard, Result, Scratch, capture, is_root, root, run as run_open};
use debian::{Mounts, chroot, end_all_inside, names_in};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Args {
    /// Only to the first page, without the README's second command
    #[arg(long)]
    page_only: bool,
    #[arg(long, default_value = "bookworm")]
    suite: String,
}

const PAGE_MINUTES: u64 = 5;
const ADDRESS: &str = "127.0.0.1:8080";

pub fn run(args: &Args) -> Result {
    if !is_root() {
        return Err(
            "a Debian of its own needs root (debootstrap, chroot, mount): run it as root".into(),
        );
    }
    if on_path("debootstrap").is_none() {
        return Err("debootstrap is missing: apt-get install debootstrap".into());
    }
    if TcpStream::connect(ADDRESS).is_ok() {
        return Err(
            format!("something answers on {ADDRESS} already; the page would not be ours").into(),
        );
    }
    let [first, second] = commands()?;
    let scratch = Scratch::new("bare")?;
    let debian = scratch.path().join("debian");
    install(&debian, &args.suite)?;
    // Declared after the scratch folder, so that it is undone before that is removed.
    let _mounts = Mounts::new(&debian)?;
    let inside = |command: &str| chroot(&debian, &format!("cd /root/market && {command}"));
    for line in [
        "apt-get update",
        "apt-get install --yes --no-install-recommends build-essential ca-certificates git",
    ] {
        run_open(&mut chroot(&debian, line))?;
    }
    give_rust(&debian)?;

    let since = Instant::now();
    run_open(
        Command::new("git")
            .args(["clone", "--no-hardlinks", "--quiet"])
            .arg(root())
            .arg(debian.join("root/market")),
    )?;
    println!("\n$ {first}");
    let mut server = Guard::spawn(&mut inside(&first))?;
    let page = wait_for_page(&mut server)?;
    let took = since.elapsed();
    println!(
        "\nfrom clone to page: {} s ({} bytes of HTML)",
        took.as_secs(),
        page
    );
    end_all_inside(&debian);
    drop(server);
    if took > Duration::from_mins(PAGE_MINUTES) {
        return Err(format!("the page took longer than {PAGE_MINUTES} minutes").into());
    }
    if !args.page_only {
        let since = Instant::now();
        run_open(&mut inside(&second))?;
        println!("\n`{second}` took {} s", since.elapsed().as_secs());
    }
    Ok(())
}

/// The first two lines in the README's code blocks that begin with `cargo `.
fn commands() -> Result<[String; 2]> {
    let text = fs::read_to_string(root().join("README.md"))?;
    let mut found = code_lines(&text)
        .filter(|line| line.starts_with("cargo "))
        .map(String::from);
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => Ok([first, second]),
        _ => Err("the README shows no two commands".into()),
    }
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("\n```").skip(1).step_by(2);
    // The first line of a block is its language; a comment behind a command is for the reader.
    blocks
        .flat_map(|block| block.lines().skip(1))
        .map(|line| line.split(" #").next().unwrap_or(line).trim())
}

fn install(debian: &Path, suite: &str) -> Result {
    let mut command = Command::new("debootstrap");
    command
        .args(["--variant=minbase", suite])
        .arg(debian)
        .arg("http://deb.debian.org/debian");
    run_open(&mut command)?;
    let copy = |what: &str| -> Result {
        let from = Path::new(what);
        if from.exists() {
            let to = debian.join(what.trim_start_matches('/'));
            fs::create_dir_all(to.parent().unwrap_or(debian))?;
            capture(
                Command::new("cp")
                    .args(["-aLT", "--remove-destination"])
                    .arg(from)
                    .arg(to),
            )?;
        }
        Ok(())
    };
    // The host's way to the packages: where from, through what, trusted by whom.
    for what in [
        "/etc/apt/sources.list.d/debian.sources",
        "/etc/resolv.conf",
        "/etc/ssl/certs",
        "/usr/local/share/ca-certificates",
    ] {
        copy(what)?;
    }
    if debian
        .join("etc/apt/sources.list.d/debian.sources")
        .exists()
    {
        fs::remove_file(debian.join("etc/apt/sources.list"))?;
    } else {
        copy("/etc/apt/sources.list")?;
    }
    for name in names_in("/etc/apt/apt.conf.d")? {
        if fs::read_to_string(&name).is_ok_and(|text| text.contains("Acquire::")) {
            copy(&name.to_string_lossy())?;
        }
    }
    Ok(())
}

/// The toolchain, as rustup would have installed it, and how cargo reaches its registry.
fn give_rust(debian: &Path) -> Result {
    let home = PathBuf::from(std::env::var_os("HOME").ok_or("HOME is not set")?);
    let copy = |from: PathBuf, to: &str| -> Result {
        if from.exists() {
            let to = debian.join("root").join(to);
            fs::create_dir_all(to.parent().unwrap_or(debian))?;
            capture(Command::new("cp").arg("-aT").arg(from).arg(to))?;
        }
        Ok(())
    };
    let folder = |name: &str, default: &str| {
        std::env::var_os(name).map_or_else(|| home.join(default), PathBuf::from)
    };
    let cargo = folder("CARGO_HOME", ".cargo");
    copy(folder("RUSTUP_HOME", ".rustup"), ".rustup")?;
    copy(cargo.join("bin"), ".cargo/bin")?;
    copy(cargo.join("config.toml"), ".cargo/config.toml")?;
    // Given is Rust, nothing that somebody installed with it.
    let extra = debian.join("root/.cargo/bin/cargo-llvm-cov");
    if extra.exists() {
        Ok(fs::remove_file(extra)?)
    } else {
        Ok(())
    }
}

/// Waits for a whole 200 on the first page; returns its size.
fn wait_for_page(server: &mut Guard) -> Result<usize> {
    let since = Instant::now();
    while since.elapsed() < Duration::from_mins(30) {
        if let Some(status) = server.ended() {
            return Err(
                format!("the first command ended with {status} before a page was there").into(),
            );
        }
        if let Some(size) = page() {
            return Ok(size);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("no page in 30 minutes".into())
}

fn page() -> Option<usize> {
    let mut stream = TcpStream::connect(ADDRESS).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let ask = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        ADDRESS.replace("127.0.0.1", "localhost")
    );
    stream.write_all(ask.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    (text.starts_with("HTTP/1.1 200") && text.contains("</html>")).then_some(text.len())
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_the_commands_in_the_code_blocks_only() {
        let text = "# A\n`cargo no`\n```sh\ncargo run -- demo   # a page\n```\ncargo nor this\n```\n$ x\ncargo x test\n```\n";
        let found: Vec<_> = super::code_lines(text)
            .filter(|line| line.starts_with("cargo "))
            .collect();
        assert_eq!(found, ["cargo run -- demo", "cargo x test"]);
    }
}
