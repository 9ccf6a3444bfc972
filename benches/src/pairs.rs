//! Alternating pairs of runs: both servers stay up, each round runs both, the order swaps. Knows no memory and no bounds.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::case::Figure;
use crate::fleet::{Fleet, Side};
use crate::interval::MedianInterval;
use crate::progress::Progress;
use crate::report::RunReport;

/// What a run takes beside its seconds: connections, warm-up, end.
const RUN_SECONDS_BESIDE: f64 = 0.9;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Pairs per reference, at least 1; 9 for an interval of 95 %.
    pub rounds: usize,
    /// Measured seconds of one run.
    pub seconds: f64,
    /// Part of the servers' warm-up messages that is sent, above 0.
    pub warm_up_share: f64,
}

impl Effort {
    /// About how long one run takes.
    pub fn run_seconds(self) -> f64 {
        self.seconds + RUN_SECONDS_BESIDE
    }
}

/// One round: both servers under load, one directly after the other.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pair {
    /// The server in question.
    pub subject: RunReport,
    /// The server it is compared with.
    pub reference: RunReport,
    /// The figure, subject by reference.
    pub ratio: f64,
}

/// All rounds with one reference.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Comparison {
    /// Name of the server that the subject is compared with.
    pub server: String,
    /// The rounds in their order.
    pub pairs: Vec<Pair>,
    /// The figures of the subject.
    pub subject: MedianInterval,
    /// The figures of the reference.
    pub reference: MedianInterval,
    /// The ratios of the pairs.
    pub ratio: MedianInterval,
}

/// Runs all rounds of `subject` and `reference`.
///
/// # Errors
/// A server that did not start, or a run that failed: no result is better than one with a hole.
pub fn run(
    fleet: &mut Fleet<'_>,
    [subject, reference]: [Side; 2],
    figure: Figure,
    effort: Effort,
    progress: &Progress,
) -> Result<Comparison> {
    fleet.warm(subject, progress)?;
    fleet.warm(reference, progress)?;
    let mut pairs = Vec::with_capacity(effort.rounds);
    for round in 1..=effort.rounds {
        let run = |side: Side| fleet.run(side, effort.seconds);
        let pair = if round % 2 == 1 {
            let first = run(subject)?;
            Pair::of(figure, first, run(reference)?)?
        } else {
            let first = run(reference)?;
            Pair::of(figure, run(subject)?, first)?
        };
        progress.done(2.0 * effort.run_seconds());
        progress.say(&format!("{round}/{}: {}", effort.rounds, pair.describe(figure, subject, reference)));
        pairs.push(pair);
    }
    Comparison::of(reference.server.name, figure, pairs)
}

impl Comparison {
    fn of(server: &str, figure: Figure, pairs: Vec<Pair>) -> Result<Self> {
        let interval = |value: &dyn Fn(&Pair) -> f64| {
            let values: Vec<f64> = pairs.iter().map(value).collect();
            MedianInterval::of(&values).context("at least one round is needed")
        };
        let figure_of = |report: &RunReport| figure.of(report).unwrap_or_default();
        let subject = interval(&|pair| figure_of(&pair.subject))?;
        let reference = interval(&|pair| figure_of(&pair.reference))?;
        let ratio = interval(&|pair| pair.ratio)?;
        Ok(Self { server: server.to_owned(), subject, reference, ratio, pairs })
    }
}

impl Pair {
    fn of(figure: Figure, subject: RunReport, reference: RunReport) -> Result<Self> {
        let too_short = "the run was too short for the clock of /proc/<pid>/stat: raise the seconds";
        let ours = figure.of(&subject).context(too_short)?;
        let theirs = figure.of(&reference).context(too_short)?;
        Ok(Self { subject, reference, ratio: ours / theirs })
    }

    fn describe(&self, figure: Figure, subject: Side, reference: Side) -> String {
        let value = |report: &RunReport| figure.of(report).unwrap_or_default();
        let (ours, theirs) = (value(&self.subject), value(&self.reference));
        let label = figure.label(subject.shape.noun());
        let names = format!("{} : {}", subject.server.name, reference.server.name);
        format!("{names} {ours:.0} : {theirs:.0} {label}, ratio {:.3}", self.ratio)
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Pair};
    use crate::case::Figure;
    use crate::report::RunReport;

    fn report(per_cpu_second: Option<f64>) -> RunReport {
        RunReport { messages_per_cpu_second: per_cpu_second, p99_us: 50.0, ..RunReport::default() }
    }

    #[test]
    fn medians_are_of_the_figures_and_of_the_ratios_of_pairs() {
        let pair =
            |ours, theirs| Pair::of(Figure::PerCpuSecond, report(Some(ours)), report(Some(theirs))).expect("a pair");
        let pairs = vec![pair(100.0, 50.0), pair(90.0, 30.0), pair(200.0, 200.0)];
        let comparison = Comparison::of("other", Figure::PerCpuSecond, pairs).expect("rounds");

        assert_eq!((comparison.subject.median, comparison.reference.median), (100.0, 50.0));
        assert_eq!((comparison.ratio.low, comparison.ratio.median, comparison.ratio.high), (1.0, 2.0, 3.0));
    }

    #[test]
    fn a_run_below_a_clock_tick_has_no_cpu_figure_but_others() {
        assert!(Pair::of(Figure::PerCpuSecond, report(Some(1.0)), report(None)).is_err());
        assert_eq!(Pair::of(Figure::P99, report(None), report(None)).expect("timed").ratio, 1.0);
    }
}
