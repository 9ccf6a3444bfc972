//! Writes DEFLATE blocks with the fixed code (RFC 1951 section 3.2.6) out of literals and matches that a caller wants to
//! see there, whether or not a compressor would ever write them. Knows nothing of what they inflate to.

use super::inflate::LENGTHS;

/// Bits in a row, the lowest of each byte first.
#[derive(Clone, Debug, Default)]
pub struct FixedBlocks {
    bytes: Vec<u8>,
    bits: usize,
}

impl FixedBlocks {
    fn put(&mut self, number: usize, count: u32) {
        for place in 0..count {
            if self.bits.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let byte = self.bytes.last_mut().expect("a byte was begun");
            *byte |= ((number >> place & 1) as u8) << (self.bits % 8);
            self.bits += 1;
        }
    }

    /// A word of a Huffman code: the highest bit first.
    fn put_word(&mut self, word: usize, count: u32) {
        for place in (0..count).rev() {
            self.put(word >> place & 1, 1);
        }
    }

    fn put_symbol(&mut self, symbol: usize) {
        match symbol {
            0..=143 => self.put_word(0x30 + symbol, 8),
            144..=255 => self.put_word(0x190 + symbol - 144, 9),
            256..=279 => self.put_word(symbol - 256, 7),
            _ => self.put_word(0xC0 + symbol - 280, 8),
        }
    }

    /// The header of a block.
    pub fn begin(&mut self, last: bool) {
        self.put(usize::from(last) | 0b010, 3);
    }

    /// One byte as it is.
    pub fn literal(&mut self, byte: u8) {
        self.put_symbol(usize::from(byte));
    }

    /// 3 to 258 bytes again, from 1 to 32,768 bytes back.
    pub fn repeat(&mut self, length: usize, distance: usize) {
        let code = LENGTHS.iter().rposition(|&(_, base)| base <= length).expect("at least 3");
        let (extra, base) = LENGTHS[code];
        self.put_symbol(257 + code);
        self.put(length - base, extra);
        // Two codes for each power of two (section 3.2.5).
        let above = distance - 1;
        let extra = if above < 4 { 0 } else { above.ilog2() - 1 };
        let symbol = if above < 4 { above } else { 2 * above.ilog2() as usize + (above >> extra & 1) };
        self.put_word(symbol, 5);
        self.put(above & ((1 << extra) - 1), extra);
    }

    /// The end of a block; behind a last one the next begins at a byte.
    pub fn end(&mut self, last: bool) {
        self.put_symbol(256);
        if last {
            self.bits = self.bits.next_multiple_of(8);
        }
    }

    /// The payload of a compressed message: behind the blocks an empty one, less its last four bytes.
    #[must_use]
    pub fn into_message(mut self) -> Vec<u8> {
        self.put(0, 3);
        self.bytes
    }
}
