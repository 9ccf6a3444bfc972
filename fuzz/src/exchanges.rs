//! Requests and answers of one connection: all bytes pass in their order, and a handshake is found, or not, however they are
//! cut. Knows nothing of which of them should be found; the tests of `exchanges` do.

use hawser::protocol::{Exchanges, Head, HeadLimits, parse_head};

use super::input::{Cuts, Input};

/// What either side may send, whole or not, right or not.
const REQUESTS: [&[u8]; 16] = [
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
    b"5\r\nhello\r\n",
    b"1e\r\nGET /chat HTTP/1.1\r\nHost: h\r\n\r\n\r\n",
    b"0\r\n\r\n",
    b"\r\n",
    b"0\r\nTrailer: x\r\n\r\n",
    b"5;x\r\nhello\r\n",
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    b"abc",
    b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
];
const ANSWERS: [&[u8]; 12] = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"3\r\none\r\n",
    b"0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"ok",
];

enum Step {
    Request(Vec<u8>),
    Answer(Vec<u8>),
}

/// See the file.
///
/// # Panics
/// If a byte is lost or moved, or the end depends on the way the bytes came.
pub fn check(data: &[u8]) {
    let mut input = Input::new(data);
    let cuts = Cuts::new(&mut input);
    let limits = HeadLimits { max_bytes: input.pick(&[4096, 60, 200]), max_headers: input.pick(&[20, 1]) };
    let answering = input.flag();
    let mut steps = Vec::new();
    while !input.is_empty() {
        let (kind, count) = (input.byte(), usize::from(input.byte() % 32));
        steps.push(match kind % 4 {
            0 => Step::Request(input.pick(&REQUESTS).to_vec()),
            1 => Step::Answer(input.pick(&ANSWERS).to_vec()),
            2 => Step::Request(input.take(count).to_vec()),
            _ => Step::Answer(input.take(count).to_vec()),
        });
    }
    let new = || if answering { Exchanges::answering(limits) } else { Exchanges::new(limits) };
    let whole = follow(new(), &steps, &limits, |bytes| vec![bytes]);
    let pieces = follow(new(), &steps, &limits, |bytes| cuts.pieces(bytes).collect());
    assert!(pieces == whole, "in pieces");
    let bytes = follow(new(), &steps, &limits, |bytes| bytes.chunks(1).collect());
    assert!(bytes == whole, "byte by byte");
}

/// What passed, and whether a handshake was found, or nothing can be.
fn follow<'s>(
    mut exchanges: Exchanges,
    steps: &'s [Step],
    limits: &HeadLimits,
    cut: impl Fn(&'s [u8]) -> Vec<&'s [u8]>,
) -> (Vec<u8>, bool, bool) {
    let (mut all, mut passed) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            // Nothing would be the end.
            Step::Request(bytes) | Step::Answer(bytes) if bytes.is_empty() => {}
            Step::Answer(bytes) => cut(bytes).iter().for_each(|piece| exchanges.handle_answer(piece)),
            Step::Request(bytes) => {
                for piece in cut(bytes) {
                    if !exchanges.has_found() {
                        all.extend_from_slice(piece);
                        passed.extend_from_slice(&exchanges.handle_request(piece));
                    }
                }
            }
        }
        if exchanges.has_found() {
            break;
        }
    }
    let (found, lost) = (exchanges.has_found(), exchanges.is_lost());
    let withheld = exchanges.into_withheld();
    assert_eq!([&passed[..], &withheld[..]].concat(), all, "every byte in its place");
    assert!(found || withheld.len() < limits.max_bytes, "no more than the limit is withheld");
    assert_eq!(found, matches!(parse_head(&withheld, limits), Head::Upgrade(..)), "only a whole handshake is found");
    // What is withheld when the looking has ended passes next.
    let passed = if lost { all } else { passed };
    (passed, found, lost)
}
