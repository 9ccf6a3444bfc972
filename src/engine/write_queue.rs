//! What a connection still has to write. Knows nothing of messages or Java.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

use crate::bridge::pressure::MESSAGE_OVERHEAD_BYTES;
use crate::bridge::{Pressure, SharedFrame};

/// Frames of one system call.
const FRAMES_PER_WRITE: usize = 64;
/// Small frames are copied together up to this size.
const CORK_BYTES: usize = 4096;
/// An empty queue keeps room for this many frames and gives back more.
const KEPT_CAPACITY: usize = 4;

#[derive(Debug)]
enum FrameBytes {
    Owned(Vec<u8>),
    /// A publication, which other queues hold too.
    Shared(SharedFrame),
}

impl std::ops::Deref for FrameBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Shared(frame) => frame.bytes(),
        }
    }
}

#[derive(Debug)]
struct Frame {
    bytes: FrameBytes,
    /// Accounted to the session: Java sent it.
    counted: bool,
    is_control: bool,
    /// The overflow strategy may drop it: a whole message that no other frame depends on.
    droppable: bool,
}

impl Frame {
    const fn owned(bytes: Vec<u8>, counted: bool) -> Self {
        Self { bytes: FrameBytes::Owned(bytes), counted, is_control: false, droppable: false }
    }
}

/// What was dropped out of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Messages.
    pub messages: u32,
    /// Their bytes, headers included.
    pub bytes: u64,
}

/// What a flush has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes the socket took.
    pub bytes: usize,
    /// Frames of Java that are gone with them.
    pub messages: usize,
}

/// Frames in their order, control frames ahead of waiting data.
#[derive(Debug, Default)]
pub struct WriteQueue {
    frames: VecDeque<Frame>,
    /// Bytes of the first frame that the socket has.
    written: usize,
    /// Control frames that wait, always one behind the other.
    control_frames: u32,
    /// Their bytes; 64 KiB and a few pongs at most.
    control_bytes: u32,
    /// The socket takes nothing now; its waker will tell.
    blocked: bool,
    /// The socket was written to and may still hold some of it back, as TLS does.
    unflushed: bool,
}

impl WriteQueue {
    /// Appends a frame of ours (a response, a Close) behind everything.
    pub fn push_own(&mut self, bytes: Vec<u8>) {
        self.frames.push_back(Frame::owned(bytes, false));
    }

    /// Appends a data frame of Java, already accounted; `droppable` if it is a whole message that no other depends on.
    pub fn push_counted(&mut self, bytes: Vec<u8>, droppable: bool) {
        self.frames.push_back(Frame { droppable, ..Frame::owned(bytes, true) });
    }

    /// Appends a publication, already accounted to the session.
    pub fn push_shared(&mut self, frame: SharedFrame) {
        let bytes = FrameBytes::Shared(frame);
        self.frames.push_back(Frame { bytes, counted: true, is_control: false, droppable: true });
    }

    /// Drops the oldest messages that may be dropped until the session weighs at most `limit_weight`.
    pub fn drop_oldest(&mut self, limit_weight: u64, pressure: &Pressure) -> Dropped {
        let mut dropped = Dropped::default();
        let mut at = usize::from(self.written > 0);
        let mut excess = pressure.weight().saturating_sub(limit_weight);
        while excess > 0 && at < self.frames.len() {
            if !self.frames[at].droppable {
                at += 1;
                continue;
            }
            let Some(frame) = self.frames.remove(at) else { break };
            pressure.end_message(frame.bytes.len(), false);
            dropped.messages += 1;
            dropped.bytes += frame.bytes.len() as u64;
            excess = excess.saturating_sub(frame.bytes.len() as u64 + MESSAGE_OVERHEAD_BYTES);
        }
        dropped
    }

