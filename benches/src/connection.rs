//! One connection of the echo load: keeps its messages in flight. Knows no poll and no end of the run.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::frame::{self, EchoReader, Progress};
use crate::handshake::Opened;
use crate::latency::Latencies;
use crate::messages::Messages;
use crate::stream::Stream;

/// An open connection in non-blocking mode.
#[derive(Debug)]
pub struct EchoConnection {
    stream: Stream,
    reader: EchoReader,
    /// When each message whose echo is still to come was sent.
    in_flight: VecDeque<Instant>,
    /// The message of the cycle that is sent next.
    next_message: usize,
    /// Bytes to write, and where in the cycle the first of them is.
    unsent_bytes: usize,
    offset: usize,
    closed: bool,
}

impl EchoConnection {
    /// Takes a connection number `index` that has its opening handshake behind it; its first message is the one at this
    /// place of the cycle.
    ///
    /// # Errors
    /// If the server agreed to something else than `messages` need.
    pub fn new(opened: Opened, index: usize, messages: &Messages) -> Result<Self> {
        opened.stream.socket().set_nonblocking(true)?;
        let inflater = messages.inflater(opened.answer.as_deref()).with_context(|| format!("connection {index}"))?;
        let first = messages.behind(0, index);
        Ok(Self {
            stream: opened.stream,
            reader: EchoReader::new(first, inflater),
            in_flight: VecDeque::new(),
            next_message: first,
            unsent_bytes: 0,
            offset: messages.offset(first),
            closed: false,
        })
    }

    /// The stream, for registration with a poll.
    pub const fn stream(&self) -> &Stream {
        &self.stream
    }

    /// Whether every message has its echo.
    pub fn is_answered(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// Whether the server has sent its Close frame or ended the connection.
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Queues `count` messages, stamped `now`. The caller writes them with [`Self::flush`].
    pub fn send(&mut self, count: usize, messages: &Messages, now: Instant) {
        self.unsent_bytes += messages.wire_bytes(self.next_message, count);
        self.next_message = messages.behind(self.next_message, count);
        self.in_flight.extend(std::iter::repeat_n(now, count));
    }

    /// Queues message number `message` of the cycle, stamped `now`. Only for a connection whose every message has its echo.
    pub fn send_message(&mut self, message: usize, messages: &Messages, now: Instant) {
        debug_assert!(
            self.is_answered() && self.unsent_bytes == 0,
            "the order of the cycle is left between messages only"
        );
        self.next_message = message;
        self.offset = messages.offset(message);
        self.reader.expect_message(message);
        self.send(1, messages, now);
    }

    /// Writes queued bytes until the socket takes no more.
    ///
    /// # Errors
    /// A failed socket.
    pub fn flush(&mut self, messages: &Messages) -> Result<()> {
        while self.unsent_bytes > 0 {
            let wire = messages.wire_from(self.offset);
            match self.stream.write(&wire[..wire.len().min(self.unsent_bytes)]) {
                Ok(count) => {
                    self.unsent_bytes -= count;
                    self.offset = messages.offset_behind(self.offset, count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("write"),
            }
        }
        // TLS may hold back encrypted bytes that the socket did not take; a plain socket has nothing to flush.
        match self.stream.flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            flushed => flushed.context("write"),
        }
    }

    /// Reads what is there and returns what it brought. `to_end` reads until the socket has nothing more; otherwise a short
    /// read of a plain socket is taken as the end, which saves a system call.
    ///
    /// # Errors
    /// A failed socket, a wrong echo, or an echo that nobody asked for. The end of the stream is none.
    pub fn handle_readable(
        &mut self,
        messages: &Messages,
        scratch: &mut [u8],
        latencies: &mut Latencies,
        to_end: bool,
    ) -> Result<Progress> {
        let to_end = to_end || !self.stream.reads_all();
        let mut all = Progress::default();
        while !self.closed {
            let count = match self.stream.read(scratch) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("read"),
            };
            let progress = self.reader.handle_bytes(&scratch[..count], messages)?;
            all.echoes += progress.echoes;
            all.payload_bytes += progress.payload_bytes;
            self.settle(progress.echoes, latencies)?;
            self.closed = progress.closed || count == 0;
            if count < scratch.len() && !to_end {
                break;
            }
        }
        all.closed = self.closed;
        Ok(all)
    }

    /// Starts the closing handshake (RFC 6455 section 7.1.2). Call it only when everything was written.
    ///
    /// # Errors
    /// A failed socket.
    pub fn start_close(&mut self) -> Result<()> {
        self.stream.write_all(&frame::encode_close()).context("write of the Close frame")?;
        self.stream.flush().context("write of the Close frame")
    }

    fn settle(&mut self, echoes: usize, latencies: &mut Latencies) -> Result<()> {
        if echoes == 0 {
            return Ok(());
        }
        let now = Instant::now();
        for _ in 0..echoes {
            let Some(sent) = self.in_flight.pop_front() else { bail!("an echo without a message") };
            latencies.record(now.duration_since(sent));
        }
        Ok(())
    }
}
