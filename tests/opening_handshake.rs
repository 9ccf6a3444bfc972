//! From the first byte of a connection to its 101, or to a refusal that a person can read.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::{Accept, SendOutcome};
use hawser::engine::{CloseRequest, MessageKind, ReadyState};
use support::{Client, Counter, Kind, TestEngine, accept, default_accept, frames, respond};

#[test]
fn frames_behind_the_handshake_in_one_packet_are_not_lost() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(&[Client::upgrade("/"), frames::text("early"), frames::ping(b"p"), frames::text("bird")].concat());

    client.read_101();
    assert_eq!(client.expect_texts_and_pongs(&["early", "bird"], 1), [b"p"]);
}

#[test]
fn pings_of_either_side_never_overtake_the_101() {
    let (engine, requests) = TestEngine::undecided("");
    for _ in 0..50 {
        let mut client = engine.connect();
        client.write(&[Client::upgrade("/"), frames::ping(b"from the client")].concat());
        let session = requests.recv().expect("a request");

        accept(&engine, session, default_accept());
        support::send(&engine, session, MessageKind::Ping, false, b"from the server");

        client.read_101();
        let first = [client.read_frame(), client.read_frame()];
        assert!(first.iter().any(|frame| frame.opcode == frames::PING), "{first:?}");
        assert!(first.iter().any(|frame| frame.opcode == frames::PONG), "{first:?}");
    }
}

#[test]
fn a_handshake_in_single_bytes_is_accepted() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    for byte in Client::upgrade("/") {
        client.write(&[byte]);
    }
    client.read_101();
}

#[test]
fn headers_of_the_application_stand_in_the_101_and_the_request_arrives_as_it_was_sent() {
    let (engine, requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    let handshake = Client::upgrade("/path?query=1");
    client.write(&handshake);
    let session = requests.recv().expect("a request");
    assert_eq!(engine.ready_state(session), ReadyState::Connecting);

    let head = b"Sec-WebSocket-Protocol: chat\nSet-Cookie: a=b\n".to_vec();
    assert_eq!(accept(&engine, session, Accept { head, ..default_accept() }), SendOutcome::Queued);

    let response = client.read_101();
    assert_eq!(response.header("Sec-WebSocket-Protocol"), Some("chat"));
    assert_eq!(response.header("Set-Cookie"), Some("a=b"));
    assert_eq!(engine.ready_state(session), ReadyState::Open);
    let request = engine.events.first(session, Kind::Request).request();
    assert_eq!(request.head.as_bytes(), handshake);
    assert_eq!((request.remote, request.local), (client.local_address(), engine.address()));
    assert_eq!(engine.counter(Counter::SessionsOpened), 1);
}

#[test]
fn an_engine_on_all_addresses_tells_which_of_them_the_client_has_used() {
    let (engine, requests) = TestEngine::undecided("host=0.0.0.0");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let session = requests.recv().expect("a request");
    let request = engine.events.first(session, Kind::Request).request();
    assert_eq!(request.remote, client.local_address());
    assert_eq!(request.local, client.peer_address());
    assert!(!request.local.ip().is_unspecified());
}

#[test]
fn a_broken_handshake_is_refused_with_a_text_that_names_the_fault() {
    let engine = TestEngine::echo("");
    for (request, status, named) in [
        (Client::altered_upgrade("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400, "Sec-WebSocket-Key"),
        (Client::altered_upgrade("Connection: Upgrade", "Connection: keep-alive"), 400, "Connection"),
        (Client::altered_upgrade("Host: localhost\r\n", ""), 400, "Host"),
        (Client::altered_upgrade("GET / HTTP/1.1", "POST / HTTP/1.1"), 405, "GET"),
        (Client::altered_upgrade("Version: 13", "Version: 12"), 426, "13"),
        (b"\x16\x03\x01\x02\x00 TLS\r\n\r\n".to_vec(), 400, "TLS"),
    ] {
        let response = engine.refusal(&request);
        assert_eq!(response.status, status, "{response:?}");
        assert!(response.body.contains(named), "{response:?}");
    }
    let version = engine.refusal(&Client::altered_upgrade("Version: 13", "Version: 12"));
    assert_eq!(version.header("Sec-WebSocket-Version"), Some("13"));
    assert_eq!(engine.counter(Counter::HandshakesRefused), 7);
    assert_eq!(engine.events.count(Kind::Request), 0, "the handler is not asked");
}

#[test]
fn the_handler_may_refuse_with_status_headers_and_body() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Request {
            respond(engine, event.session, 403, "Content-Type: text/plain\nX-Why: origin\n", b"not from there\n");
        }
    });
    let mut client = engine.connect();
    let session = engine.request_session(&mut client);

    let response = client.read_response();

    assert_eq!((response.status, response.body.as_str()), (403, "not from there\n"));
    assert_eq!((response.header("X-Why"), response.header("Connection")), (Some("origin"), Some("close")));
    client.expect_end();
    assert_eq!(engine.events.closed(session), (0, String::new()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_eq!(engine.ready_state(session), ReadyState::Closed);
    assert_eq!((engine.counter(Counter::HandshakesRefused), engine.counter(Counter::SessionsOpened)), (1, 0));
}

#[test]
fn line_breaks_in_response_headers_of_the_application_never_reach_the_wire() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Request {
            respond(engine, event.session, 403, "X-A: b\r\u{0}c\nX-B: ok\n", b"");
        }
    });
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let response = client.read_response();
    assert_eq!((response.header("X-A"), response.header("X-B")), (None, Some("ok")), "{response:?}");
}

