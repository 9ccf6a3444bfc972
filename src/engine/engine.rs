//! An engine as a whole: start, stop, and what any thread may ask of it. Knows nothing of Java.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crossbeam_utils::CachePadded;
use parking_lot::{Mutex, MutexGuard};

use crate::bridge::{
    Accept, Admission, AdmissionLimits, BufferBudget, Command, Respond, SendOutcome, SessionId, Target,
};
use crate::config::EngineConfig;
use crate::engine::acceptor::{LoopLoad, listen};
use crate::engine::counters::Counters;
use crate::engine::deflater_pool::DeflaterPool;
use crate::engine::event_loop::{EventLoop, LoopShare, Turn};
use crate::engine::held_bytes::HeldBytes;
use crate::engine::proxy::Upstream;
use crate::engine::session_deflate::OutboundDeflate;
use crate::engine::session_table::{ReadyState, Session, SessionTable};
use crate::engine::tls::TlsServer;
use crate::engine::topics::Topics;
use crate::protocol::{CloseReason, MessageLimits};

/// Connections over a limit that still get an answer; more are cut at once.
const REFUSED_AT_ONCE: usize = 256;

/// Why an engine could not start.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {cause}")]
pub struct StartError {
    /// The address that was asked for.
    pub address: SocketAddr,
    /// What the system said.
    pub cause: std::io::Error,
}

/// A call that the caller must not make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiMisuse {
    /// There is no such loop.
    #[error("loop {0} does not exist")]
    NoSuchLoop(usize),
    /// A loop has one carrier at a time.
    #[error("loop {0} is being driven by another thread")]
    AlreadyDriven(usize),
    /// Another carrier has taken the loop over.
    #[error("loop {index}: epoch {epoch} is stale, it is driven with epoch {driven}")]
    StaleEpoch {
        /// The loop.
        index: usize,
        /// What the caller has.
        epoch: u64,
        /// The highest that was seen.
        driven: u64,
    },
    /// No payload waits under this index.
    #[error("event {0} of this batch has no payload to fetch, or it was fetched before")]
    NothingToFetch(usize),
    /// The engine was not started for tests.
    #[error("only an engine with test_hooks=1 has this")]
    NotForTests,
    /// The engine serves plain connections.
    #[error("the engine was started without TLS")]
    NoTls,
}

/// How Java closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseRequest {
    /// A closing handshake; `None`: an empty Close frame.
    Handshake(Option<CloseReason>),
    /// No frame, the connection is cut.
    Cut,
}

/// A running engine.
pub struct Engine {
    pub(super) config: Arc<EngineConfig>,
    pub(super) sessions: Arc<SessionTable>,
    pub(super) deflaters: DeflaterPool,
    pub(super) topics: Arc<Topics>,
    /// Counted up before each publication, so that no message passes one of its own thread in an outbox.
    pub(super) publish_epoch: CachePadded<AtomicU32>,
    /// What all sessions together hold outbound.
    pub(super) budget: Arc<BufferBudget>,
    pub(super) loads: Arc<[LoopLoad]>,
    counters: Vec<Arc<Counters>>,
    loops: Vec<Mutex<EventLoop>>,
    address: SocketAddr,
    tls: Option<Arc<TlsServer>>,
    pub(super) upstream: Option<Arc<Upstream>>,
}

impl Engine {
    /// Binds the listener and makes the loops. Nothing happens before they are driven by [`turn`](Self::turn).
    ///
    /// # Errors
    /// [`StartError`] with the address.
    pub fn start(config: EngineConfig) -> Result<Self, StartError> {
        Self::start_with(config, None)
    }

    /// [`start`](Self::start) with TLS on every connection: `wss` and `https` in place of `ws` and `http`.
    ///
    /// # Errors
    /// [`StartError`] with the address.
    pub fn start_tls(config: EngineConfig, tls: TlsServer) -> Result<Self, StartError> {
        Self::start_with(config, Some(Arc::new(tls)))
    }

