//! Calls from any thread: order, wake-ups, and who may drive a loop.

#![cfg(feature = "engine")]

mod support;

use std::sync::mpsc;
use std::time::Duration;

use hawser::bridge::SendOutcome;
use hawser::engine::{ApiMisuse, MessageKind, ReadyState, Turn};
use support::{Client, Counter, TestEngine, accept, default_accept, frames, send, send_text, until};

#[test]
fn messages_of_one_thread_keep_their_order_and_those_of_many_never_mix() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    let (mut client, session) = engine.open();
    let (threads, each) = (8, 500);
    let sending: Vec<_> = (0..threads)
        .map(|thread| {
            let engine = engine.shared();
            std::thread::spawn(move || {
                for number in 0..each {
                    // Sizes of all three forms of header.
                    let payload = format!("{thread}:{number}:").into_bytes().repeat(1 + number % 3 * 2500);
                    assert_eq!(send(&engine, session, MessageKind::Binary, false, &payload), SendOutcome::Queued);
                }
            })
        })
        .collect();

    let mut next = vec![0; threads];
    for _ in 0..threads * each {
        let payload = String::from_utf8(client.read_frame().payload).expect("ASCII");
        let mut fields = payload.split(':').map(|field| field.parse::<usize>().expect("a number"));
        let (thread, number) = (fields.next().expect("a thread"), fields.next().expect("a number"));
        assert_eq!(number, next[thread], "of thread {thread}");
        assert_eq!(payload, format!("{thread}:{number}:").repeat(1 + number % 3 * 2500));
        next[thread] += 1;
    }
    sending.into_iter().for_each(|thread| thread.join().expect("no panic"));
}

#[test]
fn a_loop_that_sleeps_is_woken_by_every_send() {
    let engine = TestEngine::echo("");
    let (mut client, session) = engine.open();
    for round in 0..3000 {
        send_text(&engine, session, &format!("{round}"));
        client.expect_text(&format!("{round}"));
    }
}

#[test]
fn loops_wake_each_other_when_sessions_of_both_talk() {
    let engine = TestEngine::echo("loops=2");
    let (mut first, one) = engine.open();
    let (mut second, two) = engine.open();
    for round in 0..500 {
        send_text(&engine, if round % 2 == 0 { one } else { two }, "ball");
        let (catcher, other) = if round % 2 == 0 { (&mut first, &mut second) } else { (&mut second, &mut first) };
        catcher.expect_text("ball");
        other.write(&frames::text("echo"));
        other.expect_text("echo");
    }
}

#[test]
fn a_second_driver_of_a_loop_is_turned_away() {
    let engine = TestEngine::echo("loops=2");
    let (mut client, _) = engine.open();
    // The carriers sleep in their turns.
    until("both loops are driven", || {
        let misuse = [0, 1].map(|index| engine.with_memory(index, false, |_| ()).err());
        (misuse == [0, 1].map(|index| Some(ApiMisuse::AlreadyDriven(index)))).then_some(())
    });
    assert_eq!(engine.turn(0), Err(ApiMisuse::AlreadyDriven(0)));
    assert_eq!(engine.fetch(1, 0), Err(ApiMisuse::AlreadyDriven(1)));
    assert_eq!(engine.turn(2), Err(ApiMisuse::NoSuchLoop(2)));
    client.write(&frames::text("unharmed"));
    client.expect_text("unharmed");
}

#[test]
fn successive_turns_may_run_on_different_threads() {
    let engine = TestEngine::undriven("");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let shared = engine.shared();
    let turn_elsewhere = || {
        let engine = engine.shared();
        let turn = std::thread::spawn(move || engine.turn(0));
        turn.join().expect("no panic").expect("one at a time")
    };

    assert_eq!(turn_elsewhere(), Turn::Events(1));
    let request = shared.with_memory(0, false, |bytes| bytes[..8].to_vec()).expect("not driven");
    let session = hawser::bridge::SessionId::from_raw(u64::from_ne_bytes(request.try_into().expect("eight bytes")));
    accept(&shared, session, default_accept());
    for round in 0..50 {
        client.write(&frames::text(&format!("{round}")));
        assert_eq!(turn_elsewhere(), Turn::Events(1));
        send_text(&shared, session, "seen");
    }
    engine.stop(Duration::ZERO);
    let stopping = std::thread::spawn(move || while shared.turn(0) != Ok(Turn::Stopped) {});
    client.read_101();
    for _ in 0..50 {
        client.expect_text("seen");
    }
    stopping.join().expect("no panic");
}

#[test]
fn a_carrier_whose_loop_was_taken_over_is_turned_away() {
    let engine = TestEngine::undriven("loops=2");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    assert_eq!(engine.turn_in_epoch(0, 3), Ok(Turn::Events(1)));
    let stale = |epoch| Err(ApiMisuse::StaleEpoch { index: 0, epoch, driven: 3 });
    assert_eq!(engine.turn_in_epoch(0, 2), stale(2));
    assert_eq!(engine.turn_in_epoch(0, 0), stale(0));
    assert!(engine.fetch(0, 0).is_ok(), "the batch is untouched");
    assert_eq!(engine.turn_in_epoch(2, 3), Err(ApiMisuse::NoSuchLoop(2)));
    engine.stop(Duration::ZERO);
    while engine.turn_in_epoch(0, 4) != Ok(Turn::Stopped) {}
    assert_eq!(engine.turn_in_epoch(0, 3), Err(ApiMisuse::StaleEpoch { index: 0, epoch: 3, driven: 4 }));
    assert_eq!(engine.turn_in_epoch(1, 0), Ok(Turn::Stopped), "each loop has its own");
}

#[test]
fn a_payload_is_fetched_once() {
    let engine = TestEngine::undriven("");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    assert_eq!(engine.turn(0), Ok(Turn::Events(1)));
    assert!(engine.fetch(0, 0).is_ok_and(|record| record.ends_with(b"\r\n\r\n")));
    assert_eq!(engine.fetch(0, 0), Err(ApiMisuse::NothingToFetch(0)));
    assert_eq!(engine.fetch(0, 1), Err(ApiMisuse::NothingToFetch(1)));
}

#[test]
fn sends_race_with_the_end_of_their_session() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    for _ in 0..50 {
        let (mut client, session) = engine.open();
        let (started, running) = mpsc::channel();
        let senders: Vec<_> = (0..2)
            .map(|_| {
                let (engine, started) = (engine.shared(), started.clone());
                std::thread::spawn(move || {
                    send_text(&engine, session, "x");
                    started.send(()).expect("the test waits");
                    // No more than the client can read, or the session would end for that.
                    while engine.ready_state(session) == ReadyState::Open {
                        if engine.buffered_amount(session) < 1 << 16 {
                            send_text(&engine, session, "x");
                        }
                    }
                    assert_eq!(send_text(&engine, session, "x"), SendOutcome::Closed);
                })
            })
            .collect();
        running.recv().expect("a sender runs");
        client.write(&frames::close(1000, ""));
        while client.read_frame().opcode != frames::CLOSE {}
        client.expect_end();
        senders.into_iter().for_each(|thread| thread.join().expect("no panic"));
        assert_eq!(engine.events.closed(session).0, 1000);
    }
    engine.await_counter(Counter::Open, 0);
}
