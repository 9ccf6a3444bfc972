//! Crowds of connections: what all together may hold, and who still gets in. "Lines" are those of docs/hostile-input.md.

#![cfg(feature = "engine")]

mod support;

use std::net::SocketAddr;
use std::sync::{Mutex, mpsc};

use hawser::engine::CloseRequest;
use socket2::{Domain, Socket, Type};
use support::deflate::{Codec, RSV1, accept_default_offer, upgrade};
use support::{Client, Counter, DEADLINE, Kind, Response, TestEngine, echo, frames, until};

const HELD_BYTES: usize = 200_000;

fn half(bytes: usize) -> Vec<u8> {
    frames::frame(false, frames::BINARY, &vec![7; bytes])
}

/// What one session holds up to the limit of all is only free if nobody else holds anything.
fn assert_all_is_free(engine: &TestEngine) {
    let (mut client, session) = engine.open();
    client.write(&half(HELD_BYTES * 9 / 20));
    client.write(&frames::frame(true, frames::CONTINUATION, b"end"));
    assert_eq!(engine.events.first(session, Kind::Binary).payload.len(), HELD_BYTES * 9 / 20 + 3);
    client.write(&frames::close(1000, ""));
    assert_eq!(engine.events.closed(session).0, 1000);
}

/// Line 21.
#[test]
fn what_sessions_hold_comes_back_however_each_of_them_ends() {
    let engine = TestEngine::echo(&format!("max_held_bytes={HELD_BYTES}"));
    let ends: [fn(&TestEngine, Client, hawser::bridge::SessionId); 6] = [
        |_, client, _| drop(client),
        |_, client, _| client.reset(),
        |_, mut client, _| client.write(&frames::close(1000, "")),
        |_, mut client, _| client.write(&frames::frame(true, 3, b"")),
        |_, mut client, _| client.write(&frames::frame(true, frames::CONTINUATION, b"")),
        |engine, _, session| {
            engine.close(session, CloseRequest::Cut);
        },
    ];
    // Each round alone would fill the account if nothing came back.
    for _ in 0..5 {
        for end in ends {
            let (mut client, session) = engine.open();
            client.write(&[half(60_000), frames::ping(b"held")].concat());
            assert_eq!(client.read_frame().opcode, frames::PONG);
            end(&engine, client, session);
            engine.await_counter(Counter::Open, 0);
        }
    }
    assert_all_is_free(&engine);
    assert_eq!(engine.counter(Counter::Violations), 5, "those with opcode 3, nobody for want of room");
}

/// Line 21: compressed parts count as they came.
#[test]
fn sessions_that_hold_compressed_parts_share_the_same_account() {
    let engine = TestEngine::start(&format!("max_held_bytes={HELD_BYTES}"), |engine, event| match event.kind {
        Kind::Request => accept_default_offer(engine, event),
        _ => echo(engine, event),
    });
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    });
    let noise: Vec<u8> = noise.take(70_000).collect();
    let part = frames::frame(false, frames::BINARY | RSV1, &Codec::new(false).compress(&noise)[..60_000]);
    let mut clients: Vec<_> = (0..8).map(|_| engine.connect()).collect();
    for client in &mut clients {
        engine.request_session_with(client, |path| upgrade(path, "permessage-deflate"));
        client.read_101();
        client.write(&part);
    }
    // Room for three: the others have to go.
    until("most are failed", || (engine.counter(Counter::Violations) >= 5).then_some(()));
    drop(clients);
    until("all ends", || (engine.events.count(Kind::Closed) == 8).then_some(()));
    engine.await_counter(Counter::Open, 0);
    let closed = engine.events.all().into_iter().filter(|event| event.kind == Kind::Closed);
    let (failed, lost): (Vec<_>, Vec<_>) = closed.partition(|event| event.code == 1013);
    assert_eq!(failed.len() as u64, engine.counter(Counter::Violations));
    assert_eq!(failed.len() + lost.len(), 8);
    assert_all_is_free(&engine);
}

