//! How much all sessions of an engine together still have to write. Knows nothing of sessions.

use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_utils::CachePadded;

/// Exact count of the outbound bytes that an engine holds, against the setting `max_buffered_bytes`.
///
/// Each loop has a number of its own on a cache line of its own, so that counting costs as much with many loops as with one.
#[derive(Debug)]
pub struct BufferBudget {
    shards: Box<[CachePadded<AtomicU64>]>,
    limit_bytes: u64,
}

impl BufferBudget {
    /// A budget of `limit_bytes` for so many loops.
    pub fn new(loops: usize, limit_bytes: u64) -> Self {
        Self { shards: (0..loops.max(1)).map(|_| CachePadded::default()).collect(), limit_bytes }
    }

    /// Counts bytes that a session of this loop holds from now on.
    pub fn add(&self, loop_index: u32, bytes: u64) {
        self.shard(loop_index).fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes off bytes that were counted for this loop.
    pub fn subtract(&self, loop_index: u32, bytes: u64) {
        self.shard(loop_index).fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Bytes held now by all loops.
    pub fn bytes(&self) -> u64 {
        self.shards.iter().map(|shard| shard.load(Ordering::Relaxed)).sum()
    }

    /// Whether the engine holds as much as it may, or more.
    pub fn is_used_up(&self) -> bool {
        self.bytes() >= self.limit_bytes
    }

    fn shard(&self, loop_index: u32) -> &AtomicU64 {
        &self.shards[loop_index as usize % self.shards.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_loops_draw_on_one_budget() {
        let budget = BufferBudget::new(2, 100);
        budget.add(0, 60);
        budget.add(1, 39);
        assert!(!budget.is_used_up());
        budget.add(1, 1);
        assert!(budget.is_used_up());
        budget.subtract(0, 60);
        assert_eq!(budget.bytes(), 40);
    }
}
