//! An engine before an HTTP server: an opening handshake that comes behind plain requests on the same connection.

#![cfg(feature = "engine")]

mod support;

use support::{Client, Counter, TestEngine, Upstream, UpstreamConnection, frames, header, tls};

const NAMED: &str = "X-Hawser-Connection";
const GET: &[u8] = b"GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn before(upstream: &Upstream, config: &str) -> TestEngine {
    TestEngine::echo(&format!("{}{config}", upstream.setting()))
}

/// One plain exchange on a connection.
fn exchange(client: &mut Client, connection: &mut UpstreamConnection) {
    client.write(GET);
    answer_get(client, connection);
}

/// The upstream's half of it.
fn answer_get(client: &mut Client, connection: &mut UpstreamConnection) {
    assert_eq!(connection.read_head().as_bytes(), GET);
    connection.answer("200 OK", "hello");
    assert_eq!(client.read_response().body, "hello");
}

/// A client that has had one exchange.
fn spliced(engine: &TestEngine, upstream: &Upstream) -> (Client, UpstreamConnection) {
    let mut client = engine.connect();
    client.write(GET);
    let mut connection = upstream.accept();
    answer_get(&mut client, &mut connection);
    (client, connection)
}

/// The upstream is asked on a connection of the handshakes' own, and says yes.
fn accept_asked(upstream: &Upstream) -> (UpstreamConnection, String) {
    let mut asked = upstream.accept();
    let head = asked.read_head();
    assert_eq!(head.matches("X-Hawser-").count(), 1, "{head}");
    let id = header(&head, NAMED).and_then(|name| name.split('.').next()).expect("a name").to_owned();
    asked.answer(&format!("200 OK\r\nX-Hawser-Accepted: {id}"), "");
    (asked, id)
}

fn expect_echo(client: &mut Client) {
    client.read_101();
    client.write(&frames::text("hello"));
    client.expect_text("hello");
}

#[test]
fn a_handshake_behind_plain_requests_is_asked_about_and_served() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    exchange(&mut client, &mut connection);
    client.write(&Client::altered_upgrade("Host: localhost\r\n", "Host: localhost\r\nX-Hawser-Connection: 1.2\r\n"));
    let (_asked, _) = accept_asked(&upstream);
    connection.expect_end();
    expect_echo(&mut client);
    let counted = [Counter::UpgradesAccepted, Counter::UpgradesTunnelled, Counter::ConnectionsSpliced, Counter::Open];
    assert_eq!(counted.map(|counter| engine.counter(counter)), [1, 0, 1, 1]);
    assert_eq!(engine.find_client(connection.source_port()), None);
}

#[test]
fn its_head_may_come_in_pieces_and_frames_behind_it() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    let (last, first) =
        Client::upgrade("/chat").split_last().map(|(last, first)| (*last, first.to_vec())).expect("bytes");
    for byte in first {
        client.write(&[byte]);
    }
    client.write(&[&[last], frames::text("early").as_slice()].concat());
    let (_asked, _) = accept_asked(&upstream);
    connection.expect_end();
    client.read_101();
    client.expect_text("early");
}

#[test]
fn bodies_in_chunks_and_answers_without_a_body_are_passed_over() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    let requests: [(&str, &str); 4] = [
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "204 No Content"),
        ("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n", "200 OK\r\nContent-Length: 70"),
        ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "304 Not Modified\r\nContent-Length: 9"),
        ("PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", "100 Continue"),
    ];
    for (request, answer) in requests {
        client.write(request.as_bytes());
        assert_eq!(connection.read(request.len()), request.as_bytes());
        let answer = format!("HTTP/1.1 {answer}\r\n\r\n");
        connection.write(&answer);
        assert_eq!(client.read_head().head, answer);
    }
    client.write(b"hello");
    assert_eq!(connection.read(5), b"hello");
    connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.read_head();
    for chunk in ["3\r\none\r\n", "3\r\ntwo\r\n", "0\r\n\r\n"] {
        connection.write(chunk);
        client.expect_bytes(chunk.as_bytes());
    }
    client.write(&Client::upgrade("/chat"));
    let (_asked, _) = accept_asked(&upstream);
    expect_echo(&mut client);
}

