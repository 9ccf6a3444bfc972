//! Results as Markdown tables for a terminal, a README or a pull request. Decides nothing.

use std::fmt::Write;

use crate::idle_memory::{IdleResult, IdleResults, Trial};
use crate::interval::MedianInterval;
use crate::report::RunReport;
use crate::results::{CaseResult, Outcome, Results};
use crate::rounds::{EchoResult, Pair};

const IDLE_HEAD: &str = "
| bytes per connection, idle connections | server | outside the heap | live heap | sum (interval) | by reference (interval) | budget |
|---|---|---|---|---|---|---|
";

/// Renders all cases: a table of echoes for each pair of servers, one of idle connections, and what was left out.
pub fn render(results: &Results) -> String {
    let mut text = format!(
        "{}, {} processors, Linux {}; {} pairs of {} s\n",
        results.machine.processor, results.machine.processors, results.machine.kernel, results.rounds, results.seconds
    );
    let mut idle = String::new();
    let mut servers = None;
    for case in &results.cases {
        match &case.outcome {
            Outcome::Echo { result, least_ratio } => {
                if servers != Some((case.subject, case.reference)) {
                    servers = Some((case.subject, case.reference));
                    text += &echo_head(case);
                }
                text += &echo_row(case, result, *least_ratio);
            }
            Outcome::Idle { result, most_bytes, most_ratio } => {
                idle += &idle_rows(case, result, *most_bytes, *most_ratio)
            }
        }
    }
    if !idle.is_empty() {
        text = text + IDLE_HEAD + &idle;
    }
    for skipped in &results.skipped {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{} was skipped: it needs {}.", skipped.name, skipped.missing);
    }
    text
}

fn echo_head(case: &CaseResult) -> String {
    let (subject, reference) = (case.subject, case.reference);
    format!(
        "\n| messages per server CPU second | {subject} | {reference} | ratio (interval) | budget \
         | p99, {subject} | p99, {reference} | bytes of an echo |\n|---|---|---|---|---|---|---|---|\n"
    )
}

fn echo_row(case: &CaseResult, result: &EchoResult, least_ratio: Option<f64>) -> String {
    let subject = |value: fn(&RunReport) -> f64| median(&result.pairs, |pair: &Pair| value(&pair.subject));
    let reference = |value: fn(&RunReport) -> f64| median(&result.pairs, |pair: &Pair| value(&pair.reference));
    let per_cpu = |report: &RunReport| report.messages_per_cpu_second.unwrap_or_default();
    let p99 = |report: &RunReport| report.p99_us;
    let bytes = |report: &RunReport| report.wire_bytes;
    format!(
        "| {} | {} | {} | {} | {} | {:.0} us | {:.0} us | {} : {} |\n",
        case.title,
        thousands(subject(per_cpu)),
        thousands(reference(per_cpu)),
        interval(result.ratio, |value| format!("{value:.3}")),
        least_ratio.map_or_else(|| "-".to_owned(), |least| verdict(case.met, &format!(">= {least}"))),
        subject(p99),
        reference(p99),
        thousands(subject(bytes)),
        thousands(reference(bytes)),
    )
}

fn idle_rows(case: &CaseResult, results: &IdleResults, most_bytes: Option<u32>, most_ratio: Option<f64>) -> String {
    let bytes = most_bytes.map(|most| format!("<= {}", thousands(f64::from(most))));
    let budget = bytes.or_else(|| most_ratio.map(|most| format!("<= {most} x")));
    let budget = budget.map_or_else(|| "-".to_owned(), |budget| verdict(case.met, &budget));
    let ratio = interval(results.ratio, |value| format!("{value:.3}"));
    let [subject, reference] = &results.sides;
    idle_row(subject, &ratio, &budget) + &idle_row(reference, "-", "-")
}

fn idle_row(result: &IdleResult, ratio: &str, budget: &str) -> String {
    let trials = |value: fn(&Trial) -> f64| thousands(median(&result.trials, value));
    format!(
        "| {} | {} | {} | {} | {} | {ratio} | {budget} |\n",
        thousands(result.connections as f64),
        result.server,
        trials(|trial| trial.native_bytes),
        trials(|trial| trial.heap_bytes),
        interval(result.total_bytes, thousands),
    )
}

fn verdict(met: Option<bool>, budget: &str) -> String {
    match met {
        Some(true) => format!("{budget} met"),
        Some(false) => format!("{budget} **MISSED**"),
        None => budget.to_owned(),
    }
}

fn interval(interval: MedianInterval, format: impl Fn(f64) -> String) -> String {
    let MedianInterval { median, low, high, coverage } = interval;
    format!("**{}** ({} to {}, {:.0} %)", format(median), format(low), format(high), coverage * 100.0)
}

fn median<T>(items: &[T], value: impl Fn(&T) -> f64) -> f64 {
    let values: Vec<f64> = items.iter().map(value).collect();
    MedianInterval::of(&values).map_or(0.0, |interval| interval.median)
}

fn thousands(value: f64) -> String {
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
    use super::thousands;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (value, text) in [(0.0, "0"), (999.4, "999"), (1000.0, "1,000"), (-1234567.0, "-1,234,567")] {
            assert_eq!(thousands(value), text);
        }
    }
}
