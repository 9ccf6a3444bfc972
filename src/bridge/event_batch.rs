//! The events of one turn, laid out for Java. Knows nothing of where they come from.
//!
//! ```text
//!  0               8       12  13  14      16      20      24      28      32
//!  | session id    | slot  |knd|flg| code  |offset |length | cost  |   0   |
//! ```
//! Native byte order. `offset` counts from the start of the arena; with [`flags::FETCH`] the payload is instead asked
//! for by the event's index, once.

use std::collections::VecDeque;

use crate::bridge::event::{Event, Payload, flags};

/// Size of one descriptor.
pub const DESCRIPTOR_BYTES: usize = COST_OFFSET + 4 + 4;
const SESSION_OFFSET: usize = 0;
const SLOT_OFFSET: usize = SESSION_OFFSET + 8;
const KIND_OFFSET: usize = SLOT_OFFSET + 4;
const FLAGS_OFFSET: usize = KIND_OFFSET + 1;
const CODE_OFFSET: usize = FLAGS_OFFSET + 1;
const PAYLOAD_OFFSET: usize = CODE_OFFSET + 2;
const LENGTH_OFFSET: usize = PAYLOAD_OFFSET + 4;
const COST_OFFSET: usize = LENGTH_OFFSET + 4;

/// Descriptors in a row, and the payloads that lie outside the arena.
#[derive(Debug)]
pub struct EventBatch {
    descriptors: Vec<u8>,
    len: usize,
    /// Payloads by event index, ascending.
    owned: Vec<(usize, Vec<u8>)>,
    /// Their bytes, fetched or not.
    owned_bytes: usize,
    /// Events beyond the capacity, for the next batches. None of them lies in the arena. Bounded by what a loop may
    /// say unasked: a few events for each of its connections.
    overflow: VecDeque<Event>,
}

