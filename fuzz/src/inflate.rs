//! DEFLATE (RFC 1951) decoded bit by bit, as slowly and plainly as the RFC describes it: what our inflater is compared
//! with. Knows nothing of messages or limits but what is asked of it.

/// The extra bits and the base of each length code from 257 on (section 3.2.5).
pub const LENGTHS: [(u32, usize); 29] = [
    (0, 3),
    (0, 4),
    (0, 5),
    (0, 6),
    (0, 7),
    (0, 8),
    (0, 9),
    (0, 10),
    (1, 11),
    (1, 13),
    (1, 15),
    (1, 17),
    (2, 19),
    (2, 23),
    (2, 27),
    (2, 31),
    (3, 35),
    (3, 43),
    (3, 51),
    (3, 59),
    (4, 67),
    (4, 83),
    (4, 99),
    (4, 115),
    (5, 131),
    (5, 163),
    (5, 195),
    (5, 227),
    (0, 258),
];

/// The order in which the code lengths of the code length alphabet come (section 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Why no more came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// The input ends between two blocks.
    BetweenBlocks,
    /// The input ends inside a block or its header.
    InsideBlock,
    /// The input is not DEFLATE.
    Corrupt,
    /// More than the limit came out.
    OverLimit,
}

/// What came out of some blocks.
#[derive(Clone, Debug)]
pub struct Inflated {
    /// The bytes, never more than the limit.
    pub bytes: Vec<u8>,
    /// Why there are no more.
    pub stop: Stop,
    /// How many blocks said that they are the last (BFINAL).
    pub last_blocks: usize,
    /// Whether the block that was read last said so.
    pub ends_with_last_block: bool,
}

/// Inflates blocks to the end of `input`, also behind a last one, which ends at a byte. `history` is what came before, as
/// far as it may be referred to.
pub fn inflate(input: &[u8], history: &[u8], limit_bytes: usize) -> Inflated {
    let mut inflater = Inflater {
        bits: Bits { input, at: 0 },
        out: history.to_vec(),
        start: history.len(),
        limit_bytes,
        last_blocks: 0,
        last: false,
    };
    let stop = loop {
        if inflater.bits.is_at_end() {
            break Stop::BetweenBlocks;
        }
        if let Err(stop) = inflater.block() {
            break stop;
        }
    };
    let bytes = inflater.out.split_off(inflater.start);
    Inflated { bytes, stop, last_blocks: inflater.last_blocks, ends_with_last_block: inflater.last }
}

/// The input bit by bit, the lowest of each byte first.
struct Bits<'a> {
    input: &'a [u8],
    /// In bits.
    at: usize,
}

impl Bits<'_> {
    fn is_at_end(&self) -> bool {
        self.at >= self.input.len() * 8
    }

    fn take(&mut self, count: u32) -> Result<u32, Stop> {
        let mut number = 0;
        for place in 0..count {
            let byte = self.input.get(self.at / 8).ok_or(Stop::InsideBlock)?;
            number |= u32::from(byte >> (self.at % 8) & 1) << place;
            self.at += 1;
        }
        Ok(number)
    }

    fn skip_to_byte(&mut self) {
        self.at = self.at.next_multiple_of(8);
    }
}

struct Inflater<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    /// Where the history ends.
    start: usize,
    limit_bytes: usize,
    last_blocks: usize,
    last: bool,
}

