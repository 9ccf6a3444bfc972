//! The TLS handshake of a connection, before its first request head. Knows nothing of HTTP but how it begins.

use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;
use tokio::net::TcpStream;
use tokio_rustls::server::{FallibleAccept, TlsStream};

use crate::engine::connection::{Connection, Next, Phase};
use crate::engine::loop_context::LoopContext;
use crate::engine::opening::HeadState;
use crate::engine::tls::Metered;
use crate::engine::transport::Transport;
use crate::protocol::Refusal;

/// Bytes that TLS may hold encrypted before the socket has taken them. They count as written, so the amount a session
/// has buffered may be this much, and the framing of TLS, larger than is said.
const MAX_ENCRYPTED_BYTES: usize = 32 << 10;
/// What somebody gets who speaks HTTP without TLS.
const SPEAKS_TLS: &str = "this port speaks TLS: use https:// in place of http://, or wss:// in place of ws://";

/// How far a connection is that speaks TLS.
pub enum TlsOpening {
    /// Nothing came yet.
    Silent,
    /// The handshake has the socket.
    Handshake(Box<FallibleAccept<Metered<TcpStream>>>),
}

impl Connection {
    /// Goes on with the handshake as far as the socket allows.
    pub fn open_tls(&mut self, ctx: &mut LoopContext) -> Next {
        if ctx.handshakes_left == 0 {
            return Next::Again;
        }
        if let Phase::Tls(TlsOpening::Silent) = self.phase
            && let Err(next) = self.begin_handshake(ctx)
        {
            return next;
        }
        let Phase::Tls(TlsOpening::Handshake(accept)) = &mut self.phase else {
            return Next::Wait;
        };
        ctx.handshakes_left -= 1;
        match Pin::new(accept).poll(&mut Context::from_waker(&self.waker)) {
            Poll::Pending => Next::Wait,
            Poll::Ready(Ok(stream)) => self.begin_head(stream),
            Poll::Ready(Err((error, socket))) => self.handshake_failed(ctx, &error, socket.socket),
        }
    }

    /// Looks at the first byte, which stays in the socket. `Err`: no handshake begins.
    fn begin_handshake(&mut self, ctx: &mut LoopContext) -> Result<(), Next> {
        let (Some(Transport::Plain(socket)), Some(tls)) = (&self.socket, &ctx.tls) else {
            return Err(Next::Remove);
        };
        let mut first = [0];
        match socket.poll_peek(&mut Context::from_waker(&self.waker), &mut ReadBuf::new(&mut first)) {
            Poll::Pending => return Err(Next::Wait),
            Poll::Ready(Ok(0) | Err(_)) => return Err(self.abandon(ctx)),
            Poll::Ready(Ok(_)) => {}
        }
        // A request begins with a letter, a record of TLS with a control character (RFC 8446 section 5.1).
        if first[0].is_ascii_alphabetic() {
            return Err(self.refuse(ctx, &Refusal::bad_request(SPEAKS_TLS)));
        }
        let acceptor = tls.acceptor();
        let Some(Transport::Plain(socket)) = self.socket.take() else {
            return Err(Next::Remove);
        };
        let socket = Metered::unlimited(socket);
        let accept = acceptor.accept_with(socket, |session| session.set_buffer_limit(Some(MAX_ENCRYPTED_BYTES)));
        self.phase = Phase::Tls(TlsOpening::Handshake(Box::new(accept.into_fallible())));
        Ok(())
    }

    /// The deadline stays: one covers the handshake and the head.
    fn begin_head(&mut self, stream: TlsStream<Metered<TcpStream>>) -> Next {
        self.socket = Some(Transport::tls(stream));
        self.phase = Phase::Head(HeadState::default());
        Next::Again
    }

    fn handshake_failed(&mut self, ctx: &mut LoopContext, error: &io::Error, socket: TcpStream) -> Next {
        self.count_failed_handshake(ctx, &error.to_string());
        if error.kind() != ErrorKind::InvalidData {
            return Next::Remove;
        }
        // Our alert is on its way and says why: it must not be lost to a reset.
        self.socket = Some(Transport::Plain(socket));
        self.session.set_closed();
        self.linger(ctx)
    }

    /// The deadline has come before the handshake was done. Who never said a word has failed at nothing.
    pub fn handshake_took_too_long(&mut self, ctx: &mut LoopContext) -> Next {
        if let Phase::Tls(TlsOpening::Silent) = self.phase {
            return self.abandon(ctx);
        }
        self.count_failed_handshake(ctx, &format!("not complete within {:?}", ctx.config.handshake_timeout));
        Next::Remove
    }

    fn count_failed_handshake(&self, ctx: &LoopContext, why: &str) {
        ctx.counters.tls_handshakes_failed.add(1);
        tracing::info!(session = self.target.session.raw(), "TLS handshake failed: {why}");
    }
}
