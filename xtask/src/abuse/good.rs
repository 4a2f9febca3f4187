//! Those who mean well: they look at orders and change some, on connections that they keep, while others attack.
//! They run in a thread of their own, so that what is measured is the server's delay and not the attackers' turn.

use crate::http::{Client, set_status, track};
use crate::process::{Result, block_on};
use crate::server::Market;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub const MANY: u32 = 200;
/// Each asks so often: 400 requests a second together, a third of what the two cores can do at the least.
const EVERY: Duration = Duration::from_millis(500);
/// Every so many requests is a change.
const CHANGE: u32 = 5;

pub struct Good {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Result>>,
}

struct Shared {
    host: String,
    token: String,
    orders: u32,
    next: AtomicU32,
    changed: AtomicU32,
    stop: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// When the answer was there, and after how many microseconds.
    times: Vec<(Instant, u32)>,
    failures: Vec<String>,
}

impl Good {
    /// All of them come at once and stay until it is dropped.
    pub fn start(market: &Market, orders: u32) -> Self {
        let shared = Arc::new(Shared {
            host: market.host.clone(),
            token: market.bench_token.clone(),
            orders,
            next: AtomicU32::new(0),
            changed: AtomicU32::new(0),
            stop: AtomicBool::new(false),
            seen: Mutex::default(),
        });
        let theirs = shared.clone();
        let thread = std::thread::spawn(move || block_on(theirs.run()));
        Self {
            shared,
            thread: Some(thread),
        }
    }

    /// In milliseconds: what 99 of 100 answers between two moments took at most.
    pub fn p99(&self, from: Instant, to: Instant) -> Result<f64> {
        let mut times: Vec<u32> = {
            let seen = self.shared.seen();
            let within = seen.times.iter().filter(|(at, _)| (from..to).contains(at));
            within.map(|(_, micros)| *micros).collect()
        };
        times.sort_unstable();
        let at = times.len() * 99 / 100;
        let micros = times.get(at).ok_or("nobody who means well was answered")?;
        Ok(f64::from(*micros) / 1000.0)
    }

    /// What went wrong for them since the last time.
    pub fn failures(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.seen().failures)
    }
}

impl Drop for Good {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn run(self: Arc<Self>) -> Result {
        let mut all = tokio::task::JoinSet::new();
        for number in 0..MANY {
            let shared = self.clone();
            all.spawn(async move {
                tokio::time::sleep(EVERY * number / MANY).await;
                while !shared.stop.load(Ordering::Relaxed) {
                    if let Err(error) = shared.visit().await {
                        shared.seen().failures.push(error.to_string());
                        tokio::time::sleep(EVERY).await;
                    }
                }
            });
        }
        while all.join_next().await.is_some() {}
        Ok(())
    }

    /// One connection, until it fails or all is over.
    async fn visit(&self) -> Result {
        let mut client = Client::connect(&self.host).await?;
        while !self.stop.load(Ordering::Relaxed) {
            let since = Instant::now();
            let answer = client.send(&self.ask()).await?;
            if answer.status != 200 {
                return Err(answer.words().into());
            }
            let took = u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
            self.seen().times.push((Instant::now(), took));
            tokio::time::sleep_until((since + EVERY).into()).await;
        }
        Ok(())
    }

    fn ask(&self) -> Vec<u8> {
        let nth = self.next.fetch_add(1, Ordering::Relaxed);
        let order = |number: u32| format!("bench_{:06}", number % self.orders + 1);
        if nth.is_multiple_of(CHANGE) {
            // Asked for a second time it is "already so", which is an answer too.
            let number = self.changed.fetch_add(1, Ordering::Relaxed);
            set_status(&self.host, &order(number), &self.token, "PREPARING")
        } else {
            track(&self.host, &order(nth.wrapping_mul(7919)), &self.token)
        }
    }
}
