//! How an open WebSocket ends: the closing handshake, violations, lost transports. Knows nothing of messages.
//!
//! Whoever begins, the end is one path: `status` is set, everything is written, `Closed` goes up, the socket lingers.
//! What the peer began waits until Java has handled all messages before it (`Closing` up, `ProceedClosing` down).

use crate::bridge::{EventKind, Slowness};
use crate::engine::connection::{Connection, Next, Phase};
use crate::engine::loop_context::LoopContext;
use crate::engine::messages::InboundEnd;
use crate::engine::session_table::ReadyState;
use crate::engine::transport::{LastWrite, Transport};
use crate::protocol::{CloseCode, CloseReason, ClosingState, ProtocolViolation, encode_close};

impl Connection {
    /// Starts the closing handshake (RFC 6455 section 7.1.2): waiting data, then the Close frame, then the peer's
    /// answer, all within the close timeout. `None`: an empty Close frame.
    pub fn start_close(&mut self, ctx: &mut LoopContext, reason: Option<&CloseReason>) {
        self.session.transition(ReadyState::Open, ReadyState::Closing);
        let Some(open) = self.open_state() else { return };
        if !open.closing.handle_close_sent() {
            return;
        }
        open.reader.stop_inflating();
        let ended = open.end.is_some();
        self.end_sending(ctx);
        self.push_close(ctx, reason);
        if ended {
            // The peer was first; Java has just closed inside a callback that came before it.
            self.settle(ctx);
        } else {
            self.set_deadline(ctx, Some(ctx.config.close_timeout));
            // A full window may have stopped the reading; the peer's answer needs none.
            self.waker.wake_by_ref();
        }
    }

    fn push_close(&mut self, ctx: &mut LoopContext, reason: Option<&CloseReason>) {
        let mut frame = Vec::new();
        encode_close(&mut frame, reason, None);
        self.queue.push_own(frame);
        self.mark_dirty(ctx);
    }

    /// The peer's Close frame.
    pub fn handle_close_frame(&mut self, ctx: &mut LoopContext, reason: Option<CloseReason>) {
        let Some(open) = self.open_state() else { return };
        let waits_for_us = open.closing.handle_close_received();
        open.end = Some(InboundEnd::Close(reason));
        if waits_for_us {
            self.ask_java(ctx);
        } else {
            self.settle(ctx);
        }
    }

    /// Section 7.1.7: fail the connection.
    pub fn handle_violation(&mut self, ctx: &mut LoopContext, violation: ProtocolViolation) {
        let session = self.target.session.raw();
        let code = violation.close_code();
        match violation.setting() {
            Some(setting) => tracing::warn!(session, "closing with {code}: {violation}; {setting}"),
            None => tracing::info!(session, "closing with {code}: {violation}"),
        }
        let Some(open) = self.open_state() else { return };
        ctx.counters.violations.add(1);
        let already_closing = open.closing != ClosingState::Open;
        open.end = Some(InboundEnd::Violation(violation));
        if already_closing {
            self.settle(ctx);
        } else {
            self.ask_java(ctx);
        }
    }

    fn ask_java(&mut self, ctx: &mut LoopContext) {
        self.emit(ctx, EventKind::Closing, 0, "");
        self.set_deadline(ctx, Some(ctx.config.close_timeout));
    }

    /// Java has handled everything that came before the end.
    pub fn proceed_closing(&mut self, ctx: &mut LoopContext) {
        let Some(open) = self.open_state() else { return };
        let answer = match &open.end {
            // Nothing to go on with: the session stays open.
            None => return,
            // Section 5.5.1: the answer has the status code that was received; browsers show its reason.
            Some(InboundEnd::Close(reason)) => reason.clone(),
            Some(InboundEnd::Violation(violation)) => Some(reason_of(*violation)),
        };
        let owes_close = open.closing.handle_close_sent();
        self.session.transition(ReadyState::Open, ReadyState::Closing);
        self.end_sending(ctx);
        if owes_close {
            self.push_close(ctx, answer.as_ref());
        }
        self.settle(ctx);
    }

    /// Both sides have said what they had to say: the status is known, what waits is still written.
    fn settle(&mut self, ctx: &mut LoopContext) {
        let Some(open) = self.open_state() else { return };
        if open.status.is_none() {
            open.status = Some(match open.end.take() {
                Some(InboundEnd::Close(Some(reason))) => reason,
                Some(InboundEnd::Close(None)) | None => CloseReason::new(CloseCode::NO_STATUS, ""),
                Some(InboundEnd::Violation(violation)) => reason_of(violation),
            });
            // Keeps the inbound side ended.
            open.end = Some(InboundEnd::Close(None));
        }
        if self.deadline.is_none() {
            self.set_deadline(ctx, Some(ctx.config.close_timeout));
        }
        self.mark_dirty(ctx);
    }

