//! What a [`MessageReader`](super::message::MessageReader) hands on. Knows nothing of how it was read.

use std::ops::Range;

use super::close::CloseReason;

/// One event of a connection, in the order of the wire.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Incoming {
    /// A data message, or a part of one in partial delivery.
    Message {
        /// Text (valid UTF-8) or binary.
        kind: DataKind,
        /// The bytes; of a text part never a split code point.
        payload: Payload,
        /// Whether these bytes are text and known to be ASCII only. A text part next to a code point that was split
        /// over two reads may say `false` though it is ASCII.
        ascii: bool,
        /// Whether the message begins here. A whole message is `first` and `last`.
        first: bool,
        /// Whether the message ends here.
        last: bool,
    },
    /// To be answered with a Pong of the same payload (RFC 6455 section 5.5.2).
    Ping(ControlPayload),
    /// The answer to a Ping, or unasked (section 5.5.3).
    Pong(ControlPayload),
    /// The peer starts or answers the closing handshake; `None` for an empty Close frame (code 1005).
    Close(Option<CloseReason>),
}

/// The two kinds of data messages (section 5.6).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DataKind {
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
}

/// Where the bytes of an event lie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload {
    /// In the input of the call that returned the event, unmasked.
    InPlace(Range<usize>),
    /// In a buffer of their own, because they arrived in pieces.
    Owned(Vec<u8>),
}

/// The payload of a Ping or Pong: at most 125 bytes, owned only if two reads split the frame.
pub type ControlPayload = Payload;

impl Payload {
    /// The bytes. `input` must be the buffer of the call that returned the event.
    ///
    /// # Panics
    /// If `input` is a shorter buffer than the one of that call.
    #[must_use]
    pub fn bytes<'a>(&'a self, input: &'a [u8]) -> &'a [u8] {
        match self {
            Self::InPlace(range) => &input[range.clone()],
            Self::Owned(bytes) => bytes,
        }
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::InPlace(range) => range.len(),
            Self::Owned(bytes) => bytes.len(),
        }
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
