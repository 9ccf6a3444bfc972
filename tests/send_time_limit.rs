//! A peer that takes nothing is ended, below the marks too; one that is only slow is not.

#![cfg(feature = "engine")]

mod support;

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{CloseRequest, MessageKind, ReadyState};
use support::tls::{Authority, server};
use support::{Client, Counter, Kind, TestEngine, TestEvent, frames, send, until};

/// More than sockets and TLS take, less than any mark here.
const HUNG: usize = 8 << 20;
/// Much less than they take.
const PIECE: usize = 16 << 10;
const MARKS: &str = "send_high_water_bytes=67108864";

fn config(send_time_limit_ms: u32) -> String {
    format!("{MARKS}\nsend_time_limit_ms={send_time_limit_ms}")
}

fn open_narrow(engine: &TestEngine) -> (Client, SessionId) {
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    (client, session)
}

fn send_hung(engine: &TestEngine, session: SessionId) {
    assert_eq!(send(engine, session, MessageKind::Binary, false, &vec![b'x'; HUNG]), SendOutcome::Queued);
}

/// Waits for a line of the log.
fn await_log(engine: &TestEngine, text: &str) {
    let is_it = |event: &TestEvent| event.kind == Kind::Log && event.text().contains(text);
    engine.events.wait(text, |events| events.iter().any(is_it).then_some(()));
}

#[test]
fn one_message_that_hangs_below_the_marks_ends_its_session_with_1013() {
    let engine = TestEngine::echo(&config(200));
    let (mut client, session) = open_narrow(&engine);

    send_hung(&engine, session);

    let (code, reason) = engine.events.closed(session);
    assert_eq!((code, reason.is_empty()), (1013, false));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed]);
    assert_eq!((engine.counter(Counter::TerminatedStalled), engine.counter(Counter::TerminatedSlow)), (1, 0));
    assert_eq!((engine.buffered_amount(session), engine.ready_state(session)), (0, ReadyState::Closed));
    await_log(&engine, "sendTimeLimit");
    // A peer that reads at last finds a whole frame and then the reason.
    assert_eq!(client.read_frame().payload.len(), HUNG);
    client.expect_close(1013, &reason);
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn who_has_nothing_waiting_is_not_ended_however_long_it_says_nothing() {
    let engine = TestEngine::echo(&config(1000));
    let (mut idle, idle_session) = engine.open();
    let (mut recovered, recovered_session) = open_narrow(&engine);
    send_hung(&engine, recovered_session);
    assert_eq!(recovered.read_frame().payload.len(), HUNG);
    // Each waits for longer than the limit.
    for _ in 0..3 {
        let (_client, session) = open_narrow(&engine);
        send_hung(&engine, session);
        assert_eq!(engine.events.closed(session).0, 1013);
    }
    for client in [&mut idle, &mut recovered] {
        client.write(&frames::text("still here"));
        client.expect_text("still here");
    }
    assert_eq!(engine.ready_state(idle_session), ReadyState::Open);
    assert_eq!(engine.counter(Counter::TerminatedStalled), 3);
}

/// Sends until the sockets are full and a last piece waits. Returns the bytes of all.
fn fill(engine: &TestEngine, session: SessionId) -> usize {
    let mut frame_bytes = 0;
    loop {
        assert_eq!(send(engine, session, MessageKind::Binary, false, &[b'x'; PIECE]), SendOutcome::Queued);
        frame_bytes += 4 + PIECE;
        let look = |_| {
            std::thread::park_timeout(Duration::from_millis(1));
            engine.buffered_amount(session) == 0
        };
        if !(0..50).any(look) {
            return frame_bytes;
        }
    }
}

#[test]
fn who_has_caught_up_and_hangs_again_is_ended_too() {
    let engine = TestEngine::echo(&config(LONG_MS));
    let (client, session) = open_narrow(&engine);
    let sent = fill(&engine, session);
    // So little that the system does not wake the engine: it finds the room when the limit has come.
    let mut bite = vec![0; 4 * PIECE];
    client.stream().read_exact(&mut bite).expect("a bite");
    until("the last piece has found room", || (engine.buffered_amount(session) == 0).then_some(()));
    client.stream().read_exact(&mut vec![0; sent - bite.len()]).expect("the rest");
    // Another waits for longer than the limit.
    let (_other, hung) = open_narrow(&engine);
    send_hung(&engine, hung);
    assert_eq!(engine.events.closed(hung).0, 1013);
    assert_eq!(engine.ready_state(session), ReadyState::Open);

    fill(&engine, session);

    assert_eq!(engine.events.closed(session).0, 1013);
}

/// An engine that speaks TLS, and a session of a client that does not read.
fn open_narrow_tls(config: &str) -> (TestEngine, Client, SessionId) {
    let authority = Authority::new("issuer");
    let engine = TestEngine::echo_tls(config, &server(&[authority.server(&["localhost"])]));
    let narrow = Client::connect_narrow(engine.address());
    let mut client = narrow.secure(authority.trusting(), "localhost").expect("a handshake");
    let session = engine.request_session(&mut client);
    client.read_101();
    (engine, client, session)
}

const LONG_MS: u32 = 1000;
const LONG: Duration = Duration::from_millis(LONG_MS as u64);

