//! The connecting load: connect, opening handshake, one echo if it is asked for, closing handshake, so many at a time and again. Knows the server
//! only by its address.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::frame::{self, EchoReader};
use crate::handshake;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::report::RunReport;
use crate::window::{self, Load, Tally, Window};

const PATIENCE: Duration = Duration::from_millis(200);
const SCRATCH_BYTES: usize = 16 * 1024;
const HEAD_END: &[u8] = b"\r\n\r\n";

/// What to do to the server.
#[derive(Debug)]
pub struct ConnectPlan {
    /// The server.
    pub endpoint: Endpoint,
    /// Connections at a time, at least 1.
    pub at_once: usize,
    /// Of which each connection sends one; without an offer.
    pub messages: Messages,
    /// Whether it sends one at all.
    pub echoes: bool,
    /// How long it lasts, counted in connections that ended.
    pub window: Window,
}

/// Runs the load and says what it found.
///
/// # Errors
/// A connection that failed, got a wrong echo, or was not ended by the server behind its Close frame.
pub fn run(plan: &ConnectPlan) -> Result<RunReport> {
    ensure!(plan.at_once > 0, "connections at a time must be at least 1");
    ensure!(!plan.endpoint.is_secure, "only ws:// is measured");
    file_limit::reserve(plan.at_once)?;
    let mut load = ConnectLoad::start(plan)?;
    let report = window::measure(&mut load, &plan.window)?;
    load.goes_on = false;
    window::drive(&mut load, "the last connections to end", |load| load.open.iter().all(Option::is_none))?;
    let message_bytes = if plan.echoes { plan.messages.payload(0).len() } else { 0 };
    let report = RunReport { connections: plan.at_once, in_flight: 1, message_bytes, ..report };
    Ok(report.with_latencies(&load.latencies))
}

struct ConnectLoad<'p> {
    plan: &'p ConnectPlan,
    request: Vec<u8>,
    close: Vec<u8>,
    /// Connections under way; `None`: not opened again.
    open: Vec<Option<Connecting>>,
    /// Connects begun.
    begun: usize,
    poll: Poll,
    events: Events,
    scratch: Vec<u8>,
    latencies: Latencies,
    tally: Tally,
    /// Whether a connection that has ended is followed by another.
    goes_on: bool,
}

impl<'p> ConnectLoad<'p> {
    fn start(plan: &'p ConnectPlan) -> Result<Self> {
        let mut load = Self {
            plan,
            request: handshake::request(&plan.endpoint, None).into_bytes(),
            close: frame::encode_close(),
            open: (0..plan.at_once).map(|_| None).collect(),
            begun: 0,
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            scratch: vec![0; SCRATCH_BYTES],
            latencies: Latencies::default(),
            tally: Tally::default(),
            goes_on: true,
        };
        (0..plan.at_once).try_for_each(|slot| load.connect(slot))?;
        Ok(load)
    }

    fn connect(&mut self, slot: usize) -> Result<()> {
        let since = Instant::now();
        let socket = handshake::start_connect(self.plan.endpoint.address, self.begun)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut SourceFd(&socket.as_raw_fd()), Token(slot), interest)?;
        self.begun += 1;
        let stage = Stage::Connecting;
        self.open[slot] = Some(Connecting { socket, stage, since, wire_bytes: 0 });
        Ok(())
    }

    /// Lets the connection in `slot` do what it can; returns whether it has ended.
    fn advance(&mut self, slot: usize, is_writable: bool) -> Result<bool> {
        let Some(connecting) = &mut self.open[slot] else { return Ok(false) };
        if matches!(connecting.stage, Stage::Connecting) {
            if !is_writable {
                return Ok(false);
            }
            connecting.socket.take_error()?.map_or(Ok(()), Err).context("connect")?;
            connecting.send(&self.request)?;
            connecting.stage = Stage::Opening(Vec::new());
        }
        loop {
            let count = match connecting.socket.read(&mut self.scratch) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("read"),
            };
            if count == 0 {
                return connecting.end().map(|()| true);
            }
            connecting.handle_bytes(&self.scratch[..count], self.plan, &self.close)?;
        }
    }
}

impl Load for ConnectLoad<'_> {
    fn turn(&mut self) -> Result<()> {
        self.poll.poll(&mut self.events, Some(PATIENCE))?;
        let ready: Vec<(usize, bool)> =
            self.events.iter().map(|event| (event.token().0, event.is_writable())).collect();
        for (slot, is_writable) in ready {
            let number = self.begun;
            let has_ended = self.advance(slot, is_writable);
            if !has_ended.with_context(|| format!("one of {number} connections"))? {
                continue;
            }
            let Some(ended) = self.open[slot].take() else { continue };
            self.latencies.record(ended.since.elapsed());
            self.tally.messages += 1;
            self.tally.wire_bytes += ended.wire_bytes;
            drop(ended);
            if self.goes_on {
                self.connect(slot)?;
            }
        }
        Ok(())
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn forget_latencies(&mut self) {
        self.latencies = Latencies::default();
    }
}

/// A connection on its way from connect to end.
struct Connecting {
    socket: TcpStream,
    stage: Stage,
    since: Instant,
    wire_bytes: u64,
}

enum Stage {
    /// Waits until the socket is writable.
    Connecting,
    /// Has sent the request, collects the head of the response.
    Opening(Vec<u8>),
    /// Has sent its message.
    Echoing(EchoReader),
    /// Has sent its Close frame behind the echo, where there is one.
    Closing(EchoReader),
}

impl Connecting {
    fn handle_bytes(&mut self, mut bytes: &[u8], plan: &ConnectPlan, close: &[u8]) -> Result<()> {
        let messages = &plan.messages;
        if let Stage::Opening(head) = &mut self.stage {
            head.extend_from_slice(bytes);
            let Some(end) = head.windows(HEAD_END.len()).position(|window| window == HEAD_END) else { return Ok(()) };
            ensure!(end + HEAD_END.len() == head.len(), "the server speaks before it was spoken to");
            handshake::check(&String::from_utf8_lossy(head))?;
            bytes = &[];
            if plan.echoes {
                self.send(messages.frame(0))?;
                self.stage = Stage::Echoing(EchoReader::new(0, None));
            } else {
                self.send(close)?;
                self.stage = Stage::Closing(EchoReader::new(0, None));
            }
        }
        if let Stage::Echoing(reader) = &mut self.stage {
            let progress = reader.handle_bytes(bytes, messages)?;
            ensure!(!progress.closed, "closed before the echo");
            self.wire_bytes += progress.payload_bytes as u64;
            if progress.echoes == 1 {
                self.stage = Stage::Closing(std::mem::take(reader));
                self.send(close)?;
            }
            ensure!(progress.echoes <= 1, "more than one echo");
        } else if let Stage::Closing(reader) = &mut self.stage {
            ensure!(reader.handle_bytes(bytes, messages)?.echoes == 0, "an echo of nothing");
        }
        Ok(())
    }

    /// The server has ended the connection.
    fn end(&mut self) -> Result<()> {
        let Stage::Closing(reader) = &mut self.stage else { anyhow::bail!("ended before the closing handshake") };
        ensure!(reader.is_closed(), "ended without a Close frame");
        Ok(())
    }

    /// Writes a frame or request, which a fresh socket takes whole.
    fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.socket.write_all(bytes).context("write")
    }
}
