//! WebSockets and HTTP over TLS: what a client sees is the same, and the handler hears that it is secure.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::SessionId;
use hawser::engine::{CloseRequest, Engine, MessageKind};
use rustls::{ClientConfig, ProtocolVersion, version};
use support::tls::{Authority, server};
use support::{
    Client, Counter, Kind, TestEngine, TestEvent, UPGRADE, accept, default_accept, echo, frames, respond, send, until,
};

const GET: &[u8] = b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn secure(engine: &TestEngine, config: ClientConfig) -> Client {
    engine.connect().secure(config, "localhost").expect("a handshake")
}

/// An echo server over TLS, and a client whose opening handshake is done.
fn open(config: &str) -> (TestEngine, Client, SessionId) {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls(config, &server(&[authority.server(&["localhost"])]));
    let mut client = secure(&engine, authority.trusting());
    let session = engine.request_session(&mut client);
    client.read_101();
    (engine, client, session)
}

#[test]
fn messages_are_echoed_over_tls_1_2_and_1_3() {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls("loops=2", &server(&[authority.server(&["localhost"])]));
    let versions = [(&version::TLS12, ProtocolVersion::TLSv1_2), (&version::TLS13, ProtocolVersion::TLSv1_3)];
    for (version, agreed) in versions {
        let mut client = secure(&engine, authority.trusting_with(&[version], None));
        assert_eq!(client.tls().protocol_version(), Some(agreed));
        client.write(&Client::upgrade("/"));
        client.read_101();
        for text in ["", "hello", "again"] {
            client.write(&frames::text(text));
            client.expect_text(text);
        }
    }
}

#[test]
fn many_small_messages_in_one_record_are_echoed_in_order() {
    let (_engine, mut client, _) = open("");
    let all: Vec<u8> = (0..1000).flat_map(|at| frames::text(&format!("message {at}"))).collect();
    client.write(&all);
    for at in 0..1000 {
        client.expect_text(&format!("message {at}"));
    }
}

#[test]
fn http_1_1_is_the_protocol_that_is_agreed_on() {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls("", &server(&[authority.server(&["localhost"])]));
    let offering = |protocols: &[&[u8]]| {
        let mut config = authority.trusting();
        config.alpn_protocols = protocols.iter().map(|&protocol| protocol.to_vec()).collect();
        engine.connect().secure(config, "localhost")
    };
    assert_eq!(offering(&[b"h2", b"http/1.1"]).expect("a handshake").tls().alpn_protocol(), Some(&b"http/1.1"[..]));
    assert_eq!(offering(&[]).expect("a handshake").tls().alpn_protocol(), None);
    let error = offering(&[b"h2"]).err().expect("no protocol in common");
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
    engine.await_counter(Counter::TlsHandshakesFailed, 1);
}

#[test]
fn the_handler_hears_that_a_request_came_over_tls() {
    let (engine, client, session) = open("");
    let request = engine.events.first(session, Kind::Request).request();
    assert!(request.secure);
    assert!(request.client_certificate.is_empty());
    assert_eq!((request.remote, request.local), (client.local_address(), engine.address()));

    let plain = TestEngine::echo("");
    let (_client, session) = plain.open();
    assert!(!plain.events.first(session, Kind::Request).request().secure);
}

#[test]
fn a_connection_over_tls_serves_one_http_request_after_another_and_then_a_websocket() {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls("", &server(&[authority.server(&["localhost"])]));
    let mut client = secure(&engine, authority.trusting());
    let body = "x".repeat(60_000);
    let post = format!("POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    for _ in 0..2 {
        client.write(GET);
        assert_eq!(client.read_response().body, "GET /page HTTP/1.1\n");
        client.write(post.as_bytes());
        assert_eq!(client.read_response().body, format!("POST /form HTTP/1.1\n{body}"));
    }
    let requests = engine.events.all();
    let mut requests = requests.iter().filter(|event| event.kind == Kind::Request);
    assert!(requests.all(|event| event.request().secure));
    client.write(&[Client::upgrade("/"), frames::text("behind the head")].concat());
    client.read_101();
    client.expect_text("behind the head");
}

