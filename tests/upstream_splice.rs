//! An engine before an HTTP server: requests that are no opening handshakes go through as they are.

#![cfg(feature = "engine")]

mod support;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use support::{Client, Counter, DEADLINE, TestEngine, Upstream, UpstreamConnection, tls};

const GET: &[u8] = b"GET /page HTTP/1.1\r\nHost: localhost\r\nx-odd:  spaced \r\nX-Hawser-Connection: 1.2\r\n\r\n";
/// More than sockets and the engine hold between two sides of which one does not read.
const MUCH: usize = 24 << 20;
const PATIENCE: Duration = Duration::from_millis(300);

fn before(upstream: &Upstream, config: &str) -> TestEngine {
    TestEngine::echo(&format!("{}{config}", upstream.setting()))
}

/// A client whose first request has arrived.
fn splice(engine: &TestEngine, upstream: &Upstream) -> (Client, UpstreamConnection) {
    let mut client = engine.connect();
    client.write(GET);
    let mut connection = upstream.accept();
    assert_eq!(connection.read_head().as_bytes(), GET);
    (client, connection)
}

/// [`splice`], with the first answer read.
fn spliced(engine: &TestEngine, upstream: &Upstream) -> (Client, UpstreamConnection) {
    let (mut client, mut connection) = splice(engine, upstream);
    connection.answer("200 OK", "hello");
    assert_eq!(client.read_response().body, "hello");
    (client, connection)
}

#[test]
fn requests_and_answers_of_a_connection_pass_as_they_are() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    for request in [GET, b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"] {
        client.write(request);
        assert_eq!(connection.read(request.len()), request);
        connection.answer("404 Not Found\r\nSet-Cookie: a=b", "nothing here");
        let response = client.read_response();
        assert_eq!((response.status, response.header("Set-Cookie")), (404, Some("a=b")));
        assert_eq!(response.head.lines().count(), 4, "{response:?}");
    }
    assert_eq!(engine.counter(Counter::ConnectionsSpliced), 1);
    assert!(engine.events.all().is_empty(), "Java hears nothing");
}

#[test]
fn a_body_that_comes_with_its_head_arrives_whole() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let body = vec![b'b'; 200_000];
    let head = b"PUT /page HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n";
    let mut client = engine.connect();
    let mut stream = client.stream();
    let writing = std::thread::spawn(move || stream.write_all(&[head.as_slice(), &vec![b'b'; 200_000]].concat()));
    let mut connection = upstream.accept();
    assert_eq!(connection.read_head().as_bytes(), head);
    assert_eq!(connection.read(body.len()), body);
    connection.answer("200 OK", "done");
    assert_eq!(client.read_response().body, "done");
    writing.join().expect("no panic").expect("written");
}

#[test]
fn a_path_of_the_engine_is_served_by_it_and_its_connection_may_ask_the_upstream_next() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "own_path=/own/**");
    let mut client = engine.connect();
    client.write(b"GET /own/page HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(client.read_response().body, "GET /own/page HTTP/1.1\n");
    client.write(GET);
    let mut connection = upstream.accept();
    assert_eq!(connection.read_head().as_bytes(), GET);
    connection.answer("200 OK", "hello");
    assert_eq!(client.read_response().body, "hello");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/own"));
    client.read_101();
    assert!(upstream.is_idle());
}

#[test]
fn a_side_that_does_not_read_stops_the_other_one_and_loses_nothing() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    let much: Vec<u8> = (0..MUCH).map(|at| (at % 251) as u8).collect();

    let sent = client.write_until_full(&much, PATIENCE);
    assert!(sent < MUCH / 2, "{sent} bytes went somewhere");
    assert_eq!(connection.read(sent), much[..sent]);

    let sent = connection.write_until_full(&much, PATIENCE);
    assert!(sent < MUCH / 2, "{sent} bytes went somewhere");
    let mut received = vec![0; sent];
    client.stream().read_exact(&mut received).expect("all of it");
    assert!(received == much[..sent], "in order");
}

#[test]
fn a_client_that_takes_nothing_is_cut_and_one_that_takes_little_is_not() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "upstream_stall_timeout_ms=300");
    let (stalled, mut connection) = spliced(&engine, &upstream);
    let much = vec![b'm'; MUCH];
    connection.write_until_full(&much, Duration::from_millis(20));
    connection.read_until_gone();
    engine.await_counter(Counter::TransportsLost, 1);
    drop(stalled);

    // What it takes in the time is less than what the system waits for before it says that there is room.
    let mut slow = Client::connect_narrow(engine.address());
    slow.write(GET);
    let mut connection = upstream.accept();
    connection.read_head();
    let sent = connection.write_until_full(&much, Duration::from_millis(20));
    let (mut stream, mut received) = (slow.stream(), 0);
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1500) {
        let mut little = [0; 4096];
        received += stream.read(&mut little).expect("it is not cut");
        std::thread::park_timeout(Duration::from_millis(50));
    }
    let mut rest = vec![0; sent - received];
    stream.read_exact(&mut rest).expect("all of it");
    assert_eq!(engine.counter(Counter::TransportsLost), 1);
}

