//! One connection of a loop: its socket, its phase, its write queue. Knows the loop only as a [`LoopContext`].
//!
//! ```text
//!  Tls --> Head --> Handshaking --> Open --> Lingering --> removed
//!   |       |  ^         |                      ^
//!   |       |  +- Http   +--- refused ----------+
//!   +-------+---------------- refused ----------+     with an upstream also Asking and Spliced, see `proxy`
//! ```
//! A plain connection begins with Head. `tls` serves Tls, `opening` Head, Handshaking and Http, `messages`,
//! `outgoing` and `closing` Open.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::bridge::{Event, EventKind, Payload, Pressure, Respond, Slowness, Target, Ticket};
use crate::engine::arena::READ_BYTES;
use crate::engine::closing::ends_when_written;
use crate::engine::loop_context::LoopContext;
use crate::engine::messages::OpenState;
use crate::engine::opening::{Handshaking, HeadState};
use crate::engine::proxy::{Asking, Reins};
use crate::engine::session_table::{ReadyState, Session};
use crate::engine::tls::TlsOpening;
use crate::engine::transport::{LastWrite, Transport};
use crate::engine::write_queue::{WriteQueue, WriteTools, Written};

/// After our last byte the peer gets this long to close, so that what we sent is not lost to a reset.
const LINGER: Duration = Duration::from_secs(2);
/// Pongs that may wait before reading stops: a peer that pings must read, too.
pub const MAX_WAITING_CONTROL_BYTES: usize = 4096;

/// What is to become of a connection that was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Its socket's waker, a command or a deadline will tell.
    Wait,
    /// It has more to do in the next turn.
    Again,
    /// It is over.
    Remove,
}

/// Where a connection stands.
pub enum Phase {
    /// Before or in the TLS handshake.
    Tls(TlsOpening),
    /// Reading a request head.
    Head(HeadState),
    /// A valid opening handshake waits for Java.
    Handshaking(Box<Handshaking>),
    /// hyper has the socket; Java's answer goes through the channel.
    Http(Option<oneshot::Sender<Respond>>),
    /// A valid opening handshake waits for the upstream.
    Asking(Box<Asking>),
    /// The upstream is at the other end; the socket is its splice's.
    Spliced(Reins),
    /// A WebSocket.
    Open(Box<OpenState>),
    /// Nothing more is said but what waits; then the peer may close first.
    Lingering { shut_down: bool },
}

/// One connection.
pub struct Connection {
    pub target: Target,
    pub session: Arc<Session>,
    pub socket: Option<Transport>,
    pub waker: Waker,
    pub phase: Phase,
    pub queue: WriteQueue,
    pub deadline: Option<Instant>,
    /// When the socket took something last; `None` while it takes all.
    pub stalled_since: Option<Instant>,
    /// Listed in [`LoopContext::dirty`].
    pub dirty: bool,
    /// Listed by its loop among those with publications to write.
    pub fanned: bool,
    /// Listed in [`LoopContext::reports`].
    pub reporting: bool,
    /// A publication has found that the session does not keep up: the next flush ends it.
    pub overrun: Option<Slowness>,
    /// Its place in the engine's counts.
    pub ticket: Ticket,
}

/// What a read has brought.
pub enum ReadOutcome {
    /// Nothing now; the waker is armed.
    Nothing,
    /// Bytes, in this range of the arena; whether the socket may have more.
    Bytes(Range<usize>, bool),
    /// The peer has sent all.
    End,
    /// The arena is full.
    NoRoom,
}

impl Connection {
    /// Does what the socket is ready for.
    pub fn serve(&mut self, ctx: &mut LoopContext) -> Next {
        if self.queue.is_blocked() {
            self.queue.unblock();
            if self.flush(ctx) == Next::Remove {
                return Next::Remove;
            }
            // With an empty queue the flush has not looked.
            if !self.queue.is_blocked() {
                self.stalled_since = None;
            }
        }
        match self.phase {
            Phase::Tls(_) => self.open_tls(ctx),
            Phase::Head(_) => self.read_head(ctx),
            Phase::Open(_) => self.read_messages(ctx),
            Phase::Lingering { .. } => self.discard_input(ctx),
            Phase::Handshaking(_) | Phase::Http(_) | Phase::Asking(_) | Phase::Spliced(_) => Next::Wait,
        }
    }

