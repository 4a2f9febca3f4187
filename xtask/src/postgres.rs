//! A PostgreSQL instance of our own: a fresh data folder, a free port, stopped by its
//! process id. PostgreSQL refuses to run as root; then it runs as its own system user.

use crate::database::Database;
use crate::process::{Guard, Result, Scratch, capture, is_root};
use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

pub struct Postgres {
    // The order matters: the server must have stopped before its folder goes.
    server: Guard,
    scratch: Scratch,
    port: u16,
    bin: PathBuf,
}

const SETTINGS: &[&str] = &[
    "max_connections=300",
    "shared_buffers=128MB",
    "log_min_messages=fatal",
];
const FORGETFUL: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

impl Postgres {
    /// Without `durable` it forgets a power cut for speed, which is right for tests only.
    pub fn start(durable: bool) -> Result<Self> {
        Self::start_in(Scratch::new("pg")?, durable)
    }

    /// With its data in that folder.
    pub fn start_in(scratch: Scratch, durable: bool) -> Result<Self> {
        let bin = bin()?;
        let who = if is_root() {
            Some(system_user()?)
        } else {
            None
        };
        if let Some((user, group)) = who {
            chown(scratch.path(), Some(user), Some(group))?;
        }
        let as_user = |program: &str| {
            let mut command = Command::new(bin.join(program));
            command.current_dir(scratch.path()).env("TZ", "UTC");
            if let Some((user, group)) = who {
                command.uid(user).gid(group);
            }
            command.arg("-D").arg(scratch.path().join("data"));
            command
        };
        let init = [
            "--locale=C",
            "-E",
            "UTF8",
            "-A",
            "trust",
            "-U",
            "market",
            "--no-sync",
        ];
        capture(as_user("initdb").args(init))?;
        let port = free_port()?;
        let mut command = as_user("postgres");
        command
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
            .arg(scratch.path());
        for setting in SETTINGS.iter().chain(if durable { &[] } else { FORGETFUL }) {
            command.args(["-c", setting]);
        }
        let log = fs::File::create(scratch.path().join("log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        let server = Guard::spawn(&mut command)?;
        let mut instance = Self {
            server,
            scratch,
            port,
            bin,
        };
        instance.wait_until_ready()?;
        Ok(instance)
    }

    fn wait_until_ready(&mut self) -> Result {
        let since = Instant::now();
        let mut ready = Command::new(self.program("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        while since.elapsed() < Duration::from_secs(30) {
            if self.server.ended().is_some() {
                break;
            }
            if capture(&mut ready).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("PostgreSQL did not start:\n{}", self.log()).into())
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.scratch.path().join("log")).unwrap_or_default()
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://market@127.0.0.1:{}/{database}", self.port)
    }

    pub fn database(&self, name: &str) -> Database {
        Database::Postgres {
            psql: self.program("psql"),
            url: self.url(name),
        }
    }

    pub fn create(&self, name: &str) -> Result<Database> {
        self.database("postgres")
            .change(&format!("CREATE DATABASE {name}"))?;
        Ok(self.database(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's "fast shutdown"; SIGTERM would wait for its clients.
        let _ = self.server.stop("INT", Duration::from_secs(20));
    }
}

/// The newest installed server's programs.
pub fn bin() -> Result<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("postgres").exists())
        .collect();
    found.sort();
    let newest = found
        .pop()
        .ok_or("no PostgreSQL server is installed: run `cargo x setup`")?;
    Ok(newest.1)
}

fn system_user() -> Result<(u32, u32)> {
    let of = |flag: &str| -> Result<u32> {
        let text = capture(Command::new("id").args([flag, "postgres"]))?;
        Ok(text.trim().parse()?)
    };
    Ok((of("-u")?, of("-g")?))
}

/// A port that was free a moment ago; whoever takes it first wins, and the loser says so.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

/// Whether a program of this name lies on the path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| Path::is_file(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_serves_is_copied_and_leaves_nothing_behind() {
        if bin().is_err() {
            return; // `cargo x setup` has not run here: `cargo x test` runs it first.
        }
        let instance = Postgres::start(false).unwrap();
        let database = instance.create("one").unwrap();
        let scratch = instance.scratch.path().to_path_buf();
        database
            .change("CREATE TABLE t (a TEXT, b BIGINT)")
            .unwrap();
        database
            .change("INSERT INTO t VALUES ('x', 1), ('y', NULL)")
            .unwrap();
        let copy = database.copy(&scratch, "two").unwrap();
        copy.change("DELETE FROM t WHERE a = 'x'").unwrap();
        assert_eq!(copy.rows("SELECT a, b FROM t").unwrap(), [["y", ""]]);
        assert_eq!(database.count("SELECT COUNT(*) FROM t").unwrap(), 2);
        assert!(database.change("SELECT nonsense").is_err());
        drop(instance);
        assert!(!scratch.exists());
        assert!(database.count("SELECT 1").is_err());
    }
}
