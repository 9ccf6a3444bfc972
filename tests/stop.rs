//! The end of an engine: every session hears of it, nothing stays behind.

#![cfg(feature = "engine")]

mod support;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use hawser::bridge::SendOutcome;
use hawser::engine::{ReadyState, Turn};
use support::{Client, Counter, Kind, TestEngine, accept, default_accept, echo, frames, respond, send_text};

const LONG: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(200);

#[test]
fn stop_closes_every_session_with_1001_and_frees_the_port() {
    let mut engine = TestEngine::echo("loops=2");
    let mut peers: Vec<_> = (0..10).map(|_| engine.open()).collect();
    let start = Instant::now();

    engine.stop(LONG);

    for (client, _) in &mut peers {
        client.expect_close(1001, "");
        client.write(&frames::close(1001, ""));
        client.expect_end();
    }
    let sessions: Vec<_> = peers.into_iter().map(|(_, session)| session).collect();
    engine.join();
    assert!(start.elapsed() < LONG, "as soon as all peers have answered");
    for session in sessions {
        assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
        assert_eq!(engine.events.closed(session).0, 1001);
        assert_eq!(send_text(&engine, session, "x"), SendOutcome::Closed);
    }
    assert_eq!(engine.turn(0), Ok(Turn::Stopped), "and stays so");
    assert_eq!((engine.counter(Counter::Open), engine.counter(Counter::SessionsClosed)), (0, 10));
    TcpListener::bind(engine.address()).expect("the port is free");
}

#[test]
fn stop_without_connections_is_immediate_and_may_be_repeated() {
    let mut engine = TestEngine::echo("loops=3");
    engine.stop(LONG);
    engine.stop(LONG);
    engine.join();
    engine.stop(LONG);
    assert_eq!(engine.turn(1), Ok(Turn::Stopped));
}

#[test]
fn a_second_stop_may_be_in_more_of_a_hurry() {
    let mut engine = TestEngine::echo("close_timeout_ms=20000");
    let (_silent, session) = engine.open();
    let start = Instant::now();
    engine.stop(LONG);
    engine.stop(SHORT);
    engine.join();
    assert!(start.elapsed() < LONG / 2);
    assert_eq!(engine.events.closed(session).0, 1006);
}

#[test]
fn an_engine_stopped_before_its_first_turn_accepts_nobody() {
    let engine = TestEngine::undriven("");
    let mut client = engine.connect();
    engine.stop(LONG);
    assert_eq!(engine.turn(0), Ok(Turn::Stopped));
    assert_eq!(client.read_until_gone(), b"");
}

#[test]
fn what_was_sent_before_the_stop_goes_out_before_the_1001() {
    let mut engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    send_text(&engine, session, "last words");
    engine.stop(LONG);
    client.expect_text("last words");
    client.expect_close(1001, "");
    drop(client);
    engine.join();
}

#[test]
fn a_peer_that_never_answers_is_cut_at_the_deadline_of_the_stop() {
    let mut engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    engine.stop_and_join(SHORT);
    assert_eq!(engine.events.closed(session).0, 1006);
    client.expect_close(1001, "");
    assert_eq!(client.read_until_gone(), b"");
}

#[test]
fn a_peer_that_has_answered_and_does_not_hang_up_does_not_hold_up_the_stop() {
    let mut engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    engine.stop(SHORT);
    client.expect_close(1001, "");
    client.write(&frames::close(1001, ""));
    engine.join();
    assert_eq!(engine.events.closed(session).0, 1001);
    client.expect_end();
}

#[test]
fn a_handler_that_never_goes_on_with_a_closing_does_not_hold_up_the_stop() {
    let mut engine = TestEngine::start("", |engine, event| {
        if event.kind != Kind::Closing {
            echo(engine, event);
        }
    });
    let (mut client, session) = engine.open();
    client.write(&frames::close(4000, "early"));
    engine.events.first(session, Kind::Closing);
    engine.stop(LONG);
    assert_eq!(client.read_close_code(), Some(1001));
    client.expect_end();
    drop(client);
    engine.join();
    assert_eq!(engine.events.closed(session).0, 4000);
}

