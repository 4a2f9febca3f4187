//! Topics: the highest version published, for as long as somebody listens.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::memory::lock;

/// Power of two. Opening and closing pages contend on a shard, not on one lock.
const SHARDS: usize = 64;

type Shard = Mutex<HashMap<Arc<str>, Arc<watch::Sender<u64>>>>;

pub(crate) struct Topics {
    shards: Box<[Shard]>,
    hasher: RandomState,
}

impl Topics {
    pub(crate) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Shard::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    fn shard(&self, topic: &str) -> &Shard {
        // The lowest bits choose: SHARDS is far below 2^16, so the narrowing loses nothing.
        let bits = self.hasher.hash_one(topic).to_le_bytes();
        &self.shards[usize::from(u16::from_le_bytes([bits[0], bits[1]])) % SHARDS]
    }

    /// The sender is taken out of the lock before use: waking 10,000 readers of one
    /// topic must not hold up the topics that share its shard.
    fn sender(&self, topic: &str) -> Option<Arc<watch::Sender<u64>>> {
        lock(self.shard(topic)).get(topic).map(Arc::clone)
    }

    pub(crate) fn publish(&self, topic: &str, version: u64) {
        if let Some(sender) = self.sender(topic) {
            sender.send_if_modified(|highest| {
                let higher = version > *highest;
                *highest = version.max(*highest);
                higher
            });
        }
    }

    pub(crate) fn bump(&self, topic: &str) {
        if let Some(sender) = self.sender(topic) {
            sender.send_modify(|count| *count = count.saturating_add(1));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).len()).sum()
    }
}

pub(crate) fn subscribe(topics: &Arc<Topics>, topic: &str) -> Subscription {
    let mut shard = lock(topics.shard(topic));
    let (topic, receiver) = if let Some((topic, sender)) = shard.get_key_value(topic) {
        (Arc::clone(topic), sender.subscribe())
    } else {
        let topic: Arc<str> = Arc::from(topic);
        let (sender, receiver) = watch::channel(0);
        shard.insert(Arc::clone(&topic), Arc::new(sender));
        (topic, receiver)
    };
    drop(shard);
    let seen = *receiver.borrow();
    Subscription {
        seen,
        receiver: Some(receiver),
        topic,
        topics: Arc::clone(topics),
    }
}

/// One listener of one topic. Dropping it ends the listening.
pub struct Subscription {
    topics: Arc<Topics>,
    topic: Arc<str>,
    /// None only inside `drop`, which must let go of it before it counts the others.
    receiver: Option<watch::Receiver<u64>>,
    seen: u64,
}

impl Subscription {
    /// Waits for a version higher than the last one told, and returns the newest.
    ///
    /// Cancel-safe: dropping the future loses no version. A publish made since
    /// `subscribe()` is never missed, only overtaken by a newer one.
    pub async fn changed(&mut self) -> u64 {
        if let Some(receiver) = &mut self.receiver
            // The map keeps the sender while this subscription lives, so an error cannot be.
            && receiver.changed().await.is_ok()
        {
            self.seen = *receiver.borrow_and_update();
        }
        self.seen
    }

    /// The highest version this listener was told of, zero when none.
    pub fn seen(&self) -> u64 {
        self.seen
    }

    /// The topic listened to.
    pub fn topic(&self) -> &str {
        &self.topic
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut shard = lock(self.topics.shard(&self.topic));
        // Under the lock, so that nobody subscribes between the count and the removal.
        self.receiver = None;
        if shard
            .get(&self.topic)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            shard.remove(&self.topic);
        }
    }
}
