//! How much is asked of the database: what the test of every page's statements reads.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Default)]
pub(crate) struct Count {
    pub statements: AtomicU64,
    pub snapshots: AtomicU64,
    pub writes: AtomicU64,
}

/// One more; nothing else is ordered by it.
pub(crate) fn one(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

impl Count {
    pub fn sent(&self) -> Sent {
        Sent {
            statements: self.statements.load(Relaxed),
            snapshots: self.snapshots.load(Relaxed),
            writes: self.writes.load(Relaxed),
        }
    }
}

/// Figures that only grow. A statement counts when it is asked for, whatever comes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Without BEGIN, COMMIT and ROLLBACK.
    pub statements: u64,
    /// Transactions that only read.
    pub snapshots: u64,
    /// Transactions that may write.
    pub writes: u64,
}

impl Sent {
    /// What came since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Sent) -> Sent {
        Sent {
            statements: self.statements - earlier.statements,
            snapshots: self.snapshots - earlier.snapshots,
            writes: self.writes - earlier.writes,
        }
    }
}
