//! The echo load: N connections with D messages in flight each, on one thread. Knows the server only by its address.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::echo_connections::EchoConnections;
use crate::endpoint::Endpoint;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::report::RunReport;
use crate::window::{self, Load, Tally, Window};

const PATIENCE: Duration = Duration::from_millis(200);

/// What to do to the server.
#[derive(Debug)]
pub struct EchoPlan {
    /// The server.
    pub endpoint: Endpoint,
    /// Connections, at least 1.
    pub connections: usize,
    /// Messages in flight on each connection, at least 1.
    pub in_flight: usize,
    /// What they say, prepared for this many in flight.
    pub messages: Messages,
    /// How long it lasts.
    pub window: Window,
}

/// Runs the load and says what it found.
///
/// # Errors
/// A failed connection, a wrong or missing echo: a run with one of them measures nothing.
pub fn run(plan: &EchoPlan) -> Result<RunReport> {
    ensure!(plan.in_flight > 0, "messages in flight must be at least 1");
    let mut load = EchoLoad::start(plan)?;
    let report = window::measure(&mut load, &plan.window)?;
    load.finish()?;
    let report = RunReport {
        connections: plan.connections,
        in_flight: plan.in_flight,
        message_bytes: plan.messages.payload(0).len(),
        ..report
    };
    Ok(report.with_latencies(&load.latencies[0]))
}

struct EchoLoad<'p> {
    plan: &'p EchoPlan,
    connections: EchoConnections,
    latencies: [Latencies; 1],
    /// Whether an echo is answered with the next message.
    refill: bool,
}

impl<'p> EchoLoad<'p> {
    fn start(plan: &'p EchoPlan) -> Result<Self> {
        let mut connections = EchoConnections::open(&plan.endpoint, plan.connections, &plan.messages)?;
        for connection in &mut connections.all {
            connection.send(plan.in_flight, &plan.messages, Instant::now());
            connection.flush(&plan.messages)?;
        }
        Ok(Self { plan, connections, latencies: [Latencies::default()], refill: true })
    }

    /// Takes the echoes still under way, then closes every connection: a lost message or an unanswered Close frame
    /// ends in an error.
    fn finish(&mut self) -> Result<()> {
        self.refill = false;
        window::drive(self, "the last echoes", |load| load.connections.are_answered())?;
        self.connections.start_close()?;
        window::drive(self, "the Close frames", |load| load.connections.are_closed())
    }
}

impl Load for EchoLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        let (messages, refill) = (&self.plan.messages, self.refill);
        self.connections.turn(PATIENCE, messages, &mut self.latencies, |_, connection, echoes| {
            if refill {
                ensure!(!connection.is_closed(), "the server closed it");
                connection.send(echoes, messages, Instant::now());
            }
            Ok(())
        })
    }

    fn tally(&self) -> Tally {
        self.connections.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = [Latencies::default()];
    }
}
