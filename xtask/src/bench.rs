//! `cargo x bench`: real changes and whole pages per second over 32 connections, beside
//! what the engine alone can do on the same data in the same minute; then whole orders of
//! guests. Each change is counted afterwards, as one history row and one outbox row more,
//! and each order as one row and one place taken.

mod checkout;
mod drive;
mod yardstick;

use crate::database::{Database, Engine, Engines};
use crate::process::{Result, block_on, build_market, cargo, run as run_open};
use crate::server::World;
use checkout::{Manner, WINDOWS};
use drive::{Figures, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value_t = 100_000)]
    orders: u32,
    /// How long each figure is measured
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Measure one part of it
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// A release build to measure instead of this tree's, to compare two of them
    #[arg(long)]
    binary: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Steps of prepared orders, and their pages
    Changes,
    /// New orders, by guests
    Checkout,
}

const CONNECTIONS: u32 = 32;
const WARM: Duration = Duration::from_secs(1);
/// Shares of the yardstick, and pages per second, that must be reached.
const OF_SQLITE: f64 = 0.60;
const OF_PGBENCH: f64 = 0.45;
const PAGES: f64 = 3000.0;

pub fn run(args: &Args) -> Result {
    if cfg!(debug_assertions) {
        // An unoptimised client would take the cores from the server that it measures.
        let mut again = cargo(&["run", "--quiet", "--release", "--package", "xtask", "--"]);
        return run_open(again.args(std::env::args_os().skip(1)));
    }
    let binary = match &args.binary {
        Some(built) => built.canonicalize()?,
        None => build_market(true)?,
    };
    if args.only != Some(Part::Checkout) {
        yardstick::build()?;
    }
    let mut rows = Vec::new();
    for engine in args.engine.list() {
        once(*engine, &binary, args, &mut rows)
            .map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    let failed = print(&rows);
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n").into())
    }
}

