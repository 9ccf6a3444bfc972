//! Peers that break a rule: the same status on the wire and for the handler, after all that came before.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::Accept;
use hawser::engine::{CloseRequest, Engine};
use hawser::protocol::MessageLimits;
use support::{Counter, Kind, TestEngine, TestEvent, accept, default_accept, echo, frames, send_text};

const LIMITS: MessageLimits = MessageLimits { max_text_bytes: 100, max_binary_bytes: 50, max_fragments: 16_384 };

fn limited(engine: &Engine, event: &TestEvent) {
    if event.kind == Kind::Request {
        accept(engine, event.session, Accept { limits: LIMITS, ..default_accept() });
    } else {
        echo(engine, event);
    }
}

/// Breaks a rule behind an innocent message and checks both ends.
fn assert_fails(engine: &TestEngine, faulty: &[u8], code: u16) {
    let (mut client, session) = engine.open();

    client.write(&[&frames::text("before")[..], faulty].concat());

    client.expect_text("before");
    let frame = client.read_frame();
    let (status, reason) = engine.events.closed(session);
    assert_eq!(frame.payload, frames::close_payload(code, &reason), "{frame:?}");
    assert_eq!((status, reason.is_empty()), (code, false));
    client.expect_end();
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Text, Kind::Closing, Kind::Closed]);
}

#[test]
fn broken_frames_end_with_1002() {
    let engine = TestEngine::start("", limited);
    for faulty in [
        &b"\x81\x02hi"[..],                              // not masked
        &frames::frame(true, 3, b""),                    // reserved opcode
        &frames::frame(true, 0x41, b""),                 // RSV1
        &frames::frame(false, frames::PING, b""),        // control frame in fragments
        &frames::header(true, frames::PING, 126),        // control frame too long
        &frames::frame(true, frames::CONTINUATION, b""), // nothing to continue
        &frames::frame(true, frames::CLOSE, b"\x03"),    // half a code
        &frames::close(1006, ""),                        // a code that is never sent
        &[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0],        // top bit of the length
    ] {
        assert_fails(&engine, faulty, 1002);
    }
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn text_that_is_not_utf_8_ends_with_1007() {
    let engine = TestEngine::start("", limited);
    for faulty in [
        frames::frame(true, frames::TEXT, b"\xc0\xaf"),
        frames::frame(false, frames::TEXT, b"never complete \xff"),
        [frames::frame(false, frames::TEXT, b"\xe2\x82"), frames::frame(true, frames::CONTINUATION, b"x")].concat(),
        frames::frame(true, frames::CLOSE, b"\x03\xe8\xff"),
    ] {
        assert_fails(&engine, &faulty, 1007);
    }
}

#[test]
fn a_message_at_its_limit_passes_and_one_byte_more_ends_with_1009() {
    let engine = TestEngine::start("", limited);
    let (mut client, _) = engine.open();
    client.write(&[frames::text(&"x".repeat(100)), frames::binary(&[0; 50])].concat());
    client.expect_text(&"x".repeat(100));
    assert_eq!(client.read_frame().payload.len(), 50);

    let fragments =
        [frames::frame(false, frames::TEXT, &[b'x'; 60]), frames::frame(true, frames::CONTINUATION, &[b'x'; 41])];
    for faulty in [
        frames::text(&"x".repeat(101)),
        frames::binary(&[0; 51]),
        frames::header(true, frames::BINARY, 1 << 40),
        fragments.concat(),
    ] {
        assert_fails(&engine, &faulty, 1009);
    }
}

#[test]
fn new_limits_hold_from_the_next_message_on() {
    let engine = TestEngine::start("", limited);
    let (mut client, session) = engine.open();
    client.write(&frames::frame(false, frames::TEXT, &[b'x'; 60]));
    client.write(&frames::ping(b"the fragment was read"));
    client.expect_texts_and_pongs(&[], 1);

    engine.set_message_limits(session, MessageLimits { max_text_bytes: 10, ..LIMITS });
    client.write(&frames::frame(true, frames::CONTINUATION, &[b'x'; 40]));
    client.expect_text(&"x".repeat(100));

    client.write(&frames::text("0123456789"));
    client.expect_text("0123456789");
    client.write(&frames::text("0123456789a"));
    assert_eq!(client.read_close_code(), Some(1009));
    assert_eq!(engine.events.closed(session).0, 1009);
}

#[test]
fn a_too_big_message_leaves_a_line_in_the_log() {
    let engine = TestEngine::start("", limited);
    assert_fails(&engine, &frames::text(&"x".repeat(101)), 1009);
    let line = engine.events.wait("a log line", |events| events.iter().find(|event| event.kind == Kind::Log).cloned());
    assert_eq!(line.code, 2);
    assert_ne!(line.session.raw(), 0, "it says which session");
    for told in ["1009", "100 bytes", "maxTextMessageBytes"] {
        assert!(line.text().contains(told), "{}", line.text());
    }
}

#[test]
fn answers_of_a_slow_handler_still_go_out_before_the_close_of_a_violation() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind != Kind::Closing {
            echo(engine, event);
        }
    });
    let (mut client, session) = engine.open();
    client.write(&[frames::text("fine"), frames::frame(true, 3, b"")].concat());
    engine.events.first(session, Kind::Closing);

    send_text(&engine, session, "late");
    engine.proceed_closing(session);

    client.expect_text("fine");
    client.expect_text("late");
    assert_eq!(client.read_close_code(), Some(1002));
}

#[test]
fn a_violation_after_our_close_ends_the_session_without_a_second_close() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);

    client.write(&frames::frame(true, 3, b""));

    assert_eq!(engine.events.closed(session).0, 1002);
    client.expect_end();
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
}
