//! What a connection may use of its loop. Knows nothing of connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::bridge::{EventBatch, SessionId, TopicId};
use crate::config::EngineConfig;
use crate::engine::arena::Arena;
use crate::engine::context_watch::ContextWatch;
use crate::engine::counters::Counters;
use crate::engine::deadlines::Deadlines;
use crate::engine::held_bytes::HeldBytes;
use crate::engine::http::Notices;
use crate::engine::proxy::LoopUpstream;
use crate::engine::subscribers::Subscribers;
use crate::engine::tls::TlsServer;
use crate::engine::topics::Topics;
use crate::engine::write_queue::WriteTools;
use crate::protocol::Inflater;

/// Room in the batch without which a socket is not read: a chunk may end in these events.
const LEAST_EVENTS: usize = 8;

/// Bytes of payloads outside the arena from which on a turn makes no more: it holds so many and one message.
const MAX_OWNED_BYTES: usize = 1 << 20;

/// Work of inflating, in bytes written, from which on a turn inflates no more: a millisecond or so.
const MAX_INFLATE_WORK_BYTES: usize = 4 << 20;

/// What a connection may use of its loop while it is served.
pub struct LoopContext {
    pub arena: Arena,
    pub batch: EventBatch,
    pub deadlines: Deadlines,
    pub config: Arc<EngineConfig>,
    /// Our end of every connection, if it is the same of all.
    pub local: Option<SocketAddr>,
    pub counters: Arc<Counters>,
    pub notices: Arc<Notices>,
    /// Inflates for all connections, one message at a time.
    pub inflater: Inflater,
    pub held_bytes: Arc<HeldBytes>,
    pub context_watch: ContextWatch,
    /// Where the seconds of rates begin.
    pub started: Instant,
    /// The server that gets what is not ours.
    pub upstream: Option<Arc<LoopUpstream>>,
    /// New connections begin with TLS.
    pub tls: Option<Arc<TlsServer>>,
    /// TLS handshakes that may still take a step before sessions get their turn.
    pub handshakes_left: u32,
    /// Slots with something to write.
    pub dirty: Vec<u32>,
    /// Who has subscribed to what, in all loops.
    pub topics: Arc<Topics>,
    /// Who of this loop has subscribed to what.
    pub subscribers: Subscribers,
    /// Subscriptions that have ended; still listed, perhaps.
    pub unlisted: Vec<(TopicId, SessionId)>,
    pub write_tools: WriteTools,
    /// Slots of which something was dropped, or that have drained, to be told at the end of the turn.
    pub reports: Vec<u32>,
    /// The engine stops: nothing new is begun.
    pub stopping: bool,
}

impl LoopContext {
    /// Whether this turn can read no more.
    pub fn is_full(&self) -> bool {
        self.arena.room().is_none() || self.is_batch_full()
    }

    /// Whether no more events may be made in this turn.
    pub fn is_batch_full(&self) -> bool {
        self.batch.remaining() < LEAST_EVENTS
            || self.batch.owned_bytes() >= MAX_OWNED_BYTES
            || self.inflater.work_bytes() >= MAX_INFLATE_WORK_BYTES
    }
}
