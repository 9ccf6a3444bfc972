//! Frames of one data message to the message (RFC 6455 section 5.4): order, size limits, inflating, UTF-8. Knows
//! nothing of control frames, masks or headers on the wire.

use super::frame::FrameHeader;
use super::incoming::{DataKind, Incoming, Payload};
use super::inflate::{InflateFault, Inflater};
use super::utf8::Utf8Validator;
use super::violation::{LimitSetting, ProtocolViolation};

/// What the compressed form of a message may take beyond its limit: deflate stores what it cannot shrink, in blocks
/// with headers of their own, and a sender may flush in between.
const COMPRESSED_SURPLUS_BYTES: u64 = 1024;

/// The data message in progress, or none. 40 bytes, plus what it holds.
#[derive(Debug)]
pub(super) struct MessageAssembler {
    /// Bytes of earlier pieces, as they came. Invariant: `len <= wire_limit_bytes()`; empty in [`Mode::Parts`].
    buffer: Vec<u8>,
    limit_bytes: u32,
    /// Frames so far; 0 while no message is in progress.
    fragments: u32,
    utf8: Utf8Validator,
    kind: DataKind,
    mode: Mode,
    /// Whether a part of this message was handed on.
    begun: bool,
}

/// What becomes of the pieces of a message; settled by its first frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Mode {
    /// They are put together.
    Whole,
    /// They are handed on as they arrive.
    Parts,
    /// They are put together and then inflated.
    Compressed,
}

/// A piece of a data frame as it lies in the input, unmasked and validated.
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) ascii: bool,
    /// Whether the message ends with it.
    pub(super) last: bool,
    /// Payload bytes of the frame that are still to come.
    pub(super) missing_bytes: u64,
}

impl MessageAssembler {
    /// No message in progress.
    pub(super) const fn none() -> Self {
        Self {
            buffer: Vec::new(),
            limit_bytes: 0,
            fragments: 0,
            utf8: Utf8Validator::new(),
            kind: DataKind::Binary,
            mode: Mode::Whole,
            begun: false,
        }
    }

    /// The header of a first frame.
    #[inline]
    pub(super) fn begin(
        &mut self,
        kind: DataKind,
        header: &FrameHeader,
        limit_bytes: u32,
        partial: bool,
    ) -> Result<(), ProtocolViolation> {
        // Section 5.4: the fragments of one message must not be interleaved with those of another.
        if self.fragments > 0 {
            return Err(ProtocolViolation::DataInsideMessage { opcode: header.opcode });
        }
        self.fragments = 1;
        self.kind = kind;
        self.limit_bytes = limit_bytes;
        self.mode = match (header.rsv1, partial) {
            (true, _) => Mode::Compressed,
            (false, true) => Mode::Parts,
            (false, false) => Mode::Whole,
        };
        self.check_size(header.payload_bytes)
    }

    /// The header of a continuation. `max_fragments` does not count in parts, where nothing is put together.
    pub(super) fn go_on(&mut self, header: &FrameHeader, max_fragments: u32) -> Result<(), ProtocolViolation> {
        // Section 5.4: a continuation follows a frame without FIN.
        if self.fragments == 0 {
            return Err(ProtocolViolation::ContinuationWithoutMessage);
        }
        if self.mode != Mode::Parts {
            if self.fragments >= max_fragments {
                return Err(ProtocolViolation::TooManyFragments { limit: max_fragments });
            }
            self.fragments += 1;
        }
        self.check_size(header.payload_bytes)
    }

    /// The kind of the message in progress, or of the last one.
    #[inline]
    pub(super) const fn kind(&self) -> DataKind {
        self.kind
    }

    /// Whether the message in progress, or the last one, is to be inflated.
    #[inline]
    pub(super) fn is_compressed(&self) -> bool {
        self.mode == Mode::Compressed
    }

    /// Bytes owned, spare capacity included.
    pub(super) const fn held_bytes(&self) -> usize {
        self.buffer.capacity()
    }

    /// Takes a piece of the frame that was admitted last; returns the message, or the part, that it completes.
    #[inline]
    pub(super) fn take(
        &mut self,
        piece: &Piece,
        fin: bool,
        input: &[u8],
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        if self.mode == Mode::Parts {
            return self.take_part(piece, input);
        }
        self.validate(piece, input)?;
        Ok(self.take_piece(piece, fin, input))
    }

    /// All earlier frames are complete and in the buffer, so that the declared length decides at the header.
    #[inline]
    fn check_size(&self, payload_bytes: u64) -> Result<(), ProtocolViolation> {
        let total_bytes = payload_bytes.saturating_add(self.buffer.len() as u64);
        if total_bytes <= u64::from(self.limit_bytes)
            || self.mode == Mode::Parts
            || total_bytes <= self.wire_limit_bytes()
        {
            return Ok(());
        }
        Err(self.too_big())
    }