    /// Drops waiting publications that `newer` makes needless.
    pub fn drop_conflated(&mut self, newer: &SharedFrame, pressure: &Pressure) -> Dropped {
        let mut dropped = Dropped::default();
        if !newer.is_conflatable() {
            return dropped;
        }
        let mut at = 0;
        let written = self.written;
        self.frames.retain(|frame| {
            let is_untouched = at > 0 || written == 0;
            at += 1;
            let is_needless =
                matches!(&frame.bytes, FrameBytes::Shared(older) if is_untouched && newer.conflates(older));
            if is_needless {
                pressure.end_message(frame.bytes.len(), false);
                dropped.messages += 1;
                dropped.bytes += frame.bytes.len() as u64;
            }
            !is_needless
        });
        dropped
    }

    /// Puts a ping or pong ahead of waiting data, behind a frame that is half written, the 101 and other control frames.
    pub fn push_control(&mut self, bytes: Vec<u8>, counted: bool) {
        self.control_bytes += bytes.len() as u32;
        let stays_first = |frame: &Frame| !frame.is_control && (self.written > 0 || !frame.counted);
        let first = usize::from(self.frames.front().is_some_and(stays_first));
        self.frames
            .insert(first + self.control_frames as usize, Frame { is_control: true, ..Frame::owned(bytes, counted) });
        self.control_frames += 1;
    }

