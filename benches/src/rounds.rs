//! Echo in alternating pairs: both servers stay up, each round runs both, the order swaps. Knows no memory.

use anyhow::{Context, Result};
use serde::Serialize;

use crate::interval::MedianInterval;
use crate::load::{self, EchoLoad, Span};
use crate::report::RunReport;
use crate::server::{Environment, Server};
use crate::server_process::ServerProcess;

/// Warm-up inside every run, after its connections are open, in seconds.
const RUN_WARM_UP_SECONDS: f64 = 0.3;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Pairs per case, at least 1; 9 for an interval of 95 %.
    pub rounds: usize,
    /// Measured seconds of one run.
    pub seconds: f64,
    /// Part of the servers' warm-up messages that is sent, above 0.
    pub warm_up_share: f64,
}

/// One round: both servers under the same load, one directly after the other.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The server in question.
    pub subject: RunReport,
    /// The server it is compared with.
    pub reference: RunReport,
    /// Messages per server CPU second, subject by reference.
    pub ratio: f64,
}

/// All rounds of one case.
#[derive(Clone, Debug, Serialize)]
pub struct EchoResult {
    /// The rounds in their order.
    pub pairs: Vec<Pair>,
    /// Median of the ratios with its interval.
    pub ratio: MedianInterval,
}

/// Runs all rounds of one load; `progress` gets a line per step.
///
/// # Errors
/// A server that did not start, or a run that failed: no result is better than one with a hole.
pub fn run(
    environment: &Environment,
    [subject, reference]: [&'static Server; 2],
    load: EchoLoad,
    effort: Effort,
    mut progress: impl FnMut(String),
) -> Result<EchoResult> {
    let subject = ServerProcess::start(subject, environment)?;
    let reference = ServerProcess::start(reference, environment)?;
    for server in [&subject, &reference] {
        progress(format!("warm-up of {}", server.server.name));
        warm_up(environment, server, load, effort.warm_up_share)?;
    }
    let run = |server: &ServerProcess| {
        let span = Span { warm_up_messages: 0, warm_up_seconds: RUN_WARM_UP_SECONDS, seconds: effort.seconds };
        load::echo(environment, server, load, span)
    };
    let mut pairs = Vec::with_capacity(effort.rounds);
    for round in 1..=effort.rounds {
        let pair = if round % 2 == 1 {
            let first = run(&subject)?;
            Pair::of(first, run(&reference)?)?
        } else {
            let first = run(&reference)?;
            Pair::of(run(&subject)?, first)?
        };
        progress(format!("{round}/{}: {pair}", effort.rounds));
        pairs.push(pair);
    }
    let ratios: Vec<f64> = pairs.iter().map(|pair| pair.ratio).collect();
    let ratio = MedianInterval::of(&ratios).context("at least one round is needed")?;
    Ok(EchoResult { pairs, ratio })
}

/// Brings `server` to the speed it keeps, by a share of its warm-up messages.
///
/// # Errors
/// If the load failed.
pub fn warm_up(environment: &Environment, server: &ServerProcess, load: EchoLoad, share: f64) -> Result<()> {
    let messages = (server.server.warm_up_messages as f64 * share) as u64;
    let span = Span { warm_up_messages: messages, warm_up_seconds: 0.0, seconds: 0.0 };
    load::echo(environment, server, load, span).map(drop)
}

impl Pair {
    fn of(subject: RunReport, reference: RunReport) -> Result<Self> {
        let too_short = "the run was too short for the clock of /proc/<pid>/stat: raise the seconds";
        let ours = subject.messages_per_cpu_second.context(too_short)?;
        let theirs = reference.messages_per_cpu_second.context(too_short)?;
        Ok(Self { subject, reference, ratio: ours / theirs })
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let per_cpu = |report: &RunReport| report.messages_per_cpu_second.unwrap_or_default();
        let (subject, reference) = (per_cpu(&self.subject), per_cpu(&self.reference));
        write!(out, "{subject:.0} : {reference:.0} messages per server CPU second, ratio {:.3}", self.ratio)
    }
}
