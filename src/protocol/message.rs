//! Bytes of one connection to events (RFC 6455 sections 5.4 to 5.6): frames to the assembler, control frames in
//! between, and compressed messages to be inflated. Knows nothing of sockets, time, or of what is answered.

use super::assembler::{MessageAssembler, Piece};
use super::close_frame::decode_close;
use super::compressed::CompressedMessages;
use super::extension::Direction;
use super::frame::{FrameDecoder, FrameHeader, MAX_CONTROL_PAYLOAD_BYTES, Opcode};
use super::incoming::{DataKind, Incoming, Payload};
use super::inflate::Inflater;
use super::mask::{apply_mask, apply_mask_and_scan_ascii, rotate};
use super::role::Role;
use super::violation::ProtocolViolation;

/// The default of [`MessageLimits::max_fragments`].
pub const DEFAULT_MAX_FRAGMENTS: u32 = 16_384;

/// What one message may hold, all fragments together. Equal passes; one byte over closes with 1009, one fragment over
/// with 1008. Of a compressed message the inflated bytes count; its compressed form may take an eighth and 1 KiB more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MessageLimits {
    /// Largest text message in bytes of UTF-8.
    pub max_text_bytes: u32,
    /// Largest binary message in bytes.
    pub max_binary_bytes: u32,
    /// Most frames of one message, empty ones included. It bounds the work that a message of a few bytes can cause.
    /// Does not count in partial delivery, where nothing is put together. Default [`DEFAULT_MAX_FRAGMENTS`].
    pub max_fragments: u32,
}

/// Reads what the peer sends and returns it as [`Incoming`] events.
///
/// A message in one frame that lies wholly in the input is unmasked and validated where it lies: nothing is allocated
/// or copied. Only a message that is split over reads or frames gets a buffer, which grows with the bytes that have
/// arrived (at most to twice of them, never beyond the limit) and leaves with the event. A declared length allocates
/// nothing. A compressed message is collected as it came, and inflated into a buffer of its own when its end is there.
///
/// 128 bytes of fixed size, plus [`held_bytes`](Self::held_bytes) and [`history_bytes`](Self::history_bytes).
#[derive(Debug)]
pub struct MessageReader {
    decoder: FrameDecoder,
    limits: MessageLimits,
    /// The frame of which the header is read and payload is still missing.
    frame: Option<FrameInProgress>,
    message: MessageAssembler,
    /// A control frame that a read has split; it may come inside a message, so it has its own place.
    control: Option<Box<ControlBuffer>>,
    compressed: CompressedMessages,
    partial_delivery: bool,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mode {
    /// RSV1 is an error, so that no message is ever compressed.
    Plain,
    /// Messages may be compressed.
    Deflate,
    /// After a Close frame or a violation nothing more is read.
    Ended,
}

#[derive(Clone, Copy, Debug)]
struct FrameInProgress {
    /// Payload bytes that have not arrived yet.
    missing_bytes: u64,
    /// The key as it applies to the next byte.
    mask: Option<[u8; 4]>,
    opcode: Opcode,
    fin: bool,
}

#[derive(Debug)]
struct ControlBuffer {
    bytes: [u8; MAX_CONTROL_PAYLOAD_BYTES],
    len: u8,
}

impl MessageReader {
    /// A reader for what the peer of an endpoint in `role` sends after the opening handshake.
    #[must_use]
    pub const fn new(role: Role, limits: MessageLimits) -> Self {
        Self {
            decoder: FrameDecoder::new(role),
            limits,
            frame: None,
            message: MessageAssembler::none(),
            control: None,
            compressed: CompressedMessages::none(),
            partial_delivery: false,
            mode: Mode::Plain,
        }
    }

    /// Permits compressed messages (RFC 7692), as they were negotiated for what comes in; before the first byte.
    pub fn set_deflate(&mut self, inbound: Direction) {
        self.decoder.set_rsv1_allowed(true);
        self.compressed.set_direction(inbound);
        self.mode = Mode::Deflate;
    }

