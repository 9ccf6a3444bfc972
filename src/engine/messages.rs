//! An open WebSocket: from bytes to events. Knows nothing of how it opened, nor of what Java sends.

use std::ops::Range;

use crate::bridge::event::flags;
use crate::bridge::pressure::MESSAGE_OVERHEAD_BYTES;
use crate::bridge::{Accept, Event, EventKind, Payload};
use crate::engine::connection::{Connection, MAX_WAITING_CONTROL_BYTES, Next, Phase, ReadOutcome};
use crate::engine::control_rate::ControlRate;
use crate::engine::held_bytes::HeldShare;
use crate::engine::loop_context::LoopContext;
use crate::engine::publications::Deferred;
use crate::protocol::{
    self, CloseReason, ClosingState, DataKind, Incoming, MessageLimits, MessageReader, Opcode, ProtocolViolation, Role,
};

/// What one event costs at most; a window is never larger.
const MAX_COST_BYTES: u64 = 1 << 30;

/// What ended the inbound side.
#[derive(Debug)]
pub enum InboundEnd {
    /// The peer's Close frame.
    Close(Option<CloseReason>),
    /// A rule that the peer broke.
    Violation(ProtocolViolation),
}

/// The protocol state of one session.
pub struct OpenState {
    pub reader: MessageReader,
    /// Bytes delivered but unfinished at which reading stops; `None`: not counted.
    window_bytes: Option<u32>,
    /// Bytes delivered and not yet given back.
    unfinished_bytes: u64,
    /// Input that was read and not yet looked at.
    rest: Vec<u8>,
    /// What `reader` and `rest` hold, in the engine's account.
    held: HeldShare,
    pub control_rate: ControlRate,
    /// A message of Java went out in part.
    pub in_fragments: bool,
    /// Publications that wait for its last part.
    pub deferred: Option<Box<Deferred>>,
    pub closing: ClosingState,
    /// Set once; nothing is read afterwards.
    pub end: Option<InboundEnd>,
    /// What the handler gets as soon as everything is written.
    pub status: Option<CloseReason>,
}

impl OpenState {
    /// A session that begins with the bytes that came behind its handshake.
    pub fn new(accept: &Accept, rest: Vec<u8>, held: HeldShare) -> Self {
        let mut reader = MessageReader::new(Role::Server, accept.limits);
        reader.set_partial_delivery(accept.partial);
        if let Some(deflate) = &accept.deflate {
            reader.set_deflate(deflate.parameters.inbound(Role::Server));
        }
        Self {
            reader,
            window_bytes: accept.window_bytes,
            // Java gives the whole window back when `afterConnectionEstablished` has returned: nothing is read before it.
            unfinished_bytes: accept.window_bytes.map_or(0, u64::from),
            rest,
            held,
            control_rate: ControlRate::default(),
            in_fragments: false,
            deferred: None,
            closing: ClosingState::Open,
            end: None,
            status: None,
        }
    }

    /// Whether either side has begun to close.
    pub fn is_ending(&self) -> bool {
        self.closing != ClosingState::Open || self.end.is_some() || self.status.is_some()
    }

    fn may_read(&self) -> bool {
        // Behind our own Close nothing is delivered, so the window does not hold up the peer's answer.
        let has_window = |window| self.closing != ClosingState::Open || self.unfinished_bytes < u64::from(window);
        self.end.is_none() && self.window_bytes.is_none_or(has_window)
    }

    /// What answers messages before the peer's Close still goes out: section 5.5.1 only ends data behind our own.
    pub const fn may_send(&self) -> bool {
        matches!(self.closing, ClosingState::Open | ClosingState::CloseReceived)
    }

    /// Drops what an incomplete message holds.
    fn release_input(&mut self) {
        self.reader = MessageReader::new(
            Role::Server,
            MessageLimits { max_text_bytes: 0, max_binary_bytes: 0, max_fragments: 1 },
        );
        self.rest = Vec::new();
        self.held.set(0);
    }

