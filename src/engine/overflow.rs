//! What becomes of a message whose session does not keep up: marks, strategies, the engine's budget. Knows nothing of
//! frames.
//!
//! Senders decide before they queue ([`Engine::refuse`]), the loop about publications ([`Connection::offer`]). What only
//! the loop can do, it does after each write ([`Connection::follow_marks`]): drop what is oldest, tell who drained.

use crate::bridge::buffer_budget::ALLOWANCE_BYTES;
use crate::bridge::pressure::MESSAGE_OVERHEAD_BYTES;
use crate::bridge::{Command, Dropped, Event, EventKind, OverflowStrategy, Payload, SendOutcome, SessionId, Slowness};
use crate::engine::connection::{Connection, Phase};
use crate::engine::engine::Engine;
use crate::engine::loop_context::LoopContext;
use crate::engine::sending::{Outbound, Recipient};
use crate::engine::session_table::{ReadyState, Session};
use crate::protocol::header_bytes;

/// Pings and pongs of Java that may wait, held against this instead of the high-water mark.
const MAX_CONTROL_BYTES: u64 = 64 << 10;

/// Events of one report at most.
pub const EVENTS_OF_REPORT: usize = 2;

/// What a session has reached.
struct Overrun {
    /// The weight from which on it has.
    mark: u64,
    why: Slowness,
}

impl Overrun {
    #[inline]
    fn of(session: &Session) -> Option<Self> {
        let (weight, high_water) = (session.pressure.weight(), session.limits.high_water());
        if weight >= high_water {
            return Some(Self { mark: high_water, why: Slowness::HighWater });
        }
        let is_over_budget = weight > ALLOWANCE_BYTES && session.pressure.is_over_budget();
        is_over_budget.then_some(Self { mark: ALLOWANCE_BYTES + 1, why: Slowness::BufferBudget })
    }

    /// At this weight the newest is dropped although the oldest should be: the loop may have nothing to drop, or no time.
    const fn limit(&self) -> u64 {
        2 * self.mark
    }

    /// Whether a publication may take the place of one of `replaced_bytes` that is gone already.
    fn allows_in_place(&self, session: &Session, frame_bytes: usize, replaced_bytes: u64) -> bool {
        let is_no_larger = frame_bytes as u64 <= replaced_bytes;
        replaced_bytes > 0 && (is_no_larger || session.pressure.weight() < self.limit())
    }
}

/// What the sender hears of a message that was queued, after which its session weighs `weight`.
#[inline]
pub fn queued(session: &Session, weight: u64) -> SendOutcome {
    if weight >= session.limits.high_water() && session.pressure.set_pressured(session.limits.low_water().max(1)) {
        SendOutcome::Pressured
    } else {
        // Or it has drained meanwhile, and nobody would tell.
        SendOutcome::Queued
    }
}

/// `None`: there is room meanwhile.
fn wait_for_room(session: &Session, overrun: &Overrun) -> Option<SendOutcome> {
    let is_full = session.pressure.set_pressured(overrun.mark);
    // Who ends a session tells those that wait, and may have been here before the flag.
    let is_open = session.state() == ReadyState::Open;
    is_full.then_some(if is_open { SendOutcome::Full } else { SendOutcome::Closed })
}

impl Engine {
    /// Why a message is not taken. The sender may wait: [`SendOutcome::Full`].
    #[inline]
    pub(super) fn refuse(&self, to: Recipient<'_>, outbound: Outbound, payload_bytes: usize) -> Option<SendOutcome> {
        let session = to.session;
        if session.state() != ReadyState::Open {
            return Some(SendOutcome::Closed);
        }
        if outbound.is_control() {
            let is_full = session.pressure.control_weight() >= MAX_CONTROL_BYTES;
            return is_full.then(|| self.terminate_for(to, Slowness::HighWater));
        }
        if session.parts.is_open() {
            if !session.parts.allow(outbound.kind() as u8) {
                return Some(SendOutcome::Interleaved);
            }
            if session.parts.is_discarding() {
                return Some(self.drop_part(to, outbound, payload_bytes));
            }
            let overrun = Overrun::of(session)?;
            return self.overflow_in_parts(to, &overrun);
        }
        let overrun = Overrun::of(session)?;
        let refusal = self.overflow(to, &overrun, session.limits.overflow())?;
        if refusal == SendOutcome::Dropped {
            if outbound.more_follows() {
                session.parts.begin_discarding(outbound.kind() as u8);
            }
            self.count_dropped(to, outbound, payload_bytes);
        }
        Some(refusal)
    }

