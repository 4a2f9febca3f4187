//! The cluster of one process: topics and counters in locked maps.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::counter::Counters;
use crate::topics::Topics;

/// How many keys [`crate::memory`] counts at once: about 10 MB when full.
pub(crate) const MAX_KEYS: usize = 100_000;

/// Shared state of [`crate::Cluster::Memory`].
pub struct Memory {
    topics: Arc<Topics>,
    counters: Counters,
}

impl Memory {
    /// Room for about `max_keys` counted keys; topics are bounded by their listeners.
    pub fn new(max_keys: usize) -> Self {
        Self {
            topics: Arc::new(Topics::new()),
            counters: Counters::new(max_keys),
        }
    }

    pub(crate) fn topics(&self) -> &Arc<Topics> {
        &self.topics
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.counters
    }
}

/// The maps are whole after every statement, so a panic elsewhere under the lock spoils nothing.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
