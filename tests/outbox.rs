//! Messages that go through a session's outbox and those that do not, in one order.

#![cfg(feature = "engine")]

mod support;

use std::sync::{Arc, Barrier};

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{CloseRequest, Engine, MessageKind, ReadyState};
use support::{Client, Kind, TestEngine, echo, frames, send, send_text, until};

/// More than an outbox holds.
const LARGE_BYTES: usize = 70_000;

/// Message `number` of a thread; every seventh is too large for an outbox.
fn payload(thread: usize, number: usize) -> Vec<u8> {
    let text = format!("{thread}:{number}:");
    let times = if number % 7 == 6 { LARGE_BYTES / text.len() + 1 } else { 1 + number % 3 * 100 };
    text.into_bytes().repeat(times)
}

fn numbers(payload: &[u8]) -> (usize, usize) {
    let text = String::from_utf8_lossy(payload);
    let mut fields = text.split(':').map(|field| field.parse().expect("a number"));
    (fields.next().expect("a thread"), fields.next().expect("a number"))
}

fn send_all(engine: &Engine, session: SessionId, thread: usize, count: usize) {
    for number in 0..count {
        let sent = send(engine, session, MessageKind::Binary, false, &payload(thread, number));
        assert_eq!(sent, SendOutcome::Queued);
        if number % 5 == 4 {
            // Behind this message or before it, but before the next.
            let ping = format!("{thread}:{number}:");
            assert_eq!(send(engine, session, MessageKind::Ping, false, ping.as_bytes()), SendOutcome::Queued);
        }
    }
}

#[test]
fn small_and_large_messages_and_pings_of_each_thread_keep_their_order() {
    let engine = TestEngine::echo("send_high_water_bytes=1073741824");
    let (mut client, session) = engine.open();
    let (threads, each) = (4, 1000);
    let sending: Vec<_> = (0..threads)
        .map(|thread| {
            let engine = engine.shared();
            std::thread::spawn(move || send_all(&engine, session, thread, each))
        })
        .collect();

    let (mut next, mut pings) = (vec![0; threads], vec![0; threads]);
    for _ in 0..threads * (each + each / 5) {
        let frame = client.read_frame();
        let (thread, number) = numbers(&frame.payload);
        if frame.opcode == frames::PING {
            assert_eq!(number, pings[thread] * 5 + 4, "pings of thread {thread}");
            assert!(next[thread] <= number + 1, "message {} of thread {thread} passed ping {number}", next[thread]);
            pings[thread] += 1;
        } else {
            assert_eq!(number, next[thread], "messages of thread {thread}");
            assert_eq!(frame.payload, payload(thread, number));
            next[thread] += 1;
        }
    }
    sending.into_iter().for_each(|thread| thread.join().expect("no panic"));
    until("nothing is buffered", || (engine.buffered_amount(session) == 0).then_some(()));
}

#[test]
fn a_message_in_parts_has_its_place_among_whole_ones() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    for round in 0..300 {
        send_text(&engine, session, &format!("{round} before"));
        send(&engine, session, MessageKind::Text, true, format!("{round} one ").as_bytes());
        send(&engine, session, MessageKind::Ping, false, b"between");
        send(&engine, session, MessageKind::Text, true, b"two ");
        send(&engine, session, MessageKind::Text, false, b"three");
        send_text(&engine, session, &format!("{round} behind"));

        let mut read = || loop {
            let frame = client.read_frame();
            if frame.opcode != frames::PING {
                return (frame.opcode, String::from_utf8(frame.payload).expect("text"));
            }
        };
        assert_eq!(read(), (frames::TEXT, format!("{round} before")));
        assert_eq!(read(), (frames::TEXT, format!("{round} one ")));
        assert_eq!([read(), read()], [(0, "two ".to_owned()), (0, "three".to_owned())]);
        assert_eq!(read(), (frames::TEXT, format!("{round} behind")));
    }
}

#[test]
fn a_message_that_could_not_be_copied_leaves_nothing_on_the_wire_and_in_the_account() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    let fail = |filled: usize| {
        engine.send(session, MessageKind::Binary.into(), 100, |bytes| {
            bytes.extend(std::iter::repeat_n(b'x', filled));
            Err("the array is too short")
        })
    };
    for filled in [0, 50, 100] {
        assert_eq!(fail(filled), Err("the array is too short"));
        assert_eq!(send_text(&engine, session, "whole"), SendOutcome::Queued);
        assert_eq!(fail(filled), Err("the array is too short"));
        client.expect_text("whole");
    }
    until("nothing is buffered", || (engine.buffered_amount(session) == 0).then_some(()));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        engine.send(session, MessageKind::Binary.into(), 100, |_| -> Result<(), ()> { panic!("while it is copied") })
    }));
    assert!(panicked.is_err());
    send_text(&engine, session, "behind");
    client.expect_text("behind");
}

#[test]
fn a_loop_goes_on_reading_while_a_sender_takes_its_time() {
    let holding = Arc::new((Barrier::new(2), Barrier::new(2)));
    let held = Arc::clone(&holding);
    let engine = TestEngine::start("", move |engine, event| {
        if event.payload == b"hold the carrier" {
            held.0.wait();
            held.1.wait();
        }
        echo(engine, event);
    });
    let (mut client, session) = engine.open();
    let (mut other, other_session) = engine.open();
    let (begun, go_on) = (Barrier::new(2), Barrier::new(2));
    other.write(&frames::text("hold the carrier"));
    holding.0.wait();
    send_text(&engine, session, "first");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let sent = engine.send(session, MessageKind::Text.into(), 4, |bytes| {
                begun.wait();
                go_on.wait();
                bytes.extend_from_slice(b"slow");
                Ok::<_, ()>(())
            });
            assert_eq!(sent, Ok(SendOutcome::Queued));
        });
        begun.wait();
        // The loop was sent for by the first message and finds the second being written.
        holding.1.wait();
        other.write(&frames::text("still read"));
        engine.events.wait("a message of the other", |events| {
            events.iter().find(|event| event.session == other_session && event.payload == b"still read").cloned()
        });
        go_on.wait();
    });
    client.expect_text("first");
    client.expect_text("slow");
    other.expect_text("hold the carrier");
    other.expect_text("still read");
}

#[test]
fn what_was_sent_before_a_close_goes_out_and_what_comes_behind_is_refused() {
    let engine = TestEngine::echo("");
    for _ in 0..200 {
        let (mut client, session) = engine.open();
        let texts: Vec<_> = (0..20).map(|number| number.to_string()).collect();
        texts.iter().for_each(|text| assert_eq!(send_text(&engine, session, text), SendOutcome::Queued));
        engine.close(session, CloseRequest::Handshake(None));
        assert_eq!(send_text(&engine, session, "late"), SendOutcome::Closed);
        texts.iter().for_each(|text| client.expect_text(text));
        assert_eq!(client.read_close_code(), None);
        client.write(&frames::empty_close());
        engine.events.closed(session);
    }
}

#[test]
fn a_peer_that_leaves_while_many_send_takes_the_outbox_with_it() {
    let engine = TestEngine::echo("");
    for _ in 0..50 {
        let (client, session): (Client, _) = engine.open();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| while send_text(&engine, session, "anybody?") != SendOutcome::Closed {});
            }
            client.reset();
        });
        engine.events.first(session, Kind::Closed);
        assert_eq!((engine.buffered_amount(session), engine.ready_state(session)), (0, ReadyState::Closed));
    }
}
