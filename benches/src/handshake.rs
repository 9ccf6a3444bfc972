//! Opens one connection and takes it through the opening handshake (RFC 6455 section 4.1), blocking. Sends no messages.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use socket2::{Domain, Protocol, Socket, Type};

use crate::endpoint::Endpoint;

/// The example key of section 1.3 and the answer that belongs to it. One key for all connections: the server's work is
/// the same and the check below stays a comparison.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Connections per source address, well below the 28,232 ephemeral ports of a Linux default.
const CONNECTIONS_PER_SOURCE: usize = 10_000;
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Response heads above this are refused; ours has about 130 bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// Opens connection number `index`, which picks the source address when there are more than one address can carry.
/// The stream is blocking and has `TCP_NODELAY`.
///
/// # Errors
/// The failed step, or the server's answer when it is not the right 101.
pub fn open(endpoint: &Endpoint, index: usize) -> Result<TcpStream> {
    let mut stream = connect(endpoint.address, index).with_context(|| format!("connection {index}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    let request = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n",
        endpoint.path, endpoint.authority
    );
    stream.write_all(request.as_bytes())?;
    let head = read_head(&mut stream).with_context(|| format!("opening handshake of connection {index}"))?;
    ensure!(head.starts_with("HTTP/1.1 101") && head.contains(ACCEPT), "no upgrade, the server answered:\n{head}");
    Ok(stream)
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
fn read_head(stream: &mut TcpStream) -> Result<String> {
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
