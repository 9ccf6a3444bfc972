//! The opening of a connection: request heads, refusals, the 101. Knows nothing of frames.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};
use tokio::sync::oneshot;

use crate::bridge::event::flags;
use crate::bridge::{Accept, Endpoints, Event, EventKind, OverLimit, Payload, Respond, encode_request};
use crate::engine::connection::{Connection, Next, Phase, ReadOutcome};
use crate::engine::held_bytes::HeldShare;
use crate::engine::http::{self, Exchange, Outcome};
use crate::engine::loop_context::LoopContext;
use crate::engine::messages::OpenState;
use crate::engine::session_table::ReadyState;
use crate::protocol::{
    CloseCode, CloseReason, Head, HeadLimits, HeadReader, HttpRequestHead, Refusal, UpgradeRequest, switching_protocols,
};

/// A request head that is being read.
#[derive(Default)]
pub struct HeadState {
    pub bytes: Vec<u8>,
    reader: HeadReader,
    /// As the acceptor has seen it; behind a pointer, for only the first request is asked for often.
    peer: Option<Box<SocketAddr>>,
    /// The connection has brought a whole request before: it may end without another.
    served: bool,
}

/// A valid opening handshake.
pub struct Handshaking {
    upgrade: UpgradeRequest,
    /// What came behind the head.
    pub rest: Vec<u8>,
    /// The same in the engine's account.
    held: HeldShare,
    /// The upstream has accepted it.
    pub is_asked: bool,
}

impl HeadState {
    /// Of a connection that was accepted just now.
    pub fn of_new(peer: SocketAddr) -> Self {
        Self { peer: Some(Box::new(peer)), ..Self::default() }
    }
}

impl Connection {
    /// Reads a request head and decides what the request is.
    pub fn read_head(&mut self, ctx: &mut LoopContext) -> Next {
        match self.read(ctx) {
            Ok(ReadOutcome::Nothing) => Next::Wait,
            Ok(ReadOutcome::NoRoom) => Next::Again,
            Ok(ReadOutcome::End) | Err(_) => self.abandon(ctx),
            Ok(ReadOutcome::Bytes(range, more)) => {
                let Phase::Head(head) = &mut self.phase else {
                    return Next::Wait;
                };
                // Nothing of a head stays in the arena: the events own their bytes.
                head.bytes.extend_from_slice(ctx.arena.slice(range));
                match self.decide(ctx) {
                    Next::Wait if !more && matches!(self.phase, Phase::Head(_)) => self.arm_reading(),
                    Next::Wait if more => Next::Again,
                    next => next,
                }
            }
        }
    }

    /// The peer has gone, or never spoke. Behind a whole request it may be silent.
    pub fn abandon(&self, ctx: &LoopContext) -> Next {
        let is_idle = matches!(&self.phase, Phase::Head(head) if head.served && head.bytes.is_empty());
        if is_idle { Next::Remove } else { gone(ctx) }
    }

    /// Looks at the bytes so far.
    fn decide(&mut self, ctx: &mut LoopContext) -> Next {
        let limits = HeadLimits { max_bytes: ctx.config.max_head_bytes, max_headers: ctx.config.max_headers };
        let Phase::Head(head) = &mut self.phase else {
            return Next::Wait;
        };
        let decision = head.reader.read(&head.bytes, &limits);
        let bytes = match decision {
            Head::Incomplete => return Next::Wait,
            _ => std::mem::take(&mut head.bytes),
        };
        match decision {
            Head::Refused(refusal) => self.refuse(ctx, &refusal),
            _ if self.ticket.over_limit().is_some() => self.refuse_over_limit(ctx),
            Head::Upgrade(upgrade, head_bytes) => self.begin_handshake_of(ctx, upgrade, bytes, head_bytes),
            Head::Http(request, head_bytes) if is_for_upstream(ctx, &bytes[request.head_start..head_bytes]) => {
                self.begin_splice(ctx, bytes)
            }
            Head::Http(request, head_bytes) => self.begin_exchange(ctx, &request, bytes, head_bytes),
            Head::Incomplete => Next::Wait,
        }
    }

