//! permessage-deflate between a peer and a running engine: what goes over the wire, and what it may cost.

#![cfg(feature = "engine")]

mod support;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{Compress, Engine, MessageKind, Outbound};
use hawser::protocol::DeflateSettings;
use support::deflate::{Codec, RSV1, accept_default_offer, accept_offer, bomb, upgrade};
use support::{Client, Counter, Kind, TestEngine, TestEvent, default_accept, echo, frames};

const OFFER: &str = "permessage-deflate; client_max_window_bits";
const BOTH_WITHOUT_CONTEXT: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const TAKEOVER: DeflateSettings = DeflateSettings { context_takeover: true, max_window_bits: 15 };

fn compressing(engine: &Engine, event: &TestEvent) {
    match event.kind {
        Kind::Request => accept_default_offer(engine, event),
        _ => echo(engine, event),
    }
}

fn compressing_in_context(engine: &Engine, event: &TestEvent) {
    match event.kind {
        Kind::Request => accept_offer(engine, event, TAKEOVER, default_accept()),
        _ => echo(engine, event),
    }
}

/// A client that has agreed on compression, its session, and the answer to its offer.
fn open(engine: &TestEngine, offer: &str) -> (Client, SessionId, Option<String>) {
    let mut client = engine.connect();
    let session = engine.request_session_with(&mut client, |path| upgrade(path, offer));
    let response = client.read_101();
    let answer = response.header("Sec-WebSocket-Extensions").map(str::to_owned);
    client.may_compress = answer.is_some();
    (client, session, answer)
}

fn send(engine: &Engine, session: SessionId, compress: Compress, payload: &[u8]) -> SendOutcome {
    let outbound = Outbound::new(MessageKind::Text, false, compress);
    let sent = engine.send(session, outbound, payload.len(), |bytes| {
        bytes.extend_from_slice(payload);
        Ok::<_, Infallible>(())
    });
    let Ok(outcome) = sent;
    outcome
}

/// Text that no compressor makes smaller.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // 7 bits each: not a byte is left that does not count.
        (state >> 33) as u8 & 0x7f
    };
    (0..bytes).map(|_| next()).collect()
}

#[test]
fn compressed_messages_go_both_ways() {
    let engine = TestEngine::start("", compressing);
    let (mut client, _, answer) = open(&engine, OFFER);
    assert_eq!(answer.as_deref(), Some(BOTH_WITHOUT_CONTEXT));
    let mut codec = Codec::new(false);
    let text = "every message is compressed by itself. ".repeat(10_000);

    for opcode in [frames::TEXT, frames::BINARY] {
        client.write(&codec.message(opcode, text.as_bytes()));

        let frame = client.read_frame();
        assert_eq!((frame.fin, frame.rsv1, frame.opcode), (true, true, opcode), "{frame:?}");
        assert!(frame.payload.len() < text.len() / 20, "{} bytes", frame.payload.len());
        assert_eq!(codec.payload(&frame), text.as_bytes());
    }
}

#[test]
fn a_client_that_offers_nothing_gets_nothing() {
    let engine = TestEngine::start("", compressing);
    let (mut client, session) = engine.open();
    let text = "x".repeat(1000);

    client.write(&frames::text(&text));

    client.expect_text(&text);
    client.write(&Codec::new(false).message(frames::TEXT, b"not agreed on"));
    assert_eq!(client.read_close_code(), Some(1002));
    assert_eq!(engine.events.closed(session).0, 1002);
}

#[test]
fn small_and_incompressible_messages_go_out_as_they_are() {
    let engine = TestEngine::start("", compressing);
    let (mut client, session, _) = open(&engine, OFFER);
    let mut codec = Codec::new(false);
    let mut expect = |compress, payload: &[u8], rsv1| {
        assert_eq!(send(&engine.shared(), session, compress, payload), SendOutcome::Queued);
        let frame = client.read_frame();
        assert_eq!((frame.rsv1, &codec.payload(&frame)[..]), (rsv1, payload), "{frame:?}");
    };

    expect(Compress::ByThreshold, &[b'a'; 127], false);
    expect(Compress::ByThreshold, &[b'a'; 128], true);
    expect(Compress::Always, b"aaaaaaaaaaaa", true);
    expect(Compress::Never, &[b'a'; 100_000], false);
    expect(Compress::ByThreshold, &noise(4000), false);
    expect(Compress::Always, b"", false);
}

#[test]
fn pings_and_messages_in_parts_are_not_compressed() {
    let engine = TestEngine::start("", compressing);
    let (mut client, session, _) = open(&engine, OFFER);
    let part = |more_follows| {
        let outbound = Outbound::new(MessageKind::Text, more_follows, Compress::Always);
        let Ok(outcome) = engine.shared().send(session, outbound, 500, |bytes| {
            bytes.resize(bytes.len() + 500, b'p');
            Ok::<_, Infallible>(())
        });
        assert_eq!(outcome, SendOutcome::Queued);
    };
    part(true);
    part(false);
    for fin in [false, true] {
        let frame = client.read_frame();
        assert_eq!((frame.fin, frame.rsv1, frame.payload.len()), (fin, false, 500), "{frame:?}");
    }
    support::send(&engine.shared(), session, MessageKind::Ping, false, &[b'p'; 125]);
    assert!(!client.read_frame().rsv1);
    part(false);
    assert!(client.read_frame().rsv1, "a whole message is compressed again");
}

