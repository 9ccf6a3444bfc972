//! Who does not read, or is not read, costs a bounded amount and harms nobody else.

#![cfg(feature = "engine")]

mod support;

use std::time::Duration;

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{Engine, MessageKind, ReadyState};
use support::{Client, Counter, Frame, Kind, TestEngine, TestEvent, echo, frames, send, send_text, until};

/// How long a full connection is tried before it counts as full.
const PATIENCE: Duration = Duration::from_millis(200);
const MESSAGE: [u8; 1000] = [7; 1000];

/// A client that does not read, and its session.
fn open_narrow(engine: &TestEngine) -> (Client, SessionId) {
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    (client, session)
}

/// Keeps what it is given: neither answers nor gives window back.
fn hoards_binary(engine: &Engine, event: &TestEvent) {
    if event.kind != Kind::Binary {
        echo(engine, event);
    }
}

fn delivered(engine: &TestEngine, session: SessionId) -> Vec<TestEvent> {
    let mut events = engine.events.of(session);
    events.retain(|event| event.kind == Kind::Binary);
    events
}

/// Sends until a message is refused because the session stands at its mark; the outcomes before that.
fn send_until_terminated(engine: &Engine, session: SessionId) -> Vec<SendOutcome> {
    let outcomes = std::iter::repeat_with(|| send(engine, session, MessageKind::Binary, false, &MESSAGE));
    outcomes.take_while(|outcome| *outcome != SendOutcome::Terminated).collect()
}

/// Reads messages up to another frame; how many, and that frame.
fn read_messages(client: &mut Client) -> (usize, Frame) {
    let mut count = 0;
    loop {
        let frame = client.read_frame();
        if frame.opcode != frames::BINARY {
            return (count, frame);
        }
        assert_eq!(frame.payload, MESSAGE);
        count += 1;
    }
}

#[test]
fn a_session_with_a_full_window_is_not_read_and_goes_on_when_it_is_given_back() {
    let engine = TestEngine::start("", hoards_binary);
    let (mut client, session) = open_narrow(&engine);
    let sent = frames::binary(&MESSAGE).repeat(10_000);

    let written = client.write_until_full(&sent, PATIENCE);

    assert!(written < sent.len(), "TCP pushes back");
    let hoarded = delivered(&engine, session);
    let costs: u64 = hoarded.iter().map(|event| u64::from(event.cost)).sum();
    assert!(hoarded.iter().all(|event| event.cost == 1000 + 64), "payload and 64");
    assert!((64 << 10..192 << 10).contains(&costs), "a window and the last read, not {costs}");

    // All other sessions go on.
    let (mut other, _) = engine.open();
    for _ in 0..100 {
        other.write(&frames::text("alive"));
        other.expect_text("alive");
    }
    assert_eq!(delivered(&engine, session).len(), hoarded.len(), "still not read");

    let rest = sent[written..].to_vec();
    let writing = std::thread::spawn(move || client.write(&rest));
    let mut given_back = 0;
    engine.events.wait("all messages", |events| {
        let mut binary = events.iter().filter(|event| event.session == session && event.kind == Kind::Binary);
        binary.by_ref().skip(given_back).for_each(|event| {
            given_back += 1;
            engine.consumed(session, event.cost);
        });
        (given_back == 10_000).then_some(())
    });
    writing.join().expect("the engine reads");
}

#[test]
fn a_message_larger_than_the_window_still_arrives() {
    let engine = TestEngine::start("", hoards_binary);
    let (mut client, session) = engine.open();

    client.write(&frames::binary(&vec![1; 1 << 20]));

    let first = engine.events.first(session, Kind::Binary);
    assert_eq!((first.payload.len(), first.cost), (1 << 20, (1 << 20) + 64));
}

#[test]
fn the_buffered_amount_is_what_was_accepted_less_what_was_written() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    let (mut client, session) = open_narrow(&engine);
    // The response to the handshake is counted after it was written.
    let before = until("the 101", || Some(engine.counter(Counter::BytesOut)).filter(|bytes| *bytes > 0));
    assert_eq!(engine.buffered_amount(session), 0);

    let (messages, frame_bytes) = (16_000, MESSAGE.len() as u64 + 4);
    for _ in 0..messages {
        assert_eq!(send(&engine, session, MessageKind::Binary, false, &MESSAGE), SendOutcome::Queued);
    }
    let accepted = messages * frame_bytes;

    until("the account is exact", || {
        let written = engine.counter(Counter::BytesOut) - before;
        (written > 0 && engine.buffered_amount(session) == accepted - written).then_some(())
    });
    assert!(engine.buffered_amount(session) > 0, "the peer does not read");
    for _ in 0..messages {
        assert_eq!(client.read_frame().payload, MESSAGE);
    }
    until("nothing is buffered", || (engine.buffered_amount(session) == 0).then_some(()));
    engine.await_counter(Counter::MessagesOut, messages);
}

