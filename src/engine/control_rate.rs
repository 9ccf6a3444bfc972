//! How many control frames a peer sends in a second. Knows nothing of frames; the clock is an argument.

/// The count of the second in progress. 8 bytes: every session has one.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlRate {
    second: u32,
    count: u32,
}

impl ControlRate {
    /// Counts one more; `false` if it is beyond `most` in this second. A burst over the turn of a second may be twice
    /// as long.
    pub const fn admit(&mut self, second: u64, most: u32) -> bool {
        // Only its change matters, so the upper half may go.
        let second = second as u32;
        if self.second != second {
            *self = Self { second, count: 0 };
        }
        self.count = self.count.saturating_add(1);
        self.count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_has_its_own_count() {
        let mut rate = ControlRate::default();
        let mut admitted = |second, frames| (0..frames).filter(|_| rate.admit(second, 3)).count();
        assert_eq!(admitted(0, 5), 3);
        assert_eq!(admitted(0, 1), 0);
        assert_eq!(admitted(1, 3), 3);
        assert_eq!(admitted(7, 4), 3);
    }
}
