//! Peers that read slowly, flood, or leave at any moment, against a running engine: what it costs is bounded, everything
//! is freed, a counter has moved, all others go on. "Lines" are those of docs/hostile-input.md.

#![cfg(feature = "engine")]

mod support;

use std::io::{Read, Write};

use hawser::bridge::{SendOutcome, SessionId};
use hawser::engine::{CloseRequest, MessageKind, ReadyState};
use support::{Client, Counter, DEADLINE, Kind, TestEngine, echo, frames, send, until};

/// A client that takes little before the engine's writes stand still.
fn open_narrow(engine: &TestEngine) -> (Client, SessionId) {
    let mut client = Client::connect_narrow(engine.address());
    let session = engine.request_session(&mut client);
    client.read_101();
    (client, session)
}

fn assert_goes_on(other: &mut Client) {
    other.write(&frames::text("still here"));
    other.expect_text("still here");
}

/// Line 38.
#[test]
fn a_peer_that_reads_byte_by_byte_gets_everything_in_order_and_holds_up_nobody() {
    let engine = TestEngine::echo("");
    let (mut other, _) = engine.open();
    let (client, session) = open_narrow(&engine);
    let payload: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(send(&engine, session, MessageKind::Binary, false, &payload), SendOutcome::Queued);

    let mut stream = client.stream();
    let mut received = Vec::new();
    for at in 0..payload.len() + 10 {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("one more");
        received.extend(byte);
        if at % 10_000 == 0 {
            assert_goes_on(&mut other);
        }
    }

    assert!(received[10..] == payload, "all of the message behind its header");
    assert_eq!(engine.ready_state(session), ReadyState::Open);
    drop((client, stream, other));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.buffered_amount(session), 0);
}

/// Line 38.
#[test]
fn a_peer_that_reads_slower_than_it_is_sent_to_is_ended_with_1013_and_holds_up_nobody() {
    let engine = TestEngine::echo("send_high_water_bytes=100000\noverflow_strategy=1");
    let (mut other, _) = engine.open();
    let (client, session) = open_narrow(&engine);
    let mut stream = client.stream();
    let mut most_bytes = 0;
    while send(&engine, session, MessageKind::Binary, false, &[7; 1000]) != SendOutcome::Terminated {
        stream.read_exact(&mut [0]).expect("one more");
        most_bytes = most_bytes.max(engine.buffered_amount(session));
    }
    assert!((50_000..=101_100).contains(&most_bytes), "{most_bytes} bytes waited");
    assert_eq!(engine.events.closed(session).0, 1013);
    assert_eq!((engine.counter(Counter::TerminatedSlow), engine.buffered_amount(session)), (1, 0));
    assert_goes_on(&mut other);
    // It never reads the rest: the engine does not wait for that.
    engine.await_counter(Counter::Open, 1);
}

/// How a peer leaves.
const WAYS: [fn(Client) -> Option<Client>; 3] = [
    |client| {
        drop(client);
        None
    },
    |client| {
        client.reset();
        None
    },
    |mut client| {
        client.shut_down_writing();
        Some(client)
    },
];

/// Lets a peer leave in each way after it has said something, and waits for what that moves.
fn leave_in_each_way(engine: &TestEngine, said: impl Fn(&TestEngine) -> Client, moved: Counter) {
    leave_and_move(engine, said, &[moved]);
}

/// [`leave_in_each_way`] where it depends on the moment which one of some counters moves.
fn leave_and_move(engine: &TestEngine, said: impl Fn(&TestEngine) -> Client, any_of: &[Counter]) {
    let moved = || any_of.iter().map(|counter| engine.counter(*counter)).sum::<u64>();
    for leave in WAYS {
        let before = moved();
        let left = leave(said(engine));
        until("a counter moves", || (moved() > before).then_some(()));
        if let Some(mut half_closed) = left {
            half_closed.read_until_gone();
        }
        engine.await_counter(Counter::Open, 0);
    }
    assert_eq!(engine.counter(Counter::SessionsOpened), engine.counter(Counter::SessionsClosed));
    assert_eq!(engine.counter(Counter::Panics), 0);
}

/// Line 39.
#[test]
fn peers_that_leave_before_a_whole_request_have_abandoned_it() {
    let engine = TestEngine::echo("");
    for end in [0, 1, 20, Client::upgrade("/").len() - 1] {
        let said = |engine: &TestEngine| {
            let mut client = engine.connect();
            client.write(&Client::upgrade("/")[..end]);
            client
        };
        leave_in_each_way(&engine, said, Counter::HandshakesAbandoned);
    }
    assert_eq!(engine.events.count(Kind::Request), 0);
}

