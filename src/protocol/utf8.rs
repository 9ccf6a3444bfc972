//! UTF-8 validation across fragments (RFC 6455 section 8.1, RFC 3629). Knows nothing of frames and keeps no text.

/// Below this many bytes the standard library is as fast as the SIMD validator and needs no call through a pointer.
const SHORT_BYTES: usize = 32;

/// Bytes that are not UTF-8, whatever may follow them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidUtf8;

/// Whether `bytes` are complete, valid UTF-8.
#[must_use]
pub fn is_utf8(bytes: &[u8]) -> bool {
    if bytes.len() < SHORT_BYTES {
        std::str::from_utf8(bytes).is_ok()
    } else {
        simdutf8::basic::from_utf8(bytes).is_ok()
    }
}

/// Validates text that arrives in pieces and fails at the first piece that cannot be part of valid UTF-8, even when
/// the fault lies inside a code point that is not complete yet (`F4 90` fails at its second byte).
///
/// Holds at most the three bytes of an incomplete code point; six bytes in all.
#[derive(Clone, Copy, Debug)]
pub struct Utf8Validator {
    /// The beginning of a code point; valid so far. Invariant: `tail_len <= 3`.
    tail: [u8; 3],
    tail_len: u8,
    ascii: bool,
}

impl Default for Utf8Validator {
    fn default() -> Self {
        Self::new()
    }
}

impl Utf8Validator {
    /// A validator at the beginning of a text.
    #[must_use]
    pub const fn new() -> Self {
        Self { tail: [0; 3], tail_len: 0, ascii: true }
    }

    /// Takes the next piece of the text.
    ///
    /// # Errors
    /// The text so far cannot be the beginning of valid UTF-8. The validator must not be used again.
    pub fn handle_bytes(&mut self, piece: &[u8]) -> Result<(), InvalidUtf8> {
        self.handle_scanned(piece, piece.is_ascii())
    }

    /// As [`handle_bytes`](Self::handle_bytes) for a caller that already knows whether `piece` is ASCII only.
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn handle_scanned(&mut self, piece: &[u8], piece_is_ascii: bool) -> Result<(), InvalidUtf8> {
        debug_assert_eq!(piece_is_ascii, piece.is_ascii());
        if piece_is_ascii && self.tail_len == 0 {
            return Ok(());
        }
        self.handle_non_ascii(piece)
    }

    /// Ends the text.
    ///
    /// # Errors
    /// It ends inside a code point.
    pub const fn finish(&self) -> Result<(), InvalidUtf8> {
        if self.tail_len == 0 { Ok(()) } else { Err(InvalidUtf8) }
    }

    /// Whether everything so far was ASCII.
    #[must_use]
    pub const fn is_ascii(&self) -> bool {
        self.ascii
    }

    /// The bytes of the code point that is not complete yet; at most three.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        &self.tail[..usize::from(self.tail_len)]
    }

    fn handle_non_ascii(&mut self, piece: &[u8]) -> Result<(), InvalidUtf8> {
        if piece.is_empty() {
            return Ok(());
        }
        self.ascii = false;
        let rest = &piece[self.complete_tail(piece)?..];
        let (complete, tail) = rest.split_at(rest.len() - incomplete_suffix_bytes(rest));
        if !is_utf8(complete) {
            return Err(InvalidUtf8);
        }
        if !tail.is_empty() {
            self.keep(tail)?;
        }
        Ok(())
    }

    /// Adds bytes of `piece` to the kept code point until it is complete; returns how many were used.
    fn complete_tail(&mut self, piece: &[u8]) -> Result<usize, InvalidUtf8> {
        let mut used = 0;
        while self.tail_len > 0 && used < piece.len() {
            let kept = usize::from(self.tail_len);
            let mut code_point = [0; 4];
            code_point[..kept].copy_from_slice(self.pending());
            code_point[kept] = piece[used];
            used += 1;
            if std::str::from_utf8(&code_point[..=kept]).is_ok() {
                self.tail_len = 0;
            } else {
                self.keep(&code_point[..=kept])?;
            }
        }
        Ok(used)
    }

    /// Keeps the beginning of a code point if something valid can still become of it.
    fn keep(&mut self, prefix: &[u8]) -> Result<(), InvalidUtf8> {
        match std::str::from_utf8(prefix) {
            // `error_len() == None` is the standard library's word for "ends too early, valid so far".
            Err(error) if error.error_len().is_none() && error.valid_up_to() == 0 => {
                self.tail[..prefix.len()].copy_from_slice(prefix);
                self.tail_len = prefix.len() as u8;
                Ok(())
            }
            _ => Err(InvalidUtf8),
        }
    }
}

/// How many bytes at the end of `bytes` look like the beginning of a longer code point (0 to 3).
fn incomplete_suffix_bytes(bytes: &[u8]) -> usize {
    for (index, &byte) in bytes.iter().rev().take(3).enumerate() {
        let code_point_bytes = match byte {
            0x80..=0xBF => continue,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
            0x00..=0x7F => return 0,
        };
        return if code_point_bytes > index + 1 { index + 1 } else { 0 };
    }
    0
}