    /// Ends the session now with `code`: what waits is dropped, the Close frame is tried.
    fn fail(&mut self, ctx: &mut LoopContext, code: CloseCode, why: &str) -> Next {
        self.session.transition(ReadyState::Open, ReadyState::Closing);
        self.end_sending(ctx);
        self.queue.discard_waiting(&self.session.pressure);
        let reason = CloseReason::new(code, why);
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        let is_first_close = open.closing.handle_close_sent();
        open.end = Some(InboundEnd::Close(None));
        open.status = Some(reason.clone());
        if is_first_close {
            self.push_close(ctx, Some(&reason));
        }
        self.finish(ctx)
    }

    /// Our bug must not cost more than this connection.
    pub fn end_after_panic(&mut self, ctx: &mut LoopContext) -> Next {
        let next = self.fail(ctx, CloseCode::INTERNAL_ERROR, "internal error");
        if matches!(self.phase, Phase::Lingering { .. }) {
            return next;
        }
        self.cut_at_stop(ctx);
        Next::Remove
    }

    /// Whether this is a session of which it is not known yet how it ends.
    pub fn is_going_on(&mut self) -> bool {
        self.open_state().is_some_and(|open| open.status.is_none())
    }

    /// The peer does not read: 1013, at once, unless it is known already how the session ends.
    pub fn terminate(&mut self, ctx: &mut LoopContext, why: Slowness) -> Next {
        if !self.is_going_on() {
            return Next::Wait;
        }
        let (reached, counter) = match why {
            Slowness::HighWater => ("sendHighWaterBytes is reached", &ctx.counters.terminated_slow),
            Slowness::BufferBudget => ("maxBufferedBytes is reached", &ctx.counters.terminated_slow),
            Slowness::SendTimeLimit => ("sendTimeLimit is over", &ctx.counters.terminated_stalled),
        };
        counter.add(1);
        tracing::warn!(
            session = self.target.session.raw(),
            waiting_bytes = self.session.pressure.bytes(),
            "closing with 1013: the peer does not read and {reached}"
        );
        self.fail(ctx, CloseCode::TRY_AGAIN_LATER, "the peer does not read fast enough")
    }

    /// Cuts the connection without a Close frame (1006 and 1015 must not be sent, section 7.4.1).
    pub fn cut(&mut self, ctx: &mut LoopContext) -> Next {
        if let Some(open) = self.open_state() {
            open.status = Some(CloseReason::new(CloseCode::ABNORMAL, ""));
            self.finish(ctx);
        }
        Next::Remove
    }

    /// Ends the session if its status is known and everything is written.
    pub fn finish_if_due(&mut self, ctx: &mut LoopContext) -> Next {
        let due = self.open_state().is_some_and(|open| open.status.is_some());
        if due { self.finish(ctx) } else { Next::Wait }
    }

    /// Tells Java what was dropped, and the status.
    fn finish(&mut self, ctx: &mut LoopContext) -> Next {
        self.report_dropped(ctx);
        self.finish_reported(ctx)
    }

    /// Tells Java the status; the last event of the session.
    fn finish_reported(&mut self, ctx: &mut LoopContext) -> Next {
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        // Section 5.5.1: nothing follows the peer's Close, so nothing unread can turn our end into a reset.
        let peer_is_done = open.closing == ClosingState::Closed;
        let status = open.status.take().unwrap_or_else(|| CloseReason::new(CloseCode::ABNORMAL, ""));
        self.session.set_closed();
        self.end_sending(ctx);
        self.emit(ctx, EventKind::Closed, status.code.0, &status.reason);
        ctx.counters.sessions_closed.add(1);
        // TLS says goodbye in its own layer too, and the peer answers that.
        let is_tls = self.socket.as_ref().is_some_and(Transport::is_tls);
        if peer_is_done && self.queue.is_empty() && !is_tls {
            if let Some(Transport::Plain(socket)) = &self.socket {
                LastWrite(socket).end();
            }
            self.phase = Phase::Lingering { shut_down: true };
            return Next::Remove;
        }
        self.linger(ctx)
    }

    /// The socket is dead.
    pub fn transport_failed(&mut self, ctx: &mut LoopContext, why: &str) {
        self.report_dropped(ctx);
        let Some(open) = self.open_state() else { return };
        open.closing.handle_connection_lost();
        if open.end.is_some() {
            // The peer has said how it ends; only our answer is lost.
            self.settle(ctx);
        } else if open.status.is_none() {
            self.emit(ctx, EventKind::Failed, 0, why);
            ctx.counters.transports_lost.add(1);
        }
        self.finish_reported(ctx);
    }

    /// The close timeout: either Java still handles messages, or the peer does not answer or read.
    pub fn closing_took_too_long(&mut self, ctx: &mut LoopContext) -> Next {
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        if open.end.is_some() && open.status.is_none() {
            self.proceed_closing(ctx);
            return Next::Wait;
        }
        if open.status.is_none() {
            // No closing handshake: the peer has not answered our Close.
            ctx.counters.transports_lost.add(1);
        }
        self.finish(ctx);
        Next::Remove
    }
}

/// Whether a connection is removed as soon as everything is written.
pub fn ends_when_written(phase: &Phase) -> bool {
    matches!(phase, Phase::Open(open) if open.status.is_some() && open.closing == ClosingState::Closed)
}

fn reason_of(violation: ProtocolViolation) -> CloseReason {
    CloseReason::new(violation.close_code(), violation.to_string())
}
