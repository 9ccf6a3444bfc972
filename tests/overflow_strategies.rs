//! What becomes of a message that finds its session at the high-water mark, strategy by strategy.

#![cfg(feature = "engine")]

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use hawser::bridge::{Accept, OutboundLimits, OverflowStrategy, SendOutcome, SessionId};
use hawser::engine::{CloseRequest, MessageKind, ReadyState};
use hawser::protocol::DeflateSettings;
use support::slow::{HIGH_WATER, LOW_WATER, Slow, start_with};
use support::{
    Client, Counter, Kind, TestEngine, accept, default_accept, deflate, echo, frames, send, send_text, until,
};

const HIGH: u64 = HIGH_WATER as u64;
const STRATEGIES: [OverflowStrategy; 4] =
    [OverflowStrategy::Block, OverflowStrategy::Terminate, OverflowStrategy::DropOldest, OverflowStrategy::DropNewest];
/// Of a small message.
const HEADER: u64 = 2;

/// The sum of all DROPPED events of a session: messages and bytes.
fn dropped(engine: &TestEngine, session: SessionId) -> (u64, u64) {
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    let events = engine.events.of(session);
    let reports = events.iter().filter(|event| event.kind == Kind::Dropped);
    reports.fold((0, 0), |(messages, bytes), event| {
        assert_eq!(event.payload.len(), 16);
        (messages + number(&event.payload[..8]), bytes + number(&event.payload[8..]))
    })
}

fn drained(engine: &TestEngine, session: SessionId) -> usize {
    engine.events.kinds(session).iter().filter(|kind| **kind == Kind::Drained).count()
}

/// Messages of five bytes with their number.
fn numbered(number: usize) -> Vec<u8> {
    format!("{number:05}").into_bytes()
}

#[test]
fn a_message_below_the_mark_is_taken_and_one_at_it_is_for_the_strategy() {
    for strategy in STRATEGIES {
        for below in [1, 0] {
            let engine = start_with("", strategy);
            let mut slow = Slow::open(&engine);
            slow.fill();

            let outcome = slow.fill_to(HIGH - below);

            if below == 1 {
                assert_eq!(outcome, SendOutcome::Queued, "{strategy:?}");
                let taken = slow.send(b"x");
                // The loop may have made room already.
                let is_dropped = taken == SendOutcome::Queued && strategy == OverflowStrategy::DropOldest;
                assert!(taken == SendOutcome::Pressured || is_dropped, "{strategy:?}: below the mark before it");
            } else {
                assert_eq!(outcome, SendOutcome::Pressured, "{strategy:?}: exactly at it");
            }
            let (buffered, at_mark) = (engine.buffered_amount(slow.session), slow.send(b"y"));
            let taken = match strategy {
                OverflowStrategy::Block => SendOutcome::Full,
                OverflowStrategy::Terminate => SendOutcome::Terminated,
                OverflowStrategy::DropOldest if at_mark == SendOutcome::Queued => SendOutcome::Queued,
                OverflowStrategy::DropOldest => SendOutcome::Pressured,
                OverflowStrategy::DropNewest => SendOutcome::Dropped,
            };
            assert_eq!(at_mark, taken, "{strategy:?}");
            match strategy {
                OverflowStrategy::Block | OverflowStrategy::DropNewest => {
                    assert_eq!(engine.buffered_amount(slow.session), buffered, "nothing was queued");
                }
                OverflowStrategy::Terminate => assert_eq!(engine.events.closed(slow.session).0, 1013),
                OverflowStrategy::DropOldest => until("down to the mark", || (slow.weight() <= HIGH).then_some(())),
            }
        }
    }
}

#[test]
fn who_was_at_the_mark_is_told_once_when_there_is_room_and_once_for_each_time() {
    for strategy in [OverflowStrategy::Block, OverflowStrategy::DropNewest, OverflowStrategy::DropOldest] {
        let engine = start_with("", strategy);
        let mut slow = Slow::open(&engine);
        for times in 1..=3 {
            slow.fill();
            slow.fill_to(HIGH);
            for _ in 0..5 {
                slow.send(b"f");
            }
            let told = drained(&engine, slow.session);
            // The system may give a full socket more room of its own accord, late on a busy machine.
            assert!(told == times - 1 || slow.weight() < HIGH / 2, "nobody has read: told {told} times");
            slow.read_all();
            until("the event", || (drained(&engine, slow.session) == times).then_some(()));
            // A turn later there is no other.
            assert_eq!(slow.send(b"last"), SendOutcome::Queued);
            assert_eq!(slow.read_all(), [b"last"]);
            slow.await_turn();
            assert_eq!(drained(&engine, slow.session), times);
        }
    }
}

