//! A connection's byte stream: a plain socket or TLS over one. Knows nothing of what the bytes mean.

use std::io::{self, ErrorKind, IoSlice};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::net::SendFlags;
use socket2::SockRef;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::bridge::Endpoints;
use crate::engine::tls::Metered;

/// The stream of a connection. TLS is behind a pointer, so that a plain connection stays small.
pub enum Transport {
    /// The socket itself.
    Plain(TcpStream),
    /// TLS whose handshake is done.
    Tls(Box<TlsTransport>),
}

impl Transport {
    /// TLS whose handshake is done.
    pub fn tls(stream: TlsStream<Metered<TcpStream>>) -> Self {
        Self::Tls(Box::new(TlsTransport { stream, failed: None }))
    }

    /// Whether the bytes are protected.
    pub const fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Between whom the stream is; `None` if the system has forgotten it.
    pub fn endpoints(&self) -> Option<Endpoints> {
        let of = |socket: &TcpStream| -> Option<(SocketAddr, SocketAddr)> {
            Some((socket.peer_addr().ok()?, socket.local_addr().ok()?))
        };
        let ((remote, local), client_certificate) = match self {
            Self::Plain(socket) => (of(socket)?, Vec::new()),
            Self::Tls(tls) => {
                let (metered, session) = tls.stream.get_ref();
                let shown = session.peer_certificates().and_then(|chain| chain.first());
                (of(&metered.socket)?, shown.map_or_else(Vec::new, |leaf| leaf.to_vec()))
            }
        };
        Some(Endpoints { remote, local, secure: self.is_tls(), client_certificate })
    }

    /// Bytes that TLS has given to its socket, ever; of a plain stream nothing: what it takes, its socket takes.
    pub fn pushed_bytes(&self) -> u64 {
        match self {
            Self::Plain(_) => 0,
            Self::Tls(tls) => tls.stream.get_ref().0.written(),
        }
    }

    /// Whether [`try_write`](Self::try_write) is worth a try.
    #[inline]
    pub fn is_writable(&self) -> bool {
        match self {
            // Asks the runtime, not the system.
            Self::Plain(socket) => socket.try_io(Interest::WRITABLE, || Ok(())).is_ok(),
            Self::Tls(_) => false,
        }
    }

    /// Writes to a plain socket what it takes now, and wakes nobody when it can take more. `None`: it has taken nothing, or
    /// has failed, which the next write finds again.
    #[inline]
    pub fn try_write(&self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Plain(socket) => send(socket, bytes, SendFlags::empty()).ok(),
            Self::Tls(_) => None,
        }
    }

    /// Ready if a read would not wait. After a short read of a plain socket this only registers the waker.
    pub fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Self::Plain(socket) => socket.poll_read_ready(cx).map(|_| ()),
            Self::Tls(tls) => tls.poll_readable(cx),
        }
    }
}

/// TLS over a socket. Reads until the socket is empty, so that a short read means just that, as with a plain one. Or it
/// means that the socket had its share of the turn; then the waker has been told.
pub struct TlsTransport {
    stream: TlsStream<Metered<TcpStream>>,
    /// What ended the stream behind bytes that were read before.
    failed: Option<io::Error>,
}

impl TlsTransport {
    /// Gives the socket what TLS holds back, whether it is said to take something or not. Whether it took something.
    ///
    /// # Errors
    /// What the socket said.
    pub fn push_held(&mut self) -> io::Result<bool> {
        let (metered, session) = self.stream.get_mut();
        match session.write_tls(&mut Straight(&metered.socket)) {
            Ok(bytes) => Ok(bytes > 0),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(error) = self.failed.take() {
            return Poll::Ready(Err(error));
        }
        self.stream.get_mut().0.reset();
        let before = buf.filled().len();
        while buf.remaining() > 0 {
            let is_first = buf.filled().len() == before;
            match Pin::new(&mut self.stream).poll_fill_buf(cx) {
                Poll::Ready(Ok([])) => break,
                Poll::Ready(Ok(data)) => {
                    let count = data.len().min(buf.remaining());
                    buf.put_slice(&data[..count]);
                    Pin::new(&mut self.stream).consume(count);
                }
                Poll::Ready(Err(error)) if is_first => return Poll::Ready(Err(readable(error))),
                Poll::Ready(Err(error)) => {
                    self.failed = Some(readable(error));
                    break;
                }
                Poll::Pending if is_first => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_readable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.failed.is_none() {
            match Pin::new(&mut self.stream).poll_fill_buf(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(_)) => {}
                Poll::Ready(Err(error)) => self.failed = Some(readable(error)),
            }
        }
        Poll::Ready(())
    }
}

/// A plain socket whose last bytes are written: they leave together with its end, in one packet and not in two. So
/// [`end`](Self::end) must follow.
pub struct LastWrite<'a>(pub &'a TcpStream);

/// More is to come in the same packet: the end. Elsewhere they leave one behind the other.
#[cfg(target_os = "linux")]
const WITH_THE_END: SendFlags = SendFlags::MORE;
#[cfg(not(target_os = "linux"))]
const WITH_THE_END: SendFlags = SendFlags::empty();

/// Gives bytes to the socket, unless it is said to take none. On Linux a peer that has gone is an error and no signal.
fn send(socket: &TcpStream, bytes: &[u8], flags: SendFlags) -> io::Result<usize> {
    #[cfg(target_os = "linux")]
    let flags = flags | SendFlags::NOSIGNAL;
    socket.try_io(Interest::WRITABLE, || Ok(rustix::net::send(socket, bytes, flags)?))
}

fn poll_send(socket: &TcpStream, cx: &mut Context<'_>, bytes: &[u8], flags: SendFlags) -> Poll<io::Result<usize>> {
    loop {
        ready!(socket.poll_write_ready(cx))?;
        match send(socket, bytes, flags) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            written => return Poll::Ready(written),
        }
    }
}

impl LastWrite<'_> {
    /// Ends our direction. An error means that it has ended.
    pub fn end(&self) {
        let _ = SockRef::from(self.0).shutdown(Shutdown::Write);
    }
}

impl AsyncWrite for LastWrite<'_> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        poll_send(self.0, cx, bytes, WITH_THE_END)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.end();
        Poll::Ready(Ok(()))
    }
}

/// A socket that is asked itself, not what its runtime knows of it. Wakes nobody when it can take more.
pub struct Straight<'a>(pub &'a TcpStream);

impl io::Write for Straight<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        SockRef::from(self.0).send(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncWrite for Straight<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match io::Write::write(&mut *self, bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Poll::Pending,
            written => Poll::Ready(written),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// RFC 8446 section 6.1: an end without close_notify may have been cut off by anybody, so it is an error.
fn readable(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::UnexpectedEof => {
            io::Error::new(ErrorKind::UnexpectedEof, "the peer closed the connection without a TLS close_notify")
        }
        _ => error,
    }
}

impl AsyncRead for Transport {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(cx, buf),
            Self::Tls(tls) => tls.poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => poll_send(socket, cx, bytes, SendFlags::empty()),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write_vectored(cx, slices),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(cx),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_flush(cx),
        }
    }

    /// Ends our direction; TLS says so first (close_notify).
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(&mut tls.stream).poll_shutdown(cx),
        }
    }
}
