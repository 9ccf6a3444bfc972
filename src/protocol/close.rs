//! Close codes and reasons (RFC 6455 section 7.4). Knows nothing of frames, of who closes, or of when.

use std::fmt;

/// A status code of the closing handshake. Any number can be held; [`may_be_received`](Self::may_be_received) and
/// [`may_be_sent`](Self::may_be_sent) say which ones may stand in a Close frame.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CloseCode(
    /// The number as it stands on the wire.
    pub u16,
);

impl CloseCode {
    /// The purpose of the connection is fulfilled.
    pub const NORMAL: Self = Self(1000);
    /// The server stops, or the page was left.
    pub const GOING_AWAY: Self = Self(1001);
    /// The peer broke a rule of the protocol.
    pub const PROTOCOL_ERROR: Self = Self(1002);
    /// A kind of data that this endpoint does not take, such as binary where only text is understood.
    pub const UNSUPPORTED_DATA: Self = Self(1003);
    /// Never on the wire: the Close frame carried no code.
    pub const NO_STATUS: Self = Self(1005);
    /// Never on the wire: the connection ended without a Close frame.
    pub const ABNORMAL: Self = Self(1006);
    /// Text that is not UTF-8.
    pub const INVALID_PAYLOAD: Self = Self(1007);
    /// The peer broke a rule of ours.
    pub const POLICY_VIOLATION: Self = Self(1008);
    /// A message beyond the size limit.
    pub const MESSAGE_TOO_BIG: Self = Self(1009);
    /// The client misses an extension that it needs.
    pub const MANDATORY_EXTENSION: Self = Self(1010);
    /// The server failed.
    pub const INTERNAL_ERROR: Self = Self(1011);
    /// The server restarts; clients should come back after a random delay (IANA registry).
    pub const SERVICE_RESTART: Self = Self(1012);
    /// The server, or its way to this peer, is overloaded (IANA registry).
    pub const TRY_AGAIN_LATER: Self = Self(1013);
    /// A gateway got an invalid answer from the server behind it (IANA registry).
    pub const BAD_GATEWAY: Self = Self(1014);
    /// Never on the wire: the TLS handshake failed.
    pub const TLS_HANDSHAKE: Self = Self(1015);

    /// Whether a peer may put this code into a Close frame (section 7.4): 1000 to 1003, 1007 to 1014, 3000 to 4999.
    #[must_use]
    pub const fn may_be_received(self) -> bool {
        matches!(self.0, 1000..=1003 | 1007..=1014 | 3000..=4999)
    }

    /// Whether the application may have us put this code into a Close frame: 1000 to 4999 without 1005, 1006 and 1015,
    /// which stand for the absence of a code (section 7.4.1). Wider than what we accept, because codes that the
    /// registry does not know yet are the application's own risk: a strict peer answers them with 1002.
    #[must_use]
    pub const fn may_be_sent(self) -> bool {
        matches!(self.0, 1000..=4999) && !matches!(self.0, 1005 | 1006 | 1015)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a connection closes: what one Close frame says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CloseReason {
    /// The status code.
    pub code: CloseCode,
    /// Text for people; at most 123 bytes when it came from a peer. May be empty.
    pub reason: Box<str>,
}

impl CloseReason {
    /// A reason of our own. The text may be of any length: the encoder cuts it to 123 bytes at a code point.
    #[must_use]
    pub fn new(code: CloseCode, reason: impl Into<Box<str>>) -> Self {
        Self { code, reason: reason.into() }
    }
}
