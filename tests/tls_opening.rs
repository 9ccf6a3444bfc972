//! Connections that do not get through the TLS handshake: each ends, is counted, and harms nobody.

#![cfg(feature = "engine")]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use hawser::bridge::SessionId;
use rustls::ClientConnection;
use support::tls::{Authority, server};
use support::{Client, Counter, DEADLINE, Kind, TestEngine, frames};

fn engine(config: &str) -> (TestEngine, Authority) {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls(config, &server(&[authority.server(&["localhost"])]));
    (engine, authority)
}

/// What a client says first.
fn client_hello(authority: &Authority) -> Vec<u8> {
    let name = "localhost".try_into().expect("a DNS name");
    let mut tls = ClientConnection::new(Arc::new(authority.trusting()), name).expect("a valid configuration");
    let mut hello = Vec::new();
    tls.write_tls(&mut hello).expect("memory");
    hello
}

fn await_log(engine: &TestEngine, part: &str) -> SessionId {
    engine.events.wait(part, |events| {
        let mut lines = events.iter().filter(|event| event.kind == Kind::Log);
        lines.find(|line| line.text().contains(part)).map(|line| line.session)
    })
}

fn assert_still_serving(engine: &TestEngine, authority: &Authority) {
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    client.write(&Client::upgrade("/"));
    client.read_101();
    client.write(&frames::text("still here"));
    client.expect_text("still here");
    client.write(&frames::close(1000, ""));
    client.expect_close(1000, "");
    client.expect_end();
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn plain_http_is_told_to_use_tls() {
    let (engine, authority) = engine("");
    for request in [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(), Client::upgrade("/"), b"P".to_vec()] {
        let response = engine.refusal(&request);
        assert_eq!(response.status, 400);
        assert!(response.body.contains("this port speaks TLS"), "{response:?}");
        assert!(response.body.contains("https://") && response.body.contains("wss://"), "{response:?}");
    }
    assert_eq!(engine.counter(Counter::HandshakesRefused), 3);
    assert_eq!(engine.events.count(Kind::Request), 0);
    assert_still_serving(&engine, &authority);
}

#[test]
fn garbage_gets_an_alert_and_is_gone() {
    let (engine, authority) = engine("");
    for (count, garbage) in
        [&b"\x16\x03\x01\x00\x04\x01\0\0\0"[..], &[0; 600], &[0xff; 70_000], b"\x80\x2e\x01\x03\x01"]
            .into_iter()
            .enumerate()
    {
        let mut client = engine.connect();
        client.write(garbage);
        let mut answer = Vec::new();
        // Also behind garbage that nobody has read, the alert is not lost to a reset.
        client.stream().read_to_end(&mut answer).expect("an orderly end");
        assert_eq!(answer.first(), Some(&21), "an alert to garbage {count}: {answer:?}");
        drop(client);
        engine.await_counter(Counter::TlsHandshakesFailed, count as u64 + 1);
    }
    assert_ne!(await_log(&engine, "TLS handshake failed: "), SessionId::from_raw(0), "the line names the connection");
    engine.await_counter(Counter::Open, 0);
    assert_still_serving(&engine, &authority);
}

#[test]
fn a_client_that_does_not_trust_the_server_is_a_line_in_the_log() {
    let (engine, authority) = engine("");
    let error = engine.connect().secure(Authority::new("another").trusting(), "localhost").err().expect("no trust");
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
    await_log(&engine, "TLS handshake failed: received fatal alert: ");
    engine.await_counter(Counter::TlsHandshakesFailed, 1);
    assert_still_serving(&engine, &authority);
}

#[test]
fn a_handshake_that_stands_still_ends_at_the_deadline() {
    let (engine, authority) = engine("handshake_timeout_ms=50");
    let mut client = engine.connect();
    client.write(&client_hello(&authority)[..20]);
    assert_eq!(client.read_until_gone(), b"");
    await_log(&engine, "TLS handshake failed: not complete within 50ms");
    assert_eq!(engine.counter(Counter::TlsHandshakesFailed), 1);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_client_that_says_nothing_ends_at_the_deadline_and_is_nobodys_failure() {
    let (engine, _authority) = engine("handshake_timeout_ms=50");
    engine.connect().expect_end();
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::TlsHandshakesFailed), 0);
    assert_eq!(engine.events.all().len(), 0);
}

