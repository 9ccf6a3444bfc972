//! How much all sessions of an engine together still have to write. Knows nothing of sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_utils::CachePadded;

/// What a session may hold although the budget is used up, so that those who keep up notice nothing of those who do not.
/// It is not counted either: a session that keeps up costs no counting.
pub const ALLOWANCE_BYTES: u64 = 16 << 10;

/// Exact count of what an engine holds outbound against the setting `max_buffered_bytes`: of each session what it holds
/// alone beyond [`ALLOWANCE_BYTES`], and each publication once.
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
        let sum = self.shards.iter().fold(0u64, |sum, shard| sum.wrapping_add(shard.load(Ordering::Relaxed)));
        // A loop may have written what its sender has not counted yet.
        u64::try_from(sum.cast_signed()).unwrap_or(0)
    }

    /// Whether the engine holds as much as it may, or more.
    pub fn is_used_up(&self) -> bool {
        self.bytes() >= self.limit_bytes
    }

    fn shard(&self, loop_index: u32) -> &AtomicU64 {
        &self.shards[loop_index as usize % self.shards.len()]
    }
}

/// Where one session is counted.
#[derive(Debug, Clone)]
pub struct BudgetShare {
    budget: Arc<BufferBudget>,
    loop_index: u32,
}

impl BudgetShare {
    /// A session of this loop.
    pub const fn new(budget: Arc<BufferBudget>, loop_index: u32) -> Self {
        Self { budget, loop_index }
    }

    /// The session holds so many bytes instead of so many.
    pub fn change(&self, before: u64, after: u64) {
        let [before, after] = [before, after].map(|bytes| bytes.saturating_sub(ALLOWANCE_BYTES));
        if after > before {
            self.budget.add(self.loop_index, after - before);
        } else if before > after {
            self.budget.subtract(self.loop_index, before - after);
        }
    }

    /// See [`BufferBudget::is_used_up`].
    pub fn is_used_up(&self) -> bool {
        self.budget.is_used_up()
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

    #[test]
    fn what_is_written_before_it_is_counted_is_nothing() {
        let budget = BufferBudget::new(1, 100);
        budget.subtract(0, 60);
        assert_eq!((budget.bytes(), budget.is_used_up()), (0, false));
        budget.add(0, 61);
        assert_eq!(budget.bytes(), 1);
    }

    #[test]
    fn only_what_is_beyond_the_allowance_counts() {
        let budget = Arc::new(BufferBudget::new(1, 100));
        let share = BudgetShare::new(Arc::clone(&budget), 0);
        for (before, after, counted) in [(0, 16, 0), (16, 17, 1024), (17, 16, 0), (16, 18, 2048), (18, 0, 0)] {
            share.change(before << 10, after << 10);
            assert_eq!(budget.bytes(), counted, "{before} to {after}");
        }
    }
}
