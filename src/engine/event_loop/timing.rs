//! What a loop does when its time has come, and how long it sleeps. Knows nothing of what a deadline is for.

use std::future::Future;
use std::task::Context;
use std::time::{Duration, Instant};

use super::LoopState;
use crate::engine::acceptor::Acceptor;
use crate::engine::connection::Connection;

/// Rounds in which a sender may hold an outbox before the loop rests: a sender that runs needs far fewer.
const MOST_STALLED_ROUNDS: u32 = 64;
/// How long it rests then, or until a socket has something: the shortest that timers know.
const REST: Duration = Duration::from_millis(1);

impl LoopState {
    pub(super) fn expire(&mut self) {
        let now = Instant::now();
        while let Some(slot) = self.ctx.deadlines.pop_expired(now) {
            let Some(target) = self.connections.get(slot as usize).map(|connection| connection.target) else {
                continue;
            };
            self.guarded(slot, target, Connection::expire);
        }
        self.release_contexts(now);
        if let Some(acceptor) =
            self.acceptor.as_mut().filter(|acceptor| acceptor.paused_until().is_some_and(|at| at <= now))
        {
            acceptor.resume();
        }
        if self.stop_at.is_some_and(|at| at <= now) {
            self.stop_at = None;
            self.cut_all();
        }
    }

    /// Compressors of sessions that have sent nothing for a while.
    fn release_contexts(&mut self, now: Instant) {
        while let Some(target) = self.ctx.context_watch.pop_due(now) {
            let connection = self.connections.get(target.slot as usize).filter(|found| found.target == target);
            let context = connection.and_then(|connection| connection.session.deflate.context());
            if context.is_some_and(|context| !context.release_if_idle()) {
                self.ctx.context_watch.add(target);
            }
        }
    }

    pub(super) fn arm_timer(&mut self, cx: &mut Context<'_>) {
        let paused = self.acceptor.as_ref().and_then(Acceptor::paused_until);
        let Some(next) =
            [self.ctx.deadlines.earliest(), self.ctx.context_watch.earliest(), self.stop_at, paused, self.rest_until]
                .into_iter()
                .flatten()
                .min()
        else {
            return;
        };
        let due = match &self.timer {
            // A timer that is early only wakes us once more.
            Some((at, sleep)) if *at <= next && !sleep.is_elapsed() => return,
            _ => next,
        };
        let mut sleep = Box::pin(tokio::time::sleep_until(due.into()));
        if sleep.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        self.timer = Some((due, sleep));
    }

    /// A sender has held an outbox over many looks: it is stopped in the middle, for example by the collector of garbage,
    /// which needs the processor more than we do. `true`: a timer is armed.
    pub(super) fn rest(&mut self, cx: &mut Context<'_>) -> bool {
        if self.stalled_rounds < MOST_STALLED_ROUNDS {
            return false;
        }
        self.rest_until = Some(Instant::now() + REST);
        self.arm_timer(cx);
        self.rest_until = None;
        true
    }
}
