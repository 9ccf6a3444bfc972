//! What an idle connection costs the server in memory. Knows no rates and no bounds.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::interval::MedianInterval;
use crate::java_heap;
use crate::load::{self, HeldConnections, Span};
use crate::proc_stat;
use crate::progress::Progress;
use crate::server::{Environment, Runtime, Server};
use crate::server_process::ServerProcess;
use crate::traffic::{Extension, Shape, Traffic};

/// Heap of every JVM: 10,000 connections must fit into it.
pub const HEAP: &str = "1g";
/// About how long a trial takes.
pub const TRIAL_SECONDS: f64 = 20.0;

/// Echoes and connections before the first look: code is compiled and pools are filled, as on a server that has been up
/// for a while. Few connections, because memory they give back hides growth (below 1 %).
const WARM_UP_MESSAGES: f64 = 300_000.0;
const WARM_UP_CONNECTS: usize = 64;
const WARM_UP_CONNECT_ROUNDS: usize = 40;
const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Resident memory is steady when so many looks in a row differ by less than this; a compiler thread of a JVM that is
/// still at work moves it by megabytes.
const STEADY_LOOKS: usize = 4;
const STEADY_BYTES: u64 = 64 * 1024;
const LOOK_EVERY: Duration = Duration::from_millis(250);
const STEADY_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes per connection in one trial, with a fresh server.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub struct Trial {
    /// Growth of resident memory; the Java heap is fixed and touched beforehand, so this is outside of it.
    pub native_bytes: f64,
    /// Growth of the live Java heap after a full collection; 0 for a server without one.
    pub heap_bytes: f64,
    /// Sum of the two.
    pub total_bytes: f64,
    /// Opening rate, one connection after the other.
    pub connects_per_second: f64,
}

/// A server and what its clients say.
#[derive(Clone, Copy, Debug)]
pub struct Side {
    /// The server.
    pub server: &'static Server,
    /// The one message of each connection.
    pub traffic: Traffic,
}

impl Side {
    /// How tables name it.
    pub fn label(&self) -> String {
        let name = self.server.name;
        match self.traffic.extension {
            Extension::None => name.to_owned(),
            Extension::Deflate(_) => format!("{name}, deflate agreed"),
            Extension::Declined(_) => format!("{name}, nothing agreed"),
        }
    }
}

/// All trials with one side.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct IdleResult {
    /// Name of the server.
    pub server: String,
    /// The side's label.
    pub label: String,
    /// Connections held.
    pub connections: usize,
    /// The trials in their order.
    pub trials: Vec<Trial>,
    /// Median of the totals in bytes per connection.
    pub total_bytes: MedianInterval,
    /// Totals of the trials, subject by this side, in pairs; of the subject itself 1.
    pub ratio: MedianInterval,
}

/// Runs `trials` trials of each side, the subject first, with `connections` idle connections, in rounds whose order swaps. A side
/// that fails has no result but an error, and is left out from then on.
pub fn run(
    environment: &Environment,
    sides: &[Side],
    connections: usize,
    trials: usize,
    progress: &Progress,
) -> Vec<Result<IdleResult>> {
    let environment = Environment { heap: HEAP, ..environment.clone() };
    let mut done: Vec<Result<Vec<Trial>>> = sides.iter().map(|_| Ok(Vec::with_capacity(trials))).collect();
    for number in 1..=trials {
        let mut order: Vec<usize> = (0..sides.len()).collect();
        if number % 2 == 0 {
            order.reverse();
        }
        for index in order {
            progress.done(TRIAL_SECONDS);
            let Ok(so_far) = &mut done[index] else { continue };
            let label = sides[index].label();
            match measure(&environment, sides[index], connections) {
                Ok(trial) => {
                    let Trial { native_bytes, heap_bytes, .. } = trial;
                    let found = format!("{native_bytes:.0} native + {heap_bytes:.0} live heap bytes per connection");
                    progress.say(&format!("{label} {number}/{trials}: {found}"));
                    so_far.push(trial);
                }
                Err(error) => done[index] = Err(error),
            }
        }
    }
    let subject: Vec<f64> = done[0].iter().flatten().map(|trial| trial.total_bytes).collect();
    let of = |(side, trials): (&Side, Result<Vec<Trial>>)| IdleResult::of(*side, connections, trials?, &subject);
    sides.iter().zip(done).map(of).collect()
}

