//! `cargo x setup`: installs what the tests need from the public package managers, and
//! only what is missing. Without the right to install it prints the line to run instead.

use crate::postgres::{self, on_path};
use crate::process::{Result, capture, cargo, is_root, root, run as run_open};
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(clap::Args)]
pub struct Args {}

pub fn run(_args: &Args) -> Result {
    packages()?;
    coverage_tool()?;
    browser_driver()
}

/// Debian's packages, each with the sign by which it is known to be there.
fn missing() -> Result<Vec<String>> {
    let file = |path: &str| Path::new(path).exists();
    let have_node = on_path("node").is_some() && on_path("npm").is_some();
    let llvm = llvm_major()?;
    let wanted: [(&str, bool); 12] = [
        (
            "postgresql",
            postgres::bin().is_ok_and(|bin| bin.join("pgbench").exists()),
        ),
        ("sqlite3", on_path("sqlite3").is_some()),
        ("chromium", file("/usr/bin/chromium")),
        (
            "fonts-noto-core",
            file("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"),
        ),
        (
            "fonts-liberation",
            has_entries("/usr/share/fonts/truetype/liberation*"),
        ),
        ("nodejs", have_node),
        ("npm", have_node),
        (
            "python3-venv",
            capture(Command::new("python3").args(["-c", "import ensurepip"])).is_ok(),
        ),
        ("curl", on_path("curl").is_some()),
        ("procps", on_path("ps").is_some()),
        (
            "ca-certificates",
            file("/etc/ssl/certs/ca-certificates.crt"),
        ),
        (&format!("llvm-{llvm}"), llvm_tool("llvm-cov").is_ok()),
    ];
    Ok(wanted
        .iter()
        .filter(|(_, there)| !there)
        .map(|(name, _)| (*name).to_owned())
        .collect())
}

fn has_entries(pattern: &str) -> bool {
    capture(Command::new("sh").args(["-c", &format!("ls -d {pattern}")])).is_ok()
}

fn packages() -> Result {
    let missing = missing()?;
    if missing.is_empty() {
        return Ok(());
    }
    let line = format!(
        "apt-get install --yes --no-install-recommends {}",
        missing.join(" ")
    );
    let before: &[&str] = if is_root() {
        &[]
    } else if capture(Command::new("sudo").args(["-n", "true"])).is_ok() {
        &["sudo", "-n"]
    } else {
        let config = format!("echo '{NO_CLUSTER}' | sudo tee {CLUSTER_CONFIG}");
        return Err(format!(
            "these packages are missing and neither root nor sudo without a password is at hand. Run:\n  \
             sudo mkdir -p /etc/postgresql-common && {config}\n  sudo apt-get update && sudo {line}"
        )
        .into());
    };
    if missing.iter().any(|name| name == "postgresql") {
        no_cluster(before)?;
    }
    let install = || {
        run_open(&mut privileged(before, "apt-get", &["update"]))?;
        let mut command = privileged(
            before,
            "apt-get",
            &["install", "--yes", "--no-install-recommends"],
        );
        // Our own createcluster.conf is kept without a question that nobody could answer.
        command.args([
            "-o",
            "Dpkg::Options::=--force-confdef",
            "-o",
            "Dpkg::Options::=--force-confold",
        ]);
        run_open(command.args(&missing))
    };
    // A mirror that was just being updated is right a moment later.
    install().or_else(|_| install())
}

const CLUSTER_CONFIG: &str = "/etc/postgresql-common/createcluster.conf";
const NO_CLUSTER: &str = "create_main_cluster = false";

/// Debian would start a server of its own at once; the tests start private ones.
fn no_cluster(before: &[&str]) -> Result {
    if Path::new(CLUSTER_CONFIG).exists() {
        return Ok(());
    }
    let script =
        format!("mkdir -p /etc/postgresql-common && echo '{NO_CLUSTER}' > {CLUSTER_CONFIG}");
    run_open(&mut privileged(before, "sh", &["-c", &script]))
}

fn privileged(before: &[&str], program: &str, args: &[&str]) -> Command {
    let mut words =
        before
            .iter()
            .copied()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", program]);
    let mut command = Command::new(words.next().unwrap_or("env"));
    command.args(words).args(args);
    command
}

/// The version of LLVM that rustc was built with: its tools must be as new.
fn llvm_major() -> Result<u32> {
    let text = capture(Command::new("rustc").arg("-vV"))?;
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "));
    let major = version.and_then(|version| version.split('.').next());
    Ok(major
        .ok_or("rustc does not tell its LLVM version")?
        .parse()?)
}

/// `llvm-cov` or `llvm-profdata`: the toolchain's own where it has them, else Debian's.
pub fn llvm_tool(name: &str) -> Result<PathBuf> {
    let libs = capture(Command::new("rustc").args(["--print", "target-libdir"]))?;
    let own = Path::new(libs.trim()).join("../bin").join(name);
    let debian = PathBuf::from(format!("/usr/bin/{name}-{}", llvm_major()?));
    let found = [own, debian].into_iter().find(|tool| tool.exists());
    Ok(found.ok_or_else(|| format!("{name} is missing: run `cargo x setup`"))?)
}

fn coverage_tool() -> Result {
    if capture(&mut cargo(&["llvm-cov", "--version"])).is_ok() {
        return Ok(());
    }
    let mut install = cargo(&["install", "cargo-llvm-cov", "--locked", "--version", "^0.9"]);
    // Out of our own target folder, whose lock a caller may hold.
    install.env_remove("CARGO_TARGET_DIR");
    run_open(&mut install)
}

/// The browser tests' packages.
pub fn browser_driver() -> Result {
    node_packages(&root().join("e2e"))
}

/// Two hundred packages that only `cargo x lighthouse` needs, which fetches them itself.
pub fn lighthouse() -> Result {
    node_packages(&root().join("e2e/lighthouse"))
}

/// When they have changed or were never installed.
fn node_packages(folder: &Path) -> Result {
    let changed = |path: &str| {
        folder
            .join(path)
            .metadata()
            .and_then(|data| data.modified())
            .ok()
    };
    let Some(wanted) = changed("package-lock.json") else {
        return Ok(());
    };
    if changed("node_modules/.package-lock.json").is_some_and(|installed| installed >= wanted) {
        return Ok(());
    }
    run_open(
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder),
    )
}
