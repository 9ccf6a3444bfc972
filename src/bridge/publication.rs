//! What a loop is told of topics: who subscribes, and what is published. Knows nothing of who is subscribed.

use crate::bridge::{SessionId, SharedFrame};

/// Names one life of a topic, from its first subscriber to its last; never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TopicId(pub u64);

/// How the shared frames of a session are compressed that keeps no context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeflateSet {
    /// Base-two logarithm of the window.
    pub window_bits: u8,
    /// 1 (fast) to 9 (small).
    pub level: u8,
    /// Smallest payload that is compressed, in bytes.
    pub threshold_bytes: u32,
}

/// Which frame of a publication a subscriber gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameClass {
    /// The payload as it is.
    Plain,
    /// The one that was compressed so, if it was.
    Deflate(DeflateSet),
    /// One of its own, compressed with what it has got before.
    InContext,
}

/// A message for all subscribers that one loop has of a topic.
#[derive(Debug)]
pub struct Publication {
    /// The topic.
    pub topic: TopicId,
    /// Who does not get it.
    pub excluded: Option<SessionId>,
    /// For everybody who has no other frame.
    pub plain: SharedFrame,
    /// The compressed frames, where they are smaller.
    pub compressed: Vec<(DeflateSet, SharedFrame)>,
    /// Subscribers that compress in context get the plain frame; otherwise each has got one of its own.
    pub plain_in_context: bool,
    /// What it weighs among those that wait for the loop, in bytes.
    pub weight: u64,
}

impl Publication {
    /// The frame for a class of subscribers; `None` if each of them gets its own.
    pub fn frame(&self, class: FrameClass) -> Option<&SharedFrame> {
        match class {
            FrameClass::Plain => Some(&self.plain),
            FrameClass::Deflate(set) => {
                let found = self.compressed.iter().find(|(compressed_so, _)| *compressed_so == set);
                Some(found.map_or(&self.plain, |(_, frame)| frame))
            }
            FrameClass::InContext => self.plain_in_context.then_some(&self.plain),
        }
    }
}

/// A frame of a publication on its way into one write queue, already accounted to its session.
#[derive(Debug)]
pub enum PublishedFrame {
    /// Others hold it too.
    Shared(SharedFrame),
    /// Compressed with what this session has got before: it must not be missing.
    InContext(Vec<u8>),
}

impl PublishedFrame {
    /// Bytes of header and payload.
    pub fn len(&self) -> usize {
        match self {
            Self::Shared(frame) => frame.bytes().len(),
            Self::InContext(bytes) => bytes.len(),
        }
    }
}
