//! `cargo x stampede`: a thousand clients ask for the same step of one order at once.
//! Everyone is told 200, and the history has exactly one event more.

use crate::database::{Engine, Engines};
use crate::http::{Client, set_status};
use crate::process::{Result, block_on, build_market};
use crate::server::{Market, World};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Barrier;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    #[arg(long, default_value_t = 1000)]
    clients: usize,
}

pub fn run(args: &Args) -> Result {
    let binary = build_market(true)?;
    for engine in args.engine.list() {
        once(*engine, args.clients, &binary)
            .map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    Ok(())
}

fn once(engine: Engine, clients: usize, binary: &std::path::Path) -> Result {
    let world = World::new(engine, binary)?;
    let market = world.start(0, true)?;
    for status in ["PREPARING", "READY"] {
        let before = events(&world, &market.order)?;
        let since = Instant::now();
        let changed = block_on(rush(&market, clients, status))?;
        let took = since.elapsed();
        let more = events(&world, &market.order)? - before;
        println!(
            "{:<11} {status:<10} {clients} × 200 in {} ms, {changed} changed, {more} event more",
            engine.name(),
            took.as_millis()
        );
        if (changed, more) != (1, 1) {
            return Err(format!(
                "exactly one must change and one event be written:\n{}",
                world.log()
            )
            .into());
        }
    }
    market.stop()
}

fn events(world: &World, order: &str) -> Result<i64> {
    world.database.count(&format!(
        "SELECT COUNT(*) FROM status_events WHERE order_id = '{order}'"
    ))
}

/// How many were told that it was they who changed it; an answer other than 200 is an error.
async fn rush(market: &Market, clients: usize, status: &'static str) -> Result<usize> {
    let gate = Arc::new(Barrier::new(clients));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (gate, host) = (gate.clone(), market.host.clone());
        let ask = set_status(&host, &market.order, &market.token, status);
        all.spawn(async move {
            // Whoever cannot connect still goes to the gate, or all others would wait for ever.
            let client = Client::connect(&host).await;
            gate.wait().await;
            client?.send(&ask).await
        });
    }
    let (mut changed, mut wrong) = (0, Vec::new());
    while let Some(answer) = all.join_next().await {
        match answer? {
            Ok(answer) if answer.status == 200 => {
                changed += usize::from(answer.json()["changed"].as_bool() == Some(true));
            }
            Ok(answer) => wrong.push(answer.words()),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    match wrong.first() {
        None => Ok(changed),
        Some(first) => Err(format!(
            "{} of {clients} were not told 200; first: {first}",
            wrong.len()
        )
        .into()),
    }
}
