//! What a loop is told: commands of Java, sockets of the acceptor, notices of HTTP exchanges. Knows nothing of turns.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio::net::TcpStream;

use super::{LOOKED_AT_ONCE, LoopState};
use crate::bridge::{Command, Target, Ticket};
use crate::engine::acceptor::NODELAY_IS_INHERITED;
use crate::engine::connection::{Connection, Next, Phase};
use crate::engine::http::Notice;
use crate::engine::loop_context::LoopContext;
use crate::engine::opening::HeadState;
use crate::engine::ready_list::SocketWaker;
use crate::engine::session_table::ReadyState;
use crate::engine::tls::TlsOpening;
use crate::engine::transport::Transport;
use crate::engine::write_queue::WriteQueue;

impl LoopState {
    /// Applies the commands that wait now; what comes meanwhile is for the next round, so that sockets get their turn.
    pub(super) fn apply_commands(&mut self) {
        if self.stalled.take().is_some_and(|target| self.is_held_up(target, true)) {
            return;
        }
        let mut left = self.fetched.len() + self.commands().len();
        while left > 0 && self.stalled.is_none() {
            let fetched = self.fetch_commands(left);
            if fetched == 0 {
                break;
            }
            left -= fetched;
            self.apply_fetched();
        }
        self.publish_collected();
    }

    /// Takes the next few commands. Returns how many there are now.
    fn fetch_commands(&mut self, most: usize) -> usize {
        while self.fetched.len() < most.min(LOOKED_AT_ONCE)
            && let Some(command) = self.commands().pop()
        {
            self.fetched.push_back(command);
        }
        self.fetched.len()
    }

    /// Applies them one by one, up to a session whose outbox a sender holds.
    fn apply_fetched(&mut self) {
        let mut clear = [false; LOOKED_AT_ONCE];
        for (clear, command) in clear.iter_mut().zip(&self.fetched) {
            *clear = self.is_clear(command);
        }
        for clear in clear {
            let Some(command) = self.fetched.pop_front() else { return };
            self.apply_next(command, clear);
            if self.stalled.is_some() {
                return;
            }
        }
    }

    /// Whether what it fetches may be written at once. Only looks, as before a publication.
    #[inline]
    fn is_clear(&self, command: &Command) -> bool {
        let Command::Flush(target) = command else { return false };
        self.connections.get(target.slot as usize).is_some_and(|connection| connection.is_clear())
    }

    fn apply_next(&mut self, command: Command, is_clear: bool) {
        let command = match command {
            Command::Publish(publication) => return self.collect(*publication),
            other => other,
        };
        if !self.publications.is_empty() {
            self.publish_collected();
        }
        match command {
            Command::Adopt { socket, peer, ticket } => self.adopt(socket, *peer, ticket),
            Command::Stop(within) => self.stop(within),
            Command::Send(target, outgoing) => match self.find(target) {
                Some((connection, ctx)) => connection.send(ctx, outgoing),
                // The connection, and with it the account, is gone.
                None => drop(outgoing),
            },
            Command::Subscribe(target, topic, class) => {
                if self.find(target).is_some_and(|(connection, _)| connection.may_subscribe()) {
                    self.ctx.subscribers.add(topic, target, class);
                }
            }
            Command::Unsubscribe(target, topics) => {
                topics.iter().for_each(|topic| self.ctx.subscribers.remove(*topic, target.session));
            }
            Command::Deliver(target, bytes) => {
                if let Some((connection, ctx)) = self.find(target) {
                    connection.deliver_own(ctx, bytes);
                }
            }
            Command::Flush(target) => {
                self.is_held_up(target, is_clear);
            }
            other => self.apply(other),
        }
    }

    /// Fetches what waits in an outbox. If a sender is at it, all commands wait, for the next may have to come behind it.
    fn is_held_up(&mut self, target: Target, is_clear: bool) -> bool {
        // Without its connection the session, its outbox and the account are gone.
        let mut is_busy = false;
        self.guarded(target.slot, target, |connection, ctx| {
            is_busy = connection.send_batch(ctx, is_clear).is_err();
            Next::Wait
        });
        self.stalled = is_busy.then_some(target);
        self.stalled_rounds = if is_busy { self.stalled_rounds + 1 } else { 0 };
        is_busy
    }

    fn apply(&mut self, command: Command) {
        let (Command::Accept(target, _)
        | Command::Respond(target, _)
        | Command::Close(target, _)
        | Command::Cut(target)
        | Command::Terminate(target, _)
        | Command::ReportDropped(target)
        | Command::ProceedClosing(target)
        | Command::Consumed(target, _)
        | Command::SetLimits(target, _)
        | Command::Panic(target)) = command
        else {
            return;
        };
        self.guarded(target.slot, target, |connection, ctx| {
            match command {
                Command::Accept(_, accept) => return connection.accept(ctx, &accept),
                Command::Respond(_, respond) => return connection.respond(ctx, *respond),
                Command::Close(_, reason) => connection.start_close(ctx, reason.as_deref()),
                Command::Cut(_) => return connection.cut(ctx),
                Command::Terminate(_, why) => return connection.terminate(ctx, why),
                Command::ReportDropped(_) => connection.handle_dropped(ctx),
                Command::ProceedClosing(_) => connection.proceed_closing(ctx),
                Command::Consumed(_, bytes) => return connection.give_back(bytes),
                Command::SetLimits(_, limits) => connection.set_limits(limits),
                Command::Panic(_) => panic!("a panic asked for by a test"),
                Command::Adopt { .. }
                | Command::Send(..)
                | Command::Flush(_)
                | Command::Subscribe(..)
                | Command::Unsubscribe(..)
                | Command::Publish(_)
                | Command::Deliver(..)
                | Command::Stop(_) => {}
            }
            Next::Wait
        });
    }

