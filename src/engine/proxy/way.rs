//! One direction of a splice: what was read and is not yet written. Knows nothing of the other one.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::engine::transport::{Straight, Transport};

/// One direction.
pub struct Way {
    /// Read and not written.
    waiting: Vec<u8>,
    at: usize,
    /// Written, but perhaps not out of TLS.
    unflushed: bool,
    /// Its source has sent all.
    pub ended: bool,
    /// Its end was passed on, or nothing can be.
    pub done: bool,
    /// Bytes read and bytes written, ever; without those it began with in the first.
    pub read: u64,
    pub written: u64,
    /// When something was read or written last.
    pub moved: Instant,
}

/// Which side failed.
pub enum Failed {
    Source,
    Sink,
}

/// Who sees what passes.
pub trait Look {
    /// What was read, nothing at the end. Returns what is to be written now.
    fn look<'b>(&mut self, bytes: &'b [u8]) -> Cow<'b, [u8]>;

    /// Whether nothing more is to be read.
    fn has_enough(&self) -> bool {
        false
    }
}

impl Way {
    /// Begins with what was read before.
    pub fn new(waiting: Vec<u8>) -> Self {
        Self { waiting, at: 0, unflushed: false, ended: false, done: false, read: 0, written: 0, moved: Instant::now() }
    }

    /// Moves what can be moved; ready when the end was passed on. Where `look` has enough, nothing wakes the task.
    pub fn poll(
        &mut self,
        source: &mut (impl AsyncRead + Unpin),
        sink: &mut (impl AsyncWrite + Unpin),
        look: &mut impl Look,
        scratch: &mut [u8],
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Failed>> {
        while !look.has_enough() {
            ready!(self.poll_write_waiting(sink, cx)).map_err(|_| Failed::Sink)?;
            if self.ended {
                ready!(Pin::new(&mut *sink).poll_shutdown(cx)).map_err(|_| Failed::Sink)?;
                return Poll::Ready(Ok(()));
            }
            let mut read = ReadBuf::new(scratch);
            ready!(Pin::new(&mut *source).poll_read(cx, &mut read)).map_err(|_| Failed::Source)?;
            self.moved = Instant::now();
            self.read += read.filled().len() as u64;
            self.ended = read.filled().is_empty();
            let passing = look.look(read.filled());
            self.write_or_keep(&passing, sink, cx).map_err(|_| Failed::Sink)?;
        }
        Poll::Pending
    }

    /// More, behind all that was read.
    pub fn append(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    fn poll_write_waiting(
        &mut self,
        sink: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.at < self.waiting.len() {
            let count = ready!(Pin::new(&mut *sink).poll_write(cx, &self.waiting[self.at..]))?;
            self.at += count;
            self.wrote(count)?;
        }
        self.waiting = Vec::new();
        self.at = 0;
        if self.unflushed {
            ready!(Pin::new(&mut *sink).poll_flush(cx))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    fn write_or_keep(
        &mut self,
        bytes: &[u8],
        sink: &mut (impl AsyncWrite + Unpin),
        cx: &mut Context<'_>,
    ) -> io::Result<()> {
        let mut at = 0;
        while at < bytes.len() {
            match Pin::new(&mut *sink).poll_write(cx, &bytes[at..]) {
                Poll::Ready(written) => {
                    let count = written?;
                    at += count;
                    self.wrote(count)?;
                }
                Poll::Pending => break,
            }
        }
        self.waiting = bytes[at..].to_vec();
        Ok(())
    }

    /// Asks a socket itself whether it takes something, and how much that is: the system wakes us only when a good part of its
    /// buffer is free, which a slow reader may need minutes for.
    pub fn push_through(&mut self, sink: &mut Transport) -> usize {
        let taken = match sink {
            Transport::Tls(tls) => {
                let has_taken = tls.push_held().unwrap_or(false);
                self.moved = if has_taken { Instant::now() } else { self.moved };
                return usize::from(has_taken);
            }
            Transport::Plain(socket) => Straight(socket).write(&self.waiting[self.at..]).unwrap_or(0),
        };
        self.at += taken;
        // Nothing taken is no error here.
        let _ = self.wrote(taken);
        taken
    }

    fn wrote(&mut self, count: usize) -> io::Result<()> {
        if count == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
        self.written += count as u64;
        self.moved = Instant::now();
        self.unflushed = true;
        Ok(())
    }

    /// Whether nothing waits.
    pub const fn is_empty(&self) -> bool {
        self.waiting.is_empty() && !self.unflushed
    }
}
