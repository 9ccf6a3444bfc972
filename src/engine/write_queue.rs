//! What a connection still has to write. Knows nothing of messages or Java.

mod chunk;
#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;

use crate::bridge::pressure::MESSAGE_OVERHEAD_BYTES;
use crate::bridge::{Pressure, SharedFrame};
use crate::engine::buffer_pool::BufferPool;
use crate::engine::outbox::Batch;
use chunk::Chunk;

/// Chunks of one system call.
const CHUNKS_PER_WRITE: usize = 64;
/// Small chunks are copied together up to this size.
const CORK_BYTES: usize = 16 << 10;
/// What is small: one copy costs less than an entry of the system call.
const SMALL_CHUNK_BYTES: usize = 1 << 10;
/// An empty queue keeps room for this many chunks and gives back more.
const KEPT_CAPACITY: usize = 4;

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

/// What all write queues of a loop share.
#[derive(Debug, Default)]
pub struct WriteTools {
    /// Small chunks are copied together here.
    cork: Vec<u8>,
    /// Where buffers go when they were written.
    pool: Arc<BufferPool>,
}

impl WriteTools {
    /// Tools that give buffers back to `pool`.
    pub const fn new(pool: Arc<BufferPool>) -> Self {
        Self { cork: Vec::new(), pool }
    }
}

/// Chunks in their order, control frames ahead of waiting data.
#[derive(Debug, Default)]
pub struct WriteQueue {
    chunks: VecDeque<Chunk>,
    /// The socket has a part of the first frame; so many bytes of it are left.
    begun_bytes: usize,
    /// Control frames that wait, always one behind the other.
    control_frames: u32,
    /// Their bytes; 64 KiB and a few pongs at most.
    control_bytes: u32,
    /// Publications that a newer one may replace.
    conflatable: u32,
    /// The socket takes nothing now; its waker will tell.
    blocked: bool,
    /// The socket was written to and may still hold some of it back, as TLS does.
    unflushed: bool,
}

impl WriteQueue {
    /// Appends a frame of ours (a response, a Close) behind everything.
    pub fn push_own(&mut self, bytes: Vec<u8>) {
        self.chunks.push_back(Chunk::own(bytes));
    }

    /// Appends a data frame of Java, already accounted; `droppable` if it is a whole message that no other depends on.
    pub fn push_counted(&mut self, bytes: Vec<u8>, droppable: bool) {
        self.chunks.push_back(Chunk::data(bytes, 1, droppable));
    }

    /// Appends whole messages of Java, already accounted; `droppable` as for [`push_counted`](Self::push_counted).
    pub fn push_batch(&mut self, batch: Batch, droppable: bool, tools: &WriteTools) {
        if batch.messages == 0 {
            return;
        }
        let mut chunk = Chunk::data(batch.bytes, batch.messages, droppable);
        if !self.chunks.is_empty() {
            tools.shrink(&mut chunk);
        }
        self.chunks.push_back(chunk);
    }

    /// Appends a publication, already accounted to the session.
    pub fn push_shared(&mut self, frame: SharedFrame) {
        self.push_shared_batch(frame, 1);
    }

    /// Appends so many publications whose frames are one behind the other, already accounted to the session.
    pub fn push_shared_batch(&mut self, frames: SharedFrame, messages: u32) {
        self.conflatable += u32::from(frames.is_conflatable());
        self.chunks.push_back(Chunk::shared(frames, messages));
    }

    /// Drops the oldest messages that may be dropped until the session weighs at most `limit_weight`.
    pub fn drop_oldest(&mut self, limit_weight: u64, pressure: &Pressure) -> Dropped {
        let mut dropped = Dropped::default();
        let mut excess = pressure.weight().saturating_sub(limit_weight);
        if excess == 0 {
            return dropped;
        }
        self.split_begun();
        let mut at = usize::from(self.begun_bytes > 0);
        while excess > 0
            && let Some(chunk) = self.chunks.get_mut(at)
        {
            if !chunk.is_droppable() {
                at += 1;
                continue;
            }
            let bytes = chunk.drop_message(pressure);
            if chunk.messages() == 0 {
                self.conflatable -= u32::from(chunk.is_conflatable());
                self.chunks.remove(at);
            }
            dropped.messages += 1;
            dropped.bytes += bytes as u64;
            excess = excess.saturating_sub(bytes as u64 + MESSAGE_OVERHEAD_BYTES);
        }
        dropped
    }

