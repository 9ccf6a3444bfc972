//! An opening handshake is found behind whole exchanges only, and whatever happens all bytes pass in their order.

use crate::protocol::{ChunkedBody, Exchanges, HeadLimits};

const LIMITS: HeadLimits = HeadLimits { max_bytes: 512, max_headers: 20 };
const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const UPGRADE: &str = "GET /chat HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

/// Who sends.
#[derive(Clone, Copy)]
enum Sent<'t> {
    Client(&'t str),
    Upstream(&'t str),
}
use Sent::{Client, Upstream};

/// What became of it.
#[derive(Debug, Eq, PartialEq)]
enum End {
    /// This is withheld.
    Found(String),
    /// Nothing is withheld.
    Looking,
    Withholding,
    Lost,
}

fn follow(mut exchanges: Exchanges, sent: &[Sent<'_>], piece_bytes: usize) -> End {
    let (mut all, mut passed) = (Vec::new(), Vec::new());
    for step in sent {
        let bytes = match step {
            Client(text) | Upstream(text) => text.as_bytes(),
        };
        for piece in bytes.chunks(piece_bytes) {
            match step {
                Upstream(_) => exchanges.handle_answer(piece),
                Client(_) if exchanges.has_found() => panic!("nobody reads on"),
                Client(_) => {
                    all.extend_from_slice(piece);
                    passed.extend_from_slice(&exchanges.handle_request(piece));
                }
            }
        }
    }
    let (found, lost) = (exchanges.has_found(), exchanges.is_lost());
    let withheld = exchanges.into_withheld();
    assert_eq!([passed, withheld.clone()].concat().escape_ascii().to_string(), all.escape_ascii().to_string());
    match String::from_utf8(withheld).expect("text") {
        withheld if found => End::Found(withheld),
        _ if lost => End::Lost,
        withheld if withheld.is_empty() => End::Looking,
        _ => End::Withholding,
    }
}

/// Of a fresh connection, in whatever pieces the bytes come.
fn end(sent: &[Sent<'_>]) -> End {
    let end = follow(Exchanges::new(LIMITS), sent, usize::MAX);
    for piece_bytes in 1..100 {
        assert_eq!(follow(Exchanges::new(LIMITS), sent, piece_bytes), end, "in pieces of {piece_bytes}");
    }
    end
}

/// Whether the handshake behind one exchange is found.
fn finds(request: &str, answer: &str) -> bool {
    match end(&[Client(request), Upstream(answer), Client(UPGRADE)]) {
        End::Found(withheld) => {
            assert_eq!(withheld, UPGRADE);
            true
        }
        End::Lost => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_handshake_behind_a_complete_exchange_is_found() {
    let post = |lines: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: h\r\n{lines}\r\n{body}");
    for (request, answer) in [
        (GET, OK),
        (GET, "HTTP/1.1 204 No Content\r\n\r\n"),
        (GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"),
        (GET, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"),
        (
            GET,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n002\r\n\r\n\r\n0\r\n\r\n",
        ),
        (GET, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", OK),
        (&post("Content-Length: 5\r\n", "hello"), OK),
        (&post("Content-Length: 0\r\n", ""), OK),
        (&post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"), OK),
        // A body that looks like a handshake is a body.
        (&post(&format!("Content-Length: {}\r\n", UPGRADE.len()), UPGRADE), OK),
        (&post("Transfer-Encoding: chunked\r\n", &format!("{:x}\r\n{UPGRADE}\r\n0\r\n\r\n", UPGRADE.len())), OK),
    ] {
        assert!(finds(request, answer), "{request:?} {answer:?}");
    }
}

#[test]
fn after_the_third_exchange_it_is_found_as_well_with_what_came_behind_it() {
    let early = format!("{UPGRADE}frames");
    let sent = [Client(GET), Upstream(OK), Client(GET), Upstream(OK), Client(GET), Upstream(OK), Client(&early)];
    let end = follow(Exchanges::new(LIMITS), &sent, usize::MAX);
    assert_eq!(end, End::Found(early.clone()));
}

#[test]
fn an_answer_under_way_makes_what_follows_pass_for_good() {
    let (part, rest) = OK.split_at(20);
    assert_eq!(end(&[Client(GET), Client(UPGRADE), Upstream(OK)]), End::Lost);
    assert_eq!(end(&[Client(GET), Upstream(part), Client(UPGRADE)]), End::Lost);
    assert_eq!(end(&[Client(GET), Client(GET), Upstream(OK), Upstream(OK), Client(UPGRADE)]), End::Lost);
    assert_eq!(end(&[Client(GET), Upstream(part), Upstream(rest), Client(GET)]), End::Looking);
}

#[test]
fn the_client_waits_for_100_before_its_body() {
    let head = "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let told =
        [Client(head), Upstream("HTTP/1.1 100 Continue\r\n\r\n"), Client("hello"), Upstream(OK), Client(UPGRADE)];
    assert_eq!(end(&told), End::Found(UPGRADE.into()));
    // Nobody can say whether the client sends its body now.
    assert_eq!(end(&[Client(head), Upstream(OK), Client("hello"), Client(UPGRADE)]), End::Lost);
    assert_eq!(end(&[Client(head), Upstream(OK), Client(UPGRADE)]), End::Lost);
}

#[test]
fn requests_on_whose_end_readers_may_differ_end_the_looking() {
    let post = |lines: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: h\r\n{lines}\r\n{body}");
    for doubtful in [
        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
        post("Content-Length: 0\r\nContent-Length: 0\r\n", ""),
        post("Content-Length: +0\r\n", ""),
        post("Content-Length: 0, 0\r\n", ""),
        post("Content-Length : 0\r\n", ""),
        post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "5\r\nhello0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "0\r\nTrailer: x\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n"),
        post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff0\r\nhello\r\n0\r\n\r\n"),
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".into(),
        "GET / HTTP/1.1\nHost: h\n\n".into(),
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".into(),
        "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n".into(),
        UPGRADE.replace("13", "8"),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
        format!("GET / HTTP/1.1\r\nHost: h\r\nX-Long: {}\r\n\r\n", "a".repeat(512)),
    ] {
        assert_eq!(
            end(&[Client(GET), Upstream(OK), Client(&doubtful), Upstream(OK), Client(UPGRADE)]),
            End::Lost,
            "{doubtful}"
        );
    }
}

#[test]
fn answers_on_whose_end_readers_may_differ_end_the_looking() {
    for doubtful in [
        "HTTP/1.1 200 OK\r\n\r\nuntil the end",
        "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
        "SSH-2.0\r\n\r\n",
    ] {
        assert!(!finds(GET, doubtful), "{doubtful}");
    }
}

#[test]
fn what_was_withheld_passes_when_the_looking_ends_or_the_client() {
    let mut exchanges = Exchanges::new(LIMITS);
    assert_eq!(exchanges.handle_request(&GET.as_bytes()[..10]).as_ref(), b"");
    assert_eq!(exchanges.handle_request(b"").as_ref(), &GET.as_bytes()[..10], "the client has ended");
    assert!(exchanges.is_lost());

    assert_eq!(end(&[Client(GET), Upstream(OK), Client("GET / HT")]), End::Withholding);
    let mut exchanges = Exchanges::new(LIMITS);
    exchanges.handle_request(GET.as_bytes());
    assert_eq!(exchanges.handle_request(b"hello").as_ref(), b"", "it may be a head");
    exchanges.handle_answer(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
    assert!(exchanges.is_lost());
    assert_eq!(exchanges.handle_request(b" world").as_ref(), b"hello world");
    assert_eq!(exchanges.into_withheld(), b"");
}

#[test]
fn behind_a_handshake_that_was_refused_the_next_one_is_found() {
    let refused = Upstream("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    for piece_bytes in [1, 7, usize::MAX] {
        let end = follow(Exchanges::answering(LIMITS), &[refused, Client(UPGRADE)], piece_bytes);
        assert_eq!(end, End::Found(UPGRADE.into()));
        let end = follow(Exchanges::answering(LIMITS), &[Client(UPGRADE)], piece_bytes);
        assert_eq!(end, End::Lost, "the answer is not there");
    }
}

#[test]
fn the_size_of_a_chunk_has_a_limit_that_no_chunk_reaches() {
    let mut body = ChunkedBody::default();
    assert_eq!(body.skip(b"fffffffffffffff\r\nx"), Ok(18), "15 digits");
    assert!(!body.has_ended());
    assert!(ChunkedBody::default().skip(b"0fffffffffffffff\r\n").is_err(), "16 digits");
    let mut body = ChunkedBody::default();
    assert_eq!(body.skip(b"0\r\n\r\nGET"), Ok(5), "what follows is not its");
    assert!(body.has_ended());
}
