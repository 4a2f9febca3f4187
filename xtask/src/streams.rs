//! `cargo x streams`: ten thousand live pages are open at once, a thousand of them of one order. What each costs in
//! memory, how long one change takes to all thousand and to the one who watches, and that readers who never read cost
//! nobody anything and are gone in time.

mod watcher;

use crate::database::{Engine, Engines};
use crate::process::{Result, again_optimised, block_on, build_market, open_files};
use crate::server::{Market, World};
use crate::steps::{FIRST, Steps, order};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;
use watcher::{Heard, Watcher, never_reads};

#[derive(clap::Args)]
pub struct Args {
    /// How many are open at once
    #[arg(long, default_value_t = 10_000)]
    streams: u32,
    /// How many of them watch one order; each of the others has its own
    #[arg(long, default_value_t = 1000)]
    crowd: u32,
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// A release build to measure instead of this tree's
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Of the server's own memory, for each stream.
const KILOBYTES: f64 = 15.0;
/// From the change's first byte until the last of the crowd has the whole of it.
const TO_ALL: Duration = Duration::from_millis(500);
const MUTE: usize = 10;
const MUTE_GONE: Duration = Duration::from_secs(30);
/// A stream's heartbeat, and some more.
const BEAT: Duration = Duration::from_secs(18);
/// Changes that the crowd hears, without and with those who never read.
const CHANGES: usize = 10;
/// Changes of orders with one watcher.
const SINGLES: u32 = 200;

pub fn run(args: &Args) -> Result {
    if let Some(ended) = again_optimised() {
        return ended;
    }
    if args.crowd == 0 || args.crowd > args.streams {
        return Err("the crowd is a part of the streams".into());
    }
    open_files(u64::from(args.streams) + 200)?;
    let binary = match &args.binary {
        Some(built) => built.canonicalize()?,
        None => build_market(true)?,
    };
    let mut failed = Vec::new();
    for engine in args.engine.list() {
        let missed =
            once(*engine, &binary, args).map_err(|error| format!("{}: {error}", engine.name()))?;
        failed.extend(missed);
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n").into())
    }
}

fn once(engine: Engine, binary: &Path, args: &Args) -> Result<Vec<String>> {
    let mut world = World::new(engine, binary)?;
    world
        .settings
        .push(("MARKET_HTTP_CONNECTIONS", (args.streams + 100).to_string()));
    println!(
        "\n━━ {}: {} streams, {} of them of one order",
        engine.name(),
        args.streams,
        args.crowd
    );
    let market = world.start(args.streams, true)?;
    let mut board = Board {
        engine,
        missed: Vec::new(),
    };
    block_on(watch(&market, args, &mut board))
        .map_err(|error| format!("{error}\n{}", world.log()))?;
    market.stop()?;
    Ok(board.missed)
}

/// What is printed, and which of it is over its bar.
struct Board {
    engine: Engine,
    missed: Vec<String>,
}

impl Board {
    fn say(&mut self, words: &str, fine: bool) {
        let line = format!("{:<11}{words}", self.engine.name());
        println!("{line}{}", if fine { "" } else { "  OVER" });
        if !fine {
            self.missed.push(line);
        }
    }
}

/// All streams; each is a task that tells what it hears.
struct Crowd {
    heard: UnboundedReceiver<(u32, Heard)>,
    tasks: JoinSet<Result>,
}

impl Crowd {
    /// The first `crowd` watch the first order, each of the others its own.
    async fn open(market: &Market, args: &Args) -> Result<Self> {
        let (tell, heard) = unbounded_channel();
        let mut tasks = JoinSet::new();
        let mut opening = JoinSet::new();
        for number in 0..args.streams {
            if opening.len() >= 64 {
                started(&mut opening, &mut tasks, &tell).await?;
            }
            let of = order((number + 1).saturating_sub(args.crowd).max(1));
            let (host, token) = (market.host.clone(), market.bench_token.clone());
            opening.spawn(
                async move { Ok((number, Watcher::open(&host, &of, &token, FIRST).await?)) },
            );
        }
        while !opening.is_empty() {
            started(&mut opening, &mut tasks, &tell).await?;
        }
        Ok(Self { heard, tasks })
    }

    /// The moment at which the last of `count` different watchers had `version`.
    async fn last(&mut self, count: usize, version: i64) -> Result<Instant> {
        let mut all = std::collections::BTreeSet::new();
        let hears = async {
            let mut last = Instant::now();
            while all.len() < count {
                let Some((number, heard)) = self.heard.recv().await else {
                    break;
                };
                if let Heard::Version(now, at) = heard
                    && now == version
                {
                    all.insert(number);
                    last = at;
                }
            }
            last
        };
        match timeout(Duration::from_secs(10), hears).await {
            Ok(last) => self.whole().map(|()| last),
            Err(_) => Err(format!(
                "of {count} who watch, {} heard of version {version} in 10 s",
                all.len()
            )
            .into()),
        }
    }

    /// Until each has heard a beat.
    async fn beat(&mut self, streams: u32) -> Result {
        let mut silent: std::collections::BTreeSet<u32> = (0..streams).collect();
        let hears = async {
            while !silent.is_empty() {
                let Some((number, _)) = self.heard.recv().await else {
                    break;
                };
                silent.remove(&number);
            }
        };
        let _ = timeout(BEAT, hears).await;
        self.whole()?;
        if silent.is_empty() {
            return Ok(());
        }
        Err(format!("{} streams have no heartbeat", silent.len()).into())
    }