    /// Drops the waiting publication that `newer` makes needless; of each key one waits at most.
    pub fn drop_conflated(&mut self, newer: &SharedFrame, pressure: &Pressure) -> Dropped {
        let Some(at) = self.find_conflated(newer) else { return Dropped::default() };
        let Some(needless) = self.chunks.remove(at) else { return Dropped::default() };
        self.conflatable -= 1;
        needless.end(needless.len(), 1, pressure);
        Dropped { messages: 1, bytes: needless.len() as u64 }
    }

    /// From the newest on, and no further than there are any: a long queue may hold none.
    fn find_conflated(&self, newer: &SharedFrame) -> Option<usize> {
        let mut left = if newer.is_conflatable() { self.conflatable } else { 0 };
        let mut at = self.chunks.len();
        // One that is half written must be completed.
        let first = usize::from(self.begun_bytes > 0);
        while left > 0 && at > first {
            at -= 1;
            let older = self.chunks[at].publication().filter(|older| older.is_conflatable());
            left -= u32::from(older.is_some());
            if older.is_some_and(|older| newer.conflates(older)) {
                return Some(at);
            }
        }
        None
    }

    /// Puts a ping or pong ahead of waiting data, behind a frame that is half written, the 101 and other control frames.
    pub fn push_control(&mut self, bytes: Vec<u8>, counted: bool) {
        self.control_bytes += bytes.len() as u32;
        self.split_begun();
        let stays_first = |chunk: &Chunk| !chunk.is_control() && (self.begun_bytes > 0 || !chunk.is_counted());
        let first = usize::from(self.chunks.front().is_some_and(stays_first));
        self.chunks.insert(first + self.control_frames as usize, Chunk::control(bytes, counted));
        self.control_frames += 1;
    }

