//! Where a body in chunks ends (RFC 9112 section 7.1). Knows nothing of what is in it.

/// Skips a body in chunks that arrives in pieces. Takes only what every reader takes alike: sizes in hexadecimal digits,
/// no chunk extensions, no trailers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ChunkedBody(At);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum At {
    /// In a size: its digits so far, and their value.
    Size {
        digits: u8,
        bytes: u64,
    },
    SizeLf(u64),
    /// In a chunk of which so many bytes are to come.
    Data(u64),
    DataLf,
    /// Behind the chunk of size 0.
    LastCr,
    LastLf,
    End,
}

impl Default for At {
    fn default() -> Self {
        Self::Size { digits: 0, bytes: 0 }
    }
}

/// Not chunked, or not in a way that everybody understands alike.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the body is not in plain chunks")]
pub struct MalformedChunk;

/// So many digits fit a `u64` with room to spare.
const MOST_DIGITS: u8 = 15;

impl ChunkedBody {
    /// Goes on in `bytes`, which follow those of the earlier calls. Returns how many of them belong to the body: all, unless
    /// it ends in them.
    ///
    /// # Errors
    /// [`MalformedChunk`]; where the body ends cannot be known.
    pub fn skip(&mut self, bytes: &[u8]) -> Result<usize, MalformedChunk> {
        let mut at = 0;
        while at < bytes.len() && !self.has_ended() {
            at += self.step(&bytes[at..])?;
        }
        Ok(at)
    }

    /// Whether the body has ended.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.0, At::End)
    }

    /// Takes at least one of `bytes`, of which there is one.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, MalformedChunk> {
        let mut taken = 1;
        self.0 = match (self.0, bytes[0]) {
            (At::Data(0), b'\r') => At::DataLf,
            (At::Data(left), _) if left > 0 => {
                taken = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                At::Data(left - taken as u64)
            }
            (At::DataLf, b'\n') => At::default(),
            (At::Size { digits: 1.., bytes }, b'\r') => At::SizeLf(bytes),
            (At::Size { digits: 0..MOST_DIGITS, .. }, digit) if digit.is_ascii_hexdigit() => self.with_digit(digit),
            (At::SizeLf(0), b'\n') => At::LastCr,
            (At::SizeLf(left), b'\n') => At::Data(left),
            (At::LastCr, b'\r') => At::LastLf,
            (At::LastLf, b'\n') => At::End,
            _ => return Err(MalformedChunk),
        };
        Ok(taken)
    }

    fn with_digit(&self, digit: u8) -> At {
        let value = char::from(digit).to_digit(16).map_or(0, u64::from);
        match self.0 {
            At::Size { digits, bytes } => At::Size { digits: digits + 1, bytes: bytes << 4 | value },
            other => other,
        }
    }
}
