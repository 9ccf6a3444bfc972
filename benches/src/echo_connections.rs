//! All connections of a load whose server echoes, and the poll they share. Knows no order and no time of sending.

use std::os::fd::AsRawFd;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use crate::connection::EchoConnection;
use crate::endpoint::Endpoint;
use crate::file_limit;
use crate::handshake;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::window::Tally;

const SCRATCH_BYTES: usize = 256 * 1024;

/// Open connections in non-blocking mode.
#[derive(Debug)]
pub struct EchoConnections {
    /// By their numbers.
    pub all: Vec<EchoConnection>,
    /// Echoes so far.
    pub tally: Tally,
    poll: Poll,
    events: Events,
    scratch: Vec<u8>,
}

impl EchoConnections {
    /// Opens `count` connections, at least 1, one after the other.
    ///
    /// # Errors
    /// The first that failed, with its number.
    pub fn open(endpoint: &Endpoint, count: usize, messages: &Messages) -> Result<Self> {
        ensure!(count > 0, "connections must be at least 1");
        file_limit::reserve(count)?;
        let poll = Poll::new()?;
        let mut all = Vec::with_capacity(count);
        for index in 0..count {
            let opened = handshake::open(endpoint, index, messages.offer())?;
            let connection = EchoConnection::new(opened, index, messages)?;
            let descriptor = connection.stream().as_raw_fd();
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(&mut SourceFd(&descriptor), Token(index), interest)?;
            all.push(connection);
        }
        let (events, scratch) = (Events::with_capacity(4096), vec![0; SCRATCH_BYTES]);
        Ok(Self { all, tally: Tally::default(), poll, events, scratch })
    }

    /// Waits at most `patience` and serves every socket that is ready. `answer` gets the number of a connection, the connection
    /// and how many echoes it took, and may send; latencies go to entry `number % latencies.len()`.
    ///
    /// # Errors
    /// A failed connection, a wrong echo, or `answer`'s.
    pub fn turn(
        &mut self,
        patience: Duration,
        messages: &Messages,
        latencies: &mut [Latencies],
        mut answer: impl FnMut(usize, &mut EchoConnection, usize) -> Result<()>,
    ) -> Result<()> {
        self.poll.poll(&mut self.events, Some(patience))?;
        let groups = latencies.len();
        for event in &self.events {
            let index = event.token().0;
            let connection = &mut self.all[index];
            if event.is_readable() {
                let to_end = event.is_read_closed();
                let progress = connection
                    .handle_readable(messages, &mut self.scratch, &mut latencies[index % groups], to_end)
                    .with_context(|| format!("connection {index}"))?;
                self.tally.messages += progress.echoes as u64;
                self.tally.wire_bytes += progress.payload_bytes as u64;
                answer(index, connection, progress.echoes).with_context(|| format!("connection {index}"))?;
            }
            connection.flush(messages)?;
        }
        Ok(())
    }

    /// Whether every message has its echo.
    pub fn are_answered(&self) -> bool {
        self.all.iter().all(EchoConnection::is_answered)
    }

    /// Whether the server has ended every connection.
    pub fn are_closed(&self) -> bool {
        self.all.iter().all(EchoConnection::is_closed)
    }

    /// Starts the closing handshake on every connection. Call it only when all are answered.
    ///
    /// # Errors
    /// A failed socket.
    pub fn start_close(&mut self) -> Result<()> {
        self.all.iter_mut().try_for_each(EchoConnection::start_close)
    }
}