    /// Nobody was cut off.
    fn whole(&mut self) -> Result {
        match self.tasks.try_join_next() {
            None => Ok(()),
            Some(ended) => Err(format!("a stream is over: {:?}", ended?.err()).into()),
        }
    }
}

async fn started(
    opening: &mut JoinSet<Result<(u32, Watcher)>>,
    tasks: &mut JoinSet<Result>,
    tell: &UnboundedSender<(u32, Heard)>,
) -> Result {
    if let Some(opened) = opening.join_next().await {
        let (number, mut watcher) = opened??;
        let tell = tell.clone();
        tasks.spawn(async move {
            loop {
                tell.send((number, watcher.next().await?))?;
            }
        });
    }
    Ok(())
}

async fn watch(market: &Market, args: &Args, board: &mut Board) -> Result {
    // What happens once after a start belongs to no stream.
    drop(Watcher::open(&market.host, &order(1), &market.bench_token, FIRST).await?);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = market.memory()?;
    let since = Instant::now();
    let mut crowd = Crowd::open(market, args).await?;
    let opened = since.elapsed();
    crowd.beat(args.streams).await?;
    let after = market.memory()?;
    let each = kilobytes(after.saturating_sub(before)) / f64::from(args.streams);
    board.say(
        &format!(
            "{} streams opened in {:.1} s; {each:.1} kB each after a heartbeat, at most {KILOBYTES} may be ({:.0} MB in all)",
            args.streams,
            opened.as_secs_f64(),
            kilobytes(after) / 1024.0,
        ),
        each <= KILOBYTES,
    );
    let mut hand = Hand {
        steps: Steps::new(market).await?,
        market,
        version: FIRST,
    };
    let quiet = to_the_crowd(&mut hand, &mut crowd, args).await?;
    said(board, args, &quiet, "");
    to_the_one(&mut hand, &mut crowd, args, board).await?;
    beside_the_mute(&mut hand, &mut crowd, args, board).await?;
    crowd.whole()
}

/// Changes orders, and knows the version of the crowd's.
struct Hand<'a> {
    steps: Steps<'a>,
    market: &'a Market,
    version: i64,
}

/// How long each change took to all of the crowd.
async fn to_the_crowd(
    hand: &mut Hand<'_>,
    crowd: &mut Crowd,
    args: &Args,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..CHANGES {
        let since = Instant::now();
        hand.version = hand.steps.next(&order(1), hand.version).await?;
        let last = crowd.last(args.crowd as usize, hand.version).await?;
        times.push(last - since);
        // The streams' own pace must not be what is measured.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    times.sort_unstable();
    Ok(times)
}

fn said(board: &mut Board, args: &Args, times: &[Duration], beside: &str) {
    let worst = times.last().copied().unwrap_or_default();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    board.say(
        &format!(
            "one change to all {}{beside}: {} ms, at worst {} ms of {} changes, at most {} ms may be",
            args.crowd,
            middle.as_millis(),
            worst.as_millis(),
            times.len(),
            TO_ALL.as_millis(),
        ),
        worst < TO_ALL,
    );
}

/// Changes of orders that one watches, one after another.
async fn to_the_one(
    hand: &mut Hand<'_>,
    crowd: &mut Crowd,
    args: &Args,
    board: &mut Board,
) -> Result {
    let alone = args.streams - args.crowd;
    let mut times = Vec::new();
    for number in 0..SINGLES.min(alone) {
        let since = Instant::now();
        let version = hand.steps.next(&order(number + 2), FIRST).await?;
        times.push(crowd.last(1, version).await? - since);
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied();
    let millis = |share| at(share).unwrap_or_default().as_secs_f64() * 1000.0;
    board.say(
        &format!(
            "one change to the one who watches, {} times: p50 {:.1} ms, p99 {:.1} ms",
            times.len(),
            millis(50),
            millis(99)
        ),
        at(99).unwrap_or_default() < TO_ALL,
    );
    Ok(())
}

/// The crowd hears as before while some never read, and those are gone in time.
async fn beside_the_mute(
    hand: &mut Hand<'_>,
    crowd: &mut Crowd,
    args: &Args,
    board: &mut Board,
) -> Result {
    let market = hand.market;
    let files = market.files()?;
    let since = Instant::now();
    let mut mute = Vec::new();
    for _ in 0..MUTE {
        mute.push(never_reads(&market.host, &order(1), &market.bench_token).await?);
    }
    let times = to_the_crowd(hand, crowd, args).await?;
    said(
        board,
        args,
        &times,
        &format!(" beside {MUTE} who never read"),
    );
    // They keep their end open: only the server's own list of files says that it gave them up.
    let mut gone = since.elapsed();
    while market.files()? > files {
        gone = since.elapsed();
        if gone > MUTE_GONE * 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    board.say(
        &format!(
            "those who never read were gone after {:.1} s, at most {} may be",
            gone.as_secs_f64(),
            MUTE_GONE.as_secs()
        ),
        gone <= MUTE_GONE,
    );
    drop(mute);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for printing")]
fn kilobytes(count: u64) -> f64 {
    count as f64
}