#[test]
fn a_session_has_drained_below_low_water_and_not_before() {
    let (low, high) = (4 << 20, 16 << 20);
    // What waits when Java is told: the loop does not go on meanwhile.
    let at_event = Arc::new(AtomicU64::new(u64::MAX));
    let seen = Arc::clone(&at_event);
    let config = format!("send_low_water_bytes={low}\nsend_high_water_bytes={high}");
    let engine = TestEngine::start(&config, move |engine, event| match event.kind {
        Kind::Drained => seen.store(engine.buffered_amount(event.session), Ordering::SeqCst),
        _ => echo(engine, event),
    });
    let mut slow = Slow::open(&engine);
    slow.fill();
    slow.fill_to(high);
    assert_eq!(slow.send(b"y"), SendOutcome::Full);

    slow.read_all();

    until("it is told", || (at_event.load(Ordering::SeqCst) < u64::MAX).then_some(()));
    let waited = at_event.load(Ordering::SeqCst);
    assert!(waited < low, "{waited} bytes waited");
    assert_eq!(slow.send(b"y"), SendOutcome::Queued);
}

#[test]
fn the_newest_are_dropped_counted_and_reported_and_the_others_arrive() {
    let engine = start_with("", OverflowStrategy::DropNewest);
    let mut slow = Slow::open(&engine);
    slow.fill();
    assert_eq!(slow.fill_to(HIGH - 1), SendOutcome::Queued);
    let outcomes: Vec<_> = (0..1000).map(|number| slow.send(&numbered(number))).collect();

    assert_eq!(outcomes[0], SendOutcome::Pressured);
    assert!(outcomes[1..].iter().all(|outcome| *outcome == SendOutcome::Dropped));
    engine.await_counter(Counter::DroppedNewest, 999);
    until("all are reported", || (dropped(&engine, slow.session) == (999, 999 * (5 + HEADER))).then_some(()));
    assert_eq!(slow.read_all(), [numbered(0)]);
    assert_eq!(slow.send(b"z"), SendOutcome::Queued);
    assert_eq!(slow.read_all(), [b"z"]);
    assert_eq!((engine.counter(Counter::DroppedOldest), engine.counter(Counter::TerminatedSlow)), (0, 0));
}

#[test]
fn of_a_message_in_parts_all_are_dropped_or_none() {
    let engine = start_with("", OverflowStrategy::DropNewest);
    let mut slow = Slow::open(&engine);
    slow.fill();
    assert!(matches!(slow.send_as(MessageKind::Binary, true, b"begun "), SendOutcome::Queued));
    slow.fill_to_part(HIGH);

    // Begun before: it is not torn.
    assert_eq!(slow.send_as(MessageKind::Binary, true, b"gone on with "), SendOutcome::Pressured);
    assert_eq!(slow.send_as(MessageKind::Binary, false, b"done"), SendOutcome::Pressured);
    // Begun now: nothing of it goes out, also when there is room again before its end.
    assert_eq!(slow.send_as(MessageKind::Binary, true, b"lost "), SendOutcome::Dropped);
    assert_eq!(slow.send_as(MessageKind::Text, false, b"x"), SendOutcome::Interleaved);
    let message = slow.read_message();
    assert!(message.starts_with(b"begun ") && message.ends_with(b"gone on with done"));
    until("there is room", || (engine.buffered_amount(slow.session) == 0).then_some(()));
    assert_eq!(slow.send_as(MessageKind::Binary, true, b"lost too "), SendOutcome::Dropped);
    assert_eq!(slow.send_as(MessageKind::Binary, false, b"and the end"), SendOutcome::Dropped);
    assert_eq!(slow.send(b"whole"), SendOutcome::Queued);

    assert_eq!(slow.read_message(), b"whole");
    let bytes = [&b"lost "[..], b"lost too ", b"and the end"].iter().map(|part| part.len() as u64 + HEADER).sum();
    until("it is reported as one", || (dropped(&engine, slow.session) == (1, bytes)).then_some(()));
    assert_eq!(engine.counter(Counter::DroppedNewest), 1);
}

