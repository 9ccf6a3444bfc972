//! The write queue against one that has each frame by itself: the same bytes, the same account, whatever comes in which order.

use proptest::collection::vec;
use proptest::prelude::*;

use super::tests::{Narrow, flush};
use super::*;
use crate::bridge::BufferBudget;
use crate::protocol::{Opcode, encode_frame};

#[derive(Clone, Debug)]
enum Step {
    /// Messages of these sizes that come together; whether they may be dropped.
    Batch(Vec<usize>, bool),
    /// One by itself.
    Message(usize, bool),
    Publication(usize, Option<u8>),
    Publications(Vec<usize>),
    Own(usize),
    /// Whether it is Java's.
    Control(usize, bool),
    /// The socket takes so many bytes.
    Write(usize),
    /// Drop messages until the weight is so much less.
    DropOldest(u64),
    DiscardWaiting,
}

/// Sizes on both sides of the header's change.
fn payload_bytes() -> impl Strategy<Value = usize> {
    prop_oneof![0usize..40, 120usize..130, 1000usize..1100]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (vec(payload_bytes(), 1..12), any::<bool>()).prop_map(|(sizes, droppable)| Step::Batch(sizes, droppable)),
        1 => (payload_bytes(), any::<bool>()).prop_map(|(size, droppable)| Step::Message(size, droppable)),
        2 => (payload_bytes(), prop::option::of(0u8..2)).prop_map(|(size, key)| Step::Publication(size, key)),
        2 => vec(payload_bytes(), 1..5).prop_map(Step::Publications),
        1 => (1usize..50).prop_map(Step::Own),
        2 => (0usize..125, any::<bool>()).prop_map(|(size, counted)| Step::Control(size, counted)),
        6 => prop_oneof![0usize..10, 0usize..400, 0usize..20_000].prop_map(Step::Write),
        2 => (0u64..2000).prop_map(Step::DropOldest),
        1 => Just(Step::DiscardWaiting),
    ]
}

#[derive(Clone, Debug, Default)]
struct Frame {
    bytes: Vec<u8>,
    counted: bool,
    is_control: bool,
    droppable: bool,
    key: Option<u8>,
}

/// Each frame by itself.
#[derive(Default)]
struct Naive {
    frames: Vec<Frame>,
    /// Bytes of the first that are written.
    written: usize,
    taken: Vec<u8>,
    messages: usize,
    dropped: Dropped,
}

impl Naive {
    fn write(&mut self, mut room: usize) {
        while let Some(first) = self.frames.first().filter(|_| room > 0) {
            let now = room.min(first.bytes.len() - self.written);
            self.taken.extend_from_slice(&first.bytes[self.written..self.written + now]);
            (room, self.written) = (room - now, self.written + now);
            if self.written == first.bytes.len() {
                self.messages += usize::from(first.counted);
                self.frames.remove(0);
                self.written = 0;
            }
        }
    }

    fn push_control(&mut self, frame: Frame) {
        let stays_first = |first: &Frame| !first.is_control && (self.written > 0 || !first.counted);
        let controls = self.frames.iter().filter(|frame| frame.is_control).count();
        let at = controls + usize::from(self.frames.first().is_some_and(stays_first));
        self.frames.insert(at, frame);
    }

    /// Drops untouched frames from the front for as long as `wanted` says, and those are which `which` means.
    fn drop_frames(&mut self, which: impl Fn(&Frame) -> bool, wanted: impl Fn(&Self) -> bool) {
        let mut at = usize::from(self.written > 0);
        while at < self.frames.len() && wanted(self) {
            if which(&self.frames[at]) {
                self.dropped.messages += 1;
                self.dropped.bytes += self.frames.remove(at).bytes.len() as u64;
            } else {
                at += 1;
            }
        }
    }

    fn bytes(&self) -> u64 {
        let counted = self.frames.iter().filter(|frame| frame.counted);
        let cut = if self.frames.first().is_some_and(|first| first.counted) { self.written } else { 0 };
        counted.map(|frame| frame.bytes.len() as u64).sum::<u64>() - cut as u64
    }

    fn weight(&self) -> u64 {
        self.bytes() + 64 * self.frames.iter().filter(|frame| frame.counted).count() as u64
    }
}

/// Both queues and what they have done.
struct Pair {
    naive: Naive,
    queue: WriteQueue,
    pressure: Pressure,
    socket: Narrow,
    budget: Arc<BufferBudget>,
    messages: usize,
    dropped: Dropped,
    frames_made: u32,
}

impl Pair {
    fn new() -> Self {
        Self {
            naive: Naive::default(),
            queue: WriteQueue::default(),
            pressure: Pressure::default(),
            socket: Narrow::default(),
            budget: Arc::new(BufferBudget::new(1, 1 << 30)),
            messages: 0,
            dropped: Dropped::default(),
            frames_made: 0,
        }
    }

    /// A frame that no other looks like.
    fn frame(&mut self, payload_bytes: usize) -> Vec<u8> {
        self.frames_made += 1;
        let number = self.frames_made.to_be_bytes();
        let payload: Vec<u8> = number.iter().copied().cycle().take(payload_bytes).collect();
        let mut bytes = Vec::new();
        encode_frame(&mut bytes, true, Opcode::Binary, &payload, None);
        bytes
    }