    /// Accounts an event and returns what Java has to give back for it.
    fn account(&mut self, payload_bytes: usize) -> u32 {
        if self.window_bytes.is_none() {
            return 0;
        }
        // Java adds costs up in an int.
        let cost = (payload_bytes as u64 + MESSAGE_OVERHEAD_BYTES).min(MAX_COST_BYTES);
        self.unfinished_bytes += cost;
        cost as u32
    }
}

impl Connection {
    /// The WebSocket, if this connection is one.
    pub fn open_state(&mut self) -> Option<&mut OpenState> {
        match &mut self.phase {
            Phase::Open(open) => Some(open),
            _ => None,
        }
    }

    /// Reads what the socket has and hands it on.
    pub fn read_messages(&mut self, ctx: &mut LoopContext) -> Next {
        let waiting_pongs = self.queue.control_bytes() > MAX_WAITING_CONTROL_BYTES;
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        if waiting_pongs || !open.may_read() {
            return Next::Wait;
        }
        if ctx.is_batch_full() {
            return Next::Again;
        }
        if !open.rest.is_empty() {
            return self.read_rest(ctx);
        }
        match self.read(ctx) {
            Ok(ReadOutcome::Nothing) => Next::Wait,
            Ok(ReadOutcome::NoRoom) => Next::Again,
            Ok(ReadOutcome::End) => self.lost(ctx, "the peer closed the connection without a Close frame"),
            Err(error) => self.lost(ctx, &format!("reading failed: {error}")),
            Ok(ReadOutcome::Bytes(range, more)) => {
                let more = self.handle_input(ctx, range) == Next::Again || more;
                if more { Next::Again } else { self.arm_reading() }
            }
        }
    }

    /// Goes on with input that was read in an earlier turn.
    fn read_rest(&mut self, ctx: &mut LoopContext) -> Next {
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        let Some(placed) = ctx.arena.place(&open.rest) else {
            return Next::Again;
        };
        let mut rest = std::mem::take(&mut open.rest);
        rest.drain(..placed.len());
        self.handle_input(ctx, placed);
        if let Some(open) = self.open_state()
            && !rest.is_empty()
        {
            open.rest.extend_from_slice(&rest);
        }
        Next::Again
    }

    /// Turns a chunk in the arena into events. `Again` if a part of it waits for the next batch or for pongs to go.
    fn handle_input(&mut self, ctx: &mut LoopContext, range: Range<usize>) -> Next {
        let mut at = 0;
        let inflated_before = ctx.inflater.work_bytes();
        while let Phase::Open(open) = &mut self.phase {
            if open.end.is_some() {
                break;
            }
            // A chunk may be all pings: what is still to be read of it waits as it came, not as pongs. So does what may
            // become a thousand times as much.
            let waiting_pongs = self.queue.control_bytes() > MAX_WAITING_CONTROL_BYTES;
            let inflated_enough = ctx.inflater.work_bytes() > inflated_before && !open.may_read();
            if waiting_pongs || inflated_enough || ctx.is_batch_full() {
                let rest = &ctx.arena.slice(range.clone())[at..];
                open.rest.extend_from_slice(rest);
                break;
            }
            match open.reader.next_event(ctx.arena.slice(range.clone()), &mut at, &mut ctx.inflater) {
                Ok(None) => break,
                Ok(Some(incoming)) => {
                    // At once, so that a panic later in the chunk does not give the bytes of this event away.
                    if self.handle_incoming(ctx, incoming, &range) {
                        ctx.arena.keep(range.end);
                    }
                }
                Err(violation) => self.handle_violation(ctx, violation),
            }
        }
        self.account_held(ctx);
        let waiting = matches!(&self.phase, Phase::Open(open) if !open.rest.is_empty());
        if waiting { Next::Again } else { Next::Wait }
    }

    /// Tells the engine's account what this session holds now; who goes over the limit of all is failed.
    #[inline]
    fn account_held(&mut self, ctx: &mut LoopContext) {
        let Phase::Open(open) = &mut self.phase else { return };
        let held_bytes = open.reader.held_bytes() + open.rest.capacity();
        if !open.held.set(held_bytes as u64) && open.end.is_none() {
            self.fail_for_held(ctx);
        }
    }