#[test]
fn a_message_in_parts_that_never_ends_ends_its_session_at_twice_the_mark() {
    for strategy in [OverflowStrategy::DropOldest, OverflowStrategy::DropNewest] {
        let engine = start_with("", strategy);
        let mut slow = Slow::open(&engine);
        slow.fill();
        let part = [b'f'; 100_000];
        let mut most = 0;
        while slow.send_as(MessageKind::Binary, true, &part) != SendOutcome::Terminated {
            most = most.max(slow.weight());
        }
        assert!((2 * HIGH..2 * HIGH + 100_100).contains(&most), "{strategy:?}: {most}");
        assert_eq!(engine.events.closed(slow.session).0, 1013);
        assert_eq!(engine.counter(Counter::TerminatedSlow), 1);
    }
}

#[test]
fn the_oldest_whole_messages_are_dropped_and_nothing_that_must_not_be_missing() {
    let engine = start_with("", OverflowStrategy::DropOldest);
    let mut slow = Slow::open(&engine);
    slow.fill();
    let sent: Vec<_> = (0..300)
        .map(|number| {
            let mut payload = numbered(number);
            payload.resize(10_000, b'.');
            if number == 7 {
                assert_ne!(slow.send_as(MessageKind::Ping, false, b"ping"), SendOutcome::Closed);
                for (more_follows, part) in [(true, &b"part one, "[..]), (false, b"part two")] {
                    assert!(matches!(
                        slow.send_as(MessageKind::Binary, more_follows, part),
                        SendOutcome::Queued | SendOutcome::Pressured
                    ));
                }
            }
            let outcome = slow.send(&payload);
            assert!(matches!(outcome, SendOutcome::Queued | SendOutcome::Pressured | SendOutcome::Dropped));
            assert!(slow.weight() < 2 * HIGH + 10_100);
            (payload, outcome != SendOutcome::Dropped)
        })
        .collect();
    until("down to the mark", || (slow.weight() <= HIGH).then_some(()));

    let read = slow.read_frames();

    let taken: Vec<_> = sent.iter().filter(|(_, is_taken)| *is_taken).map(|(payload, _)| payload).collect();
    let arrived: Vec<_> = read.iter().filter(|frame| frame.payload.len() == 10_000).collect();
    let newest = &taken[taken.len() - arrived.len()..];
    assert!(arrived.iter().zip(newest).all(|(frame, payload)| frame.payload == **payload), "the newest, in order");
    assert!((60..=105).contains(&arrived.len()), "as many as the mark has room for: {}", arrived.len());
    let others: Vec<_> = read.iter().map(|frame| &frame.payload[..]).filter(|payload| payload.len() < 100).collect();
    assert_eq!(others, [&b"ping"[..], b"part one, ", b"part two"]);
    let oldest = engine.counter(Counter::DroppedOldest);
    let newest = engine.counter(Counter::DroppedNewest);
    assert_eq!(newest, sent.iter().filter(|(_, is_taken)| !is_taken).count() as u64);
    // Besides them a filler or two may have gone.
    assert!(oldest >= (taken.len() - arrived.len()) as u64);
    until("all are reported", || (dropped(&engine, slow.session).0 == oldest + newest).then_some(()));
    assert_eq!(engine.ready_state(slow.session), ReadyState::Open);
}

#[test]
fn what_is_compressed_with_what_went_before_is_never_taken_out() {
    let settings = DeflateSettings { context_takeover: true, max_window_bits: 15 };
    let limits = OutboundLimits {
        low_water_bytes: LOW_WATER,
        high_water_bytes: HIGH_WATER,
        overflow: OverflowStrategy::DropOldest,
    };
    let engine = TestEngine::start("", move |engine, event| match event.kind {
        Kind::Request => {
            let accept = Accept { outbound: Some(limits), ..default_accept() };
            deflate::accept_offer(engine, event, settings, accept);
        }
        _ => echo(engine, event),
    });
    let mut client = Client::connect_narrow(engine.address());
    let upgrade = |path: &str| deflate::upgrade(path, "permessage-deflate");
    let session = engine.request_session_with(&mut client, upgrade);
    client.read_101();
    client.may_compress = true;
    // Random bytes, so that they stay as large as they are; each message refers to the one before.
    let mut random = vec![0; 20_000];
    getrandom::fill(&mut random).expect("random bytes");
    let (mut taken, mut number) = (Vec::new(), 0);
    while engine.counter(Counter::DroppedNewest) == 0 {
        random.rotate_left(7919);
        random[..5].copy_from_slice(&numbered(number));
        number += 1;
        if send(&engine, session, MessageKind::Binary, false, &random) != SendOutcome::Dropped {
            taken.push(random.clone());
        }
    }
    let mut codec = deflate::Codec::new(true);
    for payload in taken {
        let frame = client.read_frame();
        assert!(frame.rsv1 && codec.inflate(&frame.payload) == payload, "message {:?}", &payload[..5]);
    }
    assert_eq!(engine.counter(Counter::DroppedOldest), 0);
}

