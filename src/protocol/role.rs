//! Which end of the connection this endpoint is (RFC 6455 section 2). Knows nothing else.

/// The part that *this* endpoint plays. It decides who masks: a client masks every frame, a server none (section 5.1).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// We accepted the opening handshake; frames from the peer must be masked.
    Server,
    /// We sent the opening handshake; frames from the peer must not be masked.
    Client,
}
