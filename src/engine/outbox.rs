//! Messages of one session that its loop has not fetched yet, in one buffer. Knows nothing of loops or sockets.
//!
//! A command for each message would cost more than the message. So the frames of a session are encoded one behind the
//! other, and the first of them alone sends for the loop, which takes all that is there by then.
//!
//! Each thread's order holds: what does not go through the outbox (parts, control frames, what is too large) is put into
//! the loop's queue by [`Outbox::seal`], which closes the buffer behind it until the loop has taken it. Messages go
//! into the queue as well meanwhile. A publication does not know its receivers' outboxes; it counts an epoch up, and a
//! buffer that began in an older one is closed, too.

use parking_lot::{Mutex, MutexGuard};

use crate::engine::buffer_pool::BufferPool;

/// Bytes of an outbox, and of the largest message that goes through it.
pub const MAX_OUTBOX_BYTES: usize = 64 << 10;
/// What a buffer grows to when a second message comes.
const GROWN_BYTES: usize = 1 << 10;
/// Looks at an outbox that a sender holds, before the loop does something else first.
const TRIES: u32 = 64;

/// The messages of one session that its loop has not fetched yet.
#[derive(Debug, Default)]
pub struct Outbox(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Whole frames in `bytes`.
    messages: u32,
    /// The engine's epoch when the first of them came.
    publish_epoch: u32,
    /// Something is in the loop's queue that must stay behind these and before the next.
    sealed: bool,
}

/// What a loop takes out of an outbox: frames one behind the other.
#[derive(Debug, Default)]
pub struct Batch {
    /// The frames.
    pub bytes: Vec<u8>,
    /// Their number.
    pub messages: u32,
}

/// A sender holds the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

impl Outbox {
    /// Begins another message of `frame_bytes` and holds the outbox until it is there. `None` if it must go through
    /// the loop's queue.
    #[inline]
    pub fn begin(&self, frame_bytes: usize, publish_epoch: u32, pool: &BufferPool) -> Option<Draft<'_>> {
        let mut waiting = self.0.lock();
        let start = waiting.bytes.len();
        if start == 0 {
            if frame_bytes > MAX_OUTBOX_BYTES {
                return None;
            }
            waiting.bytes = pool.take();
            waiting.bytes.reserve_exact(frame_bytes);
            waiting.publish_epoch = publish_epoch;
        } else {
            let is_full = start + frame_bytes > MAX_OUTBOX_BYTES;
            if waiting.sealed || is_full || waiting.publish_epoch != publish_epoch {
                return None;
            }
            if waiting.bytes.capacity() - start < frame_bytes {
                waiting.bytes.reserve(frame_bytes.max(GROWN_BYTES));
            }
        }
        Some(Draft { waiting, start })
    }

    /// Puts something into the loop's queue behind what waits here; `enqueue` does it.
    pub fn seal(&self, enqueue: impl FnOnce()) {
        let mut waiting = self.0.lock();
        waiting.sealed = !waiting.bytes.is_empty();
        enqueue();
    }

    /// Takes what waits, on the loop.
    ///
    /// # Errors
    /// [`Busy`] if a sender is at it, which a loop must not wait for.
    pub fn take(&self) -> Result<Batch, Busy> {
        for _ in 0..TRIES {
            if let Some(mut waiting) = self.0.try_lock() {
                waiting.sealed = false;
                let messages = std::mem::take(&mut waiting.messages);
                return Ok(Batch { bytes: std::mem::take(&mut waiting.bytes), messages });
            }
            std::hint::spin_loop();
        }
        Err(Busy)
    }
}

/// A message that is being written into an outbox. Dropped before it is committed, it leaves nothing behind.
#[derive(Debug)]
pub struct Draft<'a> {
    waiting: MutexGuard<'a, Waiting>,
    start: usize,
}

impl Draft<'_> {
    /// Where the frame is appended.
    #[inline]
    pub fn bytes(&mut self) -> &mut Vec<u8> {
        &mut self.waiting.bytes
    }

    /// The frame is complete. If it is the first, `enqueue` sends for the loop; returns whether it was.
    #[inline]
    pub fn commit(mut self, enqueue: impl FnOnce()) -> bool {
        let is_first = self.start == 0;
        self.waiting.messages += 1;
        if is_first {
            self.waiting.sealed = false;
            enqueue();
        }
        self.start = self.waiting.bytes.len();
        is_first
    }
}

impl Drop for Draft<'_> {
    #[inline]
    fn drop(&mut self) {
        self.waiting.bytes.truncate(self.start);
        if self.start == 0 {
            self.waiting.bytes = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a message in; whether it went in, and whether it sent for the loop.
    fn put(outbox: &Outbox, text: &str, epoch: u32) -> Option<bool> {
        let mut draft = outbox.begin(text.len(), epoch, &BufferPool::default())?;
        draft.bytes().extend_from_slice(text.as_bytes());
        Some(draft.commit(|| {}))
    }

    fn take(outbox: &Outbox) -> (Vec<u8>, u32) {
        let batch = outbox.take().expect("nobody is at it");
        (batch.bytes, batch.messages)
    }

    #[test]
    fn only_the_first_message_sends_for_the_loop() {
        let outbox = Outbox::default();
        assert_eq!([put(&outbox, "a", 0), put(&outbox, "b", 0)], [Some(true), Some(false)]);
        assert_eq!(take(&outbox), (b"ab".to_vec(), 2));
        assert_eq!(put(&outbox, "c", 0), Some(true));
    }

    #[test]
    fn what_went_through_the_queue_is_passed_by_no_later_message() {
        let outbox = Outbox::default();
        outbox.seal(|| {});
        assert_eq!(put(&outbox, "a", 0), Some(true), "nothing was there to be closed");
        outbox.seal(|| {});
        assert_eq!(put(&outbox, "b", 0), None);
        assert_eq!(take(&outbox), (b"a".to_vec(), 1));
        assert_eq!(put(&outbox, "c", 0), Some(true));
    }

    #[test]
    fn a_publication_is_passed_by_no_later_message() {
        let outbox = Outbox::default();
        assert_eq!([put(&outbox, "a", 7), put(&outbox, "b", 7), put(&outbox, "c", 8)], [Some(true), Some(false), None]);
        assert_eq!(take(&outbox), (b"ab".to_vec(), 2));
        assert_eq!(put(&outbox, "d", 8), Some(true));
    }

    #[test]
    fn an_outbox_has_an_end_and_the_largest_message_just_fits() {
        let outbox = Outbox::default();
        let text = "x".repeat(MAX_OUTBOX_BYTES);
        assert_eq!(put(&outbox, &format!("{text}x"), 0), None);
        assert_eq!(put(&outbox, &text, 0), Some(true));
        assert_eq!(put(&outbox, "y", 0), None);
    }

    #[test]
    fn a_message_that_is_given_up_half_way_leaves_nothing() {
        let outbox = Outbox::default();
        let give_up = || outbox.begin(10, 0, &BufferPool::default()).expect("room").bytes().extend_from_slice(b"half");
        give_up();
        assert_eq!(take(&outbox), (Vec::new(), 0));
        assert_eq!(put(&outbox, "a", 0), Some(true), "nobody was sent for");
        give_up();
        assert_eq!(take(&outbox), (b"a".to_vec(), 1));
    }

    #[test]
    fn a_loop_does_not_wait_for_a_sender() {
        let outbox = Outbox::default();
        let draft = outbox.begin(1, 0, &BufferPool::default());
        assert_eq!(outbox.take().err(), Some(Busy));
        drop(draft);
        assert!(outbox.take().is_ok());
    }
}