    fn message(&mut self, payload_bytes: usize, droppable: bool) -> Vec<u8> {
        let bytes = self.frame(payload_bytes);
        self.pressure.add_message(bytes.len(), false);
        self.naive.frames.push(Frame { bytes: bytes.clone(), counted: true, droppable, ..Frame::default() });
        bytes
    }

    fn publish(&mut self, payload_bytes: usize, key: Option<u8>) {
        let bytes = self.frame(payload_bytes);
        let budget = Arc::clone(&self.budget);
        let frame = SharedFrame::new(bytes.clone(), key.map(|key| Arc::from([key])), budget, 0);
        let dropped = self.queue.drop_conflated(&frame, &self.pressure);
        self.count_dropped(dropped);
        self.naive.drop_frames(|older| key.is_some() && older.key == key, |_| true);
        self.pressure.add_shared(bytes.len(), 1);
        self.queue.push_shared(frame);
        self.naive.frames.push(Frame { bytes, counted: true, droppable: true, key, is_control: false });
    }

    fn publish_together(&mut self, sizes: &[usize]) {
        let all: Vec<_> = sizes.iter().map(|&size| self.frame(size)).collect();
        let bytes = all.concat();
        self.pressure.add_shared(bytes.len(), sizes.len());
        let frames = SharedFrame::new(bytes, None, Arc::clone(&self.budget), 0);
        self.queue.push_shared_batch(frames, sizes.len() as u32);
        let frames = all.into_iter().map(|bytes| Frame { bytes, counted: true, droppable: true, ..Frame::default() });
        self.naive.frames.extend(frames);
    }

    fn control(&mut self, payload_bytes: usize, counted: bool) {
        let bytes = self.frame(payload_bytes);
        if counted {
            self.pressure.add_message(bytes.len(), true);
        }
        self.naive.push_control(Frame { bytes: bytes.clone(), counted, is_control: true, ..Frame::default() });
        self.queue.push_control(bytes, counted);
    }

    fn count_dropped(&mut self, dropped: Dropped) {
        self.dropped.messages += dropped.messages;
        self.dropped.bytes += dropped.bytes;
    }

    fn write(&mut self, room: usize) {
        self.socket.room = room;
        self.messages += flush(&mut self.queue, &mut self.socket, &self.pressure).messages;
        self.naive.write(room);
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Batch(sizes, droppable) => {
                let bytes = sizes.iter().flat_map(|&size| self.message(size, droppable)).collect();
                let batch = Batch { bytes, messages: sizes.len() as u32 };
                self.queue.push_batch(batch, droppable, &WriteTools::default());
            }
            Step::Message(size, droppable) => {
                let bytes = self.message(size, droppable);
                self.queue.push_counted(bytes, droppable);
            }
            Step::Publication(size, key) => self.publish(size, key),
            Step::Publications(sizes) => self.publish_together(&sizes),
            Step::Own(size) => {
                let bytes = vec![b'o'; size];
                self.naive.frames.push(Frame { bytes: bytes.clone(), ..Frame::default() });
                self.queue.push_own(bytes);
            }
            Step::Control(size, counted) => self.control(size, counted),
            Step::Write(room) => self.write(room),
            Step::DropOldest(less) => {
                let limit = self.pressure.weight().saturating_sub(less);
                let dropped = self.queue.drop_oldest(limit, &self.pressure);
                self.count_dropped(dropped);
                self.naive.drop_frames(|frame| frame.droppable, |naive| naive.weight() > limit);
            }
            Step::DiscardWaiting => {
                self.queue.discard_waiting(&self.pressure);
                self.naive.frames.truncate(usize::from(self.naive.written > 0));
            }
        }
    }

    fn check(&self) {
        let naive = &self.naive;
        assert_eq!(self.socket.taken, naive.taken);
        assert_eq!((self.pressure.bytes(), self.pressure.weight()), (naive.bytes(), naive.weight()));
        assert_eq!((self.messages, self.dropped), (naive.messages, naive.dropped));
        let controls = naive.frames.iter().filter(|frame| frame.is_control);
        assert_eq!(self.queue.control_bytes(), controls.clone().map(|frame| frame.bytes.len()).sum::<usize>());
        let counted = controls.filter(|frame| frame.counted).map(|frame| frame.bytes.len() as u64 + 64);
        assert_eq!(self.pressure.control_weight(), counted.sum::<u64>());
        assert_eq!(self.queue.chunks.is_empty(), naive.frames.is_empty());
    }
}

proptest! {
    #[test]
    fn a_queue_of_chunks_is_as_good_as_one_of_frames(steps in vec(step(), 1..60)) {
        let mut pair = Pair::new();
        for step in steps {
            pair.take(step);
            pair.check();
        }
        pair.write(usize::MAX);
        pair.check();
        assert_eq!((pair.pressure.weight(), pair.budget.bytes(), pair.queue.is_empty()), (0, 0, true));
    }

    #[test]
    fn a_discarded_queue_leaves_no_account(steps in vec(step(), 1..30)) {
        let mut pair = Pair::new();
        steps.into_iter().for_each(|step| pair.take(step));
        pair.queue.discard_all(&pair.pressure);
        assert_eq!((pair.pressure.weight(), pair.pressure.control_weight(), pair.budget.bytes()), (0, 0, 0));
        assert!(pair.queue.is_empty() && pair.queue.control_bytes() == 0);
    }
}
