//! The plain HTTP load: N connections that are kept, one GET under way on each. Knows the server only by its address.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::http_answer::AnswerReader;
use crate::latency::Latencies;
use crate::report::RunReport;
use crate::window::{self, Load, Tally, Window};

const PATIENCE: Duration = Duration::from_millis(200);
const SCRATCH_BYTES: usize = 16 * 1024;

/// What to do to the server.
#[derive(Debug)]
pub struct HttpPlan {
    /// What is asked for.
    pub endpoint: Endpoint,
    /// Connections, at least 1.
    pub connections: usize,
    /// What every answer must bring.
    pub body: Vec<u8>,
    /// How long it lasts, counted in answers.
    pub window: Window,
}

/// Runs the load and says what it found.
///
/// # Errors
/// A failed connection, a wrong answer, or a connection that the server ended.
pub fn run(plan: &HttpPlan) -> Result<RunReport> {
    ensure!(plan.connections > 0, "connections must be at least 1");
    ensure!(!plan.endpoint.is_secure, "only ws://, which stands for http://, is measured");
    file_limit::reserve(plan.connections)?;
    let mut load = HttpLoad::start(plan)?;
    let report = window::measure(&mut load, &plan.window)?;
    load.goes_on = false;
    window::drive(&mut load, "the last answers", |load| load.under_way == 0)?;
    let (connections, message_bytes) = (plan.connections, plan.body.len());
    let report = RunReport { connections, in_flight: 1, message_bytes, ..report };
    Ok(report.with_latencies(&load.latencies))
}

struct HttpLoad<'p> {
    plan: &'p HttpPlan,
    request: Vec<u8>,
    connections: Vec<Connection>,
    /// Requests without an answer.
    under_way: usize,
    poll: Poll,
    events: Events,
    scratch: Vec<u8>,
    latencies: Latencies,
    tally: Tally,
    /// Whether an answer is followed by the next request.
    goes_on: bool,
}

struct Connection {
    socket: TcpStream,
    reader: AnswerReader,
    asked: Instant,
}

impl<'p> HttpLoad<'p> {
    fn start(plan: &'p HttpPlan) -> Result<Self> {
        let Endpoint { path, authority, .. } = &plan.endpoint;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: */*\r\n\r\n").into_bytes();
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(plan.connections);
        for index in 0..plan.connections {
            let mut connection = Connection::open(plan).with_context(|| format!("connection {index}"))?;
            let descriptor = connection.socket.as_raw_fd();
            poll.registry().register(&mut SourceFd(&descriptor), Token(index), Interest::READABLE)?;
            connection.ask(&request)?;
            connections.push(connection);
        }
        Ok(Self {
            plan,
            request,
            under_way: connections.len(),
            connections,
            poll,
            events: Events::with_capacity(1024),
            scratch: vec![0; SCRATCH_BYTES],
            latencies: Latencies::default(),
            tally: Tally::default(),
            goes_on: true,
        })
    }

    /// Reads what has come on connection `index`; asks again behind an answer.
    fn serve(&mut self, index: usize) -> Result<()> {
        let connection = &mut self.connections[index];
        loop {
            let count = match connection.socket.read(&mut self.scratch) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("read"),
            };
            ensure!(count > 0, "the server ended it");
            if connection.reader.handle_bytes(&self.scratch[..count], &self.plan.body)? {
                self.latencies.record(connection.asked.elapsed());
                self.tally.messages += 1;
                self.tally.wire_bytes += self.plan.body.len() as u64;
                self.under_way -= 1;
                if self.goes_on {
                    connection.ask(&self.request)?;
                    self.under_way += 1;
                }
            }
            if count < self.scratch.len() {
                return Ok(());
            }
        }
    }
}

impl Connection {
    fn open(plan: &HttpPlan) -> Result<Self> {
        let socket = TcpStream::connect(plan.endpoint.address)?;
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket, reader: AnswerReader::default(), asked: Instant::now() })
    }

    /// Writes a request, which a socket takes whole whose last one was answered.
    fn ask(&mut self, request: &[u8]) -> Result<()> {
        self.asked = Instant::now();
        self.socket.write_all(request).context("write")
    }
}

impl Load for HttpLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        self.poll.poll(&mut self.events, Some(PATIENCE))?;
        let ready: Vec<usize> = self.events.iter().map(|event| event.token().0).collect();
        ready.into_iter().try_for_each(|index| self.serve(index).with_context(|| format!("connection {index}")))
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = Latencies::default();
    }
}
