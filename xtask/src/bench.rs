//! `cargo x bench`: changes and whole pages per second over 32 connections on a market of 100,000 orders, and whole
//! orders of guests. Each figure stands beside its yardstick, measured in the same minute on the same data: what the
//! engine does alone with the same statements, what axum does with a page of that size that is already made. Each change
//! is counted afterwards, as one history row and one outbox row more, and each order as one row and one place taken.

mod backlog;
mod changes;
mod checkout;
mod drive;
mod pages;
mod table;
mod yardstick;

use crate::database::{Engine, Engines};
use crate::process::{Result, again_optimised, build_market};
use crate::server::{Market, World};
use drive::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use table::Row;

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
    /// Steps of prepared orders, with the workers paused and running
    Changes,
    /// Tracking pages of prepared orders
    Pages,
    /// New orders, by guests
    Checkout,
}

const CONNECTIONS: u32 = 32;
const WARM: Duration = Duration::from_secs(1);

/// What must be reached, per second.
struct Bars {
    /// Changes, while no worker works.
    paused: f64,
    /// Changes that the workers keep up with.
    held: f64,
    /// Tracking pages, each of another order.
    pages: f64,
    /// Whole orders of guests.
    checkout: f64,
}

impl Bars {
    const fn of(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self {
                paused: 5000.0,
                held: 1500.0,
                pages: 8000.0,
                checkout: 300.0,
            },
            Engine::Postgres => Self {
                paused: 2000.0,
                held: 1000.0,
                pages: 4000.0,
                checkout: 150.0,
            },
        }
    }
}

/// One engine's market and how it is measured.
struct Bench {
    world: World,
    engine: Engine,
    orders: u32,
    time: Duration,
    bars: Bars,
}

impl Bench {
    fn start(&self, workers: bool) -> Result<Market> {
        self.world.start(self.orders, workers)
    }

    /// With the server's own last words where something failed.
    fn told<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| format!("{error}\n{}", self.world.log()).into())
    }
}

pub fn run(args: &Args) -> Result {
    if let Some(ended) = again_optimised() {
        return ended;
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
    let failed = table::print(&rows);
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n").into())
    }
}

fn once(engine: Engine, binary: &Path, args: &Args, rows: &mut Vec<Row>) -> Result {
    let bench = Bench {
        world: World::new(engine, binary)?,
        engine,
        orders: args.orders,
        time: Duration::from_secs(args.seconds),
        bars: Bars::of(engine),
    };
    println!("\n━━ {}: preparing {} orders", engine.name(), args.orders);
    bench.start(false)?.stop()?;
    let measures = |part| args.only.is_none_or(|only| only == part);
    let mut range = Range::new(args.orders);
    if measures(Part::Changes) {
        let alone = bench
            .world
            .database
            .copy(bench.world.scratch.path(), "alone")?;
        changes::paused(&bench, &alone, &mut range, rows)?;
    }
    if measures(Part::Pages) {
        pages::run(&bench, rows)?;
    }
    if measures(Part::Changes) {
        changes::running(&bench, &mut range, rows)?;
    }
    if measures(Part::Checkout) {
        checkout::measure(&bench, rows)?;
    }
    Ok(())
}