    /// Whether nothing waits, here or in the socket.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty() && !self.unflushed
    }

    /// Whether what comes now may be written at once.
    pub fn is_clear(&self) -> bool {
        self.is_empty() && !self.blocked
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
        self.split_begun();
        let keep = usize::from(self.begun_bytes > 0);
        for chunk in self.chunks.drain(keep.min(self.chunks.len())..) {
            chunk.discard(pressure);
        }
        // At most one frame is left.
        self.conflatable = u32::from(self.chunks.front().is_some_and(Chunk::is_conflatable));
        let left = self.chunks.front().filter(|chunk| chunk.is_control());
        self.control_frames = u32::from(left.is_some());
        self.control_bytes = left.map_or(0, |chunk| chunk.full_len() as u32);
    }

    /// Throws away everything: the socket is gone.
    pub fn discard_all(&mut self, pressure: &Pressure) {
        self.begun_bytes = 0;
        self.unflushed = false;
        self.discard_waiting(pressure);
    }

    /// What is left of a half-written frame becomes a chunk of its own, so that others can come behind it.
    fn split_begun(&mut self) {
        let begun_bytes = self.begun_bytes;
        if let Some(begun) = self.chunks.front_mut().and_then(|first| first.split_begun(begun_bytes)) {
            self.chunks.push_front(begun);
        }
    }

    /// Writes as much as the socket takes, several frames in one system call.
    ///
    /// # Errors
    /// What the socket said.
    pub fn poll_flush<W>(
        &mut self,
        mut socket: W,
        cx: &mut Context<'_>,
        pressure: &Pressure,
        tools: &mut WriteTools,
    ) -> io::Result<Written>
    where
        W: AsyncWrite + Unpin,
    {
        let mut total = Written::default();
        while !self.chunks.is_empty() {
            let polled = self.poll_write(Pin::new(&mut socket), cx, &mut tools.cork);
            let Poll::Ready(result) = polled else {
                self.blocked = true;
                self.chunks.front_mut().into_iter().for_each(|first| tools.shrink(first));
                break;
            };
            let bytes = match result {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(bytes) => bytes,
                Err(error) => return Err(error),
            };
            self.unflushed = true;
            total.bytes += bytes;
            total.messages += self.take_off(bytes, pressure, tools);
        }
        if self.chunks.is_empty() {
            self.chunks.shrink_to(KEPT_CAPACITY);
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

    fn poll_write<W: AsyncWrite>(
        &self,
        socket: Pin<&mut W>,
        cx: &mut Context<'_>,
        cork: &mut Vec<u8>,
    ) -> Poll<io::Result<usize>> {
        if let [first] = self.chunks.as_slices().0
            && self.chunks.len() == 1
        {
            return socket.poll_write(cx, first.bytes());
        }
        let mut slices = [IoSlice::new(&[]); CHUNKS_PER_WRITE];
        let (mut count, mut bytes) = (0, 0);
        for (slice, chunk) in slices.iter_mut().zip(&self.chunks) {
            *slice = IoSlice::new(chunk.bytes());
            count += 1;
            bytes += chunk.len();
        }
        if bytes > CORK_BYTES.min(count * SMALL_CHUNK_BYTES) {
            return socket.poll_write_vectored(cx, &slices[..count]);
        }
        // As many as there is room for: they are so small that there may be more than one call takes.
        cork.clear();
        for chunk in &self.chunks {
            if cork.len() + chunk.len() > CORK_BYTES {
                break;
            }
            cork.extend_from_slice(chunk.bytes());
        }
        socket.poll_write(cx, cork)
    }

    /// Takes bytes off the queue and the account that the socket has got. Returns the messages of Java that ended.
    pub fn take_off(&mut self, mut bytes: usize, pressure: &Pressure, tools: &WriteTools) -> usize {
        let (mut own, mut shared) = ((0, 0), (0, 0));
        while bytes > 0 {
            let Some(first) = self.chunks.front_mut() else { break };
            let now = first.len().min(bytes);
            bytes -= now;
            let (counted_bytes, messages) = if first.publication().is_some() { &mut shared } else { &mut own };
            *counted_bytes += if first.is_counted() { now } else { 0 };
            if now < first.len() {
                let (ended, begun_bytes) = first.cut_written(now, self.begun_bytes);
                self.begun_bytes = begun_bytes;
                *messages += ended as usize;
            } else {
                *messages += first.messages() as usize;
                self.begun_bytes = 0;
                self.end_first(pressure, &tools.pool);
            }
        }
        if shared.0 > 0 {
            pressure.subtract_shared(shared.0, shared.1);
        }
        if own.0 > 0 {
            pressure.subtract(own.0, own.1);
        }
        own.1 + shared.1
    }

    /// The first chunk was written.
    fn end_first(&mut self, pressure: &Pressure, pool: &BufferPool) {
        let Some(first) = self.chunks.pop_front() else { return };
        self.conflatable -= u32::from(first.is_conflatable());
        if first.is_control() {
            self.control_frames -= 1;
            self.control_bytes -= first.full_len() as u32;
            first.end_control(pressure);
        } else if let Some(buffer) = first.into_buffer() {
            pool.give(buffer);
        }
    }
}

impl WriteTools {
    /// A buffer was written.
    pub fn give_back(&self, buffer: Vec<u8>) {
        self.pool.give(buffer);
    }

    /// A chunk has to wait: its buffer goes to the pool if it is much too large.
    fn shrink(&self, chunk: &mut Chunk) {
        if let Some(buffer) = chunk.shrink() {
            self.pool.give(buffer);
        }
    }
}
