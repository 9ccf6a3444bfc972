//! The bare epoll loop as a process: what it must do to be a measure for servers.

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;

use hawser_bench::endpoint::Endpoint;
use hawser_bench::frame::{MessageKind, encode_close, encode_message};
use support::Baseline;

/// The server, and what is asked of it here.
struct Server(Baseline);

impl Server {
    fn start() -> Self {
        Self(Baseline::start(env!("CARGO_BIN_EXE_epoll-baseline")))
    }

    /// Opens a connection on `path`; the head of the answer has been read.
    fn open(&self, path: &str) -> TcpStream {
        let endpoint: Endpoint = self.0.url.parse().expect("its address");
        let mut stream = TcpStream::connect(endpoint.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(read(&mut stream, 1));
        }
        assert!(String::from_utf8_lossy(&head).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        stream
    }
}

fn read(stream: &mut TcpStream, bytes: usize) -> Vec<u8> {
    let mut piece = vec![0; bytes];
    stream.read_exact(&mut piece).expect("the bytes come");
    piece
}

/// Sends a text and awaits the echo: what the server was told before has been done then.
fn echo(stream: &mut TcpStream, text: &[u8]) {
    stream.write_all(&encode_message(MessageKind::Text, text)).expect("sent");
    assert_eq!(read(stream, 2 + text.len())[2..], *text);
}

#[test]
fn a_publication_reaches_every_subscriber_that_is_still_there_and_not_its_publisher() {
    let baseline = Server::start();
    let mut subscribers = [baseline.open("/subscribe"), baseline.open("/subscribe"), baseline.open("/subscribe")];
    let mut publisher = baseline.open("/publish");

    let two = [encode_message(MessageKind::Text, b"one"), encode_message(MessageKind::Text, b"two")].concat();
    publisher.write_all(&two).expect("sent");
    for subscriber in &mut subscribers {
        assert_eq!(read(subscriber, 10), b"\x81\x03one\x81\x03two");
    }
    subscribers[0].write_all(&encode_close()).expect("sent");
    assert_eq!(read(&mut subscribers[0], 4), b"\x88\x02\x03\xe8");
    assert_eq!(subscribers[0].read(&mut [0]).expect("the end"), 0);
    publisher.write_all(&encode_message(MessageKind::Text, b"end")).expect("sent");
    for subscriber in &mut subscribers[1..] {
        assert_eq!(read(subscriber, 5), b"\x81\x03end");
    }
    publisher.write_all(&encode_close()).expect("sent");
    assert_eq!(read(&mut publisher, 4), b"\x88\x02\x03\xe8", "nothing before the answer to its Close frame");
}

#[test]
fn a_message_that_comes_in_pieces_and_leaves_in_pieces_is_echoed_whole() {
    let baseline = Server::start();
    let mut stream = baseline.open("/echo");
    let payload: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
    // More than the kernel keeps: the rest waits in the server, which takes all of it before any echo is read.
    let count = 150;
    let frames = encode_message(MessageKind::Binary, &payload).repeat(count);
    for piece in frames.chunks(33_333) {
        stream.write_all(piece).expect("sent");
    }
    for _ in 0..count {
        assert_eq!(read(&mut stream, 10)[..2], [0x82, 127]);
        assert!(read(&mut stream, payload.len()) == payload);
    }
    echo(&mut stream, b"and on");
}

#[test]
fn a_path_that_is_not_served_is_closed() {
    let baseline = Server::start();
    let endpoint: Endpoint = baseline.0.url.parse().expect("its address");
    let mut stream = TcpStream::connect(endpoint.address).expect("it listens");
    stream.write_all(b"GET /other HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n").expect("sent");

    assert_eq!(stream.read(&mut [0]).expect("the end"), 0);
    echo(&mut baseline.open("/echo"), b"still serves");
}
