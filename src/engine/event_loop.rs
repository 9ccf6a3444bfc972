//! One loop: what happens in a turn, and in which order. Knows nothing of Java; whoever calls `turn` is its carrier.
//!
//! A turn: what Java said since the last one is applied and written, the sockets are looked at once, what they bring
//! becomes events. It returns as soon as there are some.

mod commands;
mod parcels;
mod publishing;
mod writing;

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Instant;

use slab::Slab;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Sleep;

use crate::bridge::{Admission, CommandQueue, Event, EventBatch, EventKind, Payload, Publication, SessionId, Target};
use crate::config::EngineConfig;
use crate::engine::acceptor::{Acceptor, LISTENER_SLOT, LoopLoad};
use crate::engine::arena::Arena;
use crate::engine::connection::{Connection, LoopContext, Next};
use crate::engine::context_watch::ContextWatch;
use crate::engine::counters::Counters;
use crate::engine::deadlines::Deadlines;
use crate::engine::held_bytes::HeldBytes;
use crate::engine::http::Notices;
use crate::engine::log::{LogLines, LogSubscriber};
use crate::engine::ready_list::ReadyList;
use crate::engine::session_table::SessionTable;
use crate::engine::subscribers::Subscribers;
use crate::engine::tls::TlsServer;
use crate::engine::topics::Topics;
use crate::engine::write_queue::WriteTools;
use crate::protocol::Inflater;

/// Events of one turn at most.
pub const BATCH_EVENTS: usize = 8192;

