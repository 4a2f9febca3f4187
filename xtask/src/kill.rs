//! `cargo x kill`: `kill -9`, again and again, inside a stream of real changes. What was
//! answered is written down in this process, which survives; afterwards the database is
//! read with the engine's own program and compared. The checker itself is proved each
//! time on copies of the database in which one event was lost and one doubled.

pub mod check;
pub mod stream;

use crate::database::{Database, Engine, Engines};
use crate::process::{Result, block_on, build_market};
use crate::server::{Market, World};
use check::{Dump, problems};
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};
use stream::{Answered, Stream};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// How often the server is killed
    #[arg(long, default_value_t = 20)]
    kills: u32,
    #[arg(long, default_value_t = 3000)]
    orders: u32,
    /// One kill only: enough to prove that the checker sees a lost and a doubled event
    #[arg(long)]
    self_test: bool,
    /// A build without optimisation: what it does is the same, only slower
    #[arg(long)]
    debug: bool,
}

/// Answers that must have come since the last start before the next kill.
const ANSWERS: u64 = 200;

pub fn run(args: &Args) -> Result {
    let binary = build_market(!args.debug)?;
    let kills = if args.self_test { 1 } else { args.kills };
    for engine in args.engine.list() {
        once(*engine, &binary, args.orders, kills)
            .map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    Ok(())
}

fn once(engine: Engine, binary: &Path, orders: u32, kills: u32) -> Result {
    let world = World::new(engine, binary)?;
    let storm = storm(&world, orders, kills, |_, market| market.kill());
    let (answers, seeded) = block_on(storm)?;
    let changed = answers.iter().filter(|answer| answer.changed).count();
    let touched: HashSet<_> = answers.iter().map(|answer| &answer.farm_order).collect();
    let (name, touched) = (engine.name(), touched.len());
    println!("{name:<11} {changed} changes answered over {touched} orders, {kills} kills");
    if kills >= 20 && touched < 2000 {
        return Err("a stream over fewer than 2,000 orders proves too little".into());
    }
    let dump = Dump::read(&world.database)?;
    let found = problems(&dump, &answers, &seeded);
    report("the database after the last kill", &found)?;
    println!(
        "{:<11} {} events, {} outbox rows: nothing lost, nothing doubled",
        "",
        dump.events.len(),
        dump.outbox.len()
    );
    self_test(&world, &answers, &seeded)
}

pub fn report(what: &str, found: &[String]) -> Result {
    if found.is_empty() {
        return Ok(());
    }
    let some: Vec<&str> = found.iter().take(10).map(String::as_str).collect();
    Err(format!(
        "{what} has {} problems:\n  {}",
        found.len(),
        some.join("\n  ")
    )
    .into())
}

/// The ids of all events there are.
pub fn events(database: &Database) -> Result<HashSet<String>> {
    let rows = database.rows("SELECT id FROM status_events")?.into_iter();
    Ok(rows.map(|row| row.concat()).collect())
}

/// Changes under way, and the server ended `kills` times in its own way.
/// The answers, and the events that were there before the first request.
pub async fn storm(
    world: &World,
    orders: u32,
    kills: u32,
    mut end: impl FnMut(&Stream, &mut Market) -> Result,
) -> Result<(Vec<Answered>, HashSet<String>)> {
    let mut market = world.start(orders, true)?;
    let seeded = events(&world.database)?;
    let stream = Stream::open(orders, &market);
    for round in 1..=kills {
        // A different moment each time, yet the same ones in each run.
        let wanted = ANSWERS + u64::from(round * 37 % 50);
        stream
            .wait_for(wanted)
            .await
            .map_err(|error| format!("{error}\n{}", world.log()))?;
        let (answered, flying) = (stream.answered(), stream.flying());
        if flying == 0 {
            return Err(format!("kill {round}: no request was in flight").into());
        }
        end(&stream, &mut market)?;
        let since = Instant::now();
        market = world.start(orders, true)?;
        println!(
            "  end {round:>2}: {answered} answered since the start, {flying} in flight, back in {} ms",
            since.elapsed().as_millis()
        );
        stream.next(&market);
    }
    stream.wait_for(ANSWERS).await?;
    let (answers, cut) = stream.close().await?;
    println!("  {cut} requests were cut off by the kills");
    if cut < u64::from(kills) {
        return Err("a kill that cuts off no request proves nothing".into());
    }
    // The jobs may finish, so that their rows are looked at in their last state as well.
    tokio::time::sleep(Duration::from_secs(1)).await;
    market.stop()?;
    Ok((answers, seeded))
}

/// A checker that cannot fail proves nothing: two faults are planted, both must be seen.
fn self_test(world: &World, answers: &[Answered], seeded: &HashSet<String>) -> Result {
    let last = answers.iter().rev().find(|answer| answer.changed);
    let last = last.ok_or("nothing was changed")?;
    let (farm_order, status) = (&last.farm_order, last.status);
    let of = format!("farm_order_id = '{farm_order}' AND to_status = '{status}'");
    let lost = format!("DELETE FROM status_events WHERE {of}");
    let doubled = format!(
        "CREATE TABLE planted AS SELECT * FROM status_events WHERE {of}; \
         UPDATE planted SET id = 'planted', seq = seq + 1; \
         INSERT INTO status_events SELECT * FROM planted; DROP TABLE planted"
    );
    for (name, sign, change) in [
        ("lost", "was answered and is lost", lost),
        ("doubled", "twice in a row", doubled),
    ] {
        let copy = world.database.copy(world.scratch.path(), name)?;
        unlock(&copy)?;
        copy.change(&change)?;
        let found = problems(&Dump::read(&copy)?, answers, seeded);
        let Some(problem) = found.iter().find(|problem| problem.contains(sign)) else {
            return Err(
                format!("the checker is blind to a {name} event, it saw: {found:?}").into(),
            );
        };
        println!("{:<11} self-test, {name} event: seen ({problem})", "");
    }
    Ok(())
}

/// The history is append-only by triggers; in a copy they stand in the way.
fn unlock(copy: &Database) -> Result {
    match copy {
        Database::Sqlite(_) => {
            let sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'status_events'";
            for row in copy.rows(sql)? {
                copy.change(&format!("DROP TRIGGER {}", row.concat()))?;
            }
            Ok(())
        }
        Database::Postgres { .. } => copy.change("ALTER TABLE status_events DISABLE TRIGGER USER"),
    }
}
