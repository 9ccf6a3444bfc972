//! An engine before an HTTP server: opening handshakes are asked about, the answer decides.

#![cfg(feature = "engine")]

mod support;

use std::time::Duration;

use hawser::bridge::SessionId;
use support::{
    Client, Counter, DEADLINE, Kind, TestEngine, Upstream, UpstreamConnection, frames, header, respond, until,
};

const NAMED: &str = "X-Hawser-Connection";

fn before(upstream: &Upstream, config: &str) -> TestEngine {
    TestEngine::echo(&format!("{}{config}", upstream.setting()))
}

/// The name of the connection in a request's head, and its id.
fn named(head: &str) -> (String, String) {
    let name = header(head, NAMED).expect("a name").to_owned();
    let id = name.split('.').next().expect("an id").to_owned();
    (name, id)
}

/// A client that has asked, and the connection on which it is asked about with the name it was given.
fn ask(engine: &TestEngine, upstream: &Upstream) -> (Client, UpstreamConnection, String) {
    let mut client = engine.connect();
    client.write(&Client::upgrade("/chat"));
    let mut connection = upstream.accept();
    let (name, _) = named(&connection.read_head());
    (client, connection, name)
}

fn accept(connection: &mut UpstreamConnection, name: &str, headers: &str) {
    let id = name.split('.').next().expect("an id");
    connection.answer(&format!("200 OK\r\nX-Hawser-Accepted: {id}{headers}"), "");
}

fn expect_echo(client: &mut Client) {
    client.write(&frames::text("hello"));
    client.expect_text("hello");
}

#[test]
fn an_acceptance_opens_a_session_with_the_headers_of_the_answer() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    let headers = "\r\nSet-Cookie: a=b\r\nDate: today\r\nContent-Type: text/html\r\nUpgrade: h2c\r\nX-Hawser-X: 1\r\n\
                   Sec-WebSocket-Accept: forged\r\nSet-Cookie: c=d\r\nConnection: keep-alive";
    accept(&mut connection, &name, headers);
    let response = client.read_101();
    let mut lines: Vec<_> = response.head.lines().skip(1).filter(|line| !line.is_empty()).collect();
    lines.sort_by_key(|line| line.to_ascii_lowercase());
    let expected = [
        "connection: Upgrade",
        "date: today",
        "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "set-cookie: a=b",
        "set-cookie: c=d",
        "upgrade: websocket",
    ];
    assert_eq!(
        lines.iter().map(|line| line.to_ascii_lowercase()).collect::<Vec<_>>(),
        expected.map(str::to_ascii_lowercase)
    );
    expect_echo(&mut client);
    assert_eq!(engine.counter(Counter::UpgradesAccepted), 1);
    assert_eq!(engine.counter(Counter::ConnectionsSpliced), 0);
}

#[test]
fn the_upstream_gets_the_head_as_it_was_but_for_the_private_lines() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let mut client = engine.connect();
    let line = "Host: localhost\r\n";
    let altered = Client::altered_upgrade(
        line,
        "Host: localhost\r\nx-hawser-connection: 1.2\r\nCookie:  a \r\nX-HAWSER-Y: 3\r\n",
    );
    client.write(&altered);
    let head = upstream.accept().read_head();
    let (name, _) = named(&head);
    let expected =
        String::from_utf8(Client::altered_upgrade(line, "Host: localhost\r\nCookie:  a \r\n")).expect("ASCII");
    assert_eq!(head, expected.replace("13\r\n\r\n", &format!("13\r\n{NAMED}: {name}\r\n\r\n")));
}

#[test]
fn a_connection_is_found_by_its_name_until_the_upstream_has_answered() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    let (session, record) = engine.find_upgrade(name.as_bytes()).expect("in its handshake");
    assert_eq!(session.to_string(), name.split('.').next().expect("an id"));
    assert!(engine.is_asked(session));
    let record = String::from_utf8_lossy(&record).into_owned();
    assert!(record.contains("GET /chat HTTP/1.1\r\n") && !record.contains("X-Hawser"), "{record}");
    for forged in ["", "1.2", &name[1..], &name.replace('.', ".0"), &format!("0{name}")] {
        assert!(engine.find_upgrade(forged.as_bytes()).is_none(), "{forged}");
    }
    accept(&mut connection, &name, "");
    client.read_101();
    assert_eq!(engine.find_upgrade(name.as_bytes()), None, "answered");
    assert!(!engine.is_asked(session));
    assert!(!engine.is_asked(SessionId::from_raw(0)));
}

