//! Every connection of an engine by its id, for any thread. Knows nothing of sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use sharded_slab::Slab;

use crate::bridge::{
    BudgetShare, BufferBudget, DroppedAccount, OutboundLimits, Pressure, SessionId, SharedLimits, Target,
};
use crate::engine::outbox::Outbox;
use crate::engine::session_deflate::SessionDeflate;
use crate::engine::topics::SessionTopics;

/// RFC 6455 section 7.1, with the numbers of `WebSocket.readyState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ReadyState {
    /// The opening handshake is not done.
    Connecting = 0,
    /// Messages flow.
    Open = 1,
    /// A closing handshake was started by either side.
    Closing = 2,
    /// It is over; also the answer for an id that is not known.
    Closed = 3,
}

/// What all threads may know and change of one connection.
#[derive(Debug)]
pub struct Session {
    /// The loop it lives on.
    pub loop_index: u32,
    /// Its slot there.
    pub slot: u32,
    /// What it still has to write.
    pub pressure: Pressure,
    /// Messages that its loop has not fetched yet.
    pub outbox: Outbox,
    /// How much that may be.
    pub limits: SharedLimits,
    /// What was dropped of it.
    pub dropped: DroppedAccount,
    /// The message that Java sends in parts.
    pub parts: Parts,
    /// How it is compressed.
    pub deflate: SessionDeflate,
    /// What it is subscribed to.
    pub topics: SessionTopics,
    state: AtomicU8,
}

/// Which kind of message is out in parts and not complete; 0 for none. Parts of two kinds cannot be told apart on the
/// wire (RFC 6455 section 5.4: no other data frame between the fragments of a message).
#[derive(Debug, Default)]
pub struct Parts(AtomicU8);

/// Added to the kind.
const DISCARDING: u8 = 16;

impl Parts {
    /// Whether a message of this kind, or its last part, may go out.
    pub fn allow(&self, kind: u8) -> bool {
        [0, kind].contains(&(self.0.load(Ordering::Acquire) & !DISCARDING))
    }

    /// Whether a message is out in parts.
    pub fn is_open(&self) -> bool {
        self.0.load(Ordering::Acquire) != 0
    }

    /// Whether the message that is out in parts is thrown away, as its first part was.
    pub fn is_discarding(&self) -> bool {
        self.0.load(Ordering::Acquire) & DISCARDING != 0
    }

    /// The first part of a message is thrown away, and so are those that follow.
    pub fn begin_discarding(&self, kind: u8) {
        // Fails if another thread has begun a message meanwhile: then both would not have been whole.
        let _ = self.0.compare_exchange(0, kind | DISCARDING, Ordering::AcqRel, Ordering::Acquire);
    }

    /// A part that is not the last goes out; `false` if one of another kind came first.
    pub fn begin(&self, kind: u8) -> bool {
        match self.0.compare_exchange(0, kind, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(open) => open & !DISCARDING == kind,
        }
    }

    /// A whole message or a last part went out.
    pub fn end(&self) {
        if self.is_open() {
            self.0.store(0, Ordering::Release);
        }
    }
}

impl Session {
    fn new(loop_index: u32, slot: u32, pressure: Pressure, limits: OutboundLimits) -> Self {
        let (limits, dropped) = (SharedLimits::new(limits), DroppedAccount::default());
        let (parts, deflate) = (Parts::default(), SessionDeflate::default());
        let state = AtomicU8::new(ReadyState::Connecting as u8);
        let (outbox, topics) = (Outbox::default(), SessionTopics::default());
        Self { loop_index, slot, pressure, outbox, limits, dropped, parts, deflate, topics, state }
    }

    /// The state now.
    pub fn state(&self) -> ReadyState {
        match self.state.load(Ordering::Acquire) {
            0 => ReadyState::Connecting,
            1 => ReadyState::Open,
            2 => ReadyState::Closing,
            _ => ReadyState::Closed,
        }
    }

