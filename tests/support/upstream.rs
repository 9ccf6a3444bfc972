//! A small HTTP server behind the engine, which does exactly what a test says. Knows nothing of the crate under test.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use socket2::SockRef;

use super::client::write_until_full;
use super::wait::{DEADLINE, until};

/// A listener on loopback.
pub struct Upstream {
    listener: TcpListener,
}

impl Upstream {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a live socket");
        Self { listener }
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().expect("a live socket")
    }

    /// The line of an engine's configuration.
    pub fn setting(&self) -> String {
        format!("upstream={}\n", self.address())
    }

    /// Waits for the next connection.
    pub fn accept(&self) -> UpstreamConnection {
        let stream = until("a connection to the upstream", || self.listener.accept().ok()).0;
        UpstreamConnection::over(stream)
    }

    /// Whether nobody waits to be accepted.
    pub fn is_idle(&self) -> bool {
        matches!(self.listener.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    /// Nobody listens any more.
    pub fn close(self) -> SocketAddr {
        self.address()
    }
}

/// A connection that the engine has opened.
pub struct UpstreamConnection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl UpstreamConnection {
    fn over(stream: TcpStream) -> Self {
        stream.set_nonblocking(false).expect("a live socket");
        stream.set_nodelay(true).expect("a live socket");
        stream.set_read_timeout(Some(DEADLINE)).expect("a live socket");
        Self { stream, buffer: Vec::new() }
    }

    /// The port of the engine's end.
    pub fn source_port(&self) -> u16 {
        self.stream.peer_addr().expect("a live socket").port()
    }

    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("the engine reads");
    }

    /// An answer with a body.
    pub fn answer(&mut self, status_and_headers: &str, body: &str) {
        let length = body.len();
        self.write(format!("HTTP/1.1 {status_and_headers}\r\nContent-Length: {length}\r\n\r\n{body}"));
    }

    /// Writes as much as the connection takes without somebody reading; returns how much.
    pub fn write_until_full(&mut self, bytes: &[u8], patience: Duration) -> usize {
        write_until_full(&mut self.stream, bytes, patience)
    }

    pub fn shut_down_writing(&mut self) {
        self.stream.shutdown(Shutdown::Write).expect("a live socket");
    }

    /// Ends the connection by a reset.
    pub fn reset(self) {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).expect("a live socket");
    }

    /// A second handle on the same socket.
    pub fn stream(&self) -> TcpStream {
        self.stream.try_clone().expect("a live socket")
    }

    fn fill(&mut self) -> bool {
        let mut chunk = [0; 16 << 10];
        let count = self.stream.read(&mut chunk).expect("bytes or the end of the stream");
        self.buffer.extend_from_slice(&chunk[..count]);
        count > 0
    }

    /// Reads a request's head.
    pub fn read_head(&mut self) -> String {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.fill(), "the stream ended inside a head: {:?}", self.buffer.escape_ascii().to_string());
        };
        String::from_utf8(self.buffer.drain(..end).collect()).expect("a head is ASCII")
    }

    /// Reads so many bytes.
    pub fn read(&mut self, count: usize) -> Vec<u8> {
        while self.buffer.len() < count {
            assert!(self.fill(), "the stream ended, {} of {count} bytes are there", self.buffer.len());
        }
        self.buffer.drain(..count).collect()
    }

    /// Reads the end of the stream: nothing came before it.
    pub fn expect_end(&mut self) {
        let ended = !self.fill();
        assert!(ended && self.buffer.is_empty(), "not the end but {:?}", self.buffer.escape_ascii().to_string());
    }

    /// Reads until the connection is gone, in whatever way.
    pub fn read_until_gone(&mut self) {
        let mut rest = Vec::new();
        match self.stream.read_to_end(&mut rest) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
    }
}

/// The value of a header in a head.
pub fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
