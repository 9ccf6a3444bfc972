//! Subscribers that do not read: what they cost, and whom. Linux only: memory is read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use hawser::bridge::Subscribed;
use support::memory::resident_bytes;
use support::{Client, Counter, Kind, TestEngine, echo, frames, publish, publish_text};

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
        if event.kind == Kind::Text {
            assert_eq!(engine.subscribe(event.session, TOPIC.as_bytes()), Subscribed::Done);
        }
        echo(engine, event);
    })
}

fn subscribe(client: &mut Client) {
    client.write(&frames::text("subscribe"));
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
