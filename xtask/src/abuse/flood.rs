//! More connections than there are seats, and a server that is given no more files.

use super::{Board, calm, good::Good};
use crate::http::{Client, request};
use crate::process::{Result, block_on};
use crate::server::Market;
use rustix::process::{Pid, Resource, prlimit};
use std::fs;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub const SEATS: usize = 2000;
const MANY: usize = 5000;
/// Files that are no connections: the database's, the log, the listening socket.
const OWN_FILES: usize = 64;
const MEMORY_MB: u64 = 80;
const BACK: Duration = Duration::from_secs(5);
/// Connections at the door of a server that gets no more files, and for how long.
const WAITING: usize = 60;
const STARVED: Duration = Duration::from_secs(3);
/// Seconds of CPU in a second below which a server does nothing.
const IDLE: f64 = 0.05;
const SIEGE: Duration = Duration::from_secs(8);

pub fn run(market: &Market, board: &mut Board) -> Result {
    spins(market, board)?;
    let good = Good::start(market, super::ORDERS);
    std::thread::sleep(Duration::from_secs(2));
    let before = calm(&good)?;
    let from = Instant::now();
    block_on(flood(market, board))?;
    board.fared(&good, before, from, from + SIEGE)?;
    let before = calm(&good)?;
    let from = Instant::now();
    let ((), back) = no_files(market, || std::thread::sleep(STARVED))?;
    board.fared(&good, before, from, Instant::now())?;
    board.say(
        &format!(
            "who comes when there are files again is served after {:.2} s, at most {} may be",
            back.as_secs_f64(),
            BACK.as_secs()
        ),
        back <= BACK,
    );
    Ok(())
}

/// Nobody else is there: what the processor does it does for those who wait at the door.
fn spins(market: &Market, board: &mut Board) -> Result {
    let since = Instant::now();
    // What the workers have to do after a start is over.
    let calm = loop {
        let calm = cpu_meanwhile(market)?;
        if calm < IDLE || since.elapsed() > STARVED * 10 {
            break calm;
        }
    };
    let (starved, _) = no_files(market, || cpu_meanwhile(market))?;
    let starved = starved?;
    board.say(
        &format!(
            "no files for {WAITING} more connections: {starved:.2} s of CPU a second, {calm:.2} before, at most 0.1 more may be",
        ),
        starved <= calm + 0.1,
    );
    Ok(())
}

async fn flood(market: &Market, board: &mut Board) -> Result {
    let since = Instant::now();
    let mut crowd = JoinSet::new();
    for _ in 0..MANY {
        let host = market.host.clone();
        crowd.spawn(async move {
            let socket = TcpStream::connect(&host).await;
            sleep(SIEGE.saturating_sub(since.elapsed())).await;
            drop(socket);
        });
    }
    let (mut files, mut memory) = (0, 0);
    while since.elapsed() < SIEGE {
        files = files.max(market.files()?);
        memory = memory.max(market.memory()? / 1024);
        sleep(Duration::from_millis(50)).await;
    }
    crowd.shutdown().await;
    let back = served(market).await?;
    board.say(
        &format!(
            "{MANY} connections at {SEATS} seats: {files} files, {memory} MB, at most {} and {MEMORY_MB} may be",
            SEATS + OWN_FILES
        ),
        (SEATS..=SEATS + OWN_FILES).contains(&files) && memory <= MEMORY_MB,
    );
    board.say(
        &format!(
            "who comes after the flood is served after {:.2} s, at most {} may be",
            back.as_secs_f64(),
            BACK.as_secs()
        ),
        back <= BACK,
    );
    Ok(())
}

/// How long somebody waits who comes now.
async fn served(market: &Market) -> Result<Duration> {
    let since = Instant::now();
    let visit = async {
        let ask = request("GET", &market.host, "/livez", "", "");
        let answer = Client::connect(&market.host).await?.send(&ask).await?;
        Ok::<_, std::io::Error>(answer.status)
    };
    match timeout(BACK * 4, visit).await {
        Ok(Ok(200)) => Ok(since.elapsed()),
        other => Err(format!("a newcomer is not served: {other:?}").into()),
    }
}

/// The system refuses every further connection while `meanwhile` looks on: the server must wait and not spin, and go on
/// when there is room. Says also how long somebody waits who comes then.
fn no_files<T>(market: &Market, meanwhile: impl FnOnce() -> T) -> Result<(T, Duration)> {
    let pid = Pid::from_raw(i32::try_from(market.pid())?);
    let usual = rustix::process::getrlimit(Resource::Nofile);
    let mut few = usual;
    few.current = Some(market.files()? as u64);
    prlimit(pid, Resource::Nofile, few)?;
    let waiting: Vec<_> = (0..WAITING)
        .map(|_| std::net::TcpStream::connect(&market.host))
        .collect();
    let seen = meanwhile();
    prlimit(pid, Resource::Nofile, usual)?;
    drop(waiting);
    Ok((seen, block_on(served(market))?))
}

/// Seconds of CPU in a second.
fn cpu_meanwhile(market: &Market) -> Result<f64> {
    let ticks = || -> Result<f64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", market.pid()))?;
        // Behind the name, which may hold anything: user and system time are the 12th and 13th.
        let fields = text.rsplit(')').next().unwrap_or_default();
        let times = fields.split(' ').skip(12).take(2);
        let parsed: std::result::Result<Vec<f64>, _> = times.map(str::parse).collect();
        Ok(parsed?.iter().sum())
    };
    let (before, since) = (ticks()?, Instant::now());
    std::thread::sleep(STARVED);
    // A tick is a hundredth of a second on every Linux.
    Ok((ticks()? - before) / 100.0 / since.elapsed().as_secs_f64())
}
