//! Requests that pass, and how heads are read (RFC 6455 section 4.2, RFC 9112). Lines 28 to 32.

use crate::protocol::*;

pub const LIMITS: HeadLimits = HeadLimits { max_bytes: 16_384, max_headers: 100 };

pub const UPGRADE: [&str; 5] = [
    "Host: example.org:8080",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
];

pub fn request(request_line: &str, headers: &[&str]) -> Vec<u8> {
    let mut head = format!("{request_line}\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The headers of a correct upgrade, without `dropped`, with `added`.
pub fn upgrade_with(dropped: &str, added: &[&str]) -> Vec<u8> {
    let kept = UPGRADE.iter().filter(|header| dropped.is_empty() || !header.starts_with(dropped));
    request("GET /chat HTTP/1.1", &kept.chain(added).copied().collect::<Vec<_>>())
}

/// Reads a head whole, and in a growing buffer byte by byte; both must say the same.
pub fn read_head(bytes: &[u8]) -> Head {
    let whole = parse_head(bytes, &LIMITS);
    let mut reader = HeadReader::new();
    let mut grown = (0..=bytes.len()).map(|end| reader.read(&bytes[..end], &LIMITS));
    assert_eq!(grown.find(|head| *head != Head::Incomplete).unwrap_or(Head::Incomplete), whole);
    whole
}

fn expect_upgrade(bytes: &[u8]) -> (UpgradeRequest, usize) {
    match read_head(bytes) {
        Head::Upgrade(upgrade, head_bytes) => (upgrade, head_bytes),
        other => panic!("expected an upgrade, found {other:?}"),
    }
}

fn expect_http(bytes: &[u8]) -> HttpRequestHead {
    match read_head(bytes) {
        Head::Http(head, head_bytes) => {
            assert_eq!(head_bytes, bytes.len());
            head
        }
        other => panic!("expected plain HTTP, found {other:?}"),
    }
}

#[test]
fn the_sample_of_the_rfc_is_accepted_with_its_answer() {
    let (upgrade, head_bytes) = expect_upgrade(&upgrade_with("", &["Origin: http://example.org"]));
    assert_eq!(head_bytes, upgrade_with("", &["Origin: http://example.org"]).len());
    let extra = [("Sec-WebSocket-Protocol", "chat"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")];
    let response =
        String::from_utf8(switching_protocols(&upgrade, None, &extra).expect("valid headers")).expect("ASCII");
    let lower = response.to_ascii_lowercase();
    assert!(response.starts_with("HTTP/1.1 101 Switching Protocols\r\n") && response.ends_with("\r\n\r\n"));
    assert!(response.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    for line in ["upgrade: websocket\r\n", "connection: upgrade\r\n", "sec-websocket-protocol: chat\r\n"] {
        assert!(lower.contains(line), "{line:?} in {response}");
    }
    assert!(lower.contains("set-cookie: a=1\r\n") && lower.contains("set-cookie: b=2\r\n"));
}

#[test]
fn frames_and_requests_behind_the_head_are_left_alone() {
    for rest in [&b"\x81\x85\x01\x02\x03\x04"[..], b"GET / HTTP/1.1\r\n\r\n", b"\0\xFF\n\n"] {
        let head = upgrade_with("", &[]);
        let (_, head_bytes) = expect_upgrade(&[&head, rest].concat());
        assert_eq!(head_bytes, head.len());
    }
}

#[test]
fn one_empty_line_before_the_request_is_tolerated() {
    let head = upgrade_with("", &[]);
    let (upgrade, head_bytes) = expect_upgrade(&[b"\r\n", &head[..]].concat());
    assert_eq!((upgrade.head_start, head_bytes), (2, head.len() + 2));
}

#[test]
fn names_tokens_and_lists_are_read_as_proxies_write_them() {
    for (dropped, added) in [
        ("Upgrade", &["uPgRaDe: WebSocket"][..]),
        ("Upgrade", &["Upgrade: h2c, websocket"]),
        ("Connection", &["connection: keep-alive, Upgrade"]),
        ("Connection", &["Connection: keep-alive,\tupgrade"]),
        ("Connection", &["Connection: keep-alive", "Connection: Upgrade"]),
        ("Sec-WebSocket-Version", &["SEC-WEBSOCKET-VERSION:13"]),
        ("Sec-WebSocket-Version", &["Sec-WebSocket-Version:   13  \t"]),
        ("nothing", &["Content-Length: 0"]),
        ("nothing", &["Cookie: name=J\u{f6}rg"]),
    ] {
        expect_upgrade(&upgrade_with(dropped, added));
    }
}

#[test]
fn the_target_may_be_a_path_or_an_absolute_uri() {
    for target in
        ["/", "//host/path", "/chat?room=1&x=%20", "http://example.org/chat", "WS://example.org/chat", "/a|b{c}"]
    {
        expect_upgrade(&request(&format!("GET {target} HTTP/1.1"), &UPGRADE));
    }
}

#[test]
fn a_request_without_upgrade_is_plain_http() {
    let plain = HttpRequestHead {
        head_start: 0,
        content_length: None,
        chunked: false,
        keep_alive: true,
        expect_continue: false,
        head_method: false,
    };
    let host = "Host: example.org";
    for (line, headers, expected) in [
        ("GET / HTTP/1.1", &[host][..], plain),
        ("GET / HTTP/1.1", &["Host:"], plain),
        ("GET / HTTP/1.1", &["Host: [::1]:8080"], plain),
        ("GET / HTTP/1.1", &[host, "Upgrade: h2c"], plain),
        ("OPTIONS * HTTP/1.1", &[host], plain),
        ("HEAD / HTTP/1.1", &[host], HttpRequestHead { head_method: true, ..plain }),
        ("GET / HTTP/1.1", &[host, "Connection: Close"], HttpRequestHead { keep_alive: false, ..plain }),
        ("GET / HTTP/1.0", &[], HttpRequestHead { keep_alive: false, ..plain }),
        ("GET / HTTP/1.0", &["Connection: keep-alive"], plain),
        ("POST / HTTP/1.1", &[host, "Content-Length: 42"], HttpRequestHead { content_length: Some(42), ..plain }),
        ("POST / HTTP/1.1", &[host, "Transfer-Encoding: Chunked"], HttpRequestHead { chunked: true, ..plain }),
        (
            "POST / HTTP/1.1",
            &[host, "Content-Length: 1", "Expect: 100-continue"],
            HttpRequestHead { content_length: Some(1), expect_continue: true, ..plain },
        ),
    ] {
        assert_eq!(expect_http(&request(line, headers)), expected, "{line} {headers:?}");
    }
}

#[test]
fn every_beginning_of_a_head_is_incomplete() {
    let head = upgrade_with("", &[]);
    for end in 0..head.len() {
        assert_eq!(parse_head(&head[..end], &LIMITS), Head::Incomplete, "{end} bytes");
    }
}

#[test]
fn each_byte_of_a_growing_head_is_scanned_once() {
    // Fed byte by byte, a scanner that starts over would look at 16,000 * 16,000 / 2 bytes.
    let head = request("GET / HTTP/1.1", &["Host: a", &format!("Cookie: {}", "x".repeat(16_000))]);
    let mut scanner = HeadScanner::new();
    for end in 0..head.len() {
        assert_eq!(scanner.scan(&head[..end], &LIMITS), Ok(None));
        // Bytes that were looked at before are not looked at again.
        let mut changed = head[..end].to_vec();
        changed.fill(0);
        assert_eq!(scanner.scan(&changed, &LIMITS), Ok(None));
    }
    assert_eq!(scanner.scan(&head, &LIMITS), Ok(Some(head.len())));
}