    fn find(&mut self, target: Target) -> Option<(&mut Connection, &mut LoopContext)> {
        let connection = self.connections.get_mut(target.slot as usize)?;
        (connection.target == target).then_some((&mut **connection, &mut self.ctx))
    }

    /// Takes a connection that another loop has accepted.
    fn adopt(&mut self, socket: std::net::TcpStream, peer: SocketAddr, ticket: Ticket) {
        match TcpStream::from_std(socket) {
            Ok(socket) => self.register(socket, peer, ticket),
            Err(_) => self.count_one_less(),
        }
    }

    /// The load had counted a connection that does not come.
    fn count_one_less(&self) {
        self.share.loads[self.share.index as usize].connections.fetch_sub(1, Ordering::Relaxed);
    }

    /// Begins to serve a connection.
    pub(super) fn register(&mut self, socket: TcpStream, peer: SocketAddr, ticket: Ticket) {
        let entry = self.connections.vacant_entry();
        let slot = entry.key() as u32;
        let is_welcome = !self.ctx.stopping && (NODELAY_IS_INHERITED || socket.set_nodelay(true).is_ok());
        let registered = is_welcome.then(|| self.share.sessions.insert(self.share.index, slot)).flatten();
        let Some((target, session)) = registered else {
            self.count_one_less();
            return;
        };
        let mut connection = Box::new(Connection {
            target,
            session,
            socket: Some(Transport::Plain(socket)),
            waker: SocketWaker::waker(slot, &self.ready),
            phase: match self.ctx.tls {
                None => Phase::Head(HeadState::of_new(peer)),
                Some(_) => Phase::Tls(TlsOpening::Silent),
            },
            queue: WriteQueue::default(),
            deadline: None,
            stalled_since: None,
            dirty: false,
            fanned: false,
            reporting: false,
            overrun: None,
            ticket,
        });
        connection.set_deadline(&mut self.ctx, Some(self.share.config.handshake_timeout));
        entry.insert(connection);
        self.ctx.counters.connections_open.add(1);
        self.again.push(slot);
    }

    pub(super) fn take_notices(&mut self) {
        if self.ctx.notices.is_empty() {
            return;
        }
        for notice in self.ctx.notices.take() {
            match notice {
                Notice::Request { target, record, answer } => {
                    if let Some((connection, ctx)) = self.find(target) {
                        connection.ask_for_response(ctx, record, answer);
                    }
                }
                Notice::Done { target, outcome } => {
                    let target = if outcome.goes_on() { self.renew_session(target) } else { target };
                    self.guarded(target.slot, target, |connection, ctx| connection.end_exchange(ctx, outcome));
                }
                Notice::Answered { target, answer } => {
                    self.guarded(target.slot, target, |connection, ctx| connection.upstream_answered(ctx, answer));
                }
            }
        }
    }

    /// The upstream has answered the opening handshake of this connection itself, so its session is over: for the next
    /// handshake there is another. Returns the target that counts.
    fn renew_session(&mut self, target: Target) -> Target {
        let is_over = |connection: &Connection| connection.session.state() == ReadyState::Closed;
        if !self.find(target).is_some_and(|(connection, _)| is_over(connection)) {
            return target;
        }
        let Some((renewed, session)) = self.share.sessions.insert(self.share.index, target.slot) else {
            return target;
        };
        self.share.sessions.remove(target.session);
        if let Some((connection, _)) = self.find(target) {
            (connection.target, connection.session) = (renewed, session);
        }
        renewed
    }

    pub(super) fn stop(&mut self, within: std::time::Duration) {
        let stop_at = Instant::now() + within;
        if self.ctx.stopping {
            // Who stops again may be in more of a hurry.
            self.stop_at = self.stop_at.map(|at| at.min(stop_at));
            return;
        }
        self.ctx.stopping = true;
        self.listener = None;
        self.acceptor = None;
        if let Some(upstream) = &self.ctx.upstream {
            upstream.stop();
        }
        self.stop_at = Some(stop_at);
        for slot in self.slots() {
            let Some(target) = self.connections.get(slot as usize).map(|connection| connection.target) else {
                continue;
            };
            self.guarded(slot, target, Connection::stop);
        }
    }

    pub(super) fn cut_all(&mut self) {
        for slot in self.slots() {
            let Some(target) = self.connections.get(slot as usize).map(|connection| connection.target) else {
                continue;
            };
            self.guarded(slot, target, |connection, ctx| {
                connection.cut_at_stop(ctx);
                Next::Remove
            });
        }
    }

    fn slots(&self) -> HashSet<u32> {
        self.connections.iter().map(|(slot, _)| slot as u32).collect()
    }
}
