//! Connections that come and go: spread over the loops, counted, never confused.

#![cfg(feature = "engine")]

mod support;

use std::collections::HashSet;
use std::io::ErrorKind;

use hawser::bridge::SessionId;
use hawser::config::EngineConfig;
use hawser::engine::Engine;
use support::{Client, Counter, Kind, TestEngine, TestEvent, frames};

#[test]
fn connections_are_spread_evenly_over_the_loops() {
    let engine = TestEngine::echo("loops=4");
    let peers: Vec<_> = (0..40).map(|_| engine.open()).collect();

    // Slots count up in each loop: four loops with ten connections each have ten slots.
    let events = engine.events.all();
    let mut slots = [0; 40];
    for event in events.iter().filter(|event| event.kind == Kind::Request) {
        slots[event.slot as usize] += 1;
    }
    assert_eq!(slots[..10], [4; 10], "{slots:?}");
    assert_eq!(engine.counter(Counter::Open), peers.len() as u64);
}

#[test]
fn two_thousand_connections_come_and_go_and_no_id_comes_twice() {
    let engine = TestEngine::echo("loops=2\nbacklog=4096");
    let mut ids = HashSet::<SessionId>::new();
    for _ in 0..20 {
        let mut clients: Vec<Client> = (0..100).map(|_| engine.connect()).collect();
        for (at, client) in clients.iter_mut().enumerate() {
            client.write(&Client::upgrade("/"));
            client.read_101();
            match at % 4 {
                0 => client.write(&frames::close(1000, "")),
                1 => client.write(&frames::text("and gone")),
                2 => client.shut_down_writing(),
                _ => {}
            }
        }
        for (at, client) in clients.into_iter().enumerate() {
            if at % 3 == 0 { client.reset() } else { drop(client) }
        }
    }
    let is_closed = |event: &&TestEvent| event.kind == Kind::Closed;
    engine.events.wait("all ends", |events| (events.iter().filter(is_closed).count() == 2000).then_some(()));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::SessionsClosed), 2000);
    let events = engine.events.all();
    let requests = || events.iter().filter(|event| event.kind == Kind::Request);
    assert!(requests().all(|event| ids.insert(event.session)), "an id came twice");
    let closed: Vec<_> = events.iter().filter(is_closed).collect();
    assert_eq!((ids.len(), closed.len()), (2000, 2000));
    assert!(closed.iter().all(|event| ids.remove(&event.session)), "one end for each");
    assert_eq!(engine.counter(Counter::Accepted), 2000);
    assert_eq!(engine.counter(Counter::SessionsOpened), 2000);
}

#[test]
fn connections_that_end_before_they_are_taken_harm_nobody() {
    let engine = TestEngine::echo("");
    for _ in 0..200 {
        engine.connect().reset();
    }
    let (mut client, _) = engine.open();
    client.write(&frames::text("here"));
    client.expect_text("here");
    engine.await_counter(Counter::Open, 1);
}

#[test]
fn engines_in_one_process_know_nothing_of_each_other() {
    let first = TestEngine::echo("");
    let second = TestEngine::echo("max_connections=1");
    let (mut one, _) = first.open();
    let (mut two, session) = second.open();
    for (client, text) in [(&mut one, "first"), (&mut two, "second")] {
        client.write(&frames::text(text));
        client.expect_text(text);
    }
    drop(first);
    two.write(&frames::text("still here"));
    two.expect_text("still here");
    assert_eq!(second.events.of(session).len(), 3);
}

#[test]
fn a_port_that_is_taken_is_named_with_its_address() {
    let engine = TestEngine::echo("");
    let config = EngineConfig::parse(&format!("port={}", engine.address().port())).expect("valid");
    let error = Engine::start(config).err().expect("taken");
    assert_eq!((error.address, error.cause.kind()), (engine.address(), ErrorKind::AddrInUse));
    assert!(error.to_string().contains(&engine.address().to_string()), "{error}");
}
