//! The most resident memory a process has had, found by looking often. Knows nothing of what the process does.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::proc_stat;

/// Often enough for what lasts longer than a few messages; costs the load generator microseconds, the server nothing.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Looks at a process.
#[derive(Debug)]
pub struct PeakMemory {
    pid: u32,
    looked: Instant,
    /// Resident bytes at the first look.
    pub before: u64,
    /// The most there were.
    pub peak: u64,
}

impl PeakMemory {
    /// Looks for the first time.
    ///
    /// # Errors
    /// If there is no such process.
    pub fn watch(pid: u32) -> Result<Self> {
        let before = proc_stat::counted_resident_bytes(pid)?;
        Ok(Self { pid, looked: Instant::now(), before, peak: before })
    }

    /// Looks again, if the last look was long enough ago.
    pub fn look(&mut self) {
        if self.looked.elapsed() < LOOK_EVERY {
            return;
        }
        self.looked = Instant::now();
        // A process that has ended shows in its connections.
        self.peak = self.peak.max(proc_stat::counted_resident_bytes(self.pid).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::{LOOK_EVERY, PeakMemory};

    #[test]
    fn memory_that_was_given_back_stays_in_the_peak() {
        let mut memory = PeakMemory::watch(std::process::id()).expect("this process");
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        memory.looked = memory.looked.checked_sub(LOOK_EVERY).expect("some time ago");
        memory.look();
        drop(block);
        memory.looked = memory.looked.checked_sub(LOOK_EVERY).expect("some time ago");
        memory.look();

        assert!(memory.peak >= memory.before + (48 << 20), "{memory:?}");
    }
}
