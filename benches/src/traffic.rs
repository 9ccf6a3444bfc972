//! What a load sends and how much of it: the words in which cases are written. Knows no servers and no flags.

/// Receivers of the first warm-up of a broadcast.
const WARM_UP_RECEIVERS: usize = 16;

/// What is done to a server, as `wsbench` does it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// Echoes, each answered with the next message.
    Echo {
        /// Connections open at once.
        connections: usize,
        /// Messages in flight on each.
        in_flight: usize,
        /// What is sent.
        traffic: Traffic,
    },
    /// Echoes of 64 B of which some make the handler sleep, none of them on every other connection.
    Sleep {
        /// Connections with one message in flight each.
        connections: usize,
        /// Part of the messages that sleep, 0 to 1.
        share: f64,
    },
    /// Echoes at a rate.
    Tail {
        /// Connections, which send in turn.
        connections: usize,
        /// Messages a second.
        per_second: f64,
        /// What is sent.
        traffic: Traffic,
    },
    /// One publisher, many receivers.
    Broadcast {
        /// Receivers.
        receivers: usize,
        /// Those of them that never read.
        stalled: usize,
        /// When the next publication goes out.
        rhythm: Rhythm,
        /// What is published; the extension is what receivers offer.
        traffic: Traffic,
        /// What clients speak.
        language: Language,
    },
    /// Connect, opening handshake, one echo of 64 B, closing handshake.
    Connects {
        /// Connections at a time.
        at_once: usize,
        /// Whether there is that echo.
        echoes: bool,
    },
    /// GET of 64 B again and again, on connections that are kept.
    Http {
        /// Connections with one request under way each.
        connections: usize,
    },
}

/// When the next publication goes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rhythm {
    /// So many are under way.
    InFlight(usize),
    /// So many a second.
    PerSecond(f64),
}

/// What the clients of a broadcast speak.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// A path to subscribe, another one to publish.
    Paths,
    /// STOMP, with a broker in the server.
    Stomp,
}

/// What the messages of a load are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Traffic {
    /// Payload in bytes, before compression.
    pub message_bytes: usize,
    /// JSON, different messages in turn; otherwise one plain text.
    pub is_json: bool,
    /// What the opening handshake offers.
    pub extension: Extension,
}

/// What the opening handshake offers: the value of `Sec-WebSocket-Extensions`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extension {
    /// Nothing.
    None,
    /// permessage-deflate, which the server must take; messages and what comes back are compressed.
    Deflate(&'static str),
    /// Something that no server takes.
    Declined(&'static str),
}

impl Shape {
    /// The loads that warm up for this one, one behind the other. A broadcast begins with few receivers: with all of them a
    /// publisher's code runs too seldom to be compiled. And all read, so that what a reader that never reads costs is seen
    /// later.
    #[must_use]
    pub fn warm_ups(self) -> Vec<Self> {
        let Self::Broadcast { receivers, rhythm, traffic, language, .. } = self else { return vec![self] };
        let to = |receivers, rhythm| Self::Broadcast { receivers, stalled: 0, rhythm, traffic, language };
        vec![to(receivers.min(WARM_UP_RECEIVERS), Rhythm::InFlight(1)), to(receivers, rhythm)]
    }
}

impl Traffic {
    /// One text of so many bytes, not compressed.
    pub const fn plain(message_bytes: usize) -> Self {
        Self { message_bytes, is_json: false, extension: Extension::None }
    }

    /// JSON documents of so many bytes each.
    pub const fn json(message_bytes: usize, extension: Extension) -> Self {
        Self { message_bytes, is_json: true, extension }
    }
}

impl Shape {
    /// What the load counts, in the plural.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Echo { .. } | Self::Sleep { .. } | Self::Tail { .. } => "echoes",
            Self::Broadcast { .. } => "deliveries",
            Self::Connects { .. } => "connections",
            Self::Http { .. } => "requests",
        }
    }

    /// Path of the server that the load asks for; a broadcast has its own two.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Sleep { .. } => "/sleep",
            Self::Http { .. } => "/http",
            _ => "/echo",
        }
    }

    /// Connections open at once, on both sides.
    pub const fn connections(self) -> usize {
        match self {
            Self::Echo { connections, .. } | Self::Sleep { connections, .. } | Self::Tail { connections, .. } => {
                connections
            }
            // In front of another server each of them is three sockets of one process.
            Self::Http { connections } => 3 * connections,
            Self::Broadcast { receivers, .. } => receivers + 1,
            Self::Connects { at_once, .. } => at_once,
        }
    }
}
