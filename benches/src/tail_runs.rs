//! Latencies of several servers, each at half of what it can do, in rounds whose order turns. Knows no sockets.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::case::Tail;
use crate::fleet::{Fleet, Role, Side};
use crate::interval::MedianInterval;
use crate::pairs::Effort;
use crate::progress::Progress;
use crate::report::RunReport;
use crate::server::Server;
use crate::traffic::Shape;

/// Part of the capacity that is asked for.
const LOAD: f64 = 0.5;

/// All runs of one server.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TailResult {
    /// Its name.
    pub server: String,
    /// Echoes a second with one message in flight on each connection: what the server can do, with the load on another core.
    pub capacity_per_second: f64,
    /// Messages a second in the runs.
    pub per_second: f64,
    /// The runs in their order.
    pub runs: Vec<RunReport>,
}

impl TailResult {
    /// Median over the runs of one of their latencies.
    pub fn median(&self, latency: impl Fn(&RunReport) -> f64) -> f64 {
        let values: Vec<f64> = self.runs.iter().map(latency).collect();
        MedianInterval::of(&values).map_or(0.0, |interval| interval.median)
    }
}

/// Warms `server` up and finds out how much it can do.
///
/// # Errors
/// A server that did not start, or a run that failed.
pub fn start(
    fleet: &mut Fleet<'_>,
    server: (&'static Server, Role),
    tail: Tail,
    effort: Effort,
    progress: &Progress,
) -> Result<TailResult> {
    let Tail { connections, traffic, .. } = tail;
    let side = side(server, tail, Shape::Echo { connections, in_flight: 1, traffic });
    fleet.warm(side, progress)?;
    let capacity_per_second = fleet.run(side, effort.seconds)?.messages_per_second;
    let per_second = (capacity_per_second * LOAD).floor();
    progress.done(effort.run_seconds());
    progress.say(&format!("{} can do {capacity_per_second:.0} echoes per second", server.0.name));
    Ok(TailResult { server: server.0.name.to_owned(), capacity_per_second, per_second, runs: Vec::new() })
}

/// Adds a run of `server` to `result`.
///
/// # Errors
/// A run that failed, also because the server fell behind the rate.
pub fn run(
    fleet: &Fleet<'_>,
    server: (&'static Server, Role),
    tail: Tail,
    effort: Effort,
    result: &mut TailResult,
    progress: &Progress,
) -> Result<()> {
    let Tail { connections, traffic, .. } = tail;
    let shape = Shape::Tail { connections, per_second: result.per_second, traffic };
    let report = fleet.run(side(server, tail, shape), effort.seconds).context("at half load")?;
    progress.done(effort.run_seconds());
    let RunReport { p50_us, p99_us, p999_us, max_us, .. } = report;
    let name = server.0.name;
    progress.say(&format!("{name}: p50 {p50_us:.0}, p99 {p99_us:.0}, p99.9 {p999_us:.0}, largest {max_us:.0} us"));
    result.runs.push(report);
    Ok(())
}

const fn side((server, role): (&'static Server, Role), tail: Tail, shape: Shape) -> Side {
    Side { server, role, shape, warm_up_messages: tail.warm_up_messages }
}
