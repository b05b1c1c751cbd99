//! How much memory the caches may take.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The budget of a process: the largest that a living effect instance asks for, cut to half of the
/// machine's memory.
#[derive(Debug)]
pub struct Budget {
    wanted: Mutex<HashMap<u64, u64>>,
    most: u64,
}

impl Budget {
    /// With the machine's memory read once.
    pub fn new() -> Self {
        let mut system = sysinfo::System::new();
        system.refresh_memory();
        // A machine that does not say how much it has gets no limit but the artist's.
        let total = Some(system.total_memory()).filter(|bytes| *bytes > 0);
        Self::with_limit(total.map_or(u64::MAX, |bytes| bytes / 2))
    }

    /// With a given upper limit in bytes.
    pub fn with_limit(most: u64) -> Self {
        Self { wanted: Mutex::default(), most }
    }

    /// The upper limit in bytes.
    pub fn most(&self) -> u64 {
        self.most
    }

    /// Notes what an instance wants in bytes, and gives what is in force for all.
    pub fn want(&self, instance: u64, bytes: u64) -> u64 {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.insert(instance, bytes);
        wanted.values().copied().max().unwrap_or(0).min(self.most)
    }

    /// Forgets an instance that is gone. The cache keeps its size until another one renders, so that a
    /// host that makes an instance a frame does not empty it.
    pub fn forget(&self, instance: u64) {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner).remove(&instance);
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_living_wish_counts_up_to_the_limit() {
        let budget = Budget::with_limit(100);
        assert_eq!(budget.want(1, 40), 40);
        assert_eq!(budget.want(2, 60), 60);
        assert_eq!(budget.want(1, 10), 60);
        budget.forget(2);
        assert_eq!(budget.want(1, 10), 10);
        assert_eq!(budget.want(1, u64::MAX), 100);
        assert!(Budget::new().most() > 1 << 28);
    }
}