    /// Changes the limits from the next message on; one in progress keeps its own.
    pub const fn set_limits(&mut self, limits: MessageLimits) {
        self.limits = limits;
    }

    /// Hands parts of messages on as they arrive, from the next message on. Nothing is put together then, so the
    /// limits do not apply: a part is as large as the piece of input it came in (plus a split code point).
    /// Empty parts come only as the last one of a message. A compressed message comes whole, as its only part, and the
    /// limits do apply to it.
    pub const fn set_partial_delivery(&mut self, on: bool) {
        self.partial_delivery = on;
    }

    /// Bytes that this reader owns because a frame or message is incomplete, spare capacity included.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.message.held_bytes() + self.control.as_ref().map_or(0, |_| size_of::<ControlBuffer>())
    }

    /// Bytes kept of earlier compressed messages, for context takeover, spare capacity included: nothing before the
    /// first of them, at most 32 KiB.
    #[must_use]
    pub const fn history_bytes(&self) -> usize {
        self.compressed.history_bytes()
    }

    /// Takes bytes from `input[*at..]`, unmasks them in place, moves `*at` behind what it took and returns the next
    /// event, or `None` when the input is used up. A payload that is [`Payload::InPlace`] lies in `input`. Any
    /// `inflater` will do: it carries nothing from one call to the next.
    /// After a Close frame or an error the rest of the input, and all later input, is dropped.
    ///
    /// # Errors
    /// The first broken rule, as soon as the byte that shows it is there; to be answered with
    /// [`ProtocolViolation::close_code`].
    #[inline]
    pub fn next_event(
        &mut self,
        input: &mut [u8],
        at: &mut usize,
        inflater: &mut Inflater,
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        let event = match self.mode {
            Mode::Plain => self.read(input, at),
            Mode::Deflate => self.read_and_inflate(input, at, inflater),
            Mode::Ended => {
                *at = input.len();
                Ok(None)
            }
        };
        if matches!(event, Err(_) | Ok(Some(Incoming::Close(_)))) {
            self.end();
            *at = input.len();
        }
        event
    }

    /// Reads in a session with deflate. Compressed messages begin here and not in [`read`](Self::read), so that other
    /// sessions do not pay for them; `read` returns at the end of each message and never meets the beginning of one.
    #[inline(never)]
    fn read_and_inflate(
        &mut self,
        input: &mut [u8],
        at: &mut usize,
        inflater: &mut Inflater,
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        if self.frame.is_none() && self.decoder.next_has_rsv1(input, *at) {
            let Some(header) = self.decoder.decode_split(input, at)? else { return Ok(None) };
            self.frame = Some(self.begin_compressed(&header)?);
        }
        let event = self.read(input, at);
        if self.compressed.is_in_progress() {
            return self.compressed.handle_event(event, input, inflater);
        }
        event
    }

    /// A compressed message is put together as bytes, whatever it is, and never handed on in parts.
    fn begin_compressed(&mut self, header: &FrameHeader) -> Result<FrameInProgress, ProtocolViolation> {
        let (kind, limit_bytes) = match header.opcode {
            Opcode::Text => (DataKind::Text, self.limits.max_text_bytes),
            _ => (DataKind::Binary, self.limits.max_binary_bytes),
        };
        let wire_limit_bytes = self.compressed.begin(kind, limit_bytes);
        let begun = self.message.begin(DataKind::Binary, header, wire_limit_bytes, false);
        begun.map(|()| FrameInProgress::new(header)).map_err(|violation| self.compressed.as_inflated(violation))
    }

    #[cold]
    fn end(&mut self) {
        self.mode = Mode::Ended;
        self.message = MessageAssembler::none();
        self.control = None;
        self.compressed.clear();
    }