#[test]
fn what_comes_behind_a_handshake_is_held_from_then_on() {
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let engine = TestEngine::start("max_held_bytes=1024", move |engine, event| {
        if event.kind == Kind::Request {
            // Both requests come while the carrier is here, so that the loop finds the second one whole.
            let _ = released.lock().expect("one carrier").recv();
        }
        echo(engine, event);
    });
    let mut first = engine.connect();
    first.write(&Client::upgrade("/first"));
    until("the carrier is held up", || (engine.events.count(Kind::Request) == 1).then_some(()));
    let mut second = engine.connect();
    second.write(&[Client::upgrade("/second"), frames::binary(&[0; 40_000])].concat());
    drop(release);
    first.read_101();

    let response = second.read_response();
    assert_eq!((response.status, engine.counter(Counter::HandshakesRefused)), (503, 1));
    assert!(response.body.contains("maxHeldBytes"), "{response:?}");
    drop((first, second));
    engine.await_counter(Counter::Open, 0);
}

/// A connection from another address of this machine.
#[cfg(target_os = "linux")]
fn connect_from(address: [u8; 4], engine: &TestEngine) -> socket2::Socket {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from((address, 0)).into()).expect("a loopback address");
    socket.connect(&engine.address().into()).expect("the engine listens");
    socket
}

/// Asks for a session; `None`: the connection was cut.
fn try_to_open(engine: &TestEngine) -> (Client, Option<Response>) {
    let mut client = engine.connect();
    let mut stream = client.stream();
    if std::io::Write::write_all(&mut stream, &Client::upgrade("/")).is_err() {
        return (client, None);
    }
    let mut first = [0];
    let answered = stream.peek(&mut first).is_ok_and(|bytes| bytes > 0);
    let response = answered.then(|| client.read_head());
    (client, response)
}

/// Line 43.
#[test]
fn churn_at_the_connection_limit_opens_as_many_as_fit_and_forgets_none() {
    const PLACES: usize = 8;
    const THREADS: usize = 12;
    const ROUNDS: usize = 100;
    let engine = TestEngine::echo(&format!("max_connections={PLACES}\nbacklog=4096\nloops=2"));
    let (mut other, _) = engine.open();

    let opened = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                scope.spawn({
                    let engine = &engine;
                    move || (0..ROUNDS).filter(|round| churn(engine, thread + round)).count()
                })
            })
            .collect();
        for _ in 0..50 {
            other.write(&frames::text("my place is mine"));
            other.expect_text("my place is mine");
        }
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<usize>()
    });

    engine.await_counter(Counter::Open, 1);
    assert_eq!(engine.counter(Counter::Accepted), (THREADS * ROUNDS + 1) as u64);
    assert_eq!(engine.counter(Counter::RefusedOverLimit), (THREADS * ROUNDS - opened) as u64);
    assert!(opened > 0, "somebody got in");
    // Every place is free again, and there is not one more.
    let rest: Vec<_> = (1..PLACES).map(|_| engine.open()).collect();
    assert_eq!(engine.refusal(&Client::upgrade("/")).status, 503);
    drop((rest, other));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::SessionsOpened), engine.counter(Counter::SessionsClosed));
}

/// Comes and leaves; whether there was a place.
fn churn(engine: &TestEngine, way: usize) -> bool {
    let (mut client, response) = try_to_open(engine);
    let status = response.expect("fewer than are cut").status;
    assert!(matches!(status, 101 | 503), "{status}");
    match way % 3 {
        0 => client.reset(),
        1 => drop(client),
        _ if status == 101 => {
            client.write(&frames::close(1000, ""));
            client.expect_close(1000, "");
        }
        _ => {}
    }
    status == 101
}