    /// [`refuse`](Self::refuse) for a publication, for which nobody waits.
    pub(super) fn refuse_publication(
        &self,
        to: Recipient<'_>,
        outbound: Outbound,
        payload_bytes: usize,
    ) -> Option<SendOutcome> {
        if to.session.state() != ReadyState::Open {
            return Some(SendOutcome::Closed);
        }
        let overrun = Overrun::of(to.session)?;
        // Whatever is in parts here: this is whole, and waits for their end.
        let refusal = self.overflow(to, &overrun, to.session.limits.overflow().without_waiting())?;
        if refusal == SendOutcome::Dropped {
            self.count_dropped(to, outbound, payload_bytes);
        }
        Some(refusal)
    }

    /// What becomes of a message that begins. `None`: it is queued all the same; `Dropped`: the caller sees to that.
    #[cold]
    fn overflow(&self, to: Recipient<'_>, overrun: &Overrun, strategy: OverflowStrategy) -> Option<SendOutcome> {
        let pressure = &to.session.pressure;
        match strategy {
            OverflowStrategy::Block => wait_for_room(to.session, overrun),
            OverflowStrategy::Terminate => Some(self.terminate_for(to, overrun.why)),
            OverflowStrategy::DropOldest if pressure.weight() < overrun.limit() => {
                pressure.set_pressured(overrun.mark);
                None
            }
            OverflowStrategy::DropOldest | OverflowStrategy::DropNewest => Some(SendOutcome::Dropped),
        }
    }

    /// [`overflow`](Self::overflow) for a part whose message has begun to go out: it must neither miss a part nor grow
    /// without end.
    #[cold]
    fn overflow_in_parts(&self, to: Recipient<'_>, overrun: &Overrun) -> Option<SendOutcome> {
        let pressure = &to.session.pressure;
        // Publications wait for the end of this message, so it must not wait for them, nor end for them. Those in context are
        // among the session's own.
        let own_weight = pressure.own_weight();
        let is_far_over = own_weight >= overrun.limit();
        match to.session.limits.overflow() {
            OverflowStrategy::Block if own_weight < overrun.mark => None,
            OverflowStrategy::Block if !is_far_over && to.session.deflate.context().is_some() => None,
            OverflowStrategy::Block => wait_for_room(to.session, overrun),
            OverflowStrategy::Terminate => Some(self.terminate_for(to, overrun.why)),
            OverflowStrategy::DropOldest | OverflowStrategy::DropNewest => {
                is_far_over.then(|| self.terminate_for(to, overrun.why))
            }
        }
    }

    /// Throws away a part of a message whose first part was thrown away.
    #[cold]
    fn drop_part(&self, to: Recipient<'_>, outbound: Outbound, payload_bytes: usize) -> SendOutcome {
        if !outbound.more_follows() {
            to.session.parts.end();
        }
        self.count_dropped(to, outbound, payload_bytes);
        SendOutcome::Dropped
    }

    /// A message in parts counts with its last, so that it is told as one.
    #[cold]
    fn count_dropped(&self, to: Recipient<'_>, outbound: Outbound, payload_bytes: usize) {
        let messages = u64::from(!outbound.more_follows());
        let bytes = (header_bytes(payload_bytes, false) + payload_bytes) as u64;
        if to.session.dropped.add(Dropped { messages, bytes, by_senders: messages }) {
            self.push(to.id, to.session, Command::ReportDropped);
        }
    }

