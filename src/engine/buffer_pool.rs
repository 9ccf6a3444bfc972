//! Buffers that were written and will be filled again. Knows nothing of what is in them.

use parking_lot::Mutex;

/// Bytes that a pool keeps at most.
const MAX_POOL_BYTES: usize = 2 << 20;
/// A buffer that grew larger is given back to the system.
const MAX_BUFFER_BYTES: usize = 32 << 10;

/// The spare buffers of one loop: senders on any thread take them, the loop gives them back.
///
/// Nobody ever waits for it: who finds it in use does without.
#[derive(Debug, Default)]
pub struct BufferPool(Mutex<Spares>);

#[derive(Debug, Default)]
struct Spares {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

impl BufferPool {
    /// An empty buffer, with room if there is a spare one.
    pub fn take(&self) -> Vec<u8> {
        let Some(mut spares) = self.0.try_lock() else { return Vec::new() };
        let buffer = spares.buffers.pop().unwrap_or_default();
        spares.bytes -= buffer.capacity();
        buffer
    }

    /// Keeps a buffer for another time, unless it is too large or there are enough.
    pub fn give(&self, mut buffer: Vec<u8>) {
        let bytes = buffer.capacity();
        if bytes == 0 || bytes > MAX_BUFFER_BYTES {
            return;
        }
        if let Some(mut spares) = self.0.try_lock().filter(|spares| spares.bytes + bytes <= MAX_POOL_BYTES) {
            buffer.clear();
            spares.bytes += bytes;
            spares.buffers.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_and_with_its_room() {
        let pool = BufferPool::default();
        assert_eq!(pool.take().capacity(), 0);
        let buffer = vec![7; 100];
        let room = buffer.capacity();
        pool.give(buffer);
        let again = pool.take();
        assert_eq!((again.len(), again.capacity()), (0, room));
        assert_eq!(pool.take().capacity(), 0);
    }

    #[test]
    fn large_buffers_and_more_than_enough_are_not_kept() {
        let pool = BufferPool::default();
        pool.give(Vec::with_capacity(MAX_BUFFER_BYTES + 1));
        assert_eq!(pool.take().capacity(), 0);
        let most = MAX_POOL_BYTES / MAX_BUFFER_BYTES;
        for _ in 0..most + 10 {
            pool.give(Vec::with_capacity(MAX_BUFFER_BYTES));
        }
        let kept = std::iter::repeat_with(|| pool.take()).take_while(|buffer| buffer.capacity() > 0).count();
        assert_eq!(kept, most);
    }
}