/// Reads for three limits, so little that the system would not wake the engine within one: it does when a third of its
/// buffer is free. Returns how much was read; `None`: the machine was so busy that this was no steady reader.
fn read_steadily(client: &Client) -> Option<usize> {
    let (mut stream, mut bite) = (client.stream(), [0; 8 << 10]);
    let (start, mut last, mut read) = (Instant::now(), Instant::now(), 0);
    while start.elapsed() < 3 * LONG {
        let result = stream.read_exact(&mut bite);
        if last.elapsed() > LONG / 4 {
            return None;
        }
        last = Instant::now();
        result.expect("one more");
        read += bite.len();
        std::thread::park_timeout(Duration::from_millis(40));
    }
    Some(read)
}

/// Tries until the machine lets a reader be steady.
fn try_steadily(mut attempt: impl FnMut() -> Option<()>) {
    let is_steady = (0..10).any(|_| attempt().is_some());
    assert!(is_steady, "the machine stands still again and again");
}

#[test]
fn a_slow_but_steady_reader_is_never_ended() {
    try_steadily(|| {
        let engine = TestEngine::echo(&config(LONG_MS));
        let (client, session) = open_narrow(&engine);
        send_hung(&engine, session);

        let read = read_steadily(&client)?;

        assert_eq!(engine.ready_state(session), ReadyState::Open);
        let mut rest = vec![0; HUNG + 10 - read];
        client.stream().read_exact(&mut rest).expect("the rest");
        until("all is written", || (engine.buffered_amount(session) == 0).then_some(()));
        assert_eq!(engine.counter(Counter::TerminatedStalled), 0);
        Some(())
    });
}

#[test]
fn a_slow_but_steady_reader_of_tls_is_never_ended() {
    try_steadily(|| {
        let (engine, client, session) = open_narrow_tls(&config(LONG_MS));
        send_hung(&engine, session);
        read_steadily(&client)?;
        assert_eq!(engine.ready_state(session), ReadyState::Open);
        assert_eq!(engine.counter(Counter::TerminatedStalled), 0);
        Some(())
    });
}

#[test]
fn what_hangs_in_tls_ends_its_session_too() {
    let (engine, _client, session) = open_narrow_tls(&config(200));
    send_hung(&engine, session);
    assert_eq!(engine.events.closed(session).0, 1013);
    assert_eq!(engine.counter(Counter::TerminatedStalled), 1);
}

#[test]
fn a_peer_that_pings_and_reads_nothing_is_ended() {
    let engine = TestEngine::echo(&format!("{}\nmax_control_frames_per_second=1000000", config(200)));
    let (client, session) = open_narrow(&engine);
    let mut writer = client.stream();
    let pinging = std::thread::spawn(move || {
        let pings = frames::ping(&[0; 125]).repeat(1000);
        // Until the connection is cut.
        while writer.write_all(&pings).is_ok() {}
    });
    assert_eq!(engine.events.closed(session).0, 1013);
    assert_eq!(engine.counter(Counter::TerminatedStalled), 1);
    engine.await_counter(Counter::Open, 0);
    pinging.join().expect("no panic");
}

#[test]
fn a_closing_has_its_own_deadline() {
    let engine = TestEngine::echo(&format!("{}\nclose_timeout_ms=600", config(200)));
    let (_client, session) = open_narrow(&engine);
    send_hung(&engine, session);
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(engine.events.closed(session).0, 1006, "not 1013");
    assert_eq!((engine.counter(Counter::TerminatedStalled), engine.counter(Counter::TransportsLost)), (0, 1));
}

#[test]
fn a_closing_goes_on_beyond_the_send_time_limit() {
    let engine = TestEngine::echo(&format!("{}\nclose_timeout_ms=60000", config(200)));
    let (mut client, session) = open_narrow(&engine);
    send_hung(&engine, session);
    engine.close(session, CloseRequest::Handshake(None));
    let mut begun = vec![0; HUNG / 2];
    client.stream().read_exact(&mut begun).expect("half of it");
    // Another waits for longer than the limit.
    let (_other, hung) = open_narrow(&engine);
    send_hung(&engine, hung);
    assert_eq!(engine.events.closed(hung).0, 1013);
    assert_eq!(engine.ready_state(session), ReadyState::Closing);

    client.stream().read_exact(&mut vec![0; 10 + HUNG - begun.len()]).expect("the rest");
    assert_eq!(client.read_close_code(), None);
    client.write(&frames::empty_close());
    assert_eq!(engine.events.closed(session).0, 1005);
}

#[test]
fn a_sender_that_has_waited_too_long_ends_the_session_once() {
    let engine = TestEngine::echo(MARKS);
    let (mut client, session) = engine.open();
    assert_eq!(engine.terminate(session), SendOutcome::Terminated);
    assert_eq!(engine.terminate(session), SendOutcome::Closed);
    let (code, reason) = engine.events.closed(session);
    assert_eq!(code, 1013);
    client.expect_close(1013, &reason);
    assert_eq!(engine.terminate(session), SendOutcome::Closed);
    assert_eq!(engine.terminate(SessionId::from_raw(0)), SendOutcome::Closed);
    assert_eq!((engine.counter(Counter::TerminatedStalled), engine.counter(Counter::TerminatedSlow)), (1, 0));
    await_log(&engine, "sendTimeLimit");
}
