//! A client on a plain socket, which does exactly what a test says. Knows nothing of the crate under test.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, Stream};
use socket2::{Domain, SockRef, Socket, Type};

use super::frames;
use super::wait::DEADLINE;

/// A frame of the server.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    pub fin: bool,
    /// The message is compressed.
    pub rsv1: bool,
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = &self.payload[..self.payload.len().min(64)];
        write!(
            f,
            "fin={} rsv1={} opcode={} {} bytes: {:?}",
            self.fin,
            self.rsv1,
            self.opcode,
            self.payload.len(),
            shown.escape_ascii().to_string()
        )
    }
}

/// An HTTP response.
#[derive(Clone, Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Response {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

/// A connection.
pub struct Client {
    stream: TcpStream,
    /// What lies over the socket, if it is not the bytes themselves.
    tls: Option<Box<ClientConnection>>,
    /// Read and not yet looked at.
    buffer: Vec<u8>,
    /// permessage-deflate was agreed on.
    pub may_compress: bool,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).expect("the engine listens"))
    }

    /// A connection with small buffers, so that a peer notices soon when nothing is read.
    pub fn connect_narrow(address: SocketAddr) -> Self {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(8 << 10).expect("a buffer size");
        socket.connect(&address.into()).expect("the engine listens");
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a live socket");
        stream.set_read_timeout(Some(DEADLINE)).expect("a live socket");
        Self { stream, tls: None, buffer: Vec::new(), may_compress: false }
    }

    /// Makes the TLS handshake over a connection.
    ///
    /// # Errors
    /// What the handshake ends with.
    pub fn secure(mut self, config: ClientConfig, name: &str) -> io::Result<Self> {
        let name = ServerName::try_from(name.to_owned()).expect("a DNS name");
        let mut tls = ClientConnection::new(Arc::new(config), name).expect("a valid configuration");
        while tls.is_handshaking() {
            tls.complete_io(&mut self.stream)?;
        }
        self.tls = Some(Box::new(tls));
        Ok(self)
    }

    /// What was agreed on over TLS.
    pub fn tls(&self) -> &ClientConnection {
        self.tls.as_ref().expect("a connection over TLS")
    }

    /// Reads what came; what stands at the end of TLS is the end here too.
    fn read_some(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            Some(tls) => Stream::new(&mut **tls, &mut self.stream).read(bytes),
            None => self.stream.read(bytes),
        }
    }

    /// Says that nothing more comes (close_notify), the socket stays open.
    pub fn close_notify(&mut self) {
        let tls = self.tls.as_mut().expect("a connection over TLS");
        tls.send_close_notify();
        tls.write_tls(&mut self.stream).expect("the engine reads");
    }

    /// An opening handshake.
    pub fn upgrade(path: &str) -> Vec<u8> {
        format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        .into_bytes()
    }

    /// An opening handshake with `by` in place of `line`.
    pub fn altered_upgrade(line: &str, by: &str) -> Vec<u8> {
        let handshake = String::from_utf8(Self::upgrade("/")).expect("ASCII");
        assert!(handshake.contains(line), "{line}");
        handshake.replace(line, by).into_bytes()
    }

    pub fn peer_address(&self) -> SocketAddr {
        self.stream.peer_addr().expect("a live socket")
    }

    pub fn local_address(&self) -> SocketAddr {
        self.stream.local_addr().expect("a live socket")
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let written = match &mut self.tls {
            Some(tls) => Stream::new(&mut **tls, &mut self.stream).write_all(bytes),
            None => self.stream.write_all(bytes),
        };
        written.expect("the engine reads");
    }

    /// Writes as much as the connection takes without somebody reading; returns how much.
    pub fn write_until_full(&mut self, bytes: &[u8], patience: Duration) -> usize {
        write_until_full(&mut self.stream, bytes, patience)
    }

    /// A second handle on the same socket.
    pub fn stream(&self) -> TcpStream {
        self.stream.try_clone().expect("a live socket")
    }

    pub fn shut_down_writing(&mut self) {
        self.stream.shutdown(Shutdown::Write).expect("a live socket");
    }

    /// Ends the connection by a reset.
    pub fn reset(self) {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).expect("a live socket");
    }

    /// Reads more; false at the end of the stream.
    fn fill(&mut self) -> bool {
        let mut chunk = [0; 16 << 10];
        let count = self.read_some(&mut chunk).expect("bytes or the end of the stream");
        self.buffer.extend_from_slice(&chunk[..count]);
        count > 0
    }

    fn fill_to(&mut self, bytes: usize) {
        while self.buffer.len() < bytes {
            assert!(self.fill(), "the stream ended, {} of {bytes} bytes are there", self.buffer.len());
        }
    }

    /// Reads a frame.
    pub fn read_frame(&mut self) -> Frame {
        self.fill_to(2);
        let [first, second] = [self.buffer[0], self.buffer[1]];
        assert_eq!(second & 0x80, 0, "a server does not mask");
        assert_eq!(first & 0x30, 0, "no extension has a meaning for these bits");
        assert!(self.may_compress || first & 0x40 == 0, "no extension was agreed on");
        let (header_bytes, length) = match second {
            126 => {
                self.fill_to(4);
                (4, u64::from(u16::from_be_bytes([self.buffer[2], self.buffer[3]])))
            }
            127 => {
                self.fill_to(10);
                (10, u64::from_be_bytes(self.buffer[2..10].try_into().expect("eight bytes")))
            }
            length => (2, u64::from(length)),
        };
        let end = header_bytes + usize::try_from(length).expect("a length that fits");
        self.fill_to(end);
        let payload = self.buffer[header_bytes..end].to_vec();
        self.buffer.drain(..end);
        Frame { fin: first & 0x80 != 0, rsv1: first & 0x40 != 0, opcode: first & 0x0f, payload }
    }

    /// Reads a whole message of one frame and checks it.
    pub fn expect_text(&mut self, text: &str) {
        let frame = self.read_frame();
        assert_eq!((frame.fin, frame.opcode), (true, frames::TEXT), "{frame:?}");
        assert_eq!(String::from_utf8_lossy(&frame.payload), text);
    }

    /// Reads frames until there are `count` pongs and `texts`, in this order; pongs pass waiting data, so they may come
    /// anywhere. Returns the payloads of the pongs.
    pub fn expect_texts_and_pongs(&mut self, texts: &[&str], count: usize) -> Vec<Vec<u8>> {
        let (mut pongs, mut rest) = (Vec::new(), texts.iter());
        while pongs.len() < count || rest.len() > 0 {
            let frame = self.read_frame();
            if frame.opcode == frames::PONG {
                pongs.push(frame.payload);
            } else {
                assert_eq!(Some(&&*String::from_utf8_lossy(&frame.payload)), rest.next(), "{frame:?}");
            }
        }
        pongs
    }

    /// Reads a Close frame and checks code and reason.
    pub fn expect_close(&mut self, code: u16, reason: &str) {
        let frame = self.read_frame();
        assert_eq!(frame.opcode, frames::CLOSE, "{frame:?}");
        assert_eq!(frame.payload, frames::close_payload(code, reason), "{frame:?}");
    }

    /// Reads a Close frame and returns its code; `None` if it is empty.
    pub fn read_close_code(&mut self) -> Option<u16> {
        let frame = self.read_frame();
        assert_eq!(frame.opcode, frames::CLOSE, "{frame:?}");
        frame.payload.first_chunk().map(|code| u16::from_be_bytes(*code))
    }

    /// Reads the end of the stream: nothing came before it.
    pub fn expect_end(&mut self) {
        let ended = !self.fill();
        assert!(ended && self.buffer.is_empty(), "not the end but {:?}", self.buffer.escape_ascii().to_string());
    }

    /// Reads the error that ends the connection.
    pub fn read_error(&mut self) -> io::Error {
        let mut chunk = [0; 1 << 10];
        self.read_some(&mut chunk).expect_err("an error, nothing else")
    }

    /// Reads until the connection is gone, in whatever way, and returns what came.
    pub fn read_until_gone(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.buffer);
        match self.stream.read_to_end(&mut bytes) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
        }
        bytes
    }

    /// Reads the answer to an opening handshake.
    pub fn read_101(&mut self) -> Response {
        let response = self.read_head();
        assert_eq!(response.status, 101, "{response:?}");
        assert_eq!(response.header("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        response
    }

    /// Reads these bytes.
    pub fn expect_bytes(&mut self, bytes: &[u8]) {
        self.fill_to(bytes.len());
        let read: Vec<u8> = self.buffer.drain(..bytes.len()).collect();
        assert_eq!(read.escape_ascii().to_string(), bytes.escape_ascii().to_string());
    }

    /// Reads a head; a body stays unread.
    pub fn read_head(&mut self) -> Response {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.fill(), "the stream ended inside a head: {:?}", self.buffer.escape_ascii().to_string());
        };
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8(head).expect("a head is ASCII");
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).expect("a status line");
        Response { status, head, body: String::new() }
    }

    /// Reads a response with its body, which has a length.
    pub fn read_response(&mut self) -> Response {
        let mut response = self.read_head();
        let length = response.header("Content-Length").expect("a length").parse().expect("a number");
        self.fill_to(length);
        let body: Vec<u8> = self.buffer.drain(..length).collect();
        response.body = String::from_utf8(body).expect("a readable body");
        response
    }
}

/// Writes as much as the connection takes without somebody reading; returns how much.
pub fn write_until_full(stream: &mut TcpStream, bytes: &[u8], patience: Duration) -> usize {
    stream.set_write_timeout(Some(patience)).expect("a live socket");
    let mut written = 0;
    while written < bytes.len() {
        match stream.write(&bytes[written..]) {
            Ok(count) => written += count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break,
            Err(error) => panic!("writing failed: {error}"),
        }
    }
    stream.set_write_timeout(None).expect("a live socket");
    written
}
