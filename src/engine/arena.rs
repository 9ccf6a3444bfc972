//! The read buffer that all sockets of a loop share for one turn. Knows nothing of sockets or frames.

use std::ops::Range;

/// Size of the arena.
pub const ARENA_BYTES: usize = 1 << 20;
/// What one socket may read in one turn, and what must be left for another to begin.
pub const READ_BYTES: usize = 64 << 10;

/// Bytes that stay put until the next turn, handed out one behind the other.
#[derive(Debug)]
pub struct Arena {
    bytes: Vec<u8>,
    used: usize,
}

impl Default for Arena {
    fn default() -> Self {
        Self { bytes: vec![0; ARENA_BYTES], used: 0 }
    }
}

impl Arena {
    /// Begins a turn: Java has taken what it wanted.
    pub const fn reset(&mut self) {
        self.used = 0;
    }

    /// Room for one read, as a range of the arena; `None` when the turn has read enough.
    pub fn room(&self) -> Option<Range<usize>> {
        (self.bytes.len() - self.used >= READ_BYTES).then(|| self.used..self.used + READ_BYTES)
    }

    /// Keeps everything before `end` until the next turn; what is not kept is handed out again.
    pub fn keep(&mut self, end: usize) {
        debug_assert!(self.used <= end && end <= self.bytes.len());
        self.used = end;
    }

    /// Copies bytes to the front of the free room; as many as one read may have. Returns where they are.
    pub fn place(&mut self, bytes: &[u8]) -> Option<Range<usize>> {
        let room = self.room()?;
        let placed = room.start..room.start + bytes.len().min(READ_BYTES);
        self.bytes[placed.clone()].copy_from_slice(&bytes[..placed.len()]);
        Some(placed)
    }

    /// The bytes of a range.
    pub fn slice(&mut self, range: Range<usize>) -> &mut [u8] {
        &mut self.bytes[range]
    }

    /// All of the memory, which never moves.
    pub fn memory(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_ends_when_less_than_a_read_is_left() {
        let mut arena = Arena::default();
        arena.keep(ARENA_BYTES - READ_BYTES);
        assert_eq!(arena.room(), Some(ARENA_BYTES - READ_BYTES..ARENA_BYTES));
        arena.keep(ARENA_BYTES - READ_BYTES + 1);
        assert_eq!(arena.room(), None);
        assert_eq!(arena.place(b"late"), None);
        arena.reset();
        assert_eq!(arena.place(b"early"), Some(0..5));
    }
}
