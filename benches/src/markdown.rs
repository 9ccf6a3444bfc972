//! Results as Markdown tables for a terminal, a document or a pull request. Decides nothing.

use std::fmt::Write;

use crate::case::Figure;
use crate::idle_memory::{IdleResult, Trial};
use crate::interval::MedianInterval;
use crate::judge::Verdict;
use crate::pairs::{Comparison, Pair};
use crate::report::RunReport;
use crate::results::{CaseResult, Outcome, Results};
use crate::tail_runs::TailResult;

/// Noun of the cases that say what is added to each message.
const REQUESTS: &str = "requests";
const PAIRS_HEAD: &str = "\
| against | {subject} | reference | ratio (interval) | at least | p99, us | memory, MiB |
|---|---|---|---|---|---|---|
";
const IDLE_HEAD: &str = "\
| server | outside the heap | live heap | sum (interval) | {subject} : server (interval) | budget |
|---|---|---|---|---|---|
";
const TAIL_HEAD: &str = "\
| server | echoes per second | p50, us | p99, us | p99.9, us | largest, us |
|---|---|---|---|---|---|
";

/// Renders all cases and what they were measured on.
pub fn render(results: &Results) -> String {
    let mut text = machine(results);
    for case in &results.cases {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n### {}\n\n{}", case.name, self::case(case));
    }
    text
}

/// One line about machine and settings.
pub fn machine(results: &Results) -> String {
    let (machine, settings) = (&results.machine, &results.settings);
    let quick = if settings.quick { ", QUICK: these figures mean nothing" } else { "" };
    format!(
        "{}, {} processors, Linux {}, {}; {} pairs of {} s{quick}\n",
        machine.processor, machine.processors, machine.kernel, settings.java, settings.rounds, settings.seconds
    )
}

/// Renders one case: what it is, its table, demands on the subject alone, what could not be measured.
pub fn case(case: &CaseResult) -> String {
    let mut text = match &case.outcome {
        Outcome::Pairs { figure, comparisons } => pairs(case, *figure, comparisons),
        Outcome::Idle { sides } => idle(case, sides),
        Outcome::Tail { servers } => tail(case, servers),
    };
    if let (Outcome::Pairs { comparisons, .. }, REQUESTS) = (&case.outcome, case.noun.as_str()) {
        text.extend(comparisons.iter().map(|comparison| cost(case, comparison)));
    }
    for verdict in case.verdicts.iter().filter(|verdict| verdict.server.is_none() && !is_idle(case)) {
        let _ = write!(text, "\n{}: {}.\n", case.subject, words(verdict));
    }
    for gap in &case.gaps {
        let outcome = if gap.failed { "**failed**" } else { "was skipped" };
        let _ = write!(text, "\n{} {outcome}: {}.\n", gap.server, gap.reason);
    }
    text
}

const fn is_idle(case: &CaseResult) -> bool {
    matches!(case.outcome, Outcome::Idle { .. })
}

fn pairs(case: &CaseResult, figure: Figure, comparisons: &[Comparison]) -> String {
    let head = PAIRS_HEAD.replace("{subject}", &case.subject);
    let head = if figure == Figure::P99 { head.replace("at least", "at most") } else { head };
    let rows: String = comparisons.iter().map(|comparison| pairs_row(case, comparison)).collect();
    format!("{}; {}.\n\n{head}{rows}", case.title, figure.label(&case.noun))
}

fn pairs_row(case: &CaseResult, comparison: &Comparison) -> String {
    let both = |value: fn(&RunReport) -> f64| {
        let subject = median(&comparison.pairs, |pair: &Pair| value(&pair.subject));
        let reference = median(&comparison.pairs, |pair: &Pair| value(&pair.reference));
        format!("{} : {}", thousands(subject), thousands(reference))
    };
    let demands: Vec<String> = verdicts_of(case, &comparison.server).map(words).collect();
    format!(
        "| {} | {} | {} | {} | {} | {} | {} |\n",
        comparison.server,
        thousands(comparison.subject.median),
        thousands(comparison.reference.median),
        interval(comparison.ratio, |value| format!("{value:.3}")),
        dash_if_empty(&demands.join("; ")),
        both(|report| report.p99_us),
        both(|report| report.server_resident_bytes.unwrap_or_default() as f64 / f64::from(1 << 20)),
    )
}

fn idle(case: &CaseResult, sides: &[IdleResult]) -> String {
    let head = IDLE_HEAD.replace("{subject}", &case.subject);
    let row = |(index, side)| idle_row(case, side, index == 0);
    let rows: String = sides.iter().enumerate().map(row).collect();
    let connections = sides.first().map_or(0, |side| side.connections);
    format!("{}; bytes per connection, {connections} held.\n\n{head}{rows}", case.title)
}

