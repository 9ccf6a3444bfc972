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
    /// One of its own, compressed with what it has got before, if the payload is at least this long.
    InContext {
        /// Smallest payload that is compressed, in bytes.
        threshold_bytes: u32,
    },
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
    /// Subscribers that compress in context get the plain frame if their threshold is above this; the others have each got
    /// a frame of their own.
    pub in_context_up_to: Option<u32>,
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
            FrameClass::InContext { threshold_bytes } => {
                let has_its_own = self.in_context_up_to.is_some_and(|longest| threshold_bytes <= longest);
                (!has_its_own).then_some(&self.plain)
            }
        }
    }
}
