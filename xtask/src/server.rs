//! The product under test: `market demo --load-test` on a fresh database of its own.

use crate::database::{Database, Engine};
use crate::postgres::{Postgres, free_port};
use crate::process::{Guard, Result, Scratch};
use serde_json::Value;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A folder, a database and a port, on which the server may be started again and again.
pub struct World {
    pub database: Database,
    pub postgres: Option<Postgres>,
    pub scratch: Scratch,
    /// Variables the server is started with: `MARKET_HTTP_CONNECTIONS` and its like.
    pub settings: Vec<(&'static str, String)>,
    port: u16,
    binary: PathBuf,
}

pub struct Market {
    guard: Guard,
    /// `address:port`
    pub host: String,
    pub order: String,
    pub token: String,
    pub bench_token: String,
}

impl World {
    pub fn new(engine: Engine, binary: &Path) -> Result<Self> {
        let scratch = Scratch::new("world")?;
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(Postgres::start(true)?),
        };
        let database = match &postgres {
            None => Database::Sqlite(scratch.path().join("market.db")),
            Some(server) => server.create("market")?,
        };
        Self::with(database, postgres, scratch, binary)
    }

    /// On a database that lies elsewhere.
    pub fn on(database: Database, binary: &Path) -> Result<Self> {
        Self::with(database, None, Scratch::new("world")?, binary)
    }

    fn with(
        database: Database,
        postgres: Option<Postgres>,
        scratch: Scratch,
        binary: &Path,
    ) -> Result<Self> {
        let port = free_port()?;
        Ok(Self {
            database,
            postgres,
            scratch,
            settings: Vec::new(),
            port,
            binary: binary.to_path_buf(),
        })
    }

    /// Returns when the server has said that it accepts connections.
    pub fn start(&self, orders: u32, jobs: bool) -> Result<Market> {
        let out = self.scratch.path().join("market.out");
        let err = self.scratch.path().join("market.err");
        let mut command = Command::new(&self.binary);
        command.args([
            "demo",
            "--load-test",
            "--json",
            "--port",
            &self.port.to_string(),
        ]);
        command.arg("--data").arg(self.scratch.path().join("data"));
        command.args(["--database-url", &self.database.url()]);
        if orders > 0 {
            command.args(["--orders", &orders.to_string()]);
        }
        if !jobs {
            command.arg("--no-jobs");
        }
        command.current_dir(self.scratch.path());
        command.envs(self.settings.iter().cloned());
        command
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?);
        let mut guard = Guard::spawn(&mut command)?;
        let since = Instant::now();
        while since.elapsed() < Duration::from_mins(2) {
            if let Some(told) = told(&out) {
                return Market::new(guard, &told);
            }
            if guard.ended().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let words = fs::read_to_string(&err).unwrap_or_default()
            + &fs::read_to_string(&out).unwrap_or_default();
        Err(format!("the server did not start:\n{}", words.trim()).into())
    }

    /// The last lines of the server's own log, for the report of a failure.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.scratch.path().join("market.err")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// The line of JSON in which the server says where it is, once it has written all of it.
fn told(out: &Path) -> Option<Value> {
    let text = fs::read_to_string(out).ok()?;
    let line = text.lines().find(|line| line.starts_with('{'))?;
    serde_json::from_str(line).ok()
}

impl Market {
    fn new(guard: Guard, told: &Value) -> Result<Self> {
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let host = text("url");
        let host = host
            .strip_prefix("http://")
            .ok_or("the server told no http address")?;
        Ok(Self {
            guard,
            host: host.trim_end_matches('/').to_owned(),
            order: text("test_order_id"),
            token: text("test_token"),
            bench_token: text("bench_token"),
        })
    }

    pub fn kill(&mut self) -> Result {
        self.guard.kill()
    }

    /// Asks it to end as an operator would; a code other than 0 is a failure.
    pub fn stop(mut self) -> Result {
        let status = self.guard.stop("TERM", Duration::from_secs(15))?;
        if status.success() {
            return Ok(());
        }
        Err(format!("after SIGTERM the server ended with {status}, not with 0").into())
    }

    /// Its own memory in kilobytes: pages that belong to no file.
    pub fn memory(&self) -> Result<u64> {
        memory_of(self.guard.pid())
    }

    pub fn pid(&self) -> u32 {
        self.guard.pid()
    }

    /// How many files it has open, sockets among them.
    pub fn files(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.pid()))?.count())
    }
}

pub fn memory_of(pid: u32) -> Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .ok_or("no RssAnon")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}