#[test]
fn a_handshake_in_the_hands_of_the_handler_is_refused_with_503() {
    let (mut engine, _requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    let session = engine.request_session(&mut client);

    engine.stop(LONG);

    let response = client.read_response();
    assert_eq!((response.status, response.header("Connection")), (503, Some("close")));
    assert!(response.body.contains("stopping"), "{response:?}");
    client.expect_end();
    drop(client);
    assert_eq!(accept(&engine, session, default_accept()), SendOutcome::Closed);
    engine.join();
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_eq!(engine.events.closed(session).0, 0);
}

#[test]
fn a_handshake_accepted_while_the_stop_begins_gets_both_its_101_and_its_1001() {
    let (mut engine, _requests) = TestEngine::undecided("");
    let mut peers: Vec<_> = (0..50)
        .map(|_| {
            let mut client = engine.connect();
            let session = engine.request_session(&mut client);
            (client, session)
        })
        .collect();
    let shared = engine.shared();
    let sessions: Vec<_> = peers.iter().map(|(_, session)| *session).collect();
    let accepting = std::thread::spawn(move || {
        sessions.iter().map(|session| accept(&shared, *session, default_accept())).collect::<Vec<_>>()
    });

    engine.stop(LONG);

    let outcomes = accepting.join().expect("no panic");
    for ((client, session), outcome) in peers.iter_mut().zip(outcomes) {
        if outcome == SendOutcome::Queued {
            client.read_101();
            client.expect_close(1001, "");
            client.write(&frames::close(1001, ""));
            assert_eq!(engine.events.closed(*session).0, 1001);
        } else {
            assert_eq!(client.read_response().status, 503);
            assert_eq!(engine.events.closed(*session).0, 0);
        }
        client.expect_end();
    }
    drop(peers);
    engine.join();
}

#[test]
fn a_connection_that_has_not_asked_for_anything_is_ended_at_once() {
    let mut engine = TestEngine::echo("");
    let mut silent = engine.connect();
    let mut kept_alive = engine.connect();
    kept_alive.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(kept_alive.read_response().status, 200);
    engine.await_counter(Counter::Open, 2);
    engine.stop(LONG);
    assert_eq!(silent.read_until_gone(), b"");
    assert_eq!(kept_alive.read_until_gone(), b"");
    engine.join();
}

#[test]
fn an_http_request_in_the_hands_of_the_handler_is_answered_within_the_time_of_the_stop() {
    let (mut engine, _requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let request = engine.events.wait("a request", |events| events.first().cloned());

    engine.stop(LONG);
    respond(&engine, request.session, 200, "", b"just in time");

    assert_eq!(client.read_response().body, "just in time");
    client.expect_end();
    drop(client);
    engine.join();
}

#[test]
fn an_http_request_that_is_never_answered_does_not_hold_up_the_stop() {
    let (mut engine, _requests) = TestEngine::undecided("");
    let mut client = engine.connect();
    client.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut without_body = engine.connect();
    without_body.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    engine.events.wait("a request", |events| events.first().cloned());
    engine.await_counter(Counter::Open, 2);
    engine.stop_and_join(SHORT);
    assert_eq!(engine.counter(Counter::Open), 0);
}

#[test]
fn two_thousand_sessions_are_all_closed_exactly_once() {
    let mut engine = TestEngine::echo("loops=2\nbacklog=4096");
    let mut clients: Vec<Client> = (0..2000).map(|_| engine.connect()).collect();
    clients.iter_mut().for_each(|client| client.write(&Client::upgrade("/")));
    clients.iter_mut().for_each(|client| drop(client.read_101()));
    // More events at once than a batch holds: what they say and their ends.
    clients.iter_mut().for_each(|client| client.write(&frames::text("x").repeat(10)));

    engine.stop(LONG);

    for client in &mut clients {
        while client.read_frame().opcode != frames::CLOSE {}
        client.write(&frames::close(1001, ""));
    }
    drop(clients);
    engine.join();
    let events = engine.events.all();
    let mut closed: Vec<_> = events.iter().filter(|event| event.kind == Kind::Closed).collect();
    assert!(closed.iter().all(|event| event.code == 1001), "each peer has answered");
    closed.sort_by_key(|event| event.session);
    closed.dedup_by_key(|event| event.session);
    assert_eq!((closed.len(), engine.events.count(Kind::Closed)), (2000, 2000));
    assert_eq!(engine.counter(Counter::Open), 0);
    assert!(closed.iter().all(|event| engine.ready_state(event.session) == ReadyState::Closed));
}
