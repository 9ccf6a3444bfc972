//! Events into a batch and out of it through a reader of our own, which knows the documented layout and nothing else: as
//! Java sees it, over full batches, later batches and payloads that are fetched.

use std::collections::VecDeque;

use hawser::bridge::event_batch::DESCRIPTOR_BYTES;
use hawser::bridge::{Event, EventBatch, EventKind, Payload, SessionId};

use super::input::Input;

/// "The payload is asked for by the event's index."
const FETCH: u8 = 1;

/// In the order of their numbers, from 1 on.
const KINDS: [EventKind; 10] = [
    EventKind::Request,
    EventKind::Text,
    EventKind::Binary,
    EventKind::Pong,
    EventKind::Failed,
    EventKind::Closed,
    EventKind::Drained,
    EventKind::Log,
    EventKind::Closing,
    EventKind::Dropped,
];

/// What should be in the batch, and behind it.
#[derive(Default)]
struct Expected {
    capacity: usize,
    batch: Vec<Event>,
    waiting: VecDeque<Event>,
}

/// See the file.
///
/// # Panics
/// If a batch does not hold what was pushed.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let capacity = usize::from(input.byte() % 9);
    let mut batch = EventBatch::with_capacity(capacity);
    let mut expected = Expected { capacity, ..Expected::default() };
    while !input.is_empty() {
        match input.byte() % 8 {
            0 => {
                batch.advance();
                expected.advance();
            }
            1 => {
                let index = usize::from(input.byte() % 16);
                assert_eq!(batch.fetch(index), expected.fetch(index), "fetch of {index}");
            }
            _ => {
                let event = event(&mut input, batch.remaining() > 0);
                batch.push(event.clone());
                expected.push(event);
            }
        }
        expected.compare(&mut batch);
    }
    for index in 0..16 {
        assert_eq!(batch.fetch(index), expected.fetch(index), "fetch of {index} at the end");
    }
}

/// An event that a loop may push: one in the arena only where it fits.
fn event(input: &mut Input<'_>, fits: bool) -> Event {
    // Four different bytes out of one.
    let number = |input: &mut Input<'_>| u32::from(input.byte()).wrapping_mul(0x9E37_79B1);
    let payload = match input.byte() % 4 {
        0 | 1 if fits => {
            let start = number(input) as usize % (1 << 31);
            Payload::Arena(start..start + input.number())
        }
        2 => Payload::Empty,
        _ => {
            let count = usize::from(input.byte() % 32);
            Payload::Owned(input.take(count).to_vec())
        }
    };
    Event {
        session: SessionId::from_raw(u64::from(number(input)) << 32 | u64::from(number(input))),
        slot: number(input),
        kind: input.pick(&KINDS),
        flags: input.byte() & !FETCH,
        code: input.number() as u16,
        cost: number(input),
        payload,
    }
}

impl Expected {
    fn push(&mut self, event: Event) {
        if self.waiting.is_empty() && self.batch.len() < self.capacity {
            self.batch.push(event);
        } else {
            self.waiting.push_back(event);
        }
    }

    fn advance(&mut self) {
        let count = self.waiting.len().min(self.capacity);
        self.batch = self.waiting.drain(..count).collect();
    }

    fn fetch(&mut self, index: usize) -> Option<Vec<u8>> {
        let event = self.batch.get_mut(index)?;
        match &mut event.payload {
            // Once; the length in the descriptor stays.
            Payload::Owned(bytes) if !bytes.is_empty() => {
                let fetched = std::mem::take(bytes);
                event.payload = Payload::Arena(usize::MAX - fetched.len()..usize::MAX);
                Some(fetched)
            }
            _ => None,
        }
    }

    fn compare(&self, batch: &mut EventBatch) {
        assert_eq!(batch.len(), self.batch.len());
        assert_eq!(batch.is_empty(), self.batch.is_empty());
        let remaining = if self.waiting.is_empty() { self.capacity - self.batch.len() } else { 0 };
        assert_eq!(batch.remaining(), remaining);
        let memory = batch.memory();
        assert_eq!(memory.len(), self.capacity * DESCRIPTOR_BYTES);
        for (index, event) in self.batch.iter().enumerate() {
            let descriptor = memory[index * 32..].first_chunk().expect("a whole descriptor");
            assert_is(descriptor, event);
        }
    }
}

fn assert_is(descriptor: &[u8; 32], event: &Event) {
    let number = |at: usize| u32::from_ne_bytes(descriptor[at..at + 4].try_into().expect("four bytes"));
    let session = u64::from_ne_bytes(*descriptor.first_chunk().expect("eight bytes"));
    assert_eq!((session, number(8)), (event.session.raw(), event.slot));
    assert_eq!(KINDS.get(usize::from(descriptor[12]).wrapping_sub(1)), Some(&event.kind));
    let (flags, offset, length) = match &event.payload {
        Payload::Empty => (0, 0, 0),
        // Fetched before.
        Payload::Arena(range) if range.end == usize::MAX => (FETCH, 0, range.len()),
        Payload::Arena(range) => (0, range.start, range.len()),
        Payload::Owned(bytes) => (if bytes.is_empty() { 0 } else { FETCH }, 0, bytes.len()),
    };
    assert_eq!(descriptor[13], event.flags | flags);
    assert_eq!(u16::from_ne_bytes([descriptor[14], descriptor[15]]), event.code);
    assert_eq!((number(16) as usize, number(20) as usize, number(24)), (offset, length, event.cost));
    assert_eq!(number(28), 0, "reserved");
}
