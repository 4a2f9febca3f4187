//! `cargo x abuse`: the program built for release, attacked by those who are slow, mute, greedy, deaf or many, while
//! people who mean well use it. Each attack is over in its time, and the others wait hardly longer meanwhile.

mod attacks;
mod flood;
mod good;
mod table;

use crate::database::{Engine, Engines};
use crate::process::{Result, again_optimised, block_on, build_market, open_files};
use crate::server::{Market, World};
use attacks::{Ends, GRACE, Patience};
use good::Good;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engines,
    /// The server waits for a few seconds only, instead of as long as it does by itself
    #[arg(long)]
    quick: bool,
    /// A release build to attack instead of this tree's
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// For those who mean well; two more are moved beside the deaf.
const ORDERS: u32 = 20_000;
/// Before each wave, those who mean well are alone for so long.
const CALM: Duration = Duration::from_secs(6);
/// What 99 of 100 of their answers may take longer during an attack, as a share; or, where that is less than a turn of
/// the two cores that server and both clients share, in milliseconds: the kernel gives a busy thread 3 ms at a time, and
/// an answer waits for a handful of such turns at the worst.
const LONGER: f64 = 1.2;
const TURNS: f64 = 5.0;

/// As `docs/configuration.md` has them.
const DEFAULTS: Patience = Patience {
    head: 20,
    body: 10,
    answer: 25,
    stall: 20,
};
const QUICK: Patience = Patience {
    head: 4,
    body: 3,
    answer: 6,
    stall: 4,
};

pub fn run(args: &Args) -> Result {
    if let Some(ended) = again_optimised() {
        return ended;
    }
    open_files(8000)?;
    let binary = match &args.binary {
        Some(built) => built.canonicalize()?,
        None => build_market(true)?,
    };
    let mut board = Board::default();
    for engine in args.engine.list() {
        once(*engine, &binary, args.quick, &mut board)
            .map_err(|error| format!("{}: {error}", engine.name()))?;
    }
    if board.failed.is_empty() {
        Ok(())
    } else {
        Err(board.failed.join("\n").into())
    }
}

fn once(engine: Engine, binary: &Path, quick: bool, board: &mut Board) -> Result {
    let mut world = World::new(engine, binary)?;
    let patience = if quick { QUICK } else { DEFAULTS };
    world.settings = vec![
        ("MARKET_HTTP_HEAD_SECONDS", patience.head.to_string()),
        ("MARKET_HTTP_BODY_SECONDS", patience.body.to_string()),
        ("MARKET_HTTP_ANSWER_SECONDS", patience.answer.to_string()),
        ("MARKET_HTTP_STALL_SECONDS", patience.stall.to_string()),
    ];
    println!(
        "\n━━ {}: {} who mean well, 400 requests a second",
        engine.name(),
        good::MANY
    );
    let market = world.start(ORDERS + 2, true)?;
    let besieged = besiege(&market, patience, board);
    besieged.map_err(|error| format!("{error}\n{}", world.log()))?;
    market.stop()?;
    let seats = ("MARKET_HTTP_CONNECTIONS", flood::SEATS.to_string());
    world.settings.push(seats);
    let market = world.start(ORDERS + 2, true)?;
    let flooded = flood::run(&market, board);
    flooded.map_err(|error| format!("{error}\n{}", world.log()))?;
    market.stop()
}

/// What is printed, and what failed of it.
#[derive(Default)]
pub struct Board {
    failed: Vec<String>,
}

impl Board {
    pub fn say(&mut self, line: &str, fine: bool) {
        println!("{line}  {}", if fine { "ok" } else { "FAILED" });
        if !fine {
            self.failed.push(line.to_owned());
        }
    }

    /// How those who mean well fared.
    pub fn fared(&mut self, good: &Good, before: f64, from: Instant, to: Instant) -> Result {
        let during = good.p99(from, to)?;
        let most = (before * LONGER).max(before + TURNS);
        self.say(
            &format!("{:>60} p99 {before:.1} ms before, {during:.1} ms meanwhile, at most {most:.1} may be", "others:"),
            during <= most,
        );
        let failures = good.failures();
        if let Some(first) = failures.first() {
            let line = format!("{} requests of others failed: {first}", failures.len());
            self.say(&line, false);
        }
        Ok(())
    }
}

/// How long 99 of 100 answers take while nobody attacks.
pub fn calm(good: &Good) -> Result<f64> {
    let from = Instant::now();
    std::thread::sleep(CALM);
    good.p99(from, Instant::now())
}

fn besiege(market: &Market, patience: Patience, board: &mut Board) -> Result {
    let good = Good::start(market, ORDERS);
    std::thread::sleep(Duration::from_secs(2));
    for wave in table::waves(market, patience) {
        let before = calm(&good)?;
        let from = Instant::now();
        let ends = block_on(async {
            let attacks = wave.iter().map(|attack| attack.run(market));
            let mut all = Vec::new();
            for ends in together(attacks).await {
                all.push(ends?);
            }
            Ok(all)
        })?;
        let to = Instant::now();
        for (attack, ends) in wave.iter().zip(ends) {
            tell(board, attack, &ends);
        }
        board.fared(&good, before, from, to)?;
    }
    Ok(())
}

fn tell(board: &mut Board, attack: &attacks::Attack, ends: &Ends) {
    let limit = attack.limit + GRACE;
    let wrong = ends.wrong.first().map_or_else(String::new, |first| {
        format!("; {} were told {first:?}", ends.wrong.len())
    });
    board.say(
        &format!(
            "{:<44}{:>6} times, over after {:>5.1} s at the latest, at most {} may be{wrong}",
            attack.name,
            ends.connections,
            ends.longest.as_secs_f64(),
            limit.as_secs()
        ),
        ends.longest <= limit && ends.wrong.is_empty(),
    );
}

/// All at once, in one task.
async fn together<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}
