//! A socket from which no more than so much is read at a time. Knows nothing of TLS.
//!
//! TLS reads until it has something to give or the socket is empty. A peer whose records carry nothing could keep it,
//! and the loop, reading for as long as it sends fast enough.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::engine::arena::READ_BYTES;

/// Bytes of the socket for one turn: what a socket may read, with room for the framing of small records.
const METER_BYTES: usize = 2 * READ_BYTES;

/// A socket with a meter.
pub struct Metered<S> {
    pub socket: S,
    left: usize,
    /// Bytes that the socket took, ever.
    written: u64,
}

impl<S> Metered<S> {
    /// A socket that is read without a limit until its meter is first set.
    pub const fn unlimited(socket: S) -> Self {
        Self { socket, left: usize::MAX, written: 0 }
    }

    /// Bytes that the socket took, ever.
    pub const fn written(&self) -> u64 {
        self.written
    }

    fn count(&mut self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = polled {
            self.written += bytes as u64;
        }
        polled
    }

    /// Begins a turn.
    pub const fn reset(&mut self) {
        self.left = METER_BYTES;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.left == 0 {
            // The socket may have more: it is the next turn's.
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.socket).poll_read(cx, buf);
        this.left = this.left.saturating_sub(buf.filled().len() - before);
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.count(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.count(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn an_endless_peer_has_its_share_of_a_turn_and_is_asked_again_in_the_next() {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut metered = Metered::unlimited(tokio::io::repeat(7));
        for turn in 1..=3 {
            metered.reset();
            let mut bytes = 0;
            loop {
                let mut chunk = [0; 4096];
                let mut buf = ReadBuf::new(&mut chunk);
                match Pin::new(&mut metered).poll_read(&mut Context::from_waker(&waker), &mut buf) {
                    Poll::Ready(read) => read.expect("no end"),
                    Poll::Pending => break,
                }
                bytes += buf.filled().len();
            }
            assert_eq!((bytes, woken.0.load(Ordering::Relaxed)), (METER_BYTES, turn));
        }
    }
    #[test]
    fn what_the_socket_took_is_counted() {
        let mut metered = Metered::unlimited(tokio::io::sink());
        let mut cx = Context::from_waker(Waker::noop());
        let slices = [IoSlice::new(b"de"), IoSlice::new(b"f")];
        assert!(Pin::new(&mut metered).poll_write(&mut cx, b"abc").is_ready());
        assert!(Pin::new(&mut metered).poll_write_vectored(&mut cx, &slices).is_ready());
        assert_eq!(metered.written(), 6);
    }
}
