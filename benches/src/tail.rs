//! The tail-latency load: echoes at a given rate, timed from when each message should have been sent. Knows the server only
//! by its address.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::echo_connections::EchoConnections;
use crate::endpoint::Endpoint;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::pace::Pace;
use crate::report::RunReport;
use crate::window::{self, Load, Tally, Window};

/// Messages under way above which the server is taken to be overloaded: its latencies would only tell how long the run was.
const MOST_UNDER_WAY: u64 = 1_000_000;
const PATIENCE_AT_THE_END: Duration = Duration::from_millis(200);

/// What to do to the server.
#[derive(Debug)]
pub struct TailPlan {
    /// The server.
    pub endpoint: Endpoint,
    /// Connections, which send in turn; at least 1.
    pub connections: usize,
    /// Messages a second, all connections together.
    pub per_second: f64,
    /// What they say.
    pub messages: Messages,
    /// How long it lasts.
    pub window: Window,
}

/// Runs the load and says what it found. Messages that were due in the window and are answered behind its end are in the
/// latencies.
///
/// # Errors
/// A failed connection, a wrong or missing echo, or a server that falls behind the rate.
pub fn run(plan: &TailPlan) -> Result<RunReport> {
    let mut load = TailLoad::start(plan)?;
    let report = window::measure(&mut load, &plan.window)?;
    load.finish()?;
    let report = RunReport {
        connections: plan.connections,
        message_bytes: plan.messages.payload(0).len(),
        send_lag_p99_us: Some(load.pace.lag().quantile_us(0.99)),
        ..report
    };
    Ok(report.with_latencies(&load.latencies[0]))
}

struct TailLoad<'p> {
    plan: &'p TailPlan,
    connections: EchoConnections,
    pace: Pace,
    latencies: [Latencies; 1],
    sent: u64,
    /// Whether messages are still sent.
    goes_on: bool,
}

impl<'p> TailLoad<'p> {
    fn start(plan: &'p TailPlan) -> Result<Self> {
        let connections = EchoConnections::open(&plan.endpoint, plan.connections, &plan.messages)?;
        let pace = Pace::new(plan.per_second, Instant::now())?;
        Ok(Self { plan, connections, pace, latencies: [Latencies::default()], sent: 0, goes_on: true })
    }

    fn send_due(&mut self) -> Result<()> {
        let (messages, now) = (&self.plan.messages, Instant::now());
        while let Some(due) = self.pace.take(now) {
            let index = (self.sent % self.connections.all.len() as u64) as usize;
            let connection = &mut self.connections.all[index];
            ensure!(!connection.is_closed(), "the server closed connection {index}");
            connection.send(1, messages, due);
            connection.flush(messages)?;
            self.sent += 1;
        }
        let under_way = self.sent - self.connections.tally.messages;
        ensure!(under_way < MOST_UNDER_WAY, "the server falls behind: {under_way} messages are under way");
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        self.goes_on = false;
        window::drive(self, "the last echoes", |load| load.connections.are_answered())?;
        self.connections.start_close()?;
        window::drive(self, "the Close frames", |load| load.connections.are_closed())
    }
}

impl Load for TailLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        let patience = if self.goes_on { self.pace.patience(Instant::now()) } else { PATIENCE_AT_THE_END };
        self.connections.turn(patience, &self.plan.messages, &mut self.latencies, |_, _, _| Ok(()))?;
        if self.goes_on { self.send_due() } else { Ok(()) }
    }

    fn tally(&self) -> Tally {
        self.connections.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = [Latencies::default()];
        self.pace.forget_lag();
    }
}
