//! Requests that ask for no WebSocket: the handler answers, the connection stays in step.

#![cfg(feature = "engine")]

mod support;

use std::sync::mpsc;
use std::time::Duration;

use support::{Client, Counter, Kind, TestEngine, UPGRADE, echo, frames, respond};

const GET: &[u8] = b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /form HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{body}").into_bytes()
}

#[test]
fn a_request_reaches_the_handler_with_its_head_and_the_answer_goes_back() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(GET);

    let response = client.read_response();
    assert_eq!((response.status, response.body.as_str()), (200, "GET /page HTTP/1.1\n"));
    assert!(response.header("Date").is_some(), "{response:?}");
    assert_eq!(response.header("Content-Type"), Some("text/plain"));
    let asked = engine.events.all();
    assert_eq!((asked[0].kind, asked[0].flags & UPGRADE), (Kind::Request, 0));
    assert_eq!(asked[0].request().head.as_bytes(), GET);
    assert_eq!(asked[0].request().remote, client.local_address());
}

#[test]
fn a_head_request_is_answered_without_a_body() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(&[b"HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n", GET].concat());

    assert_eq!(client.read_head().status, 200);
    assert_eq!(client.read_response().body, "GET /page HTTP/1.1\n", "the next answer follows at once");
}

#[test]
fn a_body_with_a_length_arrives_whole_however_it_is_cut() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    for byte in post("Content-Length: 11\r\n", "hello world") {
        client.write(&[byte]);
    }
    assert_eq!(client.read_response().body, "POST /form HTTP/1.1\nhello world");
}

#[test]
fn a_chunked_body_arrives_decoded() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(&post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n"));

    assert_eq!(client.read_response().body, "POST /form HTTP/1.1\nhello world");
    client.expect_end();
}

#[test]
fn a_body_at_the_limit_passes_and_one_byte_more_is_413() {
    let engine = TestEngine::echo("max_http_body_bytes=10");
    for headers in ["Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"] {
        let body = if headers.starts_with('C') { "0123456789" } else { "a\r\n0123456789\r\n0\r\n\r\n" };
        let mut client = engine.connect();
        client.write(&post(headers, body));
        assert_eq!(client.read_response().body, "POST /form HTTP/1.1\n0123456789");
    }
    for headers in ["Content-Length: 11\r\n", "Transfer-Encoding: chunked\r\n"] {
        let body = if headers.starts_with('C') { "0123456789a" } else { "b\r\n0123456789a\r\n0\r\n\r\n" };
        let mut client = engine.connect();
        client.write(&post(headers, body));
        let response = client.read_response();
        assert_eq!((response.status, response.header("Connection")), (413, Some("close")));
        assert!(response.body.contains("10 bytes"), "{response:?}");
        client.expect_end();
    }
    assert_eq!(engine.events.count(Kind::Request), 2, "the handler sees no body over the limit");
}

#[test]
fn a_body_of_a_declared_petabyte_costs_nothing_and_a_broken_one_is_refused() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    client.write(&post("Content-Length: 1125899906842624\r\nExpect: 100-continue\r\n", ""));
    assert_eq!(client.read_response().status, 413, "and not 100");
    client.expect_end();

    let mut client = engine.connect();
    client.write(&post("Transfer-Encoding: chunked\r\n", "zz\r\nhello\r\n"));
    assert_eq!(client.read_response().status, 400);
    client.expect_end();

    for ambiguous in
        ["Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n"]
    {
        let mut client = engine.connect();
        client.write(&post(ambiguous, "0"));
        assert_eq!(client.read_response().status, 400);
        client.expect_end();
    }
}

#[test]
fn a_body_that_does_not_arrive_is_408_at_the_deadline() {
    let engine = TestEngine::echo("handshake_timeout_ms=100");
    let mut client = engine.connect();
    client.write(&post("Content-Length: 11\r\n", "hello"));
    let response = client.read_response();
    assert_eq!((response.status, response.header("Connection")), (408, Some("close")));
    client.expect_end();
}

#[test]
fn a_client_that_expects_100_gets_it_before_it_sends_the_body() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(&post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    assert_eq!(client.read_head().status, 100);
    client.write(b"hello");

    assert_eq!(client.read_response().body, "POST /form HTTP/1.1\nhello");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    let requests: String = (0..200).map(|at| format!("GET /{at} HTTP/1.1\r\nHost: localhost\r\n\r\n")).collect();

    client.write(requests.as_bytes());

    for at in 0..200 {
        assert_eq!(client.read_response().body, format!("GET /{at} HTTP/1.1\n"));
    }
}