    /// Writes what waits, and goes on with what was waiting for that.
    pub fn flush(&mut self, ctx: &mut LoopContext) -> Next {
        if let Some(why) = self.overrun.take()
            && self.is_going_on()
        {
            return self.terminate(ctx, why);
        }
        let held_up = self.queue.control_bytes() > MAX_WAITING_CONTROL_BYTES;
        if let Err(error) = self.write(ctx) {
            return self.lost(ctx, &format!("writing failed: {error}"));
        }
        self.follow_marks(ctx);
        let next = self.after_drained(ctx);
        // Reading had stopped for the pongs.
        let reads_again = held_up && self.queue.control_bytes() <= MAX_WAITING_CONTROL_BYTES;
        if reads_again { Next::Again } else { next }
    }

    /// Writes before its time, to make room; the flush that follows finds out what has become of the connection.
    pub fn write_early(&mut self, ctx: &mut LoopContext) {
        if !self.queue.is_blocked() {
            self.mark_dirty(ctx);
            // An error is found again by the flush, as something still waits then.
            let _ = self.write(ctx);
        }
    }

    fn write(&mut self, ctx: &mut LoopContext) -> io::Result<()> {
        let Some(socket) = self.socket.as_mut().filter(|_| !self.queue.is_blocked() && !self.queue.is_empty()) else {
            return Ok(());
        };
        let held_before = socket.pushed_bytes();
        let mut cx = Context::from_waker(&self.waker);
        let (pressure, tools) = (&self.session.pressure, &mut ctx.write_tools);
        // The state of the session is at hand; how it closes lies in memory that nothing else here needs.
        let written = match &mut *socket {
            Transport::Plain(plain) if self.session.state() != ReadyState::Open && ends_when_written(&self.phase) => {
                write_last(&mut self.queue, plain, &mut cx, pressure, tools)?
            }
            socket => self.queue.poll_flush(socket, &mut cx, pressure, tools)?,
        };
        let has_progressed = written.bytes > 0 || socket.pushed_bytes() != held_before;
        ctx.counters.add_written(written.bytes, written.messages);
        self.follow_progress(ctx, has_progressed);
        Ok(())
    }

    /// Goes on with what waited for an empty queue.
    fn after_drained(&mut self, ctx: &mut LoopContext) -> Next {
        match self.phase {
            _ if !self.queue.is_empty() => Next::Wait,
            Phase::Open(_) if self.session.state() == ReadyState::Open => Next::Wait,
            Phase::Open(_) => self.finish_if_due(ctx),
            Phase::Lingering { shut_down: false } => self.shut_down_writing(),
            _ => Next::Wait,
        }
    }

    /// Says to the peer that nothing more comes, and reads until it says the same.
    fn shut_down_writing(&mut self) -> Next {
        self.phase = Phase::Lingering { shut_down: true };
        let Some(socket) = self.socket.as_mut() else {
            return Next::Remove;
        };
        match Pin::new(socket).poll_shutdown(&mut Context::from_waker(&self.waker)) {
            Poll::Ready(Ok(())) => Next::Again,
            Poll::Ready(Err(_)) => Next::Remove,
            Poll::Pending => {
                // The close_notify of TLS finds no room yet.
                self.phase = Phase::Lingering { shut_down: false };
                self.queue.block();
                Next::Wait
            }
        }
    }

    /// From here on only what waits is written.
    pub fn linger(&mut self, ctx: &mut LoopContext) -> Next {
        self.phase = Phase::Lingering { shut_down: false };
        self.set_deadline(ctx, Some(LINGER));
        self.mark_dirty(ctx);
        Next::Again
    }

    fn has_to_write(&self) -> bool {
        !self.queue.is_empty() || self.queue.is_blocked()
    }

    fn discard_input(&mut self, ctx: &mut LoopContext) -> Next {
        match self.read(ctx) {
            Ok(ReadOutcome::Nothing) => Next::Wait,
            Ok(ReadOutcome::Bytes(_, true) | ReadOutcome::NoRoom) => Next::Again,
            Ok(ReadOutcome::Bytes(_, false)) => self.arm_reading(),
            Ok(ReadOutcome::End) if self.has_to_write() => Next::Wait,
            // TLS has its own word for the end, and a peer that does not say it may still read.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.has_to_write() => Next::Wait,
            Ok(ReadOutcome::End) | Err(_) => Next::Remove,
        }
    }