/// Line 39: the answer is a 400, if the socket still takes one when the end is seen.
#[test]
fn peers_that_leave_inside_the_body_of_a_request_are_counted_whatever_is_seen_first() {
    let engine = TestEngine::echo("");
    let said = |engine: &TestEngine| {
        let mut client = engine.connect();
        client.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
        client
    };
    leave_and_move(&engine, said, &[Counter::HandshakesRefused, Counter::HandshakesAbandoned, Counter::TransportsLost]);
    assert_eq!(engine.events.count(Kind::Request), 0);
}

/// Line 39: the end is seen when the handler has decided.
#[test]
fn peers_that_leave_while_the_handler_decides_are_lost_or_refused() {
    let (engine, requests) = TestEngine::undecided("");
    for accepting in [true, false] {
        for leave in WAYS {
            let mut client = engine.connect();
            client.write(&Client::upgrade("/"));
            let session = requests.recv_timeout(DEADLINE).expect("a request");
            let left = leave(client);
            if accepting {
                support::accept(&engine, session, support::default_accept());
                assert_eq!(engine.events.closed(session).0, 1006);
            } else {
                support::respond(&engine, session, 403, "", b"");
                assert_eq!(engine.events.closed(session).0, 0);
            }
            drop(left);
            engine.await_counter(Counter::Open, 0);
        }
    }
    assert_eq!((engine.counter(Counter::TransportsLost), engine.counter(Counter::HandshakesRefused)), (3, 3));
    assert_eq!((engine.counter(Counter::SessionsOpened), engine.counter(Counter::SessionsClosed)), (3, 3));
}

/// Line 39.
#[test]
fn peers_that_leave_an_open_session_anywhere_in_a_frame_are_lost() {
    let engine = TestEngine::echo("");
    let part = frames::frame(false, frames::BINARY, &[1; 70_000]);
    for said in [&[][..], &frames::text("x")[..1], &frames::text("hello")[..8], &part, &frames::ping(b"?")[..2]] {
        let said = |engine: &TestEngine| {
            let (mut client, _) = engine.open();
            client.write(said);
            client
        };
        leave_in_each_way(&engine, said, Counter::TransportsLost);
    }
    assert_eq!(engine.events.count(Kind::Failed), engine.counter(Counter::TransportsLost) as usize);
}

/// Line 39.
#[test]
fn peers_that_leave_a_session_whose_data_waits_or_that_we_are_closing_are_lost() {
    let engine = TestEngine::echo("send_high_water_bytes=67108864");
    let with_data_waiting = |engine: &TestEngine| {
        let (client, session) = open_narrow(engine);
        send(engine, session, MessageKind::Binary, false, &[0; 8 << 20]);
        client
    };
    leave_in_each_way(&engine, with_data_waiting, Counter::TransportsLost);
    let closing = |engine: &TestEngine| {
        let (mut client, session) = engine.open();
        engine.close(session, CloseRequest::Handshake(None));
        assert_eq!(client.read_close_code(), None);
        client
    };
    leave_in_each_way(&engine, closing, Counter::TransportsLost);
}

/// Line 39: who has said how it ends may leave as it likes.
#[test]
fn peers_that_leave_behind_their_own_close_or_fault_have_closed() {
    let engine = TestEngine::echo("");
    for said in [frames::close(1000, ""), frames::frame(true, 3, b"")] {
        let said = |engine: &TestEngine| {
            let (mut client, _) = engine.open();
            client.write(&said);
            client
        };
        leave_in_each_way(&engine, said, Counter::SessionsClosed);
    }
    assert_eq!((engine.counter(Counter::TransportsLost), engine.counter(Counter::Violations)), (0, 3));
}

/// Line 39.
#[test]
fn a_peer_that_resets_while_its_answer_is_written_is_lost() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Request {
            support::respond(engine, event.session, 200, "", &vec![b'x'; 16 << 20]);
        }
    });
    let mut client = Client::connect_narrow(engine.address());
    client.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.read_head().status, 200);
    client.reset();
    engine.await_counter(Counter::TransportsLost, 1);
    engine.await_counter(Counter::Open, 0);
}

/// Line 40.
#[test]
fn a_peer_that_never_answers_a_close_is_cut_and_counted_as_lost() {
    let engine = TestEngine::echo("close_timeout_ms=50");
    let (mut client, session) = engine.open();
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);
    assert_eq!(engine.events.closed(session).0, 1006);
    engine.await_counter(Counter::Open, 0);
    assert_eq!((engine.counter(Counter::TransportsLost), engine.counter(Counter::SessionsClosed)), (1, 1));
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closed], "no error for the handler");
}

