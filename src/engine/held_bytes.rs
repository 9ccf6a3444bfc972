//! What all sessions of an engine hold of messages that are not complete. Knows nothing of messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a session may hold even if all together are over the limit: small messages that TCP has cut go on.
const ALLOWANCE_BYTES: u64 = 16 << 10;

/// The account of one engine.
#[derive(Debug)]
pub struct HeldBytes {
    held: AtomicU64,
    most: u64,
}

impl HeldBytes {
    /// An account that should not go over `most` bytes; equal passes.
    pub const fn new(most: u64) -> Self {
        Self { held: AtomicU64::new(0), most }
    }
}

/// One session's part of the account; given back when it is dropped.
#[derive(Debug)]
pub struct HeldShare {
    account: Arc<HeldBytes>,
    bytes: u64,
}

impl HeldShare {
    /// Nothing held.
    pub const fn new(account: Arc<HeldBytes>) -> Self {
        Self { account, bytes: 0 }
    }

    /// The session now holds so many bytes. `false`: it holds more than before and than its allowance, and all together
    /// are over the limit.
    #[inline]
    pub fn set(&mut self, bytes: u64) -> bool {
        bytes == self.bytes || self.change(bytes)
    }

    fn change(&mut self, bytes: u64) -> bool {
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes < before {
            self.account.held.fetch_sub(before - bytes, Ordering::Relaxed);
            return true;
        }
        let all = self.account.held.fetch_add(bytes - before, Ordering::Relaxed) + (bytes - before);
        all <= self.account.most || bytes <= ALLOWANCE_BYTES
    }
}

impl Drop for HeldShare {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_goes_over_the_limit_is_told_and_nobody_else() {
        let account = Arc::new(HeldBytes::new(100_000));
        let (mut one, mut two) = (HeldShare::new(Arc::clone(&account)), HeldShare::new(Arc::clone(&account)));
        assert!(one.set(60_000));
        assert!(two.set(40_000), "exactly the limit");
        assert!(!two.set(40_001));
        assert!(one.set(60_000), "unchanged");
        assert!(one.set(59_998), "less is never too much");
        let mut three = HeldShare::new(Arc::clone(&account));
        assert!(three.set(ALLOWANCE_BYTES), "the allowance");
        assert!(!three.set(ALLOWANCE_BYTES + 1));
        drop((two, three));
        assert_eq!(account.held.load(Ordering::Relaxed), 59_998);
        drop(one);
        assert_eq!(account.held.load(Ordering::Relaxed), 0);
    }
}