#[test]
fn one_deadline_covers_the_handshake_and_the_head() {
    let (engine, authority) = engine("handshake_timeout_ms=300");
    let mut silent = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    assert_eq!(silent.read_error().kind(), ErrorKind::UnexpectedEof, "cut");
    let mut slow = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    slow.write(b"GET / HTTP/1.1\r\n");
    assert_eq!(slow.read_response().status, 408);
    slow.expect_end();
    drop((silent, slow));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::TlsHandshakesFailed), 0);
}

#[test]
fn a_handshake_byte_by_byte_is_a_handshake() {
    let (engine, authority) = engine("");
    let name = "localhost".try_into().expect("a DNS name");
    let mut tls = ClientConnection::new(Arc::new(authority.trusting()), name).expect("a valid configuration");
    let mut socket = TcpStream::connect(engine.address()).expect("the engine listens");
    socket.set_nodelay(true).expect("a live socket");
    let request = b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::io::Write::write_all(&mut tls.writer(), request).expect("memory");
    while tls.is_handshaking() || tls.wants_write() {
        let mut out = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut out).expect("memory");
        }
        for byte in out {
            socket.write_all(&[byte]).expect("the engine reads");
        }
        if tls.is_handshaking() {
            tls.read_tls(&mut socket).expect("an answer");
            tls.process_new_packets().expect("a handshake");
        }
    }
    let mut answer = String::new();
    rustls::Stream::new(&mut tls, &mut socket).read_to_string(&mut answer).expect("an answer and its end");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("GET /slow HTTP/1.1\n"), "{answer}");
}

#[test]
fn a_handshake_that_is_given_up_anywhere_leaves_nothing() {
    let (engine, authority) = engine("");
    let hello = client_hello(&authority);
    for end in (0..=hello.len()).step_by(7) {
        for way in 0..3 {
            let mut client = engine.connect();
            client.write(&hello[..end]);
            match way {
                0 => client.reset(),
                1 => drop(client),
                _ => {
                    client.stream().shutdown(Shutdown::Write).expect("a live socket");
                    client.read_until_gone();
                }
            }
        }
    }
    engine.await_counter(Counter::Open, 0);
    assert!(engine.counter(Counter::TlsHandshakesFailed) > 0);
    assert_eq!(engine.counter(Counter::Panics), 0);
    assert_still_serving(&engine, &authority);
}

#[test]
fn a_connection_over_the_limit_is_cut_before_any_handshake() {
    let (engine, authority) = engine("max_connections=1");
    let first = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    let mut second = engine.connect();
    assert_eq!(second.read_until_gone(), b"");
    assert_eq!(engine.counter(Counter::RefusedOverLimit), 1);
    assert_eq!(engine.counter(Counter::Open), 1);
    drop(first);
    engine.await_counter(Counter::Open, 0);
    assert_still_serving(&engine, &authority);
}

#[test]
fn a_flood_of_handshakes_does_not_keep_sessions_waiting_for_ever() {
    let (engine, authority) = engine("backlog=4096");
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    client.write(&Client::upgrade("/"));
    client.read_101();
    let hello = client_hello(&authority);
    let mut flood: Vec<_> = (0..300).map(|_| engine.connect()).collect();
    for peer in &mut flood {
        peer.write(&hello);
    }
    client.write(&frames::text("in between"));
    client.expect_text("in between");
    drop(flood);
    engine.await_counter(Counter::Open, 1);
}

#[test]
fn who_says_nothing_or_leaves_before_the_first_byte_has_abandoned_its_handshake() {
    let (engine, _) = engine("handshake_timeout_ms=50");
    engine.connect().expect_end();
    drop(engine.connect());
    engine.await_counter(Counter::HandshakesAbandoned, 2);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::TlsHandshakesFailed), 0);
}

#[test]
fn a_stop_ends_handshakes_at_once() {
    let (mut engine, authority) = engine("");
    let mut silent = engine.connect();
    let mut halfway = engine.connect();
    halfway.write(&client_hello(&authority));
    engine.await_counter(Counter::Open, 2);
    engine.stop_and_join(DEADLINE);
    silent.read_until_gone();
    halfway.read_until_gone();
}
