//! A bug in the engine costs one connection.

#![cfg(feature = "engine")]

mod support;

use hawser::engine::{ApiMisuse, CloseRequest, ReadyState};
use support::{Client, Counter, Kind, TestEngine, TestEvent, echo, frames};

#[test]
fn a_panic_ends_its_session_with_1011_and_no_other() {
    let engine = TestEngine::echo("test_hooks=1");
    let (mut client, session) = engine.open();
    let (mut other, _) = engine.open();

    engine.panic_for_test(session).expect("test hooks are on");

    assert_eq!(client.read_close_code(), Some(1011));
    client.expect_end();
    assert_eq!(engine.events.closed(session).0, 1011);
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_eq!((engine.ready_state(session), engine.counter(Counter::Panics)), (ReadyState::Closed, 1));
    let line = engine
        .events
        .wait("a log line", |events| events.iter().find(|event| event.kind == Kind::Log && event.code == 1).cloned());
    assert!(line.text().contains("a panic asked for by a test"), "{}", line.text());
    other.write(&frames::text("unharmed"));
    other.expect_text("unharmed");
    drop(client);
    engine.await_counter(Counter::Open, 1);
}

#[test]
fn a_panic_after_our_close_sends_no_second_one() {
    let engine = TestEngine::echo("test_hooks=1");
    let (mut client, session) = engine.open();
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);

    engine.panic_for_test(session).expect("test hooks are on");

    assert_eq!(engine.events.closed(session).0, 1011);
    client.expect_end();
}

#[test]
fn a_panic_during_the_opening_ends_the_connection() {
    let engine = TestEngine::start("test_hooks=1", |engine, event: &TestEvent| {
        if event.kind == Kind::Request {
            engine.panic_for_test(event.session).expect("test hooks are on");
        } else {
            echo(engine, event);
        }
    });
    let mut client = engine.connect();
    let session = engine.request_session(&mut client);
    assert_eq!(client.read_until_gone(), b"");
    assert_eq!(engine.events.closed(session).0, 0);

    let mut client = engine.connect();
    client.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(!client.read_until_gone().starts_with(b"HTTP/1.1 2"));
    engine.await_counter(Counter::Panics, 2);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.connect().local_address().ip(), engine.address().ip(), "the listener lives on");
}

#[test]
fn many_panics_leave_a_loop_that_works() {
    let engine = TestEngine::echo("test_hooks=1");
    for _ in 0..200 {
        let (mut client, session) = engine.open();
        engine.panic_for_test(session).expect("test hooks are on");
        assert_eq!(client.read_close_code(), Some(1011));
    }
    engine.await_counter(Counter::Panics, 200);
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    client.read_101();
}

#[test]
fn an_engine_that_was_not_started_for_tests_has_no_such_hook() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    assert_eq!(engine.panic_for_test(session), Err(ApiMisuse::NotForTests));
    client.write(&frames::text("fine"));
    client.expect_text("fine");
}