    /// Closes a session with 1013 because a sender has waited for the send time limit. `Closed` if that has begun before.
    pub fn terminate(&self, id: SessionId) -> SendOutcome {
        let terminated =
            self.sessions.with(id, |session| self.terminate_for(Recipient { id, session }, Slowness::SendTimeLimit));
        terminated.unwrap_or(SendOutcome::Closed)
    }

    fn terminate_for(&self, to: Recipient<'_>, why: Slowness) -> SendOutcome {
        if !to.session.transition(ReadyState::Open, ReadyState::Closing) {
            return SendOutcome::Closed;
        }
        self.push(to.id, to.session, |target| Command::Terminate(target, why));
        SendOutcome::Terminated
    }
}

impl Connection {
    /// Decides whether this session takes a publication whose frame has so many bytes. `true`: it is accounted, the caller
    /// pushes it and marks the connection dirty. `false`: it was dropped, or the session is closing or will be by the
    /// next [`flush`](Self::flush). Nobody waits for a publication, so blocking ends the session. One that takes the place
    /// of an older one of `replaced_bytes` is always taken, unless it is larger and the session far over a mark.
    #[inline]
    pub fn offer(&mut self, ctx: &mut LoopContext, frame_bytes: usize, replaced_bytes: u64) -> bool {
        if let Some(overrun) = Overrun::of(&self.session)
            && !overrun.allows_in_place(&self.session, frame_bytes, replaced_bytes)
            && !self.has_room_after_write(ctx, frame_bytes)
        {
            return false;
        }
        let weight = self.session.pressure.add_shared(frame_bytes, 1);
        queued(&self.session, weight);
        true
    }

    /// Whether several publications together stay below every mark, so that [`offer`](Self::offer) takes each of them.
    #[inline]
    pub fn has_room_for(&self, bytes: usize, messages: usize) -> bool {
        let Session { pressure, limits, .. } = &*self.session;
        let weight = pressure.weight() + bytes as u64 + MESSAGE_OVERHEAD_BYTES * messages as u64;
        weight < limits.high_water() && (weight <= ALLOWANCE_BYTES || !pressure.is_over_budget())
    }

    /// What waits may be only what the loop has not tried to write: it is no sign that the peer does not keep up.
    #[cold]
    fn has_room_after_write(&mut self, ctx: &mut LoopContext, frame_bytes: usize) -> bool {
        self.write_early(ctx);
        Overrun::of(&self.session).is_none_or(|overrun| self.make_room(ctx, &overrun, frame_bytes))
    }

    fn make_room(&mut self, ctx: &mut LoopContext, overrun: &Overrun, frame_bytes: usize) -> bool {
        if self.session.state() != ReadyState::Open {
            // It ends in another way already.
            return false;
        }
        let strategy = self.session.limits.overflow();
        if strategy.without_waiting() == OverflowStrategy::Terminate {
            // In its own time: this is in the middle of the others.
            self.session.transition(ReadyState::Open, ReadyState::Closing);
            self.overrun = Some(overrun.why);
            self.mark_dirty(ctx);
            return false;
        }
        if strategy == OverflowStrategy::DropOldest {
            // Where the last part of a message is awaited, no flush will drop anything, and that part must find room.
            if self.awaits_last_part() || self.session.pressure.weight() >= overrun.limit() {
                self.drop_oldest(ctx, overrun.mark);
            }
            if self.session.pressure.weight() < overrun.limit() {
                // The flush drops the rest, unless the socket takes it.
                self.session.pressure.set_pressured(overrun.mark);
                return true;
            }
        }
        ctx.counters.dropped_newest.add(1);
        self.session.dropped.add(Dropped { messages: 1, bytes: frame_bytes as u64, by_senders: 0 });
        self.begin_report(ctx);
        false
    }

