//! Requests that are refused, and the answers to them. Lines 28 to 35.

use super::opening_handshake::{LIMITS, UPGRADE, read_head, request, upgrade_with};
use crate::protocol::*;

fn refused(bytes: &[u8]) -> Refusal {
    match read_head(bytes) {
        Head::Refused(refusal) => refusal,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[track_caller]
fn assert_refused(bytes: &[u8], status: u16, names: &str) {
    let refusal = refused(bytes);
    assert_eq!(refusal.status, status, "{}", refusal.body);
    assert!(refusal.body.contains(names), "{names:?} in {:?}", refusal.body);
    let printable = refusal.body.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    assert!(printable, "{:?}", refusal.body);
}

#[test]
fn each_missing_header_is_named() {
    assert_refused(&upgrade_with("Host", &[]), 400, "Host is missing");
    assert_refused(&upgrade_with("Upgrade", &[]), 400, "Upgrade is missing");
    assert_refused(&upgrade_with("Connection", &[]), 400, "Connection is missing");
    assert_refused(&upgrade_with("Sec-WebSocket-Key", &[]), 400, "Sec-WebSocket-Key is missing");
    assert_refused(&upgrade_with("Sec-WebSocket-Version", &[]), 426, "Sec-WebSocket-Version is missing");
}

#[test]
fn each_header_that_may_come_once_is_refused_twice() {
    for header in [UPGRADE[0], UPGRADE[3], UPGRADE[4], "Content-Length: 0"] {
        let name = header.split(':').next().expect("a name");
        assert_refused(&upgrade_with(name, &[header, header]), 400, &format!("{name} is there more than once"));
    }
}

#[test]
fn each_wrong_value_is_named() {
    for (dropped, added, status, names) in [
        ("Upgrade", "Upgrade: websockets", 400, "Upgrade is \"websockets\""),
        ("Connection", "Connection: keep-alive", 400, "Connection is \"keep-alive\""),
        ("Host", "Host: a/b", 400, "Host \"a/b\""),
        ("Host", "Host: a, b", 400, "Host \"a, b\""),
        ("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8", 426, "is \"8\""),
        ("Sec-WebSocket-Version", "Sec-WebSocket-Version: 13, 8", 426, "is \"13, 8\""),
        ("none", "Content-Length: 5", 400, "must not have a body"),
        ("none", "Transfer-Encoding: chunked", 400, "must not have a body"),
        ("none", "Origin", 400, "malformed header line \"Origin\""),
        ("none", "Origin : x", 400, "malformed header line \"Origin : x\""),
        ("none", " folded", 400, "malformed header line \" folded\""),
        ("none", ": empty", 400, "malformed header line \": empty\""),
    ] {
        assert_refused(&upgrade_with(dropped, &[added]), status, names);
    }
}

#[test]
fn a_key_must_be_16_bytes_in_base64() {
    for key in [
        "",
        "short",
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZQAA",
        "dGhlIHNhbXBsZSBub25jZR==",
        "dGhlIHNhbXBsZSBub25j!Q==",
    ] {
        let wire = upgrade_with("Sec-WebSocket-Key", &[&format!("Sec-WebSocket-Key: {key}")]);
        assert_refused(&wire, 400, "Sec-WebSocket-Key is");
    }
}

#[test]
fn method_and_version_of_the_request_line_are_checked() {
    for method in ["POST", "HEAD", "get", "PUT"] {
        let wire = request(&format!("{method} /chat HTTP/1.1"), &UPGRADE);
        assert_refused(&wire, 405, method);
        assert_eq!(refused(&wire).extra_headers, [("Allow", "GET")]);
    }
    assert_refused(&request("GET /chat HTTP/1.0", &UPGRADE), 400, "HTTP/1.1");
    assert_refused(&request("GET /chat HTTP/2.0", &UPGRADE), 400, "unknown HTTP version");
    assert_refused(&request("PRI * HTTP/2.0", &[]), 400, "unknown HTTP version");
    for line in ["GET /chat", "GET", "GET  /chat HTTP/1.1", "/chat HTTP/1.1", "G@T / HTTP/1.1", "GET /a b HTTP/1.1"] {
        assert_eq!(refused(&request(line, &UPGRADE)).status, 400, "{line}");
    }
}

#[test]
fn targets_that_no_server_can_answer_are_refused() {
    for target in ["chat", "*", "example.org:80", "ftp://example.org/", "/chat#top", "/caf\u{e9}"] {
        assert_refused(&request(&format!("GET {target} HTTP/1.1"), &UPGRADE), 400, "request target");
    }
}

#[test]
fn a_body_whose_end_is_in_doubt_is_refused() {
    let post = |headers: &[&str]| request("POST / HTTP/1.1", &[&["Host: a"], headers].concat());
    for value in ["-1", "+1", "1a", "", "1 2", "5, 5", "0x10", "18446744073709551616"] {
        assert_refused(&post(&[&format!("Content-Length: {value}")]), 400, "Content-Length");
    }
    assert_refused(&post(&["Content-Length: 5", "Content-Length: 5"]), 400, "Content-Length");
    assert_refused(&post(&["Content-Length: 5", "Transfer-Encoding: chunked"]), 400, "both");
    assert_refused(&post(&["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]), 400, "Transfer-Encoding");
    assert_refused(&post(&["Transfer-Encoding: gzip, chunked"]), 501, "gzip");
    assert_refused(&request("POST / HTTP/1.0", &["Transfer-Encoding: chunked"]), 400, "HTTP/1.1");
}

#[test]
fn control_characters_are_refused_as_soon_as_they_come() {
    for byte in (0..0x20_u8).filter(|byte| !matches!(byte, b'\r' | b'\n' | b'\t')).chain([0x7F]) {
        let mut wire = b"GET /cha".to_vec();
        wire.push(byte);
        assert_refused(&wire, 400, "control character");
    }
    assert_refused(b"\x16\x03\x01\x02", 400, "TLS");
    assert_refused(b"GET / HTTP/1.1\nHost: a\n\n", 400, "line feed without carriage return");
    assert_refused(b"GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", 400, "carriage return without line feed");
    assert_refused(b"\r\n\r\n", 400, "empty lines");
}

#[test]
fn the_head_may_be_as_long_as_the_limit_and_no_longer() {
    let with_cookie = |bytes: usize| upgrade_with("", &[&format!("Cookie: {}", "x".repeat(bytes))]);
    let spare = LIMITS.max_bytes - with_cookie(0).len();
    for bytes in [spare - 1, spare] {
        assert!(matches!(read_head(&with_cookie(bytes)), Head::Upgrade(..)), "{bytes}");
    }
    for bytes in [spare + 1, spare + 2, 100_000] {
        assert_refused(&with_cookie(bytes), 431, "longer than 16384 bytes");
    }
    let endless = vec![b'x'; LIMITS.max_bytes];
    assert_eq!(read_head(&endless[..LIMITS.max_bytes - 1]), Head::Incomplete);
    assert_refused(&endless, 431, "longer than 16384 bytes");
}

#[test]
fn the_head_may_have_as_many_headers_as_the_limit_and_no_more() {
    let with_headers = |count: usize| upgrade_with("", &vec!["X: 1"; count - UPGRADE.len()]);
    for count in [99, 100] {
        assert!(matches!(read_head(&with_headers(count)), Head::Upgrade(..)), "{count}");
    }
    for count in [101, 1000] {
        assert_refused(&with_headers(count), 431, "more than 100 header lines");
    }
}

#[test]
fn the_answer_is_a_complete_response() {
    let wire = upgrade_with("Sec-WebSocket-Version", &["Sec-WebSocket-Version: 7"]);
    let response = String::from_utf8(refused(&wire).to_bytes()).expect("ASCII");
    let (head, body) = response.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 426 Upgrade Required\r\n"), "{head}");
    for line in [
        "Content-Type: text/plain; charset=utf-8",
        "Connection: close, Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        &format!("Content-Length: {}", body.len()),
    ] {
        assert!(head.lines().any(|found| found == line), "{line} in {head}");
    }
    assert!(String::from_utf8_lossy(&Refusal::new(408, "late").to_bytes()).contains("408 Request Timeout"));
    assert!(String::from_utf8_lossy(&Refusal::new(503, "full").to_bytes()).contains("Connection: close\r\n"));
}

#[test]
fn a_hostile_value_is_escaped_and_cut_in_the_answer() {
    let value = format!("<script>\u{e9}\t{}", "x".repeat(5000));
    let wire = upgrade_with("Sec-WebSocket-Key", &[&format!("Sec-WebSocket-Key: {value}")]);
    let refusal = refused(&wire);
    assert!(refusal.body.len() < 300, "{}", refusal.body.len());
    assert_refused(&wire, 400, "\\xc3\\xa9\\t");
}

#[test]
fn headers_of_the_application_that_would_split_the_response_are_refused() {
    let upgrade = UpgradeRequest { key: *b"dGhlIHNhbXBsZSBub25jZQ==", head_start: 0 };
    for (name, value) in [
        ("X", "a\r\nSet-Cookie: evil"),
        ("X", "a\nb"),
        ("X", "a\0b"),
        ("X", "caf\u{e9}"),
        ("X\r\nY", "a"),
        ("X Y", "a"),
        ("", "a"),
        ("Connection", "close"),
        ("Sec-WebSocket-Accept", "x"),
        ("Content-Length", "5"),
    ] {
        let error = switching_protocols(&upgrade, None, &[(name, value)]).expect_err("invalid header");
        assert!(!error.to_string().contains(['\r', '\n', '\0']), "{error}");
    }
}
