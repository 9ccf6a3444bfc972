//! What a connection costs that says nothing. Linux only: read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use support::memory::resident_bytes;
use support::{Client, Counter, TestEngine, echo, frames};

const CONNECTIONS: usize = 2000;
/// The engine alone; what the kernel holds for a socket is not in this number. An idle session takes about 1 KiB.
const MOST_BYTES: usize = 2048;

fn open(engine: &TestEngine, count: usize) -> Vec<Client> {
    let mut clients: Vec<_> = (0..count).map(|_| engine.connect()).collect();
    for client in &mut clients {
        client.write(&Client::upgrade("/"));
        client.read_101();
        // A message each, so that nothing is left which only the opening had needed.
        client.write(&frames::text("hello"));
        client.expect_text("hello");
    }
    clients
}

#[test]
fn an_idle_session_costs_less_than_its_budget() {
    let engine = TestEngine::unrecorded("backlog=4096", echo);
    let warm = open(&engine, 100);
    let before = resident_bytes();

    let clients = open(&engine, CONNECTIONS);

    let each = resident_bytes().saturating_sub(before) / CONNECTIONS;
    assert!(each <= MOST_BYTES, "{each} bytes for each connection");
    assert_eq!(engine.counter(Counter::Open), (CONNECTIONS + warm.len()) as u64);
    drop((clients, warm));
    engine.await_counter(Counter::Open, 0);
}
