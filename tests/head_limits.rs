//! How large a request head may be, how long it may take, and how many connections there may be.

#![cfg(feature = "engine")]

mod support;

use std::net::Shutdown;
use std::time::Duration;

use support::{Client, Counter, TestEngine, accept, default_accept, frames};

#[test]
fn a_head_at_the_limit_passes_and_one_beyond_it_is_refused() {
    let engine = TestEngine::echo("max_head_bytes=512\nmax_headers=8");
    let padded = |bytes: usize| {
        let empty = Client::altered_upgrade("Host: localhost", "Host: localhost\r\nX: ");
        Client::altered_upgrade(
            "Host: localhost",
            &format!("Host: localhost\r\nX: {}", "x".repeat(bytes - empty.len())),
        )
    };
    let mut client = engine.connect();
    client.write(&padded(512));
    client.read_101();
    assert_eq!(engine.refusal(&padded(513)).status, 431);

    let with_lines = |lines: usize| {
        Client::altered_upgrade("Host: localhost\r\n", &format!("Host: localhost\r\n{}", "A: b\r\n".repeat(lines - 5)))
    };
    let mut client = engine.connect();
    client.write(&with_lines(8));
    client.read_101();
    let response = engine.refusal(&with_lines(9));
    assert_eq!((response.status, response.body.contains("more than 8")), (431, true), "{response:?}");
}

#[test]
fn a_head_that_never_ends_is_cut_off_while_it_is_still_being_sent() {
    let engine = TestEngine::echo("max_head_bytes=1024");
    let mut client = engine.connect();
    client.write(b"GET / HTTP/1.1\r\n");
    client.write(&b"Cookie: again and again\r\n".repeat(60));
    assert_eq!(client.read_response().status, 431);
}

#[test]
fn a_slow_head_gets_408_and_a_silent_connection_the_end_at_the_deadline() {
    let engine = TestEngine::echo("handshake_timeout_ms=200");
    // Browsers open spare connections, which must not find an answer to nothing.
    let mut silent = engine.connect();
    let mut slow = engine.connect();
    slow.write(b"GET / HTTP/1.1\r\nHost: ");

    let response = slow.read_response();
    assert_eq!((response.status, response.header("Connection")), (408, Some("close")));
    assert!(response.body.contains("200ms"), "{response:?}");
    slow.expect_end();
    silent.expect_end();
    drop((silent, slow));
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn bytes_that_keep_coming_do_not_move_the_deadline() {
    let engine = TestEngine::echo("handshake_timeout_ms=200");
    let mut client = engine.connect();
    let mut writer = client.stream();
    let dripping = std::thread::spawn(move || {
        let mut head = b"GET / HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat(&b'x'));
        while std::io::Write::write_all(&mut writer, &[*head.next().expect("endless")]).is_ok() {
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    assert_eq!(client.read_response().status, 408);
    client.stream().shutdown(Shutdown::Both).expect("a live socket");
    dripping.join().expect("the connection was ended");
}

#[test]
fn the_deadline_covers_the_head_only_and_a_handler_may_take_longer() {
    let (engine, requests) = TestEngine::undecided("handshake_timeout_ms=100");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/"));
    let session = requests.recv().expect("a request");

    // Another connection shows that the time is over.
    engine.connect().expect_end();
    accept(&engine, session, default_accept());

    client.read_101();
    client.write(&frames::text("late but here"));
    client.expect_text("late but here");
}

#[test]
fn a_connection_over_the_limit_gets_503_and_later_ones_are_served() {
    let engine = TestEngine::echo("max_connections=2");
    let (first, _) = engine.open();
    let (_second, _) = engine.open();

    let response = engine.refusal(&Client::upgrade("/"));

    assert_eq!((response.status, response.header("Retry-After")), (503, Some("5")));
    assert!(response.body.contains("2 connections"), "{response:?}");
    assert_eq!(engine.counter(Counter::RefusedOverLimit), 1);
    drop(first);
    engine.await_counter(Counter::Open, 1);
    let (mut third, _) = engine.open();
    third.write(&frames::text("served"));
    third.expect_text("served");
}
