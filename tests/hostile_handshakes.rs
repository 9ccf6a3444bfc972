//! Opening handshakes and request heads that are wrong, too large, too slow or never come, against a running engine: the
//! status, the counter, everything freed, the handler never asked. What the parser makes of each of them, cut at every
//! byte, is tested in `src/protocol/tests`. "Lines" are those of docs/hostile-input.md.

#![cfg(feature = "engine")]

mod support;

use std::io::Write;
use std::net::Shutdown;
use std::time::Duration;

use support::deflate::accept_default_offer;
use support::{Client, Counter, Kind, Response, TestEngine, echo, frames};

const KEY: &str = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

fn without(line: &str) -> Vec<u8> {
    Client::altered_upgrade(line, "")
}

/// An opening handshake with more header lines.
fn with(lines: &str) -> Vec<u8> {
    Client::altered_upgrade("Host: localhost\r\n", &format!("Host: localhost\r\n{lines}"))
}

fn twice(line: &str) -> Vec<u8> {
    Client::altered_upgrade(line, &line.repeat(2))
}

/// The connection is refused: counted, gone, and nobody was asked.
fn assert_refused(engine: &TestEngine, request: &[u8], status: u16) -> Response {
    let before = engine.counter(Counter::HandshakesRefused);
    let response = engine.refusal(request);
    assert_eq!(response.status, status, "{response:?}");
    assert!(!response.body.trim().is_empty(), "a person can read why");
    assert_eq!(engine.counter(Counter::HandshakesRefused), before + 1);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.events.count(Kind::Request), 0, "the handler is not asked");
    response
}

/// Line 28.
#[test]
fn handshakes_with_a_fault_are_refused_counted_and_freed() {
    let engine = TestEngine::echo("");
    for faulty in [
        without("Connection: Upgrade\r\n"),
        without(KEY),
        without("Upgrade: websocket\r\n"),
        twice(KEY),
        Client::altered_upgrade("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="),
        Client::altered_upgrade("HTTP/1.1", "HTTP/1.0"),
        with("Content-Length: 5\r\n"),
        with("Transfer-Encoding: chunked\r\n"),
        twice("Sec-WebSocket-Version: 13\r\n"),
        without("Host: localhost\r\n"),
        twice("Host: localhost\r\n"),
    ] {
        assert_refused(&engine, &faulty, 400);
    }
    assert_refused(&engine, &without("Sec-WebSocket-Version: 13\r\n"), 426);
    assert_refused(&engine, &Client::altered_upgrade("Version: 13", "Version: 8"), 426);
    assert_refused(&engine, &Client::altered_upgrade("GET /", "POST /"), 405);
}

/// Line 28: both are lists, to which proxies add lines (RFC 9110 section 5.3).
#[test]
fn upgrade_and_connection_may_come_twice() {
    let engine = TestEngine::echo("");
    for line in ["Upgrade: websocket\r\n", "Connection: Upgrade\r\n"] {
        let mut client = engine.connect();
        client.write(&twice(line));
        client.read_101();
    }
    assert_eq!(engine.counter(Counter::HandshakesRefused), 0);
}

/// Line 29.
#[test]
fn a_request_behind_an_upgrade_is_read_as_a_frame_and_never_as_a_request() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    client.write(&[&Client::upgrade("/")[..], b"GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n"].concat());
    client.read_101();
    assert_eq!(client.read_close_code(), Some(1002), "a G is a frame with a reserved bit");
    client.expect_end();
    drop(client);
    engine.await_counter(Counter::Open, 0);
    assert_eq!((engine.events.count(Kind::Request), engine.counter(Counter::Violations)), (1, 1));
}

