//! Connections that are ready, each by itself, and their end. Knows nothing of turns.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::{HANDSHAKE_STEPS, LoopState, panic_text};
use crate::bridge::Target;
use crate::engine::acceptor::LISTENER_SLOT;
use crate::engine::connection::{Connection, Next};
use crate::engine::loop_context::LoopContext;

impl LoopState {
    pub(super) fn serve_ready(&mut self) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.append(&mut self.again);
        self.ready.take(&mut slots);
        self.ctx.handshakes_left = HANDSHAKE_STEPS;
        for (at, &slot) in slots.iter().enumerate() {
            if self.ctx.is_full() {
                // Who got nothing of this turn is first in the next one.
                self.again.splice(0..0, slots[at..].iter().copied());
                break;
            }
            if slot == LISTENER_SLOT {
                if let Some(acceptor) = &mut self.acceptor {
                    acceptor.accept(&self.ctx.counters);
                }
                continue;
            }
            let Some(connection) = self.connections.get(slot as usize) else {
                continue;
            };
            let target = connection.target;
            self.guarded(slot, target, Connection::serve);
        }
        slots.clear();
        self.scratch = slots;
        self.adopt_own();
    }

    /// What the acceptor gave to this very loop is read in the same turn.
    fn adopt_own(&mut self) {
        let own = self.acceptor.as_mut().map(|acceptor| std::mem::take(acceptor.own()));
        for (socket, peer, ticket) in own.into_iter().flatten() {
            self.register(socket, peer, ticket);
        }
    }

    /// Serves one connection so that a panic ends only that one.
    pub(super) fn guarded(
        &mut self,
        slot: u32,
        target: Target,
        serve: impl FnOnce(&mut Connection, &mut LoopContext) -> Next,
    ) {
        let Some(connection) = self.connections.get_mut(slot as usize).filter(|found| found.target == target) else {
            return;
        };
        let ctx = &mut self.ctx;
        let next = catch_unwind(AssertUnwindSafe(|| serve(connection, ctx))).unwrap_or_else(|payload| {
            ctx.counters.panics.add(1);
            let text = panic_text(&*payload);
            tracing::error!(session = target.session.raw(), "a bug in the engine ended one connection: {text}");
            catch_unwind(AssertUnwindSafe(|| connection.end_after_panic(ctx))).unwrap_or(Next::Remove)
        });
        match next {
            Next::Wait => {}
            Next::Again => self.again.push(slot),
            Next::Remove => self.remove(slot),
        }
    }

    fn remove(&mut self, slot: u32) {
        let Some(mut connection) = self.connections.try_remove(slot as usize) else {
            return;
        };
        connection.set_deadline(&mut self.ctx, None);
        connection.queue.discard_all(&connection.session.pressure);
        connection.session.set_closed();
        connection.end_sending(&mut self.ctx);
        connection.count_dropped(&self.ctx);
        self.share.sessions.remove(connection.target.session);
        self.ctx.counters.connections_open.take_one();
        self.share.loads[self.share.index as usize].connections.fetch_sub(1, Ordering::Relaxed);
    }
}
