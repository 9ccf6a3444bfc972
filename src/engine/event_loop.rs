//! One loop: what happens in a turn, and in which order. Knows nothing of Java; whoever calls `turn` is its carrier.
//!
//! A turn: what Java said since the last one is applied and written, the sockets are looked at once, what they bring
//! becomes events. It returns as soon as there are some.

mod commands;
mod publishing;
mod serving;
mod timing;
mod writing;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use slab::Slab;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Sleep;

use crate::bridge::{
    Admission, Command, CommandQueue, Event, EventBatch, EventKind, Payload, Publication, SessionId, Target,
};
use crate::config::EngineConfig;
use crate::engine::acceptor::{Acceptor, LoopLoad};
use crate::engine::arena::Arena;
use crate::engine::connection::Connection;
use crate::engine::context_watch::ContextWatch;
use crate::engine::counters::Counters;
use crate::engine::deadlines::Deadlines;
use crate::engine::held_bytes::HeldBytes;
use crate::engine::http::Notices;
use crate::engine::log::{LogLines, LogSubscriber};
use crate::engine::loop_context::LoopContext;
use crate::engine::proxy::{LoopUpstream, Upstream};
use crate::engine::ready_list::ReadyList;
use crate::engine::session_table::SessionTable;
use crate::engine::subscribers::Subscribers;
use crate::engine::tls::TlsServer;
use crate::engine::topics::Topics;
use crate::engine::write_queue::WriteTools;
use crate::protocol::Inflater;

/// Events of one turn at most.
pub const BATCH_EVENTS: usize = 8192;

/// Sockets that a look at them brings at most. So many messages are read, handled and answered while what belongs to them,
/// here and in the system, is still in the processor's cache; the next look costs a few nanoseconds for each.
const SOCKETS_OF_A_LOOK: usize = 128;

/// Steps of TLS handshakes between two looks at the sockets: an RSA signature takes about a millisecond, a look and the
/// messages that it brings less.
const HANDSHAKE_STEPS: u32 = 4;

/// Connections whose memory is fetched at the same time.
const LOOKED_AT_ONCE: usize = 16;

/// What a turn has brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// So many events in the batch.
    Events(usize),
    /// The loop has stopped, every event was delivered.
    Stopped,
}

/// What a loop shares with the rest of its engine.
#[derive(Clone)]
pub struct LoopShare {
    pub index: u32,
    /// Our end of every connection; `None` if the system has to be asked, as the listener has all addresses.
    pub local: Option<SocketAddr>,
    pub config: Arc<EngineConfig>,
    pub sessions: Arc<SessionTable>,
    pub topics: Arc<Topics>,
    pub loads: Arc<[LoopLoad]>,
    pub admission: Arc<Admission>,
    pub held_bytes: Arc<HeldBytes>,
    pub counters: Arc<Counters>,
    pub tls: Option<Arc<TlsServer>>,
    pub upstream: Option<Arc<Upstream>>,
}

/// A loop with its runtime. `Send`: successive turns may run on different threads.
pub struct EventLoop {
    runtime: Runtime,
    logs: tracing::Dispatch,
    /// Highest epoch that a carrier came with.
    epoch: u64,
    state: LoopState,
}

struct LoopState {
    share: LoopShare,
    ctx: LoopContext,
    connections: Slab<Box<Connection>>,
    ready: Arc<ReadyList>,
    /// Slots to serve in the next look.
    again: Vec<u32>,
    /// Commands that were taken from the queue and are next; between two rounds there are some only behind a stalled session.
    fetched: VecDeque<Command>,
    /// A session whose outbox a sender held: it is looked at again before any other command.
    stalled: Option<Target>,
    /// Looks one behind the other in which it was held.
    stalled_rounds: u32,
    /// While the timer is armed for a rest: when that ends.
    rest_until: Option<Instant>,
    scratch: Vec<u32>,
    /// Publications of one topic for the next pass.
    publications: Vec<Publication>,
    /// Slots with publications to write.
    fanned: VecDeque<u32>,
    /// Subscribers written to since the loop has looked at its sockets.
    flushed: usize,
    /// From so many on a pass only queues.
    most_in_pass: usize,
    /// The last pass had several publications.
    come_together: bool,
    /// Not yet watched: the first turn brings it into the runtime.
    listener: Option<TcpListener>,
    acceptor: Option<Acceptor>,
    log_lines: Arc<LogLines>,
    timer: Option<(Instant, Pin<Box<Sleep>>)>,
    stop_at: Option<Instant>,
    /// The runtime has looked at the sockets in this turn.
    looked: bool,
}

