//! Says whether a case has reached what it must. Measures nothing.

use serde::{Deserialize, Serialize};

use crate::case::{Bound, Case, CaseKind, Figure, Idle, IdleBudget, Pairs};
use crate::idle_memory::IdleResult;
use crate::interval::MedianInterval;
use crate::pairs::{Comparison, Pair};
use crate::report::RunReport;
use crate::results::Outcome;
use crate::server;

/// One demand and its fate.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Verdict {
    /// The reference it is about; `None`: the subject alone.
    pub server: Option<String>,
    /// What is demanded, for a table.
    pub demand: String,
    /// Whether it is met, see [`Bound::is_reached`].
    pub met: bool,
}

/// All demands of `case`. A reference without result has none.
pub fn judge(case: &Case, outcome: &Outcome) -> Vec<Verdict> {
    match (case.kind, outcome) {
        (CaseKind::Pairs(pairs), Outcome::Pairs { figure, comparisons }) => of_pairs(pairs, *figure, comparisons),
        (CaseKind::Idle(idle), Outcome::Idle { sides }) => of_idle(idle, sides),
        _ => Vec::new(),
    }
}

fn of_pairs(pairs: Pairs, figure: Figure, comparisons: &[Comparison]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for comparison in comparisons {
        let reference = pairs.references.iter().find(|reference| reference.server == comparison.server);
        if let Some(bound) = reference.and_then(|reference| reference.bound) {
            verdicts.push(Verdict {
                server: Some(comparison.server.clone()),
                demand: bound.words(),
                met: bound.is_reached(comparison.ratio),
            });
        }
    }
    if let (Some(least), Some(best)) = (pairs.least_to_best_peer, best_peer(figure, comparisons)) {
        let bound = Bound::AtLeast(least);
        verdicts.push(Verdict {
            server: Some(best.server.clone()),
            demand: format!("{} to the best JVM peer", bound.words()),
            met: bound.is_reached(best.ratio),
        });
    }
    if let (Some(most), Some(p99_ms)) = (pairs.most_p99_ms, subject_p99_ms(comparisons)) {
        verdicts.push(Verdict {
            server: None,
            demand: format!("99th percentile {:.1} ms, < {most} ms", p99_ms.median),
            met: p99_ms.median < most,
        });
    }
    if let (Some(most), [comparison, ..]) = (pairs.most_growth_bytes, comparisons) {
        verdicts.extend(of_stalled(most, &comparison.pairs));
    }
    verdicts
}

/// What became of the reader that never reads, and what it cost.
fn of_stalled(most_growth: u64, pairs: &[Pair]) -> [Verdict; 2] {
    let ended = pairs.iter().filter(|pair| pair.subject.stalled_ended == Some(1)).count();
    let more = growth(pairs.iter().map(|pair| &pair.subject)) - growth(pairs.iter().map(|pair| &pair.reference));
    let kib = |bytes: f64| bytes / 1024.0;
    [
        Verdict {
            server: None,
            demand: format!("who never reads is ended, in {ended} of {} runs", pairs.len()),
            met: ended == pairs.len(),
        },
        Verdict {
            server: None,
            demand: format!(
                "memory grew by {:.0} KiB more than with the reference, <= {:.0} KiB",
                kib(more),
                kib(most_growth as f64)
            ),
            met: more <= most_growth as f64,
        },
    ]
}

/// By how many bytes a server's memory grew over all its runs, the most that it was counted.
fn growth<'r>(runs: impl Iterator<Item = &'r RunReport> + Clone) -> f64 {
    let before = runs.clone().find_map(|run| run.server_resident_before_bytes).unwrap_or_default();
    let peak = runs.filter_map(|run| run.server_resident_peak_bytes).max().unwrap_or_default();
    peak as f64 - before as f64
}

/// The reference with the best figure among those that are JVM peers.
fn best_peer(figure: Figure, comparisons: &[Comparison]) -> Option<&Comparison> {
    let is_peer = |comparison: &&Comparison| server::find(&comparison.server).is_ok_and(|server| server.is_jvm_peer);
    let peers = comparisons.iter().filter(is_peer);
    let by_figure = |one: &&Comparison, other: &&Comparison| one.reference.median.total_cmp(&other.reference.median);
    if figure == Figure::P99 { peers.min_by(by_figure) } else { peers.max_by(by_figure) }
}

fn subject_p99_ms(comparisons: &[Comparison]) -> Option<MedianInterval> {
    let pairs = comparisons.iter().flat_map(|comparison| &comparison.pairs);
    let values: Vec<f64> = pairs.map(|pair| pair.subject.p99_us / 1e3).collect();
    MedianInterval::of(&values)
}

fn of_idle(idle: Idle, sides: &[IdleResult]) -> Vec<Verdict> {
    let verdict = match idle.budget {
        IdleBudget::Bytes(most) => sides.first().map(|subject| Verdict {
            server: None,
            demand: format!("<= {most} bytes"),
            met: subject.total_bytes.median <= f64::from(most),
        }),
        IdleBudget::Ratio(most) => sides.get(1).map(|reference| Verdict {
            server: Some(reference.server.clone()),
            demand: Bound::AtMost(most).words(),
            met: Bound::AtMost(most).is_reached(reference.ratio),
        }),
    };
    verdict.into_iter().collect()
}

impl Bound {
    /// For a table.
    pub fn words(self) -> String {
        match self {
            Self::AtLeast(ratio) => format!(">= {ratio} x"),
            Self::AtMost(ratio) => format!("<= {ratio} x"),
        }
    }