    /// After a write: what is over the mark is dropped where the oldest is to be, and who has drained is told of it.
    #[inline]
    pub fn follow_marks(&mut self, ctx: &mut LoopContext) {
        let Session { pressure, limits, .. } = &*self.session;
        if pressure.is_pressured() || pressure.weight() > limits.high_water() {
            self.look_at_marks(ctx);
        }
    }

    #[cold]
    fn look_at_marks(&mut self, ctx: &mut LoopContext) {
        if !matches!(self.phase, Phase::Open(_)) || self.session.state() != ReadyState::Open {
            return;
        }
        if self.session.limits.overflow() == OverflowStrategy::DropOldest {
            let is_over_budget = self.session.pressure.is_over_budget();
            let high_water = self.session.limits.high_water();
            self.drop_oldest(ctx, if is_over_budget { high_water.min(ALLOWANCE_BYTES) } else { high_water });
        }
        if self.is_waited_for_only() || self.session.pressure.has_drained(self.session.limits.low_water()) {
            self.begin_report(ctx);
        }
    }

    fn drop_oldest(&mut self, ctx: &mut LoopContext, limit_weight: u64) {
        let mut dropped = self.queue.drop_oldest(limit_weight, &self.session.pressure);
        self.drop_oldest_deferred(limit_weight, &mut dropped);
        if dropped.messages > 0 {
            let messages = u64::from(dropped.messages);
            ctx.counters.dropped_oldest.add(messages);
            self.session.dropped.add(Dropped { messages, bytes: dropped.bytes, by_senders: 0 });
            self.begin_report(ctx);
        }
    }

    /// Senders have dropped something. They may have found the session so full because the loop had not looked.
    pub fn handle_dropped(&mut self, ctx: &mut LoopContext) {
        self.begin_report(ctx);
        self.mark_dirty(ctx);
    }

    /// Whether nothing can be written before Java sends on: what waits, waits for the end of a message in parts.
    fn is_waited_for_only(&self) -> bool {
        self.queue.is_empty() && self.awaits_last_part()
    }

    /// The session is not open any more: who waits for room waits for nothing.
    pub fn release_senders(&mut self, ctx: &mut LoopContext) {
        // In the order of the word that has the flag: who raises it later sees the state.
        if matches!(self.phase, Phase::Open(_)) && self.session.pressure.was_pressured() {
            self.begin_report(ctx);
        }
    }

    /// Java is told at the end of this turn.
    fn begin_report(&mut self, ctx: &mut LoopContext) {
        if !self.reporting {
            self.reporting = true;
            ctx.reports.push(self.target.slot);
        }
    }

    /// Tells Java what was dropped since the last time, and that the session has drained, if it still has.
    pub fn report(&mut self, ctx: &mut LoopContext) {
        self.reporting = false;
        self.report_dropped(ctx);
        if !matches!(self.phase, Phase::Open(_)) {
            return;
        }
        let pressure = &self.session.pressure;
        let is_drained = if self.session.state() != ReadyState::Open || self.is_waited_for_only() {
            pressure.take_flag()
        } else {
            pressure.try_drain(self.session.limits.low_water())
        };
        if is_drained {
            self.emit(ctx, EventKind::Drained, 0, "");
        }
    }

    /// Tells Java what was dropped since the last time.
    pub fn report_dropped(&self, ctx: &mut LoopContext) {
        let Some(dropped) = self.count_dropped(ctx) else { return };
        if matches!(self.phase, Phase::Open(_)) {
            let mut event = Event::new(EventKind::Dropped, self.target.session, self.target.slot);
            event.payload = Payload::Owned(dropped.to_payload());
            ctx.batch.push(event);
        }
    }

    /// Takes what was dropped out of the session's account, and counts what no loop has counted.
    pub fn count_dropped(&self, ctx: &LoopContext) -> Option<Dropped> {
        let dropped = self.session.dropped.take()?;
        ctx.counters.dropped_newest.add(dropped.by_senders);
        Some(dropped)
    }
}