    fn start_with(config: EngineConfig, tls: Option<Arc<TlsServer>>) -> Result<Self, StartError> {
        let wanted = SocketAddr::new(config.host, config.port);
        let failed = |cause| StartError { address: wanted, cause };
        let listener = listen(wanted, config.backlog).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let config = Arc::new(config);
        let budget = Arc::new(BufferBudget::new(config.loops, config.max_buffered_bytes));
        let sessions = Arc::new(SessionTable::new(config.outbound_limits(), Arc::clone(&budget)));
        let topics = Arc::new(Topics::default());
        let loads: Arc<[LoopLoad]> = (0..config.loops).map(|_| LoopLoad::default()).collect();
        // An answer over TLS would cost a handshake, and those that are too many get none.
        let refused_at_once = if tls.is_some() { 0 } else { REFUSED_AT_ONCE };
        let admission = Arc::new(Admission::new(admission_limits(&config), refused_at_once));
        let held_bytes = Arc::new(HeldBytes::new(config.max_held_bytes));
        let upstream = Upstream::new(&config).map_err(failed)?.map(Arc::new);
        let mut listener = Some(listener);
        let (mut loops, mut counters) = (Vec::new(), Vec::new());
        for index in 0..config.loops {
            let share = LoopShare {
                index: index as u32,
                local: (!address.ip().is_unspecified()).then_some(address),
                config: Arc::clone(&config),
                sessions: Arc::clone(&sessions),
                topics: Arc::clone(&topics),
                loads: Arc::clone(&loads),
                admission: Arc::clone(&admission),
                held_bytes: Arc::clone(&held_bytes),
                counters: Arc::new(Counters::default()),
                tls: tls.clone(),
                upstream: upstream.clone(),
            };
            counters.push(Arc::clone(&share.counters));
            loops.push(Mutex::new(EventLoop::new(share, listener.take()).map_err(failed)?));
        }
        let deflaters = DeflaterPool::new(idle_deflaters(&config));
        let publish_epoch = CachePadded::default();
        Ok(Self {
            config,
            sessions,
            deflaters,
            topics,
            budget,
            publish_epoch,
            loads,
            counters,
            loops,
            address,
            tls,
            upstream,
        })
    }

    /// Where the engine listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificates of this engine, to be exchanged from any thread.
    ///
    /// # Errors
    /// [`ApiMisuse::NoTls`] if it was started without.
    pub fn tls(&self) -> Result<&TlsServer, ApiMisuse> {
        self.tls.as_deref().ok_or(ApiMisuse::NoTls)
    }

    /// Drives a loop until there are events or it has stopped. One caller at a time; for callers that never take a loop
    /// over from each other.
    ///
    /// # Errors
    /// [`ApiMisuse`] for an unknown loop or a second caller.
    pub fn turn(&self, index: usize) -> Result<Turn, ApiMisuse> {
        Ok(self.lock(index)?.turn())
    }

    /// [`turn`](Self::turn) for callers that take the loop over from each other: each does so with a greater `epoch`, and
    /// who comes back with a smaller one than was seen is turned away.
    ///
    /// # Errors
    /// [`ApiMisuse`] for an unknown loop, a second caller or a stale epoch.
    pub fn turn_in_epoch(&self, index: usize, epoch: u64) -> Result<Turn, ApiMisuse> {
        let mut event_loop = self.lock(index)?;
        let driven = event_loop.enter_epoch(epoch);
        if driven > epoch {
            return Err(ApiMisuse::StaleEpoch { index, epoch, driven });
        }
        Ok(event_loop.turn())
    }

    /// Uses a session. `None` for an id that is stale or never was.
    #[inline]
    pub fn with_session<R>(&self, id: SessionId, use_it: impl FnOnce(&Session) -> R) -> Option<R> {
        self.sessions.with(id, use_it)
    }

    /// A session, for who uses it again and again. `None` for an id that is stale or never was.
    pub fn session(&self, id: SessionId) -> Option<Arc<Session>> {
        self.sessions.get(id)
    }

    /// Takes the payload of an event of the last turn.
    ///
    /// # Errors
    /// [`ApiMisuse`] if there is none, or while the loop is driven.
    pub fn fetch(&self, index: usize, event: usize) -> Result<Vec<u8>, ApiMisuse> {
        self.lock(index)?.batch().fetch(event).ok_or(ApiMisuse::NothingToFetch(event))
    }

    /// The memory of a loop's arena and event batch, which stays where it is until the engine is dropped.
    ///
    /// # Errors
    /// [`ApiMisuse`] for an unknown loop, or while it is driven.
    pub fn with_memory<R>(
        &self,
        index: usize,
        arena: bool,
        use_it: impl FnOnce(&mut [u8]) -> R,
    ) -> Result<R, ApiMisuse> {
        let mut event_loop = self.lock(index)?;
        Ok(if arena { use_it(event_loop.arena().memory()) } else { use_it(event_loop.batch().memory()) })
    }

