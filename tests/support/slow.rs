//! Sessions whose client does not read, filled to the byte. Knows the engine's calls.

use std::time::Duration;

use hawser::bridge::{OutboundLimits, OverflowStrategy, SendOutcome, SessionId};
use hawser::engine::{Engine, MessageKind};

use super::client::{Client, Frame};
use super::engine::{Counter, TestEngine, UPGRADE};
use super::event::{Kind, TestEvent};
use super::frames;
use super::handler::{accept, default_accept, echo, send};
use super::wait::until;

/// What a message weighs beside its frame.
pub const OVERHEAD: u64 = 64;
pub const HIGH_WATER: u32 = 1 << 20;
pub const LOW_WATER: u32 = 256 << 10;
/// Payload of a message that fills.
const FILLER: usize = 50_000;

/// How often what waits must be found the same, [`STILL_FOR`] after the last time: a busy system hands on late what is in
/// flight, and then takes more.
const STILL_LOOKS: u32 = 4;
const STILL_FOR: Duration = Duration::from_millis(20);

/// A server whose sessions have the marks of this file and a strategy. Who does not read is not ended for it, however
/// long a test takes, unless `config` says so.
pub fn start_with(config: &str, overflow: OverflowStrategy) -> TestEngine {
    TestEngine::start(&format!("send_time_limit_ms=600000\n{config}"), accepts_with(overflow))
}

/// Accepts with the marks of this file and a strategy; echoes otherwise.
pub fn accepts_with(overflow: OverflowStrategy) -> impl Fn(&Engine, &TestEvent) + Send + Sync + 'static {
    move |engine, event| match event.kind {
        Kind::Request if event.flags & UPGRADE != 0 => {
            let limits = OutboundLimits { low_water_bytes: LOW_WATER, high_water_bytes: HIGH_WATER, overflow };
            let outbound = Some(limits);
            accept(engine, event.session, hawser::bridge::Accept { outbound, ..default_accept() });
        }
        _ => echo(engine, event),
    }
}

/// The only session of an engine, its client and what was sent to it.
pub struct Slow<'e> {
    pub engine: &'e TestEngine,
    pub client: Client,
    pub session: SessionId,
    /// Messages that the engine took.
    pub sent: u64,
    /// Frames that the client read.
    read: u64,
    /// Another session of the loop.
    other: Client,
}

impl<'e> Slow<'e> {
    /// Opens a session.
    pub fn open(engine: &'e TestEngine) -> Self {
        let mut client = Client::connect_narrow(engine.address());
        let session = engine.request_session(&mut client);
        client.read_101();
        let (other, _) = engine.open();
        Self { engine, client, session, sent: 0, read: 0, other }
    }

    /// Sends a binary message.
    pub fn send(&mut self, payload: &[u8]) -> SendOutcome {
        self.send_as(MessageKind::Binary, false, payload)
    }

    /// Sends anything.
    pub fn send_as(&mut self, kind: MessageKind, more_follows: bool, payload: &[u8]) -> SendOutcome {
        let outcome = send(self.engine, self.session, kind, more_follows, payload);
        self.sent += u64::from(matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured));
        outcome
    }

    /// What is held against the marks.
    pub fn weight(&self) -> u64 {
        let gone = self.engine.counter(Counter::MessagesOut) + self.engine.counter(Counter::DroppedOldest);
        self.engine.buffered_amount(self.session) + OVERHEAD * (self.sent - gone)
    }

    /// Waits until the loop has written what it can of all that was sent before.
    pub fn await_turn(&mut self) {
        // The first pong may go out before what was sent is looked at, in the same turn.
        for _ in 0..2 {
            self.other.write(&frames::ping(b""));
            assert_eq!(self.other.read_frame().opcode, frames::PONG);
        }
    }

    /// Sends until sockets take no more and something waits, far below the high-water mark.
    pub fn fill(&mut self) {
        until("the connection is full", || {
            while self.weight() < u64::from(HIGH_WATER) / 2 {
                assert_eq!(self.send(&[b'f'; FILLER]), SendOutcome::Queued);
            }
            self.await_turn();
            let before = self.engine.buffered_amount(self.session);
            let is_still = (0..STILL_LOOKS).all(|_| {
                std::thread::park_timeout(STILL_FOR);
                self.await_turn();
                before == self.engine.buffered_amount(self.session)
            });
            (is_still && before > 0).then_some(())
        });
    }

    /// Sends one message after which the session weighs so much.
    pub fn fill_to(&mut self, weight: u64) -> SendOutcome {
        self.fill_to_with(weight, false)
    }

    /// Sends one part of a binary message after which the session weighs so much.
    pub fn fill_to_part(&mut self, weight: u64) -> SendOutcome {
        self.fill_to_with(weight, true)
    }

    fn fill_to_with(&mut self, weight: u64, more_follows: bool) -> SendOutcome {
        // The header of a large frame has 10 bytes.
        let payload_bytes = weight - self.weight() - OVERHEAD - 10;
        assert!(payload_bytes > 0xffff);
        let outcome = self.send_as(MessageKind::Binary, more_follows, &vec![b'f'; payload_bytes as usize]);
        assert_eq!(self.weight(), weight);
        outcome
    }

    /// Reads one frame.
    pub fn read_one(&mut self) -> Frame {
        self.read += 1;
        self.client.read_frame()
    }

    /// Reads frames until nothing waits.
    pub fn read_frames(&mut self) -> Vec<Frame> {
        // What the loop drops does not come.
        self.await_turn();
        let come = self.sent - self.engine.counter(Counter::DroppedOldest);
        let frames = (self.read..come).map(|_| self.read_one()).collect();
        let is_empty = || self.engine.buffered_amount(self.session) == 0;
        until("nothing waits", || is_empty().then_some(()));
        frames
    }

    /// Reads until nothing waits; the payloads that are no fillers.
    pub fn read_all(&mut self) -> Vec<Vec<u8>> {
        let payloads = self.read_frames().into_iter().map(|frame| frame.payload);
        payloads.filter(|payload| payload.first() != Some(&b'f')).collect()
    }

    /// Reads the next message that is no filler, of one frame or more.
    pub fn read_message(&mut self) -> Vec<u8> {
        let mut message = Vec::new();
        loop {
            let frame = self.read_one();
            message.extend(frame.payload);
            match frame.fin {
                true if message.first() == Some(&b'f') => message.clear(),
                true => return message,
                false => {}
            }
        }
    }
}
