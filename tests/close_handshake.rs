//! The closing handshake (RFC 6455 section 7), from either side: what goes on the wire, what the handler hears.

#![cfg(feature = "engine")]

mod support;

use std::time::{Duration, Instant};

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{CloseRequest, Engine, MessageKind, ReadyState};
use hawser::protocol::{CloseCode, CloseReason};
use support::{Counter, Kind, TestEngine, TestEvent, echo, frames, send, send_text};

fn close(engine: &Engine, session: SessionId, code: u16, reason: &str) -> SendOutcome {
    let reason = CloseReason::new(CloseCode(code), reason);
    engine.close(session, CloseRequest::Handshake(Some(reason)))
}

/// Does not go on with a closing by itself.
fn leaves_closing(engine: &Engine, event: &TestEvent) {
    if event.kind != Kind::Closing {
        echo(engine, event);
    }
}

/// The session is over: said once, last, and its connection is gone.
fn assert_over(engine: &TestEngine, session: SessionId) {
    let kinds = engine.events.kinds(session);
    assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Closed).count(), 1, "{kinds:?}");
    assert_eq!(kinds.last(), Some(&Kind::Closed), "{kinds:?}");
    assert_eq!(engine.ready_state(session), ReadyState::Closed);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::SessionsClosed), engine.counter(Counter::SessionsOpened));
    assert_eq!(engine.buffered_amount(session), 0);
}

#[test]
fn the_server_sends_its_data_then_its_close_and_reports_the_answer_of_the_peer() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    send_text(&engine, session, "last words");
    assert_eq!(close(&engine, session, 4001, "bye"), SendOutcome::Queued);
    assert_eq!(engine.ready_state(session), ReadyState::Closing);
    assert_eq!(send_text(&engine, session, "too late"), SendOutcome::Closed);
    assert_eq!(close(&engine, session, 4002, "again"), SendOutcome::Closed);

    client.expect_text("last words");
    client.expect_close(4001, "bye");
    client.write(&frames::close(4003, "fine"));
    client.expect_end();
    assert_eq!(engine.events.closed(session), (4003, "fine".into()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn the_close_of_the_peer_waits_for_the_handler_and_is_answered_in_kind() {
    let engine = TestEngine::start("", leaves_closing);
    let (mut client, session) = engine.open();

    client.write(&frames::close(4000, "grund: ü"));
    engine.events.first(session, Kind::Closing);
    assert_eq!(engine.ready_state(session), ReadyState::Open, "the handler may still answer");
    engine.proceed_closing(session);

    client.expect_close(4000, "grund: ü");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (4000, "grund: ü".into()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn messages_before_the_close_of_the_peer_are_answered_before_it_is() {
    let engine = TestEngine::start("", leaves_closing);
    let (mut client, session) = engine.open();

    client.write(&[frames::text("one"), frames::text("two"), frames::close(1000, "")].concat());
    engine.events.first(session, Kind::Closing);
    // The answers of a slow handler: the peer's Close is long known.
    assert_eq!(send_text(&engine, session, "late one"), SendOutcome::Queued);
    assert_eq!(send(&engine, session, MessageKind::Pong, false, b"late pong"), SendOutcome::Queued);
    assert_eq!(send_text(&engine, session, "late two"), SendOutcome::Queued);
    engine.proceed_closing(session);

    let texts = ["one", "two", "late one", "late two"];
    assert_eq!(client.expect_texts_and_pongs(&texts, 1), [b"late pong"]);
    client.expect_close(1000, "");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1000, String::new()));
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn an_empty_close_is_answered_empty_and_reported_as_1005() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    client.write(&frames::empty_close());

    assert_eq!(client.read_close_code(), None);
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1005, String::new()));
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn an_empty_close_of_the_server_is_empty_on_the_wire() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    assert_eq!(engine.close(session, CloseRequest::Handshake(None)), SendOutcome::Queued);

    assert_eq!(client.read_close_code(), None);
    client.write(&frames::close(1000, "ok"));
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1000, "ok".into()));
}

#[test]
fn both_sides_may_close_at_once() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Closing {
            close(engine, event.session, 4001, "me too");
        }
        echo(engine, event);
    });
    let (mut client, session) = engine.open();

    client.write(&frames::close(4000, "me first"));

    client.expect_close(4001, "me too");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (4000, "me first".into()));
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn a_peer_that_never_answers_is_cut_in_time_with_1006_and_without_an_error() {
    let engine = TestEngine::echo("close_timeout_ms=150");
    let (mut client, session) = engine.open();
    let start = Instant::now();

    close(&engine, session, 1000, "");

    client.expect_close(1000, "");
    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert!(start.elapsed() >= Duration::from_millis(150), "not before its time");
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed], "no error");
    client.expect_end();
    assert_over(&engine, session);
}

#[test]
fn a_peer_that_keeps_talking_and_never_answers_is_cut_in_time() {
    let engine = TestEngine::echo("close_timeout_ms=150");
    let (mut client, session) = engine.open();
    close(&engine, session, 1000, "");
    client.expect_close(1000, "");

    let mut writer = client.stream();
    let talking = std::thread::spawn(move || {
        let frame = frames::binary(&[1; 10_000]);
        while std::io::Write::write_all(&mut writer, &frame).is_ok() {}
    });

    assert_eq!(engine.events.closed(session).0, 1006);
    talking.join().expect("the connection was ended");
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed], "nothing after our Close is heard");
    assert_over(&engine, session);
}

