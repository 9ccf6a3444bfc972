//! One connection of the echo load: keeps its messages in flight. Knows no poll and no end of the run.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use mio::net::TcpStream;

use crate::frame::{self, EchoReader, MessageKind};
use crate::latency::Latencies;

/// The message that all connections send, ready for the wire.
#[derive(Debug)]
pub struct Message {
    kind: MessageKind,
    payload: Vec<u8>,
    frame_bytes: usize,
    /// The frame as often as messages may be in flight, so that one write can carry them all.
    burst: Vec<u8>,
}

impl Message {
    /// Prepares `payload` for connections with up to `in_flight` messages under way (at least 1).
    pub fn new(kind: MessageKind, payload: Vec<u8>, in_flight: usize) -> Self {
        let frame = frame::encode_message(kind, &payload);
        Self { kind, payload, frame_bytes: frame.len(), burst: frame.repeat(in_flight) }
    }
}

/// An open connection in non-blocking mode.
#[derive(Debug)]
pub struct EchoConnection {
    stream: TcpStream,
    reader: EchoReader,
    /// When each message whose echo is still to come was sent.
    in_flight: VecDeque<Instant>,
    /// Bytes to write, and how far into a frame the first of them is.
    unsent_bytes: usize,
    frame_offset: usize,
    closed: bool,
}

impl EchoConnection {
    /// Takes a non-blocking stream that has its opening handshake behind it.
    pub fn new(stream: TcpStream) -> Self {
        let (reader, in_flight) = (EchoReader::default(), VecDeque::new());
        Self { stream, reader, in_flight, unsent_bytes: 0, frame_offset: 0, closed: false }
    }

    /// The socket, for registration with a poll.
    pub const fn stream_mut(&mut self) -> &mut TcpStream {
        &mut self.stream
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
    pub fn send(&mut self, count: usize, message: &Message, now: Instant) {
        self.unsent_bytes += count * message.frame_bytes;
        self.in_flight.extend(std::iter::repeat_n(now, count));
    }

    /// Writes queued bytes until the socket takes no more.
    ///
    /// # Errors
    /// A failed socket.
    pub fn flush(&mut self, message: &Message) -> Result<()> {
        while self.unsent_bytes > 0 {
            let room = message.burst.len() - self.frame_offset;
            let from = self.frame_offset;
            match self.stream.write(&message.burst[from..from + room.min(self.unsent_bytes)]) {
                Ok(count) => {
                    self.unsent_bytes -= count;
                    self.frame_offset = (self.frame_offset + count) % message.frame_bytes;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("write"),
            }
        }
        Ok(())
    }

    /// Reads what is there and returns the number of echoes in it. `to_end` reads until the socket has nothing more;
    /// otherwise a short read is taken as the end, which saves a system call.
    ///
    /// # Errors
    /// A failed socket, a wrong echo, or an echo that nobody asked for. The end of the stream is none.
    pub fn handle_readable(
        &mut self,
        message: &Message,
        scratch: &mut [u8],
        latencies: &mut Latencies,
        to_end: bool,
    ) -> Result<usize> {
        let mut echoes = 0;
        while !self.closed {
            let count = match self.stream.read(scratch) {
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error).context("read"),
            };
            let progress = self.reader.handle_bytes(&scratch[..count], message.kind, &message.payload)?;
            echoes += progress.echoes;
            self.settle(progress.echoes, latencies)?;
            self.closed = progress.closed || count == 0;
            if count < scratch.len() && !to_end {
                break;
            }
        }
        Ok(echoes)
    }

    /// Starts the closing handshake (RFC 6455 section 7.1.2). Call it only when everything was written.
    ///
    /// # Errors
    /// A failed socket.
    pub fn start_close(&mut self) -> Result<()> {
        self.stream.write_all(&frame::encode_close()).context("write of the Close frame")
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