    /// Goes from one state to another; `false`, changing nothing, if it is not in the first.
    pub fn transition(&self, from: ReadyState, to: ReadyState) -> bool {
        self.state.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// It is over, whatever it was.
    pub fn set_closed(&self) {
        self.state.store(ReadyState::Closed as u8, Ordering::Release);
    }
}

/// 33 million connections; 1,024 threads that register or remove some at one time; 2^29 lives of one slot before an id
/// comes again.
struct TableConfig;

impl sharded_slab::Config for TableConfig {
    const INITIAL_PAGE_SIZE: usize = 32;
    const MAX_PAGES: usize = 20;
    const MAX_THREADS: usize = 1024;
}

/// All connections of one engine. Reading is lock-free.
pub struct SessionTable {
    sessions: Slab<Arc<Session>, TableConfig>,
    /// With which a session begins.
    limits: OutboundLimits,
    budget: Arc<BufferBudget>,
}

impl SessionTable {
    /// A table of sessions that begin with `limits` and are counted in `budget`.
    pub fn new(limits: OutboundLimits, budget: Arc<BufferBudget>) -> Self {
        Self { sessions: Slab::new_with_config::<TableConfig>(), limits, budget }
    }

    /// Registers a connection. `None` if there are too many.
    pub fn insert(&self, loop_index: u32, slot: u32) -> Option<(Target, Arc<Session>)> {
        let pressure = Pressure::new(BudgetShare::new(Arc::clone(&self.budget), loop_index));
        let session = Arc::new(Session::new(loop_index, slot, pressure, self.limits));
        let key = self.sessions.insert(Arc::clone(&session))?;
        // A key may be 0, and an event uses session 0 for "none".
        Some((Target { session: SessionId::from_raw(key as u64 + 1), slot }, session))
    }

    /// Looks a connection up and uses it. `None` for an id that is stale or never was.
    pub fn with<R>(&self, id: SessionId, use_it: impl FnOnce(&Session) -> R) -> Option<R> {
        let key = usize::try_from(id.raw()).ok()?.checked_sub(1)?;
        self.sessions.get(key).map(|session| use_it(&session))
    }

    /// [`with`](Self::with), for who uses it again and again; it may have ended meanwhile, and says so.
    pub fn get(&self, id: SessionId) -> Option<Arc<Session>> {
        let key = usize::try_from(id.raw()).ok()?.checked_sub(1)?;
        self.sessions.get(key).map(|session| Arc::clone(&session))
    }

    /// Forgets a connection; its id is stale from now on.
    pub fn remove(&self, id: SessionId) {
        if let Some(key) = usize::try_from(id.raw()).ok().and_then(|raw| raw.checked_sub(1)) {
            self.sessions.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bridge::OverflowStrategy;

    const LIMITS: OutboundLimits =
        OutboundLimits { low_water_bytes: 1, high_water_bytes: 2, overflow: OverflowStrategy::Block };

    #[test]
    fn a_stale_id_is_not_taken_for_the_connection_that_has_its_place_now() {
        let table = SessionTable::new(LIMITS, Arc::new(BufferBudget::new(1, 1)));
        let (first, _) = table.insert(0, 5).expect("room");
        table.remove(first.session);
        let (second, _) = table.insert(0, 5).expect("room");
        assert_ne!(first.session, second.session);
        assert_eq!(table.with(first.session, Session::state), None);
        assert_eq!(table.with(second.session, Session::state), Some(ReadyState::Connecting));
        assert_eq!(table.with(SessionId::from_raw(0), Session::state), None);
        assert_eq!(table.with(SessionId::from_raw(u64::MAX), Session::state), None);
    }

    #[test]
    fn states_only_go_forward() {
        let session = Session::new(0, 0, Pressure::default(), LIMITS);
        assert!(session.transition(ReadyState::Connecting, ReadyState::Open));
        assert!(!session.transition(ReadyState::Connecting, ReadyState::Closed));
        assert!(session.transition(ReadyState::Open, ReadyState::Closing));
        session.set_closed();
        assert_eq!(session.state(), ReadyState::Closed);
    }
}
