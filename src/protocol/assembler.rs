//! Frames of one data message to the message (RFC 6455 section 5.4): order, size limits, UTF-8. Knows nothing of
//! control frames, masks, headers on the wire, or of what compressed bytes mean.

use super::frame::FrameHeader;
use super::incoming::{DataKind, Incoming, Payload};
use super::utf8::Utf8Validator;
use super::violation::{LimitSetting, ProtocolViolation};

/// The data message in progress, or none. 40 bytes, plus what it holds.
#[derive(Debug)]
pub(super) struct MessageAssembler {
    /// Bytes of earlier pieces. Invariant: `len <= limit_bytes`; empty in partial delivery.
    buffer: Vec<u8>,
    limit_bytes: u32,
    /// Frames so far; 0 while no message is in progress.
    fragments: u32,
    utf8: Utf8Validator,
    kind: DataKind,
    /// Partial delivery, as it was switched when the message began.
    partial: bool,
    /// Whether a part of this message was handed on.
    begun: bool,
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
            partial: false,
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
        self.partial = partial;
        self.check_size(header.payload_bytes)
    }

    /// The header of a continuation. `max_fragments` does not count in partial delivery.
    pub(super) fn go_on(&mut self, header: &FrameHeader, max_fragments: u32) -> Result<(), ProtocolViolation> {
        // Section 5.4: a continuation follows a frame without FIN.
        if self.fragments == 0 {
            return Err(ProtocolViolation::ContinuationWithoutMessage);
        }
        if !self.partial {
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
        if self.partial {
            return self.take_part(piece, input);
        }
        self.validate(piece, input)?;
        Ok(self.take_piece(piece, fin, input))
    }

    /// All earlier frames are complete and in the buffer, so that the declared length decides at the header.
    #[inline]
    fn check_size(&self, payload_bytes: u64) -> Result<(), ProtocolViolation> {
        let total_bytes = payload_bytes.saturating_add(self.buffer.len() as u64);
        if self.partial || total_bytes <= u64::from(self.limit_bytes) {
            return Ok(());
        }
        let setting = match self.kind {
            DataKind::Text => LimitSetting::Text,
            DataKind::Binary => LimitSetting::Binary,
        };
        Err(ProtocolViolation::MessageTooBig { limit_bytes: self.limit_bytes, setting })
    }

    #[inline]
    fn validate(&mut self, piece: &Piece, input: &[u8]) -> Result<(), ProtocolViolation> {
        if self.kind == DataKind::Binary {
            return Ok(());
        }
        let bytes = &input[piece.start..piece.end];
        // Section 8.1: not UTF-8 means: fail the connection.
        self.utf8.handle_scanned(bytes, piece.ascii).map_err(|_| ProtocolViolation::InvalidUtf8)?;
        if piece.last {
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

    /// Grows the buffer at most to twice of what has arrived, to the limit, and to what the last frame still declares.
    fn append(&mut self, bytes: &[u8], still_to_come: Option<u64>) {
        let needed = self.buffer.len() + bytes.len();
        if needed > self.buffer.capacity() {
            let doubled = (needed * 2).min(self.limit_bytes as usize);
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
