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
pub struct Pressure {
    all: AtomicU64,
    /// Of it, control frames: they have a bound of their own.
    control: AtomicU64,
}

impl Pressure {
    /// Accounts one message of `frame_bytes` and returns the pressure after it.
    pub fn add_message(&self, frame_bytes: usize, is_control: bool) -> u64 {
        let added = ONE_MESSAGE + frame_bytes as u64;
        if is_control {
            self.control.fetch_add(added, Ordering::AcqRel);
        }
        weigh(self.all.fetch_add(added, Ordering::AcqRel) + added)
    }

    /// Takes off bytes that were written, and the messages that ended with them.
    pub fn subtract(&self, bytes: usize, messages: usize) {
        self.all.fetch_sub(ONE_MESSAGE * messages as u64 + bytes as u64, Ordering::AcqRel);
    }

    /// Takes a control frame of `frame_bytes` off the control frames, once it is gone as a whole.
    pub fn end_control(&self, frame_bytes: usize) {
        self.control.fetch_sub(ONE_MESSAGE + frame_bytes as u64, Ordering::AcqRel);
    }

    /// Takes off a message that was not written at all.
    pub fn end_message(&self, frame_bytes: usize, is_control: bool) {
        self.subtract(frame_bytes, 1);
        if is_control {
            self.end_control(frame_bytes);
        }
    }

    /// Bytes waiting, frame headers included: what `getBufferedAmount()` answers.
    pub fn bytes(&self) -> u64 {
        self.all.load(Ordering::Acquire) & BYTES_MASK
    }

    /// Bytes waiting with [`MESSAGE_OVERHEAD_BYTES`] for each message: what is held against the marks.
    pub fn weight(&self) -> u64 {
        weigh(self.all.load(Ordering::Acquire))
    }

    /// The weight of the control frames among it.
    pub fn control_weight(&self) -> u64 {
        weigh(self.control.load(Ordering::Acquire))
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
        assert_eq!(pressure.add_message(2, false), 66);
        assert_eq!(pressure.add_message(1000, false), 1002 + 128);
        assert_eq!((pressure.bytes(), pressure.weight()), (1002, 1130));
        pressure.subtract(500, 0);
        pressure.subtract(502, 2);
        assert_eq!((pressure.bytes(), pressure.weight()), (0, 0));
    }

    #[test]
    fn control_frames_weigh_in_both_accounts_until_they_are_gone() {
        let pressure = Pressure::default();
        assert_eq!(pressure.add_message(100, true), 164);
        pressure.subtract(60, 0);
        assert_eq!((pressure.bytes(), pressure.control_weight()), (40, 164));
        pressure.subtract(40, 1);
        pressure.end_control(100);
        pressure.add_message(7, true);
        pressure.end_message(7, true);
        assert_eq!((pressure.weight(), pressure.control_weight()), (0, 0));
    }
}
