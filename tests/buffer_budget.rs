//! What all sessions of an engine together may hold of messages that their peers do not read.

#![cfg(feature = "engine")]

mod support;

use hawser::bridge::{OverflowStrategy, SendOutcome, SessionId};
use hawser::engine::MessageKind;
use support::slow::accepts_with;
use support::tls::{Authority, server};
use support::{Client, Counter, Kind, TestEngine, TestEvent, frames, send, until};

const SESSIONS: usize = 100;
const BUDGET: u64 = 8 << 20;
/// What a session may hold all the same.
const ALLOWANCE: u64 = 16 << 10;
const MESSAGE: [u8; 4000] = [b'm'; 4000];
/// What the sockets of a session take at most before anything waits.
const TAKEN_BY_SOCKETS: usize = 8 << 20;

fn config() -> String {
    format!("max_buffered_bytes={BUDGET}\nsend_time_limit_ms=86400000")
}

fn send_message(engine: &TestEngine, session: SessionId) -> SendOutcome {
    send(engine, session, MessageKind::Binary, false, &MESSAGE)
}

/// Sends to a session until it takes no more.
fn fill(engine: &TestEngine, session: SessionId) -> SendOutcome {
    let outcomes = std::iter::repeat_with(|| send_message(engine, session));
    let mut outcomes = outcomes.take(TAKEN_BY_SOCKETS / MESSAGE.len());
    let is_refusal = |outcome: &SendOutcome| !matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured);
    outcomes.find(is_refusal).expect("a peer that does not read cannot be sent to without end")
}

fn open_narrow(engine: &TestEngine, client: Client) -> (Client, SessionId) {
    let mut client = client;
    let session = engine.request_session(&mut client);
    client.read_101();
    (client, session)
}

/// All together stay inside the budget, whatever each of them could hold by itself.
fn assert_inside(engine: &TestEngine, sessions: &[(Client, SessionId)]) {
    let buffered: u64 = sessions.iter().map(|(_, session)| engine.buffered_amount(*session)).sum();
    let most = BUDGET + sessions.len() as u64 * (ALLOWANCE + MESSAGE.len() as u64 + 4);
    assert!(buffered <= most, "{buffered} bytes wait, at most {most} may");
}

#[test]
fn many_sessions_that_are_not_read_hold_no_more_than_the_budget_and_go_on_when_they_are() {
    let engine = TestEngine::start(&config(), accepts_with(OverflowStrategy::Block));
    let mut sessions: Vec<_> =
        (0..SESSIONS).map(|_| open_narrow(&engine, Client::connect_narrow(engine.address()))).collect();
    for (_, session) in &sessions {
        assert_eq!(fill(&engine, *session), SendOutcome::Full);
    }

    assert_inside(&engine, &sessions);
    // Who keeps up notices nothing.
    let (mut other, _) = engine.open();
    for _ in 0..100 {
        other.write(&frames::text("alive"));
        other.expect_text("alive");
    }
    // Who is read is told, and may send again.
    let (client, session) = &mut sessions[0];
    while engine.buffered_amount(*session) > 0 {
        assert_eq!(client.read_frame().payload, MESSAGE);
    }
    engine.events.first(*session, Kind::Drained);
    assert_eq!(send_message(&engine, *session), SendOutcome::Queued);
    assert_eq!(engine.counter(Counter::TerminatedSlow), 0);

    // Nothing stays in the account: a session alone gets to its own mark again.
    sessions.clear();
    engine.await_counter(Counter::Open, 1);
    let alone = open_narrow(&engine, Client::connect_narrow(engine.address()));
    assert_eq!(fill(&engine, alone.1), SendOutcome::Full);
    assert!(engine.buffered_amount(alone.1) > 1_000_000, "its own mark of 1 MiB");
}

#[test]
fn over_the_budget_each_strategy_does_what_it_does_at_the_mark() {
    let outcomes = [
        (OverflowStrategy::Terminate, SendOutcome::Terminated),
        (OverflowStrategy::DropNewest, SendOutcome::Dropped),
        (OverflowStrategy::DropOldest, SendOutcome::Queued),
    ];
    for (strategy, expected) in outcomes {
        let config = format!("{}\nsend_high_water_bytes=1073741824", config());
        let engine = TestEngine::start(&config, move |engine, event| match event.kind {
            // The first session fills the budget, by the engine's own marks.
            Kind::Request if event.request().head.starts_with("GET /0 ") => support::echo(engine, event),
            _ => accepts_with(strategy)(engine, event),
        });
        let hog = open_narrow(&engine, Client::connect_narrow(engine.address()));
        // The system may give its socket more room at any time, so it has to be done again.
        let fill_up =
            || while send(&engine, hog.1, MessageKind::Binary, false, &[b'h'; 100_000]) == SendOutcome::Queued {};
        fill_up();
        assert!(engine.buffered_amount(hog.1) >= BUDGET);

        let (_client, session) = open_narrow(&engine, Client::connect_narrow(engine.address()));
        let mut most = 0;
        let is_seen = |outcome| match strategy {
            OverflowStrategy::DropOldest => engine.counter(Counter::DroppedOldest) > 0,
            _ => outcome == expected,
        };
        while !is_seen(send_message(&engine, session)) {
            most = most.max(engine.buffered_amount(session));
            fill_up();
        }
        // Twice of it where the loop makes room.
        assert!(most <= 2 * ALLOWANCE + MESSAGE.len() as u64 + 4, "{strategy:?}: {most}");
        match strategy {
            OverflowStrategy::Terminate => {
                assert_eq!(engine.events.closed(session).0, 1013);
                assert_eq!(engine.counter(Counter::TerminatedSlow), 1);
                let names_it = |event: &TestEvent| event.kind == Kind::Log && event.text().contains("maxBufferedBytes");
                engine.events.wait("the setting", |events| events.iter().any(names_it).then_some(()));
            }
            OverflowStrategy::DropOldest => {
                let is_down = || engine.budgeted_bytes() < BUDGET || engine.buffered_amount(session) <= ALLOWANCE;
                until("down to the allowance", || {
                    send_message(&engine, session);
                    is_down().then_some(())
                });
            }
            _ => engine.await_counter(Counter::DroppedNewest, 1),
        }
    }
}

#[test]
fn sessions_over_tls_share_the_budget() {
    let authority = Authority::new("issuer");
    let tls = server(&[authority.server(&["localhost"])]);
    let engine = TestEngine::start_tls(&config(), &tls, accepts_with(OverflowStrategy::Block));
    let sessions: Vec<_> = (0..20)
        .map(|_| {
            let narrow = Client::connect_narrow(engine.address());
            open_narrow(&engine, narrow.secure(authority.trusting(), "localhost").expect("a handshake"))
        })
        .collect();
    for (_, session) in &sessions {
        assert_eq!(fill(&engine, *session), SendOutcome::Full);
    }
    assert_inside(&engine, &sessions);
}
