//! The echo load: N connections with D messages in flight each, on one thread. Knows the server only by its address.

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use crate::connection::EchoConnection;
use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::handshake;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::proc_stat;
use crate::report::EchoReport;

/// A server that echoes nothing for this long has failed.
const SILENCE: Duration = Duration::from_secs(10);
const SCRATCH_BYTES: usize = 256 * 1024;

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
    /// The warm-up lasts until both this many echoes and `warm_up` have passed.
    pub warm_up_messages: u64,
    /// See `warm_up_messages`.
    pub warm_up: Duration,
    /// Length of the measured window.
    pub measured: Duration,
    /// Process whose CPU time is read; none: not read.
    pub server_pid: Option<u32>,
}

/// Runs the load and says what it found.
///
/// # Errors
/// A failed connection, a wrong or missing echo: a run with one of them measures nothing.
pub fn run(plan: &EchoPlan) -> Result<EchoReport> {
    ensure!(plan.connections > 0 && plan.in_flight > 0, "connections and messages in flight must be at least 1");
    file_limit::reserve(plan.connections)?;
    let mut load = Load::open(plan)?;
    load.start()?;
    let begin = Instant::now();
    while load.echoes < plan.warm_up_messages || begin.elapsed() < plan.warm_up {
        load.turn()?;
    }
    let from = load.mark()?;
    load.latencies = Latencies::default();
    while from.at.elapsed() < plan.measured {
        load.turn()?;
    }
    let to = load.mark()?;
    let report = load.report(&from, &to);
    load.finish()?;
    Ok(report)
}

struct Load<'p> {
    plan: &'p EchoPlan,
    connections: Vec<EchoConnection>,
    poll: Poll,
    events: Events,
    scratch: Vec<u8>,
    latencies: Latencies,
    echoes: u64,
    /// Payload bytes of the echoes as they came over the wire.
    echo_bytes: u64,
    last_echo: Instant,
    /// Whether an echo is answered with the next message.
    refill: bool,
}

/// The counters at one end of the measured window.
struct Mark {
    at: Instant,
    echoes: u64,
    echo_bytes: u64,
    server_cpu: Option<Duration>,
    client_cpu: Duration,
}

impl<'p> Load<'p> {
    fn open(plan: &'p EchoPlan) -> Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(plan.connections);
        for index in 0..plan.connections {
            let opened = handshake::open(&plan.endpoint, index, &plan.messages)?;
            let connection = EchoConnection::new(opened, index, &plan.messages)?;
            let interest = Interest::READABLE | Interest::WRITABLE;
            let descriptor = connection.stream().as_raw_fd();
            poll.registry().register(&mut SourceFd(&descriptor), Token(index), interest)?;
            connections.push(connection);
        }
        Ok(Self {
            plan,
            connections,
            poll,
            events: Events::with_capacity(4096),
            scratch: vec![0; SCRATCH_BYTES],
            latencies: Latencies::default(),
            echoes: 0,
            echo_bytes: 0,
            last_echo: Instant::now(),
            refill: true,
        })
    }

    fn start(&mut self) -> Result<()> {
        for connection in &mut self.connections {
            connection.send(self.plan.in_flight, &self.plan.messages, Instant::now());
            connection.flush(&self.plan.messages)?;
        }
        self.last_echo = Instant::now();
        Ok(())
    }

    /// Serves every socket that is ready.
    fn turn(&mut self) -> Result<()> {
        self.poll.poll(&mut self.events, Some(Duration::from_millis(200)))?;
        let before = self.echoes;
        let messages = &self.plan.messages;
        for event in &self.events {
            let index = event.token().0;
            let connection = &mut self.connections[index];
            if event.is_readable() {
                let to_end = event.is_read_closed();
                let progress = connection
                    .handle_readable(messages, &mut self.scratch, &mut self.latencies, to_end)
                    .with_context(|| format!("connection {index}"))?;
                self.echoes += progress.echoes as u64;
                self.echo_bytes += progress.payload_bytes as u64;
                if self.refill {
                    ensure!(!connection.is_closed(), "the server closed connection {index}");
                    connection.send(progress.echoes, messages, Instant::now());
                }
            }
            connection.flush(messages)?;
        }
        if self.echoes > before {
            self.last_echo = Instant::now();
        } else if self.last_echo.elapsed() > SILENCE {
            bail!("no echo for {} s, {} before", SILENCE.as_secs(), self.echoes);
        }
        Ok(())
    }

    fn mark(&self) -> Result<Mark> {
        Ok(Mark {
            server_cpu: self.plan.server_pid.map(proc_stat::cpu_time).transpose()?,
            client_cpu: proc_stat::cpu_time(std::process::id())?,
            echoes: self.echoes,
            echo_bytes: self.echo_bytes,
            at: Instant::now(),
        })
    }

    fn report(&self, from: &Mark, to: &Mark) -> EchoReport {
        let messages = to.echoes - from.echoes;
        let seconds = to.at.duration_since(from.at).as_secs_f64();
        let server_cpu = to.server_cpu.zip(from.server_cpu).map(|(to, from)| (to - from).as_secs_f64());
        EchoReport {
            connections: self.plan.connections,
            in_flight: self.plan.in_flight,
            message_bytes: self.plan.messages.payload(0).len(),
            echo_bytes: (to.echo_bytes - from.echo_bytes) as f64 / (messages.max(1)) as f64,
            seconds,
            messages,
            messages_per_second: messages as f64 / seconds,
            messages_per_cpu_second: server_cpu.filter(|cpu| *cpu > 0.0).map(|cpu| messages as f64 / cpu),
            server_cpu_seconds: server_cpu,
            client_cpu_seconds: (to.client_cpu - from.client_cpu).as_secs_f64(),
            p50_us: self.latencies.quantile_us(0.5),
            p99_us: self.latencies.quantile_us(0.99),
            p999_us: self.latencies.quantile_us(0.999),
        }
    }

    /// Takes the echoes still under way, then closes every connection: a lost message or an unanswered Close frame
    /// ends in an error after [`SILENCE`].
    fn finish(mut self) -> Result<()> {
        self.refill = false;
        while !self.connections.iter().all(EchoConnection::is_answered) {
            self.turn().context("waiting for the last echoes")?;
        }
        for connection in &mut self.connections {
            connection.start_close()?;
        }
        self.last_echo = Instant::now();
        while !self.connections.iter().all(EchoConnection::is_closed) {
            self.turn().context("waiting for the Close frames")?;
        }
        Ok(())
    }
}