/// Steps of TLS handshakes between two looks at the sessions: an RSA signature takes about a millisecond.
const HANDSHAKE_STEPS: u32 = 16;

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
    pub config: Arc<EngineConfig>,
    pub sessions: Arc<SessionTable>,
    pub topics: Arc<Topics>,
    pub loads: Arc<[LoopLoad]>,
    pub admission: Arc<Admission>,
    pub held_bytes: Arc<HeldBytes>,
    pub counters: Arc<Counters>,
    pub tls: Option<Arc<TlsServer>>,
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
    /// A session whose outbox a sender held: it is looked at again before any other command.
    stalled: Option<Target>,
    scratch: Vec<u32>,
    /// Publications of one topic for the next pass.
    publications: Vec<Publication>,
    /// Slots with publications to write.
    fanned: VecDeque<u32>,
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
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let ready = Arc::new(ReadyList::default());
        let log_lines = Arc::new(LogLines::default());
        let logs = tracing::Dispatch::new(LogSubscriber::new(share.config.log_level, Arc::clone(&log_lines)));
        let ctx = LoopContext {
            arena: Arena::default(),
            batch: EventBatch::with_capacity(BATCH_EVENTS),
            deadlines: Deadlines::default(),
            config: Arc::clone(&share.config),
            counters: Arc::clone(&share.counters),
            notices: Arc::new(Notices::new(&ready)),
            inflater: Inflater::default(),
            held_bytes: Arc::clone(&share.held_bytes),
            context_watch: ContextWatch::new(share.config.compressor_idle),
            started: Instant::now(),
            tls: share.tls.clone(),
            handshakes_left: HANDSHAKE_STEPS,
            dirty: Vec::new(),
            topics: Arc::clone(&share.topics),
            subscribers: Subscribers::default(),
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
            stalled: None,
            scratch: Vec::new(),
            publications: Vec::new(),
            fanned: VecDeque::new(),
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
            if self.looked {
                self.report();
            }
            self.take_logs();
            if self.looked && (!self.ctx.batch.is_empty() || self.is_finished()) {
                return Poll::Ready(());
            }
            let busy = !self.again.is_empty() || !self.ctx.batch.is_empty() || self.is_finished();
            let busy = busy || !self.ctx.reports.is_empty();
            // Who wakes himself while he is served must not keep the runtime from the others.
            let busy = busy || !self.ready.is_empty() || !self.fanned.is_empty() || self.stalled.is_some();
            self.looked = true;
            if busy {
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

    fn is_finished(&self) -> bool {
        self.ctx.stopping && self.connections.is_empty()
    }

    fn start_listening(&mut self) {
        let Some(listener) = self.listener.take() else { return };
        let admission = Arc::clone(&self.share.admission);
        match Acceptor::new(listener, Arc::clone(&self.share.loads), admission, &self.ready) {
            Ok(acceptor) => self.acceptor = Some(acceptor),
            Err(error) => tracing::error!(%error, "the listener cannot be watched: no connection will be accepted"),
        }
    }

    fn serve_ready(&mut self) {
        let mut slots = std::mem::take(&mut self.scratch);
        slots.append(&mut self.again);
        self.ready.take(&mut slots);
        self.ctx.handshakes_left = HANDSHAKE_STEPS;
        for (at, &slot) in slots.iter().enumerate() {
            if self.ctx.is_full() {
                // Who got nothing of this turn is first in the next one.
                self.again.splice(0..0, slots[at..].iter().copied());
                break;
            }
            if slot == LISTENER_SLOT {
                if let Some(acceptor) = &mut self.acceptor {
                    acceptor.accept(&self.ctx.counters);
                }
                continue;
            }
            let Some(connection) = self.connections.get(slot as usize) else {
                continue;
            };
            connection.wake.taken();
            let target = connection.target;
            self.guarded(slot, target, Connection::serve);
        }
        slots.clear();
        self.scratch = slots;
        self.apply_adoptions();
    }

    /// What the acceptor gave to this very loop is read in the same turn.
    fn apply_adoptions(&mut self) {
        if self.acceptor.is_some() && !self.commands().is_empty() {
            self.apply_commands();
        }
    }

    /// Serves one connection so that a panic ends only that one.
    fn guarded(&mut self, slot: u32, target: Target, serve: impl FnOnce(&mut Connection, &mut LoopContext) -> Next) {
        let Some(connection) = self.connections.get_mut(slot as usize).filter(|found| found.target == target) else {
            return;
        };
        let ctx = &mut self.ctx;
        let next = catch_unwind(AssertUnwindSafe(|| serve(connection, ctx))).unwrap_or_else(|payload| {
            ctx.counters.panics.add(1);
            let text = panic_text(&*payload);
            tracing::error!(session = target.session.raw(), "a bug in the engine ended one connection: {text}");
            catch_unwind(AssertUnwindSafe(|| connection.end_after_panic(ctx))).unwrap_or(Next::Remove)
        });
        match next {
            Next::Wait => {}
            Next::Again => self.again.push(slot),
            Next::Remove => self.remove(slot),
        }
    }

    fn remove(&mut self, slot: u32) {
        let Some(mut connection) = self.connections.try_remove(slot as usize) else {
            return;
        };
        connection.set_deadline(&mut self.ctx, None);
        connection.count_dropped(&self.ctx);
        connection.queue.discard_all(&connection.session.pressure);
        connection.session.set_closed();
        connection.end_sending(&mut self.ctx);
        self.share.sessions.remove(connection.target.session);
        self.ctx.counters.connections_open.take_one();
        self.share.loads[self.share.index as usize].connections.fetch_sub(1, Ordering::Relaxed);
    }

    fn expire(&mut self) {
        let now = Instant::now();
        while let Some(slot) = self.ctx.deadlines.pop_expired(now) {
            let Some(target) = self.connections.get(slot as usize).map(|connection| connection.target) else {
                continue;
            };
            self.guarded(slot, target, Connection::expire);
        }
        self.release_contexts(now);
        if let Some(acceptor) =
            self.acceptor.as_mut().filter(|acceptor| acceptor.paused_until().is_some_and(|at| at <= now))
        {
            acceptor.resume();
        }
        if self.stop_at.is_some_and(|at| at <= now) {
            self.stop_at = None;
            self.cut_all();
        }
    }

    /// Compressors of sessions that have sent nothing for a while.
    fn release_contexts(&mut self, now: Instant) {
        while let Some(target) = self.ctx.context_watch.pop_due(now) {
            let connection = self.connections.get(target.slot as usize).filter(|found| found.target == target);
            let context = connection.and_then(|connection| connection.session.deflate.context());
            if context.is_some_and(|context| !context.release_if_idle()) {
                self.ctx.context_watch.add(target);
            }
        }
    }

    fn arm_timer(&mut self, cx: &mut Context<'_>) {
        let paused = self.acceptor.as_ref().and_then(Acceptor::paused_until);
        let Some(next) = [self.ctx.deadlines.earliest(), self.ctx.context_watch.earliest(), self.stop_at, paused]
            .into_iter()
            .flatten()
            .min()
        else {
            return;
        };
        let due = match &self.timer {
            // A timer that is early only wakes us once more.
            Some((at, sleep)) if *at <= next && !sleep.is_elapsed() => return,
            _ => next,
        };
        let mut sleep = Box::pin(tokio::time::sleep_until(due.into()));
        if sleep.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        self.timer = Some((due, sleep));
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