#[test]
fn large_answers_and_bodies_pass_at_the_same_time() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (client, connection) = spliced(&engine, &upstream);
    let much: Vec<u8> = (0..MUCH / 8).map(|at| (at % 251) as u8).collect();
    let transfers = [client.stream(), connection.stream()].map(|stream| {
        let (mut writer, mut reader, much) = (stream.try_clone().expect("live"), stream, much.clone());
        let writing = std::thread::spawn(move || {
            writer.write_all(&much).expect("the other side reads");
            writer.shutdown(Shutdown::Write).expect("live");
        });
        let reading = std::thread::spawn(move || {
            let mut all = Vec::new();
            reader.read_to_end(&mut all).expect("the end");
            all
        });
        (writing, reading)
    });
    for (writing, reading) in transfers {
        writing.join().expect("written");
        assert!(reading.join().expect("read") == much, "every byte in its place");
    }
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn each_side_may_end_its_direction_and_go_on_with_the_other() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = splice(&engine, &upstream);
    client.shut_down_writing();
    connection.expect_end();
    connection.answer("200 OK", "late");
    assert_eq!(client.read_response().body, "late");
    drop(connection);
    client.expect_end();

    let (mut client, mut connection) = spliced(&engine, &upstream);
    connection.shut_down_writing();
    client.expect_end();
    client.write(b"still here");
    assert_eq!(connection.read(10), b"still here");
    drop(client);
    connection.expect_end();
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_client_that_is_silent_after_the_upstream_has_ended_is_ended_too() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "handshake_timeout_ms=50");
    let (mut client, connection) = spliced(&engine, &upstream);
    drop(connection);
    client.expect_end();
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn an_answer_before_the_end_of_the_body_arrives_although_the_upstream_resets() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let mut client = engine.connect();
    client.write(b"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
    let mut connection = upstream.accept();
    connection.read_head();
    connection.answer("413 Content Too Large\r\nConnection: close", "too large");
    connection.reset();
    client.write(&[b'b'; 1000]);
    assert_eq!(client.read_response().body, "too large");
    client.shut_down_writing();
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn the_end_of_a_client_in_whatever_way_ends_its_connection_to_the_upstream() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let ends: [fn(Client); 2] = [drop, Client::reset];
    for end in ends {
        let (client, mut connection) = spliced(&engine, &upstream);
        end(client);
        connection.read_until_gone();
        drop(connection);
        engine.await_counter(Counter::Open, 0);
    }
    assert_eq!(engine.counter(Counter::TransportsLost), 0);
}

#[test]
fn without_an_upstream_the_answer_is_502_until_it_is_there() {
    let address = Upstream::start().close();
    let engine = TestEngine::echo(&format!("upstream={address}"));
    let refusal = engine.refusal(GET);
    assert_eq!((refusal.status, refusal.body.as_str()), (502, "the server behind this one cannot be reached\n"));
    assert_eq!(engine.counter(Counter::UpstreamFailed), 1);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn the_upstream_may_learn_who_has_a_connection_while_it_lasts() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (client, connection) = splice(&engine, &upstream);
    let record = engine.find_client(connection.source_port()).expect("a client");
    let local = client.local_address().port().to_be_bytes();
    assert_eq!(record[..7], [&[4, 127, 0, 0, 1], local.as_slice()].concat());
    assert_eq!(engine.find_client(upstream.address().port()), None, "nobody's port");
    let port = connection.source_port();
    drop((client, connection));
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.find_client(port), None);
}

#[test]
fn a_stop_lets_answers_end_and_ends_connections_that_wait_for_the_next_request() {
    let upstream = Upstream::start();
    let mut engine = before(&upstream, "");
    let (mut idle, mut idle_connection) = spliced(&engine, &upstream);
    let (mut busy, mut busy_connection) = splice(&engine, &upstream);

    engine.stop(DEADLINE);
    idle_connection.expect_end();
    drop(idle_connection);
    idle.expect_end();
    busy_connection.answer("200 OK", "in time");
    assert_eq!(busy.read_response().body, "in time");
    busy_connection.expect_end();
    drop((busy_connection, busy, idle));
    engine.join();
    assert_eq!(engine.counter(Counter::Open), 0);
}

#[test]
fn a_stop_cuts_what_is_left_at_its_deadline() {
    let upstream = Upstream::start();
    let mut engine = before(&upstream, "");
    let (mut client, mut connection) = splice(&engine, &upstream);
    engine.stop_and_join(Duration::from_millis(20));
    drop(engine);
    client.read_until_gone();
    connection.read_until_gone();
}

#[test]
fn over_tls_the_upstream_gets_the_same_bytes() {
    let upstream = Upstream::start();
    let authority = tls::Authority::new("test");
    let engine = TestEngine::echo_tls(&upstream.setting(), &tls::server(&[authority.server(&["localhost"])]));
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    client.write(GET);
    let mut connection = upstream.accept();
    assert_eq!(connection.read_head().as_bytes(), GET);
    let body = "b".repeat(300_000);
    connection.answer("200 OK", &body);
    assert_eq!(client.read_response().body, body);
    let record = engine.find_client(connection.source_port()).expect("a client");
    assert_eq!(record[14], 1, "secure");
    drop(connection);
    client.expect_end();
    drop(client);
    engine.await_counter(Counter::Open, 0);
}
