//! Subscriptions of sessions that have ended leave nothing behind. Linux only: memory is read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use hawser::bridge::{SessionId, Subscribed};
use support::memory::resident_bytes;
use support::{Client, Counter, TestEngine};

const TOPICS: usize = 1000;

fn subscribe_to_all(engine: &TestEngine, session: SessionId) {
    for topic in 0..TOPICS {
        assert_eq!(engine.subscribe(session, format!("topic {topic}").as_bytes()), Subscribed::Done);
    }
}

fn come_and_go(engine: &TestEngine, times: usize) {
    for _ in 0..times {
        let (client, session): (Client, _) = engine.open();
        subscribe_to_all(engine, session);
        client.reset();
        engine.await_counter(Counter::Open, 1);
    }
}

#[test]
fn topics_that_live_on_forget_the_sessions_that_ended() {
    let engine = TestEngine::echo("");
    let (_stays, session) = engine.open();
    subscribe_to_all(&engine, session);
    come_and_go(&engine, 10);
    let before = resident_bytes();

    come_and_go(&engine, 100);

    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 3 << 20, "{grown} bytes for 100,000 subscriptions that have ended");
    assert!((0..TOPICS).all(|topic| engine.subscribers(format!("topic {topic}").as_bytes()) == 1));
}