    /// Between whom the connection is. The system is asked only for what is not known: each question is a call.
    fn endpoints(&mut self, ctx: &LoopContext) -> Option<Endpoints> {
        let socket = self.socket.as_ref()?;
        let known = match &mut self.phase {
            Phase::Head(head) if !socket.is_tls() => head.peer.take().zip(ctx.local),
            _ => None,
        };
        match known {
            Some((remote, local)) => {
                Some(Endpoints { remote: *remote, local, secure: false, client_certificate: Vec::new() })
            }
            None => socket.endpoints(),
        }
    }

    /// Hands a valid opening handshake to Java, or to the upstream.
    fn begin_handshake_of(
        &mut self,
        ctx: &mut LoopContext,
        upgrade: UpgradeRequest,
        mut bytes: Vec<u8>,
        head: usize,
    ) -> Next {
        let Some(endpoints) = self.endpoints(ctx) else {
            return gone(ctx);
        };
        let rest = bytes.split_off(head);
        let mut held = HeldShare::new(Arc::clone(&ctx.held_bytes));
        if !held.set(rest.capacity() as u64) {
            let text = "the server holds as much of incomplete messages as it may (maxHeldBytes); try again later";
            return self.refuse(ctx, &Refusal::new(503, text).with_header("Retry-After", "5"));
        }
        let request = &bytes[upgrade.head_start..];
        let handshaking = Handshaking { upgrade, rest, held, is_asked: false };
        self.set_deadline(ctx, None);
        if is_for_upstream(ctx, request) {
            return self.ask_upstream(ctx, handshaking, &endpoints, request);
        }
        let mut event = Event::new(EventKind::Request, self.target.session, self.target.slot);
        event.flags = flags::UPGRADE;
        event.payload = Payload::Owned(encode_request(&endpoints, request, &[]));
        ctx.batch.push(event);
        self.phase = Phase::Handshaking(Box::new(handshaking));
        Next::Wait
    }

    /// Lends the socket to hyper for one request.
    fn begin_exchange(
        &mut self,
        ctx: &mut LoopContext,
        request: &HttpRequestHead,
        bytes: Vec<u8>,
        head: usize,
    ) -> Next {
        let (Some(endpoints), Some(socket)) = (self.endpoints(ctx), self.socket.take()) else {
            return gone(ctx);
        };
        let exchange = Exchange {
            target: self.target,
            socket,
            head_bytes: head - request.head_start,
            bytes: bytes[request.head_start..].to_vec(),
            body_bytes: if request.chunked { None } else { Some(request.content_length.unwrap_or(0)) },
            endpoints,
            max_body_bytes: ctx.config.max_http_body_bytes,
            body_timeout: ctx.config.handshake_timeout,
            counters: Arc::clone(&ctx.counters),
        };
        self.set_deadline(ctx, None);
        // Whoever reads a response slowly must not hold up those who want a WebSocket.
        self.ticket.end_handshake();
        self.phase = Phase::Http(None);
        tokio::spawn(http::serve(exchange, ctx.notices.clone()));
        Next::Wait
    }

    /// hyper has a whole request for Java.
    pub fn ask_for_response(&mut self, ctx: &mut LoopContext, record: Vec<u8>, answer: oneshot::Sender<Respond>) {
        let mut event = Event::new(EventKind::Request, self.target.session, self.target.slot);
        event.payload = Payload::Owned(record);
        ctx.batch.push(event);
        self.phase = Phase::Http(Some(answer));
    }

