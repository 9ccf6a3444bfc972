//! How one session compresses what Java sends (RFC 7692). Knows nothing of frames or queues.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::bridge::{DeflateChoice, DeflateSet, FrameClass};
use crate::protocol::{Deflater, Role};

/// What the sender of one message wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compress {
    /// From the session's threshold on.
    #[default]
    ByThreshold,
    /// Whatever the size.
    Always,
    /// Not this one.
    Never,
}

impl Compress {
    /// Whether a data message of this size is compressed, given a threshold.
    pub const fn wants(self, threshold_bytes: u32, payload_bytes: usize) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::ByThreshold => payload_bytes >= threshold_bytes as usize,
        }
    }
}

/// Settings of a session, fixed when it is accepted.
#[derive(Debug)]
pub struct OutboundDeflate {
    /// Smallest payload that is compressed, in bytes.
    pub threshold_bytes: u32,
    /// 1 (fast) to 9 (small).
    pub level: u8,
    /// Base-two logarithm of the window, 9 to 15.
    pub window_bits: u8,
    /// What is kept from message to message; `None`: each is compressed by itself.
    pub context: Option<Box<Context>>,
}

impl OutboundDeflate {
    /// What was agreed on, seen from the server that sends.
    pub fn new(choice: &DeflateChoice) -> Self {
        let outbound = choice.parameters.outbound(Role::Server);
        Self {
            threshold_bytes: choice.threshold_bytes,
            level: choice.level,
            window_bits: if outbound.context_takeover {
                outbound.window_bits
            } else {
                shared_bits(outbound.window_bits)
            },
            context: outbound.context_takeover.then(Box::default),
        }
    }

    /// Whether a data message of this size is compressed.
    pub const fn wants(&self, compress: Compress, payload_bytes: usize) -> bool {
        compress.wants(self.threshold_bytes, payload_bytes)
    }
}

/// A smaller window than was agreed on is always allowed; with few sizes, few shared compressors do for all sessions.
const fn shared_bits(window_bits: u8) -> u8 {
    match window_bits {
        15.. => 15,
        12..15 => 12,
        _ => 9,
    }
}

/// A compressor that only this session uses. Made by its first compressed message and given back when the session is
/// idle: a sender need never refer to what it has sent (RFC 7692 section 7.1.1).
#[derive(Debug, Default)]
pub struct Context {
    /// Held by a sender for as long as a message takes; a loop never waits for it.
    deflater: Mutex<Option<Deflater>>,
    /// Used since [`Context::release_if_idle`] looked last.
    used: AtomicBool,
    /// Somebody will ask [`Context::release_if_idle`].
    watched: AtomicBool,
}

impl Context {
    /// Compresses a message, and queues it before another can be compressed, so that messages reach the wire in the order
    /// in which the compressor saw them. Waits for other threads that send on this session.
    pub fn compress<R>(&self, (window_bits, level): (u8, u8), payload: &[u8], queue: impl FnOnce(&[u8]) -> R) -> R {
        let mut held = self.deflater.lock();
        self.used.store(true, Ordering::Release);
        // Out of its place meanwhile: after a panic the next message begins anew, as the peer will not have seen this one.
        let mut deflater = held.take().unwrap_or_else(|| Deflater::new(window_bits, level));
        let mut compressed = Vec::new();
        deflater.compress_message(payload, true, &mut compressed);
        let result = queue(&compressed);
        *held = Some(deflater);
        result
    }

    /// Whether the caller must see to it that [`release_if_idle`](Self::release_if_idle) is asked from time to time.
    pub fn begin_watch(&self) -> bool {
        !self.watched.swap(true, Ordering::AcqRel)
    }

    /// Gives the compressor back unless it was used since the last call; `true` if it did, and the watch is over.
    pub fn release_if_idle(&self) -> bool {
        if self.used.swap(false, Ordering::AcqRel) {
            return false;
        }
        // Held means used; and who takes it now will be watched again, because the watch ends first.
        let Some(mut held) = self.deflater.try_lock() else { return false };
        self.watched.store(false, Ordering::Release);
        *held = None;
        true
    }
}

/// A session's outbound compression; nothing until the session is accepted with it.
#[derive(Debug, Default)]
pub struct SessionDeflate(OnceLock<OutboundDeflate>);

impl SessionDeflate {
    /// Switches it on, once.
    pub fn set(&self, outbound: OutboundDeflate) {
        // The first answer to a handshake counts.
        let _ = self.0.set(outbound);
    }

    /// The settings, if permessage-deflate was agreed on.
    #[inline]
    pub fn get(&self) -> Option<&OutboundDeflate> {
        self.0.get()
    }

    /// Which frame of a publication the session gets.
    pub fn frame_class(&self) -> FrameClass {
        match self.get() {
            None => FrameClass::Plain,
            Some(&OutboundDeflate { context: Some(_), threshold_bytes, .. }) => {
                FrameClass::InContext { threshold_bytes }
            }
            Some(&OutboundDeflate { threshold_bytes, level, window_bits, .. }) => {
                FrameClass::Deflate(DeflateSet { window_bits, level, threshold_bytes })
            }
        }
    }

    /// The compressor of this session alone.
    pub fn context(&self) -> Option<&Context> {
        self.get()?.context.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbound() -> OutboundDeflate {
        OutboundDeflate { threshold_bytes: 128, level: 1, window_bits: 15, context: None }
    }

    #[test]
    fn the_threshold_itself_is_compressed_and_one_byte_less_is_not() {
        let wants = |compress, bytes| outbound().wants(compress, bytes);
        assert!(!wants(Compress::ByThreshold, 127));
        assert!(wants(Compress::ByThreshold, 128));
        assert!(wants(Compress::Always, 0));
        assert!(!wants(Compress::Never, 1 << 20));
    }

    #[test]
    fn a_compressor_is_given_back_after_a_while_without_messages() {
        let context = Context::default();
        let is_held = || context.deflater.lock().is_some();
        let compress = || context.compress((9, 1), b"text", <[u8]>::len);
        assert!(!is_held());
        compress();
        assert!(context.begin_watch());
        assert!(!context.begin_watch(), "watched already");
        assert!(!context.release_if_idle(), "used meanwhile");
        assert!(is_held());
        assert!(context.release_if_idle());
        assert!(!is_held());
        compress();
        assert!(is_held() && context.begin_watch());
    }

    #[test]
    fn a_loop_does_not_wait_for_a_sender() {
        let context = Context::default();
        context.compress((9, 1), b"text", |_| {
            assert!(context.begin_watch());
            assert!(!context.release_if_idle(), "used");
            assert!(!context.release_if_idle(), "in use");
        });
        assert!(context.release_if_idle());
    }

    #[test]
    fn after_a_panic_between_compressing_and_queueing_the_next_message_begins_anew() {
        let context = Context::default();
        let message = |queue: fn(&[u8]) -> Vec<u8>| context.compress((15, 1), &b"the same again ".repeat(20), queue);
        let first = message(<[u8]>::to_vec);
        assert_ne!(message(<[u8]>::to_vec), first, "it refers to the first");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| message(|_| panic!("on the way"))));
        assert!(panicked.is_err());
        assert_eq!(message(<[u8]>::to_vec), first);
    }
}
