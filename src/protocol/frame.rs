//! Frame headers on the wire (RFC 6455 section 5.2). Knows nothing of messages, sockets or time.
//!
//! ```text
//!  byte 0                 byte 1                 bytes 2..                 then          then
//! +-+-+-+-+-------------+-+--------------------+-------------------------+-------------+---------
//! |F|R|R|R|             |M| 0-125: the length  | 126: 16-bit length      | masking key | payload
//! |I|S|S|S| opcode (4)  |S| 126: 16 bits follow| 127: 64-bit length,     | 4 bytes if  |
//! |N|1|2|3|             |K| 127: 64 bits follow|      big endian         | MSK is set  |
//! +-+-+-+-+-------------+-+--------------------+-------------------------+-------------+---------
//! ```

use std::fmt;

use super::role::Role;
use super::violation::ProtocolViolation;

/// The longest header: 2 bytes, a 64-bit length and a masking key.
pub const MAX_HEADER_BYTES: usize = 14;

/// The largest payload of a control frame (section 5.5).
pub const MAX_CONTROL_PAYLOAD_BYTES: usize = 125;

const FIN: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV_BITS: u8 = 0x70;
const OPCODE_BITS: u8 = 0x0F;
const MASKED: u8 = 0x80;
const LENGTH_BITS: u8 = 0x7F;
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;

/// What a frame is (section 11.8). The numbers are those of the wire.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Opcode {
    /// A further frame of the message in progress.
    Continuation = 0x0,
    /// The first frame of a text message.
    Text = 0x1,
    /// The first frame of a binary message.
    Binary = 0x2,
    /// Start or answer of the closing handshake.
    Close = 0x8,
    /// Asks for a Pong with the same payload.
    Ping = 0x9,
    /// Answers a Ping, or comes unasked.
    Pong = 0xA,
}

impl Opcode {
    /// Close, Ping and Pong: may come between the frames of a message (section 5.5).
    #[must_use]
    pub const fn is_control(self) -> bool {
        self as u8 & 0x8 != 0
    }

    const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }
}

impl fmt::Display for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Continuation => "continuation",
            Self::Text => "text",
            Self::Binary => "binary",
            Self::Close => "close",
            Self::Ping => "ping",
            Self::Pong => "pong",
        })
    }
}

/// One decoded header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FrameHeader {
    /// Whether this is the last frame of its message.
    pub fin: bool,
    /// The bit of permessage-deflate: the message is compressed.
    pub rsv1: bool,
    /// What the frame is.
    pub opcode: Opcode,
    /// The masking key, if the payload is masked.
    pub mask: Option<[u8; 4]>,
    /// The declared length of the payload. A number, never a reason to allocate.
    pub payload_bytes: u64,
}

/// Turns bytes into frame headers, whatever way the bytes are split.
///
/// Checks only what one header can show. Rules that need history (continuation order, UTF-8, message size) belong to
/// [`MessageReader`](super::message::MessageReader).
#[derive(Debug)]
pub struct FrameDecoder {
    /// Header bytes of earlier calls. Invariant: `kept_len < MAX_HEADER_BYTES`.
    kept: [u8; MAX_HEADER_BYTES],
    kept_len: u8,
    role: Role,
    rsv1_allowed: bool,
}