#[test]
fn a_loop_does_not_sleep_before_it_has_told_what_was_dropped() {
    let limits = OutboundLimits { low_water_bytes: 0, high_water_bytes: 1, overflow: OverflowStrategy::DropNewest };
    let engine = TestEngine::start("", move |engine, event| match event.kind {
        Kind::Request => {
            accept(engine, event.session, Accept { outbound: Some(limits), ..default_accept() });
        }
        // Between two turns: nothing else happens in the next one.
        Kind::Text => [(); 3].into_iter().for_each(|()| _ = send_text(engine, event.session, "x")),
        _ => echo(engine, event),
    });
    let (mut client, session) = engine.open();
    client.write(&frames::text("go"));
    client.expect_text("x");
    until("both are told", || (dropped(&engine, session) == (2, 2 * (1 + HEADER))).then_some(()));
    until("it has drained", || (drained(&engine, session) == 1).then_some(()));
}

#[test]
fn what_was_dropped_is_told_before_the_end_however_close_that_is() {
    let limits = OutboundLimits { low_water_bytes: 0, high_water_bytes: 1, overflow: OverflowStrategy::DropNewest };
    for is_cut in [true, false] {
        let (let_go, held) = mpsc::channel();
        let held = Mutex::new(held);
        let engine = TestEngine::start("", move |engine, event| match event.kind {
            Kind::Request => {
                accept(engine, event.session, Accept { outbound: Some(limits), ..default_accept() });
            }
            // Between two turns: the next one finds all of this at once.
            Kind::Text => {
                for _ in 0..3 {
                    send_text(engine, event.session, "x");
                }
                if is_cut {
                    engine.close(event.session, CloseRequest::Cut);
                }
                held.lock().expect("not poisoned").recv().expect("the test goes on");
            }
            _ => echo(engine, event),
        });
        let (mut client, session) = engine.open();
        client.write(&frames::text("go"));
        engine.events.first(session, Kind::Text);
        client.shut_down_writing();
        let_go.send(()).expect("the loop waits");
        engine.events.closed(session);
        let mut kinds = engine.events.kinds(session);
        // Where the end of the connection comes a turn later, what was not dropped goes out first.
        kinds.retain(|kind| *kind != Kind::Drained);
        let end: &[Kind] =
            if is_cut { &[Kind::Dropped, Kind::Closed] } else { &[Kind::Dropped, Kind::Failed, Kind::Closed] };
        assert!(kinds.ends_with(end), "{kinds:?}");
        assert_eq!(dropped(&engine, session), (2, 2 * (1 + HEADER)));
    }
}

#[test]
fn a_report_of_what_was_dropped_comes_before_the_end() {
    let engine = start_with("", OverflowStrategy::DropNewest);
    let mut slow = Slow::open(&engine);
    slow.fill();
    slow.fill_to(HIGH);
    for _ in 0..10 {
        assert_eq!(slow.send(b"x"), SendOutcome::Dropped);
    }
    let (session, client) = (slow.session, slow.client);
    client.reset();
    engine.events.closed(session);
    let kinds = engine.events.kinds(session);
    assert_eq!(kinds[kinds.len() - 2..], [Kind::Failed, Kind::Closed], "{kinds:?}");
    assert_eq!(dropped(&engine, session), (10, 10 * (1 + HEADER)));
}

#[test]
fn who_waits_for_room_is_told_when_the_peer_has_closed() {
    // Longer than any test waits.
    let engine = start_with("close_timeout_ms=600000\nsend_time_limit_ms=600000", OverflowStrategy::Block);
    let mut slow = Slow::open(&engine);
    slow.fill();
    slow.fill_to(HIGH);
    assert_eq!(slow.send(b"x"), SendOutcome::Full);

    slow.client.write(&frames::close(1000, "enough"));

    until("the event", || (drained(&engine, slow.session) == 1).then_some(()));
    assert_eq!(slow.send(b"x"), SendOutcome::Closed);
}
