//! The compressors of an engine, lent for one message at a time. Knows nothing of sessions or frames.

use parking_lot::Mutex;

use crate::protocol::Deflater;

/// Scratch memory that is kept between messages; a larger message gives its own back.
const KEPT_SCRATCH_BYTES: usize = 64 << 10;

/// A compressor with the memory that one message needs on its way through it.
pub struct Codec {
    window_bits: u8,
    level: u8,
    pub deflater: Deflater,
    /// The payload as it came.
    pub plain: Vec<u8>,
    /// What has become of it.
    pub compressed: Vec<u8>,
}

/// Compressors that nobody uses at this moment. Each costs about 380 KB; there are never more in use than threads that
/// send, and never more idle of each kind than `most_idle`.
pub struct DeflaterPool {
    idle: Mutex<Vec<Codec>>,
    most_idle: usize,
    /// How often one was lent.
    #[cfg(test)]
    lent: std::sync::atomic::AtomicU32,
}

impl DeflaterPool {
    /// A pool that keeps up to `most_idle` compressors of each window and level.
    pub const fn new(most_idle: usize) -> Self {
        Self {
            idle: Mutex::new(Vec::new()),
            most_idle,
            #[cfg(test)]
            lent: std::sync::atomic::AtomicU32::new(0),
        }
    }

    /// Lends a compressor, on whatever thread sends.
    pub fn lend<R>(&self, window_bits: u8, level: u8, use_it: impl FnOnce(&mut Codec) -> R) -> R {
        #[cfg(test)]
        self.lent.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let mut codec = self.take(window_bits, level).unwrap_or_else(|| Codec {
            window_bits,
            level,
            deflater: Deflater::new(window_bits, level),
            plain: Vec::new(),
            compressed: Vec::new(),
        });
        codec.plain.clear();
        codec.compressed.clear();
        let result = use_it(&mut codec);
        codec.plain.truncate(0);
        codec.plain.shrink_to(KEPT_SCRATCH_BYTES);
        codec.compressed.truncate(0);
        codec.compressed.shrink_to(KEPT_SCRATCH_BYTES);
        self.give_back(codec);
        result
    }

    /// How often one was lent: as often something was compressed.
    #[cfg(test)]
    pub fn lent(&self) -> u32 {
        self.lent.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn take(&self, window_bits: u8, level: u8) -> Option<Codec> {
        let mut idle = self.idle.lock();
        let at = idle.iter().rposition(|codec| codec.window_bits == window_bits && codec.level == level)?;
        Some(idle.remove(at))
    }

    /// What is too many of its kind is freed.
    fn give_back(&self, codec: Codec) {
        let mut idle = self.idle.lock();
        let alike = idle.iter().filter(|other| other.window_bits == codec.window_bits && other.level == codec.level);
        if alike.count() < self.most_idle {
            idle.push(codec);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compressor_is_lent_again_and_so_many_of_each_kind_are_kept() {
        let pool = DeflaterPool::new(1);
        pool.lend(15, 1, |codec| codec.plain.resize(1 << 20, 7));
        pool.lend(15, 1, |codec| {
            assert!(codec.plain.is_empty());
            assert!((1..=KEPT_SCRATCH_BYTES).contains(&codec.plain.capacity()), "{}", codec.plain.capacity());
            pool.lend(9, 1, |other| assert_eq!(other.plain.capacity(), 0, "another window, another compressor"));
        });
        pool.lend(15, 1, |_| pool.lend(15, 1, |_| {}));
        let idle = pool.idle.lock();
        assert_eq!(idle.iter().map(|codec| (codec.window_bits, codec.level)).collect::<Vec<_>>(), [(9, 1), (15, 1)]);
    }
}
