//! What bombs in many connections at once may cost. Linux only: read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use support::deflate::{Codec, RSV1, accept_default_offer, bomb, upgrade};
use support::memory::{begin_peak, peak_bytes};
use support::{Client, Counter, Kind, TestEngine, echo, frames};

const CONNECTIONS: usize = 100;
/// The limit of `default_accept`.
const LIMIT_BYTES: usize = 4 << 20;
/// 1:1000, and 16 times the limit.
const BOMB_BYTES: usize = 64 << 20;
/// Beside one message for each connection.
const ALLOWANCE_BYTES: usize = 10 << 20;

/// A bomb in one frame, and the same in two.
fn bombs() -> (Vec<u8>, Vec<u8>) {
    let payload = bomb(BOMB_BYTES);
    assert!(payload.len() < BOMB_BYTES / 900, "{} bytes", payload.len());
    let (first, last) = payload.split_at(payload.len() / 2);
    let first = frames::frame(false, frames::BINARY | RSV1, first);
    let split = [first, frames::frame(true, frames::CONTINUATION, last)].concat();
    (frames::frame(true, frames::TEXT | RSV1, &payload), split)
}

#[test]
fn bombs_cost_less_than_a_message_each_and_every_other_connection_goes_on() {
    let engine = TestEngine::unrecorded("", |engine, event| match event.kind {
        Kind::Request => accept_default_offer(engine, event),
        _ => echo(engine, event),
    });
    let open = || {
        let mut client = engine.connect();
        client.write(&upgrade("/", "permessage-deflate"));
        client.read_101();
        client.may_compress = true;
        client
    };
    let mut other = open();
    let mut codec = Codec::new(false);
    let mut goes_on = || {
        other.write(&codec.message(frames::TEXT, b"still here"));
        let frame = other.read_frame();
        assert_eq!(codec.payload(&frame), b"still here");
    };
    goes_on();
    let (whole, split) = bombs();
    let mut clients: Vec<Client> = (0..CONNECTIONS).map(|_| open()).collect();
    let before = begin_peak();

    std::thread::scope(|scope| {
        for (at, client) in clients.iter_mut().enumerate() {
            let bytes = if at % 2 == 0 { &whole } else { &split };
            scope.spawn(|| client.write(bytes));
        }
        for _ in 0..20 {
            goes_on();
        }
    });
    for client in &mut clients {
        assert_eq!(client.read_close_code(), Some(1009));
        goes_on();
    }

    let grown = peak_bytes().saturating_sub(before);
    assert!(grown <= CONNECTIONS * LIMIT_BYTES + ALLOWANCE_BYTES, "{} MB", grown >> 20);
    println!("{} KiB for {CONNECTIONS} bombs", grown >> 10);
    engine.await_counter(Counter::Violations, CONNECTIONS as u64);
}
