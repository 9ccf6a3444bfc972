//! When to look whether sessions still need their compressor. Knows nothing of compressors.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::bridge::Target;

/// Sessions with a compressor of their own, each once, in the order in which they are due: all wait equally long.
#[derive(Debug)]
pub struct ContextWatch {
    queue: VecDeque<(Instant, Target)>,
    period: Duration,
}

impl ContextWatch {
    /// Every session is due one `period` after it was added.
    pub const fn new(period: Duration) -> Self {
        Self { queue: VecDeque::new(), period }
    }

    /// Adds a session, which must not be in it.
    pub fn add(&mut self, target: Target) {
        self.queue.push_back((Instant::now() + self.period, target));
    }

    /// When the next one is due.
    pub fn earliest(&self) -> Option<Instant> {
        self.queue.front().map(|(due, _)| *due)
    }

    /// Takes one that is due.
    pub fn pop_due(&mut self, now: Instant) -> Option<Target> {
        self.queue.pop_front_if(|(due, _)| *due <= now).map(|(_, target)| target)
    }
}
