//! Many connections through an engine to an HTTP server at the same time: every byte arrives in its place, however requests
//! and answers are framed and cut, whoever ends first.

#![cfg(feature = "engine")]

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

use support::{Client, Counter, TestEngine, Upstream, UpstreamConnection, frames, header};

const CLIENTS: u64 = 24;
const EXCHANGES: u64 = 25;
const MOST_BODY_BYTES: u64 = 40_000;

/// Repeatable random numbers (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// Bytes that no other body begins with.
    fn body(&mut self) -> Vec<u8> {
        let (seed, length) = (self.below(251), self.below(MOST_BODY_BYTES) * self.below(2));
        (0..length).map(|at| ((at + seed) % 251) as u8).collect()
    }

    /// The body as it is framed, and the line that says so.
    fn framed(&mut self, body: &[u8]) -> (String, Vec<u8>) {
        if self.below(2) == 0 {
            return (format!("Content-Length: {}", body.len()), body.to_vec());
        }
        let (mut chunks, mut left) = (Vec::new(), body);
        while !left.is_empty() {
            let (chunk, rest) = left.split_at((1 + self.below(9000) as usize).min(left.len()));
            chunks.extend([format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
            left = rest;
        }
        chunks.extend(b"0\r\n\r\n");
        ("Transfer-Encoding: chunked".to_owned(), chunks)
    }

    /// Writes in pieces of which some are tiny.
    fn write(&mut self, stream: &mut TcpStream, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let most = [1, 3, 200, 5000, 100_000][self.below(5) as usize];
            let (piece, rest) = bytes.split_at((1 + self.below(most) as usize).min(bytes.len()));
            stream.write_all(piece).expect("the other side reads");
            bytes = rest;
        }
    }
}

/// A request, and the answer to it, byte for byte; both sides roll the same dice for them.
struct Exchange {
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Exchange {
    fn roll(dice: &mut Dice) -> Self {
        let (method, body) = match dice.below(4) {
            0 => ("HEAD", Vec::new()),
            1 => ("GET", Vec::new()),
            _ => ("POST", dice.body()),
        };
        let (line, framed) = if method == "POST" { dice.framed(&body) } else { ("X-None: 0".to_owned(), Vec::new()) };
        let request = [format!("{method} / HTTP/1.1\r\nHost: h\r\n{line}\r\n\r\n").as_bytes(), &framed].concat();
        let body = dice.body();
        let (line, framed) = dice.framed(&body);
        let interim = if dice.below(5) == 0 { "HTTP/1.1 103 Early Hints\r\n\r\n" } else { "" };
        let framed = if method == "HEAD" { Vec::new() } else { framed };
        let answer = [format!("{interim}HTTP/1.1 200 OK\r\n{line}\r\n\r\n").as_bytes(), &framed].concat();
        Self { request, answer }
    }
}

fn read_exactly(stream: &mut TcpStream, expected: &[u8], what: &str) {
    let mut read = vec![0; expected.len()];
    stream.read_exact(&mut read).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(read == expected, "{what} is not what was sent");
}

/// How a client leaves.
#[derive(Clone, Copy)]
enum Leaving {
    /// Ends its direction behind its last request.
    HalfClosing,
    Dropping,
    /// By an opening handshake.
    Upgrading,
}

fn leaving(client: u64) -> Leaving {
    [Leaving::HalfClosing, Leaving::Dropping, Leaving::Upgrading][(client % 3) as usize]
}

fn run_client(mut client: Client, number: u64) {
    let (mut plan, mut cuts) = (Dice(number + 1), Dice(number + 1000));
    let mut stream = client.stream();
    stream.write_all(format!("GET /{number} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes()).expect("live");
    read_exactly(&mut stream, b"HTTP/1.1 204 No Content\r\n\r\n", "the greeting");
    for at in 0..EXCHANGES {
        let exchange = Exchange::roll(&mut plan);
        cuts.write(&mut stream, &exchange.request);
        if at == EXCHANGES - 1 && matches!(leaving(number), Leaving::HalfClosing) {
            stream.shutdown(Shutdown::Write).expect("live");
        }
        read_exactly(&mut stream, &exchange.answer, &format!("answer {at} of client {number}"));
    }
    match leaving(number) {
        Leaving::HalfClosing => client.expect_end(),
        Leaving::Dropping => {}
        Leaving::Upgrading => {
            cuts.write(&mut stream, &Client::upgrade("/chat"));
            client.read_101();
            client.write(&frames::text("hello"));
            client.expect_text("hello");
        }
    }
}

/// Serves a client, or says yes to an opening handshake.
fn serve(mut connection: UpstreamConnection) {
    let head = connection.read_head();
    if let Some(name) = header(&head, "X-Hawser-Connection") {
        let id = name.split('.').next().expect("an id");
        return connection.answer(&format!("200 OK\r\nConnection: close\r\nX-Hawser-Accepted: {id}"), "");
    }
    let number: u64 = head.split([' ', '/']).nth(2).and_then(|number| number.parse().ok()).expect("a number");
    let (mut plan, mut cuts) = (Dice(number + 1), Dice(number + 2000));
    let mut stream = connection.stream();
    connection.write("HTTP/1.1 204 No Content\r\n\r\n");
    for at in 0..EXCHANGES {
        let exchange = Exchange::roll(&mut plan);
        read_exactly(&mut stream, &exchange.request, &format!("request {at} of client {number}"));
        cuts.write(&mut stream, &exchange.answer);
    }
    connection.expect_end();
}

#[test]
fn each_of_many_connections_gets_its_own_bytes_and_a_websocket_at_the_end_if_it_wants() {
    let upstream = Upstream::start();
    let engine = TestEngine::echo(&format!("{}loops=2\n", upstream.setting()));
    let upgrades = (0..CLIENTS).filter(|number| matches!(leaving(*number), Leaving::Upgrading)).count() as u64;
    thread::scope(|scope| {
        for number in 0..CLIENTS {
            let client = engine.connect();
            scope.spawn(move || run_client(client, number));
        }
        for _ in 0..CLIENTS + upgrades {
            let connection = upstream.accept();
            scope.spawn(move || serve(connection));
        }
    });
    engine.await_counter(Counter::Open, 0);
    let counted = [Counter::UpgradesAccepted, Counter::UpgradesTunnelled, Counter::ConnectionsSpliced];
    assert_eq!(counted.map(|counter| engine.counter(counter)), [upgrades, 0, CLIENTS]);
}