    fn lock(&self, index: usize) -> Result<MutexGuard<'_, EventLoop>, ApiMisuse> {
        let found = self.loops.get(index).ok_or(ApiMisuse::NoSuchLoop(index))?;
        found.try_lock().ok_or(ApiMisuse::AlreadyDriven(index))
    }

    /// Starts to close a session. `Closed` if that has begun before.
    pub fn close(&self, id: SessionId, request: CloseRequest) -> SendOutcome {
        self.change(id, ReadyState::Open, ReadyState::Closing, |target| match request {
            CloseRequest::Handshake(reason) => Command::Close(target, reason.map(Box::new)),
            CloseRequest::Cut => Command::Cut(target),
        })
    }

    /// Accepts an opening handshake. `Closed` if the connection is gone.
    pub fn accept(&self, id: SessionId, accept: Accept) -> SendOutcome {
        // Before the state is open: who may send then finds it.
        if let Some(deflate) = &accept.deflate {
            self.sessions.with(id, |session| session.deflate.set(OutboundDeflate::new(deflate)));
        }
        if let Some(limits) = accept.outbound {
            self.sessions.with(id, |session| session.limits.set(limits));
        }
        self.change(id, ReadyState::Connecting, ReadyState::Open, |target| Command::Accept(target, Box::new(accept)))
    }

    /// Answers a request with anything but 101. After a plain HTTP request the connection may ask again.
    pub fn respond(&self, id: SessionId, respond: Respond) -> SendOutcome {
        self.tell(id, |target| Command::Respond(target, Box::new(respond)))
    }

    fn change(
        &self,
        id: SessionId,
        from: ReadyState,
        to: ReadyState,
        command: impl FnOnce(Target) -> Command,
    ) -> SendOutcome {
        let changed = self.sessions.with(id, |session| {
            if !session.transition(from, to) {
                return SendOutcome::Closed;
            }
            if to == ReadyState::Closing {
                self.leave_topics(id, session);
            }
            self.push(id, session, command);
            SendOutcome::Queued
        });
        changed.unwrap_or(SendOutcome::Closed)
    }

    /// Goes on with a closing that the peer started.
    pub fn proceed_closing(&self, id: SessionId) {
        self.tell(id, Command::ProceedClosing);
    }

    /// Gives inbound window back.
    pub fn consumed(&self, id: SessionId, bytes: u32) {
        self.tell(id, |target| Command::Consumed(target, bytes));
    }

    /// Frames that one message may have.
    #[must_use]
    pub fn max_fragments(&self) -> u32 {
        self.config.max_fragments
    }

    /// Sets the message limits of a session, from its next message on.
    pub fn set_message_limits(&self, id: SessionId, limits: MessageLimits) {
        self.tell(id, |target| Command::SetLimits(target, limits));
    }

    /// Panics while serving a connection.
    ///
    /// # Errors
    /// [`ApiMisuse::NotForTests`] unless the engine was started for tests.
    pub fn panic_for_test(&self, id: SessionId) -> Result<(), ApiMisuse> {
        if !self.config.test_hooks {
            return Err(ApiMisuse::NotForTests);
        }
        self.tell(id, Command::Panic);
        Ok(())
    }

    fn tell(&self, id: SessionId, command: impl FnOnce(Target) -> Command) -> SendOutcome {
        let told = self.sessions.with(id, |session| self.push(id, session, command));
        told.map_or(SendOutcome::Closed, |()| SendOutcome::Queued)
    }

    pub(super) fn push(&self, id: SessionId, session: &Session, command: impl FnOnce(Target) -> Command) {
        let target = Target { session: id, slot: session.slot };
        self.loads[session.loop_index as usize].commands.push(command(target));
    }

    /// Where publishers count, whatever loop their subscribers are on.
    pub(super) fn publisher_counters(&self) -> &Counters {
        &self.counters[0]
    }

    /// The state of a session; closed for an id that is not known.
    pub fn ready_state(&self, id: SessionId) -> ReadyState {
        self.sessions.with(id, Session::state).unwrap_or(ReadyState::Closed)
    }

    /// Bytes accepted for a session and not yet written to its socket, frame headers included; 0 after its end, also
    /// while a frame that was cut off in the middle is still being completed. Over TLS a write ends in its buffer, which
    /// holds at most 32 KiB until the socket takes them.
    pub fn buffered_amount(&self, id: SessionId) -> u64 {
        let waiting = |session: &Session| match session.state() {
            ReadyState::Closed => 0,
            _ => session.pressure.bytes(),
        };
        self.sessions.with(id, waiting).unwrap_or(0)
    }

    /// Starts the stop: no new connection, 1001 to every session, what is left is cut after `within`.
    pub fn stop(&self, within: Duration) {
        for load in self.loads.iter() {
            load.commands.push(Command::Stop(within));
        }
    }

    /// The sums of all loops' counters, in the order of [`Counters`].
    pub fn counters(&self) -> Vec<u64> {
        let all: Vec<_> = self.counters.iter().map(|counters| counters.values()).collect();
        let numbers = all.first().map_or(0, Vec::len);
        (0..numbers).map(|at| all.iter().map(|values| values[at]).sum()).collect()
    }
}

/// As many as threads that send at one moment, on a machine with little else to do.
fn idle_deflaters(config: &EngineConfig) -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).max(config.loops)
}

fn admission_limits(config: &EngineConfig) -> AdmissionLimits {
    AdmissionLimits {
        max_connections: config.max_connections,
        max_connections_per_address: config.max_connections_per_address,
        max_handshakes: config.max_handshakes,
    }
}