/// Line 43: an answer costs something, too.
#[test]
fn of_a_silent_crowd_over_the_limit_so_many_wait_for_an_answer_and_the_others_are_cut() {
    const ANSWERED_AT_ONCE: u64 = 256;
    const CROWD: usize = 600;
    let engine = TestEngine::echo("max_connections=1\nbacklog=4096\nhandshake_timeout_ms=3600000");
    let (mut other, _) = engine.open();
    let crowd: Vec<_> = (0..CROWD).map(|_| engine.connect()).collect();
    engine.await_counter(Counter::RefusedOverLimit, CROWD as u64);
    engine.await_counter(Counter::Open, ANSWERED_AT_ONCE + 1);
    let (_, response) = try_to_open(&engine);
    assert!(response.is_none(), "{response:?}");
    other.write(&frames::text("served"));
    other.expect_text("served");

    drop(crowd);
    engine.await_counter(Counter::Open, 1);
    assert_eq!(engine.counter(Counter::HandshakesAbandoned), ANSWERED_AT_ONCE);
    assert_eq!(engine.refusal(&Client::upgrade("/")).status, 503, "there is an answer again");
}

/// Line 43.
#[test]
fn one_address_has_its_share_of_the_connections_and_no_more() {
    let engine = TestEngine::echo("max_connections_per_address=3");
    let mut held: Vec<_> = (0..3).map(|_| engine.open().0).collect();
    for refused in 1..=3 {
        let response = engine.refusal(&Client::upgrade("/"));
        assert_eq!((response.status, response.header("Retry-After")), (429, Some("5")));
        assert_eq!(engine.counter(Counter::RefusedOverLimit), refused);
    }
    #[cfg(target_os = "linux")]
    {
        let elsewhere = connect_from([127, 0, 0, 2], &engine);
        engine.await_counter(Counter::Open, 4);
        assert_eq!(engine.counter(Counter::RefusedOverLimit), 3, "another address has its own share");
        drop(elsewhere);
    }
    engine.await_counter(Counter::Open, 3);
    held.pop();
    engine.await_counter(Counter::Open, 2);
    let (mut client, _) = engine.open();
    client.write(&frames::text("a free place"));
    client.expect_text("a free place");
    drop((held, client));
    engine.await_counter(Counter::Open, 0);
}

/// Line 43: connections that do not get on hold places of those that do not get on.
#[test]
fn opening_handshakes_have_places_of_their_own_and_sessions_take_none() {
    let (engine, requests) = TestEngine::undecided("max_handshakes=2");
    let mut undecided = engine.connect();
    undecided.write(&Client::upgrade("/"));
    let session = requests.recv_timeout(DEADLINE).expect("a request");
    let mut silent = engine.connect();
    engine.await_counter(Counter::Open, 2);

    let response = engine.refusal(&Client::upgrade("/"));
    assert_eq!((response.status, engine.counter(Counter::RefusedOverLimit)), (503, 1));
    assert!(response.body.contains("2 opening handshakes"), "{response:?}");

    support::accept(&engine, session, support::default_accept());
    undecided.read_101();
    // A session now: its place is for the next one, of which there may be many.
    let mut sessions = vec![undecided];
    for _ in 0..10 {
        let mut client = engine.connect();
        client.write(&Client::upgrade("/"));
        let session = requests.recv_timeout(DEADLINE).expect("a request");
        support::accept(&engine, session, support::default_accept());
        client.read_101();
        sessions.push(client);
    }
    // A plain request gives its place back: who takes the answer slowly holds up nobody.
    silent.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let plain = requests.recv_timeout(DEADLINE).expect("a request");
    let (mut waiting, other) = (engine.connect(), engine.connect());
    engine.await_counter(Counter::Open, 14);
    assert_eq!(engine.refusal(&Client::upgrade("/")).status, 503);
    support::respond(&engine, plain, 200, "Connection: close\n", b"done");
    assert_eq!(silent.read_response().body, "done");
    drop((silent, sessions, other));
    engine.await_counter(Counter::Open, 1);
    waiting.write(&Client::upgrade("/"));
    requests.recv_timeout(DEADLINE).expect("a request");
    drop(waiting);
}
