//! What becomes of a connection whose request is for the upstream. Knows nothing of the bytes on the way there.

use std::sync::Arc;

use super::asking::{Answer, Question, ask};
use super::lookout::Lookout;
use super::splice::{Reins, Splice};
use super::tables::AskedEntry;
use crate::bridge::{Endpoints, Event, EventKind, Payload, encode_request};
use crate::engine::connection::{Connection, Next, Phase};
use crate::engine::loop_context::LoopContext;
use crate::engine::opening::{Handshaking, gone};
use crate::engine::session_table::ReadyState;
use crate::engine::transport::Transport;
use crate::protocol::{HeadLimits, Refusal, name_connection, strip_private_headers};

/// A valid opening handshake of which the upstream is asked.
pub struct Asking {
    handshaking: Handshaking,
    /// While it is there, the upstream may ask Java about this connection.
    listed: AskedEntry,
}

impl Connection {
    /// Splices the connection, from the first byte of this request on.
    pub fn begin_splice(&mut self, ctx: &mut LoopContext, bytes: Vec<u8>) -> Next {
        self.set_deadline(ctx, None);
        self.splice(ctx, bytes, Vec::new(), None, Lookout::new)
    }

    fn splice(
        &mut self,
        ctx: &mut LoopContext,
        from_client: Vec<u8>,
        from_upstream: Vec<u8>,
        upstream: Option<tokio::net::TcpStream>,
        looking: fn(HeadLimits) -> Lookout,
    ) -> Next {
        let endpoints = self.socket.as_ref().and_then(Transport::endpoints);
        let (Some(ours), Some(endpoints), Some(client)) = (&ctx.upstream, endpoints, self.socket.take()) else {
            return gone(ctx);
        };
        self.ticket.end_handshake();
        let splice = Splice {
            target: self.target,
            client,
            endpoints,
            upstream,
            from_client,
            from_upstream,
            lookout: looking(ours.shared.head_limits),
            patience: ctx.config.handshake_timeout,
            stall: ctx.config.upstream_stall_timeout,
            counters: Arc::clone(&ctx.counters),
            ours: Arc::clone(ours),
        };
        ctx.counters.connections_spliced.add(1);
        let reins: Reins = splice.start(&ctx.notices);
        if ctx.stopping {
            reins.drain();
        }
        self.phase = Phase::Spliced(reins);
        Next::Wait
    }

    /// Asks the upstream about a valid opening handshake.
    pub fn ask_upstream(
        &mut self,
        ctx: &LoopContext,
        handshaking: Handshaking,
        endpoints: &Endpoints,
        request: &[u8],
    ) -> Next {
        let Some(ours) = &ctx.upstream else {
            return gone(ctx);
        };
        self.ticket.begin_handshake();
        let head = strip_private_headers(request);
        let record = encode_request(endpoints, &head, &[]);
        let listed = ours.shared.asked.insert(self.target.session, record);
        let head = name_connection(&head, &ours.shared.seal.name(self.target.session));
        self.phase = Phase::Asking(Box::new(Asking { handshaking, listed }));
        tokio::spawn(ask(Question { target: self.target, head }, Arc::clone(ours), Arc::clone(&ctx.notices)));
        Next::Wait
    }

    /// The upstream has decided.
    pub fn upstream_answered(&mut self, ctx: &mut LoopContext, answer: Answer) -> Next {
        if !matches!(self.phase, Phase::Asking(_)) {
            return Next::Wait;
        }
        let placeholder = Phase::Lingering { shut_down: true };
        let Phase::Asking(asking) = std::mem::replace(&mut self.phase, placeholder) else {
            return Next::Wait;
        };
        let Asking { mut handshaking, listed } = *asking;
        // Before the event that tells how it ended: Java accepts no more, or that event finds what it accepted.
        drop(listed);
        match answer {
            Answer::Accepted(headers) => {
                handshaking.is_asked = true;
                let mut event = Event::new(EventKind::Accepted, self.target.session, self.target.slot);
                event.payload = Payload::Owned(headers.into_bytes());
                ctx.batch.push(event);
                self.phase = Phase::Handshaking(Box::new(handshaking));
                Next::Wait
            }
            Answer::Relayed { upstream, bytes, tunnel } => {
                self.end_handshake(ctx);
                ctx.counters.upgrades_tunnelled.add(u64::from(tunnel));
                let looking = if tunnel { Lookout::none } else { Lookout::answering };
                self.splice(ctx, handshaking.rest, bytes, Some(upstream), looking)
            }
            Answer::Failed(refusal) => {
                self.end_handshake(ctx);
                self.refuse_for_upstream(ctx, &refusal)
            }
        }
    }

    /// Says that the upstream has not answered; not in the log, where each request would be a line.
    pub fn refuse_for_upstream(&mut self, ctx: &mut LoopContext, refusal: &Refusal) -> Next {
        debug_assert_ne!(self.session.state(), ReadyState::Open, "a session has its 101");
        ctx.counters.upstream_failed.add(1);
        self.answer(ctx, refusal)
    }
}
