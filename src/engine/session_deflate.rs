//! How one session compresses what Java sends (RFC 7692). Knows nothing of frames or queues.

use std::sync::OnceLock;

use parking_lot::{Mutex, MutexGuard};

use crate::bridge::DeflateChoice;
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
            window_bits: outbound.window_bits,
            context: outbound.context_takeover.then(Box::default),
        }
    }

    /// Whether a data message of this size is compressed.
    pub const fn wants(&self, compress: Compress, payload_bytes: usize) -> bool {
        match compress {
            Compress::Never => false,
            Compress::Always => true,
            Compress::ByThreshold => payload_bytes >= self.threshold_bytes as usize,
        }
    }
}

/// A compressor that only this session uses. Made by its first compressed message and given back when the session is
/// idle: a sender need never refer to what it has sent (RFC 7692 section 7.1.1).
#[derive(Default)]
pub struct Context(Mutex<State>);

#[derive(Default)]
struct State {
    deflater: Option<Deflater>,
    /// Used since [`Context::release_if_idle`] looked last.
    used: bool,
    /// Somebody will ask [`Context::release_if_idle`].
    watched: bool,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("held", &self.0.lock().deflater.is_some()).finish()
    }
}

/// The compressor, held so that messages reach the wire in the order in which they were compressed.
pub struct ContextGuard<'a>(MutexGuard<'a, State>);

impl ContextGuard<'_> {
    /// The compressor.
    pub fn deflater(&mut self, window_bits: u8, level: u8) -> &mut Deflater {
        self.0.deflater.get_or_insert_with(|| Deflater::new(window_bits, level))
    }
}

impl Context {
    /// Waits for other threads that send on this session.
    pub fn lock(&self) -> ContextGuard<'_> {
        let mut state = self.0.lock();
        state.used = true;
        ContextGuard(state)
    }

    /// Whether the caller must see to it that [`release_if_idle`](Self::release_if_idle) is asked from time to time.
    pub fn begin_watch(&self) -> bool {
        !std::mem::replace(&mut self.0.lock().watched, true)
    }

    /// Gives the compressor back unless it was used since the last call; `true` if it did, and the watch is over.
    pub fn release_if_idle(&self) -> bool {
        let mut state = self.0.lock();
        if std::mem::take(&mut state.used) {
            return false;
        }
        state.watched = false;
        state.deflater = None;
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
        let is_held = || context.0.lock().deflater.is_some();
        assert!(!is_held());
        context.lock().deflater(9, 1);
        assert!(context.begin_watch());
        assert!(!context.begin_watch(), "watched already");
        assert!(!context.release_if_idle(), "used meanwhile");
        assert!(is_held());
        assert!(context.release_if_idle());
        assert!(!is_held());
        context.lock().deflater(9, 1);
        assert!(is_held() && context.begin_watch());
    }
}