#[test]
fn the_connection_to_the_upstream_is_used_for_the_next_handshake() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    let id = name.split('.').next().expect("an id");
    connection.answer(&format!("200 OK\r\nX-Hawser-Accepted: {id}"), "a body that nobody wants");
    client.read_101();
    for _ in 0..3 {
        let mut client = engine.connect();
        client.write(&Client::upgrade("/chat"));
        let (name, _) = named(&connection.read_head());
        accept(&mut connection, &name, "");
        client.read_101();
        expect_echo(&mut client);
    }
    assert!(upstream.is_idle(), "one connection for all");
}

#[test]
fn frames_behind_the_handshake_wait_for_the_answer() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let mut client = engine.connect();
    client.write(&[Client::upgrade("/chat"), frames::text("early")].concat());
    let mut connection = upstream.accept();
    let (name, _) = named(&connection.read_head());
    connection.write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    accept(&mut connection, &name, "");
    client.read_101();
    client.expect_text("early");
}

#[test]
fn a_refusal_passes_as_it_is_and_the_next_request_is_the_upstreams_too() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    connection.answer("401 Unauthorized\r\nX-Hawser-Accepted: 0\r\nWWW-Authenticate: Basic", "log in");
    let response = client.read_response();
    assert_eq!((response.status, response.body.as_str()), (401, "log in"));
    assert_eq!(response.head.lines().count(), 5, "{response:?}");
    assert_eq!(engine.find_upgrade(name.as_bytes()), None);
    let request = "GET /login HTTP/1.1\r\nHost: h\r\n\r\n";
    client.write(request.as_bytes());
    assert_eq!(connection.read_head(), request);
    assert!(engine.find_client(connection.source_port()).is_some());
    connection.answer("200 OK", "welcome");
    assert_eq!(client.read_response().body, "welcome");
    drop(client);
    connection.expect_end();
    drop(connection);
    engine.await_counter(Counter::Open, 0);
    assert_eq!(engine.counter(Counter::UpgradesTunnelled), 0);
    assert_eq!(engine.events.all().iter().filter(|event| event.kind == Kind::Closed && event.code == 0).count(), 1);
}

#[test]
fn an_acceptance_of_another_connection_opens_no_session() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, _) = ask(&engine, &upstream);
    connection.answer("200 OK\r\nX-Hawser-Accepted: ffff", "");
    assert_eq!(client.read_response().status, 200);
    assert_eq!(engine.counter(Counter::SessionsOpened), 0);
}

#[test]
fn an_acceptance_that_java_knows_nothing_of_is_what_java_says() {
    let upstream = Upstream::start();
    let engine = TestEngine::start(&upstream.setting(), |engine, event| {
        if event.kind == Kind::Accepted {
            respond(engine, event.session, 502, "", b"nobody accepted");
        }
    });
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    accept(&mut connection, &name, "");
    let response = client.read_response();
    assert_eq!((response.status, response.body.as_str()), (502, "nobody accepted"));
    client.expect_end();
}

#[test]
fn a_101_of_the_upstream_makes_a_tunnel() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let mut client = engine.connect();
    client.write(&[Client::upgrade("/chat"), frames::text("early")].concat());
    let mut connection = upstream.accept();
    connection.read_head();
    connection.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Own: 1\r\n\r\nfirst",
    );
    let response = client.read_head();
    assert_eq!((response.status, response.header("X-Own")), (101, Some("1")));
    let early = frames::text("early");
    assert_eq!(connection.read(early.len()), early);
    connection.write("second");
    connection.shut_down_writing();
    assert_eq!(client.read_until_gone(), b"firstsecond");
    drop((client, connection));
    engine.await_counter(Counter::Open, 0);
    let counted = [Counter::UpgradesTunnelled, Counter::ConnectionsSpliced, Counter::SessionsOpened];
    assert_eq!(counted.map(|counter| engine.counter(counter)), [1, 1, 0]);
}

#[test]
fn a_kept_connection_that_has_ended_meanwhile_costs_one_more_and_no_handshake() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    accept(&mut connection, &name, "");
    client.read_101();
    // It ends when it is used, so that nobody can have known before.
    let mut second = engine.connect();
    second.write(&Client::upgrade("/chat"));
    connection.read_head();
    drop(connection);
    let mut fresh = upstream.accept();
    let (name, _) = named(&fresh.read_head());
    accept(&mut fresh, &name, "");
    second.read_101();
    // That one ends while it waits.
    drop(fresh);
    let (mut third, mut connection, name) = ask(&engine, &upstream);
    accept(&mut connection, &name, "");
    third.read_101();
}

