#![doc = include_str!("../README.md")]

mod counter;
mod memory;
mod topics;

use std::sync::Arc;
use std::time::Duration;

pub use counter::Hit;
pub use memory::Memory;
pub use topics::Subscription;

/// What the instances of one market share. Cheap to clone.
#[derive(Clone)]
pub enum Cluster {
    /// One process is the whole cluster.
    Memory(Arc<Memory>),
}

/// A cluster of one process, with room for 100,000 counted keys.
pub fn memory() -> Cluster {
    Cluster::Memory(Arc::new(Memory::new(memory::MAX_KEYS)))
}

impl Cluster {
    /// Tells the listeners of `topic` that `version` exists.
    ///
    /// Call it after the commit, never before. It does not block and does not fail.
    pub fn publish(&self, topic: &str, version: u64) {
        match self {
            Self::Memory(memory) => memory.topics().publish(topic, version),
        }
    }

    /// Raises the value of a topic that only counts, for those who listen now.
    pub fn bump(&self, topic: &str) {
        match self {
            Self::Memory(memory) => memory.topics().bump(topic),
        }
    }

    /// Listens to `topic` from now on. Subscribe first and read the state afterwards.
    pub fn subscribe(&self, topic: &str) -> Subscription {
        match self {
            Self::Memory(memory) => topics::subscribe(memory.topics(), topic),
        }
    }

    /// How many topics have a listener in this process.
    pub fn topics(&self) -> usize {
        match self {
            Self::Memory(memory) => memory.topics().len(),
        }
    }

    /// Counts one use of `key` at `now_us` and says whether it is within `limit` per `window`.
    pub fn hit(&self, key: &str, limit: u32, window: Duration, now_us: i64) -> Hit {
        match self {
            Self::Memory(memory) => memory.counters().hit(key, limit, window, now_us),
        }
    }

    /// How many keys are counted in this process; bounded.
    pub fn keys(&self) -> usize {
        match self {
            Self::Memory(memory) => memory.counters().len(),
        }
    }
}