impl FrameDecoder {
    /// A decoder for what the peer of an endpoint in `role` sends. RSV1 is not allowed.
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { kept: [0; MAX_HEADER_BYTES], kept_len: 0, role, rsv1_allowed: false }
    }

    /// Whether RSV1 may be set on the first frame of a data message: to be switched on when an extension that uses
    /// it was negotiated (section 9.1).
    pub const fn set_rsv1_allowed(&mut self, allowed: bool) {
        self.rsv1_allowed = allowed;
    }

    /// Whether the header that begins at `input[at]`, or of which the beginning is kept, has RSV1; `false` if nothing of
    /// it is there yet.
    pub(super) fn next_has_rsv1(&self, input: &[u8], at: usize) -> bool {
        let first = if self.kept_len > 0 { Some(&self.kept[0]) } else { input.get(at) };
        first.is_some_and(|first| first & RSV1 != 0)
    }

    /// Reads the next header from `input[*at..]` and moves `*at` behind it. Returns `None` if more bytes are needed;
    /// all of `input` was then used and kept. Never touches the payload.
    ///
    /// # Errors
    /// The first broken rule, as soon as the byte that shows it is there. The connection must fail with
    /// [`ProtocolViolation::close_code`] (section 7.1.7); the decoder must not be used again.
    #[inline]
    pub fn decode(&mut self, input: &[u8], at: &mut usize) -> Result<Option<FrameHeader>, ProtocolViolation> {
        if self.kept_len > 0 {
            return self.decode_split(input, at);
        }
        let rest = &input[*at..];
        if let Some((header, header_bytes)) = self.parse(rest)? {
            *at += header_bytes;
            return Ok(Some(header));
        }
        self.kept[..rest.len()].copy_from_slice(rest);
        self.kept_len = rest.len() as u8;
        *at = input.len();
        Ok(None)
    }

    /// As [`decode`](Self::decode), byte by byte: for a header of which the beginning came with an earlier call, and for
    /// callers beside the hot path, which must stay the only one that has `decode` inlined.
    #[cold]
    pub(super) fn decode_split(
        &mut self,
        input: &[u8],
        at: &mut usize,
    ) -> Result<Option<FrameHeader>, ProtocolViolation> {
        while let Some(&byte) = input.get(*at) {
            let kept_len = usize::from(self.kept_len);
            self.kept[kept_len] = byte;
            *at += 1;
            if let Some((header, _)) = self.parse(&self.kept[..=kept_len])? {
                self.kept_len = 0;
                return Ok(Some(header));
            }
            self.kept_len += 1;
        }
        Ok(None)
    }

    /// Parses one header; `None` if `bytes` end inside it.
    #[inline]
    fn parse(&self, bytes: &[u8]) -> Result<Option<(FrameHeader, usize)>, ProtocolViolation> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        let opcode = self.check_first_byte(first)?;
        let Some(&second) = bytes.get(1) else { return Ok(None) };
        let masked = second & MASKED != 0;
        let short_length = second & LENGTH_BITS;
        self.check_second_byte(opcode, masked, short_length)?;
        let Some((payload_bytes, mut header_bytes)) = parse_length(bytes, short_length)? else {
            return Ok(None);
        };
        let mask = if masked {
            let Some(key) = bytes[header_bytes..].first_chunk::<4>() else {
                return Ok(None);
            };
            header_bytes += 4;
            Some(*key)
        } else {
            None
        };
        let header = FrameHeader { fin: first & FIN != 0, rsv1: first & RSV1 != 0, opcode, mask, payload_bytes };
        Ok(Some((header, header_bytes)))
    }

    #[inline]
    fn check_first_byte(&self, first: u8) -> Result<Opcode, ProtocolViolation> {
        // Section 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
        let meaningless = if self.rsv1_allowed { RSV_BITS & !RSV1 } else { RSV_BITS };
        if first & meaningless != 0 {
            return Err(ProtocolViolation::ReservedBits { bits: first & RSV_BITS });
        }
        let bits = first & OPCODE_BITS;
        let opcode = Opcode::from_bits(bits).ok_or(ProtocolViolation::ReservedOpcode { opcode: bits })?;
        // RFC 7692 section 6.1: only the first frame of a message carries the bit, control frames never do.
        if first & RSV1 != 0 && !matches!(opcode, Opcode::Text | Opcode::Binary) {
            return Err(ProtocolViolation::MisplacedRsv1 { opcode });
        }
        // Section 5.5: control frames "MUST NOT be fragmented".
        if opcode.is_control() && first & FIN == 0 {
            return Err(ProtocolViolation::FragmentedControl { opcode });
        }
        Ok(opcode)
    }

    #[inline]
    fn check_second_byte(&self, opcode: Opcode, masked: bool, short_length: u8) -> Result<(), ProtocolViolation> {
        // Section 5.1: a client MUST mask all frames, a server MUST NOT mask any.
        match (self.role, masked) {
            (Role::Server, false) => return Err(ProtocolViolation::UnmaskedClientFrame { opcode }),
            (Role::Client, true) => return Err(ProtocolViolation::MaskedServerFrame { opcode }),
            (Role::Server, true) | (Role::Client, false) => {}
        }
        // Section 5.5: control frames "MUST have a payload length of 125 bytes or less".
        if opcode.is_control() && usize::from(short_length) > MAX_CONTROL_PAYLOAD_BYTES {
            return Err(ProtocolViolation::ControlTooBig { opcode });
        }
        Ok(())
    }
}

