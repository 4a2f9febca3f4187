//! Many connections that each ask as fast as they are answered, for a given time.

use crate::http::{Client, set_status, track};
use crate::process::Result;
use crate::server::Market;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Prepared orders that nobody has touched yet.
pub struct Range {
    next: Arc<AtomicU32>,
    last: u32,
}

impl Range {
    pub fn new(last: u32) -> Self {
        Self {
            next: Arc::new(AtomicU32::new(1)),
            last,
        }
    }
}

pub struct Figures {
    pub done: u64,
    took: Duration,
    /// Microseconds, sorted.
    times: Vec<u32>,
}

impl Figures {
    /// How long each took, in microseconds, and how long all of them.
    pub fn new(took: Duration, mut times: Vec<u32>) -> Self {
        times.sort_unstable();
        Self {
            done: times.len() as u64,
            took,
            times,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a count of requests fits a double"
    )]
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }

    /// In milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "an index below the length, from a share between 0 and 1"
    )]
    pub fn percentile(&self, share: f64) -> f64 {
        let at = (self.times.len() as f64 * share) as usize;
        self.times
            .get(at)
            .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// How requests are sent.
#[derive(Clone, Copy)]
pub struct Drive {
    pub connections: u32,
    pub time: Duration,
    /// So many a second together; without, each as soon as the one before is answered.
    pub pace: Option<f64>,
}

/// Each request moves another order from CONFIRMED to PREPARING.
pub async fn changes(market: &Market, drive: Drive, range: &mut Range) -> Result<Figures> {
    let (next, last) = (range.next.clone(), range.last);
    let (host, token) = (market.host.clone(), market.bench_token.clone());
    let ask = move || {
        let order = next.fetch_add(1, Ordering::Relaxed);
        (order <= last)
            .then(|| set_status(&host, &format!("bench_{order:06}"), &token, "PREPARING"))
    };
    let figures = all(&market.host, drive, ask, b"\"changed\":true").await?;
    // Numbers taken past the end belong to nobody.
    range.next.fetch_min(last + 1, Ordering::Relaxed);
    Ok(figures)
}

/// Each request opens the page of another order.
pub async fn pages(market: &Market, drive: Drive, orders: u32) -> Result<Figures> {
    let next = AtomicU32::new(0);
    let (host, token) = (market.host.clone(), market.bench_token.clone());
    let ask = move || {
        // A stride that is prime walks through all orders, far from one to the next.
        let order = next.fetch_add(7919, Ordering::Relaxed) % orders + 1;
        Some(track(&host, &format!("bench_{order:06}"), &token))
    };
    all(&market.host, drive, ask, b"</html>").await
}

/// In bytes, without its head.
pub async fn size_of_page(market: &Market) -> Result<usize> {
    let ask = track(&market.host, "bench_000001", &market.bench_token);
    let answer = Client::connect(&market.host).await?.send(&ask).await?;
    Ok(answer.body.len())
}

/// What `ask` makes, until it has nothing more or the time is over; every answer has `mark` in it.
pub async fn all<F>(host: &str, drive: Drive, ask: F, mark: &'static [u8]) -> Result<Figures>
where
    F: Fn() -> Option<Vec<u8>> + Send + Sync + 'static,
{
    let ask = Arc::new(ask);
    let start = Instant::now();
    let turns = Arc::new(Turns {
        next: AtomicU32::new(0),
        start,
        pace: drive.pace,
    });
    let mut clients = JoinSet::new();
    for _ in 0..drive.connections {
        let (host, ask, turns) = (host.to_owned(), ask.clone(), turns.clone());
        clients.spawn(async move { one(&host, start + drive.time, &turns, &*ask, mark).await });
    }
    let mut times = Vec::new();
    while let Some(ended) = clients.join_next().await {
        times.extend(ended??);
    }
    let took = start.elapsed();
    if times.is_empty() {
        return Err("nothing was measured: the prepared orders ran out".into());
    }
    Ok(Figures::new(took, times))
}

/// When the next request may be sent.
struct Turns {
    next: AtomicU32,
    start: Instant,
    pace: Option<f64>,
}

impl Turns {
    async fn wait(&self) {
        let Some(pace) = self.pace else { return };
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let due = self.start + Duration::from_secs_f64(f64::from(turn) / pace);
        tokio::time::sleep_until(due.into()).await;
    }
}

async fn one(
    host: &str,
    until: Instant,
    turns: &Turns,
    ask: &(impl Fn() -> Option<Vec<u8>> + Sync),
    mark: &[u8],
) -> Result<Vec<u32>> {
    let mut client = Client::connect(host).await?;
    let mut times = Vec::new();
    loop {
        turns.wait().await;
        let since = Instant::now();
        if since >= until {
            break;
        }
        let Some(request) = ask() else { break };
        let answer = client.send(&request).await?;
        times.push(u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX));
        let whole = answer.body.windows(mark.len()).any(|part| part == mark);
        if answer.status != 200 || !whole {
            return Err(format!("unexpected answer: {}", answer.words()).into());
        }
    }
    Ok(times)
}