#[test]
fn a_connection_that_is_not_to_be_used_again_is_not() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "upstream_max_idle=1");
    let unusable = ["\r\nConnection: close", "\r\nTransfer-Encoding: chunked"];
    for headers in unusable {
        let (mut client, mut connection, name) = ask(&engine, &upstream);
        let id = name.split('.').next().expect("an id");
        connection.write(format!("HTTP/1.1 200 OK\r\nX-Hawser-Accepted: {id}{headers}\r\n\r\n"));
        client.read_101();
        connection.expect_end();
    }
    let (mut first, mut kept, first_name) = ask(&engine, &upstream);
    let (mut second, mut surplus, second_name) = ask(&engine, &upstream);
    accept(&mut kept, &first_name, "");
    first.read_101();
    accept(&mut surplus, &second_name, "");
    second.read_101();
    surplus.expect_end();
    second = engine.connect();
    second.write(&Client::upgrade("/chat"));
    kept.read_head();
}

#[test]
fn an_upstream_that_does_not_answer_in_http_or_in_time_is_502_or_504() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "upstream_answer_timeout_ms=100\nmax_head_bytes=1000\n");
    let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "a".repeat(1000));
    let interim = "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(9);
    for bad in ["SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\nX: y\n\n", &long, &interim] {
        let (mut client, mut connection, _) = ask(&engine, &upstream);
        connection.write(bad);
        assert_eq!(client.read_response().status, 502, "{bad}");
        client.expect_end();
    }
    let (mut client, connection, _) = ask(&engine, &upstream);
    drop(connection);
    assert_eq!(client.read_response().status, 502);
    let (mut client, mut connection, _) = ask(&engine, &upstream);
    connection.write("HTTP/1.1 200 O");
    assert_eq!(client.read_response().status, 504);
    assert_eq!(engine.counter(Counter::UpstreamFailed), 6);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn without_an_upstream_a_handshake_is_502() {
    let engine = TestEngine::echo(&format!("upstream={}", Upstream::start().close()));
    let refusal = engine.refusal(&Client::upgrade("/chat"));
    assert_eq!((refusal.status, refusal.body.as_str()), (502, "the server behind this one cannot be reached\n"));
    assert_eq!(engine.counter(Counter::UpstreamFailed), 1);
}

#[test]
fn a_faulty_handshake_never_reaches_the_upstream() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let faulty = Client::altered_upgrade("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8");
    assert_eq!(engine.refusal(&faulty).status, 426);
    assert!(upstream.is_idle());
}

#[test]
fn a_stop_refuses_handshakes_that_are_not_answered() {
    let upstream = Upstream::start();
    let mut engine = before(&upstream, "");
    let (mut client, connection, name) = ask(&engine, &upstream);
    engine.stop(DEADLINE);
    assert_eq!(client.read_response().status, 503);
    client.expect_end();
    drop(client);
    engine.join();
    assert_eq!(engine.find_upgrade(name.as_bytes()), None);
    drop(connection);
    assert_eq!(engine.events.count(Kind::Closed), 1);
}

#[test]
fn a_stop_ends_the_connections_that_are_kept() {
    let upstream = Upstream::start();
    let mut engine = before(&upstream, "");
    let (mut client, mut connection, name) = ask(&engine, &upstream);
    accept(&mut connection, &name, "");
    client.read_101();
    expect_echo(&mut client);
    engine.stop(Duration::from_secs(10));
    client.expect_close(1001, "");
    connection.expect_end();
    drop(client);
    engine.join();
}

#[test]
fn a_client_that_leaves_while_the_upstream_decides_is_forgotten() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (client, mut connection, name) = ask(&engine, &upstream);
    client.reset();
    accept(&mut connection, &name, "");
    let session = engine.events.wait("the acceptance", |events| {
        events.iter().find(|event| event.kind == Kind::Accepted).map(|event| event.session)
    });
    assert_eq!(engine.events.closed(session).0, 1006);
    engine.await_counter(Counter::Open, 0);
    until("nobody knows it", || engine.find_upgrade(name.as_bytes()).is_none().then_some(()));
}
