//! Bytes of a client to the upstream and back, until both have ended, or the client wants a WebSocket. Knows nothing of
//! what they mean; `lookout` does.
//!
//! Each direction reads when what it read before is written, so each holds 64 KiB at most, and nothing while nothing
//! waits. The end of one direction is passed on, the other one goes on.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep_until};

use super::LoopUpstream;
use super::asking::connect;
use super::lookout::{Answers, Lookout, Requests};
use super::way::{Failed, Way};
use crate::bridge::{Endpoints, Target};
use crate::engine::counters::Counters;
use crate::engine::http::{Notices, Outcome, done_on_drop};
use crate::engine::transport::Transport;
use crate::protocol::Refusal;

/// When the engine stops, an answer of which nothing came for this long counts as complete.
const QUIET: Duration = Duration::from_millis(250);

/// A connection, as its loop hands it over.
pub struct Splice {
    pub target: Target,
    pub client: Transport,
    pub endpoints: Endpoints,
    /// To the upstream; `None`: a fresh connection.
    pub upstream: Option<TcpStream>,
    /// What the client has sent already.
    pub from_client: Vec<u8>,
    /// What the upstream has sent already.
    pub from_upstream: Vec<u8>,
    /// Who looks at what passes.
    pub lookout: Lookout,
    /// Silence of a client that the upstream has left, after which the connection ends.
    pub patience: Duration,
    /// A client that takes nothing for this long of what waits for it is given up.
    pub stall: Duration,
    pub counters: Arc<Counters>,
    pub ours: Arc<LoopUpstream>,
}

/// What a splice is told from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    #[default]
    GoOn,
    /// Bring what was begun to its end.
    Drain,
    /// End now.
    Cut,
}

#[derive(Default)]
struct Orders {
    order: Order,
    waker: Option<Waker>,
}

/// The loop's hold on a splice; the splice ends when it is dropped.
#[derive(Default)]
pub struct Reins(Arc<Mutex<Orders>>);

impl Reins {
    /// The engine stops: no new request is passed on, what was asked is answered.
    pub fn drain(&self) {
        self.give(Order::Drain);
    }

    fn give(&self, order: Order) {
        let mut orders = self.0.lock();
        orders.order = order;
        if let Some(waker) = orders.waker.take() {
            waker.wake();
        }
    }
}

impl Drop for Reins {
    fn drop(&mut self) {
        self.give(Order::Cut);
    }
}

impl Splice {
    /// Splices until the end, and gives back what is left; the reins lead to it.
    pub fn start(self, notices: &Arc<Notices>) -> Reins {
        let reins = Reins::default();
        tokio::spawn(serve(self, Arc::clone(&reins.0), Arc::clone(notices)));
        reins
    }
}

async fn serve(mut splice: Splice, orders: Arc<Mutex<Orders>>, notices: Arc<Notices>) {
    let mut done = done_on_drop(splice.target, notices);
    let upstream = match splice.upstream.take() {
        Some(upstream) => Ok(upstream),
        None => connect(&splice.ours).await,
    };
    let known = upstream.and_then(|upstream| Ok((upstream.local_addr()?.port(), upstream)));
    done.outcome = match known {
        Ok((port, upstream)) => {
            // Before the upstream can see a byte, it can see whose it is.
            let peers = &splice.ours.shared.peers;
            let _listed = peers.insert(port, splice.target.session, splice.endpoints.clone());
            let mut running = Running::new(splice, upstream, orders);
            let end = poll_fn(|cx| running.poll(cx)).await;
            running.outcome(end)
        }
        Err(error) => {
            tracing::debug!(session = splice.target.session.raw(), %error, "the upstream cannot be reached");
            Outcome::Refused(splice.client, Refusal::new(502, "the server behind this one cannot be reached"))
        }
    };
}

/// How a splice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// By both sides, or the client has gone.
    Clean,
    /// The upstream has gone, while the client may still be sending.
    Upstream,
    /// The client does not read.
    Stalled,
    /// The client wants a WebSocket, and has all answers to what it wanted before.
    Handshake,
}

