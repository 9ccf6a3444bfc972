//! What Java sends on one session: from commands to the socket or the write queue. Knows nothing of who sends, nor of compression.

use crate::bridge::Outgoing;
use crate::engine::connection::Connection;
use crate::engine::loop_context::LoopContext;
use crate::engine::outbox::{Batch, Busy};
use crate::engine::session_deflate::Context;
use crate::engine::session_table::ReadyState;
use crate::engine::transport::Transport;
use crate::protocol::Opcode;

impl Connection {
    /// Queues a frame of Java; drops it if the session closes meanwhile.
    pub fn send(&mut self, ctx: &mut LoopContext, mut outgoing: Outgoing) {
        let Some(open) = self.open_state().filter(|open| open.may_send()) else {
            self.session.pressure.end_message(outgoing.bytes.len(), outgoing.is_control);
            return;
        };
        if outgoing.is_control {
            if outgoing.bytes[0] & 0x0f == Opcode::Ping as u8 {
                open.control_rate.expect_pong();
            }
            self.queue.push_control(outgoing.bytes, true);
        } else {
            if open.in_fragments {
                // Section 5.4: every frame but the first of a message is a continuation. Opcode 0 is the low nibble.
                outgoing.bytes[0] &= 0xf0;
            }
            // A part, or what the peer's decompressor needs, must not be missing.
            let droppable = !open.in_fragments && !outgoing.more_follows && !outgoing.in_context;
            let ends_parts = open.in_fragments && !outgoing.more_follows;
            open.in_fragments = outgoing.more_follows;
            if outgoing.in_context {
                self.watch_context(ctx);
            }
            self.queue.push_counted(outgoing.bytes, droppable);
            if ends_parts {
                self.queue_deferred(ctx);
            }
        }
        self.mark_dirty(ctx);
    }

    /// Writes the messages that wait in the session's outbox if it [is clear](Self::is_clear), or queues them; drops them if
    /// it closes meanwhile.
    ///
    /// # Errors
    /// [`Busy`] if a sender is at it.
    pub fn send_batch(&mut self, ctx: &mut LoopContext, is_clear: bool) -> Result<(), Busy> {
        let mut batch = self.session.outbox.take()?;
        if batch.messages == 0 {
            return Ok(());
        }
        let Some(open) = self.open_state().filter(|open| open.may_send()) else {
            self.session.pressure.subtract(batch.bytes.len(), batch.messages as usize);
            return Ok(());
        };
        let ends_parts = std::mem::take(&mut open.in_fragments);
        if let Some(first) = batch.bytes.first_mut().filter(|_| ends_parts) {
            // As in `send`: two threads were at it, one of them with parts.
            *first &= 0xf0;
        }
        let written = if ends_parts || !is_clear { None } else { self.try_write(&batch.bytes) };
        if written == Some(batch.bytes.len()) {
            self.end_batch(ctx, batch);
            return Ok(());
        }
        self.queue.push_batch(batch, !ends_parts, &ctx.write_tools);
        if let Some(written) = written {
            self.take_off_written(ctx, written);
        }
        if ends_parts {
            self.queue_deferred(ctx);
        }
        self.mark_dirty(ctx);
        Ok(())
    }

    /// Whether messages or publications may be written at once.
    #[inline]
    pub fn is_clear(&self) -> bool {
        self.is_next() && self.socket.as_ref().is_some_and(Transport::is_writable)
    }

    /// A compressor that only this session uses is given back when the session is idle.
    #[cold]
    pub fn watch_context(&self, ctx: &mut LoopContext) {
        if self.session.deflate.context().is_some_and(Context::begin_watch) {
            ctx.context_watch.add(self.target);
        }
    }

    /// Whether nothing is before a message, and nothing is to leave in one packet with it, as a Close is.
    fn is_next(&self) -> bool {
        self.queue.is_clear() && self.overrun.is_none() && self.session.state() == ReadyState::Open
    }

    /// Writes messages without queueing them. `None`: the socket has taken none, or it is not their turn.
    #[inline]
    fn try_write(&self, bytes: &[u8]) -> Option<usize> {
        self.socket.as_ref().filter(|_| self.is_next())?.try_write(bytes)
    }

    /// All of it was written at once.
    #[inline]
    fn end_batch(&mut self, ctx: &mut LoopContext, batch: Batch) {
        self.session.pressure.subtract(batch.bytes.len(), batch.messages as usize);
        ctx.counters.add_written(batch.bytes.len(), batch.messages as usize);
        ctx.write_tools.give_back(batch.bytes);
        self.follow_marks(ctx);
    }

    /// The socket has taken a part of what was queued behind that.
    #[cold]
    pub fn take_off_written(&mut self, ctx: &LoopContext, bytes: usize) {
        let messages = self.queue.take_off(bytes, &self.session.pressure, &ctx.write_tools);
        ctx.counters.add_written(bytes, messages);
    }
}
