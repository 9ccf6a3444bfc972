//! What publications may hold, and that nothing of them stays.

#![cfg(feature = "engine")]

mod support;

use std::sync::{Mutex, mpsc};

use hawser::bridge::{SessionId, Subscribed};
use support::{Client, Counter, Kind, TestEngine, echo, frames, publish, publish_text, until};

const TOPIC: &str = "news";

#[test]
fn when_all_have_read_nothing_is_left_in_memory() {
    let engine = TestEngine::echo("loops=2");
    let mut clients: Vec<(Client, SessionId)> = (0..10).map(|_| engine.open()).collect();
    for (_, session) in &clients {
        assert_eq!(engine.subscribe(*session, TOPIC.as_bytes()), Subscribed::Done);
    }
    let text = "x".repeat(100_000);

    for _ in 0..20 {
        assert_eq!(publish(&engine, publish_text(TOPIC), text.as_bytes()), 10);
        clients.iter_mut().for_each(|(client, _)| client.expect_text(&text));
    }

    until("no frame is held", || (engine.budgeted_bytes() == 0).then_some(()));
    clients.iter().for_each(|(_, session)| assert_eq!(engine.buffered_amount(*session), 0));
}

#[test]
fn what_a_publisher_may_have_waiting_for_a_loop_that_does_not_follow_is_bounded() {
    let (released, release) = mpsc::channel();
    let release = Mutex::new(release);
    let engine = TestEngine::start("send_high_water_bytes=1000000000", move |engine, event| match event.kind {
        Kind::Text => release.lock().expect("not poisoned").recv().expect("the test releases it"),
        _ => echo(engine, event),
    });
    let (mut client, session) = engine.open();
    assert_eq!(engine.subscribe(session, TOPIC.as_bytes()), Subscribed::Done);
    client.write(&frames::text("block"));
    engine.events.first(session, Kind::Text);
    let text = "x".repeat(1 << 20);

    // No more, whatever the engine takes: a broken limit must not cost the machine its memory.
    let publications = (0..80).map(|_| publish(&engine, publish_text(TOPIC), text.as_bytes()));
    let taken = publications.take_while(|count| *count == 1).count();

    assert_eq!(taken, 64, "64 MiB");
    released.send(()).expect("the handler waits");
    (0..taken).for_each(|_| client.expect_text(&text));
    assert_eq!(publish(&engine, publish_text(TOPIC), b"there is room again"), 1);
    client.expect_text("there is room again");
    assert_eq!(engine.counter(Counter::DroppedNewest), 1);
    until("no frame is held", || (engine.budgeted_bytes() == 0).then_some(()));
}