impl IdleResult {
    fn of(side: Side, connections: usize, trials: Vec<Trial>, subject: &[f64]) -> Result<Self> {
        let totals: Vec<f64> = trials.iter().map(|trial| trial.total_bytes).collect();
        let ratios: Vec<f64> = subject.iter().zip(&totals).map(|(subject, total)| subject / total).collect();
        let total_bytes = MedianInterval::of(&totals).context("at least one trial is needed")?;
        let ratio = MedianInterval::of(&ratios).context("the subject failed")?;
        let server = side.server.name.to_owned();
        Ok(Self { server, label: side.label(), connections, trials, total_bytes, ratio })
    }
}

/// Memory at one moment, in bytes.
struct Snapshot {
    resident: u64,
    live_heap: u64,
}

fn measure(environment: &Environment, side: Side, connections: usize) -> Result<Trial> {
    let process = ServerProcess::start(side.server, environment)?;
    let files = proc_stat::open_files(process.pid())?;
    let shape = Shape::Echo { connections: WARM_UP_CONNECTS, in_flight: 1, traffic: side.traffic };
    let warm_up_messages = (WARM_UP_MESSAGES * side.server.runtime.warm_up_share()) as u64;
    load::run(environment, &process, shape, Span { warm_up_messages, warm_up_seconds: 0.0, seconds: 0.0 })?;
    ensure!(
        process.is_ready(),
        "{} did not say {:?}",
        side.server.name,
        side.server.says_when_ready.unwrap_or_default()
    );
    for _ in 0..WARM_UP_CONNECT_ROUNDS {
        HeldConnections::open(environment, &process, WARM_UP_CONNECTS, side.traffic)?.close()?;
    }
    await_files(&process, files)?;
    // The first look makes the JVM start what answers it; only the second is kept.
    snapshot(environment, &process)?;
    let before = snapshot(environment, &process)?;
    let held = HeldConnections::open(environment, &process, connections, side.traffic)?;
    let after = snapshot(environment, &process)?;
    let connects_per_second = held.report.connects_per_second;
    held.close()?;
    let per_connection = |before: u64, after: u64| (after as f64 - before as f64) / connections as f64;
    let native_bytes = per_connection(before.resident, after.resident);
    let heap_bytes = per_connection(before.live_heap, after.live_heap);
    Ok(Trial { native_bytes, heap_bytes, total_bytes: native_bytes + heap_bytes, connects_per_second })
}

fn snapshot(environment: &Environment, process: &ServerProcess) -> Result<Snapshot> {
    let is_java = process.server.runtime == Runtime::Jvm;
    let live_heap = if is_java { java_heap::live_bytes(&environment.java, process.pid())? } else { 0 };
    Ok(Snapshot { resident: steady_resident_bytes(process)?, live_heap })
}

fn steady_resident_bytes(process: &ServerProcess) -> Result<u64> {
    let begin = Instant::now();
    let mut bytes = proc_stat::resident_bytes(process.pid())?;
    let mut steady_looks = 0;
    while steady_looks < STEADY_LOOKS {
        ensure!(begin.elapsed() < STEADY_TIMEOUT, "the memory of {} does not come to rest", process.server.name);
        thread::sleep(LOOK_EVERY);
        let now = proc_stat::resident_bytes(process.pid())?;
        steady_looks = if now.abs_diff(bytes) < STEADY_BYTES { steady_looks + 1 } else { 0 };
        bytes = now;
    }
    Ok(bytes)
}

/// Waits until the server has let go of the warm-up's connections.
fn await_files(process: &ServerProcess, files: usize) -> Result<()> {
    let begin = Instant::now();
    // A runtime may open a few files of its own later, so half of one warm-up round is allowed on top.
    while proc_stat::open_files(process.pid())? > files + WARM_UP_CONNECTS / 2 {
        ensure!(begin.elapsed() < CLOSE_TIMEOUT, "{} keeps closed connections open", process.server.name);
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