/// Line 42.
#[test]
fn floods_of_pings_and_pongs_are_ended_with_1008_at_the_limit_of_a_second() {
    let engine = TestEngine::echo("max_control_frames_per_second=100");
    let (mut other, _) = engine.open();
    let pong = frames::frame(true, frames::PONG, b"!");
    let mixed = [frames::ping(b"?"), pong.clone()].concat();
    for (at, flood) in [frames::ping(b"?").repeat(5000), pong.repeat(5000), mixed.repeat(2500)].iter().enumerate() {
        let (mut client, session) = engine.open();
        client.write(flood);
        let mut answered = 0;
        let close = loop {
            let frame = client.read_frame();
            if frame.opcode != frames::PONG {
                break frame;
            }
            answered += 1;
        };
        assert_eq!(close.payload[..2], 1008_u16.to_be_bytes(), "{close:?}");
        drop(client);
        assert_eq!(engine.events.closed(session).0, 1008);
        let delivered = engine.events.kinds(session).iter().filter(|kind| **kind == Kind::Pong).count();
        // A burst over the turn of a second may be twice as long.
        assert!((100..=200).contains(&(answered + delivered)), "{answered} answered, {delivered} delivered");
        assert_eq!(engine.counter(Counter::Violations), at as u64 + 1);
        assert_goes_on(&mut other);
        engine.await_counter(Counter::Open, 1);
    }
}

/// Line 42: of a crowd of Close frames the first one counts.
#[test]
fn a_flood_of_close_frames_is_one_close() {
    let engine = TestEngine::echo("");
    let (mut other, _) = engine.open();
    let (client, session) = engine.open();
    let mut writer = client.stream();
    let flooding = std::thread::spawn(move || {
        // The engine ends this before all is written.
        drop(writer.write_all(&frames::close(4000, "me").repeat(500_000)));
    });
    assert_eq!(engine.events.closed(session), (4000, "me".into()));
    assert_goes_on(&mut other);
    engine.await_counter(Counter::Open, 1);
    drop(client);
    flooding.join().expect("no panic");
    assert_eq!(engine.events.kinds(session), [Kind::Request, Kind::Closing, Kind::Closed]);
    assert_eq!(engine.counter(Counter::SessionsClosed), 1);
}

/// Line 42: our Close does not open the door for anything.
#[test]
fn a_flood_behind_our_own_close_is_ended_too() {
    let engine = TestEngine::start("max_control_frames_per_second=100\nclose_timeout_ms=3600000", echo);
    let (mut client, session) = engine.open();
    engine.close(session, CloseRequest::Handshake(None));
    assert_eq!(client.read_close_code(), None);
    client.write(&frames::ping(b"?").repeat(300));
    assert_eq!(engine.events.closed(session).0, 1008);
    client.read_until_gone();
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::Violations), 1);
}

/// Line 45.
#[test]
fn a_thousand_sessions_cut_at_once_are_each_told_once_and_freed_and_others_go_on() {
    let engine = TestEngine::echo("loops=2\nbacklog=4096\nsend_high_water_bytes=67108864");
    let (mut other, _) = engine.open();
    let mut clients: Vec<_> = (0..1000).map(|_| engine.connect()).collect();
    clients.iter_mut().for_each(|client| client.write(&Client::upgrade("/")));
    clients.iter_mut().for_each(|client| drop(client.read_101()));
    // Some are idle, some in a message, some have data waiting.
    for (at, client) in clients.iter_mut().enumerate() {
        match at % 3 {
            0 => {}
            1 => client.write(&frames::frame(false, frames::BINARY, &[1; 2000])),
            _ => client.write(&frames::text("answer me").repeat(10)),
        }
    }

    std::thread::scope(|scope| {
        scope.spawn(|| clients.drain(..).for_each(Client::reset));
        (0..20).for_each(|_| assert_goes_on(&mut other));
    });

    engine.await_counter(Counter::Open, 1);
    assert_eq!((engine.counter(Counter::TransportsLost), engine.counter(Counter::SessionsClosed)), (1000, 1000));
    engine.events.wait("all ends", |events| {
        (events.iter().filter(|event| event.kind == Kind::Closed).count() == 1000).then_some(())
    });
    let mut closed: Vec<_> = engine.events.all().into_iter().filter(|event| event.kind == Kind::Closed).collect();
    assert!(closed.iter().all(|event| event.code == 1006));
    closed.sort_by_key(|event| event.session);
    closed.dedup_by_key(|event| event.session);
    assert_eq!((closed.len(), engine.events.count(Kind::Failed)), (1000, 1000));
    assert!(closed.iter().all(|event| engine.buffered_amount(event.session) == 0));
    assert_goes_on(&mut other);
    let (mut new, _) = engine.open();
    assert_goes_on(&mut new);
}
