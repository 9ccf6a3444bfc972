//! Many peers that do anything at any time, and an application that does the same: what always holds for a session.

#![cfg(feature = "engine")]

mod support;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use hawser::bridge::SessionId;
use hawser::engine::{CloseRequest, Engine, MessageKind};
use hawser::protocol::{CloseCode, CloseReason};
use support::{Client, Counter, Kind, TestEngine, TestEvent, frames, send};

/// Numbers that look random and are the same in each run (xorshift64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// One thing that a peer may say, not always the right one.
fn utterance(dice: &mut Dice) -> Vec<u8> {
    let bytes = dice.roll(3000);
    match dice.roll(40) {
        0 => frames::close(1000, "bye"),
        1 => frames::empty_close(),
        2 => frames::frame(true, 3, b""),
        3 => frames::frame(true, frames::TEXT, b"\xff"),
        4 => frames::header(true, frames::BINARY, 1 << 40),
        5..10 => frames::ping(&vec![0; bytes % 126]),
        10..15 => [
            frames::frame(false, frames::TEXT, &vec![b'x'; bytes]),
            frames::ping(b"between"),
            frames::frame(true, frames::CONTINUATION, b"y"),
        ]
        .concat(),
        _ => frames::binary(&vec![1; bytes]),
    }
}

/// A peer: errors of its socket are part of the game.
fn misbehave(address: SocketAddr, seed: u64) -> std::io::Result<()> {
    let mut dice = Dice(seed);
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_millis(1)))?;
    let handshake = Client::upgrade("/");
    let end = if dice.roll(20) == 0 { dice.roll(handshake.len()) } else { handshake.len() };
    stream.write_all(&handshake[..end])?;
    for _ in 0..dice.roll(60) {
        let said = utterance(&mut dice);
        let cut = if dice.roll(30) == 0 { dice.roll(said.len()) } else { said.len() };
        stream.write_all(&said[..cut])?;
        if dice.roll(3) == 0 {
            // Nothing there is well, too.
            let _ = stream.read(&mut [0; 20_000]);
        }
    }
    match dice.roll(4) {
        0 => socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)),
        1 => stream.shutdown(Shutdown::Write),
        _ => Ok(()),
    }
}

/// The handler: mostly an echo, sometimes something else.
fn misbehave_too(engine: &Engine, event: &TestEvent, dice: &mut Dice) {
    let session = event.session;
    match (event.kind, dice.roll(60)) {
        (Kind::Request, 0..3) => drop(support::respond(engine, session, 403, "", b"")),
        (Kind::Text | Kind::Binary, 0) => drop(engine.close(session, CloseRequest::Cut)),
        (Kind::Text | Kind::Binary, 1) => drop(engine.close(session, CloseRequest::Handshake(None))),
        (Kind::Text | Kind::Binary, 2) => engine.panic_for_test(session).expect("test hooks are on"),
        (Kind::Text | Kind::Binary, 3) => {
            let reason = CloseReason::new(CloseCode(4000), "enough");
            engine.close(session, CloseRequest::Handshake(Some(reason)));
            engine.consumed(session, event.cost);
        }
        (Kind::Text | Kind::Binary, 4..8) => {
            send(engine, session, MessageKind::Ping, false, b"?");
            support::echo(engine, event);
        }
        _ => support::echo(engine, event),
    }
}

fn assert_told_well(session: SessionId, events: &[&TestEvent]) {
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    let count = |kind| kinds.iter().filter(|found| **found == kind).count();
    assert_eq!((kinds[0], count(Kind::Request)), (Kind::Request, 1), "{session}: {kinds:?}");
    assert_eq!((kinds.last(), count(Kind::Closed)), (Some(&Kind::Closed), 1), "{session}: {kinds:?}");
    assert!(count(Kind::Closing) <= 1 && count(Kind::Failed) <= 1, "{session}: {kinds:?}");
    if let Some(failed) = kinds.iter().position(|kind| *kind == Kind::Failed) {
        assert_eq!(failed, kinds.len() - 2, "{session}: an error is directly before the end: {kinds:?}");
        assert_eq!(events[failed + 1].code, 1006);
    }
    let closing = kinds.iter().position(|kind| *kind == Kind::Closing).unwrap_or(kinds.len());
    let is_message = |kind: &Kind| matches!(kind, Kind::Text | Kind::Binary | Kind::Pong);
    assert!(!kinds.iter().skip(closing).any(is_message), "{session}: {kinds:?}");
}

#[test]
fn every_session_is_told_its_story_once_and_in_order_whatever_happens() {
    let config = "loops=2\ntest_hooks=1\nclose_timeout_ms=300\nhandshake_timeout_ms=500\nsend_high_water_bytes=200000\noverflow_strategy=1";
    let dice = std::sync::Mutex::new(Dice(0x1234_5678_9abc_def1));
    let mut engine = TestEngine::start(config, move |engine, event| {
        misbehave_too(engine, event, &mut dice.lock().expect("not poisoned"));
    });
    let peers: Vec<_> = (1..=6)
        .map(|thread: u64| {
            let address = engine.address();
            std::thread::spawn(move || {
                for round in 1..=50 {
                    let _ = misbehave(address, thread * 1_000_003 + round * 7919);
                }
            })
        })
        .collect();
    peers.into_iter().for_each(|peer| peer.join().expect("no panic"));
    engine.stop_and_join(Duration::from_secs(20));

    let events = engine.events.all();
    let mut stories = HashMap::<SessionId, Vec<&TestEvent>>::new();
    for event in events.iter().filter(|event| event.kind != Kind::Log) {
        stories.entry(event.session).or_default().push(event);
    }
    assert!(stories.len() > 200, "{} sessions", stories.len());
    stories.iter().for_each(|(session, events)| assert_told_well(*session, events));
    assert_eq!(engine.counter(Counter::Open), 0);
    assert_eq!(engine.counter(Counter::SessionsOpened), engine.counter(Counter::SessionsClosed));
    assert!(stories.keys().all(|session| engine.buffered_amount(*session) == 0));
}
