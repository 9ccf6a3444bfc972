//! A peer that takes nothing: how long it may. Knows nothing of marks.
//!
//! The deadline of the send time limit and that of a closing handshake are one: a session that is closing is ended by its
//! own. It is set once and looked at when it has come, so that a slow peer costs no timer for each byte.

use std::io;
use std::task::Context;
use std::time::Instant;

use crate::bridge::Slowness;
use crate::engine::connection::{Connection, Next, Phase};
use crate::engine::loop_context::LoopContext;
use crate::engine::transport::{Straight, Transport};

impl Connection {
    fn may_stall(&self) -> bool {
        matches!(&self.phase, Phase::Open(open) if !open.is_ending())
    }

    /// After a write, in which the socket took bytes or not.
    #[inline]
    pub fn follow_progress(&mut self, ctx: &mut LoopContext, has_progressed: bool) {
        if !self.queue.is_blocked() {
            self.stalled_since = None;
        } else if has_progressed || self.stalled_since.is_none() {
            self.begin_stall(ctx);
        }
    }

    #[cold]
    fn begin_stall(&mut self, ctx: &mut LoopContext) {
        self.stalled_since = Some(Instant::now());
        if self.deadline.is_none() && self.may_stall() {
            self.set_deadline(ctx, Some(ctx.config.send_time_limit));
        }
    }

    /// The deadline of a session that is not closing has come.
    pub fn expire_stall(&mut self, ctx: &mut LoopContext) -> Next {
        let limit = ctx.config.send_time_limit;
        let Some(since) = self.stalled_since.filter(|_| self.queue.is_blocked()) else {
            return Next::Wait;
        };
        let left = limit.saturating_sub(since.elapsed());
        if !left.is_zero() {
            self.set_deadline(ctx, Some(left));
            return Next::Wait;
        }
        match self.push_through(ctx) {
            Ok(true) => {
                self.stalled_since = Some(Instant::now());
                self.set_deadline(ctx, Some(limit));
                // What became of the queue is for the flush to see.
                self.mark_dirty(ctx);
                Next::Wait
            }
            Ok(false) => self.terminate(ctx, Slowness::SendTimeLimit),
            Err(error) => self.lost(ctx, &format!("writing failed: {error}")),
        }
    }

    /// Asks the socket itself whether it takes something: the system wakes us only when a good part of its buffer is free,
    /// which a slow reader may need minutes for.
    fn push_through(&mut self, ctx: &mut LoopContext) -> io::Result<bool> {
        match &mut self.socket {
            None => Ok(true),
            Some(Transport::Tls(tls)) => tls.push_held(),
            Some(Transport::Plain(socket)) => {
                let mut cx = Context::from_waker(&self.waker);
                let written =
                    self.queue.poll_flush(Straight(socket), &mut cx, &self.session.pressure, &mut ctx.write_tools)?;
                ctx.counters.add_written(written.bytes, written.messages);
                Ok(written.bytes > 0)
            }
        }
    }
}
