//! The load on handlers that sleep: echoes, of which some make the handler sleep first. Knows the server only by its address.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::echo_connections::EchoConnections;
use crate::endpoint::Endpoint;
use crate::frame::MessageKind;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::report::RunReport;
use crate::text;
use crate::window::{self, Load, Tally, Window};

const PATIENCE: Duration = Duration::from_millis(200);
/// The server's handler sleeps before it echoes a message that begins with `s`.
const SLEEPING: &str = "sleep. ";
const QUIET: &str = "quick. ";
/// Places in the cycle of messages.
const QUIET_MESSAGE: usize = 0;
const SLEEPING_MESSAGE: usize = 1;

/// What to do to the server.
#[derive(Debug)]
pub struct SleepPlan {
    /// The server.
    pub endpoint: Endpoint,
    /// Connections with one message in flight each, at least 2; those with odd numbers may send sleeping messages.
    pub connections: usize,
    /// Payload of a message in bytes, at least 1.
    pub message_bytes: usize,
    /// Part of all messages that sleep: 0 to 1.
    pub share: f64,
    /// How long it lasts.
    pub window: Window,
}

/// Runs the load and says what it found.
///
/// # Errors
/// A failed connection, a wrong or missing echo.
pub fn run(plan: &SleepPlan) -> Result<RunReport> {
    ensure!(plan.connections >= 2 && plan.message_bytes > 0, "at least 2 connections and 1 byte are needed");
    ensure!((0.0..=1.0).contains(&plan.share), "a share of {} is not within 0 to 1", plan.share);
    let payloads = [QUIET, SLEEPING].map(|unit| text::repeated(unit, plan.message_bytes.max(1)));
    let messages = Messages::new(MessageKind::Text, payloads.to_vec(), 1, None)?;
    let mut load = SleepLoad::start(plan, &messages)?;
    let report = window::measure(&mut load, &plan.window)?;
    // Counted before the last echoes are awaited, like the messages of the report.
    let sleeping_messages = Some(load.calls.sleeping - load.sleeping_before_window);
    load.finish()?;
    let report = RunReport {
        connections: plan.connections,
        in_flight: 1,
        message_bytes: plan.message_bytes,
        sleeping_messages,
        sleeping_p99_us: Some(load.latencies[1].quantile_us(0.99)),
        ..report
    };
    Ok(report.with_latencies(&load.latencies[0]))
}

/// What was sent, and which message is next.
#[derive(Debug, Default)]
struct Calls {
    all: u64,
    sleeping: u64,
}

impl Calls {
    /// The next message on connection `index`: sleeping ones catch up with their share as soon as a connection may send one.
    fn next(&mut self, index: usize, share: f64) -> usize {
        self.all += 1;
        let is_due = (self.sleeping + 1) as f64 <= self.all as f64 * share;
        if index % 2 == 1 && is_due {
            self.sleeping += 1;
            return SLEEPING_MESSAGE;
        }
        QUIET_MESSAGE
    }
}

struct SleepLoad<'p> {
    plan: &'p SleepPlan,
    messages: &'p Messages,
    connections: EchoConnections,
    /// Of connections that never send a sleeping message, and of the others.
    latencies: [Latencies; 2],
    calls: Calls,
    sleeping_before_window: u64,
    refill: bool,
}

impl<'p> SleepLoad<'p> {
    fn start(plan: &'p SleepPlan, messages: &'p Messages) -> Result<Self> {
        let mut connections = EchoConnections::open(&plan.endpoint, plan.connections, messages)?;
        let mut calls = Calls::default();
        for (index, connection) in connections.all.iter_mut().enumerate() {
            connection.send_message(calls.next(index, plan.share), messages, Instant::now());
            connection.flush(messages)?;
        }
        let latencies = [Latencies::default(), Latencies::default()];
        Ok(Self { plan, messages, connections, latencies, calls, sleeping_before_window: 0, refill: true })
    }

    fn finish(&mut self) -> Result<()> {
        self.refill = false;
        window::drive(self, "the last echoes", |load| load.connections.are_answered())?;
        self.connections.start_close()?;
        window::drive(self, "the Close frames", |load| load.connections.are_closed())
    }
}

impl Load for SleepLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        let Self { plan, messages, calls, refill, .. } = self;
        self.connections.turn(PATIENCE, messages, &mut self.latencies, |index, connection, echoes| {
            if *refill {
                ensure!(!connection.is_closed(), "the server closed it");
            }
            if *refill && echoes > 0 {
                connection.send_message(calls.next(index, plan.share), messages, Instant::now());
            }
            Ok(())
        })
    }

    fn tally(&self) -> Tally {
        self.connections.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = [Latencies::default(), Latencies::default()];
        self.sleeping_before_window = self.calls.sleeping;
    }
}

#[cfg(test)]
mod tests {
    use super::{Calls, SLEEPING_MESSAGE};

    #[test]
    fn one_call_in_a_hundred_sleeps_and_none_on_the_quiet_connections() {
        let mut calls = Calls::default();
        let sleeping: Vec<usize> = (0..10_000)
            .map(|call| call / 3 % 64)
            .filter(|index| calls.next(*index, 0.01) == SLEEPING_MESSAGE)
            .collect();

        assert!((99..=100).contains(&sleeping.len()), "{}", sleeping.len());
        assert!(sleeping.iter().all(|index| index % 2 == 1));
    }

    #[test]
    fn a_share_of_nothing_never_sleeps() {
        let mut calls = Calls::default();

        assert!((0..1000).all(|call| calls.next(call, 0.0) != SLEEPING_MESSAGE));
    }
}