#[test]
fn a_kept_alive_connection_may_become_a_websocket() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    client.write(GET);
    assert_eq!(client.read_response().status, 200);
    client.write(&post("Content-Length: 2\r\n", "hi"));
    assert_eq!(client.read_response().status, 200);

    let session = engine.request_session(&mut client);

    client.read_101();
    client.write(&frames::text("now a session"));
    client.expect_text("now a session");
    client.write(&frames::close(1000, ""));
    assert_eq!(engine.events.closed(session).0, 1000);
    client.expect_close(1000, "");
    client.expect_end();
}

#[test]
fn an_upgrade_pipelined_behind_a_request_opens_after_its_answer() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();

    client.write(&[post("Content-Length: 2\r\n", "hi"), Client::upgrade("/"), frames::text("early")].concat());

    assert_eq!(client.read_response().body, "POST /form HTTP/1.1\nhi");
    client.read_101();
    client.expect_text("early");
}

#[test]
fn a_second_request_that_is_broken_is_refused_by_the_same_rules() {
    let engine = TestEngine::echo("");
    let mut client = engine.connect();
    client.write(&[GET, b"GET /next HTTP/1.1\r\nno colon\r\n\r\n"].concat());
    assert_eq!(client.read_response().status, 200);
    assert_eq!(client.read_response().status, 400);
    client.expect_end();
}

#[test]
fn a_client_that_asks_for_the_end_of_the_connection_gets_it() {
    let engine = TestEngine::echo("");
    for request in ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"] {
        let mut client = engine.connect();
        client.write(request.as_bytes());
        assert_eq!(client.read_response().status, 200);
        client.expect_end();
    }
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn a_kept_alive_connection_that_stays_idle_is_ended_without_a_word() {
    let engine = TestEngine::echo("handshake_timeout_ms=100");
    let mut client = engine.connect();
    client.write(GET);
    assert_eq!(client.read_response().status, 200);
    client.expect_end();
}

#[test]
fn a_large_answer_reaches_a_slow_reader_whole() {
    let body = "0123456789abcdef".repeat(1 << 19);
    let answer = body.clone();
    let engine = TestEngine::start("", move |engine, event| {
        if event.kind == Kind::Request {
            respond(engine, event.session, 200, "", answer.as_bytes());
        }
    });
    for request in [GET, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"] {
        let mut client = Client::connect_narrow(engine.address());
        client.write(request);
        engine.events.wait("a request", |events| (!events.is_empty()).then_some(()));
        // The engine has filled what the connection takes before anything is read.
        let full = engine.counter(Counter::BytesOut);
        assert!(full < body.len() as u64);
        assert!(client.read_response().body == body, "all of the body");
    }
}

#[test]
fn an_answer_that_is_not_http_becomes_500() {
    let engine = TestEngine::start("", |engine, event| {
        if event.kind == Kind::Request {
            respond(engine, event.session, 200, "X-A: b\rc\n", b"");
        }
    });
    let mut client = engine.connect();
    client.write(GET);
    assert_eq!(client.read_response().status, 500);
}

#[test]
fn a_client_gone_while_the_handler_works_frees_the_connection_with_the_answer() {
    let (engine, requests) = TestEngine::undecided("");
    for reset in [false, true] {
        let mut client = engine.connect();
        client.write(GET);
        let session = requests.recv().expect("a request");
        if reset {
            client.reset()
        } else {
            drop(client)
        }

        respond(&engine, session, 200, "", b"nobody reads this");

        engine.await_counter(Counter::Open, 0);
    }
}

#[test]
fn a_request_in_the_hands_of_the_handler_does_not_hold_up_others() {
    let (asked, requests) = mpsc::channel();
    let engine = TestEngine::start("", move |engine, event| {
        if event.kind == Kind::Request && event.request().head.contains("/slow") {
            asked.send(event.session).expect("the test waits");
        } else {
            echo(engine, event);
        }
    });
    let mut slow = engine.connect();
    slow.write(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let session = requests.recv_timeout(Duration::from_secs(30)).expect("a request");

    let mut fast = engine.connect();
    fast.write(GET);
    assert_eq!(fast.read_response().status, 200);

    respond(&engine, session, 404, "", b"");
    assert_eq!(slow.read_response().status, 404);
}