#[test]
fn an_accept_with_headers_that_cannot_be_sent_is_a_500_and_an_error_for_the_handler() {
    let (engine, requests) = TestEngine::undecided("");
    for head in ["X-A: b\rc\n", "Sec-WebSocket-Accept: mine\n", "no colon\n"] {
        let mut client = engine.connect();
        client.write(&Client::upgrade("/"));
        let session = requests.recv().expect("a request");
        let head = head.as_bytes().to_vec();

        accept(&engine, session, Accept { head, ..default_accept() });

        let response = client.read_response();
        assert_eq!((response.status, response.header("Connection")), (500, Some("close")));
        client.expect_end();
        assert_eq!(engine.events.closed(session).0, 1006);
        assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Failed, Kind::Closed]);
    }
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_session_whose_client_left_while_the_handler_decided_ends_with_1006() {
    let (engine, requests) = TestEngine::undecided("");
    for reset in [false, true] {
        let mut client = engine.connect();
        client.write(&Client::upgrade("/"));
        let session = requests.recv().expect("a request");
        if reset {
            client.reset()
        } else {
            drop(client)
        }

        assert_eq!(accept(&engine, session, default_accept()), SendOutcome::Queued);

        assert_eq!(engine.events.closed(session).0, 1006);
        assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Failed, Kind::Closed]);
    }
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_refused_client_that_left_still_ends_its_connection() {
    let (engine, requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let session = requests.recv().expect("a request");
    client.reset();

    respond(&engine, session, 403, "", b"");

    assert_eq!(engine.events.closed(session).0, 0);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_session_accepted_and_closed_at_once_gets_its_101_and_its_close() {
    let (engine, requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let session = requests.recv().expect("a request");

    // The window, used up at first, is not given back: afterConnectionEstablished has not returned.
    assert_eq!(engine.accept(session, default_accept()), SendOutcome::Queued);
    assert_eq!(engine.accept(session, default_accept()), SendOutcome::Closed, "answered before");
    assert_eq!(engine.close(session, CloseRequest::Handshake(None)), SendOutcome::Queued);

    client.read_101();
    assert_eq!(client.read_close_code(), None);
    client.write(&frames::empty_close());
    assert_eq!(engine.events.closed(session).0, 1005);
    client.expect_end();
}

#[test]
fn nothing_is_read_before_the_window_is_given_back_for_the_first_time() {
    let (engine, requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(&[Client::upgrade("/"), frames::text("early")].concat());
    let session = requests.recv().expect("a request");
    engine.accept(session, default_accept());
    client.read_101();
    client.write(&frames::text("bird"));
    // Another session is served meanwhile, in every turn.
    let mut other = engine.connect();
    other.write(&Client::upgrade("/"));
    accept(&engine, requests.recv().expect("a request"), default_accept());
    other.read_101();
    for _ in 0..10 {
        other.write(&frames::text("x"));
        other.expect_text("x");
    }
    assert_eq!(engine.events.kinds(session), [Kind::Request]);

    engine.consumed(session, 64 << 10);

    client.expect_text("early");
    client.expect_text("bird");
}