    /// hyper is done with the request.
    pub fn end_exchange(&mut self, ctx: &mut LoopContext, outcome: Outcome) -> Next {
        match outcome {
            Outcome::Lost => {
                ctx.counters.transports_lost.add(1);
                Next::Remove
            }
            Outcome::Ended => Next::Remove,
            Outcome::Refused(socket, refusal) => {
                self.socket = Some(socket);
                self.refuse_for_upstream(ctx, &refusal)
            }
            Outcome::Close(socket) => {
                self.socket = Some(socket);
                self.linger(ctx)
            }
            Outcome::KeepAlive(socket, bytes) => {
                self.socket = Some(socket);
                if ctx.stopping {
                    return self.linger(ctx);
                }
                self.phase = Phase::Head(HeadState { bytes, reader: HeadReader::new(), peer: None, served: true });
                self.set_deadline(ctx, Some(ctx.config.handshake_timeout));
                match self.decide(ctx) {
                    Next::Wait => Next::Again,
                    next => next,
                }
            }
        }
    }

    /// Java accepts the session, whose state is open already: so it must be told of every end from here on.
    pub fn accept(&mut self, ctx: &mut LoopContext, accept: &Accept) -> Next {
        if !matches!(self.phase, Phase::Handshaking(_)) {
            return Next::Wait;
        }
        let placeholder = Phase::Lingering { shut_down: true };
        let Phase::Handshaking(handshaking) = std::mem::replace(&mut self.phase, placeholder) else {
            return Next::Wait;
        };
        let head = String::from_utf8_lossy(&accept.head);
        let extension = accept.deflate.map(|deflate| deflate.parameters.to_header());
        let response = switching_protocols(&handshaking.upgrade, extension.as_deref(), &Accept::headers(&head));
        self.phase = Phase::Open(Box::new(OpenState::new(accept, handshaking.rest, handshaking.held)));
        ctx.counters.sessions_opened.add(1);
        ctx.counters.upgrades_accepted.add(u64::from(handshaking.is_asked));
        self.ticket.end_handshake();
        match response {
            Ok(response) => self.queue.push_own(response),
            Err(error) => {
                let refusal = Refusal::new(500, "the response headers of the application are not valid");
                self.queue.push_own(refusal.to_bytes());
                self.transport_failed(ctx, &format!("the handshake response cannot be sent: {error}"));
                return Next::Again;
            }
        }
        self.mark_dirty(ctx);
        if ctx.stopping {
            self.start_close(ctx, Some(&CloseReason::new(CloseCode::GOING_AWAY, "")));
        }
        Next::Again
    }

    /// Java answers a request with anything but 101.
    pub fn respond(&mut self, ctx: &mut LoopContext, respond: Respond) -> Next {
        match &mut self.phase {
            Phase::Http(answer) => {
                // The exchange may be gone already; its end is on the way.
                let _ = answer.take().map(|answer| answer.send(respond));
                Next::Wait
            }
            Phase::Handshaking(_) if self.session.transition(ReadyState::Connecting, ReadyState::Closed) => {
                ctx.counters.handshakes_refused.add(1);
                self.queue.push_own(closing_response(&respond));
                self.end_handshake(ctx);
                self.linger(ctx)
            }
            _ => Next::Wait,
        }
    }

    /// The connection never becomes a session: Java drops what it kept of it.
    pub fn end_handshake(&mut self, ctx: &mut LoopContext) {
        // Java may be accepting at this moment; whoever comes second finds what the first has done.
        self.session.transition(ReadyState::Connecting, ReadyState::Closed);
        // Open: Java has accepted meanwhile and must hear how its session ended.
        let accepted = matches!(self.session.state(), ReadyState::Open | ReadyState::Closing);
        self.session.set_closed();
        let code = if accepted { CloseCode::ABNORMAL.0 } else { 0 };
        self.emit(ctx, EventKind::Closed, code, "");
    }

    /// Answers with a readable text, after which the connection is closed.
    pub fn refuse(&mut self, ctx: &mut LoopContext, refusal: &Refusal) -> Next {
        tracing::info!(
            session = self.target.session.raw(),
            status = refusal.status,
            "request refused: {}",
            refusal.body
        );
        self.answer(ctx, refusal)
    }