#[test]
fn the_end_of_a_session_is_said_in_tls_too() {
    let (engine, mut client, session) = open("");
    client.write(&frames::close(1000, "bye"));
    client.expect_close(1000, "bye");
    // Without a close_notify this is an error of the client's TLS.
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1000, "bye".into()));
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_session_that_we_end_is_ended_in_tls_too() {
    let (engine, mut client, session) = open("");
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);
    client.write(&frames::empty_close());
    client.expect_end();
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_refused_request_is_ended_in_tls_too() {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls("", &server(&[authority.server(&["localhost"])]));
    let mut client = secure(&engine, authority.trusting());
    client.write(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(client.read_response().status, 400);
    client.expect_end();
}

#[test]
fn an_end_of_tls_without_a_close_frame_is_a_lost_transport() {
    let (engine, mut client, session) = open("");
    client.write(&frames::text("the last one"));
    client.close_notify();
    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert_eq!(engine.events.first(session, Kind::Text).text(), "the last one");
    let failed = engine.events.first(session, Kind::Failed);
    assert_eq!(failed.text(), "the peer closed the connection without a Close frame");
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn an_end_of_the_socket_without_an_end_of_tls_is_a_lost_transport() {
    let (engine, mut client, session) = open("");
    client.write(&frames::text("the last one"));
    client.shut_down_writing();
    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert_eq!(engine.events.first(session, Kind::Text).text(), "the last one");
    let failed = engine.events.first(session, Kind::Failed);
    assert!(failed.text().ends_with("the peer closed the connection without a TLS close_notify"), "{failed:?}");
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn bytes_that_are_no_tls_end_an_open_session() {
    let (engine, mut client, session) = open("");
    client.write(&frames::text("the last one"));
    client.expect_text("the last one");
    std::io::Write::write_all(&mut client.stream(), b"\x17\x03\x03\x00\x18 certainly not encrypted at all")
        .expect("sent");
    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert!(engine.events.first(session, Kind::Failed).text().starts_with("reading failed: "));
    engine.await_counter(Counter::Open, 0);
}

/// An echo for messages as large as they come.
fn large_echo() -> (TestEngine, Authority) {
    let authority = Authority::new("issuer");
    let tls = server(&[authority.server(&["localhost"])]);
    let engine = TestEngine::start_tls("send_high_water_bytes=67108864", &tls, |engine, event| match event.kind {
        Kind::Request => {
            let mut accepted = default_accept();
            accepted.limits.max_binary_bytes = 32 << 20;
            accept(engine, event.session, accepted);
        }
        _ => echo(engine, event),
    });
    (engine, authority)
}

#[test]
fn large_messages_are_echoed_to_a_peer_that_reads_late() {
    let (engine, authority) = large_echo();
    for megabytes in [1, 16] {
        let narrow = Client::connect_narrow(engine.address());
        let mut client = narrow.secure(authority.trusting(), "localhost").expect("a handshake");
        let session = engine.request_session(&mut client);
        client.read_101();
        let payload: Vec<u8> = (0..megabytes << 20).map(|at: u32| (at % 251) as u8).collect();
        client.write(&frames::binary(&payload));
        // Nobody reads: what the sockets do not take waits, and is counted.
        engine.events.first(session, Kind::Binary);
        if megabytes > 1 {
            until("the answer waits", || (engine.buffered_amount(session) > 1 << 20).then_some(()));
        }
        let frame = client.read_frame();
        assert_eq!((frame.opcode, frame.payload.len()), (frames::BINARY, payload.len()));
        assert!(frame.payload == payload, "the bytes are the same");
        until("everything is written", || (engine.buffered_amount(session) == 0).then_some(()));
        client.write(&frames::text("and on it goes"));
        client.expect_text("and on it goes");
    }
}

/// A path with a number is answered with as many bytes.
fn answer_as_many_bytes(engine: &Engine, event: &TestEvent) {
    if event.kind != Kind::Request || event.flags & UPGRADE != 0 {
        return echo(engine, event);
    }
    let head = event.request().head;
    let bytes = head.split([' ', '/']).nth(2).and_then(|path| path.parse().ok()).expect("a number");
    respond(engine, event.session, 200, "", &vec![b'x'; bytes]);
}

/// About what the sockets take of a peer that does not read.
fn socket_room(engine: &TestEngine, mut client: Client) -> usize {
    let session = engine.request_session(&mut client);
    client.read_101();
    send(engine, session, MessageKind::Binary, false, &vec![7; 16 << 20]);
    let (mut last, mut same) = (0, 0);
    until("the sockets are full", || {
        let waits = engine.buffered_amount(session);
        same = if waits == last { same + 1 } else { 0 };
        last = waits;
        (waits < 16 << 20 && same == 20).then_some(())
    });
    (16 << 20) - usize::try_from(last).expect("a size")
}

#[test]
fn what_tls_holds_back_at_the_end_is_written_when_there_is_room() {
    let authority = Authority::new("issuer");
    let tls = server(&[authority.server(&["localhost"])]);
    let engine = TestEngine::start_tls("send_high_water_bytes=67108864", &tls, answer_as_many_bytes);
    let open = || {
        let narrow = Client::connect_narrow(engine.address());
        narrow.secure(authority.trusting(), "localhost").expect("a handshake")
    };
    let room = socket_room(&engine, open());
    // Around that, an answer ends in the buffer of TLS and not in the socket.
    let mut other = open();
    other.write(&Client::upgrade("/"));
    other.read_101();
    for bytes in (room - (96 << 10)..room + (32 << 10)).step_by(8 << 10) {
        let mut client = open();
        client.write(format!("GET /{bytes} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes());
        let path = format!("GET /{bytes} ");
        engine.events.wait(&path, |events| {
            let mut requests = events.iter().filter(|event| event.kind == Kind::Request);
            requests.any(|event| event.request().head.starts_with(&path)).then_some(())
        });
        // Behind two echoes the loop has written what it could.
        for _ in 0..2 {
            other.write(&frames::text("and on"));
            other.expect_text("and on");
        }
        assert_eq!(client.read_response().body.len(), bytes);
    }
}

#[test]
fn what_waits_for_a_peer_that_does_not_read_is_freed_when_it_resets() {
    let (engine, authority) = large_echo();
    let narrow = Client::connect_narrow(engine.address());
    let mut client = narrow.secure(authority.trusting(), "localhost").expect("a handshake");
    let session = engine.request_session(&mut client);
    client.read_101();
    send(&engine, session, MessageKind::Binary, false, &vec![7; 16 << 20]);
    until("it waits", || (engine.buffered_amount(session) < 16 << 20).then_some(()));
    assert!(engine.buffered_amount(session) > 0);
    client.reset();
    assert_eq!(engine.events.closed(session).0, 1006);
    assert_eq!(engine.buffered_amount(session), 0);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn the_close_frame_goes_out_behind_a_large_answer() {
    let (engine, authority) = large_echo();
    let narrow = Client::connect_narrow(engine.address());
    let mut client = narrow.secure(authority.trusting(), "localhost").expect("a handshake");
    let session = engine.request_session(&mut client);
    client.read_101();
    client.write(&[frames::binary(&vec![1; 4 << 20]), frames::close(1000, "done")].concat());
    engine.events.first(session, Kind::Closing);
    assert_eq!(client.read_frame().payload.len(), 4 << 20);
    client.expect_close(1000, "done");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1000, "done".into()));
}

#[test]
fn a_stop_closes_sessions_with_1001_over_tls() {
    let (mut engine, mut client, _) = open("");
    engine.stop(support::DEADLINE);
    client.expect_close(1001, "");
    client.write(&frames::close(1001, ""));
    client.expect_end();
    drop(client);
    engine.join();
}

#[test]
fn a_returning_client_resumes_its_tls_session() {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls("", &server(&[authority.server(&["localhost"])]));
    for version in [&version::TLS12, &version::TLS13] {
        let config = authority.trusting_with(&[version], None);
        let kind = || {
            let mut client = secure(&engine, config.clone());
            client.write(GET);
            client.read_response();
            client.tls().handshake_kind().expect("a handshake")
        };
        assert_eq!(kind(), rustls::HandshakeKind::Full);
        assert_eq!(kind(), rustls::HandshakeKind::Resumed, "{version:?}");
    }
}
