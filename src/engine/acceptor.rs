//! Takes connections from the listener and spreads them over the loops. Knows nothing of what they say.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};

use crate::bridge::{Admission, Command, CommandQueue, Ticket};
use crate::engine::buffer_pool::BufferPool;
use crate::engine::counters::Counters;
use crate::engine::ready_list::{ReadyList, SocketWaker};

/// The slot that stands for the listener in a loop's ready list.
pub const LISTENER_SLOT: u32 = u32::MAX;
/// Connections taken in one turn, so that sessions are served in between.
const ACCEPTS_PER_TURN: usize = 64;
/// Pause after an error such as "too many open files".
const PAUSE: Duration = Duration::from_millis(100);

/// On Linux a socket has TCP_NODELAY from its listener, which saves a system call for each connection.
pub const NODELAY_IS_INHERITED: bool = cfg!(target_os = "linux");

/// What the acceptor knows of one loop.
#[derive(Debug, Default)]
pub struct LoopLoad {
    /// Connections that live on the loop or are on their way to it.
    pub connections: AtomicUsize,
    /// The way to it.
    pub commands: CommandQueue,
    /// What the publications weigh that wait for it, in bytes.
    pub publications: AtomicU64,
    /// Publications that were too many, for each subscriber, and that it has not counted yet.
    pub refused_publications: AtomicU64,
    /// Its spare buffers, for what is on the way to it.
    pub buffers: Arc<BufferPool>,
}

/// The listener of an engine, served by its first loop.
pub struct Acceptor {
    listener: TcpListener,
    loads: Arc<[LoopLoad]>,
    admission: Arc<Admission>,
    waker: Waker,
    paused_until: Option<Instant>,
    /// The loop that serves the listener, and what it has got of the connections.
    own_loop: usize,
    own: Vec<(TcpStream, SocketAddr, Ticket)>,
}

impl Acceptor {
    /// Serves a listener, in the context of a tokio runtime. Over TLS nobody is refused by an answer: a handshake would
    /// cost more than the connection that there is no room for.
    ///
    /// # Errors
    /// If the runtime cannot watch the socket.
    pub fn new(
        listener: std::net::TcpListener,
        loads: Arc<[LoopLoad]>,
        admission: Arc<Admission>,
        ready: &Arc<ReadyList>,
        own_loop: usize,
    ) -> io::Result<Self> {
        let listener = TcpListener::from_std(listener)?;
        let waker = SocketWaker::waker(LISTENER_SLOT, ready);
        waker.wake_by_ref();
        Ok(Self { listener, loads, admission, waker, paused_until: None, own_loop, own: Vec::new() })
    }

    /// When accepting goes on after an error.
    pub const fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    /// Goes on after a pause.
    pub fn resume(&mut self) {
        self.paused_until = None;
        self.waker.wake_by_ref();
    }

    /// Connections for the loop that serves the listener. They stay with its runtime: to leave one and to enter it again are
    /// two system calls.
    pub const fn own(&mut self) -> &mut Vec<(TcpStream, SocketAddr, Ticket)> {
        &mut self.own
    }

    /// Takes what waits and gives it to the least loaded loops.
    pub fn accept(&mut self, counters: &Counters) {
        for _ in 0..ACCEPTS_PER_TURN {
            match self.listener.poll_accept(&mut Context::from_waker(&self.waker)) {
                Poll::Pending => return,
                Poll::Ready(Ok((socket, peer))) => {
                    counters.connections_accepted.add(1);
                    self.place(socket, peer, counters);
                }
                Poll::Ready(Err(error)) if is_of_one_connection(&error) => {}
                Poll::Ready(Err(error)) => {
                    tracing::warn!(%error, "accepting fails, trying again in {PAUSE:?}");
                    self.paused_until = Some(Instant::now() + PAUSE);
                    return;
                }
            }
        }
        self.waker.wake_by_ref();
    }

    fn place(&mut self, socket: TcpStream, peer: SocketAddr, counters: &Counters) {
        let ticket = self.admission.admit(peer.ip());
        if ticket.as_ref().is_none_or(|ticket| ticket.over_limit().is_some()) {
            counters.refused_over_limit.add(1);
        }
        let Some(ticket) = ticket else {
            tracing::debug!(%peer, "a connection was cut: over a limit, and too many others are being refused");
            return;
        };
        let connections = |load: &LoopLoad| load.connections.load(Ordering::Relaxed);
        let Some((index, least)) = self.loads.iter().enumerate().min_by_key(|(_, load)| connections(load)) else {
            return;
        };
        if index == self.own_loop {
            least.connections.fetch_add(1, Ordering::Relaxed);
            self.own.push((socket, peer, ticket));
            return;
        }
        match socket.into_std() {
            Ok(socket) => {
                least.connections.fetch_add(1, Ordering::Relaxed);
                least.commands.push(Command::Adopt { socket, peer: Box::new(peer), ticket });
            }
            Err(error) => tracing::warn!(%error, "a connection was lost on its way to its loop"),
        }
    }
}

/// The connection was gone before we took it; the next one may be well.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

/// A listener for [`Acceptor::new`], bound and not yet watched.
///
/// # Errors
/// If the address cannot be had.
pub fn listen(address: SocketAddr, backlog: u32) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Windows gives this flag another meaning: there a second process could take the port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    if NODELAY_IS_INHERITED {
        socket.set_tcp_nodelay(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn accepted_sockets_have_no_delay_from_their_listener() {
        let listener = listen(([127, 0, 0, 1], 0).into(), 1).expect("a free port");
        listener.set_nonblocking(false).expect("a listener");
        let _client = std::net::TcpStream::connect(listener.local_addr().expect("bound")).expect("listened to");
        let (accepted, _) = listener.accept().expect("a connection");
        assert!(accepted.nodelay().expect("a socket"));
    }
}
