//! Opens connections and speaks the opening handshake (RFC 6455 section 4.1). Sends no messages.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::io::Errno;
use socket2::{Domain, Protocol, Socket, Type};

use crate::endpoint::Endpoint;
use crate::stream::Stream;
use crate::tls;

/// The example key of section 1.3 and the answer that belongs to it. One key for all connections: the server's work is
/// the same and the check below stays a comparison.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// Connections per source address, well below the 28,232 ephemeral ports of a Linux default.
const CONNECTIONS_PER_SOURCE: usize = 10_000;
/// Source addresses in use, 127.0.1.1 and so on; behind the last the first is taken again, whose ports are free by then.
const SOURCES: usize = 100;
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Response heads above this are refused; ours has about 130 bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Of a connection that never reads: what the kernel keeps of it on both sides is a few dozen KiB, not megabytes, so that the
/// server's own buffers are soon what is loaded.
const STALLED_RECEIVE_BYTES: usize = 4096;
const STALLED_SEGMENT_BYTES: u32 = 536;

/// A connection whose opening handshake is done.
#[derive(Debug)]
pub struct Opened {
    /// Blocking, with `TCP_NODELAY`.
    pub stream: Stream,
    /// What the server answers to the offered extension.
    pub answer: Option<String>,
}

/// Opens connection number `index`, which picks the source address when there are more than one address can carry, and
/// offers the extension `offer`.
///
/// # Errors
/// The failed step, or the server's answer when it is not the right 101.
pub fn open(endpoint: &Endpoint, index: usize, offer: Option<&str>) -> Result<Opened> {
    let connected = socket(endpoint.address, index).and_then(|socket| {
        socket.connect(&endpoint.address.into())?;
        Ok(socket)
    });
    shake_hands(connected, endpoint, offer).with_context(|| format!("connection {index}"))
}

/// Opens a connection that is never going to read: its kernel buffers are as small as they can be.
///
/// # Errors
/// As [`open`].
pub fn open_stalled(endpoint: &Endpoint, index: usize, offer: Option<&str>) -> Result<Opened> {
    let connected = socket(endpoint.address, index).and_then(|socket| {
        socket.set_recv_buffer_size(STALLED_RECEIVE_BYTES)?;
        socket.set_tcp_mss(STALLED_SEGMENT_BYTES)?;
        socket.connect(&endpoint.address.into())?;
        Ok(socket)
    });
    shake_hands(connected, endpoint, offer).with_context(|| format!("connection {index}, which never reads"))
}

/// Starts to connect without waiting for it; the socket is writable when it is done.
///
/// # Errors
/// If it failed at once.
pub fn start_connect(address: SocketAddr, index: usize) -> Result<TcpStream> {
    let socket = socket(address, index)?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(error)
            if error.kind() != ErrorKind::WouldBlock && Errno::from_io_error(&error) != Some(Errno::INPROGRESS) =>
        {
            Err(error).context("connect")
        }
        _ => Ok(socket.into()),
    }
}

/// The request, with its empty line.
pub fn request(endpoint: &Endpoint, offer: Option<&str>) -> String {
    let offer = offer.map(|offer| format!("{EXTENSIONS}: {offer}\r\n")).unwrap_or_default();
    format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n",
        endpoint.path, endpoint.authority
    )
}

/// Checks the response's `head`, with its empty line, and returns the value of `Sec-WebSocket-Extensions`.
///
/// # Errors
/// Quotes an answer that is not the right 101.
pub fn check(head: &str) -> Result<Option<&str>> {
    ensure!(head.starts_with("HTTP/1.1 101") && head.contains(ACCEPT), "no upgrade, the server answered:\n{head}");
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    Ok(headers.find(|(name, _)| name.eq_ignore_ascii_case(EXTENSIONS)).map(|(_, value)| value.trim()))
}

fn shake_hands(connected: std::io::Result<Socket>, endpoint: &Endpoint, offer: Option<&str>) -> Result<Opened> {
    let socket = TcpStream::from(connected?);
    socket.set_read_timeout(Some(READ_TIMEOUT))?;
    let mut stream = match endpoint.is_secure {
        true => Stream::Tls(Box::new(tls::connect(socket)?)),
        false => Stream::Plain(socket),
    };
    stream.write_all(request(endpoint, offer).as_bytes())?;
    stream.flush()?;
    let head = read_head(&mut stream).context("opening handshake")?;
    let answer = check(&head)?.map(str::to_owned);
    Ok(Opened { stream, answer })
}

/// A socket with `TCP_NODELAY` and the source address of connection `index`.
fn socket(address: SocketAddr, index: usize) -> std::io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    let source = (index / CONNECTIONS_PER_SOURCE % SOURCES) as u8;
    if source > 0 && address.ip().is_loopback() && address.is_ipv4() {
        let local = SocketAddr::from((Ipv4Addr::new(127, 0, 1, source), 0));
        socket.bind(&local.into())?;
    }
    socket.set_tcp_nodelay(true)?;
    Ok(socket)
}

/// Reads up to the empty line. A server speaks first only after a message, so nothing lies behind the head.
fn read_head(stream: &mut Stream) -> Result<String> {
    let mut head = Vec::new();
    let mut piece = [0; 1024];
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(head.len() < MAX_HEAD_BYTES, "response head above {MAX_HEAD_BYTES} bytes");
        let count = stream.read(&mut piece)?;
        ensure!(count > 0, "closed after {:?}", String::from_utf8_lossy(&head));
        head.extend_from_slice(&piece[..count]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
