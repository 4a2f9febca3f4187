//! `cargo x cut`: clients that go away. Each request's socket is closed within 20 ms after it was sent, at a moment of its
//! own, whether it was answered or not. Afterwards the database is asked: every change is whole or absent, what was
//! answered is there, no transaction is open, and the server holds no more files than before.

use crate::database::{Database, Engine, Engines};
use crate::http::{Answer, Client, keyed, request, set_status};
use crate::kill::check::{Dump, problems};
use crate::kill::stream::{Answered, read};
use crate::kill::{events, report};
use crate::process::{Result, block_on, build_market};
use crate::server::{Market, World};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    #[arg(long, default_value_t = 5000)]
    requests: u64,
    #[arg(long, default_value_t = 3000)]
    orders: u32,
    /// A build without optimisation: what it does is the same, only slower
    #[arg(long)]
    debug: bool,
}

const CLIENTS: usize = 16;
const LONGEST: Duration = Duration::from_millis(20);
/// How long the server may need to come to rest.
const PATIENCE: Duration = Duration::from_secs(10);
const STEPS: [&str; 2] = ["PREPARING", "READY"];
const BUYER: &str = "cut@bench.example.org";

pub fn run(args: &Args) -> Result {
    if args.requests > u64::from(args.orders) * 2 {
        return Err("each step is asked for once: give more --orders".into());
    }
    let binary = build_market(!args.debug)?;
    for engine in args.engine.list() {
        once(*engine, &binary, args).map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    Ok(())
}

fn once(engine: Engine, binary: &Path, args: &Args) -> Result {
    let world = World::new(engine, binary)?;
    let market = world.start(args.orders, true)?;
    let seeded = events(&world.database)?;
    let stock = stock(&world.database)?;
    block_on(works(&market, args.orders))?;
    let files = market.files()?;
    let told =
        block_on(storm(&market, args)).map_err(|error| format!("{error}\n{}", world.log()))?;
    at_rest(&world.database)?;
    let connections = connections(&world.database)?;
    block_on(works(&market, args.orders))?;
    files_closed(&market, files)?;
    market.stop()?;

    let dump = Dump::read(&world.database)?;
    report("the database", &problems(&dump, &told.steps, &seeded))?;
    let (orders, first) = placed(&world.database, stock, &told)?;
    let steps = dump.events.len() - seeded.len() - first;
    let answered = told.steps.iter().filter(|step| step.changed).count();
    let whole = (steps - answered) + (orders - told.placed.len());
    println!(
        "{:<11} {} requests, {} cut off: {whole} of them whole, the others absent; {} answered, all there",
        engine.name(),
        args.requests,
        told.cut,
        told.steps.len() + told.placed.len(),
    );
    println!(
        "{:<11} at rest: nothing open{connections}, {files} files as before",
        ""
    );
    if whole == 0 || whole as u64 >= told.cut {
        return Err("the cuts were all too early or all too late: they prove nothing".into());
    }
    Ok(())
}

/// What clients were told before they went.
#[derive(Default)]
struct Told {
    steps: Vec<Answered>,
    /// Ids of orders.
    placed: Vec<String>,
    cut: u64,
}

async fn storm(market: &Market, args: &Args) -> Result<Told> {
    let next = Arc::new(AtomicU64::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (next, host, token) = (
            next.clone(),
            market.host.clone(),
            market.bench_token.clone(),
        );
        let (requests, orders) = (args.requests, u64::from(args.orders));
        clients.spawn(async move {
            let mut told = Told::default();
            loop {
                let nth = next.fetch_add(1, Ordering::Relaxed);
                if nth >= requests {
                    return Ok(told);
                }
                one(&mut told, &host, &token, nth, orders).await?;
            }
        });
    }
    let mut told = Told::default();
    while let Some(ended) = clients.join_next().await {
        let more: Result<Told> = ended?;
        let more = more?;
        told.steps.extend(more.steps);
        told.placed.extend(more.placed);
        told.cut += more.cut;
    }
    Ok(told)
}

/// A step, a step with a key, or an order of three farms.
async fn one(told: &mut Told, host: &str, token: &str, nth: u64, orders: u64) -> Result {
    let buys = nth % 4 == 3;
    let step = STEPS[usize::from(nth >= orders)];
    let ask = if buys {
        keyed(&buy(host, token, nth), &format!("cut-order-{nth}"))
    } else {
        let ask = set_status(host, &format!("bench_{:06}", nth % orders + 1), token, step);
        match nth % 4 {
            0 => keyed(&ask, &format!("cut-step-{nth}")),
            _ => ask,
        }
    };
    let mut client = Client::connect(host).await?;
    // With the future the socket goes.
    let Ok(answer) = tokio::time::timeout(patience(nth), client.send(&ask)).await else {
        told.cut += 1;
        return Ok(());
    };
    let answer = answer?;
    let known = if buys {
        id_of(&answer).map(|id| told.placed.push(id))
    } else {
        read(&answer, step).map(|step| told.steps.push(step))
    };
    known.ok_or_else(|| format!("request {nth}: {}", answer.words()).into())
}

fn buy(host: &str, token: &str, nth: u64) -> Vec<u8> {
    let lines: Vec<String> = (0..3)
        .map(|line| {
            let product = (nth + line) % 40;
            format!("{{\"product_id\":\"prd_checkout_{product:02}\",\"quantity\":\"2\"}}")
        })
        .collect();
    let body = format!(
        "{{\"lines\":[{}],\"window_id\":\"win_checkout_{}\",\"name\":\"Cut\",\"email\":\"{BUYER}\"}}",
        lines.join(","),
        nth % 8
    );
    request("POST", host, "/api/orders", token, &body)
}

fn id_of(answer: &Answer) -> Option<String> {
    let id = answer.json()["id"].as_str()?.to_owned();
    (answer.status == 201).then_some(id)
}

/// From 0 to 20 ms, the same in each run, and more often short than long: most answers come soon.
fn patience(nth: u64) -> Duration {
    // SplitMix64.
    let mut z = (nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let part = u32::try_from((z ^ (z >> 31)) % 1000).unwrap_or(0);
    LONGEST * part / 1000 * part / 1000
}

/// Whoever stays is answered, on as many connections as there were.
async fn works(market: &Market, orders: u32) -> Result {
    let mut clients = JoinSet::new();
    for nth in 0..CLIENTS {
        let id = format!("bench_{:06}", orders as usize - nth);
        let ask = request(
            "GET",
            &market.host,
            &format!("/api/orders/{id}"),
            &market.bench_token,
            "",
        );
        let host = market.host.clone();
        clients.spawn(async move { Client::connect(&host).await?.send(&ask).await });
    }
    while let Some(answer) = clients.join_next().await {
        let answer = answer??;
        if answer.status != 200 {
            return Err(format!("one who stayed was told {}", answer.words()).into());
        }
    }
    Ok(())
}

/// Tries until it is so.
fn until(what: &str, mut is_so: impl FnMut() -> Result<Option<String>>) -> Result {
    let since = Instant::now();
    loop {
        match is_so()? {
            None => return Ok(()),
            Some(left) if since.elapsed() > PATIENCE => {
                return Err(format!("{what}: {left} after {} s", PATIENCE.as_secs()).into());
            }
            Some(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn at_rest(database: &Database) -> Result {
    until("transactions are open", || match database {
        // Only where nobody has a snapshot or a transaction open can the whole log be folded in.
        Database::Sqlite(_) => {
            let row = database.rows("PRAGMA wal_checkpoint(TRUNCATE)")?.concat();
            let busy = row.first().is_none_or(|busy| busy != "0");
            Ok(busy.then(|| row.join(" ")))
        }
        Database::Postgres { .. } => {
            let open = database.count(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'market' \
                 AND state <> 'idle'",
            )?;
            Ok((open > 0).then(|| open.to_string()))
        }
    })
}

fn connections(database: &Database) -> Result<String> {
    if matches!(database, Database::Sqlite(_)) {
        return Ok(String::new());
    }
    let count = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'market'";
    let count = database.count(count)?;
    if count > 20 {
        return Err(format!("{count} connections, the pool has 20").into());
    }
    Ok(format!(", {count} connections in the pool"))
}

/// A connection of the pool that was closed is opened again when it is needed: there may be fewer.
fn files_closed(market: &Market, before: usize) -> Result {
    // What a pool of 20 or 4 readers (each a file and its log) may have opened since.
    const POOL: usize = 20;
    until("files are open", || {
        let now = market.files()?;
        Ok((now > before + POOL).then(|| format!("{now} now, {before} before")))
    })
}

/// What is left of what the bench's farms sell, and the places taken.
fn stock(database: &Database) -> Result<(i64, i64)> {
    let left = "SELECT CAST(SUM(stock_qty) AS BIGINT) FROM products WHERE id LIKE 'prd_checkout_%'";
    let taken = "SELECT CAST(SUM(taken) AS BIGINT) FROM windows WHERE id LIKE 'win_checkout_%'";
    Ok((database.count(left)?, database.count(taken)?))
}

/// The placed orders and their events: each order is whole, with its stock, its place and its kept answer.
fn placed(database: &Database, before: (i64, i64), told: &Told) -> Result<(usize, usize)> {
    let of = format!("SELECT id FROM orders WHERE customer_email = '{BUYER}'");
    let ids: Vec<String> = database
        .rows(&of)?
        .into_iter()
        .map(|row| row.concat())
        .collect();
    if let Some(lost) = told.placed.iter().find(|id| !ids.contains(id)) {
        return Err(format!("order {lost} was answered and is lost").into());
    }
    let orders = i64::try_from(ids.len())?;
    let (left, taken) = stock(database)?;
    let sold = database.count(&format!(
        "SELECT COALESCE(CAST(SUM(ordered_qty) AS BIGINT), 0) FROM order_lines WHERE farm_order_id IN \
         (SELECT id FROM farm_orders WHERE order_id IN ({of}))"
    ))?;
    let kept =
        database.count("SELECT COUNT(*) FROM idempotency_keys WHERE key LIKE 'cut-order-%'")?;
    let lines = orders * 3 * 2000;
    if (before.0 - left, taken - before.1, sold, kept) != (lines, orders, lines, orders) {
        return Err(format!(
            "{orders} orders of {lines} thousandths: {} went from the stock, {sold} stand in lines, {} places were \
             taken, {kept} answers kept",
            before.0 - left,
            taken - before.1
        )
        .into());
    }
    let first = database.rows(&format!(
        "SELECT id FROM status_events WHERE order_id IN ({of})"
    ))?;
    Ok((ids.len(), first.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_spread_and_the_same_in_each_run() {
        let all: Vec<Duration> = (0..5000).map(patience).collect();
        assert!(all.iter().all(|moment| *moment < LONGEST));
        let under = |millis| {
            let limit = Duration::from_millis(millis);
            all.iter().filter(|moment| **moment < limit).count()
        };
        assert!(under(1) > 500 && under(10) > 3000 && under(10) < 4500);
        assert_eq!(patience(7), patience(7));
    }
}