impl Inflater<'_> {
    fn block(&mut self) -> Result<(), Stop> {
        self.last = false;
        let last = self.bits.take(1)? == 1;
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 => {
                let lengths: Vec<u8> = (0..288)
                    .map(|symbol| match symbol {
                        0..=143 => 8,
                        144..=255 => 9,
                        256..=279 => 7,
                        _ => 8,
                    })
                    .collect();
                self.compressed(&Code::new(&lengths), &Code::new(&[5; 32]))?;
            }
            2 => {
                let (literals, distances) = self.read_codes()?;
                self.compressed(&literals, &distances)?;
            }
            _ => return Err(Stop::Corrupt),
        }
        if last {
            self.bits.skip_to_byte();
            self.last_blocks += 1;
            self.last = true;
        }
        Ok(())
    }

    fn stored(&mut self) -> Result<(), Stop> {
        self.bits.skip_to_byte();
        let (length, check) = (self.bits.take(16)?, self.bits.take(16)?);
        if length != !check & 0xFFFF {
            return Err(Stop::Corrupt);
        }
        for _ in 0..length {
            let byte = self.bits.take(8)? as u8;
            self.put(byte)?;
        }
        Ok(())
    }

    fn put(&mut self, byte: u8) -> Result<(), Stop> {
        if self.out.len() - self.start == self.limit_bytes {
            return Err(Stop::OverLimit);
        }
        self.out.push(byte);
        Ok(())
    }

    fn compressed(&mut self, literals: &Code, distances: &Code) -> Result<(), Stop> {
        loop {
            let symbol = literals.decode(&mut self.bits)?;
            if symbol < 256 {
                self.put(symbol as u8)?;
                continue;
            }
            if symbol == 256 {
                return Ok(());
            }
            let &(extra, base) = LENGTHS.get(symbol - 257).ok_or(Stop::Corrupt)?;
            let length = base + self.bits.take(extra)? as usize;
            let symbol = distances.decode(&mut self.bits)?;
            let distance = match symbol {
                0..=3 => symbol + 1,
                4..=29 => {
                    let extra = symbol as u32 / 2 - 1;
                    ((2 + symbol % 2) << extra) + self.bits.take(extra)? as usize + 1
                }
                _ => return Err(Stop::Corrupt),
            };
            if distance > self.out.len() {
                return Err(Stop::Corrupt);
            }
            for _ in 0..length {
                self.put(self.out[self.out.len() - distance])?;
            }
        }
    }

    /// Section 3.2.7; which codes pass is zlib's choice, and so everybody's.
    fn read_codes(&mut self) -> Result<(Code, Code), Stop> {
        let literals = self.bits.take(5)? as usize + 257;
        let distances = self.bits.take(5)? as usize + 1;
        let count = self.bits.take(4)? as usize + 4;
        if literals > 286 || distances > 30 {
            return Err(Stop::Corrupt);
        }
        let mut lengths = [0; 19];
        for &symbol in &ORDER[..count] {
            lengths[symbol] = self.bits.take(3)? as u8;
        }
        let code = Code::new(&lengths);
        if code.left != 0 {
            return Err(Stop::Corrupt);
        }
        let lengths = self.read_lengths(&code, literals + distances)?;
        let (literal_lengths, distance_lengths) = lengths.split_at(literals);
        let (literals, distances) = (Code::new(literal_lengths), Code::new(distance_lengths));
        if literal_lengths[256] == 0 || !literals.is_usable() || !distances.is_usable() {
            return Err(Stop::Corrupt);
        }
        Ok((literals, distances))
    }

    fn read_lengths(&mut self, code: &Code, count: usize) -> Result<Vec<u8>, Stop> {
        let mut lengths: Vec<u8> = Vec::new();
        while lengths.len() < count {
            let (length, times) = match code.decode(&mut self.bits)? {
                16 => (*lengths.last().ok_or(Stop::Corrupt)?, 3 + self.bits.take(2)?),
                17 => (0, 3 + self.bits.take(3)?),
                18 => (0, 11 + self.bits.take(7)?),
                length => (length as u8, 1),
            };
            lengths.extend(std::iter::repeat_n(length, times as usize));
        }
        if lengths.len() > count { Err(Stop::Corrupt) } else { Ok(lengths) }
    }
}

/// A Huffman code given by the lengths of its words (section 3.2.2).
struct Code {
    /// How many words have each length.
    counts: [usize; 16],
    /// The symbols in the order of their words.
    symbols: Vec<usize>,
    /// Words of 15 bits that are free: 0 if the code is complete, negative if there are too many words.
    left: i32,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        counts[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|&symbol| lengths[symbol] > 0).collect();
        symbols.sort_by_key(|&symbol| lengths[symbol]);
        let taken: i32 = (1..16).map(|length| (counts[length] as i32) << (15 - length)).sum();
        Self { counts, symbols, left: (1 << 15) - taken }
    }

    /// Complete; or no word at all, or one of one bit, as a block with few distances may have.
    fn is_usable(&self) -> bool {
        self.left == 0 || self.symbols.is_empty() || (self.symbols.len() == 1 && self.counts[1] == 1)
    }

    fn decode(&self, bits: &mut Bits<'_>) -> Result<usize, Stop> {
        let (mut word, mut first, mut index) = (0, 0, 0);
        for length in 1..16 {
            word |= bits.take(1)? as usize;
            let count = self.counts[length];
            if word < first + count {
                return Ok(self.symbols[index + word - first]);
            }
            index += count;
            first = (first + count) << 1;
            word <<= 1;
        }
        Err(Stop::Corrupt)
    }
}
