//! A chart of each case: its servers, the subject on top. Knows no SVG.

use crate::case::Figure;
use crate::interval::MedianInterval;
use crate::markdown::thousands;
use crate::pairs::Comparison;
use crate::results::{CaseResult, Outcome};
use crate::svg::{Bar, Chart};

/// The chart of `case`; `None` where nothing was measured.
pub fn chart(case: &CaseResult) -> Option<Chart> {
    if case.outcome.is_empty() {
        return None;
    }
    let (what, is_more_better, bars) = match &case.outcome {
        Outcome::Pairs { figure, comparisons } => {
            (figure.label(&case.noun), *figure != Figure::P99, pairs(case, *figure, comparisons))
        }
        Outcome::Idle { sides } => {
            let is_own = |index, server: &str| index == 0 && server == case.subject;
            let bars = sides.iter().enumerate();
            let bars = bars.map(|(index, side)| bar(&side.label, side.total_bytes, is_own(index, &side.server)));
            ("bytes of memory per connection".to_owned(), false, bars.collect())
        }
        Outcome::Tail { servers } => {
            let p99 = |runs: Vec<f64>| MedianInterval::of(&runs);
            let bars = servers.iter().filter_map(|server| {
                let found = p99(server.runs.iter().map(|run| run.p99_us).collect())?;
                Some(bar(&server.server, found, server.server == case.subject))
            });
            ("99th percentile of the latency in us".to_owned(), false, bars.collect())
        }
    };
    let better = if is_more_better { "more is better" } else { "less is better" };
    Some(Chart { title: case.title.clone(), subtitle: format!("{what}; {better}"), bars })
}

/// The subject over all its rounds, then each reference.
fn pairs(case: &CaseResult, figure: Figure, comparisons: &[Comparison]) -> Vec<Bar> {
    let rounds = comparisons.iter().flat_map(|comparison| &comparison.pairs);
    let own: Vec<f64> = rounds.filter_map(|pair| figure.of(&pair.subject)).collect();
    let own = MedianInterval::of(&own).map(|found| bar(&case.subject, found, true));
    let others = comparisons.iter().map(|comparison| bar(&other_name(case, comparison), comparison.reference, false));
    own.into_iter().chain(others).collect()
}

/// A server that is compared with itself under another load is told apart.
fn other_name(case: &CaseResult, comparison: &Comparison) -> String {
    if comparison.server == case.subject {
        format!("{}, reference", comparison.server)
    } else {
        comparison.server.clone()
    }
}

fn bar(name: &str, found: MedianInterval, is_own: bool) -> Bar {
    let range = Some((found.low.max(0.0), found.high.max(0.0)));
    Bar { name: name.to_owned(), value: found.median.max(0.0), label: thousands(found.median), range, is_own }
}

#[cfg(test)]
mod tests {
    use super::chart;
    use crate::results::Outcome;
    use crate::sample;

    #[test]
    fn every_case_has_a_bar_for_each_of_its_servers_the_subject_first() {
        let results = sample::results();
        let names = |index: usize| {
            let chart = chart(&results.cases[index]).expect("measured");
            assert!(chart.bars[0].is_own && chart.bars[1..].iter().all(|bar| !bar.is_own));
            chart.bars.iter().map(|bar| format!("{} {}", bar.name, bar.label)).collect::<Vec<_>>()
        };

        assert_eq!(names(0), ["hawser 100,500", "tokio-tungstenite 120,000", "vertx 90,000"]);
        assert_eq!(names(1), ["hawser 150", "vertx 180"]);
        assert_eq!(names(2), ["hawser 2,900", "tokio-tungstenite 9,000"]);
    }

    #[test]
    fn a_case_without_figures_has_no_chart() {
        let mut case = sample::results().cases.remove(1);
        case.outcome = Outcome::Tail { servers: Vec::new() };

        assert!(chart(&case).is_none());
    }
}