    fn read(&mut self, input: &mut [u8], at: &mut usize) -> Result<Option<Incoming>, ProtocolViolation> {
        loop {
            let mut frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.decoder.decode(input, at)? {
                    Some(header) => self.admit(&header)?,
                    None => return Ok(None),
                },
            };
            let start = *at;
            let available_bytes = (input.len() - start) as u64;
            let end = start + available_bytes.min(frame.missing_bytes) as usize;
            *at = end;
            frame.missing_bytes -= (end - start) as u64;
            let event = if frame.opcode.is_control() {
                self.handle_control(&frame, input, start..end)?
            } else {
                self.handle_data(&frame, input, start, end)?
            };
            if frame.missing_bytes > 0 {
                frame.mask = frame.mask.map(|key| rotate(key, end - start));
                self.frame = Some(frame);
            }
            // A frame that misses bytes has used all the input, so that this cannot spin.
            if event.is_some() || frame.missing_bytes > 0 {
                return Ok(event);
            }
        }
    }

    /// Applies the rules that need the message so far, before any payload is looked at.
    #[inline]
    fn admit(&mut self, header: &FrameHeader) -> Result<FrameInProgress, ProtocolViolation> {
        match header.opcode {
            Opcode::Continuation => self.message.go_on(header, self.limits.max_fragments)?,
            Opcode::Text => {
                self.message.begin(DataKind::Text, header, self.limits.max_text_bytes, self.partial_delivery)?;
            }
            Opcode::Binary => {
                self.message.begin(DataKind::Binary, header, self.limits.max_binary_bytes, self.partial_delivery)?;
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => {}
        }
        Ok(FrameInProgress::new(header))
    }

    fn handle_control(
        &mut self,
        frame: &FrameInProgress,
        input: &mut [u8],
        range: std::ops::Range<usize>,
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        let piece = &mut input[range.clone()];
        if let Some(key) = frame.mask {
            apply_mask(piece, key, 0);
        }
        let complete = frame.missing_bytes == 0;
        if !complete || self.control.is_some() {
            self.control.get_or_insert_with(ControlBuffer::empty).push(piece);
        }
        if !complete {
            return Ok(None);
        }
        let payload =
            self.control.take().map_or(Payload::InPlace(range), |kept| Payload::Owned(kept.as_slice().to_vec()));
        Ok(Some(match frame.opcode {
            Opcode::Ping => Incoming::Ping(payload),
            Opcode::Pong => Incoming::Pong(payload),
            _ => Incoming::Close(decode_close(payload.bytes(input))?),
        }))
    }

    #[inline]
    fn handle_data(
        &mut self,
        frame: &FrameInProgress,
        input: &mut [u8],
        start: usize,
        end: usize,
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        let bytes = &mut input[start..end];
        let ascii = match (self.message.kind(), frame.mask) {
            (DataKind::Text, Some(key)) => apply_mask_and_scan_ascii(bytes, key, 0),
            (DataKind::Text, None) => bytes.is_ascii(),
            (DataKind::Binary, mask) => {
                if let Some(key) = mask {
                    apply_mask(bytes, key, 0);
                }
                false
            }
        };
        let last = frame.fin && frame.missing_bytes == 0;
        let piece = Piece { start, end, ascii, last, missing_bytes: frame.missing_bytes };
        self.message.take(&piece, frame.fin, input)
    }
}

impl FrameInProgress {
    #[inline]
    const fn new(header: &FrameHeader) -> Self {
        Self { missing_bytes: header.payload_bytes, mask: header.mask, opcode: header.opcode, fin: header.fin }
    }
}

impl ControlBuffer {
    fn empty() -> Box<Self> {
        Box::new(Self { bytes: [0; MAX_CONTROL_PAYLOAD_BYTES], len: 0 })
    }

    /// The decoder admits no control frame of more than 125 bytes, so that the pieces fit.
    fn push(&mut self, piece: &[u8]) {
        let start = usize::from(self.len);
        self.bytes[start..start + piece.len()].copy_from_slice(piece);
        self.len += piece.len() as u8;
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}
