//! What a loop tells Java. Knows nothing of the layout in memory.

use std::ops::Range;

use crate::bridge::SessionId;

/// Kinds of events, with the numbers Java knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// A whole HTTP request; with [`flags::UPGRADE`] a valid opening handshake.
    Request = 1,
    /// A text message or a part of one, valid UTF-8.
    Text = 2,
    /// A binary message or a part of one.
    Binary = 3,
    /// A pong, also an unsolicited one.
    Pong = 4,
    /// The transport failed; the payload says how. Directly before `Closed`.
    Failed = 5,
    /// The last event of a connection that asked for an upgrade.
    Closed = 6,
    /// The session was at its high-water mark and has fallen below its low-water mark.
    Drained = 7,
    /// A line for the log; about a connection if it names one.
    Log = 8,
    /// The peer closes or broke a rule; goes on when Java has handled all that came before.
    Closing = 9,
    /// Messages were dropped; the payload is a [`Dropped`](crate::bridge::Dropped). At most one for each session and turn.
    Dropped = 10,
    /// The upstream has accepted an opening handshake; the payload are its `Name: value` lines for the 101. Java accepts
    /// or refuses.
    Accepted = 11,
}

/// Bits of an event's flags.
pub mod flags {
    /// The payload lies in a buffer of its own, to be fetched by the event's index.
    pub const FETCH: u8 = 1;
    /// All payload bytes are below 0x80.
    pub const ASCII: u8 = 2;
    /// First part of a message.
    pub const FIRST: u8 = 4;
    /// Last part of a message.
    pub const LAST: u8 = 8;
    /// The request is a valid opening handshake.
    pub const UPGRADE: u8 = 16;
}

/// Where an event's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// There are none.
    Empty,
    /// In the arena of the loop, until the next turn.
    Arena(Range<usize>),
    /// In a buffer of its own.
    Owned(Vec<u8>),
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The connection it is about; 0 for none.
    pub session: SessionId,
    /// The connection's slot in its loop.
    pub slot: u32,
    /// What happened.
    pub kind: EventKind,
    /// See [`flags`].
    pub flags: u8,
    /// Close code or log level.
    pub code: u16,
    /// Bytes of inbound window that Java gives back when the event has been handled.
    pub cost: u32,
    /// The bytes.
    pub payload: Payload,
}

impl Event {
    /// An event about a connection, without flags, code, cost and payload.
    pub const fn new(kind: EventKind, session: SessionId, slot: u32) -> Self {
        Self { session, slot, kind, flags: 0, code: 0, cost: 0, payload: Payload::Empty }
    }
}
