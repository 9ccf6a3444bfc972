//! Opens one connection and takes it through the opening handshake (RFC 6455 section 4.1), blocking. Sends no messages.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use socket2::{Domain, Protocol, Socket, Type};

use crate::deflate::EchoInflater;
use crate::endpoint::Endpoint;
use crate::messages::Messages;
use crate::stream::Stream;
use crate::tls;

/// The example key of section 1.3 and the answer that belongs to it. One key for all connections: the server's work is
/// the same and the check below stays a comparison.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// Connections per source address, well below the 28,232 ephemeral ports of a Linux default.
const CONNECTIONS_PER_SOURCE: usize = 10_000;
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Response heads above this are refused; ours has about 130 bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// A connection whose opening handshake is done.
#[derive(Debug)]
pub struct Opened {
    /// Blocking, with `TCP_NODELAY`.
    pub stream: Stream,
    /// Inflates the echoes, when deflate was agreed on.
    pub inflater: Option<Box<EchoInflater>>,
}

/// Opens connection number `index`, which picks the source address when there are more than one address can carry.
/// Offers the extension for which `messages` are prepared.
///
/// # Errors
/// The failed step, or the server's answer when it is not the right 101.
pub fn open(endpoint: &Endpoint, index: usize, messages: &Messages) -> Result<Opened> {
    let socket = connect(endpoint.address, index).with_context(|| format!("connection {index}"))?;
    socket.set_nodelay(true)?;
    socket.set_read_timeout(Some(READ_TIMEOUT))?;
    let mut stream = match endpoint.is_secure {
        true => Stream::Tls(Box::new(tls::connect(socket).with_context(|| format!("connection {index}"))?)),
        false => Stream::Plain(socket),
    };
    let offer = messages.offer().map(|offer| format!("{EXTENSIONS}: {offer}\r\n")).unwrap_or_default();
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n{offer}\r\n",
        endpoint.path, endpoint.authority
    );
    stream.write_all(request.as_bytes())?;
    stream.flush()?;
    let head = read_head(&mut stream).with_context(|| format!("opening handshake of connection {index}"))?;
    ensure!(head.starts_with("HTTP/1.1 101") && head.contains(ACCEPT), "no upgrade, the server answered:\n{head}");
    let inflater = messages.inflater(extensions(&head)).with_context(|| format!("connection {index}"))?;
    Ok(Opened { stream, inflater })
}

fn extensions(head: &str) -> Option<&str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.find(|(name, _)| name.eq_ignore_ascii_case(EXTENSIONS)).map(|(_, value)| value.trim())
}

fn connect(address: SocketAddr, index: usize) -> Result<TcpStream> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    let source = u8::try_from(index / CONNECTIONS_PER_SOURCE).context("too many connections for one run")?;
    if source > 0 && address.ip().is_loopback() && address.is_ipv4() {
        let local = SocketAddr::from((Ipv4Addr::new(127, 0, 1, source), 0));
        socket.bind(&local.into())?;
    }
    socket.connect(&address.into())?;
    Ok(socket.into())
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
