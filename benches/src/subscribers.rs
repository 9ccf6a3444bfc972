//! The connections of a broadcast: receivers, those that never read, the publisher, and their poll. Knows no times of publication.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use socket2::SockRef;

use crate::broadcast::BroadcastPlan;
use crate::frame::{self, MessageKind};
use crate::handshake::{self, Opened};
use crate::message_reader::MessageReader;
use crate::publications::{Delivery, Publications, ReceiverStream};
use crate::stomp;
use crate::stream::Stream;

const SCRATCH_BYTES: usize = 256 * 1024;
/// How long the server may need to end a connection that it has given up.
const END_TIMEOUT: Duration = Duration::from_secs(1);
/// Receive buffer in bytes of a connection that never read and now does: with the small one it would take seconds.
const LAST_RECEIVE_BYTES: usize = 1 << 20;
/// Try again later (IANA's registry of status codes).
const CLOSE_TRY_AGAIN: u16 = 1013;
/// Token of the publisher; receivers have their index.
const PUBLISHER: Token = Token(usize::MAX - 1);

/// Open connections in non-blocking mode, and those that never read, which stay as they are.
#[derive(Debug)]
pub struct Subscribers {
    receivers: Vec<Receiver>,
    /// Held open, not read until the end.
    stalled: Vec<Opened>,
    publisher: Publisher,
    /// Whether the closing handshake was started here.
    is_closing: bool,
    poll: Poll,
    events: Events,
    scratch: Vec<u8>,
}

impl Subscribers {
    /// Opens all connections of `plan`, one after the other, the publisher at last.
    ///
    /// # Errors
    /// The first that failed.
    pub fn open(plan: &BroadcastPlan, publications: &Publications) -> Result<Self> {
        let poll = Poll::new()?;
        let offer = plan.offer.as_deref();
        let mut receivers = Vec::with_capacity(plan.receivers);
        for index in 0..plan.receivers {
            let mut opened = handshake::open(&plan.subscribe, index, offer)?;
            if plan.is_stomp {
                stomp::subscribe(&mut opened.stream).with_context(|| format!("receiver {index}"))?;
            }
            register(&poll, &opened.stream, Token(index))?;
            let stream = ReceiverStream::new(opened.answer.as_deref(), publications);
            let stream = stream.with_context(|| format!("receiver {index}"))?;
            receivers.push(Receiver { socket: opened.stream, stream, closed: false });
        }
        let open_stalled = |number| handshake::open_stalled(&plan.subscribe, plan.receivers + number, offer);
        let stalled = (0..plan.stalled).map(open_stalled).collect::<Result<_>>()?;
        let mut opened = handshake::open(&plan.publish, plan.receivers + plan.stalled, None)?;
        if plan.is_stomp {
            stomp::connect(&mut opened.stream).context("publisher")?;
        }
        register(&poll, &opened.stream, PUBLISHER)?;
        let publisher =
            Publisher { socket: opened.stream, reader: MessageReader::default(), unsent: Vec::new(), closed: false };
        let (events, scratch) = (Events::with_capacity(4096), vec![0; SCRATCH_BYTES]);
        Ok(Self { receivers, stalled, publisher, is_closing: false, poll, events, scratch })
    }

    /// Sends `frame` on the publisher's connection, or as much of it as the socket takes; the rest follows in later turns.
    ///
    /// # Errors
    /// A failed socket.
    pub fn publish(&mut self, frame: &[u8]) -> Result<()> {
        self.publisher.unsent.extend_from_slice(frame);
        self.publisher.flush()
    }

    /// Waits at most `patience`, serves every socket that is ready and hands out what each receiver got.
    ///
    /// # Errors
    /// A failed connection, a wrong byte, or `settle`'s.
    pub fn turn(
        &mut self,
        patience: Duration,
        publications: &mut Publications,
        mut settle: impl FnMut(Delivery) -> Result<()>,
    ) -> Result<()> {
        self.poll.poll(&mut self.events, Some(patience))?;
        for event in &self.events {
            if event.token() == PUBLISHER {
                self.publisher.serve(&mut self.scratch).context("publisher")?;
                continue;
            }
            let index = event.token().0;
            let receiver = &mut self.receivers[index];
            receiver
                .read(&mut self.scratch, event.is_read_closed(), publications, &mut settle)
                .with_context(|| format!("receiver {index}"))?;
            ensure!(self.is_closing || !receiver.closed, "the server closed receiver {index}");
        }
        ensure!(self.is_closing || !self.publisher.closed, "the server closed the publisher's connection");
        Ok(())
    }

