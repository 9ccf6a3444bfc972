//! One entry of a write queue: a frame, or several messages one behind the other. Knows nothing of sockets.

use crate::bridge::{Pressure, SharedFrame};
use crate::protocol::own_frame_bytes;

/// A buffer with more than so much unused room, and more unused than used, is not kept while its bytes wait.
const MAX_WASTE_BYTES: usize = 256;

#[derive(Debug)]
enum Content {
    Owned(Vec<u8>),
    /// Publications, which other queues hold too, up to this byte.
    Shared(SharedFrame, usize),
}

/// Bytes that wait. What is gone is cut off at the front.
#[derive(Debug)]
pub struct Chunk {
    content: Content,
    /// Bytes before it are gone.
    from: usize,
    /// Messages of Java in it, accounted to the session; with more than one it is whole frames one behind the other. 0: it
    /// is ours.
    messages: u32,
    is_control: bool,
    /// The overflow strategy may drop its messages: whole ones that no other frame depends on.
    droppable: bool,
}

impl Chunk {
    fn new(content: Content, messages: u32) -> Self {
        Self { content, from: 0, messages, is_control: false, droppable: false }
    }

    /// A frame of ours.
    pub fn own(bytes: Vec<u8>) -> Self {
        Self::new(Content::Owned(bytes), 0)
    }

    /// Data of Java.
    pub fn data(bytes: Vec<u8>, messages: u32, droppable: bool) -> Self {
        Self { droppable, ..Self::new(Content::Owned(bytes), messages) }
    }

    /// Publications, one behind the other.
    pub fn shared(frames: SharedFrame, messages: u32) -> Self {
        let until = frames.bytes().len();
        Self { droppable: true, ..Self::new(Content::Shared(frames, until), messages) }
    }

    /// A ping or pong.
    pub fn control(bytes: Vec<u8>, is_counted: bool) -> Self {
        Self { is_control: true, ..Self::new(Content::Owned(bytes), is_counted as u32) }
    }

    fn all(&self) -> &[u8] {
        match &self.content {
            Content::Owned(bytes) => bytes,
            Content::Shared(frames, until) => &frames.bytes()[..*until],
        }
    }

    /// What is left.
    pub fn bytes(&self) -> &[u8] {
        &self.all()[self.from..]
    }

    /// How much that is.
    pub fn len(&self) -> usize {
        self.all().len() - self.from
    }

    /// Its size when it was queued.
    pub fn full_len(&self) -> usize {
        self.all().len()
    }

    /// Messages of Java that are left, one that is half written included.
    pub const fn messages(&self) -> u32 {
        self.messages
    }

    /// Whether Java sent it.
    pub const fn is_counted(&self) -> bool {
        self.messages > 0
    }

    /// Whether it is a ping or pong.
    pub const fn is_control(&self) -> bool {
        self.is_control
    }

    /// Whether its messages may be dropped.
    pub const fn is_droppable(&self) -> bool {
        self.droppable
    }

    /// The publication, or the publications, that it is.
    pub const fn publication(&self) -> Option<&SharedFrame> {
        match &self.content {
            Content::Owned(_) => None,
            Content::Shared(frames, _) => Some(frames),
        }
    }

    /// Whether a newer publication may replace it.
    pub fn is_conflatable(&self) -> bool {
        self.publication().is_some_and(SharedFrame::is_conflatable)
    }

    /// The first frame's size; the chunk must not begin in the middle of one, unless it is only one.
    fn first_frame_bytes(&self) -> usize {
        if self.messages > 1 { own_frame_bytes(self.bytes()) } else { self.len() }
    }

    /// Cuts off bytes that were written, but not all. `begun_bytes` is what was left of a frame begun before. Returns the
    /// messages that ended, and what is now left of a frame that is half written.
    pub fn cut_written(&mut self, bytes: usize, begun_bytes: usize) -> (u32, usize) {
        if self.messages <= 1 || bytes < begun_bytes {
            self.from += bytes;
            return (0, if self.messages <= 1 { self.len() } else { begun_bytes - bytes });
        }
        let end = self.from + bytes;
        let before = self.messages;
        if begun_bytes > 0 {
            self.cut_message(begun_bytes);
        }
        while self.from < end {
            let frame_bytes = self.first_frame_bytes();
            if self.from + frame_bytes > end {
                let left = self.from + frame_bytes - end;
                self.from = end;
                return (before - self.messages, left);
            }
            self.cut_message(frame_bytes);
        }
        (before - self.messages, 0)
    }

    /// Cuts the first message off, and off the account; it must not be half written. Returns its size.
    pub fn drop_message(&mut self, pressure: &Pressure) -> usize {
        let frame_bytes = self.first_frame_bytes();
        self.end(frame_bytes, 1, pressure);
        self.cut_message(frame_bytes);
        frame_bytes
    }

    /// Takes bytes and messages of it off the account.
    pub fn end(&self, bytes: usize, messages: usize, pressure: &Pressure) {
        match self.content {
            Content::Owned(_) => pressure.subtract(bytes, messages),
            Content::Shared(..) => pressure.subtract_shared(bytes, messages),
        }
    }

    const fn cut_message(&mut self, frame_bytes: usize) {
        self.from += frame_bytes;
        self.messages -= 1;
    }

    /// Makes what is left of a half-written message a chunk of its own, if other messages are behind it.
    pub fn split_begun(&mut self, begun_bytes: usize) -> Option<Self> {
        if self.messages <= 1 || begun_bytes == 0 {
            return None;
        }
        let begun = match &self.content {
            Content::Owned(_) => Self::data(self.bytes()[..begun_bytes].to_vec(), 1, self.droppable),
            Content::Shared(frames, _) => {
                let content = Content::Shared(frames.clone(), self.from + begun_bytes);
                Self { content, messages: 1, ..*self }
            }
        };
        self.cut_message(begun_bytes);
        Some(begun)
    }

    /// Takes what is left off the account: it will not be written.
    pub fn discard(self, pressure: &Pressure) {
        if self.is_counted() {
            self.end(self.len(), self.messages as usize, pressure);
        }
        self.end_control(pressure);
    }

    /// If it was a control frame of Java, none of it is left.
    pub fn end_control(&self, pressure: &Pressure) {
        if self.is_control && self.is_counted() {
            pressure.end_control(self.full_len());
        }
    }

    /// It has to wait: changes a buffer with much unused room for one of its size. Returns the large one.
    pub fn shrink(&mut self) -> Option<Vec<u8>> {
        let left = self.len();
        match &mut self.content {
            Content::Owned(bytes) if bytes.capacity() - left > left.max(MAX_WASTE_BYTES) => {
                let small = bytes[self.from..].to_vec();
                let large = std::mem::replace(bytes, small);
                // Control frames are never so large, so their full length stays what it was.
                self.from = 0;
                Some(large)
            }
            _ => None,
        }
    }

    /// Its buffer, if no other queue holds it.
    pub fn into_buffer(self) -> Option<Vec<u8>> {
        match self.content {
            Content::Owned(bytes) => Some(bytes),
            Content::Shared(..) => None,
        }
    }
}
