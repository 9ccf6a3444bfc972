//! Layer 1: the WebSocket protocol as a function of bytes ("sans-IO"). Bytes go in, events and bytes come out.
//!
//! Must not know: sockets, runtimes, threads, JNI, the clock, logs, or where random numbers come from; masking keys
//! and handshake keys are arguments. So everything here is deterministic and can be fed byte by byte in a test.
//!
//! ```text
//!  role  close  token                   -> nothing
//!  violation                            -> close          what the peer did wrong, and the close code for it
//!  mask  utf8                           -> nothing        in place, incremental
//!  frame                                -> violation      headers, both ways
//!  close_frame  closing                 -> frame, close   the closing handshake
//!  incoming                             -> close          what the reader hands on
//!  assembler                            -> frame, utf8    order, size and UTF-8 of one message
//!  extension_list  extension            -> role, token    permessage-deflate: offers to parameters
//!  inflate  deflate                     -> nothing        one message in, one out; deflate -> inflate for the tail
//!  compressed                           -> inflate, extension, utf8    what inflating needs of a connection
//!  message                              -> all above      bytes to events
//!  handshake                            -> token          the opening handshake
//!  client_handshake                     -> handshake, extension
//!  upstream_head                        -> handshake      heads between the engine and an upstream server
//!  chunked                              -> nothing        where a body in chunks ends
//!  exchanges                            -> chunked, handshake, upstream_head    where requests and answers begin
//! ```
//!
//! permessage-deflate (RFC 7692) enters at two places: `FrameDecoder::set_rsv1_allowed` lets its bit pass, and
//! `message` hands a message that has the bit to `compressed` when it is complete. What goes out is compressed by the
//! caller, with [`Deflater`], before [`encode_header`].

#![forbid(unsafe_code)]

mod assembler;
mod chunked;
mod client_handshake;
mod close;
mod close_frame;
mod closing;
mod compressed;
mod deflate;
mod exchanges;
mod extension;
mod extension_list;
mod frame;
mod handshake;
mod incoming;
mod inflate;
mod mask;
mod message;
mod role;
mod token;
mod upstream_head;
mod utf8;
mod violation;

#[cfg(test)]
mod tests;

pub use chunked::{ChunkedBody, MalformedChunk};
pub use client_handshake::{ClientHandshakeError, ServerResponse, client_request, verify_response};
pub use close::{CloseCode, CloseReason};
pub use close_frame::{MAX_REASON_BYTES, decode_close, encode_close, truncate_reason};
pub use closing::ClosingState;
pub use deflate::Deflater;
pub use exchanges::Exchanges;
pub use extension::{DeflateParameters, DeflateSettings, Direction, deflate_offer, negotiate_deflate};
pub use frame::{
    FrameDecoder, FrameHeader, MAX_CONTROL_PAYLOAD_BYTES, MAX_HEADER_BYTES, Opcode, encode_frame, encode_header,
    header_bytes, own_frame_bytes,
};
pub use handshake::{
    Head, HeadFault, HeadLimits, HeadReader, HeadScanner, HttpRequestHead, InvalidHeader, Refusal, UpgradeRequest,
    check_header, escape_and_cut, parse_head, switching_protocols,
};
pub use incoming::{ControlPayload, DataKind, Incoming, Payload};
pub use inflate::Inflater;
pub use mask::{apply_mask, apply_mask_and_scan_ascii};
pub use message::{DEFAULT_MAX_FRAGMENTS, MessageLimits, MessageReader};
pub use role::Role;
pub use upstream_head::{
    AnswerFraming, AnswerHead, AnswerReader, MalformedAnswer, name_connection, request_target, strip_private_headers,
};
pub use utf8::{InvalidUtf8, Utf8Validator, is_utf8};
pub use violation::{LimitSetting, ProtocolViolation};
