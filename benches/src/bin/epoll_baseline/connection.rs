//! One connection: its socket and the bytes that wait on either side of it. Knows no frames and no other connection.

use std::io::{self, ErrorKind, Read, Write};

use anyhow::{Result, ensure};
use mio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// A reader that is so far behind is cut.
const MAX_PENDING_BYTES: usize = 16 * 1024 * 1024;

/// What a connection asked for by its path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Nothing yet: its request is not whole.
    Opening,
    /// `/echo`
    Echo,
    /// `/subscribe`
    Subscribe,
    /// `/publish`
    Publish,
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    socket: TcpStream,
    /// What it asked for.
    pub role: Role,
    /// Whether it ends when all is written.
    pub is_closing: bool,
    /// Read, but not whole yet.
    partial: Vec<u8>,
    /// Not taken by the socket yet.
    pending: Vec<u8>,
}

impl Connection {
    /// A connection just accepted.
    pub const fn new(socket: TcpStream) -> Self {
        Self { socket, role: Role::Opening, is_closing: false, partial: Vec::new(), pending: Vec::new() }
    }

    /// Fills `buffer` with what was kept and what the socket has; returns how much there is, or `None` if nothing came.
    ///
    /// # Errors
    /// If the peer has gone, or sent more at once than the buffer holds.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<Option<usize>> {
        let kept = self.partial.len();
        ensure!(kept < buffer.len(), "a frame above {} bytes", buffer.len());
        match self.socket.read(&mut buffer[kept..]) {
            Ok(0) => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            Ok(count) => {
                buffer[..kept].copy_from_slice(&self.partial);
                self.partial.clear();
                Ok(Some(kept + count))
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps the beginning of something until its rest comes.
    pub fn keep(&mut self, partial: &[u8]) {
        self.partial.extend_from_slice(partial);
    }

    /// Hands `bytes` to the socket, in one call where it takes them; the rest waits.
    ///
    /// # Errors
    /// If the peer has gone, or reads too slowly.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = if self.pending.is_empty() { self.try_write(bytes)? } else { 0 };
        if written < bytes.len() {
            ensure!(
                self.pending.len() + bytes.len() <= MAX_PENDING_BYTES,
                "a reader is {MAX_PENDING_BYTES} bytes behind"
            );
            self.pending.extend_from_slice(&bytes[written..]);
        }
        Ok(())
    }

    /// Goes on with what waits.
    ///
    /// # Errors
    /// If the peer has gone.
    pub fn flush(&mut self) -> Result<()> {
        while !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let written = self.try_write(&pending)?;
            self.pending = pending;
            self.pending.drain(..written);
            if written == 0 {
                break;
            }
        }
        Ok(())
    }

    /// Whether nothing is left to do.
    pub const fn is_over(&self) -> bool {
        self.is_closing && self.pending.is_empty()
    }

    /// Answers the request `head` and takes the role of its path.
    ///
    /// # Errors
    /// If it is no opening handshake of a known path.
    pub fn answer_request(&mut self, head: &str) -> Result<()> {
        self.role = match head.split(' ').nth(1) {
            Some("/echo") => Role::Echo,
            Some("/subscribe") => Role::Subscribe,
            Some("/publish") => Role::Publish,
            path => anyhow::bail!("nothing is served under {path:?}"),
        };
        let mut headers = head.lines().filter_map(|line| line.split_once(':'));
        let key = headers.find(|(name, _)| name.eq_ignore_ascii_case("Sec-WebSocket-Key"));
        let Some((_, key)) = key else { anyhow::bail!("a request without a Sec-WebSocket-Key") };
        let accept = derive_accept_key(key.trim().as_bytes());
        self.write(
            format!(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                 Sec-WebSocket-Accept: {accept}\r\n\r\n"
            )
            .as_bytes(),
        )
    }

    fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.socket.write(bytes) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(0),
            result => result,
        }
    }
}