#[test]
fn a_session_at_its_high_water_mark_says_so_and_the_next_message_ends_it_with_1013() {
    let engine = TestEngine::echo("send_high_water_bytes=100000\noverflow_strategy=1");
    let (mut client, session) = open_narrow(&engine);
    let outcomes = send_until_terminated(&engine, session);
    let terminated = outcomes.len();

    assert_eq!(outcomes[terminated - 1], SendOutcome::Pressured, "said before");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured)));
    assert_eq!(send_text(&engine, session, "x"), SendOutcome::Closed);
    let (code, reason) = engine.events.closed(session);
    assert_eq!((code, reason.is_empty()), (1013, false));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_eq!(engine.buffered_amount(session), 0);
    assert_eq!(engine.ready_state(session), ReadyState::Closed);
    assert_eq!(engine.counter(Counter::TerminatedSlow), 1);

    // A peer that reads at last finds whole frames and then the reason.
    let (frames_read, last) = read_messages(&mut client);
    assert_eq!((last.opcode, last.payload), (frames::CLOSE, frames::close_payload(1013, &reason)));
    assert!(frames_read < terminated, "what waited was thrown away");
    client.expect_end();
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn empty_messages_weigh_something() {
    let engine = TestEngine::echo("send_high_water_bytes=6600\noverflow_strategy=1");
    let (_client, session) = open_narrow(&engine);
    // Faster than the loop, so that messages wait: 66 bytes each are held against the mark.
    let ended = (0..1_000_000).find(|_| send_text(&engine, session, "") == SendOutcome::Terminated);
    assert!(ended.is_some(), "a flood of empty messages is bounded");
}

#[test]
fn pings_pass_the_data_that_waits() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    let (mut client, session) = open_narrow(&engine);
    let messages = 16_000;
    for _ in 0..messages {
        send(&engine, session, MessageKind::Binary, false, &MESSAGE);
    }
    until("the connection is full", || {
        let bytes = engine.counter(Counter::BytesOut);
        std::thread::park_timeout(Duration::from_millis(20));
        (bytes == engine.counter(Counter::BytesOut)).then_some(())
    });

    assert_eq!(send(&engine, session, MessageKind::Ping, false, b"first"), SendOutcome::Queued);
    assert_eq!(send(&engine, session, MessageKind::Ping, false, b"second"), SendOutcome::Queued);

    let (mut pings, mut behind) = (vec![], 0);
    for _ in 0..messages + 2 {
        let frame = client.read_frame();
        match frame.opcode {
            frames::PING => pings.push(frame.payload),
            _ => behind += usize::from(!pings.is_empty()),
        }
    }
    assert_eq!(pings, [&b"first"[..], b"second"], "in their own order");
    assert!(behind > 1000, "{behind} messages were overtaken");
}

#[test]
fn a_peer_that_pings_and_does_not_read_is_not_read_either_until_it_does() {
    let engine = TestEngine::echo("max_control_frames_per_second=1000000");
    let (mut client, _) = open_narrow(&engine);
    // More than the buffers of both sides hold.
    let (pings, ping) = (180_000, frames::ping(&[0; 125]));
    let sent = ping.repeat(pings);

    let mut written = client.write_until_full(&sent, PATIENCE);
    assert!(written < sent.len(), "TCP pushes back");

    let mut writer = client.stream();
    let writing = std::thread::spawn(move || {
        while written < sent.len() {
            written += std::io::Write::write(&mut writer, &sent[written..]).expect("the engine reads again");
        }
    });
    for _ in 0..pings {
        assert_eq!(client.read_frame().opcode, frames::PONG);
    }
    writing.join().expect("all is written");
}

#[test]
fn many_fast_senders_do_not_starve_a_slow_one() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Request {
            support::accept(
                engine,
                event.session,
                hawser::bridge::Accept { window_bytes: None, ..support::default_accept() },
            );
        } else if event.kind == Kind::Text {
            echo(engine, event);
        }
    });
    // More than the arena has room for in one turn, and each always has more to read.
    let flood: Vec<_> = (0..40).map(|_| engine.open().0).collect();
    let (mut slow, _) = engine.open();
    let flooding: Vec<_> = flood
        .iter()
        .map(|client| {
            let mut writer = client.stream();
            std::thread::spawn(move || {
                let sent = frames::binary(&MESSAGE).repeat(1000);
                while std::io::Write::write_all(&mut writer, &sent).is_ok() {}
            })
        })
        .collect();

    for _ in 0..20 {
        slow.write(&frames::text("me too"));
        slow.expect_text("me too");
    }

    flood.into_iter().for_each(|client| drop(client.stream().shutdown(std::net::Shutdown::Both)));
    flooding.into_iter().for_each(|thread| thread.join().expect("ends with its connection"));
}

#[test]
fn pings_of_a_handler_to_a_peer_that_does_not_read_are_bounded_too() {
    let engine = TestEngine::echo("send_high_water_bytes=100000\noverflow_strategy=1");
    let (_client, session) = open_narrow(&engine);
    let ping = || send(&engine, session, MessageKind::Ping, false, &[b'p'; 125]);
    let most = std::iter::repeat_with(|| {
        ping();
        engine.buffered_amount(session)
    });

    let waited = most.take_while(|_| engine.ready_state(session) == ReadyState::Open).max();

    assert!(waited.is_some_and(|bytes| (30_000..=64 << 10).contains(&bytes)), "{waited:?} bytes waited");
    assert_eq!(engine.events.closed(session).0, 1013);
}

#[test]
fn a_ping_behind_one_large_message_is_no_reason_to_end_a_session() {
    let engine = TestEngine::echo("");
    let (mut client, session) = open_narrow(&engine);
    let large = vec![b'x'; 8 << 20];
    assert_eq!(send(&engine, session, MessageKind::Binary, false, &large), SendOutcome::Pressured);

    let outcome = send(&engine, session, MessageKind::Ping, false, b"beat");

    assert!(matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured), "{outcome:?}");
    // The ping is first if nothing of the message was written yet.
    let mut lengths = [client.read_frame().payload.len(), client.read_frame().payload.len()];
    lengths.sort_unstable();
    assert_eq!(lengths, [4, large.len()]);
}