/// Line 29: what follows was meant for a session that does not come to be.
#[test]
fn nothing_behind_a_refused_upgrade_is_looked_at() {
    let engine = TestEngine::echo("");
    let behind = [frames::text("frame"), b"GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()].concat();
    assert_refused(&engine, &[without(KEY), behind].concat(), 400);
    assert_eq!((engine.counter(Counter::SessionsOpened), engine.counter(Counter::MessagesIn)), (0, 0));
}

/// Line 30.
#[test]
fn heads_beyond_their_limits_are_refused_counted_and_freed() {
    let engine = TestEngine::echo("");
    let long_line = |bytes: usize| with(&format!("Cookie: {}\r\n", "x".repeat(bytes)));
    assert_refused(&engine, &long_line(17_000), 431);
    assert_refused(&engine, &Client::upgrade(&format!("/{}", "x".repeat(17_000))), 431);
    assert_refused(&engine, &with(&"A: b\r\n".repeat(1000)), 431);
    assert_refused(&engine, &long_line(1 << 20), 431);
    assert_refused(&engine, &with(&"Cookie: a=b\r\n".repeat(80_000)), 431);

    let mut client = engine.connect();
    client.write(&long_line(8 << 10));
    client.read_101();
}

/// Line 30.
#[test]
fn a_byte_now_and_then_ends_at_the_deadline_and_everybody_else_goes_on() {
    let engine = TestEngine::echo("handshake_timeout_ms=200");
    let (mut other, _) = engine.open();
    let mut client = engine.connect();
    let mut writer = client.stream();
    let dripping = std::thread::spawn(move || {
        for byte in b"GET / HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat(&b'x')) {
            if writer.write_all(&[*byte]).is_err() {
                break;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
    });
    assert_eq!(client.read_response().status, 408);
    other.write(&frames::text("served"));
    other.expect_text("served");
    client.stream().shutdown(Shutdown::Both).expect("a live socket");
    dripping.join().expect("no panic");
    drop(client);
    engine.await_counter(Counter::Open, 1);
    assert_eq!(engine.counter(Counter::HandshakesRefused), 1);
}

/// Line 30.
#[test]
fn a_thousand_silent_connections_end_at_the_deadline_and_sessions_go_on_meanwhile() {
    let engine = TestEngine::echo("handshake_timeout_ms=300\nbacklog=4096");
    let (mut session, _) = engine.open();
    let silent: Vec<_> = (0..1000).map(|_| engine.connect()).collect();
    for _ in 0..100 {
        session.write(&frames::text("between them"));
        session.expect_text("between them");
    }
    engine.await_counter(Counter::HandshakesAbandoned, 1000);
    engine.await_counter(Counter::Open, 1);
    silent.into_iter().for_each(|mut client| client.expect_end());
    assert_eq!((engine.counter(Counter::HandshakesRefused), engine.counter(Counter::Accepted)), (0, 1001));
}

/// Line 30: a connection that has been of use may end between two requests.
#[test]
fn a_kept_alive_connection_that_ends_has_abandoned_nothing() {
    let engine = TestEngine::echo("handshake_timeout_ms=100");
    let get = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let serve = || {
        let mut client = engine.connect();
        client.write(get);
        assert_eq!(client.read_response().status, 200);
        client
    };
    drop(serve());
    serve().expect_end();
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::HandshakesAbandoned), 0);
    serve().write(&get[..10]);
    engine.await_counter(Counter::HandshakesAbandoned, 1);
    engine.await_counter(Counter::Open, 0);
}

/// Lines 28 and 30 for plain requests.
#[test]
fn bodies_that_are_too_large_broken_or_never_come_are_refused_counted_and_freed() {
    let engine = TestEngine::echo("max_http_body_bytes=10\nhandshake_timeout_ms=100");
    let post =
        |headers: &str, body: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{body}").into_bytes();
    for (headers, body, status) in [
        ("Content-Length: 11", "", 413),
        ("Transfer-Encoding: chunked", "b\r\n0123456789a\r\n0\r\n\r\n", 413),
        ("Transfer-Encoding: chunked", "zz\r\n", 400),
        ("Content-Length: 10", "01234", 408),
    ] {
        let refused = engine.counter(Counter::HandshakesRefused);
        let mut client = engine.connect();
        client.write(&post(headers, body));
        assert_eq!(client.read_response().status, status);
        client.expect_end();
        drop(client);
        engine.await_counter(Counter::Open, 0);
        assert_eq!(engine.counter(Counter::HandshakesRefused), refused + 1);
    }
    assert_eq!(engine.events.count(Kind::Request), 0);
}