    /// Reads once, into the free room of the arena.
    pub fn read(&mut self, ctx: &mut LoopContext) -> io::Result<ReadOutcome> {
        let Some(socket) = self.socket.as_mut() else {
            return Ok(ReadOutcome::Nothing);
        };
        let Some(room) = ctx.arena.room() else {
            return Ok(ReadOutcome::NoRoom);
        };
        let mut buf = ReadBuf::new(ctx.arena.slice(room.clone()));
        match Pin::new(socket).poll_read(&mut Context::from_waker(&self.waker), &mut buf) {
            Poll::Pending => Ok(ReadOutcome::Nothing),
            Poll::Ready(Err(error)) => Err(error),
            Poll::Ready(Ok(())) => {
                let count = buf.filled().len();
                ctx.counters.bytes_in.add(count as u64);
                if count == 0 {
                    return Ok(ReadOutcome::End);
                }
                Ok(ReadOutcome::Bytes(room.start..room.start + count, count == READ_BYTES))
            }
        }
    }

    /// After a short read: tokio knows that the socket is empty, so this only registers the waker.
    pub fn arm_reading(&mut self) -> Next {
        let Some(socket) = self.socket.as_mut() else {
            return Next::Wait;
        };
        match socket.poll_readable(&mut Context::from_waker(&self.waker)) {
            Poll::Pending => Next::Wait,
            Poll::Ready(()) => Next::Again,
        }
    }

    /// The transport is gone. A session hears of it.
    pub fn lost(&mut self, ctx: &mut LoopContext, why: &str) -> Next {
        if let Phase::Open(_) = self.phase {
            self.transport_failed(ctx, why);
        }
        Next::Remove
    }

    /// Appends an event of this connection.
    pub fn emit(&self, ctx: &mut LoopContext, kind: EventKind, code: u16, text: &str) {
        let mut event = Event::new(kind, self.target.session, self.target.slot);
        event.code = code;
        event.payload = Payload::Owned(text.as_bytes().to_vec());
        ctx.batch.push(event);
    }

    /// Replaces the deadline by one `after` from now.
    pub fn set_deadline(&mut self, ctx: &mut LoopContext, after: Option<Duration>) {
        let deadline = after.map(|after| Instant::now() + after);
        ctx.deadlines.set(self.target.slot, &mut self.deadline, deadline);
    }

    /// Makes the loop flush this connection before it waits.
    pub fn mark_dirty(&mut self, ctx: &mut LoopContext) {
        if !self.dirty {
            self.dirty = true;
            ctx.dirty.push(self.target.slot);
        }
    }

    /// The deadline has come.
    pub fn expire(&mut self, ctx: &mut LoopContext) -> Next {
        self.deadline = None;
        match &self.phase {
            Phase::Tls(_) => self.handshake_took_too_long(ctx),
            // Browsers open spare connections: no request, no answer.
            Phase::Head(head) if head.bytes.is_empty() => self.abandon(ctx),
            Phase::Head(_) => self.refuse_late(ctx),
            Phase::Open(open) if !open.is_ending() => self.expire_stall(ctx),
            Phase::Open(_) => self.closing_took_too_long(ctx),
            Phase::Handshaking(_) | Phase::Http(_) | Phase::Asking(_) | Phase::Spliced(_) | Phase::Lingering { .. } => {
                Next::Remove
            }
        }
    }
}

/// [`WriteQueue::poll_flush`] of what ends with the connection; by itself, so that the usual write stays small.
#[cold]
fn write_last(
    queue: &mut WriteQueue,
    socket: &TcpStream,
    cx: &mut Context<'_>,
    pressure: &Pressure,
    tools: &mut WriteTools,
) -> io::Result<Written> {
    queue.poll_flush(LastWrite(socket), cx, pressure, tools)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ready_list::SocketWaker;

    /// Of the 2 KiB that an idle connection may cost, most is tokio's; `tests/idle_memory.rs` measures the whole.
    #[test]
    fn an_idle_connection_stays_small() {
        assert!(size_of::<Connection>() <= 288, "{}", size_of::<Connection>());
        assert!(size_of::<OpenState>() <= 264, "{}", size_of::<OpenState>());
        // Of it 48 are the outbox, without which each message would be a command of its own; 16 lead to its topics.
        assert!(size_of::<Session>() <= 192, "{}", size_of::<Session>());
        assert!(size_of::<SocketWaker>() <= 16, "{}", size_of::<SocketWaker>());
    }
}