impl EventLoop {
    /// Makes a loop; the one with the listener accepts for all.
    ///
    /// # Errors
    /// If the system gives no event queue.
    pub fn new(share: LoopShare, listener: Option<TcpListener>) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_io_events_per_tick(SOCKETS_OF_A_LOOK)
            .build()?;
        let ready = Arc::new(ReadyList::default());
        let log_lines = Arc::new(LogLines::default());
        let logs = tracing::Dispatch::new(LogSubscriber::new(share.config.log_level, Arc::clone(&log_lines)));
        let ctx = LoopContext {
            arena: Arena::default(),
            batch: EventBatch::with_capacity(BATCH_EVENTS),
            deadlines: Deadlines::default(),
            config: Arc::clone(&share.config),
            local: share.local,
            counters: Arc::clone(&share.counters),
            notices: Arc::new(Notices::new(&ready)),
            inflater: Inflater::default(),
            held_bytes: Arc::clone(&share.held_bytes),
            context_watch: ContextWatch::new(share.config.compressor_idle),
            started: Instant::now(),
            upstream: share.upstream.clone().map(|upstream| {
                let max_idle = share.config.upstream_max_idle;
                Arc::new(LoopUpstream::new(upstream, max_idle))
            }),
            tls: share.tls.clone(),
            handshakes_left: HANDSHAKE_STEPS,
            dirty: Vec::new(),
            topics: Arc::clone(&share.topics),
            subscribers: Subscribers::default(),
            unlisted: Vec::new(),
            write_tools: WriteTools::new(Arc::clone(&share.loads[share.index as usize].buffers)),
            reports: Vec::new(),
            stopping: false,
        };
        let state = LoopState {
            share,
            ctx,
            connections: Slab::new(),
            ready,
            again: Vec::new(),
            fetched: VecDeque::new(),
            stalled: None,
            stalled_rounds: 0,
            rest_until: None,
            scratch: Vec::new(),
            publications: Vec::new(),
            fanned: VecDeque::new(),
            flushed: 0,
            most_in_pass: writing::MOST_FLUSHES,
            come_together: false,
            listener,
            acceptor: None,
            log_lines,
            timer: None,
            stop_at: None,
            looked: false,
        };
        Ok(Self { runtime, logs, epoch: 0, state })
    }

    /// Notes the epoch of a carrier and returns the highest there was.
    pub fn enter_epoch(&mut self, epoch: u64) -> u64 {
        self.epoch = self.epoch.max(epoch);
        self.epoch
    }

    /// Drives the loop until there are events or it has stopped. The events of the last turn are gone.
    pub fn turn(&mut self) -> Turn {
        let Self { runtime, logs, state, .. } = self;
        state.ctx.batch.advance();
        state.ctx.arena.reset();
        state.ctx.inflater.take_work_bytes();
        state.looked = false;
        // Those for whom the last turn had no room.
        state.report();
        tracing::dispatcher::with_default(logs, || {
            runtime.block_on(tokio::task::unconstrained(poll_fn(|cx| state.poll_turn(cx))));
        });
        match state.ctx.batch.len() {
            0 => Turn::Stopped,
            events => Turn::Events(events),
        }
    }

    /// The events of the last turn.
    pub const fn batch(&mut self) -> &mut EventBatch {
        &mut self.state.ctx.batch
    }

    /// The arena their bytes lie in.
    pub const fn arena(&mut self) -> &mut Arena {
        &mut self.state.ctx.arena
    }
}

impl LoopState {
    fn commands(&self) -> &CommandQueue {
        &self.share.loads[self.share.index as usize].commands
    }

    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.commands().unpark();
        self.ready.set_turn(cx.waker());
        loop {
            self.start_listening();
            self.apply_commands();
            self.take_notices();
            if self.looked {
                self.serve_ready();
                self.expire();
            }
            self.flush_dirty();
            self.flush_fanned();
            // Who ended there has a Close frame to write.
            self.flush_dirty();
            self.take_off_lists();
            if self.looked {
                self.report();
            }
            self.take_logs();
            if self.looked && (!self.ctx.batch.is_empty() || self.is_finished()) {
                return Poll::Ready(());
            }
            self.looked = true;
            let is_busy = self.is_busy();
            if !is_busy && self.stalled.is_some() && self.rest(cx) {
                return Poll::Pending;
            }
            if is_busy || self.stalled.is_some() {
                // The runtime looks at the sockets without waiting, then polls us again.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.arm_timer(cx);
            if self.ctx.notices.is_empty() && self.commands().try_park(cx.waker()) {
                return Poll::Pending;
            }
        }
    }

    /// Whether there is something to do without anything new.
    fn is_busy(&self) -> bool {
        let has_events = !self.ctx.batch.is_empty() || !self.ctx.reports.is_empty();
        // Who wakes himself while he is served must not keep the runtime from the others.
        let has_ready = !self.again.is_empty() || !self.ready.is_empty() || !self.fanned.is_empty();
        has_events || has_ready || self.is_finished()
    }

    fn is_finished(&self) -> bool {
        self.ctx.stopping && self.connections.is_empty()
    }

    fn start_listening(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        let admission = Arc::clone(&self.share.admission);
        match Acceptor::new(listener, Arc::clone(&self.share.loads), admission, &self.ready, self.share.index as usize)
        {
            Ok(acceptor) => self.acceptor = Some(acceptor),
            Err(error) => tracing::error!(%error, "the listener cannot be watched: no connection will be accepted"),
        }
    }

    fn take_logs(&mut self) {
        while let Some(line) = self.log_lines.pop() {
            let mut event = Event::new(EventKind::Log, SessionId::from_raw(line.session), 0);
            event.code = log_code(line.level);
            event.payload = Payload::Owned(line.text.into_bytes());
            self.ctx.batch.push(event);
        }
    }
}

const fn log_code(level: tracing::Level) -> u16 {
    match level {
        tracing::Level::ERROR => 1,
        tracing::Level::WARN => 2,
        tracing::Level::INFO => 3,
        tracing::Level::DEBUG => 4,
        tracing::Level::TRACE => 5,
    }
}

/// What a panic said.
pub fn panic_text(payload: &(dyn std::any::Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no text)")
}
