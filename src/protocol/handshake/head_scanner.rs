//! Where a request or response head ends (RFC 9112 section 2). Knows lines and limits, not what the lines say.

use super::HeadLimits;

/// Finds the end of a head that arrives in pieces, looking at each byte once. Stricter than RFC 9112 demands: lines end
/// in CR LF only and no control character passes, so that whoever reads the head later, in whatever language, sees the
/// same lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct HeadScanner {
    scanned_bytes: usize,
    line_start: usize,
    head_start: usize,
    /// Complete lines that are not empty, the first line included.
    lines: usize,
    after_cr: bool,
}

/// Why bytes cannot become a head.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HeadFault {
    /// Over [`HeadLimits::max_bytes`], or bound to be.
    TooLong,
    /// Over [`HeadLimits::max_headers`].
    TooManyHeaders,
    /// A byte below 0x20 other than CR, LF and tab, or 0x7F.
    ControlCharacter {
        /// The byte.
        byte: u8,
        /// Its position.
        offset: usize,
    },
    /// LF without CR.
    BareLineFeed {
        /// Its position.
        offset: usize,
    },
    /// CR without LF.
    BareCarriageReturn {
        /// Its position.
        offset: usize,
    },
    /// More than one empty line before the first line.
    EmptyLines,
}

impl HeadScanner {
    /// A scanner at the beginning of a head.
    #[must_use]
    pub const fn new() -> Self {
        Self { scanned_bytes: 0, line_start: 0, head_start: 0, lines: 0, after_cr: false }
    }

    /// Goes on in `bytes`, which must begin with all bytes of the earlier calls. Returns how many bytes the head has,
    /// its empty line included, or `None` if more bytes are needed.
    ///
    /// # Errors
    /// The first fault. At `max_bytes` without an end it is already certain that the head will be too long.
    pub fn scan(&mut self, bytes: &[u8], limits: &HeadLimits) -> Result<Option<usize>, HeadFault> {
        let window = &bytes[..bytes.len().min(limits.max_bytes)];
        let mut next = self.scanned_bytes;
        loop {
            if !self.after_cr {
                next += plain_bytes(window.get(next..).unwrap_or_default());
            }
            let Some(&byte) = window.get(next) else { break };
            let offset = next;
            next += 1;
            if self.after_cr && byte != b'\n' {
                return Err(HeadFault::BareCarriageReturn { offset: offset - 1 });
            }
            match byte {
                b'\n' if !self.after_cr => return Err(HeadFault::BareLineFeed { offset }),
                b'\r' | b'\n' | b'\t' => {}
                0x00..=0x1F | 0x7F => return Err(HeadFault::ControlCharacter { byte, offset }),
                _ => {}
            }
            if byte == b'\n' && self.handle_line_end(offset, limits)? {
                self.scanned_bytes = offset + 1;
                return Ok(Some(offset + 1));
            }
            self.after_cr = byte == b'\r';
        }
        self.scanned_bytes = window.len();
        if window.len() == limits.max_bytes { Err(HeadFault::TooLong) } else { Ok(None) }
    }

    /// Where the first line begins: 2 after a tolerated empty line (RFC 9112 section 2.2), else 0.
    #[must_use]
    pub const fn head_start(&self) -> usize {
        self.head_start
    }

    /// The number of header lines so far.
    #[must_use]
    pub const fn header_lines(&self) -> usize {
        self.lines.saturating_sub(1)
    }

    /// Returns whether the line that ends at `offset` ends the head.
    fn handle_line_end(&mut self, offset: usize, limits: &HeadLimits) -> Result<bool, HeadFault> {
        let empty = offset - self.line_start == 1;
        self.line_start = offset + 1;
        if !empty {
            self.lines += 1;
            return if self.header_lines() > limits.max_headers { Err(HeadFault::TooManyHeaders) } else { Ok(false) };
        }
        if self.lines > 0 {
            return Ok(true);
        }
        if self.head_start > 0 {
            return Err(HeadFault::EmptyLines);
        }
        self.head_start = self.line_start;
        Ok(false)
    }
}

/// How many bytes at the front are neither control characters nor ends of lines.
fn plain_bytes(bytes: &[u8]) -> usize {
    let is_odd = |byte: u8| byte < b' ' || byte == 0x7F;
    // Most bytes of a head are plain; eight at a time the compiler looks at together.
    let eights = bytes.chunks_exact(8).take_while(|eight| !eight.iter().fold(false, |odd, &byte| odd | is_odd(byte)));
    let sure = eights.count() * 8;
    sure + bytes[sure..].iter().position(|&byte| is_odd(byte)).unwrap_or(bytes.len() - sure)
}
