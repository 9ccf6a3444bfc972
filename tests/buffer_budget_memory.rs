//! What the budget of an engine means in memory. Alone in its process. Linux only: read from /proc.

#![cfg(all(feature = "engine", target_os = "linux"))]

mod support;

use hawser::bridge::{OverflowStrategy, SendOutcome};
use hawser::engine::MessageKind;
use support::memory::resident_bytes;
use support::slow::accepts_with;
use support::{Client, TestEngine, send};

const SESSIONS: usize = 200;
const BUDGET: u64 = 16 << 20;
const MESSAGE: [u8; 4000] = [b'm'; 4000];
/// What the sockets of a session take at most before anything waits.
const TAKEN_BY_SOCKETS: usize = 8 << 20;

#[test]
fn sessions_that_are_not_read_cost_no_more_memory_than_the_budget_allows() {
    let config = format!("max_buffered_bytes={BUDGET}\nsend_time_limit_ms=86400000");
    let engine = TestEngine::start(&config, accepts_with(OverflowStrategy::Block));
    let sessions: Vec<_> = (0..SESSIONS)
        .map(|_| {
            let mut client = Client::connect_narrow(engine.address());
            let session = engine.request_session(&mut client);
            client.read_101();
            (client, session)
        })
        .collect();
    let before = resident_bytes();

    for (_, session) in &sessions {
        let outcomes = std::iter::repeat_with(|| send(&engine, *session, MessageKind::Binary, false, &MESSAGE));
        let mut outcomes = outcomes.take(TAKEN_BY_SOCKETS / MESSAGE.len());
        assert!(outcomes.any(|outcome| outcome == SendOutcome::Full), "it cannot be sent to without end");
    }

    let grown = resident_bytes().saturating_sub(before) as u64;
    println!("{} KiB more, {BUDGET} bytes are the budget", grown >> 10);
    // The budget, what each session may hold besides, and as much again for what the allocator keeps.
    let most = 2 * (BUDGET + SESSIONS as u64 * (20 << 10));
    assert!(grown <= most, "{grown} bytes of memory, not {most}; by their own marks it could be 200 MiB");
}