#[test]
fn after_a_refusal_another_one_on_the_same_connection_has_a_session_of_its_own() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let mut client = engine.connect();
    client.write(&Client::upgrade("/chat"));
    let mut connection = upstream.accept();
    let head = connection.read_head();
    connection.answer("401 Unauthorized\r\nWWW-Authenticate: Basic", "log in");
    assert_eq!(client.read_response().status, 401);
    exchange(&mut client, &mut connection);
    client.write(&Client::altered_upgrade("Host: localhost\r\n", "Host: localhost\r\nAuthorization: Basic YTpi\r\n"));
    let (_asked, id) = accept_asked(&upstream);
    expect_echo(&mut client);
    let first = header(&head, NAMED).expect("a name");
    assert!(!first.starts_with(&format!("{id}.")), "another id than {first}");
    drop(client);
    engine.await_counter(Counter::Open, 0);
}

#[test]
fn what_the_upstream_answers_itself_passes_and_the_connection_goes_on() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, _first) = spliced(&engine, &upstream);
    client.write(&Client::upgrade("/nothing"));
    let mut connection = upstream.accept();
    connection.read_head();
    connection.answer("404 Not Found", "nothing here");
    assert_eq!(client.read_response().status, 404);
    exchange(&mut client, &mut connection);
    client.write(&Client::upgrade("/tunnel"));
    let mut connection = upstream.accept();
    connection.read_head();
    connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    assert_eq!(client.read_head().status, 101);
    client.write(GET);
    assert_eq!(connection.read(GET.len()), GET, "bytes of a tunnel are no requests");
    assert_eq!(engine.counter(Counter::UpgradesTunnelled), 1);
}

#[test]
fn on_a_path_of_the_engine_it_is_the_engines() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "own_path=/own");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    client.write(&Client::upgrade("/own"));
    expect_echo(&mut client);
    connection.expect_end();
    assert!(upstream.is_idle());
}

#[test]
fn over_tls_it_is_the_same() {
    let upstream = Upstream::start();
    let authority = tls::Authority::new("test");
    let engine = TestEngine::echo_tls(&upstream.setting(), &tls::server(&[authority.server(&["localhost"])]));
    let mut client = engine.connect().secure(authority.trusting(), "localhost").expect("a handshake");
    client.write(GET);
    let mut connection = upstream.accept();
    connection.read_head();
    connection.answer("200 OK", &"b".repeat(100_000));
    client.read_response();
    client.write(&Client::upgrade("/chat"));
    let (_asked, _) = accept_asked(&upstream);
    expect_echo(&mut client);
}

/// What a connection carries from here on is the upstream's, byte for byte.
fn expect_tunnel(client: &mut Client, connection: &mut UpstreamConnection, engine: &TestEngine) {
    let upgrade = Client::upgrade("/chat");
    client.write(&upgrade);
    assert_eq!(connection.read(upgrade.len()), upgrade, "unchanged");
    connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    assert_eq!(client.read_head().status, 101);
    client.write(&frames::text("through"));
    assert_eq!(connection.read(frames::text("through").len()), frames::text("through"));
    assert_eq!(engine.counter(Counter::UpgradesAccepted), 0);
}

#[test]
fn a_handshake_that_does_not_wait_for_an_answer_is_the_upstreams() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    let together = [GET, &Client::upgrade("/chat")].concat();
    client.write(&together);
    assert_eq!(connection.read(together.len()), together);
    connection.answer("200 OK", "first");
    assert_eq!(client.read_response().body, "first");
    expect_tunnel(&mut client, &mut connection, &engine);
}

#[test]
fn behind_a_request_on_whose_end_readers_may_differ_it_is_the_upstreams() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    for doubtful in [
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
    ] {
        let (mut client, mut connection) = spliced(&engine, &upstream);
        client.write(doubtful.as_bytes());
        assert_eq!(connection.read(doubtful.len()), doubtful.as_bytes());
        connection.answer("200 OK", "whatever");
        assert_eq!(client.read_response().body, "whatever");
        expect_tunnel(&mut client, &mut connection, &engine);
    }
}

#[test]
fn a_head_that_stays_a_piece_reaches_the_upstream_with_the_end_of_either_side() {
    let upstream = Upstream::start();
    let engine = before(&upstream, "");
    let (mut client, mut connection) = spliced(&engine, &upstream);
    client.write(b"GET /pa");
    client.shut_down_writing();
    assert_eq!(connection.read(7), b"GET /pa");
    connection.expect_end();

    let (mut client, mut connection) = spliced(&engine, &upstream);
    client.write(b"GET /pa");
    connection.shut_down_writing();
    client.expect_end();
    assert_eq!(connection.read(7), b"GET /pa");
    client.write(b"ge");
    assert_eq!(connection.read(2), b"ge");
}
