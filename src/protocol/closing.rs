//! How far the closing handshake has come (RFC 6455 section 7). Knows nothing of frames, sockets or deadlines.

/// The state of a connection from the end of the opening handshake to the end of the closing handshake.
///
/// ```text
///              we send Close                 peer's Close arrives
///        +--------------------> CloseSent ------------------------+
///        |                                                        v
///      Open                                                     Closed (the server then closes TCP, section 7.1.1)
///        |                                                        ^
///        +--------------------> CloseReceived --------------------+
///          peer's Close arrives               we send Close
///
///      every state -- the connection is lost or cut --> Closed
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ClosingState {
    /// Data flows both ways.
    #[default]
    Open,
    /// Our Close is out; what the peer sends until its own Close is still read.
    CloseSent,
    /// The peer's Close is in; ours is still owed.
    CloseReceived,
    /// Both have closed, or the connection is gone.
    Closed,
}

impl ClosingState {
    /// A Close frame of ours was queued. Returns `false`, changing nothing, if it must not be: one was queued before,
    /// or the connection is gone (section 5.5.1: no frame follows our Close).
    #[must_use = "a second Close frame must not be written"]
    pub const fn handle_close_sent(&mut self) -> bool {
        *self = match *self {
            Self::Open => Self::CloseSent,
            Self::CloseReceived => Self::Closed,
            Self::CloseSent | Self::Closed => return false,
        };
        true
    }

    /// The peer's Close frame arrived. Returns whether it now waits for our answer.
    pub const fn handle_close_received(&mut self) -> bool {
        *self = match *self {
            Self::Open | Self::CloseReceived => Self::CloseReceived,
            Self::CloseSent | Self::Closed => Self::Closed,
        };
        matches!(self, Self::CloseReceived)
    }

    /// The connection was lost or cut.
    pub const fn handle_connection_lost(&mut self) {
        *self = Self::Closed;
    }

    /// Whether data frames and pings may be sent.
    #[must_use]
    pub const fn may_send(self) -> bool {
        matches!(self, Self::Open)
    }

    /// Whether frames of the peer still count (section 5.5.1: nothing may follow its Close).
    #[must_use]
    pub const fn may_receive(self) -> bool {
        matches!(self, Self::Open | Self::CloseSent)
    }
}