struct Running {
    client: Transport,
    upstream: TcpStream,
    up: Way,
    down: Way,
    lookout: Lookout,
    patience: Duration,
    stall: Duration,
    counters: Arc<Counters>,
    ours: Arc<LoopUpstream>,
    orders: Arc<Mutex<Orders>>,
    draining: bool,
    /// The upstream was the last to say something.
    answered: bool,
    upstream_failed: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Running {
    fn new(splice: Splice, upstream: TcpStream, orders: Arc<Mutex<Orders>>) -> Self {
        let Splice { client, from_client, from_upstream, mut lookout, patience, stall, counters, ours, .. } = splice;
        let from_client = lookout.begin(from_client, &from_upstream);
        Self {
            client,
            upstream,
            up: Way::new(from_client),
            answered: !from_upstream.is_empty(),
            down: Way::new(from_upstream),
            lookout,
            patience,
            stall,
            counters,
            ours,
            orders,
            draining: false,
            upstream_failed: false,
            timer: None,
        }
    }

    fn outcome(self, end: End) -> Outcome {
        match end {
            End::Clean => Outcome::Ended,
            // What it said must not be lost to a reset because the client's last bytes were not read.
            End::Upstream => Outcome::Close(self.client),
            End::Stalled => Outcome::Lost,
            // The connection to the upstream ends here; the next one is that of the handshake.
            End::Handshake => Outcome::KeepAlive(self.client, self.lookout.into_withheld()),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        match self.order(cx) {
            Order::GoOn => {}
            Order::Drain => self.draining = true,
            Order::Cut => return Poll::Ready(End::Clean),
        }
        loop {
            if !self.move_bytes(cx) {
                return Poll::Ready(End::Clean);
            }
            if self.lookout.has_found() {
                if self.is_at_rest() {
                    return Poll::Ready(End::Handshake);
                }
                self.lookout.lose();
            }
            if let Some(withheld) = self.lookout.take_lost() {
                self.up.append(&withheld);
                continue;
            }
            if self.down.done && (self.up.done || self.upstream_failed) {
                let client_may_send = self.upstream_failed || self.draining;
                return Poll::Ready(if client_may_send { End::Upstream } else { End::Clean });
            }
            if let Some(end) = ready!(self.poll_deadline(cx)) {
                return Poll::Ready(end);
            }
        }
    }

    /// Everything that was read is out, and neither side has ended.
    const fn is_at_rest(&self) -> bool {
        self.up.is_empty() && self.down.is_empty() && !self.down.ended && !self.up.ended && !self.upstream_failed
    }

    fn order(&self, cx: &Context<'_>) -> Order {
        let mut orders = self.orders.lock();
        if !orders.waker.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            orders.waker = Some(cx.waker().clone());
        }
        orders.order
    }

    /// Moves what can be moved both ways; `false`: the client has gone.
    fn move_bytes(&mut self, cx: &mut Context<'_>) -> bool {
        let Self { client, upstream, up, down, lookout, .. } = self;
        let (read_before, passed_before, written_before) = (up.read, up.written, down.written);
        let mut scratch = self.ours.scratch.lock();
        if !up.done {
            match up.poll(client, upstream, &mut Requests(lookout), &mut scratch, cx) {
                Poll::Pending => {}
                Poll::Ready(Ok(())) => up.done = true,
                Poll::Ready(Err(Failed::Source)) => return false,
                Poll::Ready(Err(Failed::Sink)) => (up.done, self.upstream_failed) = (true, true),
            }
        }
        // Behind a handshake that was found the upstream has nothing to say.
        if !down.done && !lookout.has_found() {
            match down.poll(upstream, client, &mut Answers(lookout), &mut scratch, cx) {
                Poll::Pending => {}
                Poll::Ready(Ok(())) => down.done = true,
                Poll::Ready(Err(Failed::Source)) => (down.done, self.upstream_failed) = (true, true),
                Poll::Ready(Err(Failed::Sink)) => return false,
            }
        }
        self.counters.bytes_in.add(up.read - read_before);
        self.counters.bytes_out.add(down.written - written_before);
        if down.written > written_before {
            self.answered = true;
        } else if up.written > passed_before {
            self.answered = false;
        }
        true
    }

    /// Ready when a time has come: with the end that this is, or with nothing where bytes may move again.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<Option<End>> {
        let Some((at, due)) = self.deadline() else {
            self.timer = None;
            return Poll::Pending;
        };
        if at > Instant::now() {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(at.into())));
            if timer.deadline() != at.into() {
                timer.as_mut().reset(at.into());
            }
            ready!(timer.as_mut().poll(cx));
            return Poll::Ready(None);
        }
        match due {
            Due::Stall => {
                Poll::Ready(if self.down.push_through(&mut self.client) > 0 { None } else { Some(End::Stalled) })
            }
            Due::Silence => Poll::Ready(Some(End::Clean)),
            Due::Quiet => {
                // The upstream ends the connection behind its answer when it hears that no request follows.
                self.up.ended = true;
                Poll::Ready(None)
            }
        }
    }

    fn deadline(&self) -> Option<(Instant, Due)> {
        let moved = self.up.moved.max(self.down.moved);
        if !self.down.is_empty() {
            Some((self.down.moved + self.stall, Due::Stall))
        } else if self.down.done {
            Some((moved + self.patience, Due::Silence))
        } else if self.draining && self.answered && self.up.is_empty() && !self.up.ended {
            Some((moved + QUIET, Due::Quiet))
        } else {
            None
        }
    }
}

/// What a time is for.
#[derive(Clone, Copy)]
enum Due {
    /// The client takes nothing.
    Stall,
    /// The client says nothing to an upstream that has said all.
    Silence,
    /// The engine stops, and nothing is under way.
    Quiet,
}
