//! The client's side of the opening handshake (RFC 6455 section 4.1). Line 55.

use super::opening_handshake::{LIMITS, read_head};
use crate::protocol::*;

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const ANSWER: [&str; 4] = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
];

fn answer(dropped: &str, added: &[&str]) -> Vec<u8> {
    let kept = ANSWER.iter().filter(|line| dropped.is_empty() || !line.starts_with(dropped));
    let mut bytes = kept.chain(added).copied().collect::<Vec<_>>().join("\r\n").into_bytes();
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes
}

fn verify(bytes: &[u8]) -> Result<Option<(ServerResponse, usize)>, ClientHandshakeError> {
    verify_response(bytes, &LIMITS, KEY, &["chat", "superchat"], None)
}

#[test]
fn our_server_accepts_the_request_of_our_client_and_the_client_the_answer() {
    let request =
        client_request("example.org", "/chat?a=b", KEY, &["chat", "superchat"], None, &[("Origin", "http://a")]);
    let request = request.expect("valid parts");
    let Head::Upgrade(upgrade, head_bytes) = read_head(&request) else { panic!("not accepted") };
    assert_eq!(head_bytes, request.len());
    assert!(String::from_utf8_lossy(&request).contains("Sec-WebSocket-Protocol: chat, superchat\r\n"));

    let mut answer = switching_protocols(&upgrade, None, &[("Sec-WebSocket-Protocol", "superchat")]).expect("valid");
    let answer_bytes = answer.len();
    answer.extend_from_slice(b"\x81\x02hi");
    let (response, head_bytes) = verify(&answer).expect("accepted").expect("complete");
    assert_eq!(head_bytes, answer_bytes, "the frame behind the head is left alone");
    assert_eq!(response.subprotocol.as_deref(), Some("superchat"));
}

#[test]
fn every_beginning_of_an_answer_is_incomplete() {
    let answer = answer("", &[]);
    for end in 0..answer.len() {
        assert!(matches!(verify(&answer[..end]), Ok(None)), "{end} bytes");
    }
    let (response, _) = verify(&answer).expect("accepted").expect("complete");
    assert_eq!(response.subprotocol, None);
}

#[test]
fn a_wrong_answer_is_refused_and_the_header_named() {
    for (dropped, added, name) in [
        ("Upgrade", &[][..], "upgrade"),
        ("Upgrade", &["Upgrade: h2c"], "upgrade"),
        ("Connection", &[], "connection"),
        ("Connection", &["Connection: close"], "connection"),
        ("Sec-WebSocket-Accept", &[], "sec-websocket-accept"),
        ("Sec-WebSocket-Accept", &["Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA="], "sec-websocket-accept"),
        ("", &[ANSWER[3]], "sec-websocket-accept"),
        ("", &["Sec-WebSocket-Extensions: permessage-deflate"], "sec-websocket-extensions"),
        ("", &["Sec-WebSocket-Protocol: other"], "sec-websocket-protocol"),
        ("", &["Sec-WebSocket-Protocol: chat, superchat"], "sec-websocket-protocol"),
        ("", &["Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"], "sec-websocket-protocol"),
    ] {
        let error = verify(&answer(dropped, added)).expect_err("wrong answer");
        assert!(matches!(&error, ClientHandshakeError::Header { name: found, .. } if *found == name), "{error}");
    }
}

#[test]
fn a_subprotocol_is_refused_when_none_was_offered() {
    let answer = answer("", &["Sec-WebSocket-Protocol: chat"]);
    assert!(verify_response(&answer, &LIMITS, KEY, &[], None).is_err());
}

#[test]
fn any_other_status_is_told() {
    for (line, status) in [("HTTP/1.1 403 Forbidden", 403), ("HTTP/1.1 301 Moved", 301), ("HTTP/1.1 200 OK", 200)] {
        let error = verify(&answer("HTTP", &[])).expect_err("no status line");
        assert!(matches!(error, ClientHandshakeError::Malformed(_)), "{error}");
        let mut bytes = format!("{line}\r\n").into_bytes();
        bytes.extend(answer("HTTP", &[]));
        assert_eq!(verify(&bytes).expect_err("no 101"), ClientHandshakeError::Status { status });
    }
}

#[test]
fn endless_headers_are_refused_at_the_limit() {
    let mut endless = ANSWER.join("\r\n").into_bytes();
    while endless.len() < LIMITS.max_bytes {
        endless.extend_from_slice(&[b'x'; 1000]);
    }
    assert_eq!(verify(&endless).expect_err("too long"), ClientHandshakeError::Head(HeadFault::TooLong));
}

#[test]
fn parts_that_would_split_the_request_or_that_our_server_refuses_are_refused() {
    for (host, target, key, subprotocol, header) in [
        ("a\r\nX: y", "/", KEY, "chat", ("X", "y")),
        ("a", "chat", KEY, "chat", ("X", "y")),
        ("a", "/\r\nX: y", KEY, "chat", ("X", "y")),
        ("a", "/#top", KEY, "chat", ("X", "y")),
        ("a", "/é", KEY, "chat", ("X", "y")),
        ("a, b", "/", KEY, "chat", ("X", "y")),
        ("a@b", "/", KEY, "chat", ("X", "y")),
        ("a", "/", "k\r\n", "chat", ("X", "y")),
        ("a", "/", KEY, "ch\nat", ("X", "y")),
        ("a", "/", KEY, "chat", ("X", "y\r\nZ: z")),
        ("a", "/", KEY, "chat", ("Host", "b")),
        ("a", "/", KEY, "chat", ("Sec-WebSocket-Key", KEY)),
        ("a", "/", KEY, "chat", ("Sec-WebSocket-Protocol", "other")),
    ] {
        assert!(
            client_request(host, target, key, &[subprotocol], None, &[header]).is_err(),
            "{host} {target} {header:?}"
        );
    }
}
