//! Reads decisions out of the bytes of a fuzzer. Knows nothing of what is decided.

/// A cursor over the input. At its end it gives zeros, so that every input means something.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// Stands at the start of `data`.
    pub const fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }

    /// Whether all bytes are used.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte.
    pub const fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((&byte, rest)) => {
                self.rest = rest;
                byte
            }
            None => 0,
        }
    }

    /// The lowest bit of the next byte.
    pub const fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// The next two bytes, the low one first.
    pub fn number(&mut self) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()]))
    }

    /// One of `choices`, by the next byte.
    ///
    /// # Panics
    /// If there is no choice.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// The next `count` bytes, fewer at the end.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// All bytes that are left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }
}

/// Cuts bytes into pieces, by up to four sizes that the input gives and that repeat.
#[derive(Clone, Debug)]
pub struct Cuts {
    sizes: [usize; 4],
}

impl Cuts {
    /// Takes the sizes, 1 to 1,953 bytes, small ones as likely as large ones.
    pub fn new(input: &mut Input<'_>) -> Self {
        let size = |byte: u8| match byte {
            0..=127 => 1 + usize::from(byte % 32),
            large => 1 + usize::from(large - 127) * usize::from(large % 16 + 1),
        };
        Self { sizes: std::array::from_fn(|_| size(input.byte())) }
    }

    /// The pieces of `bytes`, none of them empty; larger ones of a long stream, which are 512 at most.
    pub fn pieces<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = bytes;
        let mut sizes = self.sizes.map(|size| size.max(bytes.len().div_ceil(512))).into_iter().cycle();
        std::iter::from_fn(move || {
            let (piece, more) = rest.split_at(sizes.next()?.min(rest.len()));
            rest = more;
            (!piece.is_empty()).then_some(piece)
        })
    }
}