    /// Whether `ratio` reaches it: with its median; as good as the other, 1.0 x, with its interval, because equal servers have a median
    /// below 1.0 in every other run.
    pub fn is_reached(self, ratio: MedianInterval) -> bool {
        match self {
            Self::AtLeast(1.0) => ratio.high >= 1.0,
            Self::AtLeast(least) => ratio.median >= least,
            Self::AtMost(most) => ratio.median <= most,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, best_peer, judge, subject_p99_ms};
    use crate::case::{self, Bound, Figure};
    use crate::interval::MedianInterval;
    use crate::pairs::Comparison;
    use crate::report::RunReport;
    use crate::results::Outcome;
    use crate::sample::{self, comparison};

    fn verdicts(name: &str, comparisons: Vec<Comparison>) -> Vec<(Option<String>, String, bool)> {
        let outcome = Outcome::Pairs { figure: Figure::PerCpuSecond, comparisons };
        let verdicts = judge(case::find(name).expect("a case"), &outcome);
        verdicts.into_iter().map(|Verdict { server, demand, met }| (server, demand, met)).collect()
    }

    #[test]
    fn as_good_as_the_other_is_reached_by_the_interval_and_everything_else_by_the_median() {
        let interval = MedianInterval { median: 0.97, low: 0.95, high: 1.01, coverage: 0.96 };

        assert!(Bound::AtLeast(1.0).is_reached(interval));
        assert!(!Bound::AtLeast(1.0).is_reached(MedianInterval { high: 0.99, ..interval }));
        assert!(Bound::AtLeast(0.97).is_reached(interval) && !Bound::AtLeast(0.98).is_reached(interval));
        assert!(Bound::AtMost(0.97).is_reached(interval) && !Bound::AtMost(0.96).is_reached(interval));
    }

    #[test]
    fn each_reference_has_its_own_demand() {
        let found = verdicts("echo-64", vec![comparison("spring-tomcat", 90.0, 50.0), comparison("netty", 90.0, 95.0)]);

        assert_eq!(found, [(Some("spring-tomcat".to_owned()), ">= 2 x".to_owned(), false)]);
    }

    #[test]
    fn the_best_peer_is_the_fastest_one_for_the_jvm() {
        let comparisons = vec![
            comparison("epoll-baseline", 120.0, 133.0),
            comparison("netty", 120.0, 110.0),
            comparison("spring-tomcat", 120.0, 80.0),
        ];

        assert_eq!(best_peer(Figure::PerCpuSecond, &comparisons).expect("a peer").server, "netty");
        assert_eq!(best_peer(Figure::P99, &comparisons).expect("a peer").server, "spring-tomcat");
        let found = verdicts("broadcast-512", comparisons);
        assert_eq!(found[0], (Some("epoll-baseline".to_owned()), ">= 0.9 x".to_owned(), true));
        assert_eq!(found[1], (Some("netty".to_owned()), ">= 1.05 x to the best JVM peer".to_owned(), true));
    }

    #[test]
    fn the_subjects_latency_has_a_demand_of_its_own() {
        let mut slow = comparison("hawser-inline", 40.0, 20.0);
        slow.pairs.iter_mut().for_each(|pair| pair.subject.p99_us = 21_000.0);

        let found = verdicts("sleep-takeover", vec![slow]);
        assert_eq!(found[1], (None, "99th percentile 21.0 ms, < 20 ms".to_owned(), false));
    }

    #[test]
    fn a_reader_that_never_reads_must_be_ended_and_cost_no_more_than_its_mark() {
        let mut runs = comparison("hawser", 60.0, 60.0);
        for (round, pair) in runs.pairs.iter_mut().enumerate() {
            let grown = |bytes: u64| RunReport {
                server_resident_before_bytes: Some(100 << 20),
                server_resident_peak_bytes: Some((100 << 20) + round as u64 * bytes),
                stalled_ended: Some(1),
                ..RunReport::default()
            };
            (pair.subject, pair.reference) = (grown(3 << 20), grown(1 << 20));
        }
        let both = |runs: &Comparison| {
            verdicts("stalled-reader", vec![runs.clone()])[1..].iter().map(|found| found.2).collect::<Vec<_>>()
        };
        assert_eq!(both(&runs), [true, true]);

        runs.pairs[1].subject.stalled_ended = Some(0);
        runs.pairs[2].subject.server_resident_peak_bytes = Some(108 << 20);
        assert_eq!(both(&runs), [false, false]);
    }

    #[test]
    fn a_latency_and_a_size_are_judged_by_their_median() {
        let mut mixed = comparison("hawser-inline", 40.0, 20.0);
        mixed.pairs[0].subject.p99_us = 1000.0;
        mixed.pairs[1..].iter_mut().for_each(|pair| pair.subject.p99_us = 21_000.0);
        assert_eq!(subject_p99_ms(std::slice::from_ref(&mixed)).expect("values").low, 1.0);
        assert!(!verdicts("sleep-takeover", vec![mixed])[1].2);

        let Outcome::Idle { mut sides } = sample::results().cases.remove(2).outcome else { panic!("not idle") };
        sides[0].total_bytes = MedianInterval { median: 3073.0, low: 3000.0, high: 3100.0, coverage: 0.75 };
        assert!(!judge(case::find("idle").expect("a case"), &Outcome::Idle { sides })[0].met);
    }
}