#[test]
fn messages_of_many_threads_leave_a_shared_context_in_the_order_in_which_it_saw_them() {
    let engine = TestEngine::start("send_high_water_bytes=1073741824", compressing_in_context);
    let (mut client, session, answer) = open(&engine, OFFER);
    assert_eq!(answer.as_deref(), Some("permessage-deflate"));
    const THREADS: usize = 8;
    const MESSAGES: usize = 200;
    let text = |thread: usize, at: usize| format!("thread {thread} says message {at} of many; ").repeat(5);

    let shared = engine.shared();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let shared = Arc::clone(&shared);
            scope.spawn(move || {
                for at in 0..MESSAGES {
                    send(&shared, session, Compress::ByThreshold, text(thread, at).as_bytes());
                }
            });
        }
    });

    let (mut codec, mut next) = (Codec::new(true), [0; THREADS]);
    for _ in 0..THREADS * MESSAGES {
        let frame = client.read_frame();
        assert!(frame.rsv1);
        let said = String::from_utf8(codec.payload(&frame)).expect("text");
        let thread: usize = said.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a number");
        assert_eq!(said, text(thread, next[thread]));
        next[thread] += 1;
    }
}

#[test]
fn a_context_is_used_given_back_when_idle_and_made_anew() {
    let engine = TestEngine::start("compressor_idle_ms=1", compressing_in_context);
    let (mut client, session, _) = open(&engine, OFFER);
    let mut codec = Codec::new(true);
    let shared = engine.shared();
    let payload = noise(2000);
    let mut bytes_on_wire = || {
        send(&shared, session, Compress::ByThreshold, &payload);
        let frame = client.read_frame();
        assert!(frame.rsv1, "what went through the context goes out compressed");
        assert_eq!(codec.payload(&frame), payload);
        frame.payload.len()
    };

    let first = bytes_on_wire();
    // The loop looks every millisecond: after a pause that is long enough, a message finds a new compressor.
    let mut pause = Duration::ZERO;
    support::until("a message without context", || {
        pause += Duration::from_millis(1);
        std::thread::park_timeout(pause);
        let small = bytes_on_wire() < first / 10;
        (!small).then_some(())
    });
    assert!(bytes_on_wire() < first / 10, "it refers to the message before");
}

#[test]
fn what_a_client_compressed_with_its_context_is_understood() {
    let engine = TestEngine::start("", compressing_in_context);
    let (mut client, session, _) = open(&engine, OFFER);
    let mut codec = Codec::new(true);
    let payload = noise(3000);
    let first = codec.message(frames::BINARY, &payload);
    let second = codec.message(frames::BINARY, &payload);
    assert!(second.len() < first.len() / 10);

    client.write(&[first, frames::binary(b"plain"), second].concat());

    for expected in [&payload[..], b"plain", &payload] {
        let frame = client.read_frame();
        assert_eq!(codec.payload(&frame), expected);
    }
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Binary, Kind::Binary, Kind::Binary]);
}

#[test]
fn data_that_is_not_deflate_ends_with_1007_and_harms_nobody_else() {
    let engine = TestEngine::start("", compressing);
    let (mut other, _, _) = open(&engine, OFFER);
    let (mut client, session, _) = open(&engine, OFFER);

    client.write(&frames::frame(true, frames::BINARY | RSV1, &[0xff; 100]));

    assert_eq!(client.read_close_code(), Some(1007));
    assert_eq!(engine.events.closed(session).0, 1007);
    let mut codec = Codec::new(false);
    other.write(&codec.message(frames::TEXT, b"still here"));
    assert_eq!(codec.payload(&other.read_frame()), b"still here");
    engine.await_counter(Counter::Violations, 1);
}

#[test]
fn many_small_bombs_in_one_chunk_are_inflated_only_as_fast_as_they_are_handled() {
    // Each becomes 1 MiB; the window is 64 KiB, so that none is inflated before the last one was given back.
    let (asked, held) = std::sync::mpsc::channel();
    let engine = TestEngine::start("", move |engine, event| match event.kind {
        Kind::Request => accept_default_offer(engine, event),
        Kind::Binary => asked.send((event.session, event.cost)).expect("the test waits"),
        _ => echo(engine, event),
    });
    let (mut client, _, _) = open(&engine, OFFER);
    let bomb = frames::frame(true, frames::BINARY | RSV1, &bomb(1 << 20));
    const BOMBS: usize = 40;

    client.write(&bomb.repeat(BOMBS));

    for at in 1..=BOMBS {
        let (session, cost) = held.recv_timeout(support::DEADLINE).expect("one more message");
        assert_eq!(engine.counter(Counter::MessagesIn), at as u64, "one at a time");
        engine.shared().consumed(session, cost);
    }
}

#[test]
fn what_sessions_hold_of_incomplete_messages_is_bounded_over_all_of_them() {
    let engine = TestEngine::start("max_held_bytes=200000", compressing);
    let part = frames::frame(false, frames::BINARY, &[7; 30_000]);
    let mut clients: Vec<_> = (0..8).map(|_| engine.open()).collect();

    for (client, _) in &mut clients {
        client.write(&part);
    }
    // Each holds room for twice what has come: three of them fit.
    engine.await_counter(Counter::Violations, 5);
    let closed: Vec<_> = engine.events.all().into_iter().filter(|event| event.kind == Kind::Closing).collect();
    assert_eq!(closed.len(), 5);
    for event in closed {
        assert_eq!(engine.events.closed(event.session).0, 1013);
    }

    // The others end their messages, and there is room again.
    drop(clients);
    engine.await_counter(Counter::Open, 0);
    let (mut client, _) = engine.open();
    client.write(&[part, frames::frame(true, frames::CONTINUATION, b"end")].concat());
    assert_eq!(client.read_frame().payload.len(), 30_003);
}