fn idle_row(case: &CaseResult, side: &IdleResult, is_subject: bool) -> String {
    let trials = |value: fn(&Trial) -> f64| thousands(median(&side.trials, value));
    let demands: Vec<String> = case.verdicts.iter().filter(|_| is_subject).map(words).collect();
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        side.label,
        trials(|trial| trial.native_bytes),
        trials(|trial| trial.heap_bytes),
        interval(side.total_bytes, thousands),
        if is_subject { "-".to_owned() } else { interval(side.ratio, |value| format!("{value:.3}")) },
        dash_if_empty(&demands.join("; ")),
    )
}

fn tail(case: &CaseResult, servers: &[TailResult]) -> String {
    let row = |server: &TailResult| {
        format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            server.server,
            thousands(server.per_second),
            thousands(server.median(|run| run.p50_us)),
            thousands(server.median(|run| run.p99_us)),
            thousands(server.median(|run| run.p999_us)),
            thousands(server.median(|run| run.max_us)),
        )
    };
    format!("{}; medians of the runs.\n\n{TAIL_HEAD}{}", case.title, servers.iter().map(row).collect::<String>())
}

/// What a request costs more on the way through the subject.
fn cost(case: &CaseResult, comparison: &Comparison) -> String {
    let cpu = |report: &RunReport| 1e6 / report.messages_per_cpu_second.unwrap_or(f64::INFINITY);
    let more = |value: &dyn Fn(&RunReport) -> f64| {
        let subject = median(&comparison.pairs, |pair: &Pair| value(&pair.subject));
        let reference = median(&comparison.pairs, |pair: &Pair| value(&pair.reference));
        format!("{:.1} us ({subject:.1} : {reference:.1})", subject - reference)
    };
    format!(
        "\n{} : {}: a request costs {} of CPU more; median latency {} more.\n",
        case.subject,
        comparison.server,
        more(&cpu),
        more(&|report| report.p50_us),
    )
}

fn verdicts_of<'c>(case: &'c CaseResult, server: &'c str) -> impl Iterator<Item = &'c Verdict> {
    case.verdicts.iter().filter(move |verdict| verdict.server.as_deref() == Some(server))
}

fn words(verdict: &Verdict) -> String {
    format!("{} {}", verdict.demand, if verdict.met { "met" } else { "**MISSED**" })
}

fn dash_if_empty(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn interval(interval: MedianInterval, format: impl Fn(f64) -> String) -> String {
    let MedianInterval { median, low, high, .. } = interval;
    format!("**{}** ({} to {})", format(median), format(low), format(high))
}

fn median<T>(items: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let values: Vec<f64> = items.iter().map(value).collect();
    MedianInterval::of(&values).map_or(0.0, |interval| interval.median)
}

/// A number without decimals, its digits in groups of three.
pub fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if value < -0.5 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{render, thousands};
    use crate::sample;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (value, text) in [(0.0, "0"), (999.4, "999"), (1000.0, "1,000"), (-1234567.0, "-1,234,567")] {
            assert_eq!(thousands(value), text);
        }
    }

    #[test]
    fn every_reference_has_a_row_with_its_demand() {
        let text = render(&sample::results());

        for row in [
            "| tokio-tungstenite | 100,000 | 120,000 | **0.833** (0.833 to 0.833) | >= 1 x **MISSED** | 60 : 60 | 0 : 0 |\n",
            "| vertx | 101,000 | 90,000 | **1.122** (1.122 to 1.122) | >= 1 x met | 60 : 60 | 0 : 0 |\n",
            "\nnetty **failed**: the load failed.\n",
            "| hawser | 2,000 | 900 | **2,900** (2,900 to 2,900) | - | <= 3072 bytes met |\n",
            "| tokio-tungstenite | 9,000 | 0 | **9,000** (9,000 to 9,000) | **0.322** (0.322 to 0.322) | - |\n",
            "| vertx | 40,000 | 10 | 180 | 90 | 300 |\n",
        ] {
            assert!(text.contains(row), "{row} is not in\n{text}");
        }
    }

    #[test]
    fn tables_have_as_many_cells_in_every_row() {
        let text = render(&sample::results());
        for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
            let mut cells = table.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count());
            let first = cells.next();
            assert!(cells.all(|count| Some(count) == first), "{table}");
        }
    }

    #[test]
    fn what_a_request_costs_more_is_said_in_microseconds() {
        let mut results = sample::results();
        results.cases[0].noun = "requests".to_owned();

        let line = "\nhawser : tokio-tungstenite: a request costs 1.7 us (10.0 : 8.3) of CPU more; \
                    median latency 0.0 us (10.0 : 10.0) more.\n";
        let text = render(&results);
        assert!(text.contains(line), "{line} is not in\n{text}");
        assert!(!render(&sample::results()).contains("a request costs"));
    }

    #[test]
    fn a_quick_run_says_that_it_means_nothing() {
        let mut results = sample::results();
        assert!(!render(&results).contains("QUICK"));
        results.settings.quick = true;
        assert!(render(&results).contains("QUICK"));
    }
}