impl EventBatch {
    /// Makes a batch for up to `capacity` events. Its memory never moves.
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            descriptors: vec![0; capacity * DESCRIPTOR_BYTES],
            len: 0,
            owned: Vec::new(),
            owned_bytes: 0,
            overflow: VecDeque::new(),
        }
    }

    /// Events that still fit; 0 while older events wait for the next batch.
    pub fn remaining(&self) -> usize {
        if self.overflow.is_empty() { self.capacity() - self.len } else { 0 }
    }

    const fn capacity(&self) -> usize {
        self.descriptors.len() / DESCRIPTOR_BYTES
    }

    /// Events in the batch.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of this batch's payloads that lie outside the arena.
    pub const fn owned_bytes(&self) -> usize {
        self.owned_bytes
    }

    /// Begins the next batch: forgets the events Java has read, frees the payloads that nobody fetched and lays out
    /// what did not fit before.
    pub fn advance(&mut self) {
        self.len = 0;
        self.owned.clear();
        self.owned_bytes = 0;
        self.owned.shrink_to(64);
        while self.len < self.capacity() {
            let Some(event) = self.overflow.pop_front() else { break };
            self.lay_out(event);
        }
    }

    /// Appends an event; one that does not fit waits for the next batch.
    ///
    /// # Panics
    /// If an event in the arena does not fit, for its bytes would be gone: callers look at
    /// [`remaining`](Self::remaining) before they read a socket.
    pub fn push(&mut self, event: Event) {
        if self.remaining() > 0 {
            self.lay_out(event);
        } else {
            assert!(!matches!(event.payload, Payload::Arena(_)), "an event in the arena must fit its batch");
            self.overflow.push_back(event);
        }
    }

    fn lay_out(&mut self, event: Event) {
        let start = self.len * DESCRIPTOR_BYTES;
        let out = &mut self.descriptors[start..start + DESCRIPTOR_BYTES];
        let (offset, length, fetch) = match event.payload {
            Payload::Empty => (0, 0, 0),
            Payload::Arena(range) => (range.start as u32, range.len() as u32, 0),
            Payload::Owned(bytes) if bytes.is_empty() => (0, 0, 0),
            Payload::Owned(bytes) => {
                let length = bytes.len() as u32;
                self.owned_bytes += bytes.len();
                self.owned.push((self.len, bytes));
                (0, length, flags::FETCH)
            }
        };
        out[SESSION_OFFSET..SLOT_OFFSET].copy_from_slice(&event.session.raw().to_ne_bytes());
        out[SLOT_OFFSET..KIND_OFFSET].copy_from_slice(&event.slot.to_ne_bytes());
        out[KIND_OFFSET] = event.kind as u8;
        out[FLAGS_OFFSET] = event.flags | fetch;
        out[CODE_OFFSET..PAYLOAD_OFFSET].copy_from_slice(&event.code.to_ne_bytes());
        out[PAYLOAD_OFFSET..LENGTH_OFFSET].copy_from_slice(&offset.to_ne_bytes());
        out[LENGTH_OFFSET..COST_OFFSET].copy_from_slice(&length.to_ne_bytes());
        out[COST_OFFSET..COST_OFFSET + 4].copy_from_slice(&event.cost.to_ne_bytes());
        out[COST_OFFSET + 4..].fill(0);
        self.len += 1;
    }

    /// Takes the payload of event `index`; `None` if it has none of its own or it was taken before.
    pub fn fetch(&mut self, index: usize) -> Option<Vec<u8>> {
        let at = self.owned.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        let bytes = std::mem::take(&mut self.owned[at].1);
        (!bytes.is_empty()).then_some(bytes)
    }

    /// The memory that Java reads.
    pub fn memory(&mut self) -> &mut [u8] {
        &mut self.descriptors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::{EventKind, SessionId};

    #[test]
    fn an_event_is_laid_out_as_the_picture_says() {
        let mut batch = EventBatch::with_capacity(2);
        batch.push(Event::new(EventKind::Log, SessionId::from_raw(0), 0));
        batch.push(Event {
            session: SessionId::from_raw(0x1122_3344_5566_7788),
            slot: 0xa1b2_c3d4,
            kind: EventKind::Text,
            flags: flags::FIRST | flags::LAST,
            code: 0x0102,
            cost: 99,
            payload: Payload::Arena(5..12),
        });
        let second = &batch.memory()[DESCRIPTOR_BYTES..];
        assert_eq!(second[0..8], 0x1122_3344_5566_7788u64.to_ne_bytes());
        assert_eq!(second[8..12], 0xa1b2_c3d4u32.to_ne_bytes());
        assert_eq!((second[12], second[13]), (2, 12));
        assert_eq!(second[14..16], 0x0102u16.to_ne_bytes());
        assert_eq!(second[16..20], 5u32.to_ne_bytes());
        assert_eq!(second[20..24], 7u32.to_ne_bytes());
        assert_eq!(second[24..28], 99u32.to_ne_bytes());
        assert_eq!(second[28..32], [0; 4]);
        assert_eq!(DESCRIPTOR_BYTES, 32);
    }

    #[test]
    fn an_owned_payload_is_fetched_once_and_freed_by_the_next_batch() {
        let mut batch = EventBatch::with_capacity(8);
        for text in ["a", "b", "c"] {
            batch.push(Event::new(EventKind::Pong, SessionId::from_raw(1), 0));
            let mut event = Event::new(EventKind::Text, SessionId::from_raw(1), 0);
            event.payload = Payload::Owned(text.into());
            batch.push(event);
        }
        assert_eq!(batch.memory()[3 * DESCRIPTOR_BYTES + 13], flags::FETCH);
        assert_eq!(batch.fetch(3), Some(b"b".to_vec()));
        assert_eq!(batch.fetch(3), None);
        assert_eq!(batch.fetch(2), None);
        assert_eq!(batch.fetch(5), Some(b"c".to_vec()));
        batch.advance();
        assert_eq!((batch.fetch(1), batch.len(), batch.remaining()), (None, 0, 8));
    }

    #[test]
    fn events_beyond_the_capacity_come_first_in_the_next_batch() {
        let mut batch = EventBatch::with_capacity(2);
        for slot in 0..5 {
            batch.push(Event::new(EventKind::Closed, SessionId::from_raw(1), slot));
        }
        assert_eq!((batch.len(), batch.remaining()), (2, 0));
        batch.advance();
        assert_eq!((batch.len(), batch.remaining()), (2, 0));
        assert_eq!(batch.memory()[8..12], 2u32.to_ne_bytes());
        batch.advance();
        assert_eq!((batch.len(), batch.remaining()), (1, 1));
        assert_eq!(batch.memory()[8..12], 4u32.to_ne_bytes());
    }
}
