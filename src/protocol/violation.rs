//! What a peer did wrong, and the close code for it. Knows nothing of how it was found.

use super::close::CloseCode;
use super::frame::Opcode;

/// A rule the *peer* broke; always ends the connection (RFC 6455 section 7.1.7). Texts are for people and may change.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProtocolViolation {
    /// A reserved bit without an extension that gives it a meaning (section 5.2).
    #[error("reserved header bits {bits:#04x} are set, but no extension that uses them was negotiated")]
    ReservedBits {
        /// RSV1 = 0x40, RSV2 = 0x20, RSV3 = 0x10.
        bits: u8,
    },
    /// RSV1 of permessage-deflate on anything but the first frame of a data message (RFC 7692 section 6).
    #[error("RSV1 is set on a {opcode} frame; only the first frame of a data message may have it")]
    MisplacedRsv1 {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// Opcode 3 to 7 or 11 to 15 (section 5.2).
    #[error("reserved opcode {opcode:#x}")]
    ReservedOpcode {
        /// The four bits of the opcode.
        opcode: u8,
    },
    /// A client sent a frame without a masking key (section 5.1).
    #[error("a client must mask its frames; this {opcode} frame is not masked")]
    UnmaskedClientFrame {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// A server sent a frame with a masking key (section 5.1).
    #[error("a server must not mask its frames; this {opcode} frame is masked")]
    MaskedServerFrame {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// A length that would have fitted a shorter form (section 5.2).
    #[error("payload length {payload_bytes} is not in its shortest form")]
    NonMinimalLength {
        /// The declared length.
        payload_bytes: u64,
    },
    /// A 64-bit length with the top bit set (section 5.2).
    #[error("payload length {payload_bytes:#x} has its top bit set")]
    LengthOutOfRange {
        /// The declared length.
        payload_bytes: u64,
    },
    /// A control frame without FIN (section 5.5).
    #[error("fragmented {opcode} frame; control frames come in one piece")]
    FragmentedControl {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// A control frame of more than 125 bytes (section 5.5).
    #[error("{opcode} frame declares more than 125 bytes of payload")]
    ControlTooBig {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// A continuation while no message is in progress (section 5.4).
    #[error("continuation frame without a message to continue")]
    ContinuationWithoutMessage,
    /// A new data message before the last one has ended (section 5.4).
    #[error("{opcode} frame inside a fragmented message; a continuation was expected")]
    DataInsideMessage {
        /// The kind of the frame.
        opcode: Opcode,
    },
    /// A byte that cannot stand there in UTF-8 (section 8.1).
    #[error("text message is not valid UTF-8")]
    InvalidUtf8,
    /// A text message that ends inside a code point (section 8.1).
    #[error("text message ends inside a UTF-8 code point")]
    TruncatedUtf8,
    /// One byte or more beyond the limit of the session.
    #[error("message exceeds {limit_bytes} bytes")]
    MessageTooBig {
        /// The largest message that passes, in bytes.
        limit_bytes: u32,
        /// Which of the two limits it was.
        setting: LimitSetting,
    },
    /// More frames in one message than [`MessageLimits::max_fragments`](super::MessageLimits::max_fragments).
    #[error("message has more than {limit} fragments")]
    TooManyFragments {
        /// The largest number that passes.
        limit: u32,
    },
    /// A compressed message that is not deflate, ends too early or goes on behind its end (RFC 7692 section 7.2.2).
    #[error("compressed message is not valid deflate data")]
    InvalidDeflate,
    /// More pings, pongs and Close frames in one second than the engine allows.
    #[error("more than {limit_per_second} control frames in one second")]
    ControlFlood {
        /// The largest number that passes.
        limit_per_second: u32,
    },
    /// All sessions together hold too many bytes of messages that are not complete; it hits the one that asks for more.
    #[error("the messages in progress of all sessions hold more than {limit_bytes} bytes; come back later")]
    HeldBytes {
        /// The largest sum that passes.
        limit_bytes: u64,
    },
    /// A Close frame with half a code (section 5.5.1).
    #[error("close frame with a payload of one byte; a code has two")]
    TruncatedCloseCode,
    /// A close code that must not be sent (section 7.4).
    #[error("close frame with invalid code {code}")]
    InvalidCloseCode {
        /// The code as received.
        code: u16,
    },
    /// A close reason that is not UTF-8 (section 5.5.1).
    #[error("close frame with a reason that is not valid UTF-8")]
    InvalidCloseReason,
}

impl ProtocolViolation {
    /// The code for our Close frame (section 7.4.1). No other place maps violations to codes.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::InvalidUtf8 | Self::TruncatedUtf8 | Self::InvalidDeflate | Self::InvalidCloseReason => {
                CloseCode::INVALID_PAYLOAD
            }
            Self::MessageTooBig { .. } => CloseCode::MESSAGE_TOO_BIG,
            Self::TooManyFragments { .. } | Self::ControlFlood { .. } => CloseCode::POLICY_VIOLATION,
            Self::HeldBytes { .. } => CloseCode::TRY_AGAIN_LATER,
            Self::ReservedBits { .. }
            | Self::MisplacedRsv1 { .. }
            | Self::ReservedOpcode { .. }
            | Self::UnmaskedClientFrame { .. }
            | Self::MaskedServerFrame { .. }
            | Self::NonMinimalLength { .. }
            | Self::LengthOutOfRange { .. }
            | Self::FragmentedControl { .. }
            | Self::ControlTooBig { .. }
            | Self::ContinuationWithoutMessage
            | Self::DataInsideMessage { .. }
            | Self::TruncatedCloseCode
            | Self::InvalidCloseCode { .. } => CloseCode::PROTOCOL_ERROR,
        }
    }

    /// The setting that was exceeded, for the log line that tells what to raise; `None` for a rule that is none of ours.
    #[must_use]
    pub const fn setting(self) -> Option<LimitSetting> {
        match self {
            Self::MessageTooBig { setting, .. } => Some(setting),
            Self::TooManyFragments { .. } => Some(LimitSetting::Fragments),
            Self::ControlFlood { .. } => Some(LimitSetting::ControlFrames),
            Self::HeldBytes { .. } => Some(LimitSetting::HeldBytes),
            _ => None,
        }
    }
}

/// The setting behind a limit; its text names the setting of the builder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LimitSetting {
    /// The limit for text messages.
    Text,
    /// The limit for binary messages.
    Binary,
    /// The limit for frames in one message.
    Fragments,
    /// The limit for control frames in one second.
    ControlFrames,
    /// The limit for what all sessions hold.
    HeldBytes,
}

impl std::fmt::Display for LimitSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "set by maxTextMessageBytes, or setTextMessageSizeLimit of the session",
            Self::Binary => "set by maxBinaryMessageBytes, or setBinaryMessageSizeLimit of the session",
            Self::Fragments => "set by maxFragments",
            Self::ControlFrames => "set by maxControlFramesPerSecond",
            Self::HeldBytes => "set by maxHeldBytes",
        })
    }
}
