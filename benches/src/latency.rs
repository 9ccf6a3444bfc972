//! Latencies in a histogram of fixed size. Knows no clock.

use std::time::Duration;

/// Steps per power of two: a quantile is at most 1/32 too large.
const STEPS_BITS: u32 = 5;
const STEPS: usize = 1 << STEPS_BITS;
const BUCKETS: usize = (64 - STEPS_BITS as usize + 1) * STEPS;

/// Counts latencies in nanoseconds; memory does not grow with their number.
#[derive(Clone, Debug)]
pub struct Latencies {
    counts: Vec<u64>,
    total: u64,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }
}

impl Latencies {
    /// Adds one latency.
    pub fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket_of(nanos)] += 1;
        self.total += 1;
    }

    /// The latency in microseconds that `share` (0 to 1) of all do not exceed; 0 where nothing was recorded.
    pub fn quantile_us(&self, share: f64) -> f64 {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return largest_of(bucket) as f64 / 1e3;
            }
        }
        0.0
    }
}

/// The first `STEPS` buckets hold one value each, then every power of two has `STEPS` equal ones.
fn bucket_of(nanos: u64) -> usize {
    let doublings = (64 - nanos.leading_zeros()).saturating_sub(STEPS_BITS + 1);
    doublings as usize * STEPS + (nanos >> doublings) as usize
}

fn largest_of(bucket: usize) -> u64 {
    let doublings = (bucket / STEPS).saturating_sub(1);
    let step = (bucket - doublings * STEPS) as u64;
    (step << doublings) + ((1 << doublings) - 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{BUCKETS, Latencies, bucket_of, largest_of};

    #[test]
    fn each_bucket_ends_where_the_next_begins() {
        for bucket in 0..BUCKETS - 1 {
            let end = largest_of(bucket);
            assert_eq!((bucket_of(end), bucket_of(end + 1)), (bucket, bucket + 1));
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn a_quantile_is_at_most_a_thirtysecond_too_large() {
        let mut latencies = Latencies::default();
        for micros in 1..=1000 {
            latencies.record(Duration::from_micros(micros));
        }
        for (share, exact) in [(0.5, 500.0), (0.99, 990.0), (0.999, 999.0)] {
            let quantile = latencies.quantile_us(share);
            assert!((exact..=exact * 33.0 / 32.0).contains(&quantile), "{share}: {quantile}");
        }
    }

    #[test]
    fn nothing_recorded_is_zero() {
        assert!(Latencies::default().quantile_us(0.5) < f64::EPSILON);
    }
}
