//! What Java asks of a loop, and what a sender is told at once. Knows nothing of how a loop does it.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::bridge::{FrameClass, OutboundLimits, Publication, SessionId, Ticket, TopicId};
use crate::protocol::{CloseReason, DeflateParameters, MessageLimits};

/// The connection a command is meant for. A slot is used again; the id tells whether it still is the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The connection's id.
    pub session: SessionId,
    /// Where its loop keeps it.
    pub slot: u32,
}

/// The answer to a send or a close, with the numbers Java knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum SendOutcome {
    /// The engine has the bytes.
    Queued = 0,
    /// Queued, and the session now stands at or above its high-water mark.
    Pressured = 1,
    /// Not queued: the overflow strategy dropped it.
    Dropped = 2,
    /// Not queued: the session is closing, closed or unknown.
    Closed = 3,
    /// Not queued: the session does not keep up and is being closed with 1013.
    Terminated = 4,
    /// Not queued: a message of the other kind is out in parts and not complete.
    Interleaved = 5,
    /// Not queued: the session stands at its high-water mark. [`EventKind::Drained`](crate::bridge::EventKind::Drained) will
    /// follow, unless there is room again already: who waits for that event tries once more before it does.
    Full = 6,
    /// Not queued: a text that somebody else has encoded is not UTF-8.
    Malformed = 7,
}

/// What a session did not keep up with that is closed with 1013.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slowness {
    /// Its high-water mark.
    HighWater,
    /// What all sessions together may hold.
    BufferBudget,
    /// The send time limit.
    SendTimeLimit,
}

/// The answer to a subscription, with the numbers Java knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Subscribed {
    /// The session has as many topics as it may have.
    TooMany = -2,
    /// The session is not open.
    Closed = -1,
    /// It was before.
    Already = 0,
    /// It is now.
    Done = 1,
}

/// A frame on its way out: header and payload in one buffer, already accounted to its session.
#[derive(Debug)]
pub struct Outgoing {
    /// The encoded frame.
    pub bytes: Vec<u8>,
    /// Ping or pong: goes ahead of waiting data.
    pub is_control: bool,
    /// A part of a message that is not its last.
    pub more_follows: bool,
    /// Compressed with what its session has sent before.
    pub in_context: bool,
}

/// Completes the opening handshake.
#[derive(Debug)]
pub struct Accept {
    /// Response headers of the application, `Name: value` lines.
    pub head: Vec<u8>,
    /// Bytes delivered but unfinished at which reading stops; `None`: not counted. The session begins with its window
    /// used up and is read as soon as some of it is given back.
    pub window_bytes: Option<u32>,
    /// Message limits of the session.
    pub limits: MessageLimits,
    /// Deliver messages in parts as they arrive.
    pub partial: bool,
    /// permessage-deflate, if it was agreed on.
    pub deflate: Option<DeflateChoice>,
    /// Marks and strategy of the session; `None`: the engine's.
    pub outbound: Option<OutboundLimits>,
}

/// What both sides agreed on, and what is our own business in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeflateChoice {
    /// The answer to the client's offer.
    pub parameters: DeflateParameters,
    /// 1 (fast) to 9 (small).
    pub level: u8,
    /// Smallest payload that is compressed, in bytes.
    pub threshold_bytes: u32,
}

impl Accept {
    /// The response headers of the application.
    pub fn headers(head: &str) -> Vec<(&str, &str)> {
        head.lines().map(|line| line.split_once(": ").unwrap_or((line, ""))).collect()
    }
}

/// Answers a request without an upgrade.
#[derive(Debug)]
pub struct Respond {
    /// HTTP status, 200..=599.
    pub status: u16,
    /// Response headers, `Name: value` lines.
    pub head: Vec<u8>,
    /// The body.
    pub body: Vec<u8>,
}

/// One thing to do, for the loop that owns the connection.
#[derive(Debug)]
pub enum Command {
    /// Take over a connection that another loop accepted.
    Adopt {
        /// The socket, non-blocking.
        socket: TcpStream,
        /// Its other end. Behind a pointer: every command is as large as the largest.
        peer: Box<SocketAddr>,
        /// Its place in the engine's counts.
        ticket: Ticket,
    },
    /// Answer an opening handshake with 101.
    Accept(Target, Box<Accept>),
    /// Answer a request with anything else.
    Respond(Target, Box<Respond>),
    /// Write a frame.
    Send(Target, Outgoing),
    /// List a subscriber.
    Subscribe(Target, TopicId, FrameClass),
    /// Take a subscriber off these lists.
    Unsubscribe(Target, Vec<TopicId>),
    /// Write a message to all subscribers of a topic.
    Publish(Box<Publication>),
    /// Write the frame of a publication that this subscriber alone gets, already accounted.
    Deliver(Target, Vec<u8>),
    /// Write the messages that wait in the session's outbox.
    Flush(Target),
    /// Start the closing handshake; `None` as reason: an empty Close frame.
    Close(Target, Option<Box<CloseReason>>),
    /// Cut the connection without a Close frame.
    Cut(Target),
    /// Drop what waits and close with 1013: the peer does not read.
    Terminate(Target, Slowness),
    /// Tell Java what senders have dropped.
    ReportDropped(Target),
    /// Go on with the closing that the peer started: all its messages were handled.
    ProceedClosing(Target),
    /// Give inbound window back.
    Consumed(Target, u32),
    /// New message limits, from the next message on.
    SetLimits(Target, MessageLimits),
    /// Close everything, cut what is left after the time.
    Stop(Duration),
    /// Panic while serving this connection. For tests.
    Panic(Target),
}
