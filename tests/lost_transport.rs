//! Connections that end without a closing handshake: the handler hears why, then 1006, once.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::SessionId;
use hawser::engine::{CloseRequest, MessageKind};
use support::{Client, Counter, Kind, TestEngine, echo, frames, send, send_text, until};

fn assert_lost(engine: &TestEngine, session: SessionId) {
    assert_eq!(engine.events.closed(session), (1006, String::new()));
    let events = engine.events.of(session);
    let failed = &events[events.len() - 2];
    assert_eq!(failed.kind, Kind::Failed, "{events:?}");
    assert!(!failed.text().is_empty(), "the error has a text");
    assert_eq!(events.iter().filter(|event| event.kind == Kind::Closed).count(), 1);
    assert_eq!(events.iter().filter(|event| event.kind == Kind::Failed).count(), 1);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::SessionsClosed), 1);
}

#[test]
fn the_end_of_the_stream_without_a_close_is_an_error_and_1006() {
    let engine = TestEngine::echo("");
    let (client, session) = engine.open();
    drop(client);
    assert_lost(&engine, session);
}

#[test]
fn a_half_close_without_a_close_frame_is_the_same() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    client.write(&frames::text("the last one"));
    client.shut_down_writing();
    assert_lost(&engine, session);
    assert_eq!(engine.events.first(session, Kind::Text).text(), "the last one");
    client.read_until_gone();
}

#[test]
fn the_end_of_the_stream_inside_a_frame_is_an_error() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    client.write(&frames::header(true, frames::BINARY, 1 << 20));
    client.write(b"not all of it");
    drop(client);
    assert_lost(&engine, session);
}

#[test]
fn a_reset_is_an_error_and_1006() {
    let engine = TestEngine::echo("");
    let (client, session) = engine.open();
    client.reset();
    assert_lost(&engine, session);
}

#[test]
fn a_reset_while_data_waits_frees_the_data() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    for _ in 0..16 {
        send(&engine, session, MessageKind::Binary, false, &[0; 1 << 20]);
    }
    assert!(engine.buffered_amount(session) > 0);
    client.reset();
    assert_lost(&engine, session);
    assert_eq!(engine.buffered_amount(session), 0);
}

#[test]
fn a_lost_transport_after_our_close_is_an_error() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);
    drop(client);
    assert_lost(&engine, session);
}

#[test]
fn a_lost_transport_after_the_close_of_the_peer_is_none() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind != Kind::Closing {
            echo(engine, event);
        }
    });
    let (mut client, session) = engine.open();

    client.write(&frames::close(4000, "gone"));
    engine.events.first(session, Kind::Closing);
    client.reset();
    // What the handler still sends meets a dead connection.
    for _ in 0..3 {
        send_text(&engine, session, "unread");
        until("it is written or lost", || (engine.buffered_amount(session) == 0).then_some(()));
    }
    engine.proceed_closing(session);

    assert_eq!(engine.events.closed(session), (4000, "gone".into()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
    engine.await_counter(Counter::Open, 0);
}