    /// [`refuse`](Self::refuse) without a line in the log.
    pub fn answer(&mut self, ctx: &mut LoopContext, refusal: &Refusal) -> Next {
        ctx.counters.handshakes_refused.add(1);
        self.session.set_closed();
        self.queue.push_own(refusal.to_bytes());
        self.linger(ctx)
    }

    fn refuse_over_limit(&mut self, ctx: &mut LoopContext) -> Next {
        let limits = *self.ticket.limits();
        let (status, text) = match self.ticket.over_limit() {
            Some(OverLimit::Address) => {
                let most = limits.max_connections_per_address;
                (429, format!("your address has {most} connections open, which is its limit; close some"))
            }
            Some(OverLimit::Handshakes) => {
                let most = limits.max_handshakes;
                (503, format!("the server is at its limit of {most} opening handshakes at a time; try again later"))
            }
            Some(OverLimit::Connections) | None => {
                let most = limits.max_connections;
                (503, format!("the server is at its limit of {most} connections; try again later"))
            }
        };
        self.refuse(ctx, &Refusal::new(status, text).with_header("Retry-After", "5"))
    }

    /// The head did not arrive in time.
    pub fn refuse_late(&mut self, ctx: &mut LoopContext) -> Next {
        let limit = ctx.config.handshake_timeout;
        self.refuse(ctx, &Refusal::new(408, format!("the request head did not arrive within {limit:?}")))
    }

    /// The engine stops. `Remove` if nothing has to be said.
    pub fn stop(&mut self, ctx: &mut LoopContext) -> Next {
        match &self.phase {
            Phase::Tls(_) | Phase::Head(_) => Next::Remove,
            Phase::Handshaking(_) | Phase::Asking(_) => {
                // Loses against an `Accept` that is on its way: then the session gets its 1001 behind the 101.
                if self.session.transition(ReadyState::Connecting, ReadyState::Closed) {
                    ctx.counters.handshakes_refused.add(1);
                    self.queue.push_own(Refusal::new(503, "the server is stopping").to_bytes());
                    self.end_handshake(ctx);
                    return self.linger(ctx);
                }
                Next::Wait
            }
            Phase::Open(_) => {
                self.start_close(ctx, Some(&CloseReason::new(CloseCode::GOING_AWAY, "")));
                Next::Wait
            }
            Phase::Spliced(reins) => {
                reins.drain();
                Next::Wait
            }
            Phase::Http(_) | Phase::Lingering { .. } => Next::Wait,
        }
    }

    /// The time of the stop is over.
    pub fn cut_at_stop(&mut self, ctx: &mut LoopContext) {
        match &self.phase {
            Phase::Open(_) => {
                if self.closing_took_too_long(ctx) == Next::Wait {
                    // It still waited for its handler and has only gone on now.
                    self.closing_took_too_long(ctx);
                }
            }
            Phase::Handshaking(_) | Phase::Asking(_) => self.end_handshake(ctx),
            Phase::Tls(_) | Phase::Head(_) | Phase::Http(_) | Phase::Spliced(_) | Phase::Lingering { .. } => {}
        }
    }
}

/// Whether this request, a whole head, is the upstream's to answer.
fn is_for_upstream(ctx: &LoopContext, head: &[u8]) -> bool {
    ctx.upstream.as_ref().is_some_and(|upstream| upstream.takes(head))
}

/// The peer has gone before its request could be handed on.
pub fn gone(ctx: &LoopContext) -> Next {
    ctx.counters.handshakes_abandoned.add(1);
    Next::Remove
}

/// A whole HTTP/1.1 response after which the connection is closed.
fn closing_response(respond: &Respond) -> Vec<u8> {
    let status = StatusCode::from_u16(respond.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for line in String::from_utf8_lossy(&respond.head).lines() {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
            tracing::warn!(name, value, "a response header of the application is not valid and was left out");
            continue;
        }
        response.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    response
        .extend_from_slice(format!("Content-Length: {}\r\nConnection: close\r\n\r\n", respond.body.len()).as_bytes());
    response.extend_from_slice(&respond.body);
    response
}