struct Row {
    engine: Engine,
    what: &'static str,
    figures: Figures,
    /// The engine alone, per second.
    beside: Option<f64>,
    /// What must be reached, per second, and what that is.
    least: Option<(f64, &'static str)>,
    note: String,
}

fn once(engine: Engine, binary: &Path, args: &Args, rows: &mut Vec<Row>) -> Result {
    let world = World::new(engine, binary)?;
    println!("\n━━ {}: preparing {} orders", engine.name(), args.orders);
    world.start(args.orders, false)?.stop()?;
    if args.only != Some(Part::Checkout) {
        changes(&world, engine, args, rows)?;
    }
    if args.only != Some(Part::Changes) {
        checkouts(&world, engine, args, rows)?;
    }
    Ok(())
}

fn changes(world: &World, engine: Engine, args: &Args, rows: &mut Vec<Row>) -> Result {
    let alone = world.database.copy(world.scratch.path(), "alone")?;
    let mut range = Range::new(args.orders);
    let time = Duration::from_secs(args.seconds);
    for jobs in [false, true] {
        let market = world.start(args.orders, jobs)?;
        // Connections open and statements planned: nothing that happens once after a start is measured.
        block_on(drive::changes(&market, CONNECTIONS, WARM, &mut range))?;
        let before = counts(&world.database)?;
        let changes = block_on(drive::changes(&market, CONNECTIONS, time, &mut range));
        let changes = changes.map_err(|error| format!("{error}\n{}", world.log()))?;
        let after = counts(&world.database)?;
        let pages = block_on(drive::pages(&market, CONNECTIONS, time, args.orders))?;
        market.stop()?;
        let beside = yardstick::measure(world, &alone, args.orders, args.seconds)?;
        let more = (after.0 - before.0, after.1 - before.1);
        let done = i64::try_from(changes.done)?;
        if more != (done, done) {
            return Err(format!(
                "{done} changes were answered, yet (history, outbox) grew by {more:?}"
            )
            .into());
        }
        let [change, page] = if jobs {
            ["change, workers running", "page, workers running"]
        } else {
            ["change, workers paused", "page, workers paused"]
        };
        let least = match engine {
            Engine::Sqlite => Some((OF_SQLITE * beside, "60 % of raw SQLite")),
            // pgbench does the four writes and no jobs: with the workers running it is printed and no gate.
            Engine::Postgres => (!jobs).then_some((OF_PGBENCH * beside, "45 % of pgbench")),
        };
        rows.push(Row {
            engine,
            what: change,
            figures: changes,
            beside: Some(beside),
            least,
            note: String::new(),
        });
        rows.push(Row {
            engine,
            what: page,
            figures: pages,
            beside: None,
            least: Some((PAGES, "3,000 pages/s")),
            note: String::new(),
        });
    }
    Ok(())
}

/// Guests who buy, with workers paused and running; then all of them in one window, and by way of every page.
fn checkouts(world: &World, engine: Engine, args: &Args, rows: &mut Vec<Row>) -> Result {
    let time = Duration::from_secs(args.seconds);
    let next = Arc::new(AtomicU32::new(1));
    let (least, of, goal) = match engine {
        Engine::Sqlite => (200.0, "200 orders/s", 300.0),
        Engine::Postgres => (100.0, "100 orders/s", 150.0),
    };
    let every = Manner {
        windows: WINDOWS,
        looks: false,
    };
    let hot = Manner {
        windows: 1,
        ..every
    };
    let looking = Manner {
        looks: true,
        ..every
    };
    for (what, manner, jobs, gated) in [
        ("order, workers paused", every, false, true),
        ("order, one hot window", hot, false, false),
        ("order, every page seen", looking, false, false),
        ("order, workers running", every, true, true),
    ] {
        let market = world.start(args.orders, jobs)?;
        let run = |time| {
            let ran = block_on(checkout::run(&market, CONNECTIONS, time, manner, &next));
            ran.map_err(|error| format!("{error}\n{}", world.log()))
        };
        run(WARM)?;
        let before = ordered(&world.database)?;
        let (figures, requests) = run(time)?;
        let after = ordered(&world.database)?;
        market.stop()?;
        let more = (after.0 - before.0, after.1 - before.1);
        let done = i64::try_from(figures.done)?;
        if more != (done, done) {
            return Err(format!(
                "{done} orders were answered, yet (orders, places taken) grew by {more:?}"
            )
            .into());
        }
        let rate = figures.rate();
        let reached = if rate >= goal {
            "reached"
        } else {
            "not reached"
        };
        rows.push(Row {
            engine,
            what,
            figures,
            beside: None,
            least: gated.then_some((least, of)),
            note: format!("  {requests} requests an order; the next goal, {goal}/s, is {reached}"),
        });
    }
    Ok(())
}

/// The orders of the bench's guests, and the places they have in its windows.
fn ordered(database: &Database) -> Result<(i64, i64)> {
    let orders = database.count(
        "SELECT COUNT(*) FROM orders WHERE customer_email LIKE 'guest%@bench.example.org'",
    )?;
    let taken = database
        .count("SELECT CAST(SUM(taken) AS BIGINT) FROM windows WHERE id LIKE 'win_checkout_%'")?;
    Ok((orders, taken))
}

fn counts(database: &Database) -> Result<(i64, i64)> {
    let events = database.count("SELECT COUNT(*) FROM status_events")?;
    let outbox =
        database.count("SELECT COUNT(*) FROM outbox WHERE kind = 'order.status_changed'")?;
    Ok((events, outbox))
}

/// Prints the table; returns the gates that were missed.
fn print(rows: &[Row]) -> Vec<String> {
    let mut failed = Vec::new();
    println!(
        "\n{:<11}{:<25}{:>8}{:>8}{:>8}{:>8}{:>10}{:>7}",
        "engine", "what", "per s", "p50 ms", "p95 ms", "p99 ms", "alone/s", "ratio"
    );
    for Row {
        engine,
        what,
        figures,
        beside,
        least,
        note,
    } in rows
    {
        let rate = figures.rate();
        let [p50, p95, p99] = [0.50, 0.95, 0.99].map(|share| figures.percentile(share));
        print!(
            "{:<11}{what:<25}{rate:>8.0}{p50:>8.2}{p95:>8.2}{p99:>8.2}",
            engine.name()
        );
        match beside {
            Some(alone) => println!("{alone:>10.0}{:>7.2}", rate / alone),
            None => println!("{note}"),
        }
        let Some((least, of)) = *least else { continue };
        if rate < least {
            failed.push(format!(
                "{}, {what}: {rate:.0}/s is less than {of} ({least:.0}/s)",
                engine.name()
            ));
        }
    }
    println!(
        "order = a guest's, whole: three products into the cart, who, when and where, the sum, yes\n\
         alone = the same four writes: raw SQLite with one COMMIT each, pgbench with one statement, 32 clients"
    );
    failed
}
