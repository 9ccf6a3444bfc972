//! Compressed messages of one connection, inbound (RFC 7692 section 7.2.2): their limits and UTF-8, and the history for
//! context takeover. Knows nothing of frames; the assembler puts the compressed bytes together.

use super::extension::Direction;
use super::incoming::{DataKind, Incoming, Payload};
use super::inflate::{InflateFault, Inflater};
use super::utf8::Utf8Validator;
use super::violation::{LimitSetting, ProtocolViolation};

/// What the compressed form of a message may take beyond its limit and an eighth of it: the fastest way of compressing
/// turns 8 bits into 9 where nothing repeats, and blocks have headers.
const SURPLUS_BYTES: u32 = 1024;

/// The smallest history of a peer that refers back: zlib writes 9 window bits where it was told 8.
const MIN_HISTORY_BITS: u8 = 9;

/// What inflating needs to know of its connection. 32 bytes, plus the history.
#[derive(Debug)]
pub(super) struct CompressedMessages {
    /// The end of what the peer has sent compressed, as far as a further message may refer back to it. Empty without
    /// context takeover and before the first compressed message.
    history: Vec<u8>,
    /// Of the message in progress: the most it may have when inflated.
    limit_bytes: u32,
    /// Of the message in progress.
    kind: DataKind,
    in_progress: bool,
    /// The most that is kept in `history`, as a power of two; 0 for nothing.
    history_bits: u8,
}

impl CompressedMessages {
    /// None in progress, and nothing kept.
    pub(super) const fn none() -> Self {
        Self { history: Vec::new(), limit_bytes: 0, kind: DataKind::Binary, in_progress: false, history_bits: 0 }
    }

    /// What was agreed on.
    pub(super) fn set_direction(&mut self, inbound: Direction) {
        self.history_bits = if inbound.context_takeover { inbound.window_bits.max(MIN_HISTORY_BITS) } else { 0 };
    }

    /// Begins a message and returns how many bytes it may have as it comes.
    pub(super) const fn begin(&mut self, kind: DataKind, limit_bytes: u32) -> u32 {
        self.kind = kind;
        self.limit_bytes = limit_bytes;
        self.in_progress = true;
        limit_bytes.saturating_add(limit_bytes / 8).saturating_add(SURPLUS_BYTES)
    }

    #[inline]
    pub(super) const fn is_in_progress(&self) -> bool {
        self.in_progress
    }

    /// Bytes of the history, spare capacity included.
    pub(super) const fn history_bytes(&self) -> usize {
        self.history.capacity()
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::none();
    }

    /// Looks at what was read while a compressed message is in progress, and inflates its end.
    pub(super) fn handle_event(
        &mut self,
        event: Result<Option<Incoming>, ProtocolViolation>,
        input: &[u8],
        inflater: &mut Inflater,
    ) -> Result<Option<Incoming>, ProtocolViolation> {
        match event {
            Ok(Some(Incoming::Message { payload, .. })) => self.inflate(payload.bytes(input), inflater).map(Some),
            Err(violation) => Err(self.as_inflated(violation)),
            Ok(other) => Ok(other),
        }
    }

    /// A limit that the message broke as it came is told as the one that it would have broken when inflated.
    pub(super) const fn as_inflated(&self, violation: ProtocolViolation) -> ProtocolViolation {
        match violation {
            ProtocolViolation::MessageTooBig { .. } => self.too_big(),
            other => other,
        }
    }

    fn inflate(&mut self, compressed: &[u8], inflater: &mut Inflater) -> Result<Incoming, ProtocolViolation> {
        self.in_progress = false;
        let inflated = inflater.inflate(compressed, &self.history, self.limit_bytes as usize);
        let inflated = inflated.map_err(|fault| match fault {
            InflateFault::Corrupt => ProtocolViolation::InvalidDeflate,
            InflateFault::TooBig => self.too_big(),
        })?;
        let ascii = self.kind == DataKind::Text && inflated.is_ascii();
        if self.kind == DataKind::Text && !ascii {
            let mut utf8 = Utf8Validator::new();
            utf8.handle_scanned(&inflated, ascii).map_err(|_| ProtocolViolation::InvalidUtf8)?;
            utf8.finish().map_err(|_| ProtocolViolation::TruncatedUtf8)?;
        }
        self.remember(&inflated);
        Ok(Incoming::Message { kind: self.kind, payload: Payload::Owned(inflated), ascii, first: true, last: true })
    }

    /// Appends a message to the history, of which the end is kept.
    fn remember(&mut self, inflated: &[u8]) {
        if self.history_bits == 0 {
            return;
        }
        let most_bytes = 1 << self.history_bits;
        let new = &inflated[inflated.len().saturating_sub(most_bytes)..];
        let total_bytes = self.history.len() + new.len();
        self.history.drain(..total_bytes.saturating_sub(most_bytes));
        if total_bytes > self.history.capacity() {
            let wanted_bytes = (total_bytes * 2).min(most_bytes);
            self.history.reserve_exact(wanted_bytes - self.history.len());
        }
        self.history.extend_from_slice(new);
    }

    const fn too_big(&self) -> ProtocolViolation {
        let setting = match self.kind {
            DataKind::Text => LimitSetting::Text,
            DataKind::Binary => LimitSetting::Binary,
        };
        ProtocolViolation::MessageTooBig { limit_bytes: self.limit_bytes, setting }
    }
}
