//! The intended send times of an open loop: evenly spaced, whatever the server does. Knows no sockets.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::latency::Latencies;

/// The kernel wakes a sleeper up to a millisecond late, so the last of them is spent spinning.
const SPIN: Duration = Duration::from_millis(2);

/// Says when the next message is due. Latencies counted from [`take`](Self::take)'s answer hold the time a message waited
/// because the load generator or the server was late: no coordinated omission.
#[derive(Debug)]
pub struct Pace {
    start: Instant,
    interval: Duration,
    taken: u32,
    lag: Latencies,
}

impl Pace {
    /// Begins `now` with `per_second` messages a second.
    ///
    /// # Errors
    /// If the rate is not above 0 and at most 10 million.
    pub fn new(per_second: f64, now: Instant) -> Result<Self> {
        ensure!(per_second > 0.0 && per_second <= 1e7, "a rate of {per_second} messages per second");
        let interval = Duration::from_secs_f64(1.0 / per_second);
        Ok(Self { start: now, interval, taken: 0, lag: Latencies::default() })
    }

    /// The time at which the next message should be sent, if it is not later than `now`; each is given once.
    pub fn take(&mut self, now: Instant) -> Option<Instant> {
        let due = self.next();
        if due > now {
            return None;
        }
        self.taken += 1;
        // A multiple of the interval fits into 32 bits only for minutes, so the start moves on.
        if self.taken == 1 << 20 {
            (self.start, self.taken) = (self.next(), 0);
        }
        self.lag.record(now - due);
        Some(due)
    }

    /// How long to wait for sockets at `now`: not at all shortly before the next message.
    pub fn patience(&self, now: Instant) -> Duration {
        self.next().saturating_duration_since(now).saturating_sub(SPIN)
    }

    /// How late messages were taken.
    pub const fn lag(&self) -> &Latencies {
        &self.lag
    }

    /// Begins the count of lateness anew.
    pub fn forget_lag(&mut self) {
        self.lag = Latencies::default();
    }

    fn next(&self) -> Instant {
        self.start + self.interval * self.taken
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Pace;

    #[test]
    fn messages_keep_their_times_when_the_sender_is_late() {
        let start = Instant::now();
        let mut pace = Pace::new(1000.0, start).expect("a rate");
        let late = start + Duration::from_micros(2500);

        let taken: Vec<Duration> = std::iter::from_fn(|| pace.take(late)).map(|due| due - start).collect();
        assert_eq!(taken, [0, 1, 2].map(Duration::from_millis));
        assert_eq!(pace.take(late), None);
        assert!((2500.0..2600.0).contains(&pace.lag().quantile_us(1.0)));
    }

    #[test]
    fn the_rate_is_kept_over_millions_of_messages() {
        let start = Instant::now();
        let mut pace = Pace::new(1_000_000.0, start).expect("a rate");
        let end = start + Duration::from_secs(3);

        assert_eq!(std::iter::from_fn(|| pace.take(end)).count(), 3_000_001);
    }

    #[test]
    fn sockets_are_waited_for_only_while_nothing_is_due() {
        let start = Instant::now();
        let mut pace = Pace::new(10.0, start).expect("a rate");
        pace.take(start);

        assert_eq!(pace.patience(start), Duration::from_millis(98));
        assert_eq!(pace.patience(start + Duration::from_millis(99)), Duration::ZERO);
        assert!(Pace::new(0.0, start).is_err());
    }
}