/// Line 31.
#[test]
fn control_characters_anywhere_in_a_head_are_refused_counted_and_freed() {
    let engine = TestEngine::echo("");
    for control in ["\r", "\n", "\0", "\u{1b}", "\u{7f}"] {
        assert_refused(&engine, &Client::upgrade(&format!("/a{control}b")), 400);
        assert_refused(&engine, &with(&format!("Sec-WebSocket-Protocol: a{control}b\r\n")), 400);
        assert_refused(&engine, &with(&format!("X{control}Y: z\r\n")), 400);
    }
}

/// Line 32. The handler picks the subprotocol; in Java that is `SubProtocolsTests`.
#[test]
fn lists_of_64_kilobytes_open_a_session_without_an_extension() {
    let engine = TestEngine::start("max_head_bytes=1048576", |engine, event| match event.kind {
        Kind::Request => accept_default_offer(engine, event),
        _ => echo(engine, event),
    });
    for (name, element) in [
        ("Sec-WebSocket-Protocol", "x, "),
        ("Sec-WebSocket-Extensions", "x; a=\"b\", "),
        ("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=8, "),
        ("Upgrade", "h2c, "),
        ("Connection", "keep-alive, "),
    ] {
        let list = element.repeat((64 << 10) / element.len());
        let mut client = engine.connect();
        client.write(&with(&format!("{name}: {list}x\r\n")));
        assert_eq!(client.read_101().header("Sec-WebSocket-Extensions"), None);
        client.write(&frames::text("open"));
        client.expect_text("open");
    }
    engine.await_counter(Counter::Open, 0);
}

/// Line 33. Paths are matched in Java, where `HandshakeTests` and `RequestTargetTests` have the same targets.
#[test]
fn targets_of_all_forms_reach_the_handler_as_they_were_sent() {
    let engine = TestEngine::echo("");
    for target in ["//host/path", "http://elsewhere/path", "WS://elsewhere:1/path?q", "/a/../b;x=%2e//"] {
        let mut client = engine.connect();
        client.write(&Client::upgrade(target));
        client.read_101();
        let line = format!("GET {target} HTTP/1.1\r\n");
        engine.events.wait(target, |events| {
            let mut requests = events.iter().filter(|event| event.kind == Kind::Request);
            requests.any(|event| event.request().head.starts_with(&line)).then_some(())
        });
    }
    for target in ["path", "/a#b", "*", ""] {
        assert_eq!(engine.refusal(&Client::upgrade(target)).status, 400, "{target}");
    }
    assert_eq!(engine.counter(Counter::HandshakesRefused), 4);
}

/// Line 35.
#[test]
fn a_peer_writes_no_line_of_the_log() {
    let engine = TestEngine::echo("");
    // C1 controls, a change of direction, a line separator: no head is refused for them, so they reach texts.
    let forged = "\u{85}\u{9b}31m\u{202e}\u{2028}ERROR all is lost";
    let long = "x".repeat(10_000);
    for value in [forged, &long] {
        assert_refused(&engine, &Client::altered_upgrade("dGhlIHNhbXBsZSBub25jZQ==", value), 400);
        assert_refused(&engine, &Client::altered_upgrade("Version: 13", &format!("Version: {value}")), 426);
        assert_refused(&engine, &Client::altered_upgrade("Host: localhost", &format!("Host: a/{value}")), 400);
        assert_refused(&engine, &Client::altered_upgrade("HTTP/1.1", value), 400);
    }
    let lines: Vec<_> = engine.events.all().into_iter().filter(|event| event.kind == Kind::Log).collect();
    assert_eq!(lines.len(), 8, "one for each");
    for line in lines {
        let text = line.text();
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}");
        assert!(text.len() < 400, "{} bytes", text.len());
        assert_ne!(line.session.raw(), 0, "it names the connection");
    }
}
