//! The measured window of a run: warm-up, then the counters at both ends. Knows no load but by what it counts.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::peak_memory::PeakMemory;
use crate::proc_stat;
use crate::report::RunReport;

/// A server that answers nothing for this long has failed.
pub const SILENCE: Duration = Duration::from_secs(10);

/// How long a run lasts and whose CPU time is read.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The warm-up lasts until both this many messages and `warm_up` have passed.
    pub warm_up_messages: u64,
    /// See `warm_up_messages`.
    pub warm_up: Duration,
    /// The warm-up is over then, whatever has passed.
    pub most_warm_up: Duration,
    /// Length of the measured window.
    pub measured: Duration,
    /// Process whose CPU time and memory are read; none: not read.
    pub server_pid: Option<u32>,
}

/// What a load has counted since its start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Messages that came, see [`RunReport`].
    pub messages: u64,
    /// Their payload bytes as they came over the wire.
    pub wire_bytes: u64,
}

/// A load that is under way.
pub trait Load {
    /// Serves every socket that is ready and sends what is due; waits for a fraction of a second at most.
    ///
    /// # Errors
    /// A failed connection or a wrong byte: a run with one of them measures nothing.
    fn turn(&mut self) -> Result<()>;

    /// What has been counted.
    fn tally(&self) -> Tally;

    /// Begins the latencies anew, because the window does.
    fn forget_latencies(&mut self);
}

/// Warms up, measures, and returns what this module knows of the report: counts, rates and resources.
///
/// # Errors
/// The load's, [`SILENCE`], or a server process that is gone.
pub fn measure(load: &mut impl Load, window: &Window) -> Result<RunReport> {
    let begin = Instant::now();
    let mut memory = window.server_pid.map(PeakMemory::watch).transpose()?;
    drive(load, "messages", |load| {
        look(&mut memory);
        let is_warm = load.tally().messages >= window.warm_up_messages && begin.elapsed() >= window.warm_up;
        is_warm || begin.elapsed() >= window.most_warm_up
    })?;
    let from = Mark::set(load, window)?;
    load.forget_latencies();
    drive(load, "messages", |_| {
        look(&mut memory);
        from.at.elapsed() >= window.measured
    })?;
    let to = Mark::set(load, window)?;
    let report = from.report(&to);
    // A warm-up alone has no window.
    ensure!(
        report.messages > 0 || window.measured.is_zero(),
        "nothing came within {:?}: measure longer",
        window.measured
    );
    let server_resident_bytes = window.server_pid.map(proc_stat::resident_bytes).transpose()?;
    Ok(RunReport {
        server_resident_bytes,
        server_resident_before_bytes: memory.as_ref().map(|memory| memory.before),
        server_resident_peak_bytes: memory.as_ref().map(|memory| memory.peak),
        ..report
    })
}

fn look(memory: &mut Option<PeakMemory>) {
    if let Some(memory) = memory {
        memory.look();
    }
}

/// Lets `load` take turns until it is `done`.
///
/// # Errors
/// The load's, or no message for [`SILENCE`]; names what was `wanted`.
pub fn drive<L: Load>(load: &mut L, wanted: &str, mut done: impl FnMut(&L) -> bool) -> Result<()> {
    let (mut seen, mut at) = (load.tally().messages, Instant::now());
    while !done(load) {
        load.turn().with_context(|| format!("waiting for {wanted}"))?;
        let now = load.tally().messages;
        if now > seen {
            (seen, at) = (now, Instant::now());
        }
        ensure!(at.elapsed() < SILENCE, "{wanted} did not come for {} s, {seen} messages before", SILENCE.as_secs());
    }
    Ok(())
}

/// The counters at one end of the window.
struct Mark {
    at: Instant,
    tally: Tally,
    server_cpu: Option<Duration>,
    client_cpu: Duration,
}

impl Mark {
    fn set(load: &impl Load, window: &Window) -> Result<Self> {
        Ok(Self {
            server_cpu: window.server_pid.map(proc_stat::cpu_time).transpose()?,
            client_cpu: proc_stat::cpu_time(std::process::id())?,
            tally: load.tally(),
            at: Instant::now(),
        })
    }

    fn report(&self, to: &Self) -> RunReport {
        let messages = to.tally.messages - self.tally.messages;
        let wire_bytes = to.tally.wire_bytes - self.tally.wire_bytes;
        let seconds = to.at.duration_since(self.at).as_secs_f64();
        let server_cpu = to.server_cpu.zip(self.server_cpu).map(|(to, from)| (to - from).as_secs_f64());
        RunReport {
            wire_bytes: wire_bytes as f64 / messages.max(1) as f64,
            seconds,
            messages,
            messages_per_second: messages as f64 / seconds,
            messages_per_cpu_second: server_cpu.filter(|cpu| *cpu > 0.0).map(|cpu| messages as f64 / cpu),
            server_cpu_seconds: server_cpu,
            client_cpu_seconds: (to.client_cpu - self.client_cpu).as_secs_f64(),
            ..RunReport::default()
        }
    }
}
