//! Results as Markdown tables for a terminal, a README or a pull request. Decides nothing.

use std::fmt::Write;

use crate::idle_memory::{IdleResult, Trial};
use crate::interval::MedianInterval;
use crate::report::EchoReport;
use crate::results::{CaseResult, Outcome, Results};
use crate::rounds::{EchoResult, Pair};

/// Renders all cases.
pub fn render(results: &Results) -> String {
    let (subject, reference) = (results.subject, results.reference);
    let mut echo = String::new();
    let mut idle = String::new();
    for case in &results.cases {
        match &case.outcome {
            Outcome::Echo { result, least_ratio } => echo += &echo_row(case, result, *least_ratio),
            Outcome::Idle { results, most_bytes } => idle += &idle_rows(case, results, *most_bytes),
        }
    }
    let mut text = format!(
        "{}, {} processors, Linux {}; {} pairs of {} s\n",
        results.machine.processor, results.machine.processors, results.machine.kernel, results.rounds, results.seconds
    );
    if !echo.is_empty() {
        let head = format!(
            "\n| messages per server CPU second | {subject} | {reference} | ratio (interval) | budget | p99, {subject} | p99, {reference} |\n"
        );
        text += &head;
        text += "|---|---|---|---|---|---|---|\n";
        text += &echo;
    }
    if !idle.is_empty() {
        text += "\n| bytes per connection, idle connections | server | outside the heap | live heap | sum (interval) | budget |\n";
        text += "|---|---|---|---|---|---|\n";
        text += &idle;
    }
    text
}

fn echo_row(case: &CaseResult, result: &EchoResult, least_ratio: Option<f64>) -> String {
    let subject = |value: fn(&EchoReport) -> f64| median(&result.pairs, |pair: &Pair| value(&pair.subject));
    let reference = |value: fn(&EchoReport) -> f64| median(&result.pairs, |pair: &Pair| value(&pair.reference));
    let per_cpu = |report: &EchoReport| report.messages_per_cpu_second.unwrap_or_default();
    let p99 = |report: &EchoReport| report.p99_us;
    format!(
        "| {} | {} | {} | {} | {} | {:.0} us | {:.0} us |\n",
        case.title,
        thousands(subject(per_cpu)),
        thousands(reference(per_cpu)),
        interval(result.ratio, |value| format!("{value:.3}")),
        least_ratio.map_or_else(|| "-".to_owned(), |least| verdict(case.met, &format!(">= {least}"))),
        subject(p99),
        reference(p99),
    )
}

fn idle_rows(case: &CaseResult, results: &[IdleResult], most_bytes: u32) -> String {
    let mut rows = String::new();
    for (index, result) in results.iter().enumerate() {
        let trials = |value: fn(&Trial) -> f64| thousands(median(&result.trials, value));
        let budget = format!("<= {}", thousands(f64::from(most_bytes)));
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "| {} | {} | {} | {} | {} | {} |",
            thousands(result.connections as f64),
            result.server,
            trials(|trial| trial.native_bytes),
            trials(|trial| trial.heap_bytes),
            interval(result.total_bytes, thousands),
            if index == 0 { verdict(case.met, &budget) } else { "-".to_owned() },
        );
    }
    rows
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
