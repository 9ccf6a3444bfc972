//! How much a session still has to write. Knows nothing of who writes it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Added to each waiting message when it is held against the high-water mark, so that a flood of empty messages is
/// bounded too. In bytes.
pub const MESSAGE_OVERHEAD_BYTES: u64 = 64;

const BYTE_BITS: u32 = 36;
const ONE_MESSAGE: u64 = 1 << BYTE_BITS;
const BYTES_MASK: u64 = ONE_MESSAGE - 1;

/// Exact count of the bytes and messages that were accepted and are not yet written to the socket.
///
/// One word holds both, so a sender pays one atomic addition: 36 bits of bytes (64 GiB) and 28 bits of messages, far above
/// what the largest high-water mark (1 GiB) lets in.
#[derive(Debug, Default)]
pub struct Pressure(AtomicU64);

impl Pressure {
    /// Accounts one message of `frame_bytes` and returns the pressure after it.
    pub fn add_message(&self, frame_bytes: usize) -> u64 {
        let added = ONE_MESSAGE + frame_bytes as u64;
        weigh(self.0.fetch_add(added, Ordering::AcqRel) + added)
    }

    /// Takes off bytes that were written or thrown away, and the messages that ended with them.
    pub fn subtract(&self, bytes: usize, messages: usize) {
        self.0.fetch_sub(ONE_MESSAGE * messages as u64 + bytes as u64, Ordering::AcqRel);
    }

    /// Bytes waiting, frame headers included: what `getBufferedAmount()` answers.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Acquire) & BYTES_MASK
    }

    /// Bytes waiting with [`MESSAGE_OVERHEAD_BYTES`] for each message: what is held against the marks.
    pub fn weight(&self) -> u64 {
        weigh(self.0.load(Ordering::Acquire))
    }
}

const fn weigh(word: u64) -> u64 {
    (word & BYTES_MASK) + (word >> BYTE_BITS) * MESSAGE_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_exact_and_empty_messages_still_weigh() {
        let pressure = Pressure::default();
        assert_eq!(pressure.add_message(2), 66);
        assert_eq!(pressure.add_message(1000), 1002 + 128);
        assert_eq!((pressure.bytes(), pressure.weight()), (1002, 1130));
        pressure.subtract(500, 0);
        pressure.subtract(502, 2);
        assert_eq!((pressure.bytes(), pressure.weight()), (0, 0));
    }
}