#[test]
fn data_and_pings_after_our_close_are_dropped_until_the_peer_closes() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    close(&engine, session, 1000, "");
    client.expect_close(1000, "");

    client.write(&[frames::text("unheard"), frames::ping(b"unanswered"), frames::close(1000, "")].concat());

    client.expect_end();
    assert_eq!(engine.events.closed(session).0, 1000);
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
}

#[test]
fn bytes_after_the_close_of_the_peer_are_dropped() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    client.write(&[frames::close(1000, ""), frames::text("unheard"), b"\xff\xff\xff".to_vec()].concat());

    client.expect_close(1000, "");
    client.expect_end();
    assert_eq!(engine.events.closed(session).0, 1000);
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
}

#[test]
fn a_handler_that_blocks_in_a_closing_does_not_hold_it_up_for_ever() {
    let engine = TestEngine::start("close_timeout_ms=100", leaves_closing);
    let (mut client, session) = engine.open();

    client.write(&frames::close(4000, "x"));

    client.expect_close(4000, "x");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (4000, "x".into()));
    engine.proceed_closing(session);
    drop(client);
    assert_over(&engine, session);
}

#[test]
fn a_close_behind_data_that_the_peer_does_not_read_is_cut_in_time() {
    let engine = TestEngine::echo("close_timeout_ms=200\nsend_high_water_bytes=67108864");
    let (client, session) = engine.open();
    for _ in 0..32 {
        send(&engine, session, MessageKind::Binary, false, &[0; 1 << 20]);
    }

    close(&engine, session, 1000, "");

    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_over(&engine, session);
    drop(client);
}

#[test]
fn a_long_reason_is_cut_at_a_code_point() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    close(&engine, session, 4001, &"ü".repeat(100));

    client.expect_close(4001, &"ü".repeat(61));
}

#[test]
fn a_cut_ends_the_connection_without_a_close_frame() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();

    assert_eq!(engine.close(session, CloseRequest::Cut), SendOutcome::Queued);

    assert_eq!(engine.events.closed(session), (1006, String::new()));
    assert_eq!(client.read_until_gone(), b"");
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_over(&engine, session);
}

#[test]
fn a_peer_that_closes_and_half_closes_still_gets_its_answers() {
    let engine = TestEngine::start("", leaves_closing);
    let (mut client, session) = engine.open();

    client.write(&[frames::text("one"), frames::close(1000, "")].concat());
    client.shut_down_writing();
    engine.events.first(session, Kind::Closing);
    send_text(&engine, session, "two");
    engine.proceed_closing(session);

    client.expect_text("one");
    client.expect_text("two");
    client.expect_close(1000, "");
    client.expect_end();
    assert_eq!(engine.events.closed(session), (1000, String::new()));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Text, Kind::Closing, Kind::Closed]);
    assert_over(&engine, session);
}

#[test]
fn a_stale_id_answers_that_the_session_is_closed() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    client.write(&frames::close(1000, ""));
    engine.events.closed(session);
    drop(client);
    engine.await_counter(Counter::Open, 0);

    assert_eq!(send_text(&engine, session, "x"), SendOutcome::Closed);
    assert_eq!(close(&engine, session, 1000, ""), SendOutcome::Closed);
    assert_eq!(support::respond(&engine, session, 200, "", b""), SendOutcome::Closed);
    assert_eq!(engine.ready_state(session), ReadyState::Closed);
    engine.proceed_closing(session);
    engine.consumed(session, 1);
}

#[test]
fn going_on_with_a_closing_that_nobody_began_changes_nothing() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    engine.proceed_closing(session);
    client.write(&frames::text("still open"));
    client.expect_text("still open");
    assert_eq!(engine.ready_state(session), ReadyState::Open);
    assert_eq!(send_text(&engine, session, "both ways"), SendOutcome::Queued);
    client.expect_text("both ways");
}

#[test]
fn a_full_window_does_not_keep_the_answer_of_the_peer_away() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind != Kind::Binary {
            echo(engine, event);
        }
    });
    let (mut client, session) = engine.open();
    client.write(&frames::binary(&[1; 70_000]));
    engine.events.first(session, Kind::Binary);

    // The handler closes inside the callback of the message that fills the window.
    close(&engine, session, 4001, "enough");

    client.expect_close(4001, "enough");
    client.write(&frames::close(4001, "enough"));
    client.expect_end();
    assert_eq!(engine.events.closed(session), (4001, "enough".into()));
}

#[test]
fn a_send_that_meets_the_high_water_mark_behind_the_answer_to_a_close_changes_nothing() {
    let engine =
        TestEngine::start("send_high_water_bytes=1000\noverflow_strategy=1", |engine, event| match event.kind {
            Kind::Closing => {
                engine.proceed_closing(event.session);
                send(engine, event.session, MessageKind::Binary, false, &[0; 2000]);
                assert_eq!(send(engine, event.session, MessageKind::Binary, false, b"late"), SendOutcome::Terminated);
            }
            _ => echo(engine, event),
        });
    let (mut client, session) = engine.open();
    client.write(&frames::close(4001, "mine"));
    client.expect_close(4001, "mine");
    client.expect_end();
    assert_eq!(engine.events.closed(session).0, 4001);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
    assert_eq!(engine.counter(Counter::SessionsClosed), 1);
}
