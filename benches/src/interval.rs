//! Median of a few measured values and how sure it is. Knows nothing of what was measured.

use serde::{Deserialize, Serialize};

/// Coverage an interval should have at least.
const WANTED_COVERAGE: f64 = 0.95;

/// Median with an interval between two of the values themselves.
///
/// The interval is exact for any distribution: of `n` independent values each is below the true median with probability
/// one half, so the k-th smallest and the k-th largest enclose it unless fewer than `k` fell on one side (binomial).
/// `k` is the largest that keeps the coverage at 95 % or more; below 6 values even the extremes cover less.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
pub struct MedianInterval {
    /// Median of the values.
    pub median: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Probability that the interval holds the true median, 0 to 1.
    pub coverage: f64,
}

impl MedianInterval {
    /// Computes it; `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len();
        let last = count.checked_sub(1)?;
        let mut rank = 0;
        while rank + 1 < count.div_ceil(2) && coverage(count, rank + 1) >= WANTED_COVERAGE {
            rank += 1;
        }
        Some(Self {
            median: f64::midpoint(sorted[last / 2], sorted[count / 2]),
            low: sorted[rank],
            high: sorted[last - rank],
            coverage: coverage(count, rank),
        })
    }
}

/// Coverage of the interval that leaves `rank` values out on each side.
fn coverage(count: usize, rank: usize) -> f64 {
    let mut term = 0.5_f64.powi(i32::try_from(count).unwrap_or(i32::MAX));
    let mut tail = 0.0;
    for below in 0..=rank {
        tail += term;
        term *= (count - below) as f64 / (below + 1) as f64;
    }
    1.0 - 2.0 * tail
}

#[cfg(test)]
mod tests {
    use super::{MedianInterval, coverage};

    fn of(count: u32) -> MedianInterval {
        let values: Vec<f64> = (1..=count).rev().map(f64::from).collect();
        MedianInterval::of(&values).expect("values")
    }

    #[test]
    fn nine_values_leave_one_out_on_each_side() {
        let interval = of(9);

        assert_eq!((interval.low, interval.median, interval.high), (2.0, 5.0, 8.0));
        assert!((interval.coverage - (1.0 - 2.0 * 10.0 / 512.0)).abs() < 1e-12);
    }

    #[test]
    fn ranks_agree_with_the_sign_test_table() {
        for (count, low) in [(6, 1.0), (8, 1.0), (12, 3.0), (15, 4.0), (20, 6.0), (25, 8.0)] {
            assert_eq!(of(count).low, low, "{count} values");
        }
    }

    #[test]
    fn few_values_give_their_extremes_and_say_so() {
        let interval = of(3);

        assert_eq!((interval.low, interval.median, interval.high), (1.0, 2.0, 3.0));
        assert!((interval.coverage - 0.75).abs() < 1e-12);
        assert_eq!(of(2).median, 1.5);
        assert_eq!(MedianInterval::of(&[]), None);
    }

    #[test]
    fn a_single_value_covers_nothing() {
        assert!(coverage(1, 0).abs() < 1e-12);
    }
}
