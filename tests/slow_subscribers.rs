//! Subscribers that do not read: what they cost, and whom. Linux only: memory is read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use hawser::bridge::{SessionId, Subscribed};
use support::memory::resident_bytes;
use support::{Client, Counter, TestEngine, echo, publish, publish_text, until};

const TOPIC: &str = "news";
const SLOW: usize = 100;

fn narrow_subscriber(engine: &TestEngine) -> Client {
    let mut client = Client::connect_narrow(engine.address());
    client.write(&Client::upgrade("/"));
    client.read_101();
    client
}

/// An engine whose sessions subscribe by themselves with their first message, and echo it.
fn engine(config: &str) -> TestEngine {
    TestEngine::unrecorded(config, |engine, event| {
        if event.kind == support::Kind::Text {
            assert_eq!(engine.subscribe(event.session, TOPIC.as_bytes()), Subscribed::Done);
        }
        echo(engine, event);
    })
}

fn subscribe(client: &mut Client) {
    client.write(&support::frames::text("subscribe"));
    client.expect_text("subscribe");
}

#[test]
fn who_does_not_read_shares_what_waits_and_is_ended_alone() {
    let engine = engine("send_high_water_bytes=1000000");
    let mut slow: Vec<_> = (0..SLOW).map(|_| narrow_subscriber(&engine)).collect();
    let mut quick = engine.connect();
    quick.write(&Client::upgrade("/"));
    quick.read_101();
    slow.iter_mut().chain([&mut quick]).for_each(subscribe);
    let text = "x".repeat(60_000);
    let all = SLOW as u32 + 1;
    let before = resident_bytes();

    // What the sockets hold is not ours; what waits is the same for all.
    let mut published = 0;
    while engine.counter(Counter::TerminatedSlow) == 0 {
        publish(&engine, publish_text(TOPIC), text.as_bytes());
        quick.expect_text(&text);
        published += 1;
    }

    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 20 << 20, "{grown} bytes for {SLOW} queues of a megabyte that are one");
    assert!(published > 16, "the mark was there before {published} publications");
    while engine.subscribers(TOPIC.as_bytes()) > 1 {
        publish(&engine, publish_text(TOPIC), text.as_bytes());
        quick.expect_text(&text);
    }
    assert_eq!(engine.counter(Counter::TerminatedSlow), SLOW as u64);
    drop(slow);
    engine.await_counter(Counter::Open, 1);
    assert_eq!(publish(&engine, publish_text(TOPIC), b"still here"), all - SLOW as u32);
    quick.expect_text("still here");
}

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

    until("no frame is held", || (engine.shared_frame_bytes() == 0).then_some(()));
    clients.iter().for_each(|(_, session)| assert_eq!(engine.buffered_amount(*session), 0));
}

#[test]
fn a_publisher_that_the_loop_cannot_follow_is_bounded() {
    let engine = TestEngine::undriven("");
    assert_eq!(engine.subscribers(TOPIC.as_bytes()), 0);
}