/// The payload length and the bytes of the header up to and with it; `None` if `bytes` end inside it.
#[inline]
fn parse_length(bytes: &[u8], short_length: u8) -> Result<Option<(u64, usize)>, ProtocolViolation> {
    let (payload_bytes, header_bytes, smallest) = match short_length {
        LENGTH_16 => {
            let Some(long) = bytes[2..].first_chunk::<2>() else {
                return Ok(None);
            };
            (u64::from(u16::from_be_bytes(*long)), 4, u64::from(LENGTH_16))
        }
        LENGTH_64 => {
            let Some(long) = bytes[2..].first_chunk::<8>() else {
                return Ok(None);
            };
            (u64::from_be_bytes(*long), 10, u64::from(u16::MAX) + 1)
        }
        short => (u64::from(short), 2, 0),
    };
    // Section 5.2: "the most significant bit MUST be 0" and "the minimal number of bytes MUST be used".
    if payload_bytes > i64::MAX as u64 {
        return Err(ProtocolViolation::LengthOutOfRange { payload_bytes });
    }
    if payload_bytes < smallest {
        return Err(ProtocolViolation::NonMinimalLength { payload_bytes });
    }
    Ok(Some((payload_bytes, header_bytes)))
}

/// The size of the frame that `bytes` begin with, which an endpoint has encoded itself without a mask.
#[must_use]
pub fn own_frame_bytes(bytes: &[u8]) -> usize {
    let short_length = bytes.get(1).map_or(0, |second| second & LENGTH_BITS);
    let (payload_bytes, header_bytes) = parse_length(bytes, short_length).ok().flatten().unwrap_or_default();
    // Never past the end and never nothing, so that not even a bug of ours makes a walk over frames run on.
    usize::try_from(payload_bytes).unwrap_or(usize::MAX).saturating_add(header_bytes).clamp(1, bytes.len().max(1))
}

/// The size of the header that [`encode_header`] writes.
#[must_use]
pub const fn header_bytes(payload_bytes: usize, masked: bool) -> usize {
    let length_bytes = match payload_bytes {
        0..=MAX_CONTROL_PAYLOAD_BYTES => 0,
        126..=0xFFFF => 2,
        _ => 8,
    };
    2 + length_bytes + if masked { 4 } else { 0 }
}

/// Appends the header of a frame; the payload, masked by the caller with the same key, must follow. `rsv1` belongs to
/// the first frame of a compressed message alone (RFC 7692 section 6).
pub fn encode_header(
    out: &mut Vec<u8>,
    fin: bool,
    rsv1: bool,
    opcode: Opcode,
    payload_bytes: usize,
    mask: Option<[u8; 4]>,
) {
    let mask_bit = if mask.is_some() { MASKED } else { 0 };
    let first = if fin { FIN } else { 0 } | if rsv1 { RSV1 } else { 0 } | opcode as u8;
    match payload_bytes {
        0..=MAX_CONTROL_PAYLOAD_BYTES => out.extend_from_slice(&[first, mask_bit | payload_bytes as u8]),
        126..=0xFFFF => {
            out.extend_from_slice(&[first, mask_bit | LENGTH_16]);
            out.extend_from_slice(&(payload_bytes as u16).to_be_bytes());
        }
        _ => {
            out.extend_from_slice(&[first, mask_bit | LENGTH_64]);
            out.extend_from_slice(&(payload_bytes as u64).to_be_bytes());
        }
    }
    if let Some(key) = mask {
        out.extend_from_slice(&key);
    }
}

/// Appends a whole frame, not compressed. A client gives a fresh, unpredictable `mask` for each frame, a server `None` (section 5.3).
pub fn encode_frame(out: &mut Vec<u8>, fin: bool, opcode: Opcode, payload: &[u8], mask: Option<[u8; 4]>) {
    out.reserve(header_bytes(payload.len(), mask.is_some()) + payload.len());
    encode_header(out, fin, false, opcode, payload.len(), mask);
    let start = out.len();
    out.extend_from_slice(payload);
    if let Some(key) = mask {
        super::mask::apply_mask(&mut out[start..], key, 0);
    }
}