    /// Whether nothing waits, here or in the socket.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty() && !self.unflushed
    }

    /// Whether the socket takes nothing now.
    pub const fn is_blocked(&self) -> bool {
        self.blocked
    }

    /// The socket takes nothing now.
    pub const fn block(&mut self) {
        self.blocked = true;
    }

    /// The socket may take something again.
    pub const fn unblock(&mut self) {
        self.blocked = false;
    }

    /// Bytes of control frames that wait: an answer to pings, so the peer decides about them.
    pub const fn control_bytes(&self) -> usize {
        self.control_bytes as usize
    }

    /// Throws away what waits, but for a frame that is half written, which must be completed.
    pub fn discard_waiting(&mut self, pressure: &Pressure) {
        let keep = usize::from(self.written > 0);
        for frame in self.frames.drain(keep.min(self.frames.len())..) {
            if frame.counted {
                pressure.end_message(frame.bytes.len(), frame.is_control);
            }
        }
        // At most one frame is left.
        let left = self.frames.front().filter(|frame| frame.is_control);
        self.control_frames = u32::from(left.is_some());
        self.control_bytes = left.map_or(0, |frame| frame.bytes.len() as u32);
    }

    /// Throws away everything: the socket is gone.
    pub fn discard_all(&mut self, pressure: &Pressure) {
        if let Some(first) = self.frames.front_mut() {
            if first.counted {
                pressure.subtract(first.bytes.len() - self.written, 1);
                if first.is_control {
                    pressure.end_control(first.bytes.len());
                }
            }
            first.counted = false;
        }
        self.written = 0;
        self.unflushed = false;
        self.discard_waiting(pressure);
    }

    /// Writes as much as the socket takes, several frames in one system call.
    ///
    /// # Errors
    /// What the socket said.
    pub fn poll_flush<W>(&mut self, mut socket: W, cx: &mut Context<'_>, pressure: &Pressure) -> io::Result<Written>
    where
        W: AsyncWrite + Unpin,
    {
        let mut total = Written::default();
        while !self.frames.is_empty() {
            let polled = self.poll_write(Pin::new(&mut socket), cx);
            let Poll::Ready(result) = polled else {
                self.blocked = true;
                break;
            };
            let bytes = match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => bytes,
                Err(error) => return Err(error),
            };
            self.unflushed = true;
            total.bytes += bytes;
            total.messages += self.advance(bytes, pressure);
        }
        if self.frames.is_empty() {
            self.frames.shrink_to(KEPT_CAPACITY);
            match Pin::new(&mut socket).poll_flush(cx) {
                Poll::Pending => self.blocked = true,
                Poll::Ready(flushed) => {
                    flushed?;
                    self.unflushed = false;
                }
            }
        }
        Ok(total)
    }

    fn poll_write<W: AsyncWrite>(&self, socket: Pin<&mut W>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let first = self.frames.front().map_or(&[][..], |frame| &frame.bytes[self.written..]);
        if self.frames.len() == 1 {
            return socket.poll_write(cx, first);
        }
        // Many small frames: one copy is cheaper than an entry each in the system call.
        let mut cork = [0; CORK_BYTES];
        let mut filled = 0;
        for bytes in std::iter::once(first).chain(self.frames.iter().skip(1).map(|frame| &frame.bytes[..])) {
            let Some(room) = cork.get_mut(filled..filled + bytes.len()) else { break };
            room.copy_from_slice(bytes);
            filled += bytes.len();
        }
        if filled > first.len() {
            return socket.poll_write(cx, &cork[..filled]);
        }
        let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE];
        slices[0] = IoSlice::new(first);
        let count = self.frames.len().min(FRAMES_PER_WRITE);
        for (slice, frame) in slices[1..count].iter_mut().zip(self.frames.iter().skip(1)) {
            *slice = IoSlice::new(&frame.bytes);
        }
        socket.poll_write_vectored(cx, &slices[..count])
    }

    /// Takes written bytes off the queue and the account. Returns the frames of Java that ended.
    fn advance(&mut self, mut bytes: usize, pressure: &Pressure) -> usize {
        let (mut counted_bytes, mut messages) = (0, 0);
        while bytes > 0 {
            let Some(first) = self.frames.front() else { break };
            let left = first.bytes.len() - self.written;
            let now = left.min(bytes);
            bytes -= now;
            self.written += now;
            counted_bytes += if first.counted { now } else { 0 };
            if now == left {
                messages += usize::from(first.counted);
                if first.is_control {
                    self.control_frames -= 1;
                    self.control_bytes -= first.bytes.len() as u32;
                    if first.counted {
                        pressure.end_control(first.bytes.len());
                    }
                }
                self.frames.pop_front();
                self.written = 0;
            }
        }
        pressure.subtract(counted_bytes, messages);
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::BufferBudget;
    use std::sync::Arc;
    use std::task::Waker;

    /// A socket that takes `room` bytes and then nothing, and may hold them back as TLS does.
    #[derive(Default)]
    struct Narrow {
        taken: Vec<u8>,
        room: usize,
        holds_back: bool,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            self.taken.extend_from_slice(&bytes[..taken]);
            if taken == 0 { Poll::Pending } else { Poll::Ready(Ok(taken)) }
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            if self.holds_back { Poll::Pending } else { Poll::Ready(Ok(())) }
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn flush(queue: &mut WriteQueue, socket: &mut Narrow, pressure: &Pressure) -> Written {
        queue.poll_flush(socket, &mut Context::from_waker(Waker::noop()), pressure).expect("no error")
    }

    #[test]
    fn control_frames_pass_waiting_data_but_not_a_frame_that_is_half_written() {
        let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
        for data in ["aaaa", "bbbb"] {
            pressure.add_message(4, false);
            queue.push_counted(data.into(), true);
        }
        socket.room = 2;
        assert_eq!(flush(&mut queue, &mut socket, &pressure), Written { bytes: 2, messages: 0 });
        assert_eq!((pressure.bytes(), queue.is_blocked()), (6, true));
        queue.push_control(b"1".to_vec(), false);
        queue.push_control(b"2".to_vec(), false);
        assert_eq!(queue.control_bytes(), 2);
        socket.room = 100;
        assert_eq!(flush(&mut queue, &mut socket, &pressure), Written { bytes: 8, messages: 2 });
        assert_eq!(socket.taken, b"aaaa12bbbb");
        assert_eq!((pressure.weight(), queue.control_bytes(), queue.is_empty()), (0, 0, true));
    }

    #[test]
    fn control_frames_stay_behind_the_response_of_the_opening_handshake() {
        let (mut queue, pressure) = (WriteQueue::default(), Pressure::default());
        let mut socket = Narrow::default();
        queue.push_own(b"101".to_vec());
        pressure.add_message(1, false);
        queue.push_counted(b"d".to_vec(), true);
        queue.push_control(b"1".to_vec(), false);
        socket.room = 2;
        flush(&mut queue, &mut socket, &pressure);
        queue.push_control(b"2".to_vec(), false);
        socket.room = 100;
        flush(&mut queue, &mut socket, &pressure);
        assert_eq!(socket.taken, b"10112d");
    }

    #[test]
    fn a_queue_is_not_empty_while_the_socket_holds_bytes_back() {
        let (mut queue, pressure) = (WriteQueue::default(), Pressure::default());
        let mut socket = Narrow { room: 100, holds_back: true, ..Narrow::default() };
        queue.push_own(b"last words".to_vec());
        assert_eq!(flush(&mut queue, &mut socket, &pressure).bytes, 10);
        assert_eq!((queue.is_empty(), queue.is_blocked()), (false, true));
        queue.unblock();
        assert_eq!(flush(&mut queue, &mut socket, &pressure).bytes, 0);
        assert_eq!((queue.is_empty(), queue.is_blocked()), (false, true));
        socket.holds_back = false;
        queue.unblock();
        flush(&mut queue, &mut socket, &pressure);
        assert_eq!((queue.is_empty(), queue.is_blocked()), (true, false));
    }

    #[test]
    fn the_oldest_whole_messages_make_room_but_not_what_is_half_written_or_must_not_be_missing() {
        let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
        for (data, droppable) in [("aaaa", true), ("bbbb", false), ("cccc", true), ("dddd", true)] {
            pressure.add_message(4, false);
            queue.push_counted(data.into(), droppable);
        }
        socket.room = 1;
        flush(&mut queue, &mut socket, &pressure);
        let limit = pressure.weight() - 1;
        assert_eq!(queue.drop_oldest(limit, &pressure), Dropped { messages: 1, bytes: 4 });
        socket.room = 100;
        queue.unblock();
        flush(&mut queue, &mut socket, &pressure);
        assert_eq!((socket.taken.as_slice(), pressure.weight()), (&b"aaaabbbbdddd"[..], 0));
    }

    #[test]
    fn a_newer_state_replaces_the_one_that_waits() {
        let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
        let budget = Arc::new(BufferBudget::new(1, 1000));
        let mut publish = |text: &str, key: &str| {
            let frame = SharedFrame::new(text.into(), Some(key.as_bytes().into()), Arc::clone(&budget), 0);
            let dropped = queue.drop_conflated(&frame, &pressure);
            pressure.add_message(frame.bytes().len(), false);
            queue.push_shared(frame);
            dropped.messages
        };
        assert_eq!([publish("a1", "a"), publish("b1", "b"), publish("a2", "a")], [0, 0, 1]);
        socket.room = 100;
        flush(&mut queue, &mut socket, &pressure);
        assert_eq!((socket.taken.as_slice(), pressure.weight(), budget.bytes()), (&b"b1a2"[..], 0, 0));
    }

    #[test]
    fn a_discarded_queue_leaves_no_account_and_completes_the_frame_on_the_wire() {
        let (mut queue, pressure, mut socket) = (WriteQueue::default(), Pressure::default(), Narrow::default());
        for data in ["aaaa", "bbbb", "cccc"] {
            pressure.add_message(4, false);
            queue.push_counted(data.into(), true);
        }
        socket.room = 3;
        flush(&mut queue, &mut socket, &pressure);
        queue.discard_waiting(&pressure);
        assert_eq!(pressure.weight(), 1 + 64);
        queue.push_own(b"close".to_vec());
        socket.room = 2;
        flush(&mut queue, &mut socket, &pressure);
        assert_eq!(socket.taken, b"aaaac");
        queue.discard_all(&pressure);
        assert_eq!((pressure.weight(), queue.is_empty()), (0, true));
    }
}
