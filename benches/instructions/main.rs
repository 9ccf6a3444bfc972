//! An echo on the engine alone, without a JVM, for counting user instructions: `MESSAGES IN_FLIGHT BYTES`.
//!
//! One connection in lockstep: a thread writes IN_FLIGHT messages at once, waits for all their echoes, and again. So
//! every turn of the loop has the same work whatever the machine does. `instructions.sh` builds it as an example of two
//! checkouts, with the test support of each, and counts what happens below [`carrier_under_measurement`]. Knows neither
//! valgrind nor the other checkout.

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;

use hawser::bridge::SessionId;
use hawser::engine::{Engine, MessageKind, Turn};
use support::{Client, TestEngine, UPGRADE, accept, default_accept, frames, send};

/// Layout of an event, as `bridge::event_batch` documents it.
const DESCRIPTOR_BYTES: usize = 32;
const REQUEST: u8 = 1;
const TEXT: u8 = 2;
const CLOSING: u8 = 9;
const FETCH: u8 = 1;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().expect("a number"));
    let mut next = || arguments.next().expect("three numbers: MESSAGES IN_FLIGHT BYTES");
    let (messages, in_flight, bytes) = (next(), next(), next());
    let server = TestEngine::undriven("");
    let engine = server.shared();
    let carrier = std::thread::spawn(move || carrier_under_measurement(&engine));
    load(server.connect(), messages, in_flight, &"x".repeat(bytes));
    server.shared().stop(Duration::ZERO);
    carrier.join().expect("the carrier ends with the engine");
}

fn load(mut client: Client, messages: usize, in_flight: usize, text: &str) {
    client.write(&Client::upgrade("/"));
    client.read_101();
    let burst = frames::text(text).repeat(in_flight);
    for _ in 0..messages / in_flight {
        client.write(&burst);
        for _ in 0..in_flight {
            client.expect_text(text);
        }
    }
}

/// What a carrier does; its instructions and those of all it calls are the figure.
#[inline(never)]
fn carrier_under_measurement(engine: &Arc<Engine>) {
    let (mut descriptors, mut payload) = (Vec::new(), Vec::new());
    while let Turn::Events(count) = engine.turn(0).expect("one carrier") {
        descriptors.clear();
        let read = |bytes: &mut [u8]| descriptors.extend_from_slice(&bytes[..count * DESCRIPTOR_BYTES]);
        engine.with_memory(0, false, read).expect("not driven");
        for descriptor in descriptors.chunks_exact(DESCRIPTOR_BYTES) {
            handle(engine, descriptor, &mut payload);
        }
    }
}

fn handle(engine: &Engine, descriptor: &[u8], payload: &mut Vec<u8>) {
    let number = |at: usize| u32::from_ne_bytes(descriptor[at..at + 4].try_into().expect("four bytes"));
    let session = SessionId::from_raw(u64::from_ne_bytes(descriptor[..8].try_into().expect("eight bytes")));
    let (offset, length, cost) = (number(16) as usize, number(20) as usize, number(24));
    match (descriptor[12], descriptor[13]) {
        (REQUEST, flags) if flags & UPGRADE != 0 => {
            accept(engine, session, default_accept());
        }
        (TEXT, flags) => {
            assert_eq!(flags & FETCH, 0, "messages of this size lie in the arena");
            payload.clear();
            let read = |bytes: &mut [u8]| payload.extend_from_slice(&bytes[offset..offset + length]);
            engine.with_memory(0, true, read).expect("not driven");
            send(engine, session, MessageKind::Text, false, payload);
            engine.consumed(session, cost);
        }
        (CLOSING, _) => engine.proceed_closing(session),
        _ => {}
    }
}
