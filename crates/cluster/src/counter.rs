//! Counters: a sliding window of two buckets per key, in a bounded table.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use crate::memory::lock;

const SHARDS: usize = 16;
/// A full sweep of a shard costs time, so new keys ask for it at most this often.
const SWEEP_EVERY_US: i64 = 60_000_000;
/// How many keys are compared when one must go.
const CANDIDATES: usize = 8;

/// The answer to one hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hit {
    /// Within the limit, and counted.
    Ok,
    /// Over the limit, not counted.
    Over {
        /// How long until a hit passes again, if nobody else hits the key meanwhile.
        retry_after: Duration,
    },
}

/// The table of all counted keys.
pub(crate) struct Counters {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
    max_per_shard: usize,
}

struct Shard {
    keys: HashMap<u64, Counter>,
    swept_at: i64,
}

impl Counters {
    pub(crate) fn new(max_keys: usize) -> Self {
        let shard = || {
            Mutex::new(Shard {
                keys: HashMap::new(),
                swept_at: i64::MIN,
            })
        };
        Self {
            shards: (0..SHARDS).map(|_| shard()).collect(),
            hasher: RandomState::new(),
            max_per_shard: max_keys.div_ceil(SHARDS).max(1),
        }
    }

    pub(crate) fn hit(&self, key: &str, limit: u32, window: Duration, now: i64) -> Hit {
        // The hash stands for the key: 64 bits with a secret seed do not meet by chance or intent.
        let id = self.hasher.hash_one(key);
        let window = i64::try_from(window.as_micros())
            .unwrap_or(i64::MAX / 4)
            .clamp(1, i64::MAX / 4);
        let mut shard = lock(&self.shards[usize::from(id.to_le_bytes()[0]) % SHARDS]);
        if !shard.keys.contains_key(&id) {
            shard.make_room(self.max_per_shard, now);
        }
        match shard.keys.entry(id) {
            Entry::Occupied(mut counter) => counter.get_mut().hit(limit, window, now),
            Entry::Vacant(place) => place.insert(Counter::new(now)).hit(limit, window, now),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).keys.len()).sum()
    }
}

impl Shard {
    fn make_room(&mut self, max: usize, now: i64) {
        let due = now.saturating_sub(self.swept_at) >= SWEEP_EVERY_US || now < self.swept_at;
        if due {
            self.swept_at = now;
            self.keys.retain(|_, counter| counter.expires > now);
        }
        if self.keys.len() < max {
            return;
        }
        let fewest = self
            .keys
            .iter()
            .take(CANDIDATES)
            .min_by_key(|(_, counter)| (counter.hits(), counter.expires))
            .map(|(id, _)| *id);
        if let Some(id) = fewest {
            self.keys.remove(&id);
        }
    }
}

/// Hits that passed between `start` and `last`.
#[derive(Clone, Copy)]
struct Bucket {
    start: i64,
    last: i64,
    hits: u32,
}

struct Counter {
    previous: Bucket,
    current: Bucket,
    /// From then on every hit has left the window and the key may be swept.
    expires: i64,
}

impl Counter {
    fn new(now: i64) -> Self {
        let empty = Bucket {
            start: now,
            last: now,
            hits: 0,
        };
        Self {
            previous: empty,
            current: empty,
            expires: now,
        }
    }

    fn hits(&self) -> u64 {
        u64::from(self.previous.hits) + u64::from(self.current.hits)
    }

    fn hit(&mut self, limit: u32, window: i64, now: i64) -> Hit {
        let last = self.current.last;
        if now >= last.saturating_add(window) || now < last.saturating_sub(window) {
            *self = Self::new(now);
        }
        let at = now.max(self.current.last);
        if at >= self.current.start.saturating_add(window) {
            // Opens now, not at the end of the one before: from rest, a whole `limit` fits in.
            self.previous = self.current;
            self.current = Self::new(at).current;
        }
        if self.fits(limit, window, at) {
            if self.current.hits == 0 {
                // A bucket that only refused so far has not begun.
                self.current.start = at;
            }
            self.current.hits += 1;
            self.current.last = at;
            self.expires = at.saturating_add(window);
            return Hit::Ok;
        }
        let wait = self.wait(limit, window, at).saturating_add(at - now);
        Hit::Over {
            retry_after: Duration::from_micros(wait.unsigned_abs()),
        }
    }

    /// Whether one more hit at `at` keeps the sum within `limit`.
    fn fits(&self, limit: u32, window: i64, at: i64) -> bool {
        let (left, span) = self.previous.left(window, at);
        let sum = left + (i128::from(self.current.hits) + 1) * span;
        sum <= i128::from(limit) * span
    }

    /// How long after `at` a hit passes again.
    fn wait(&self, limit: u32, window: i64, at: i64) -> i64 {
        if limit == 0 {
            return window;
        }
        let room = i64::from(limit) - 1 - i64::from(self.current.hits);
        // Without room in the current bucket its own hits must fade, else those before it.
        let passes = if room < 0 {
            self.current.fades_to(i64::from(limit) - 1, window)
        } else {
            self.previous.fades_to(room, window)
        };
        passes.saturating_sub(at).max(1)
    }
}

impl Bucket {
    /// The hits still inside the window at `at` as a fraction: (numerator, denominator > 0).
    fn left(&self, window: i64, at: i64) -> (i128, i128) {
        let gone_at = self.last.saturating_add(window);
        let span = i128::from(self.last - self.start).max(1);
        let inside = i128::from(gone_at.saturating_sub(at)).clamp(0, span);
        (i128::from(self.hits) * inside, span)
    }

    /// The first moment at which no more than `hits` of this bucket are inside the window.
    fn fades_to(&self, hits: i64, window: i64) -> i64 {
        let span = (self.last - self.start).max(1);
        let inside = i128::from(span) * i128::from(hits) / i128::from(self.hits.max(1));
        let inside = i64::try_from(inside).unwrap_or(i64::MAX);
        self.last.saturating_add(window).saturating_sub(inside)
    }
}