    #[cold]
    fn fail_for_held(&mut self, ctx: &mut LoopContext) {
        let Some(open) = self.open_state() else { return };
        open.release_input();
        let limit_bytes = ctx.config.max_held_bytes;
        self.handle_violation(ctx, ProtocolViolation::HeldBytes { limit_bytes });
    }

    /// Counts a ping or pong of the peer; `false` if it was one too many.
    fn admit_control(&mut self, ctx: &mut LoopContext, is_pong: bool) -> bool {
        let limit_per_second = ctx.config.max_control_frames_per_second;
        let second = ctx.started.elapsed().as_secs();
        let admitted = self.open_state().is_none_or(|open| match is_pong {
            true => open.control_rate.admit_pong(second, limit_per_second),
            false => open.control_rate.admit_ping(second, limit_per_second),
        });
        if !admitted {
            self.handle_violation(ctx, ProtocolViolation::ControlFlood { limit_per_second });
        }
        admitted
    }

    /// Returns whether the event refers to the arena.
    fn handle_incoming(&mut self, ctx: &mut LoopContext, incoming: Incoming, range: &Range<usize>) -> bool {
        match incoming {
            Incoming::Message { kind, payload, ascii, first, last } => {
                let kind = match kind {
                    DataKind::Text => EventKind::Text,
                    DataKind::Binary => EventKind::Binary,
                };
                let bits = flag(ascii, flags::ASCII) | flag(first, flags::FIRST) | flag(last, flags::LAST);
                self.deliver(ctx, kind, bits, payload, range.start)
            }
            Incoming::Ping(_) if !self.admit_control(ctx, false) => false,
            Incoming::Pong(_) if !self.admit_control(ctx, true) => false,
            Incoming::Pong(payload) => {
                self.deliver(ctx, EventKind::Pong, flags::FIRST | flags::LAST, payload, range.start)
            }
            Incoming::Ping(payload) => {
                let mut frame = Vec::with_capacity(payload.len() + 2);
                let payload = payload.bytes(ctx.arena.slice(range.clone()));
                protocol::encode_frame(&mut frame, true, Opcode::Pong, payload, None);
                self.answer_ping(ctx, frame);
                false
            }
            Incoming::Close(reason) => {
                self.handle_close_frame(ctx, reason);
                false
            }
        }
    }

    fn deliver(
        &mut self,
        ctx: &mut LoopContext,
        kind: EventKind,
        bits: u8,
        payload: protocol::Payload,
        arena_start: usize,
    ) -> bool {
        let target = self.target;
        let Some(open) = self.open_state() else { return false };
        if open.closing != ClosingState::Open {
            // We have said that we close: nobody listens any more.
            return false;
        }
        let mut event = Event::new(kind, target.session, target.slot);
        event.flags = bits;
        event.cost = open.account(payload.len());
        event.payload = match payload {
            protocol::Payload::InPlace(at) => Payload::Arena(arena_start + at.start..arena_start + at.end),
            protocol::Payload::Owned(bytes) => Payload::Owned(bytes),
        };
        let in_arena = matches!(event.payload, Payload::Arena(_));
        ctx.batch.push(event);
        ctx.counters.messages_in.add(1);
        in_arena
    }

    /// RFC 6455 section 5.5.2: a pong for each ping, unless we have sent a Close frame.
    fn answer_ping(&mut self, ctx: &mut LoopContext, pong: Vec<u8>) {
        if self.open_state().is_some_and(|open| open.closing == ClosingState::Open) {
            self.queue.push_control(pong, false);
            self.mark_dirty(ctx);
        }
    }

    /// Java has finished with delivered bytes.
    pub fn give_back(&mut self, bytes: u32) -> Next {
        let Some(open) = self.open_state() else {
            return Next::Wait;
        };
        let stood_still = !open.may_read();
        open.unfinished_bytes = open.unfinished_bytes.saturating_sub(u64::from(bytes));
        if stood_still && open.may_read() { Next::Again } else { Next::Wait }
    }

    /// New limits, from the next message on.
    pub fn set_limits(&mut self, limits: MessageLimits) {
        if let Some(open) = self.open_state() {
            open.reader.set_limits(limits);
        }
    }
}

const fn flag(on: bool, bit: u8) -> u8 {
    if on { bit } else { 0 }
}
