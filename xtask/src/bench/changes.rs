//! Steps of prepared orders: with the workers paused; as fast as it goes with the workers running, which leaves a backlog
//! behind; and at a pace that they keep up with.

use super::drive::{self, Drive, Figures, Range};
use super::table::{Bar, Row};
use super::{Bench, CONNECTIONS, WARM, backlog, yardstick};
use crate::database::{Database, Engine};
use crate::process::{Result, block_on};
use crate::server::Market;
use std::time::Duration;

/// Share of what pgbench does with the same four writes in one statement.
const OF_PGBENCH: f64 = 0.45;
/// The backlog may be at most what comes in so many seconds.
const BEHIND: f64 = 0.5;

pub fn paused(bench: &Bench, alone: &Database, range: &mut Range, rows: &mut Vec<Row>) -> Result {
    let market = bench.start(false)?;
    let figures = measure(bench, &market, range, None)?;
    market.stop()?;
    let beside = yardstick::engine(&bench.world, alone, bench.orders, bench.time)?;
    let mut bars = vec![Bar::at(bench.bars.paused)];
    if let (Engine::Postgres, Some((pgbench, _))) = (bench.engine, beside.first()) {
        bars.push(Bar {
            least: OF_PGBENCH * pgbench,
            of: Some("45 % of pgbench"),
        });
    }
    rows.push(Row {
        engine: bench.engine,
        what: "change, workers paused",
        figures,
        bars,
        beside,
        note: String::new(),
    });
    Ok(())
}

pub fn running(bench: &Bench, range: &mut Range, rows: &mut Vec<Row>) -> Result {
    let database = &bench.world.database;
    let market = bench.start(true)?;
    let (jobs, took) = backlog::gone(database)?;
    if jobs > 1000 {
        let rate = per_second(jobs, took);
        println!("with nothing else to do the workers did {jobs} jobs at {rate:.0}/s");
    }
    let before = backlog::done(database)?;
    let flat = measure(bench, &market, range, None)?;
    let meanwhile = per_second(backlog::done(database)? - before, bench.time + WARM);
    let (behind, caught_up) = backlog::gone(database)?;
    rows.push(Row {
        engine: bench.engine,
        what: "change, workers running",
        figures: flat,
        bars: Vec::new(),
        beside: Vec::new(),
        note: format!(
            "{meanwhile:.0} jobs/s done meanwhile, {behind} were left and done {:.1} s later",
            caught_up.as_secs_f64()
        ),
    });
    let held = held(bench, &market, range, meanwhile)?;
    rows.push(held);
    market.stop()
}

/// The workers must keep up. First a little slower than they did beside a crowd; if they fall behind, at the bar.
fn held(bench: &Bench, market: &Market, range: &mut Range, meanwhile: f64) -> Result<Row> {
    let bar = bench.bars.held;
    // A pace is never quite reached.
    let slow = bar * 1.03;
    let quick = meanwhile * 0.9;
    let database = &bench.world.database;
    let mut figures = None;
    for pace in [quick, slow].into_iter().skip(usize::from(quick <= slow)) {
        let most = pace * BEHIND;
        let ran = measure(bench, market, range, Some(pace))?;
        let behind = backlog::due(database)?;
        let kinds = backlog::kinds(database)?;
        backlog::gone(database)?;
        let note = format!("{behind} jobs due at the end, at most {most:.0} may be");
        #[expect(clippy::cast_precision_loss, reason = "a count of rows fits a double")]
        let kept_up = behind as f64 <= most;
        if kept_up {
            figures = Some((ran, note));
            break;
        }
        println!("at {pace:.0}/s the workers do not keep up: {note}: {kinds}");
    }
    let (figures, note) = figures.ok_or("the workers do not keep up with the bar's changes")?;
    Ok(Row {
        engine: bench.engine,
        what: "change, workers keep up",
        figures,
        bars: vec![Bar::at(bar)],
        beside: Vec::new(),
        note,
    })
}

/// Changes, counted afterwards as rows of the history and of the outbox.
fn measure(
    bench: &Bench,
    market: &Market,
    range: &mut Range,
    pace: Option<f64>,
) -> Result<Figures> {
    let drive = |time| Drive {
        connections: CONNECTIONS,
        time,
        pace,
    };
    // Connections open and statements planned: nothing that happens once after a start is measured.
    block_on(drive::changes(market, drive(WARM), range))?;
    let before = counts(&bench.world.database)?;
    let figures = block_on(drive::changes(market, drive(bench.time), range));
    let figures = bench.told(figures)?;
    let after = counts(&bench.world.database)?;
    let more = (after.0 - before.0, after.1 - before.1);
    let done = i64::try_from(figures.done)?;
    if more != (done, done) {
        return Err(format!(
            "{done} changes were answered, yet (history, outbox) grew by {more:?}"
        )
        .into());
    }
    Ok(figures)
}

fn counts(database: &Database) -> Result<(i64, i64)> {
    let events = database.count("SELECT COUNT(*) FROM status_events")?;
    let outbox =
        database.count("SELECT COUNT(*) FROM outbox WHERE kind = 'order.status_changed'")?;
    Ok((events, outbox))
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows fits a double")]
fn per_second(count: i64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