    /// The largest message as it comes. What is stored in small blocks grows; beyond an eighth it is no honest message.
    fn wire_limit_bytes(&self) -> u64 {
        let limit_bytes = u64::from(self.limit_bytes);
        match self.mode {
            Mode::Compressed => limit_bytes + limit_bytes / 8 + COMPRESSED_SURPLUS_BYTES,
            Mode::Whole | Mode::Parts => limit_bytes,
        }
    }

    const fn too_big(&self) -> ProtocolViolation {
        let setting = match self.kind {
            DataKind::Text => LimitSetting::Text,
            DataKind::Binary => LimitSetting::Binary,
        };
        ProtocolViolation::MessageTooBig { limit_bytes: self.limit_bytes, setting }
    }

    #[inline]
    fn validate(&mut self, piece: &Piece, input: &[u8]) -> Result<(), ProtocolViolation> {
        self.validate_bytes(&input[piece.start..piece.end], piece.ascii, piece.last)
    }

    #[inline]
    fn validate_bytes(&mut self, bytes: &[u8], ascii: bool, last: bool) -> Result<(), ProtocolViolation> {
        if self.kind == DataKind::Binary {
            return Ok(());
        }
        // Section 8.1: not UTF-8 means: fail the connection.
        self.utf8.handle_scanned(bytes, ascii).map_err(|_| ProtocolViolation::InvalidUtf8)?;
        if last {
            self.utf8.finish().map_err(|_| ProtocolViolation::TruncatedUtf8)?;
        }
        Ok(())
    }

    /// Whole messages: keeps the piece, or completes the message with it.
    #[inline]
    fn take_piece(&mut self, piece: &Piece, fin: bool, input: &[u8]) -> Option<Incoming> {
        let payload = if piece.last && self.buffer.is_empty() {
            Payload::InPlace(piece.start..piece.end)
        } else {
            self.append(&input[piece.start..piece.end], fin.then_some(piece.missing_bytes));
            if !piece.last {
                return None;
            }
            Payload::Owned(std::mem::take(&mut self.buffer))
        };
        let ascii = self.kind == DataKind::Text && self.utf8.is_ascii();
        let event = Incoming::Message { kind: self.kind, payload, ascii, first: true, last: true };
        self.reset();
        Some(event)
    }

    /// Takes a piece of the compressed frame that was admitted last; returns the whole message, inflated, with the
    /// last one. `history` is what the message may refer back to.
    ///
    /// UTF-8 is checked behind inflating, where the limit has bounded the work.
    #[inline(never)]
    pub(super) fn take_compressed(
        &mut self,
        piece: &[u8],
        last: bool,
        still_to_come: Option<u64>,
        inflater: &mut Inflater,
        history: &[u8],
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        if !last || !self.buffer.is_empty() {
            self.append(piece, still_to_come);
        }
        if !last {
            return Ok(None);
        }
        let collected = std::mem::take(&mut self.buffer);
        let compressed = if collected.is_empty() { piece } else { &collected };
        let inflated =
            inflater.inflate(compressed, history, self.limit_bytes as usize).map_err(|fault| match fault {
                InflateFault::Corrupt => ProtocolViolation::InvalidDeflate,
                InflateFault::TooBig => self.too_big(),
            })?;
        let ascii = self.kind == DataKind::Text && inflated.is_ascii();
        self.validate_bytes(&inflated, ascii, true)?;
        let payload = Payload::Owned(inflated);
        let event = Incoming::Message { kind: self.kind, payload, ascii, first: true, last: true };
        self.reset();
        Ok(Some(event))
    }

    /// Grows the buffer at most to twice of what has arrived, to the limit, and to what the last frame still declares.
    fn append(&mut self, bytes: &[u8], still_to_come: Option<u64>) {
        let needed = self.buffer.len() + bytes.len();
        if needed > self.buffer.capacity() {
            let doubled = (needed * 2).min(self.wire_limit_bytes() as usize);
            let expected = still_to_come.map_or(doubled, |more| needed + more.min(needed as u64) as usize);
            self.buffer.reserve_exact(doubled.min(expected).max(needed) - self.buffer.len());
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Partial delivery: hands on what is there, less a code point that is not complete yet.
    fn take_part(&mut self, piece: &Piece, input: &[u8]) -> Result<Option<Incoming>, ProtocolViolation> {
        let mut carried = self.utf8.pending().to_vec();
        self.validate(piece, input)?;
        let pending_bytes = self.utf8.pending().len();
        let payload = if carried.is_empty() {
            Payload::InPlace(piece.start..piece.end - pending_bytes)
        } else {
            carried.extend_from_slice(&input[piece.start..piece.end]);
            carried.truncate(carried.len() - pending_bytes);
            Payload::Owned(carried)
        };
        if payload.is_empty() && !piece.last {
            return Ok(None);
        }
        let first = !std::mem::replace(&mut self.begun, true);
        let event = Incoming::Message { kind: self.kind, payload, ascii: piece.ascii, first, last: piece.last };
        if piece.last {
            self.reset();
        }
        Ok(Some(event))
    }

    #[inline]
    fn reset(&mut self) {
        self.fragments = 0;
        self.begun = false;
        self.utf8 = Utf8Validator::new();
    }
}
