//! What happens to a session whose peer does not read. Knows nothing of queues.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// What is done with a message that finds its session at the high-water mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum OverflowStrategy {
    /// The sender waits until the session is below its low-water mark.
    #[default]
    Block = 0,
    /// The session is closed with 1013.
    Terminate = 1,
    /// The oldest waiting messages make room.
    DropOldest = 2,
    /// The message is not taken.
    DropNewest = 3,
}

impl OverflowStrategy {
    /// The strategy where nobody can wait.
    pub const fn without_waiting(self) -> Self {
        match self {
            Self::Block => Self::Terminate,
            other => other,
        }
    }

    /// The strategy with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Block),
            1 => Some(Self::Terminate),
            2 => Some(Self::DropOldest),
            3 => Some(Self::DropNewest),
            _ => None,
        }
    }
}

/// The marks of one session in bytes ([`Pressure::weight`](crate::bridge::Pressure::weight)), and what counts beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboundLimits {
    /// Below it a session that was at its high-water mark is drained; at most the high-water mark.
    pub low_water_bytes: u32,
    /// From it on the strategy decides about the next message.
    pub high_water_bytes: u32,
    /// What that is.
    pub overflow: OverflowStrategy,
}

/// The limits of one session, for every thread: set before it opens, read by everyone who sends.
#[derive(Debug)]
pub struct SharedLimits {
    /// Low water in the upper half, high water in the lower.
    marks: AtomicU64,
    overflow: AtomicU8,
}

impl SharedLimits {
    /// Begins with these.
    pub fn new(limits: OutboundLimits) -> Self {
        let shared = Self { marks: AtomicU64::default(), overflow: AtomicU8::default() };
        shared.set(limits);
        shared
    }

    /// Other limits. Who is to see both marks change at once must not send yet.
    pub fn set(&self, limits: OutboundLimits) {
        let marks = u64::from(limits.low_water_bytes) << 32 | u64::from(limits.high_water_bytes);
        self.marks.store(marks, Ordering::Relaxed);
        self.overflow.store(limits.overflow as u8, Ordering::Relaxed);
    }

    /// From this weight on the strategy decides.
    #[inline]
    pub fn high_water(&self) -> u64 {
        self.marks.load(Ordering::Relaxed) & u64::from(u32::MAX)
    }

    /// Below this weight the session is drained.
    pub fn low_water(&self) -> u64 {
        self.marks.load(Ordering::Relaxed) >> 32
    }

    /// What is done with a message at the mark.
    pub fn overflow(&self) -> OverflowStrategy {
        OverflowStrategy::from_number(self.overflow.load(Ordering::Relaxed)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_they_were_set() {
        let limits = |low_water_bytes, high_water_bytes, overflow| OutboundLimits {
            low_water_bytes,
            high_water_bytes,
            overflow,
        };
        let shared = SharedLimits::new(limits(1, 2, OverflowStrategy::Block));
        shared.set(limits(u32::MAX - 1, u32::MAX, OverflowStrategy::DropNewest));
        assert_eq!((shared.low_water(), shared.high_water()), (0xffff_fffe, 0xffff_ffff));
        assert_eq!(shared.overflow(), OverflowStrategy::DropNewest);
    }
}
