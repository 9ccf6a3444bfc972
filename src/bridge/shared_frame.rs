//! A frame that many write queues hold at once. Knows nothing of topics or sockets.

use std::sync::Arc;

use crate::bridge::BufferBudget;

/// An encoded frame of a publication, shared by reference: encoded once, and counted once in the engine's budget for as
/// long as anyone holds it.
///
/// Clones count their holders together. Each loop gets a handle of its own ([`for_loop`](Self::for_loop)), so that loops
/// do not fight for one counter.
#[derive(Clone, Debug)]
pub struct SharedFrame(Arc<Held>);

/// What the holders of one loop count.
#[derive(Debug)]
struct Held {
    encoded: Arc<Encoded>,
}

#[derive(Debug)]
struct Encoded {
    bytes: Vec<u8>,
    /// What a newer publication replaces this one by; `None`: nothing does.
    conflate_key: Option<Arc<[u8]>>,
    budget: Arc<BufferBudget>,
    loop_index: u32,
}

impl SharedFrame {
    /// Shares a frame and counts it for a loop.
    pub fn new(bytes: Vec<u8>, conflate_key: Option<Arc<[u8]>>, budget: Arc<BufferBudget>, loop_index: u32) -> Self {
        budget.add(loop_index, bytes.len() as u64);
        let encoded = Arc::new(Encoded { bytes, conflate_key, budget, loop_index });
        Self(Arc::new(Held { encoded }))
    }

    /// These frames one behind the other, as one that nothing replaces. It counts itself beside them.
    pub fn joined<'a>(frames: impl Iterator<Item = &'a Self> + Clone) -> Option<Self> {
        let first = frames.clone().next()?;
        let Encoded { budget, loop_index, .. } = &*first.0.encoded;
        let mut bytes = Vec::with_capacity(frames.clone().map(|frame| frame.bytes().len()).sum());
        frames.for_each(|frame| bytes.extend_from_slice(frame.bytes()));
        Some(Self::new(bytes, None, Arc::clone(budget), *loop_index))
    }

    /// The same frame, for holders that are counted apart.
    pub fn for_loop(&self) -> Self {
        Self(Arc::new(Held { encoded: Arc::clone(&self.0.encoded) }))
    }

    /// Header and payload.
    pub fn bytes(&self) -> &[u8] {
        &self.0.encoded.bytes
    }

    /// Whether this one makes a waiting `older` one needless: both have the same key.
    pub fn conflates(&self, older: &Self) -> bool {
        self.0.encoded.conflate_key.is_some() && self.0.encoded.conflate_key == older.0.encoded.conflate_key
    }

    /// Whether a newer one may replace it.
    pub fn is_conflatable(&self) -> bool {
        self.0.encoded.conflate_key.is_some()
    }
}

impl Drop for Encoded {
    fn drop(&mut self) {
        self.budget.subtract(self.loop_index, self.bytes.len() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_counts_once_until_its_last_holder_lets_go() {
        let budget = Arc::new(BufferBudget::new(1, 1000));
        let frame = SharedFrame::new(vec![0; 10], None, Arc::clone(&budget), 0);
        let held = (vec![frame.clone(); 1000], frame.for_loop());
        drop(frame);
        assert_eq!(budget.bytes(), 10);
        drop(held.0);
        assert_eq!(budget.bytes(), 10);
        drop(held.1);
        assert_eq!(budget.bytes(), 0);
    }

    #[test]
    fn only_frames_of_the_same_key_replace_each_other() {
        let budget = Arc::new(BufferBudget::new(1, 1000));
        let frame = |key: Option<&str>| {
            SharedFrame::new(Vec::new(), key.map(|key| key.as_bytes().into()), Arc::clone(&budget), 0)
        };
        assert!(frame(Some("a")).conflates(&frame(Some("a"))));
        assert!(!frame(Some("a")).conflates(&frame(Some("b"))));
        assert!(!frame(None).conflates(&frame(None)));
    }
}
