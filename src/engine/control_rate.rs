//! How many control frames a peer sends in a second. Knows nothing of frames; the clock is an argument.

/// The count of the second in progress. 12 bytes: every session has one.
#[derive(Clone, Copy, Debug, Default)]
pub struct ControlRate {
    second: u32,
    count: u32,
    /// Pings of ours that were not answered: so many pongs are no flood.
    awaited_pongs: u32,
}

impl ControlRate {
    /// A ping of ours goes out.
    pub const fn expect_pong(&mut self) {
        self.awaited_pongs = self.awaited_pongs.saturating_add(1);
    }

    /// Counts a pong; `false` as for [`admit_ping`](Self::admit_ping), unless a ping of ours asked for it.
    pub const fn admit_pong(&mut self, second: u64, most: u32) -> bool {
        if self.awaited_pongs > 0 {
            self.awaited_pongs -= 1;
            return true;
        }
        self.admit_ping(second, most)
    }

    /// Counts one more; `false` if it is beyond `most` in this second. A burst over the turn of a second may be twice
    /// as long.
    pub const fn admit_ping(&mut self, second: u64, most: u32) -> bool {
        // Only its change matters, so the upper half may go.
        let second = second as u32;
        if self.second != second {
            self.second = second;
            self.count = 0;
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
        let mut admitted = |second, frames| (0..frames).filter(|_| rate.admit_ping(second, 3)).count();
        assert_eq!(admitted(0, 5), 3);
        assert_eq!(admitted(0, 1), 0);
        assert_eq!(admitted(1, 3), 3);
        assert_eq!(admitted(7, 4), 3);
    }

    #[test]
    fn pongs_that_were_asked_for_do_not_count() {
        let mut rate = ControlRate::default();
        (0..10).for_each(|_| rate.expect_pong());
        assert_eq!((0..20).filter(|_| rate.admit_pong(0, 3)).count(), 13);
        assert!(!rate.admit_ping(0, 3), "pings and pongs nobody asked for count together");
    }
}