    /// Whether every receiver that reads has had the call sign.
    pub fn were_all_called(&self) -> bool {
        self.receivers.iter().all(|receiver| receiver.stream.was_called())
    }

    /// Reads what has come to those that never read, and returns how many of them the server has ended: with 1013, or cut where that found no room.
    /// The others are reset.
    ///
    /// # Errors
    /// One that was closed with another code, or got what no server may send.
    pub fn count_ended(&mut self) -> Result<usize> {
        let mut ended = 0;
        for opened in std::mem::take(&mut self.stalled) {
            ended += usize::from(was_ended(opened.stream, &mut self.scratch).context("the receiver that never reads")?);
        }
        Ok(ended)
    }

    /// Starts the closing handshake on every connection that reads.
    ///
    /// # Errors
    /// A failed socket.
    pub fn start_close(&mut self) -> Result<()> {
        let sockets = self.receivers.iter_mut().map(|receiver| &mut receiver.socket);
        for socket in sockets.chain([&mut self.publisher.socket]) {
            socket.write_all(&frame::encode_close()).context("write of the Close frame")?;
            socket.flush().context("write of the Close frame")?;
        }
        self.is_closing = true;
        Ok(())
    }

    /// Whether the server has ended all of them.
    pub fn are_closed(&self) -> bool {
        self.publisher.closed && self.receivers.iter().all(|receiver| receiver.closed)
    }
}

/// Reads until the server's end of the connection, or until nothing comes any more: then it goes on.
fn was_ended(mut socket: Stream, scratch: &mut [u8]) -> Result<bool> {
    socket.socket().set_read_timeout(Some(END_TIMEOUT))?;
    SockRef::from(socket.socket()).set_recv_buffer_size(LAST_RECEIVE_BYTES)?;
    let (mut reader, begin) = (MessageReader::default(), Instant::now());
    while begin.elapsed() < 2 * END_TIMEOUT {
        let count = match socket.read(scratch) {
            // The Close frame found no room in the full socket before the server's patience with it was over.
            Ok(0) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error).context("read"),
            Ok(count) => count,
        };
        let mut input = &scratch[..count];
        while reader.take(&mut input, MessageKind::Text)?.is_some() {}
        if reader.is_closed() {
            let code = reader.close_code();
            ensure!(code == Some(CLOSE_TRY_AGAIN), "the server closed it with {code:?}, not with {CLOSE_TRY_AGAIN}");
            return Ok(true);
        }
    }
    Ok(false)
}

fn register(poll: &Poll, stream: &Stream, token: Token) -> Result<()> {
    stream.socket().set_nonblocking(true)?;
    let interest = Interest::READABLE | Interest::WRITABLE;
    Ok(poll.registry().register(&mut SourceFd(&stream.as_raw_fd()), token, interest)?)
}

#[derive(Debug)]
struct Receiver {
    socket: Stream,
    stream: ReceiverStream,
    closed: bool,
}

impl Receiver {
    fn read(
        &mut self,
        scratch: &mut [u8],
        to_end: bool,
        publications: &mut Publications,
        settle: &mut impl FnMut(Delivery) -> Result<()>,
    ) -> Result<()> {
        let to_end = to_end || !self.socket.reads_all();
        while !self.closed {
            let Some(count) = read(&mut self.socket, scratch)? else { break };
            let delivery = self.stream.handle_bytes(&scratch[..count], publications)?;
            settle(delivery)?;
            self.closed = count == 0 || self.stream.is_closed();
            if count < scratch.len() && !to_end {
                break;
            }
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Publisher {
    socket: Stream,
    reader: MessageReader,
    unsent: Vec<u8>,
    closed: bool,
}

impl Publisher {
    fn serve(&mut self, scratch: &mut [u8]) -> Result<()> {
        while !self.closed {
            let Some(count) = read(&mut self.socket, scratch)? else { break };
            let message = self.reader.take(&mut &scratch[..count], MessageKind::Text)?;
            ensure!(message.is_none(), "it got a message");
            self.closed = count == 0 || self.reader.is_closed();
        }
        if self.closed { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<()> {
        let mut sent = 0;
        while sent < self.unsent.len() {
            match self.socket.write(&self.unsent[sent..]) {
                Ok(count) => sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("write"),
            }
        }
        self.unsent.drain(..sent);
        match self.socket.flush() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            flushed => flushed.context("write"),
        }
    }
}

/// `None`: nothing is there; 0: the end.
fn read(socket: &mut Stream, scratch: &mut [u8]) -> Result<Option<usize>> {
    loop {
        return match socket.read(scratch) {
            Ok(count) => Ok(Some(count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => Err(error).context("read"),
        };
    }
}
