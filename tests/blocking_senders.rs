//! Senders that wait for room, as Java's do: told that the session is full, woken when it has drained.

#![cfg(feature = "engine")]

mod support;

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use hawser::bridge::{OutboundLimits, OverflowStrategy, SendOutcome, SessionId};
use hawser::engine::{Engine, MessageKind};
use support::{Client, DEADLINE, Kind, TestEngine, accept, default_accept, echo, send, until};

const SENDERS: u32 = 4;
const MESSAGES: u32 = 4000;
const PADDING: [u8; 500] = [b'.'; 500];

/// What blocked senders wait on.
#[derive(Default)]
struct Room {
    drains: Mutex<u64>,
    drained: Condvar,
}

impl Room {
    fn tell(&self) {
        *self.drains.lock().expect("not poisoned") += 1;
        self.drained.notify_all();
    }

    /// Sends; if there is no room, again whenever the session has drained.
    fn send(&self, engine: &Engine, session: SessionId, payload: &[u8]) {
        let send = || send(engine, session, MessageKind::Binary, false, payload);
        let mut outcome = send();
        while outcome == SendOutcome::Full {
            let drains = self.drains.lock().expect("not poisoned");
            // Once more: who drained before it was looked at has told nobody.
            outcome = send();
            if outcome == SendOutcome::Full {
                let before = *drains;
                let waiting = self.drained.wait_timeout_while(drains, DEADLINE, |now| *now == before);
                assert!(!waiting.expect("not poisoned").1.timed_out(), "nobody told that there is room");
            }
        }
        assert!(matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured), "{outcome:?}");
    }
}

/// Many threads send on one session with these marks, and a client reads in fits and starts.
fn race(low_water_bytes: u32, high_water_bytes: u32) {
    let room = Arc::new(Room::default());
    let told = Arc::clone(&room);
    let limits = OutboundLimits { low_water_bytes, high_water_bytes, overflow: OverflowStrategy::Block };
    let engine = TestEngine::start("", move |engine, event| match event.kind {
        Kind::Request => {
            let outbound = Some(limits);
            accept(engine, event.session, hawser::bridge::Accept { outbound, ..default_accept() });
        }
        Kind::Drained => told.tell(),
        _ => echo(engine, event),
    });
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (room, engine) = (Arc::clone(&room), engine.shared());
            std::thread::spawn(move || {
                for number in 0..MESSAGES {
                    let payload = [&sender.to_be_bytes()[..], &number.to_be_bytes(), &PADDING].concat();
                    room.send(&engine, session, &payload);
                }
            })
        })
        .collect();

    let mut next = [0; SENDERS as usize];
    for at in 0..SENDERS * MESSAGES {
        if at % 1000 == 0 {
            // The reader stops: senders and loop find their state, whatever it is.
            std::thread::park_timeout(Duration::from_millis(5));
        }
        let payload = client.read_frame().payload;
        let number = |at: usize| u32::from_be_bytes(payload[at..at + 4].try_into().expect("four bytes"));
        let sender = number(0) as usize;
        assert_eq!(number(4), next[sender], "of sender {sender}: none is missing, none comes twice or too early");
        next[sender] += 1;
    }
    senders.into_iter().for_each(|sender| sender.join().expect("all was sent"));
    until("nothing waits", || (engine.buffered_amount(session) == 0).then_some(()));
    assert!(engine.events.count(Kind::Drained) > 0);
}

#[test]
fn nothing_is_lost_and_nobody_waits_for_ever_between_marks_that_are_apart() {
    race(16 << 10, 64 << 10);
}

#[test]
fn nothing_is_lost_and_nobody_waits_for_ever_where_both_marks_are_one() {
    race(2000, 2000);
}

#[test]
fn nothing_is_lost_and_nobody_waits_for_ever_with_room_for_one_message() {
    race(0, 1);
}
